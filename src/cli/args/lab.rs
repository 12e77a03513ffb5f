//! The flags of `eval` and `learn`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::cli::args::LexiconArgs;
use crate::cli::help;

/// Measure the verdicts against labelled messages.
#[derive(Debug, Args)]
#[command(after_long_help = help::EVAL)]
pub(crate) struct Eval {
    /// Labelled messages, JSON Lines
    #[arg(required = true)]
    pub gold: Vec<PathBuf>,
    /// What to write
    #[arg(long, value_enum, default_value_t = EvalFormat::Table)]
    pub format: EvalFormat,
    /// One table for each source, variant or tactic
    #[arg(long, value_enum)]
    pub by: Option<By>,
    /// Which part of the gold sets
    #[arg(long, value_enum, default_value_t = SplitArg::All)]
    pub split: SplitArg,
    /// Show the messages that were judged wrongly, with what was labelled, seen and counted
    #[arg(long)]
    pub confusions: bool,
    /// Show what each rule does: hits, precision, what only it finds, what would be lost or gained without it
    #[arg(long)]
    pub rules: bool,
    /// Write the counts of --rules to FILE, for `rules show`
    #[arg(long, value_name = "FILE", requires = "rules")]
    pub earned: Option<PathBuf>,
    /// Use these weights instead of the embedded ones
    #[arg(long, value_name = "FILE")]
    pub weights: Option<PathBuf>,
    /// Measure another tool: its verdicts as JSON Lines of {"id","level"}, with "appeal", "pressure" and "tactics" if it has them
    #[arg(long, value_name = "FILE", conflicts_with_all = ["confusions", "rules", "weights"])]
    pub predictions: Option<PathBuf>,
    #[command(flatten)]
    pub lexicons: LexiconArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvalFormat {
    Table,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum By {
    Source,
    Variant,
    Tactic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SplitArg {
    All,
    Read,
    Unread,
}

/// Fit the weights of both scores to labelled messages.
#[derive(Debug, Args)]
#[command(after_long_help = help::LEARN)]
pub(crate) struct Learn {
    /// Labelled messages, JSON Lines
    #[arg(required = true)]
    pub gold: Vec<PathBuf>,
    /// Where to write the weights
    #[arg(short, long, value_name = "WEIGHTS")]
    pub output: Option<PathBuf>,
    /// Show what each group of features earns on sources that it was not fitted on
    #[arg(long)]
    pub ablation: bool,
    /// Show the figures with a quarter, a half and three quarters of the messages to learn from
    #[arg(long)]
    pub curve: bool,
}
