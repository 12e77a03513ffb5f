//! `beholden serve`: the daemon that mail systems ask, on the spamd wire, as a milter and over HTTP. All async code is here.

mod log;
mod metrics;
mod service;
mod listen;
mod spamd;
mod watched;
mod milter;
mod http;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

use crate::Error;
use crate::cli::args::Serve;
use crate::cli::exit::{Exit, Stop};
use listen::{Address, Listener};
use service::{Service, Wire};

/// So long a stop waits for messages that are held.
const GRACE: Duration = Duration::from_secs(30);

/// Runs the command until a signal stops it.
pub(crate) fn run(args: Serve) -> Result<Exit, Stop> {
    let addresses = addresses(&args)?;
    let jobs = match args.jobs {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        jobs => usize::from(jobs),
    };
    let service = Arc::new(Service::new(args, jobs)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        // Messages nest, so their threads get as much stack as a main thread has.
        .thread_stack_size(8 << 20)
        .max_blocking_threads(jobs + 2)
        .build()
        .map_err(|e| Error::at("serve", None, e))?;
    let outcome = runtime.block_on(serve(&service, addresses));
    // What is still being judged after the grace is left behind.
    runtime.shutdown_background();
    outcome.map(|()| Exit::Done).map_err(Stop::from)
}

fn addresses(args: &Serve) -> Result<Vec<(Wire, Address)>, Error> {
    let wires = [(Wire::Spamd, &args.spamd), (Wire::Milter, &args.milter), (Wire::Http, &args.http)];
    let named = wires.into_iter().flat_map(|(wire, texts)| texts.iter().map(move |text| (wire, text)));
    let found: Result<Vec<_>, _> = named.map(|(wire, text)| Ok((wire, Address::parse(text)?))).collect();
    let found = found?;
    if found.is_empty() {
        return Err(Error::at(
            "serve",
            None,
            "name at least one of --spamd, --milter and --http, as in beholden serve --http 8783",
        ));
    }
    Ok(found)
}

async fn serve(service: &Arc<Service>, addresses: Vec<(Wire, Address)>) -> Result<(), Error> {
    let mut signals = Signals::new().map_err(|e| Error::at("serve", None, e))?;
    let mut listeners = Vec::new();
    for (wire, address) in addresses {
        let listener = Listener::bind(&address).await?;
        service.log.event("listening", json!({"wire": wire.name(), "address": listener.name()}));
        if !listener.is_local() {
            let warning = "others than this machine can reach it; there is no password and no encryption";
            service.log.problem("not_loopback", json!({"wire": wire.name(), "address": listener.name(), "warning": warning}));
        }
        listeners.push((wire, listener));
    }
    let connections = Arc::new(Semaphore::new(service.limits.max_connections));
    let tasks = TaskTracker::new();
    for (wire, listener) in listeners {
        tasks.spawn(listener.run(wire, service.clone(), connections.clone(), tasks.clone()));
    }
    while let Asked::Reload = signals.next().await {
        service.reload().await;
    }
    service.log.event("stopping", json!({"connections": service.limits.max_connections - connections.available_permits()}));
    service.stop.cancel();
    tasks.close();
    tokio::select! {
        () = tasks.wait() => service.log.event("stopped", json!({})),
        () = tokio::time::sleep(GRACE) => {
            service.log.problem("stopped", json!({"cut_off": service.limits.max_connections - connections.available_permits()}));
        }
        () = signals.stop() => service.log.problem("stopped", json!({"error": "a second signal cut the connections off"})),
    }
    Ok(())
}

/// What a signal asks for.
enum Asked {
    Reload,
    Stop,
}

struct Signals {
    hangup: Signal,
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self {
            hangup: signal(SignalKind::hangup())?,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) -> Asked {
        tokio::select! {
            _ = self.hangup.recv() => Asked::Reload,
            _ = self.terminate.recv() => Asked::Stop,
            _ = self.interrupt.recv() => Asked::Stop,
        }
    }

    async fn stop(&mut self) {
        while matches!(self.next().await, Asked::Reload) {}
    }
}
