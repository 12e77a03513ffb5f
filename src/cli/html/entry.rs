//! One message on its way into the page: what the list says of it, and what is shown of it.

use crate::cli::html::excerpt::{Excerpt, pieces};
use crate::cli::render::Rank;
use crate::{Evidence, Level, Report, Role, Tactic};

/// One message.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(super) id: String,
    pub(super) level: Option<Level>,
    pub(super) risk: Option<u8>,
    pub(super) rank: Option<Rank>,
    pub(super) tactics: Vec<Tactic>,
    pub(super) abstained: Option<&'static str>,
    /// Its place among all messages, in the order in which they were read.
    pub(super) read: usize,
    /// Nothing where only the list has it.
    pub(super) full: Option<Full>,
}

/// What is shown of a message beside its row in the list.
#[derive(Debug)]
pub(super) struct Full {
    pub report: Report,
    pub signs: Vec<Sign>,
    pub excerpts: Vec<Excerpt>,
    /// Parts with text of which nothing is shown.
    pub parts_left: usize,
}

/// Evidence that is marked in the text and listed beside it.
#[derive(Debug)]
pub(super) struct Sign {
    pub evidence: Evidence,
    /// In no finding.
    pub alone: bool,
}

impl Entry {
    /// What the list says of a message.
    pub fn new(report: &Report, rank: Option<Rank>, id: String) -> Self {
        let mut tactics: Vec<Tactic> = Vec::new();
        for finding in &report.findings {
            if !tactics.contains(&finding.tactic) {
                tactics.push(finding.tactic);
            }
        }
        Self { id, level: report.level, risk: report.risk, rank, tactics, abstained: report.abstained, read: 0, full: None }
    }

    /// The same with what is shown below the list.
    pub fn in_full(self, report: &Report, no_text: bool) -> Self {
        Self { full: Some(Full::new(report, no_text)), ..self }
    }

    /// Whether there is more to see than that there is nothing.
    pub(super) fn is_worth_showing(&self) -> bool {
        self.level >= Some(Level::Goodwill) || !self.tactics.is_empty()
    }
}

impl Full {
    fn new(report: &Report, no_text: bool) -> Self {
        let mut signs = signs(report);
        let (excerpts, parts_left) = if no_text { (Vec::new(), 0) } else { excerpts(report, &signs) };
        if no_text {
            signs.iter_mut().for_each(|s| s.evidence.text = None);
        }
        let mut report = report.clone();
        report.strip_text();
        Self { report, signs, excerpts, parts_left }
    }
}

/// What is marked, in the order of the message: what findings are made of, and what else says something by itself.
fn signs(report: &Report) -> Vec<Sign> {
    let shown = |e: &&Evidence| matches!(e.role, Role::Gift | Role::Request | Role::Obligation | Role::Disclaimer) && !e.negated;
    let found: Vec<&Evidence> = report.findings.iter().flat_map(|f| &f.evidence).filter(shown).collect();
    // Where a finding marks the words already, the same said twice is no news.
    let again = |e: &Evidence| found.iter().any(|f| f.role == e.role && f.part == e.part && overlap(f.bytes, e.bytes));
    let alone = report.cues.iter().filter(shown).filter(|e| !again(e)).map(|e| (e, true));
    let found = found.iter().map(|e| (*e, false));
    let mut signs: Vec<Sign> = found.chain(alone).map(|(e, alone)| Sign { evidence: e.clone(), alone }).collect();
    let place = |s: &Sign| report.parts.iter().flatten().position(|p| p.part == s.evidence.part);
    signs.sort_by_key(|s| (place(s), s.evidence.bytes, s.evidence.role, s.alone));
    signs.dedup_by(|a, b| {
        (a.evidence.bytes, a.evidence.role, &a.evidence.part) == (b.evidence.bytes, b.evidence.role, &b.evidence.part)
    });
    signs
}

fn overlap(a: [usize; 2], b: [usize; 2]) -> bool {
    a[0] < b[1] && b[0] < a[1]
}

/// The Subject, the parts that hold marks, or else the first that holds text; and how many others hold text.
fn excerpts(report: &Report, signs: &[Sign]) -> (Vec<Excerpt>, usize) {
    let mut excerpts = Vec::new();
    let mut left = Vec::new();
    for part in report.parts.iter().flatten().filter(|p| !p.text.trim().is_empty()) {
        let name = match part.part.as_deref() {
            None => "Text".to_owned(),
            Some("subject") => "Subject".to_owned(),
            Some(number) => format!("Part {number}"),
        };
        let marks: Vec<(usize, usize, usize)> = signs
            .iter()
            .enumerate()
            .filter(|(_, s)| s.evidence.part == part.part)
            .map(|(i, s)| (i, s.evidence.bytes[0], s.evidence.bytes[1]))
            .collect();
        if marks.is_empty() && name != "Subject" {
            left.push((name, part));
        } else {
            excerpts.push(Excerpt { name, pieces: pieces(&part.text, &marks) });
        }
    }
    let only_subject = excerpts.iter().all(|e| e.name == "Subject");
    let parts_left = left.len() - usize::from(only_subject && !left.is_empty());
    if let Some((name, part)) = left.into_iter().next().filter(|_| only_subject) {
        excerpts.push(Excerpt { name, pieces: pieces(&part.text, &[]) });
    }
    (excerpts, parts_left)
}
