//! What each rule does for the verdicts: how often it fires, how often rightly, and what would be lost without it.

use serde::Serialize;

use crate::cue::Cue;
use crate::document::Document;
use crate::engine::Engine;
use crate::finding::compose;
use crate::lab::gold::Gold;
use crate::words::{Level, Role};

/// One line of the table. All figures count messages, but for `sole`.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct RuleRow {
    pub rule: String,
    /// Messages in which the rule has a cue that counts: own words, not negated.
    pub hits: usize,
    /// The sources in which it has one.
    pub sources: usize,
    /// The share of the hits that its role fits: level >= appeal, or below it for counter-evidence.
    pub precision: f64,
    /// Findings in which no other rule names the gift or the obligation.
    pub sole: usize,
    /// Messages that are on the right side of level 2 now and would not be without the rule.
    pub lost: usize,
    /// Messages that would come to the right side without it.
    pub gained: usize,
}

/// The table for every rule that fires, in the order of the lexicon.
pub(crate) fn rule_table(engine: &Engine, messages: &[Gold]) -> Vec<RuleRow> {
    let rules = engine.lexicon.rules.len();
    let mut hits = vec![0usize; rules];
    let mut right = vec![0usize; rules];
    let mut sole = vec![0usize; rules];
    let mut lost = vec![0usize; rules];
    let mut gained = vec![0usize; rules];
    let mut sources: Vec<std::collections::BTreeSet<&str>> = vec![Default::default(); rules];
    for gold in messages {
        let reading = engine.read(&Document::from_subject_and_text(&gold.subject, &gold.text));
        let positive = gold.level() >= Level::Appeal;
        let is_right = |cues: &[Cue]| -> bool {
            let scored = engine.scorer.score(&engine.lexicon, cues, &compose(&engine.lexicon, cues), &reading.surroundings);
            (scored.level(&engine.scorer.thresholds) >= Level::Appeal) == positive
        };
        let before = is_right(&reading.cues);
        let mut fired: Vec<usize> = reading.cues.iter().filter(|c| c.zone.is_own() && !c.negated).map(|c| c.rule).collect();
        fired.sort_unstable();
        fired.dedup();
        for rule in fired {
            hits[rule] += 1;
            sources[rule].insert(&gold.source);
            right[rule] += usize::from((engine.lexicon.family(rule).role != Role::Benign) == positive);
            let rest: Vec<Cue> = reading.cues.iter().filter(|c| c.rule != rule).cloned().collect();
            let after = is_right(&rest);
            lost[rule] += usize::from(before && !after);
            gained[rule] += usize::from(!before && after);
        }
        for finding in &reading.composition.findings {
            let mut giving: Vec<usize> = finding
                .cues
                .iter()
                .map(|i| reading.cues[*i].rule)
                .filter(|r| matches!(engine.lexicon.family(*r).role, Role::Gift | Role::Obligation | Role::Pivot))
                .collect();
            giving.sort_unstable();
            giving.dedup();
            if let [only] = giving[..] {
                sole[only] += 1;
            }
        }
    }
    (0..rules)
        .filter(|r| hits[*r] > 0)
        .map(|r| RuleRow {
            rule: engine.lexicon.rules[r].id.clone(),
            hits: hits[r],
            sources: sources[r].len(),
            precision: right[r] as f64 / hits[r] as f64,
            sole: sole[r],
            lost: lost[r],
            gained: gained[r],
        })
        .collect()
}
