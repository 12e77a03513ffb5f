//! Which passages of a message are shown: the lines that hold evidence, cut around it where they are long.

use crate::{Evidence, Finding, Level, PartText, Report, Role, Span, Zone};

/// A piece of evidence, once however many findings share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The place of its part in the report.
    pub part: usize,
    pub span: Span,
    pub role: Role,
    /// The numbers of the findings, from 1.
    pub findings: Vec<usize>,
}

/// A stretch of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passage {
    pub part: usize,
    /// `subject`, or the number of the line.
    pub name: String,
    pub span: Span,
    /// The line goes on before and after it.
    pub cut: (bool, bool),
}

/// The marks in the order of the message.
pub(crate) fn marks(report: &Report) -> Vec<Mark> {
    let parts = report.parts.as_deref().unwrap_or_default();
    let mut marks: Vec<Mark> = Vec::new();
    let mut add = |evidence: &Evidence, finding: Option<usize>| {
        let Some(part) = parts.iter().position(|p| p.part == evidence.part) else { return };
        if matches!(evidence.role, Role::Pivot | Role::Benign) || evidence.negated {
            return;
        }
        let span = Span::new(evidence.bytes[0], evidence.bytes[1]);
        match marks.iter_mut().find(|m| (m.part, m.span, m.role) == (part, span, evidence.role)) {
            Some(mark) => mark.findings.extend(finding),
            None => marks.push(Mark { part, span, role: evidence.role, findings: finding.into_iter().collect() }),
        }
    };
    for (i, finding) in report.findings.iter().enumerate() {
        finding.evidence.iter().for_each(|e| add(e, Some(i + 1)));
    }
    if report.findings.is_empty() && report.level >= Some(Level::Appeal) {
        report.cues.iter().filter(|e| e.zone.is_own()).for_each(|e| add(e, None));
    }
    marks.sort_by_key(|m| (m.part, m.span.start, usize::MAX - m.span.end));
    marks
}

/// The stretches of lines that hold marks. Of a long line only what is within `around` bytes of a mark is shown.
pub(crate) fn passages(report: &Report, marks: &[Mark], around: usize) -> Vec<Passage> {
    let mut all: Vec<Passage> = Vec::new();
    for mark in marks {
        let Some(part) = report.parts.as_deref().unwrap_or_default().get(mark.part) else { continue };
        let first = evidence(report, part, mark);
        let mut number = first.map_or(1, |e| e.line);
        let is_subject = first.is_some_and(|e| e.zone == Zone::Subject);
        let mut start = part.text[..mark.span.start].rfind('\n').map_or(0, |i| i + 1);
        while start < mark.span.end {
            let end = part.text[start..].find('\n').map_or(part.text.len(), |i| start + i);
            let line = Span::new(start, start + part.text[start..end].trim_end().len());
            let name = if is_subject { "subject".to_owned() } else { number.to_string() };
            all.push(passage(&part.text, mark, name, line, around));
            (start, number) = (end + 1, number + 1);
        }
    }
    all.sort_by_key(|p| (p.part, p.span.start, p.span.end));
    let mut out: Vec<Passage> = Vec::new();
    all.into_iter().for_each(|p| push(&mut out, p));
    out
}

fn evidence<'a>(report: &'a Report, part: &PartText, mark: &Mark) -> Option<&'a Evidence> {
    let all = report.findings.iter().flat_map(|f: &Finding| &f.evidence).chain(&report.cues);
    all.into_iter().find(|e| e.part == part.part && e.bytes == [mark.span.start, mark.span.end])
}

/// What is shown of a line for one mark.
fn passage(text: &str, mark: &Mark, name: String, line: Span, around: usize) -> Passage {
    let (from, to) = (mark.span.start.max(line.start), mark.span.end.min(line.end));
    let mut start = line.start;
    if from - line.start > around {
        let near = text.floor_char_boundary(from - around / 4);
        // From the word after the cut on, if there is one before the mark.
        start = text[near..from].find(' ').map_or(near, |i| near + i + 1);
    }
    let end = if line.end.saturating_sub(to) > around { text.floor_char_boundary(to + around) } else { line.end };
    Passage { part: mark.part, name, span: Span::new(start, end), cut: (start > line.start, end < line.end) }
}

/// Adds a passage, as one with the last where they touch.
fn push(out: &mut Vec<Passage>, next: Passage) {
    match out.last_mut() {
        _ if next.span.is_empty() => {}
        Some(last) if (last.part, &last.name) == (next.part, &next.name) && next.span.start <= last.span.end => {
            if next.span.end > last.span.end {
                (last.span.end, last.cut.1) = (next.span.end, next.cut.1);
            }
        }
        _ => out.push(next),
    }
}
