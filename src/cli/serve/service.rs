//! What all wires share: the engine, who may judge when, limits, and how a request fails.

use std::fmt;
use std::io;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::cli::args::{HeaderArgs, LexiconArgs, Serve, Threshold};
use crate::cli::headers::Verdict;
use crate::cli::lexicons;
use crate::cli::serve::log::Log;
use crate::cli::serve::metrics::Metrics;
use crate::{Engine, Error, Report};

/// A message up to this many bytes is small: each connection may hold one.
const SMALL: usize = 256 << 10;

/// So many connections at a time may hold a message that is not small; the others wait, and with them their clients. Judging
/// takes about ten times the message, so this with the longest ones stays under a GiB.
const LARGE_AT_ONCE: usize = 4;

/// The protocol that a request came by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    Spamd,
    Milter,
    Http,
}

impl Wire {
    pub fn name(self) -> &'static str {
        match self {
            Wire::Spamd => "spamd",
            Wire::Milter => "milter",
            Wire::Http => "http",
        }
    }
}

/// What a client may ask of the service.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub max_size: usize,
    pub max_headers: usize,
    pub max_connections: usize,
    pub timeout: Duration,
}

/// The running service, shared by all connections.
pub(crate) struct Service {
    engine: RwLock<Arc<Engine>>,
    lexicons: LexiconArgs,
    threads: Arc<Semaphore>,
    large: Arc<Semaphore>,
    pub limits: Limits,
    pub headers: HeaderArgs,
    pub quarantine_at: Option<Threshold>,
    pub reject_at: Option<Threshold>,
    pub metrics: Metrics,
    pub log: Log,
    pub stop: CancellationToken,
}

/// What to judge.
pub(crate) enum Content {
    Message(Vec<u8>),
    Text { subject: String, text: String },
}

/// A message with what was found in it.
pub(crate) struct Judged {
    pub report: Report,
    pub verdict: Verdict,
    /// Empty if it was bare text.
    pub message: Vec<u8>,
}

impl Service {
    /// # Errors
    /// A lexicon can't be read.
    pub fn new(args: Serve, jobs: usize) -> Result<Self, Error> {
        Ok(Self {
            engine: RwLock::new(Arc::new(engine(&args.lexicons)?)),
            lexicons: args.lexicons,
            threads: Arc::new(Semaphore::new(jobs)),
            large: Arc::new(Semaphore::new(LARGE_AT_ONCE)),
            limits: Limits {
                max_size: args.max_size,
                max_headers: args.max_headers.into(),
                max_connections: usize::from(args.max_connections),
                timeout: Duration::from_secs(u64::from(args.timeout)),
            },
            headers: args.headers,
            quarantine_at: args.quarantine_at,
            reject_at: args.reject_at,
            metrics: Metrics::new(),
            log: Log { quiet: args.quiet, text: args.log_text },
            stop: CancellationToken::new(),
        })
    }

