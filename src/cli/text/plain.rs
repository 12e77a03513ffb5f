//! Passages for a pipe and a screen reader: the words of a line, with what they do said in place.

use std::io::{self, Write};

use crate::cli::text::passage::{self, Mark, Passage};
use crate::cli::text::wrapped;
use crate::cli::visible::visible;
use crate::{Report, Span};

/// Of a long line so many bytes around a mark are shown.
const AROUND: usize = 160;

/// Writes a report's passages.
pub(crate) fn write(out: &mut impl Write, report: &Report, width: usize) -> io::Result<()> {
    let marks = passage::marks(report);
    for passage in passage::passages(report, &marks, AROUND) {
        let Some(part) = report.parts.as_deref().unwrap_or_default().get(passage.part) else { continue };
        let place = if passage.name == "subject" { "Subject".to_owned() } else { format!("Line {}", passage.name) };
        let (lead, tail) = (if passage.cut.0 { "…" } else { "" }, if passage.cut.1 { "…" } else { "" });
        let sentence = format!("{place}: {lead}{}{tail}", told(&part.text, &passage, &marks).trim());
        wrapped(out, &sentence, width, "    ")?;
    }
    Ok(())
}

/// The passage with each marked stretch in brackets after the name of what it does.
fn told(text: &str, passage: &Passage, marks: &[Mark]) -> String {
    let here: Vec<&Mark> = marks.iter().filter(|m| m.part == passage.part && m.span.overlaps(passage.span)).collect();
    let mut borders: Vec<usize> = here.iter().flat_map(|m| [m.span.start, m.span.end]).collect();
    borders.extend([passage.span.start, passage.span.end]);
    borders.retain(|b| (passage.span.start..=passage.span.end).contains(b));
    borders.sort_unstable();
    borders.dedup();
    let mut out = String::new();
    for pair in borders.windows(2) {
        let stretch = Span::new(pair[0], pair[1]);
        let mut over: Vec<&str> = here.iter().filter(|m| m.span.overlaps(stretch)).map(|m| m.role.name()).collect();
        over.dedup();
        let words = visible(stretch.of(text));
        if over.is_empty() || words.trim().is_empty() {
            out.push_str(&words);
        } else {
            out.push_str(&format!("[{}: {words}]", over.join(" and ")));
        }
    }
    out
}
