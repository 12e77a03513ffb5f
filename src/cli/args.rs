//! The flags as they are written; what they mean is understood elsewhere.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::words::{Level, Tactic};

/// Detect reciprocity-based persuasion: what is given, what is asked back, and how hard it leans.
#[derive(Debug, Parser)]
#[command(name = "beholden", version, arg_required_else_help = true, propagate_version = true)]
#[command(after_help = "Examples:
  beholden scan mail.eml                    read one mail, see the gift and the request marked in it
  beholden scan --format jsonl Maildir      one report a line
  beholden scan --sort risk --only appeal archive.mbox.gz
  beholden scan --state seen.txt --format csv Maildir    only what is new since the last time
  cat mail.eml | beholden scan --fail-on pressure && echo fine
  beholden filter < mail.eml                the same mail with X-Beholden-* headers

Exit status: 0 done, 1 something reached --fail-on, 2 an error somewhere, after all else was done.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub command: Command,
    /// When to use colour
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true)]
    pub color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge text, mail, files and folders
    Scan(Scan),
    /// Pass one message through, with the verdict in added headers
    Filter(Filter),
    /// Answer mail systems: spamd, milter, HTTP (feature `serve`)
    Serve(Serve),
    /// Look after the rules
    Rules(Rules),
    /// Measure the verdicts against labelled messages
    Eval(Eval),
    /// Fit the weights of both scores to labelled messages
    Learn(Learn),
    /// Print the JSON Schema of reports
    Schema,
}

/// Judge text, mail, mbox, Maildir and folders, also as .gz and .zst; standard input when there is no PATH or it is `-`.
#[derive(Debug, Args)]
pub(crate) struct Scan {
    /// Files and folders to judge. In folders .txt, .eml, .mbox, Maildir and mail without an extension are read
    pub paths: Vec<PathBuf>,
    /// What the input is
    #[arg(long, value_enum, default_value_t = Input::Auto)]
    pub input: Input,
    /// What to write
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub format: Format,
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
    /// Add the decoded parts, so that every offset can be checked
    #[arg(long, conflicts_with = "no_text")]
    pub with_text: bool,
    /// Leave message text out everywhere
    #[arg(long)]
    pub no_text: bool,
    /// Exit with status 2 when a line of JSON Lines input is bad
    #[arg(long)]
    pub strict: bool,
    /// Threads that judge; 0 for one a core. The output is the same whatever their number
    #[arg(long, default_value_t = 0, value_name = "N")]
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
    /// The message with its evidence marked, for people
    Text,
    /// One array of reports
    Json,
    /// One report a line
    Jsonl,
    /// One row a message
    Csv,
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

/// Pass one message from standard input to standard output with X-Beholden-* headers added, and any that came with it
/// removed; the rest stays byte for byte. What can't be judged passes unchanged.
#[derive(Debug, Args)]
#[command(
    after_help = "Exit status: 0 whatever the verdict; 75 when the message could not be read or written in full, and with --strict
also when it could not be judged, so that the mail system tries again."
)]
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

/// Answer mail systems on any of three wires, until SIGTERM; SIGHUP reads the lexicons again. ADDR is HOST:PORT, PORT (of
/// 127.0.0.1) or unix:PATH, a socket with the permissions that umask leaves. Port 0 takes a free one; the log, on standard
/// error, tells which.
#[derive(Debug, Args)]
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

/// Lexicons beside the embedded ones.
#[derive(Debug, Clone, Args)]
pub(crate) struct LexiconArgs {
    /// Add a lexicon file, or all that a folder holds, to the embedded ones
    #[arg(long, value_name = "PATH")]
    pub lexicon: Vec<PathBuf>,
}

/// A score from 0 with one decimal.
fn required(text: &str) -> Result<f64, String> {
    let score: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    if (0.0..=100.0).contains(&score) { Ok((score * 10.0).round() / 10.0) } else { Err("it is not between 0 and 100".to_owned()) }
}

/// Look after the rules.
#[derive(Debug, Args)]
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
    Lint(RulesPaths),
    /// Run the examples of every rule: those that must match and those that must not
    Test(RulesPaths),
    /// Print the JSON Schema of lexicon files, for editors
    Schema,
}

/// List every rule, or those of a role, a tactic, a language.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  beholden rules list --role obligation
  beholden rules list --tactic favor_debt --format json")]
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
#[command(after_help = "Example:
  beholden rules show obligation.guilt.after_all")]
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
#[command(
    after_help = "Without a PATH it is about the embedded lexicons. A file of a checkout's own lexicons/en stands for the embedded one of
its name. Exit status: 0 nothing is wrong, 1 a finding of level error or a failed example, 2 something could not be read."
)]
pub(crate) struct RulesPaths {
    /// Lexicon files, or folders of them
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
}

/// Measure the verdicts against labelled messages.
#[derive(Debug, Args)]
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
