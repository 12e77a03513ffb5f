//! What each rule earned in an evaluation, as counts: a small file that the command ships with and `rules show` reads.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::engine::Engine;
use crate::lab::gold::GoldSet;
use crate::lab::rule_table::RuleRow;

/// The counts of one evaluation, and what it was made with and on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Earned {
    /// The version of beholden, and the hashes of its lexicon and weights.
    pub beholden: String,
    pub lexicon: String,
    pub weights: String,
    /// The labelled files, by name and hash.
    pub data: Vec<(String, String)>,
    pub messages: usize,
    /// Each rule of the lexicon, those that never fired too: what is not here was not measured.
    pub rules: BTreeMap<String, Counts>,
}

/// What one rule did. All figures count messages, but for `sole`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Counts {
    /// Messages in which it has a cue that counts.
    pub hits: usize,
    /// Those of them that its role fits.
    pub fits: usize,
    pub sources: usize,
    /// Findings in which no other rule names the gift or the obligation.
    pub sole: usize,
    /// Messages that would be judged wrongly without it, and those that would be judged rightly.
    pub lost: usize,
    pub gained: usize,
}

impl Earned {
    /// The counts of a table.
    pub fn new(engine: &Engine, set: &GoldSet, table: &[RuleRow]) -> Self {
        let version = engine.version();
        let counts = |r: &RuleRow| Counts {
            hits: r.hits,
            fits: (r.precision * r.hits as f64).round() as usize,
            sources: r.sources,
            sole: r.sole,
            lost: r.lost,
            gained: r.gained,
        };
        let none = Counts { hits: 0, fits: 0, sources: 0, sole: 0, lost: 0, gained: 0 };
        let mut rules: BTreeMap<String, Counts> = engine.rules().map(|r| (r.id.to_owned(), none)).collect();
        rules.extend(table.iter().map(|r| (r.rule.clone(), counts(r))));
        Self {
            beholden: version.beholden.to_owned(),
            lexicon: version.lexicon.clone(),
            weights: version.weights.clone(),
            data: set.files.clone(),
            messages: set.messages.len(),
            rules,
        }
    }
}
