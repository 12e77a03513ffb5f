//! The report on a verdict, written.

use crate::cue::Cue;
use crate::document::Document;
use crate::lexicon::Lexicon;
use crate::position::Position;
use crate::report::{Contribution, Evidence, Finding, Note, Probability, Report, Version};
use crate::score::UNIT;
use crate::verdict::{MAX_CUES_REPORTED, Verdict};
use crate::words::{Role, Zone};

impl Verdict<'_> {
    /// Writes the report.
    pub fn report(&self, version: Version, language: Option<String>) -> Report {
        let mut notes: Vec<Note> =
            self.document.notes.iter().map(|(code, detail)| Note { code, detail: detail.clone() }).collect();
        notes.extend(hidden_note(self.lexicon, self.cues));
        let findings = self.clear();
        let (shown, mut capped) = self.shown(&findings);
        let mut within = vec![false; self.cues.len()];
        findings.iter().flat_map(|f| &f.cues).for_each(|i| within[*i] = true);
        let lone: Vec<usize> = (0..self.cues.len()).filter(|i| !within[*i]).collect();
        capped |= lone.len() > MAX_CUES_REPORTED;
        if capped || self.capped {
            notes.push(Note { code: "capped", detail: format!("{} cues found, the first of them shown", self.cues.len()) });
        }
        let lone = self.first_lone(&lone);
        let mut wanted: Vec<usize> = shown.iter().flatten().chain(&lone).copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let positions = self.locate(&wanted);
        let find = |i: &usize| self.evidence(*i, &positions);
        let level = self.scored.level(&self.scorer.thresholds);
        let mut report = Report {
            schema: 1,
            version,
            id: None,
            language,
            level: Some(level),
            abstained: None,
            risk: Some(self.scored.risk()),
            score: Some(units(self.scored.score)),
            pressure_score: Some(units(self.scored.pressure_score)),
            probability: Some(Probability {
                goodwill: rounded(self.scored.p_goodwill),
                appeal: rounded(self.scored.p_appeal),
                pressure: rounded(self.scored.p_pressure),
            }),
            findings: findings
                .iter()
                .zip(&shown)
                .map(|(f, shown)| Finding {
                    tactic: f.tactic,
                    contribution: units(self.contribution(f)),
                    distance: f.distance,
                    order: f.order,
                    evidence: shown.iter().map(find).collect(),
                })
                .collect(),
            cues: lone.iter().map(find).collect(),
            contributions: self
                .scored
                .parts
                .iter()
                .map(|(f, value, pressure)| Contribution {
                    source: self.scorer.features.list[*f].name.clone(),
                    value: units(*value),
                    pressure: units(*pressure),
                })
                .collect(),
            notes,
            parts: None,
        };
        report.findings.sort_by(|a, b| b.contribution.total_cmp(&a.contribution));
        report
    }

    /// Evidence for the wanted cues, with every kind of offset.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command asks for it"))]
    pub(crate) fn all_evidence(&self, wanted: &[usize]) -> Vec<Evidence> {
        let positions = self.locate(wanted);
        wanted.iter().map(|cue| self.evidence(*cue, &positions)).collect()
    }

    /// Where the wanted cues begin and end, each position after the number of its part, in order, found in one pass over each part.
    fn locate(&self, wanted: &[usize]) -> Vec<(usize, Position)> {
        let mut points: Vec<(usize, usize)> = wanted
            .iter()
            .flat_map(|i| [(self.cues[*i].part, self.cues[*i].phrase.start), (self.cues[*i].part, self.cues[*i].phrase.end)])
            .collect();
        points.sort_unstable();
        points.dedup();
        let mut positions = Vec::with_capacity(points.len());
        let mut at = Position::default();
        let mut part = usize::MAX;
        for (p, byte) in &points {
            if *p != part {
                part = *p;
                at = Position::default();
            }
            at.advance(&self.document.parts[part].text, *byte);
            positions.push((*p, at));
        }
        positions
    }

    /// A cue, with every kind of offset.
    fn evidence(&self, cue: usize, positions: &[(usize, Position)]) -> Evidence {
        let cue = &self.cues[cue];
        let position = |byte: usize| {
            positions
                .binary_search_by_key(&(cue.part, byte), |(part, position)| (*part, position.byte))
                .map_or(Position::default(), |i| positions[i].1)
        };
        let (start, end) = (position(cue.phrase.start), position(cue.phrase.end));
        let part = &self.document.parts[cue.part];
        Evidence {
            role: self.lexicon.family(cue.rule).role,
            rule: self.lexicon.rules[cue.rule].id.clone(),
            part: part.id.clone(),
            zone: cue.zone,
            negated: cue.negated,
            text: Some(cue.phrase.of(&part.text).to_owned()),
            bytes: [start.byte, end.byte],
            chars: [start.chars, end.chars],
            utf16: [start.utf16, end.utf16],
            line: start.line + 1,
            column: start.column + 1,
        }
    }
}

impl Report {
    /// A report on what can't be judged.
    pub(crate) fn abstained(document: &Document<'_>, version: Version, language: Option<String>, code: &'static str) -> Self {
        Report {
            schema: 1,
            version,
            id: None,
            language,
            level: None,
            abstained: Some(code),
            risk: None,
            score: None,
            pressure_score: None,
            probability: None,
            findings: Vec::new(),
            cues: Vec::new(),
            contributions: Vec::new(),
            notes: document.notes.iter().map(|(code, detail)| Note { code, detail: detail.clone() }).collect(),
            parts: None,
        }
    }
}

/// That words which the reader can't see give, ask or oblige, if they do.
pub(crate) fn hidden_note(lexicon: &Lexicon, cues: &[Cue]) -> Option<Note> {
    let leans = |c: &&Cue| matches!(lexicon.family(c.rule).role, Role::Gift | Role::Request | Role::Obligation);
    let count = cues.iter().filter(|c| c.zone == Zone::Hidden && !c.negated).filter(leans).count();
    (count > 0).then(|| Note { code: "hidden_cues", detail: count.to_string() })
}

fn units(thousandths: i64) -> f64 {
    thousandths as f64 / UNIT
}

fn rounded(probability: f64) -> f64 {
    (probability * 10_000.0).round() / 10_000.0
}
