//! The flags as they are written; what they mean is understood elsewhere.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::cli::help;
use crate::settings::Setting;
use crate::words::{Level, Tactic};

/// Detect reciprocity-based persuasion: what is given, what is asked back, and how hard it leans.
#[derive(Debug, Parser)]
#[command(name = "beholden", version, arg_required_else_help = true, propagate_version = true)]
#[command(after_help = help::BEHOLDEN)]
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
    ///
    /// Text, mail, mbox, Maildir and folders are read, also as .gz and .zst; standard input when there is no PATH or it is `-`.
    Scan(Scan),
    /// Pass one message through, with the verdict in added headers
    ///
    /// One message goes from standard input to standard output with X-Beholden-* headers added, and any that came with it
    /// removed; the rest stays byte for byte. What can't be judged passes unchanged.
    Filter(Filter),
    /// Answer mail systems: spamd, milter, HTTP (feature `serve`)
    ///
    /// It answers on any of three wires until SIGTERM; SIGHUP reads the lexicons again. ADDR is HOST:PORT, PORT (of 127.0.0.1)
    /// or unix:PATH, a socket with the permissions that umask leaves. Port 0 takes a free one; the log, on standard error, tells
    /// which.
    Serve(Serve),
    /// Explain a verdict: every cue, every contribution, and what would alter it
    ///
    /// Every cue is shown with what became of it, every contribution to the score, and the smallest change that would alter the
    /// level. `--tactic` tells how a tactic works, how to tell it from goodwill, and how to answer.
    Explain(Explain),
    /// Show the configuration that is in force, and where each value comes from
    ///
    /// Lexicons, thresholds, weights, rules that are off, allowed phrases and senders are shown, each with the line that says so.
    Config(Config),
    /// Look after the rules
    Rules(Rules),
    /// Measure the verdicts against labelled messages
    Eval(Eval),
    /// Fit the weights of both scores to labelled messages
    Learn(Learn),
    /// Print the JSON Schema of reports
    #[command(after_long_help = help::SCHEMA)]
    Schema,
    /// Print what a shell needs to complete this command line
    Completions(Completions),
    /// Print the manual page, or write a page for every command into a folder
    Man(Man),
}

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

/// What `explain` reads and writes.
#[derive(Debug, Args)]
#[command(after_long_help = help::EXPLAIN)]
pub(crate) struct Explain {
    /// The message; standard input when there is none or it is `-`
    pub path: Option<PathBuf>,
    /// Tell about a tactic instead, for whoever received such a message and for whoever writes one
    #[arg(long, value_name = "NAME", value_parser = tactic(), conflicts_with_all = ["path", "what_if"])]
    pub tactic: Option<Tactic>,
    /// What the input is
    #[arg(long, value_enum, default_value_t = Input::Auto)]
    pub input: Input,
    /// What to write
    #[arg(long, value_enum, default_value_t = ReportFormat::Text)]
    pub format: ReportFormat,
    /// Show the verdict with this weight of a rule or source beside the real one; a rule that weighs 0 is left out, and `off`
    /// leaves out a rule or a family
    #[arg(long, value_name = "RULE=WEIGHT", value_parser = what_if)]
    pub what_if: Vec<Setting>,
    #[command(flatten)]
    pub lexicons: LexiconArgs,
}

/// `RULE=WEIGHT` or `RULE=off`.
fn what_if(text: &str) -> Result<Setting, String> {
    let (name, value) = text.split_once('=').ok_or("it is not RULE=WEIGHT, as in obligation.guilt=0")?;
    let name = name.trim().to_owned();
    match value.trim() {
        "off" => Ok(Setting::Without(name)),
        number => match number.parse::<f64>() {
            Ok(weight) => Ok(Setting::Weight(name, weight.into())),
            Err(_) => Err(format!("{number:?} is neither a number nor off")),
        },
    }
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

/// A count; the standard library's own complaint speaks of digits.
fn whole_number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "it is no whole number from 0".to_owned())
}

/// A score from 0 with one decimal.
fn required(text: &str) -> Result<f64, String> {
    let score: f64 = text.parse().map_err(|_| "it is no number".to_owned())?;
    if (0.0..=100.0).contains(&score) { Ok((score * 10.0).round() / 10.0) } else { Err("it is not between 0 and 100".to_owned()) }
}

/// A tactic's name.
fn tactic() -> impl TypedValueParser<Value = Tactic> {
    PossibleValuesParser::new(Tactic::ALL.map(Tactic::name))
        .try_map(|name| Tactic::ALL.into_iter().find(|t| t.name() == name).ok_or("it is no tactic"))
}

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

