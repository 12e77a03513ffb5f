//! The weights file, and the thresholds in it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::feature::CONTEXT;

/// The levels' thresholds on their probabilities.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// P(level >= goodwill) from which a message is goodwill.
    pub goodwill: f64,
    /// P(level >= appeal) from which a message is an appeal.
    pub appeal: f64,
    /// P(pressure) from which a message is pressure.
    pub pressure: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { goodwill: 0.5, appeal: 0.5, pressure: 0.5 }
    }
}

/// The weights file: thresholds and weights of both scores, with where they come from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Weights {
    /// What they were learned from and the figures they were accepted with.
    #[serde(default)]
    pub learned: BTreeMap<String, serde_json::Value>,
    pub thresholds: Thresholds,
    /// Log-odds by feature; a feature that is not named keeps its prior.
    pub appeal: BTreeMap<String, f64>,
    pub pressure: BTreeMap<String, f64>,
    /// Weights of q, the chance of goodwill where there is no appeal.
    pub goodwill: BTreeMap<String, f64>,
}

impl Weights {
    /// The context stems that have a weight, in alphabetical order.
    pub fn contexts(&self) -> Vec<String> {
        let names: BTreeSet<&str> =
            self.appeal.keys().chain(self.pressure.keys()).filter_map(|name| name.strip_prefix(CONTEXT)).collect();
        names.into_iter().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{compiled, embedded};

    #[test]
    fn the_compiled_lexicon_watches_what_the_shipped_weights_do() {
        let weights: Weights = serde_json::from_str(embedded::WEIGHTS).unwrap();
        assert!(!weights.contexts().is_empty());
        assert_eq!(compiled::lexicon().vocabulary.watched(), weights.contexts());
    }
}
