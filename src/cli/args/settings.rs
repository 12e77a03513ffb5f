//! The lexicons and the configuration that commands take, and `config`, which shows them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::help;

/// Lexicons beside the embedded ones, and the configuration.
#[derive(Debug, Clone, Args)]
pub(crate) struct LexiconArgs {
    /// Add a lexicon file, or all that a folder holds, to the embedded ones
    #[arg(long, value_name = "PATH")]
    pub lexicon: Vec<PathBuf>,
    /// Take the configuration from FILE; without this, from the beholden.toml that is nearest in this folder or above, else
    /// from that in the user's configuration folder
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Use no configuration file
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,
}

/// How `config` writes.
#[derive(Debug, Args)]
#[command(after_long_help = help::CONFIG)]
pub(crate) struct Config {
    /// What to write
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
    #[command(flatten)]
    pub lexicons: LexiconArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people
    Text,
    /// One JSON object
    Json,
}