/// Print what a shell needs to complete this command line; the shell reads it when it starts.
#[derive(Debug, Args)]
#[command(after_long_help = help::COMPLETIONS)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Print the manual page of the command itself, or write one for every command into a folder.
#[derive(Debug, Args)]
#[command(after_long_help = help::MAN)]
pub(crate) struct Man {
    /// Where to write all pages; the folder is made if it is missing
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// The commands and flags as data.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Reads the process's arguments. A first guess that went wrong is told the command that was meant.
pub(crate) fn parse() -> Result<Cli, clap::Error> {
    Cli::try_parse().map_err(|mut error| {
        let first = std::env::args_os().nth(1).unwrap_or_default();
        let wrong = match error.kind() {
            ErrorKind::InvalidSubcommand => error.get(ContextKind::InvalidSubcommand),
            ErrorKind::UnknownArgument => error.get(ContextKind::InvalidArg),
            _ => None,
        };
        if let Some(ContextValue::String(wrong)) = wrong
            && let Some(tip) = tip(first == "filter", wrong)
        {
            error.remove(ContextKind::SuggestedSubcommand);
            error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
        }
        error
    })
}

/// What was meant by a word that is no command, if it is told by what it looks like.
fn tip(filter: bool, wrong: &str) -> Option<String> {
    let path = std::path::Path::new(wrong);
    if filter {
        return (!wrong.starts_with('-')).then(|| format!("filter reads standard input: beholden filter < {wrong}"));
    }
    if path.exists() || wrong.contains(['/', '.']) && !wrong.contains(' ') {
        Some(format!("to judge a file or a folder: beholden scan {wrong}"))
    } else if wrong.contains(' ') {
        Some("to judge a piece of text: echo 'the text' | beholden scan".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// The command lines that a help shows: what stands behind `beholden` in lines that are indented by six.
    fn examples(help: &str) -> Vec<Vec<String>> {
        let part = help.split("Examples:\n").nth(1).unwrap_or_default().split("\n\n").next().unwrap_or_default();
        let lines = part.lines().filter_map(|l| l.strip_prefix("      "));
        lines
            .map(|line| {
                let at = line.find("beholden ").unwrap_or_else(|| panic!("no command in {line:?}"));
                let words = shlex::split(&line[at..]).unwrap_or_else(|| panic!("an open quote in {line:?}"));
                words.into_iter().take_while(|w| !["|", "<", ">", "&&"].contains(&w.as_str())).collect()
            })
            .collect()
    }

    fn check(command: &clap::Command, path: &str) -> usize {
        // Before it is wrapped to the width of a terminal.
        let help = command.get_after_long_help().or(command.get_after_help());
        let examples = examples(&help.map(ToString::to_string).unwrap_or_default());
        assert!(!examples.is_empty(), "beholden{path} --help has no examples");
        for words in &examples {
            if let Err(error) = Cli::try_parse_from(words) {
                assert_eq!(error.kind(), ErrorKind::DisplayHelp, "{words:?}: {error}");
            }
        }
        let own = format!("beholden{path}");
        assert!(examples.iter().any(|w| w.join(" ").starts_with(&own)), "{own} --help shows other commands only");
        let below = command.get_subcommands().filter(|c| c.get_name() != "help");
        1 + below.map(|c| check(c, &format!("{path} {}", c.get_name()))).sum::<usize>()
    }

    #[test]
    fn every_help_has_examples_that_parse() {
        assert!(check(&command(), "") >= 12);
    }

    #[test]
    fn an_example_is_what_stands_before_the_next_program() {
        let help = "x\n\nExamples:\n  Why:\n      echo 'a | b' | beholden scan --only 'x y' | head\n\nMore:\n      beholden no";
        assert_eq!(examples(help), [["beholden", "scan", "--only", "x y"]]);
    }

    #[test]
    fn a_word_that_is_no_command_is_understood() {
        for (filter, word, told) in [
            (false, "mail.eml", Some("to judge a file or a folder: beholden scan mail.eml")),
            (false, "src", Some("to judge a file or a folder: beholden scan src")),
            (false, "please give me money", Some("to judge a piece of text: echo 'the text' | beholden scan")),
            (false, "scna", None),
            (true, "mail.eml", Some("filter reads standard input: beholden filter < mail.eml")),
            (true, "--sa-compt", None),
        ] {
            assert_eq!(tip(filter, word).as_deref(), told, "{word}");
        }
    }
}
