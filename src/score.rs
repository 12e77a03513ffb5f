//! The two scores of a composed message: exactly additive weights of its features.
//!
//! Weights are thousandths of a log-odds unit, kept as integers so that printed contributions sum to the printed score.

use std::collections::BTreeMap;

use crate::cue::Cue;
use crate::error::Error;
use crate::extraction::Surroundings;
use crate::feature::{Feature, Features};
use crate::finding::Composition;
use crate::format::GOODWILL;
use crate::lexicon::Lexicon;
use crate::weights::{Thresholds, Weights};
use crate::words::{Level, Role};

/// Thousandths in one unit of log-odds.
pub(crate) const UNIT: f64 = 1000.0;

/// Weights laid out by feature number, in thousandths.
pub(crate) struct Scorer {
    pub features: Features,
    pub thresholds: Thresholds,
    /// On the appeal score and on the pressure score.
    weights: Vec<[i64; 2]>,
    goodwill: [i64; 4],
}

/// The two scores of a message with what each feature adds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scored {
    /// Feature number, thousandths for appeal, thousandths for pressure.
    pub parts: Vec<(usize, i64, i64)>,
    pub score: i64,
    pub pressure_score: i64,
    pub p_goodwill: f64,
    pub p_appeal: f64,
    pub p_pressure: f64,
}

impl Scorer {
    /// Lays the weights of a file over the lexicon's priors. A weight for no feature is an error.
    pub fn new(lexicon: &Lexicon, file: &str, weights: &Weights) -> Result<Self, Error> {
        let features = Features::new(lexicon);
        // An override could not tell which of the two it is for.
        if let Some(rule) = lexicon.rules.iter().find(|r| features.index(&r.id).is_some()) {
            let cause = format!("rule {:?} has the name of a source of contributions: give it another id", rule.id);
            return Err(Error::at(&rule.file, Some(rule.line), cause));
        }
        let lay = |map: &BTreeMap<String, f64>, prior: &dyn Fn(&Feature) -> f64| -> Result<Vec<i64>, Error> {
            if let Some(unknown) = map.keys().find(|k| features.index(k).is_none()) {
                return Err(Error::at(file, None, format!("weight for unknown feature {unknown:?}")));
            }
            Ok(features.list.iter().map(|f| thousandths(map.get(&f.name).copied().unwrap_or_else(|| prior(f)))).collect())
        };
        let appeal = lay(&weights.appeal, &|f| f.prior.appeal)?;
        let pressure = lay(&weights.pressure, &|f| f.prior.pressure)?;
        let laid = appeal.into_iter().zip(pressure).map(|(appeal, pressure)| [appeal, pressure]).collect();
        let q = |name: &str| {
            let prior = || lexicon.goodwill.get(name).copied().unwrap_or_default();
            thousandths(weights.goodwill.get(name).copied().unwrap_or_else(prior))
        };
        let goodwill = GOODWILL.map(q);
        Ok(Self { features, thresholds: weights.thresholds, weights: laid, goodwill })
    }

    /// Gives a source its weight: what is not given stays.
    ///
    /// # Errors
    /// No source is called so; the cause in words.
    pub fn set(&mut self, source: &str, appeal: Option<f64>, pressure: Option<f64>) -> Result<(), String> {
        let feature = self.features.index(source).ok_or_else(|| format!("no rule or source is called {source:?}"))?;
        for (weight, given) in self.weights[feature].iter_mut().zip([appeal, pressure]) {
            *weight = given.map_or(*weight, thousandths);
        }
        Ok(())
    }

    /// Takes a rule out of its family's weight, to be given one of its own.
    pub fn part(&mut self, lexicon: &Lexicon, rule: usize) {
        if self.features.index(&lexicon.rules[rule].id).is_none() {
            let shared = self.features.of_rule(rule);
            self.features.part(lexicon, rule);
            self.weights.extend_from_within(shared..=shared + 1);
        }
    }

    /// A feature's weights on the appeal score and on the pressure score, in thousandths.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "the command shows what a setting stands in place of"))]
    pub fn weights(&self, feature: usize) -> [i64; 2] {
        self.weights[feature]
    }

    /// What a feature weighs in the evidence: on the appeal score, and half of what it weighs on pressure.
    pub fn weight(&self, feature: usize) -> i64 {
        let [appeal, pressure] = self.weights[feature];
        appeal + pressure / 2
    }

    /// Scores one composed message.
    pub fn score(&self, lexicon: &Lexicon, cues: &[Cue], composition: &Composition, surroundings: &Surroundings) -> Scored {
        let features = self.features.of(lexicon, cues, composition, surroundings);
        let mut parts = Vec::with_capacity(features.len());
        parts.extend(features.into_iter().map(|f| (f, self.weights[f][0], self.weights[f][1])));
        parts.retain(|(feature, appeal, pressure)| *feature == 0 || *appeal != 0 || *pressure != 0);
        let score: i64 = parts.iter().map(|p| p.1).sum();
        let pressure_score: i64 = parts.iter().map(|p| p.2).sum();
        let p_appeal = sigmoid(score);
        let p_pressure = p_appeal * sigmoid(pressure_score);
        let q = sigmoid(self.goodwill_parts(lexicon, cues).iter().sum());
        Scored { parts, score, pressure_score, p_goodwill: p_appeal + (1.0 - p_appeal) * q, p_appeal, p_pressure }
    }

    /// What the chance of goodwill is made of, in the order of [`GOODWILL`].
    pub fn goodwill_parts(&self, lexicon: &Lexicon, cues: &[Cue]) -> [i64; 4] {
        let mut there = [true, false, false, false];
        for cue in cues.iter().filter(|c| c.zone.is_own() && !c.negated) {
            let family = lexicon.family(cue.rule);
            there[1] |= family.role == Role::Gift;
            there[2] |= family.name == "gratitude";
            there[3] |= matches!(family.name.as_str(), "kindness" | "refusals");
        }
        std::array::from_fn(|i| self.goodwill[i] * i64::from(there[i]))
    }
}

impl Scored {
    /// The highest level whose probability reaches its threshold.
    pub fn level(&self, thresholds: &Thresholds) -> Level {
        if self.p_pressure >= thresholds.pressure {
            Level::Pressure
        } else if self.p_appeal >= thresholds.appeal {
            Level::Appeal
        } else if self.p_goodwill >= thresholds.goodwill {
            Level::Goodwill
        } else {
            Level::None
        }
    }

    /// The manipulation-risk rating, 0 to 100.
    pub fn risk(&self) -> u8 {
        let risk = (100.0 * (0.3 * self.p_appeal + 0.7 * self.p_pressure)).round();
        // A convex combination of probabilities, so it lies within 0..=100.
        risk.clamp(0.0, 100.0) as u8
    }
}

/// A weight in whole thousandths; one that no message can outweigh is cut to what sums can hold.
fn thousandths(weight: f64) -> i64 {
    (weight.clamp(-1e9, 1e9) * UNIT).round() as i64
}

fn sigmoid(thousandths: i64) -> f64 {
    1.0 / (1.0 + (-(thousandths as f64) / UNIT).exp())
}
