//! The flags of `serve`.

use clap::Args;

use crate::cli::args::{HeaderArgs, LexiconArgs};
use crate::cli::help;
use crate::words::Level;

/// Where `serve` listens, and its limits.
#[derive(Debug, Args)]
#[command(after_long_help = help::SERVE)]
pub(crate) struct Serve {
    /// Answer the spamd protocol here: spamc, Rspamd's `external_services`, Exim's `spam`
    #[arg(long, value_name = "ADDR", num_args = 0..=1, default_missing_value = "127.0.0.1:783")]
    pub spamd: Vec<String>,
    /// Be a milter here, for Postfix and Sendmail
    #[arg(long, value_name = "ADDR")]
    pub milter: Vec<String>,
    /// Answer HTTP here: POST /v1/analyze, GET /healthz, /metrics, /v1/schema
    #[arg(long, value_name = "ADDR")]
    pub http: Vec<String>,
    #[command(flatten)]
    pub headers: HeaderArgs,
    /// As a milter, have a message quarantined that reaches this level or risk (0 to 100)
    #[arg(long, value_name = "LEVEL|RISK", value_parser = threshold)]
    pub quarantine_at: Option<Threshold>,
    /// As a milter, have a message rejected that reaches this level or risk (0 to 100)
    #[arg(long, value_name = "LEVEL|RISK", value_parser = threshold)]
    pub reject_at: Option<Threshold>,
    /// Do not judge a longer message
    #[arg(long, value_name = "BYTES", default_value_t = 16 << 20)]
    pub max_size: usize,
    /// Do not judge a request or, as a milter, a message with more headers
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u16).range(1..))]
    pub max_headers: u16,
    /// Refuse more connections than this at a time
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..))]
    pub max_connections: u16,
    /// Give up on a client that takes longer over one message
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub timeout: u32,
    /// Threads that judge; 0 for one a core
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub jobs: u16,
    /// Log no messages, only what becomes of the service and what fails
    #[arg(long)]
    pub quiet: bool,
    /// Log the evidence too, which is message text
    #[arg(long)]
    pub log_text: bool,
    #[command(flatten)]
    pub lexicons: LexiconArgs,
}

/// From where on something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Threshold {
    Level(Level),
    Risk(u8),
}

/// A level's name, or a risk.
fn threshold(text: &str) -> Result<Threshold, String> {
    if let Some(level) = Level::ALL.into_iter().find(|l| l.name() == text) {
        return Ok(Threshold::Level(level));
    }
    match text.parse() {
        Ok(risk) if risk <= 100 => Ok(Threshold::Risk(risk)),
        _ => Err("it is neither a level (none, goodwill, appeal, pressure) nor a risk from 0 to 100".to_owned()),
    }
}
