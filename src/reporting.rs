//! The report on a verdict, written.

use crate::cue::Cue;
use crate::document::Document;
use crate::extent::{Extent, extents};
use crate::lexicon::Lexicon;
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
        findings.iter().flat_map(|(f, _)| &f.cues).for_each(|i| within[*i] = true);
        let lone = self.first_lone(&within);
        capped |= within.iter().filter(|w| !**w).count() > MAX_CUES_REPORTED;
        if capped || self.capped {
            notes.push(Note { code: "capped", detail: format!("{} cues found, the first of them shown", self.cues.len()) });
        }
        let wanted: Vec<usize> = shown.iter().flatten().chain(&lone).copied().collect();
        let mut evidence = self.evidence(&wanted).into_iter();
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
                .map(|((f, contribution), shown)| Finding {
                    tactic: f.tactic,
                    contribution: units(*contribution),
                    distance: f.distance,
                    order: f.order,
                    evidence: evidence.by_ref().take(shown.len()).collect(),
                })
                .collect(),
            cues: evidence.collect(),
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
    pub(crate) fn evidence(&self, wanted: &[usize]) -> Vec<Evidence> {
        let cues = wanted.iter().map(|i| &self.cues[*i]);
        let extents = extents(self.document, cues.clone().map(|c| (c.part, c.phrase)));
        cues.zip(extents).map(|(cue, extent)| self.item(cue, extent)).collect()
    }

    fn item(&self, cue: &Cue, extent: Extent) -> Evidence {
        let part = &self.document.parts[cue.part];
        let rule = &self.lexicon.rules[cue.rule];
        Evidence {
            role: self.lexicon.families[rule.family].role,
            rule: rule.id.clone(),
            part: part.id.clone(),
            zone: cue.zone,
            negated: cue.negated,
            text: Some(cue.phrase.of(&part.text).to_owned()),
            bytes: extent.bytes,
            chars: extent.chars,
            utf16: extent.utf16,
            line: extent.line + 1,
            column: extent.column + 1,
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
