//! `beholden scan --advise`: for a writer, which wording of a draft leans on a debt, why, and what to do instead.

use std::io::{self, Write};

use anstyle::Style;

use crate::cli::tactic_page::{Page, wrap};
use crate::cli::text;
use crate::cli::visible::visible;
use crate::{Evidence, Finding, Level, Report, Role};

/// Writes the advice on one draft.
pub(crate) fn write(out: &mut impl Write, report: &Report, no_text: bool) -> io::Result<()> {
    let bold = Style::new().bold();
    let id = text::name(report);
    let Some(level) = report.level else {
        let code = report.abstained.unwrap_or("unknown");
        writeln!(out, "{bold}{id}{bold:#}: not judged ({code}: {})", text::abstention(code))?;
        return notes(out, report);
    };
    writeln!(out, "{bold}{id}{bold:#}: {}, risk {} of 100", level.name(), report.risk.unwrap_or(0))?;
    if level < Level::Appeal {
        writeln!(out, "  No wording here leans on a debt; the reader can say no.")?;
        return notes(out, report);
    }
    if report.findings.is_empty() {
        writeln!(out, "{}", wrap(TOGETHER, "  ", "  "))?;
    }
    for finding in &report.findings {
        let page = Page::of(finding.tactic);
        writeln!(out, "\n  {bold}{}{bold:#} ({})", page.title, page.name.name())?;
        writeln!(out, "{}", wrap(&page.lean, "  ", "  "))?;
        words(out, finding, page, no_text)?;
        writeln!(out, "{}", wrap(&page.ask, "  Instead: ", "    "))?;
    }
    notes(out, report)
}

/// How the draft was read, where that bears on the advice.
fn notes(out: &mut impl Write, report: &Report) -> io::Result<()> {
    for (i, note) in report.notes.iter().enumerate() {
        if i == 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", wrap(&format!("Note: {}: {}", note.code, visible(&note.detail)), "  ", "    "))?;
    }
    Ok(())
}

const TOGETHER: &str = "No single wording leans, but the signs together do. Say in one sentence what you ask for and why, and leave out \
what you gave.";

/// The words by role, each role with what to do about it.
fn words(out: &mut impl Write, finding: &Finding, page: &Page, no_text: bool) -> io::Result<()> {
    for role in [Role::Gift, Role::Obligation, Role::Request] {
        let mut spans = finding.evidence.iter().filter(|e| e.role == role).peekable();
        let Some(mend) = page.mend(role).filter(|_| spans.peek().is_some()) else { continue };
        for span in spans {
            let place = place(span);
            let quote = quote(span).filter(|_| !no_text);
            let line =
                quote.map_or_else(|| format!("{}, {place}", role.name()), |q| format!("{}, {place}: \"{q}\"", role.name()));
            writeln!(out, "{}", wrap(&line, "    - ", "      "))?;
        }
        writeln!(out, "{}", wrap(mend, "      > ", "        "))?;
    }
    Ok(())
}

fn place(span: &Evidence) -> String {
    match span.part.as_deref() {
        Some("subject") => "subject".to_owned(),
        _ => format!("line {}", span.line),
    }
}

/// The words on one line, with what would steer a terminal shown by number.
fn quote(span: &Evidence) -> Option<String> {
    Some(visible(span.text.as_deref()?).split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;

    fn advice(text: &str, no_text: bool) -> String {
        let report = Engine::new().unwrap().analyze(text);
        let mut out = Vec::new();
        write(&mut out, &report, no_text).unwrap();
        anstream::adapter::strip_str(&String::from_utf8(out).unwrap()).to_string()
    }

    const DRAFT: &str = "After all we have done for you, the least you could do is send $20.";

    #[test]
    fn each_wording_has_its_reason_and_what_to_do() {
        let advice = advice(DRAFT, false);
        let guilt = Page::of(crate::Tactic::Guilt);
        assert!(advice.contains(&guilt.lean) && advice.contains("  Instead: "), "{advice}");
        assert!(advice.contains("- obligation, line 1: \"After all we have done for you\""), "{advice}");
        assert!(advice.contains("      > Strike it."), "{advice}");
        assert!(advice.lines().all(|l| l.chars().count() <= 80), "{advice}");
    }

    #[test]
    fn without_text_no_word_of_the_draft_is_told() {
        let advice = advice(DRAFT, true);
        assert!(advice.contains("- obligation, line 1\n") && !advice.contains("least"), "{advice}");
    }

    #[test]
    fn a_plain_request_is_left_alone() {
        let advice = advice("Could you send me the minutes of the last meeting before Friday? No is fine too.", false);
        assert!(advice.ends_with("  No wording here leans on a debt; the reader can say no.\n"), "{advice}");
    }
}
