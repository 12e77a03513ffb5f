//! What the user wants otherwise than the data say: weights, rules switched off, thresholds, allow-lists.

use std::fmt;

use crate::allow::{Allowed, Phrase, Sender};
use crate::error::Error;
use crate::feature::family_feature;
use crate::lexicon::Lexicon;
use crate::score::Scorer;
use crate::source::sha256;
use crate::words::Level;

/// No weight is further from 0 than this: e to the power of 20 to 1 is certainty.
const MAX_WEIGHT: f64 = 20.0;

/// A weight on the two scores, in log-odds; a score that is not given keeps the weight that it has.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Weight {
    appeal: Option<f64>,
    pressure: Option<f64>,
}

impl Weight {
    /// On the score of an appeal alone.
    pub fn appeal(value: f64) -> Self {
        Self { appeal: Some(value), pressure: None }
    }

    /// On the score of pressure alone.
    pub fn pressure(value: f64) -> Self {
        Self { appeal: None, pressure: Some(value) }
    }

    /// On each of the two scores.
    pub fn each(appeal: f64, pressure: f64) -> Self {
        Self { appeal: Some(appeal), pressure: Some(pressure) }
    }

    fn is_zero(self) -> bool {
        self.appeal == Some(0.0) && self.pressure == Some(0.0)
    }
}

/// The same weight on both scores.
impl From<f64> for Weight {
    fn from(value: f64) -> Self {
        Self::each(value, value)
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.appeal, self.pressure) {
            (Some(a), Some(p)) if a == p => write!(f, "{a}"),
            (Some(a), Some(p)) => write!(f, "{{ appeal = {a}, pressure = {p} }}"),
            (Some(a), None) => write!(f, "{{ appeal = {a} }}"),
            (None, Some(p)) => write!(f, "{{ pressure = {p} }}"),
            (None, None) => f.write_str("{}"),
        }
    }
}

/// Where a setting was made, for errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Origin {
    pub file: String,
    pub line: Option<usize>,
}

impl Origin {
    /// The method of the builder, or the flag, that made it.
    pub fn of(name: &str) -> Self {
        Self { file: name.to_owned(), line: None }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}", self.file),
            None => f.write_str(&self.file),
        }
    }
}

/// One thing that is wanted otherwise.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Setting {
    Weight(String, Weight),
    Without(String),
    AllowPhrase(String),
    AllowSender(String),
    Threshold(Level, f64),
}

impl Setting {
    /// What kind of setting it is, in one word.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "the command lists settings by kind"))]
    pub fn kind(&self) -> &'static str {
        match self {
            Setting::Weight(..) => "weight",
            Setting::Without(_) => "off",
            Setting::AllowPhrase(_) => "phrase",
            Setting::AllowSender(_) => "sender",
            Setting::Threshold(..) => "threshold",
        }
    }

    /// Puts the setting in force.
    ///
    /// # Errors
    /// It can't be; the cause in words.
    pub fn apply(&self, lexicon: &mut Lexicon, scorer: &mut Scorer, allowed: &mut Allowed) -> Result<(), String> {
        match self {
            Setting::Weight(name, weight) => weigh(name, *weight, lexicon, scorer)?,
            Setting::Without(name) => {
                let rules = rules_called(lexicon, name);
                if rules.is_empty() {
                    return Err(format!("no rule or family is called {name:?}"));
                }
                rules.into_iter().for_each(|rule| lexicon.switch(rule, true));
            }
            Setting::AllowPhrase(phrase) => allowed.phrases.push(Phrase::new(phrase)?),
            Setting::AllowSender(sender) => allowed.senders.push(Sender::new(sender)?),
            Setting::Threshold(level, probability) => {
                if !(0.0..=1.0).contains(probability) {
                    return Err(format!("the threshold {probability} is no probability from 0 to 1"));
                }
                match level {
                    Level::None => return Err("the level none has no threshold: it is what is left".to_owned()),
                    Level::Goodwill => scorer.thresholds.goodwill = *probability,
                    Level::Appeal => scorer.thresholds.appeal = *probability,
                    Level::Pressure => scorer.thresholds.pressure = *probability,
                }
            }
        }
        Ok(())
    }
}

/// The setting as it would stand in a configuration file; the hash of an engine's settings is made of these.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Setting::Weight(name, weight) => write!(f, "weight {name} = {weight}"),
            Setting::Without(rule) => write!(f, "off {rule}"),
            Setting::AllowPhrase(phrase) => write!(f, "phrase {phrase:?}"),
            Setting::AllowSender(sender) => write!(f, "sender {sender}"),
            Setting::Threshold(level, probability) => write!(f, "threshold {} = {probability}", level.name()),
        }
    }
}

/// Settings in the order in which they were made; of two on the same thing the last holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings(Vec<(Origin, Setting)>);

impl Settings {
    pub fn push(&mut self, origin: Origin, setting: Setting) {
        self.0.push((origin, setting));
    }

    /// A hash of all that is set, if anything is.
    pub fn hash(&self) -> Option<String> {
        let texts: Vec<String> = self.0.iter().map(|(_, s)| s.to_string()).collect();
        (!texts.is_empty()).then(|| sha256(texts.iter().map(String::as_str)))
    }

    /// Puts the settings in force, or says what is wrong with the first that can't be.
    pub fn apply(&self, lexicon: &mut Lexicon, scorer: &mut Scorer) -> Result<Allowed, Error> {
        let mut allowed = Allowed::default();
        for (origin, setting) in &self.0 {
            setting.apply(lexicon, scorer, &mut allowed).map_err(|cause| Error::at(&origin.file, origin.line, cause))?;
        }
        Ok(allowed)
    }
}

fn weigh(name: &str, weight: Weight, lexicon: &mut Lexicon, scorer: &mut Scorer) -> Result<(), String> {
    let given = [weight.appeal, weight.pressure];
    if let Some(odd) = given.into_iter().flatten().find(|w| !(-MAX_WEIGHT..=MAX_WEIGHT).contains(w)) {
        return Err(format!("the weight {odd} of {name:?} is not between -{MAX_WEIGHT} and {MAX_WEIGHT}"));
    }
    if let Some(rule) = lexicon.rules.iter().position(|r| r.id == name) {
        // A later weight takes back an earlier one, and switching off too.
        if weight.is_zero() || !lexicon.off.is_empty() {
            lexicon.switch(rule, weight.is_zero());
        }
        scorer.part(lexicon, rule);
    }
    scorer.set(name, weight.appeal, weight.pressure)
}

/// The rule of this name, or the rules of the family.
pub(crate) fn rules_called(lexicon: &Lexicon, name: &str) -> Vec<usize> {
    let named = |rule: &usize| {
        let family = lexicon.family(*rule);
        lexicon.rules[*rule].id == name || family_feature(family.role, &family.name) == name
    };
    (0..lexicon.rules.len()).filter(named).collect()
}
