//! The flags of `rules` and its commands.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::cli::args::LexiconArgs;
use crate::cli::help;
use crate::words::Tactic;

/// Look after the rules.
#[derive(Debug, Args)]
#[command(after_long_help = help::RULES)]
pub(crate) struct Rules {
    #[command(subcommand)]
    pub command: RulesCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List every rule: its id, tactic and what it is for
    List(RulesList),
    /// Show one rule: what it is for, its patterns and examples, its weight, what it earned
    Show(RulesShow),
    /// Find what is wrong with lexicon files before it costs a verdict
    #[command(after_long_help = help::RULES_LINT)]
    Lint(RulesPaths),
    /// Run the examples of every rule: those that must match and those that must not
    #[command(after_long_help = help::RULES_TEST)]
    Test(RulesPaths),
    /// Print the JSON Schema of lexicon files, for editors
    #[command(after_long_help = help::RULES_SCHEMA)]
    Schema,
}

/// List every rule, or those of a role, a tactic, a language.
#[derive(Debug, Args)]
#[command(after_long_help = help::RULES_LIST)]
pub(crate) struct RulesList {
    /// Only rules of this role: gift, request, obligation, disclaimer, pivot or benign
    #[arg(long, value_parser = ["gift", "request", "obligation", "disclaimer", "pivot", "benign"])]
    pub role: Option<String>,
    /// Only rules of this tactic
    #[arg(long, value_parser = Tactic::ALL.map(Tactic::name))]
    pub tactic: Option<String>,
    /// Only rules in this language, a code like `en`
    #[arg(long, value_name = "CODE")]
    pub language: Option<String>,
    /// What to write: one line a rule, or one array with an object for each
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
    #[command(flatten)]
    pub lexicons: LexiconArgs,
}

/// Show one rule: what it is for, its patterns and examples, its weight, and what it earned in the last evaluation.
#[derive(Debug, Args)]
#[command(after_long_help = help::RULES_SHOW)]
pub(crate) struct RulesShow {
    /// The id, as evidence names it and `rules list` lists it
    pub id: String,
    /// What to write
    #[arg(long, value_enum, default_value_t = ListFormat::Text)]
    pub format: ListFormat,
    #[command(flatten)]
    pub lexicons: LexiconArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// Lexicon files, read with the embedded ones beside them.
#[derive(Debug, Args)]
pub(crate) struct RulesPaths {
    /// Lexicon files, or folders of them; for `lint` a beholden.toml too
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub lexicons: LexiconArgs,
}
