//! The flags of `scan`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::LexiconArgs;
use crate::cli::help;
use crate::words::Level;

/// What `scan` reads and writes.
#[derive(Debug, Args)]
#[command(after_long_help = help::SCAN)]
pub(crate) struct Scan {
    /// Files and folders to judge. In folders .txt, .eml, .mbox, Maildir and mail without an extension are read
    pub paths: Vec<PathBuf>,
    /// What the input is
    #[arg(long, value_enum, default_value_t = Input::Auto)]
    pub input: Input,
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
    /// For a writer: tell which wording of a draft leans on a debt, why, and how to ask plainly; with --format text
    #[arg(long)]
    pub advise: bool,
    /// Exit with status 1 when something reaches this level
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub fail_on: Option<LevelArg>,
    /// Write only what reaches this level
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub only: Option<LevelArg>,
    /// Write the riskiest first, once all is judged; without it the order is that of the input
    #[arg(long, value_enum, value_name = "BY")]
    pub sort: Option<Sort>,
    /// Remember in FILE what was reported, and read only what is new
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// Leave out of folders what .ignore and .gitignore files name
    #[arg(long)]
    pub respect_ignore: bool,
    /// Add the decoded parts, so that every offset can be checked; with --format json or jsonl
    #[arg(long, conflicts_with = "no_text")]
    pub with_text: bool,
    /// Leave message text out everywhere
    #[arg(long)]
    pub no_text: bool,
    /// Exit with status 2 when a line of JSON Lines input is bad
    #[arg(long)]
    pub strict: bool,
    /// Threads that judge; 0 for one a core. The output is the same whatever their number
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = whole_number)]
    pub jobs: usize,
    #[command(flatten)]
    pub lexicons: LexiconArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Input {
    /// By name and content
    Auto,
    /// Bare text
    Text,
    /// One RFC 5322 message a file
    Message,
    /// Many messages a file, each after a line that begins `From ` and ends in a date
    Mbox,
    /// One JSON object a line
    Jsonl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people: the message with its evidence marked on a terminal or with --color always, plain sentences into a pipe
    Text,
    /// One array of reports
    Json,
    /// One report a line
    Jsonl,
    /// One row a message
    Csv,
    /// SARIF 2.1.0: a result a finding, an error for pressure, a warning for an appeal
    Sarif,
    /// One page for a browser, complete in itself, with the riskiest first: the 2000 riskiest are listed, 300 with their text
    Html,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// The riskiest first
    Risk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum LevelArg {
    None,
    Goodwill,
    Appeal,
    Pressure,
}

impl From<LevelArg> for Level {
    fn from(level: LevelArg) -> Level {
        Level::ALL[level as usize]
    }
}

/// A count; the standard library's own complaint speaks of digits.
fn whole_number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "it is no whole number from 0".to_owned())
}