    fn engine(&self) -> Arc<Engine> {
        self.engine.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Reads the lexicons again. Bad ones leave the old engine in place.
    pub async fn reload(&self) {
        let lexicons = self.lexicons.clone();
        let built = tokio::task::spawn_blocking(move || engine(&lexicons)).await;
        match built {
            Ok(Ok(engine)) => {
                let lexicon = engine.version().lexicon.clone();
                *self.engine.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(engine);
                self.metrics.reload("done");
                self.log.event("reloaded", json!({"lexicon": lexicon}));
            }
            bad => {
                let cause = bad.map_or_else(|e| e.to_string(), |built| built.err().map_or_else(String::new, |e| e.to_string()));
                self.metrics.reload("failed");
                let kept = self.engine().version().lexicon.clone();
                self.log.problem("reload_failed", json!({"error": cause, "kept": kept}));
            }
        }
    }

    /// Judges on a thread of its own, once one is free. `who` goes to the log.
    ///
    /// # Errors
    /// The analysis failed, which it never should.
    pub async fn judge(&self, wire: Wire, mut who: Value, content: Content) -> Result<Judged, Trouble> {
        let start = Instant::now();
        let permit = self.threads.clone().acquire_owned().await.map_err(|_| Trouble::Internal)?;
        let engine = self.engine();
        let judged = tokio::task::spawn_blocking(move || {
            // The thread counts as taken until it is done, even if nobody waits for it any more.
            let _permit = permit;
            match content {
                Content::Message(message) => (engine.analyze_message(&message), message),
                Content::Text { subject, text } => (engine.analyze_with_subject(&subject, &text), Vec::new()),
            }
        });
        let (report, message) = judged.await.map_err(|_| Trouble::Internal)?;
        let seconds = start.elapsed().as_secs_f64();
        let verdict = Verdict::new(&report, self.headers.required);
        self.metrics.message(wire, verdict.level, seconds);
        who["wire"] = json!(wire.name());
        self.log.message(who, &report, &verdict, seconds);
        Ok(Judged { report, verdict, message })
    }

    /// Counts and logs a request that got no verdict.
    pub fn failed(&self, wire: Wire, peer: &str, trouble: &Trouble) {
        self.metrics.error(wire, trouble.code());
        let fields = json!({"wire": wire.name(), "peer": peer, "error": trouble.code(), "detail": trouble.to_string()});
        self.log.problem("failed", fields);
    }

    /// Whether a report reaches a threshold.
    pub fn reaches(report: &Report, threshold: Option<Threshold>) -> bool {
        match threshold {
            None => false,
            Some(Threshold::Level(level)) => report.level >= Some(level),
            Some(Threshold::Risk(risk)) => report.risk >= Some(risk),
        }
    }
}

fn engine(args: &LexiconArgs) -> Result<Engine, Error> {
    lexicons::builder(args)?.build()
}

/// Leave to hold a message in memory.
#[derive(Default)]
pub(crate) struct Room(Option<OwnedSemaphorePermit>);

impl Room {
    /// Waits until so many bytes may be held.
    ///
    /// # Errors
    /// It is more than one message may have.
    pub async fn make(&mut self, service: &Service, bytes: usize) -> Result<(), Trouble> {
        if bytes > service.limits.max_size {
            return Err(Trouble::TooLarge { limit: service.limits.max_size });
        }
        // Whoever holds this waits for nothing else that others hold, so nobody waits in a circle.
        if bytes > SMALL && self.0.is_none() {
            self.0 = Some(service.large.clone().acquire_owned().await.map_err(|_| Trouble::Internal)?);
        }
        Ok(())
    }
}

/// Why a request got no verdict.
#[derive(Debug)]
pub(crate) enum Trouble {
    TooLarge {
        limit: usize,
    },
    TooManyHeaders {
        limit: usize,
    },
    TooManyConnections {
        limit: usize,
    },
    Timeout {
        limit: Duration,
    },
    /// What was sent is not what the protocol says.
    Protocol(String),
    /// What was asked for is not done here.
    Unavailable(&'static str),
    Internal,
    Io(io::Error),
}

impl Trouble {
    /// One word, for the metrics.
    pub fn code(&self) -> &'static str {
        match self {
            Trouble::TooLarge { .. } => "too_large",
            Trouble::TooManyHeaders { .. } => "too_many_headers",
            Trouble::TooManyConnections { .. } => "too_many_connections",
            Trouble::Timeout { .. } => "timeout",
            Trouble::Protocol(_) => "protocol",
            Trouble::Unavailable(_) => "unavailable",
            Trouble::Internal => "internal",
            Trouble::Io(_) => "disconnected",
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::TooLarge { limit } => write!(f, "the message is longer than {limit} bytes"),
            Trouble::TooManyHeaders { limit } => write!(f, "there are more than {limit} headers"),
            Trouble::TooManyConnections { limit } => write!(f, "there are {limit} connections already; try again later"),
            Trouble::Timeout { limit } => write!(f, "the request took longer than {} s", limit.as_secs()),
            Trouble::Protocol(what) => f.write_str(what),
            Trouble::Unavailable(what) => f.write_str(what),
            Trouble::Internal => f.write_str("an internal error"),
            Trouble::Io(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Trouble::Io(error)
    }
}
