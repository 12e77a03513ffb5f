//! The flags of `filter`, and those of the headers that it adds as `serve` does.

use clap::Args;

use crate::cli::args::LexiconArgs;
use crate::cli::help;

/// What `filter` adds to a message, and when it leaves one alone.
#[derive(Debug, Args)]
#[command(after_long_help = help::FILTER)]
pub(crate) struct Filter {
    #[command(flatten)]
    pub headers: HeaderArgs,
    /// Pass a longer message through unchanged
    #[arg(long, value_name = "BYTES", default_value_t = 64 << 20)]
    pub max_size: usize,
    /// Exit with status 75 when the message is too long or can't be judged because of an error
    #[arg(long)]
    pub strict: bool,
    #[command(flatten)]
    pub lexicons: LexiconArgs,
}

/// What the added headers say.
#[derive(Debug, Clone, Args)]
pub(crate) struct HeaderArgs {
    /// The score, a tenth of the risk, from which on the status is Yes
    #[arg(long, value_name = "SCORE", default_value = "5.0", value_parser = required)]
    pub required: f64,
    /// Add X-Spam-Status, X-Spam-Flag and X-Spam-Score too, for what reads only those
    #[arg(long)]
    pub sa_compat: bool,
}

/// A score from 0 with one decimal.
fn required(text: &str) -> Result<f64, String> {
    let score: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    if (0.0..=100.0).contains(&score) { Ok((score * 10.0).round() / 10.0) } else { Err("it is not between 0 and 100".to_owned()) }
}
