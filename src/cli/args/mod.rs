//! The flags as they are written, a file a command; what they mean is understood elsewhere. Nothing else knows clap.

mod settings;
mod scan;
mod filter;
mod serve;
mod explain;
mod rules;
mod lab;
mod pages;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::cli::help;

pub(crate) use explain::Explain;
pub(crate) use filter::{Filter, HeaderArgs};
pub(crate) use lab::{By, Eval, EvalFormat, Learn, SplitArg};
pub(crate) use pages::{Completions, Man};
pub(crate) use rules::{ListFormat, Rules, RulesCommand, RulesList, RulesPaths, RulesShow};
pub(crate) use scan::{Format, Input, LevelArg, Scan};
pub(crate) use serve::Serve;
#[cfg(all(feature = "serve", unix))]
pub(crate) use serve::Threshold;
pub(crate) use settings::{Config, LexiconArgs, ReportFormat};

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
