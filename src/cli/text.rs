//! The report for people: the message's own lines with gift and request marked, and one line that says why.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::{Evidence, Finding, Level, Report, Role, Tactic};

/// Lines are cut to this many characters around their evidence.
const WIDTH: usize = 72;

/// A report's id without JSON quotes.
pub(crate) fn plain(id: &serde_json::Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// Writes one report.
pub(crate) fn write(out: &mut impl Write, report: &Report, no_text: bool) -> io::Result<()> {
    let id = report.id.as_ref().map(plain).unwrap_or_default();
    let bold = Style::new().bold();
    let Some(level) = report.level else {
        let code = report.abstained.unwrap_or("unknown");
        return writeln!(out, "{bold}{id}{bold:#}: not judged ({code}: {})", abstention(code));
    };
    let style = level_style(level);
    writeln!(out, "{bold}{id}{bold:#}: {style}{}{style:#}, risk {} of 100", level.name(), report.risk.unwrap_or(0))?;
    let shown = level >= Level::Appeal;
    if shown && !no_text {
        marked(out, report)?;
    }
    for note in &report.notes {
        writeln!(out, "  note: {}: {}", note.code, note.detail)?;
    }
    writeln!(out, "  why: {}", why(report, level))
}

/// Why something is not judged, in words.
pub(crate) fn abstention(code: &str) -> &'static str {
    match code {
        "language" => "there is no lexicon for its language",
        "encrypted" => "its text is encrypted",
        "no_text" => "it holds no text",
        "allowed_sender" => "the configuration allows its sender",
        _ => "it is too large",
    }
}

/// The lines that hold evidence, each with a row of marks under it.
fn marked(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let mut evidence: Vec<&Evidence> =
        report.findings.iter().flat_map(|f| &f.evidence).filter(|e| e.role != Role::Pivot).collect();
    let part_index = |e: &Evidence| report.parts.iter().flatten().position(|p| p.part == e.part).unwrap_or(0);
    evidence.sort_by_key(|e| (part_index(e), e.bytes[0], usize::MAX - e.bytes[1]));
    evidence.dedup_by_key(|e| (part_index(e), e.bytes, e.role));
    let mut last = None;
    for item in evidence {
        let Some(part) = report.parts.iter().flatten().find(|p| p.part == item.part) else { continue };
        let start = part.text[..item.bytes[0]].rfind('\n').map_or(0, |i| i + 1);
        let end = part.text[start..].find('\n').map_or(part.text.len(), |i| start + i);
        let line: Vec<char> = part.text[start..end].trim_end().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let from = item.column - 1;
        // Evidence that runs on is marked to the end of its first line.
        let to = part.text[start..item.bytes[1].min(end)].chars().count().min(line.len()).max(from + 1);
        let window = match last {
            // What the line above already shows is marked under it.
            Some((part, number, shown)) if (part, number) == (part_index(item), item.line) && to <= shown + WIDTH => shown,
            _ if to <= WIDTH => 0,
            _ => from.saturating_sub(20).min(line.len() - WIDTH),
        };
        let cut: String = line[window..line.len().min(window + WIDTH)].iter().collect();
        let number = if item.part.as_deref() == Some("subject") { "subject".to_owned() } else { item.line.to_string() };
        let here = (part_index(item), item.line, window);
        if last != Some(here) {
            let (lead, tail) = (if window > 0 { "…" } else { " " }, if window + WIDTH < line.len() { "…" } else { "" });
            writeln!(out, "  {number:>7} |{lead}{cut}{tail}")?;
        }
        last = Some(here);
        let style = role_style(item.role);
        let (left, marks) = (from - window, to.min(window + WIDTH).saturating_sub(from).max(1));
        writeln!(out, "          | {}{style}{} {}{style:#}", " ".repeat(left), mark(item.role).repeat(marks), item.role.name())?;
    }
    Ok(())
}

fn mark(role: Role) -> &'static str {
    match role {
        Role::Gift => "^",
        Role::Request => "~",
        Role::Obligation => "!",
        _ => "-",
    }
}

fn role_style(role: Role) -> Style {
    let color = match role {
        Role::Gift => AnsiColor::Green,
        Role::Request => AnsiColor::Yellow,
        Role::Obligation => AnsiColor::Red,
        _ => AnsiColor::Cyan,
    };
    Style::new().fg_color(Some(color.into()))
}

fn level_style(level: Level) -> Style {
    let color = match level {
        Level::None | Level::Goodwill => AnsiColor::Green,
        Level::Appeal => AnsiColor::Yellow,
        Level::Pressure => AnsiColor::Red,
    };
    Style::new().bold().fg_color(Some(color.into()))
}

/// One line in plain words.
fn why(report: &Report, level: Level) -> String {
    let strongest: Option<&Finding> = report.findings.first();
    match (level, strongest) {
        (Level::None, _) => "nothing given, done or promised here leans on the reader.".to_owned(),
        (Level::Goodwill, _) => "something is given or thanked for, and nothing asked back leans on it.".to_owned(),
        (_, None) => "the signs together weigh more than any one of them.".to_owned(),
        (Level::Appeal, Some(finding)) => format!("{}; the tie is open and the reader can say no.", plain_words(finding.tactic)),
        (Level::Pressure, Some(finding)) => format!("{}, in a way that works against a free no.", plain_words(finding.tactic)),
    }
}

fn plain_words(tactic: Tactic) -> &'static str {
    match tactic {
        Tactic::GiftThenRequest => "something is given or done first, and the ask leans on it",
        Tactic::Exchange => "a bargain is offered: do this and get that",
        Tactic::FreeOffer => "something free or won is held out to get an action, data or money",
        Tactic::FavorDebt => "a past favour is named and called in",
        Tactic::Guilt => "ingratitude or unfairness is named or implied",
        Tactic::Concession => "a step down is made to get a step back",
        Tactic::ThanksLeverage => "thanks or praise is used as the lever",
        Tactic::PromisedReturn => "the help is to be repaid",
        Tactic::PayForward => "the debt is said to be owed to others",
        Tactic::Disclosure => "a confidence is given to get one, or help, back",
    }
}
