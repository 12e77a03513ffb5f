//! The report for people. On a terminal the message's own lines are marked, wrapped to its width; into a pipe, and so for a
//! screen reader, the same is told in plain sentences.

mod rows;
mod passage;
mod rails;
mod marked;
mod plain;

use std::io::{self, IsTerminal as _, Write};

use anstyle::{AnsiColor, Style};

use crate::cli::reason::{self, Words};
use crate::cli::visible::visible;
use crate::{Level, Report};

/// Lines are no wider than this, since longer ones are hard to read.
const WIDEST: usize = 100;

/// Nor is less assumed.
const NARROWEST: usize = 40;

/// The width where there is nothing to ask for it.
const USUAL: usize = 80;

/// How a report is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// With marks under the words, to this width.
    Marked(usize),
    /// In sentences.
    Plain,
}

impl Look {
    /// Marked for a terminal, or where colour was asked for; a terminal that can do nothing gets sentences.
    pub fn of_standard_output() -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|t| t == "dumb");
        match anstream::ColorChoice::global() {
            anstream::ColorChoice::Always | anstream::ColorChoice::AlwaysAnsi => Look::Marked(width()),
            _ if io::stdout().is_terminal() && !dumb => Look::Marked(width()),
            _ => Look::Plain,
        }
    }
}

/// The width of the terminal, or what COLUMNS says where there is none.
fn width() -> usize {
    let of_terminal = terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
    let of_variable = || std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    of_terminal.or_else(of_variable).unwrap_or(USUAL).clamp(NARROWEST, WIDEST)
}

/// A report's id without JSON quotes, as it may be shown.
pub(crate) fn name(report: &Report) -> String {
    let id = report.id.as_ref().map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned)).unwrap_or_default();
    visible(&id).into_owned()
}

/// Writes one report.
pub(crate) fn write(out: &mut impl Write, report: &Report, look: Look, no_text: bool) -> io::Result<()> {
    let (bold, id) = (Style::new().bold(), name(report));
    let width = if let Look::Marked(width) = look { width } else { USUAL };
    let Some(level) = report.level else {
        let code = report.abstained.unwrap_or("unknown");
        writeln!(out, "{bold}{id}{bold:#}: not judged ({code}: {})", abstention(code))?;
        return notes(out, report, width);
    };
    let style = level_style(level);
    writeln!(out, "{bold}{id}{bold:#}: {style}{}{style:#}, risk {} of 100", level.name(), report.risk.unwrap_or(0))?;
    let shown = level >= Level::Appeal;
    let why = format!("Why: {}.", reason::conclusion(level, !report.findings.is_empty()));
    wrapped(out, &why, width, "")?;
    if shown {
        let words = if no_text { Words::Withheld } else { Words::Quoted };
        let several = report.findings.len() > 1;
        for (i, finding) in report.findings.iter().enumerate() {
            let number = match look {
                _ if !several => String::new(),
                Look::Marked(_) => format!("[{}] ", i + 1),
                Look::Plain => format!("{}. ", i + 1),
            };
            let sentence = format!("{number}{}: {}", capital(&reason::title(finding.tactic)), reason::reason(finding, words));
            wrapped(out, &sentence, width, if several { "    " } else { "" })?;
        }
        if !no_text {
            match look {
                Look::Marked(width) => marked::write(out, report, width)?,
                Look::Plain => plain::write(out, report, width)?,
            }
        }
    }
    notes(out, report, width)
}

/// How the message was read.
fn notes(out: &mut impl Write, report: &Report, width: usize) -> io::Result<()> {
    for note in &report.notes {
        wrapped(out, &format!("Note: {}: {}", note.code, visible(&note.detail)), width, "")?;
    }
    Ok(())
}

/// Writes a sentence in rows, the later ones after an indent.
fn wrapped(out: &mut impl Write, sentence: &str, width: usize, indent: &str) -> io::Result<()> {
    for (i, row) in rows::wrap(sentence, crate::Span::new(0, sentence.len()), width - indent.len()).iter().enumerate() {
        let indent = if i == 0 { "" } else { indent };
        writeln!(out, "{indent}{}", row.text().trim_end())?;
    }
    Ok(())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Why a message can't be judged.
pub(crate) fn abstention(code: &str) -> &'static str {
    match code {
        "language" => "there is no lexicon for its language",
        "encrypted" => "its text is encrypted",
        "no_text" => "it holds no text",
        "allowed_sender" => "the configuration allows its sender",
        _ => "it is too large",
    }
}

fn level_style(level: Level) -> Style {
    let color = match level {
        Level::None | Level::Goodwill => AnsiColor::Green,
        Level::Appeal => AnsiColor::Yellow,
        Level::Pressure => AnsiColor::Red,
    };
    Style::new().bold().fg_color(Some(color.into()))
}
