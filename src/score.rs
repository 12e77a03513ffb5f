//! Features of a composed message and their exactly additive weights.
//!
//! Weights are thousandths of a log-odds unit, kept as integers so that printed contributions sum to the printed score.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use crate::cue::Cue;
use crate::error::Error;
use crate::finding::{Composition, Order};
use crate::format::{GOODWILL, Prior};
use crate::lexicon::Lexicon;
use crate::words::{Level, Role, Tactic};

/// Thousandths in one unit of log-odds.
pub(crate) const UNIT: f64 = 1000.0;

/// The direction that a weight must keep, whatever the data say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    /// More of it never lowers the score.
    Up,
    /// More of it never raises the score.
    Down,
    /// Free.
    Free,
}

/// One feature with its prior.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "only fitting asks for the signs"))]
pub(crate) struct Feature {
    pub name: String,
    pub prior: Prior,
    /// The direction kept on the appeal score.
    pub appeal_sign: Sign,
    /// The direction kept on the pressure score.
    pub pressure_sign: Sign,
}

/// What stands around the cues of a message.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    /// The context stems of the sender's own words, each with the number of its sentence.
    pub contexts: Vec<(usize, u16)>,
    /// The number of the sender's own sentences.
    pub sentences: usize,
}

/// What a feature of a message is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The kind of message that it is.
    Always,
    /// The finding of a tactic.
    Finding(Tactic),
    /// The cue with this index.
    Cue(usize),
    /// A word in the sentence with this number.
    Sentence(usize),
    /// So many of what it counts.
    Count(usize),
}

/// The feature of a message in which no gift met a request and no debt was named.
const NOTHING_FOUND: &str = "nothing_found";

/// How many sentences from a finding counter-evidence may stand to count against it.
const BESIDE: usize = 2;

/// Borders of a message's length in sentences: in a long message a gift and a request meet by chance.
const LENGTHS: [(usize, &str); 3] = [(16, "length.16"), (32, "length.32"), (64, "length.64")];

/// The features of a lexicon, in a fixed order.
pub(crate) struct Features {
    pub list: Vec<Feature>,
    by_name: HashMap<String, usize>,
    /// The feature of each rule in a finding, which is its family's unless it has one of its own; that of the rule outside of
    /// findings follows it.
    rules: Vec<usize>,
    /// The feature of each tactic, in the order of [`Tactic::ALL`].
    tactics: Vec<usize>,
    /// The number of the first context stem's feature; the others follow.
    first_context: usize,
}

/// What the name of a context stem's feature begins with.
pub(crate) const CONTEXT: &str = "context.";

impl Features {
    /// Findings by tactic, families in a finding and alone, and what ties them.
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut list = Vec::new();
        let mut push = |name: String, prior: Prior, appeal_sign: Sign, pressure_sign: Sign| {
            list.push(Feature { name, prior, appeal_sign, pressure_sign });
        };
        let prior = |name: &str| lexicon.feature.get(name).copied().unwrap_or_default();
        push("bias".into(), prior("bias"), Sign::Free, Sign::Free);
        for name in ["tie.same", "tie.near", "tie.pivot", "breadth", "breadth.4", "asks", "disguise"] {
            push(name.into(), prior(name), Sign::Up, Sign::Up);
        }
        push(NOTHING_FOUND.into(), prior(NOTHING_FOUND), Sign::Down, Sign::Free);
        push("order.request_first".into(), prior("order.request_first"), Sign::Free, Sign::Free);
        for (_, name) in LENGTHS {
            push(name.into(), prior(name), Sign::Free, Sign::Free);
        }
        for tactic in Tactic::ALL {
            push(tactic.name().into(), prior("tactic"), Sign::Up, Sign::Free);
        }
        for family in &lexicon.families {
            let name = family_feature(family.role, &family.name);
            let (appeal_sign, pressure_sign) = match family.role {
                Role::Obligation | Role::Request => (Sign::Up, Sign::Up),
                Role::Pivot if family.tactic.is_none() => (Sign::Up, Sign::Up),
                Role::Gift => (Sign::Up, Sign::Free),
                Role::Benign if family.name != "gratitude" => (Sign::Down, Sign::Down),
                _ => (Sign::Free, Sign::Free),
            };
            push(name.clone(), family.prior, appeal_sign, pressure_sign);
            let lone = if matches!(family.role, Role::Gift | Role::Request) { Prior::default() } else { family.lone };
            // A gift that nothing leans on is kindness, and a request without one is a bill: neither is evidence of an appeal.
            let (appeal_sign, pressure_sign) = match family.role {
                Role::Gift | Role::Request => (Sign::Down, Sign::Down),
                Role::Pivot => (Sign::Free, Sign::Free),
                _ => (appeal_sign, pressure_sign),
            };
            push(format!("{name}.lone"), lone, appeal_sign, pressure_sign);
        }
        let first_context = list.len();
        for stem in lexicon.vocabulary.watched() {
            let name = format!("{CONTEXT}{stem}");
            list.push(Feature { name, prior: Prior::default(), appeal_sign: Sign::Free, pressure_sign: Sign::Free });
        }
        let by_name: HashMap<String, usize> = list.iter().enumerate().map(|(i, f)| (f.name.clone(), i)).collect();
        let families: Vec<usize> = lexicon.families.iter().map(|f| by_name[&family_feature(f.role, &f.name)]).collect();
        let rules = lexicon.rules.iter().map(|r| families[r.family]).collect();
        let tactics = Tactic::ALL.iter().map(|t| by_name[t.name()]).collect();
        Self { list, by_name, rules, tactics, first_context }
    }

    /// The features of one message, each once, in order: repeating a cue adds nothing.
    pub fn of(&self, lexicon: &Lexicon, cues: &[Cue], composition: &Composition, surroundings: &Surroundings) -> BTreeSet<usize> {
        let mut out = BTreeSet::new();
        self.each(lexicon, cues, composition, surroundings, |feature, _| {
            out.insert(feature);
        });
        out
    }

    /// Tells every feature of a message with what it is there for, once for each cause.
    pub fn each(
        &self,
        lexicon: &Lexicon,
        cues: &[Cue],
        composition: &Composition,
        surroundings: &Surroundings,
        mut tell: impl FnMut(usize, Cause),
    ) {
        tell(0, Cause::Always);
        // Context stems count in the sentences of a finding: they support what was found and never make a finding.
        let found: BTreeSet<usize> = composition.findings.iter().flat_map(|f| &f.cues).map(|i| cues[*i].sentence).collect();
        for (sentence, context) in surroundings.contexts.iter().filter(|(sentence, _)| found.contains(sentence)) {
            tell(self.first_context + usize::from(*context) - 1, Cause::Sentence(*sentence));
        }
        let mut add = |name: &str, cause: Cause| {
            if let Some(feature) = self.by_name.get(name) {
                tell(*feature, cause);
            }
        };
        if composition.findings.is_empty() {
            add(NOTHING_FOUND, Cause::Always);
        }
        for finding in &composition.findings {
            let cause = Cause::Finding(finding.tactic);
            add(finding.tactic.name(), cause);
            if finding.distance == 0 {
                add("tie.same", cause);
            }
            if finding.distance <= 1 {
                add("tie.near", cause);
            }
            if finding.order == Order::RequestFirst {
                add("order.request_first", cause);
            }
            for i in finding.cues.iter().filter(|i| cues[**i].disguised) {
                add("disguise", Cause::Cue(*i));
            }
        }
        if let Some(pivot) = composition.tied {
            add("tie.pivot", Cause::Cue(pivot));
        }
        // Different ways of giving or obliging in one message say more than one way said often.
        let ways: BTreeSet<usize> = composition
            .findings
            .iter()
            .flat_map(|f| &f.cues)
            .map(|i| cues[*i].rule)
            .filter(|r| matches!(lexicon.family(*r).role, Role::Gift | Role::Obligation))
            .collect();
        if ways.len() >= 2 {
            add("breadth", Cause::Count(ways.len()));
        }
        if ways.len() >= 4 {
            add("breadth.4", Cause::Count(ways.len()));
        }
        let asks: BTreeSet<&str> = composition
            .findings
            .iter()
            .flat_map(|f| &f.cues)
            .map(|i| lexicon.family(cues[*i].rule))
            .filter(|f| f.role == Role::Request)
            .map(|f| f.name.as_str())
            .collect();
        if asks.len() >= 2 {
            add("asks", Cause::Count(asks.len()));
        }
        for (border, name) in LENGTHS {
            if surroundings.sentences >= border && !composition.findings.is_empty() {
                add(name, Cause::Count(surroundings.sentences));
            }
        }
        for (i, (cue, paired)) in cues.iter().zip(&composition.paired).enumerate() {
            if !cue.zone.is_own() || cue.negated {
                continue;
            }
            let family = lexicon.family(cue.rule);
            // Counter-evidence speaks to the finding that it stands beside; elsewhere it tells the kind of message at most.
            let beside = family.role == Role::Benign
                && found.range(cue.sentence.saturating_sub(BESIDE)..=cue.sentence + BESIDE).next().is_some();
            tell(self.of_rule(cue.rule) + usize::from(!*paired && !beside), Cause::Cue(i));
        }
    }

    /// Gives a rule a feature of its own, which is neither learned nor its family's.
    fn part(&mut self, lexicon: &Lexicon, rule: usize) -> usize {
        let (id, shared) = (&lexicon.rules[rule].id, self.rules[rule]);
        let own = self.list.len();
        for (name, like) in [(id.clone(), shared), (format!("{id}.lone"), shared + 1)] {
            self.by_name.insert(name.clone(), self.list.len());
            self.list.push(Feature { name, ..self.list[like].clone() });
        }
        self.rules[rule] = own;
        own
    }

    /// The feature of a rule in a finding: its family's, unless it has one of its own.
    pub fn of_rule(&self, rule: usize) -> usize {
        self.rules[rule]
    }

    /// The feature of a tactic.
    pub fn of_tactic(&self, tactic: Tactic) -> usize {
        self.tactics[tactic as usize]
    }

    /// The number of a feature.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }
}

/// `obligation.debt`, `request.data`: the family's name under its role.
pub(crate) fn family_feature(role: Role, family: &str) -> String {
    let short = family.strip_prefix(role.name()).and_then(|f| f.strip_prefix('_')).unwrap_or(family);
    format!("{}.{short}", role.name())
}

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

/// Weights laid out by feature number, in thousandths.
pub(crate) struct Scorer {
    pub features: Features,
    pub thresholds: Thresholds,
    appeal: Vec<i64>,
    pressure: Vec<i64>,
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
        let q = |name: &str| {
            let prior = || lexicon.goodwill.get(name).copied().unwrap_or_default();
            thousandths(weights.goodwill.get(name).copied().unwrap_or_else(prior))
        };
        let goodwill = GOODWILL.map(q);
        Ok(Self { features, thresholds: weights.thresholds, appeal, pressure, goodwill })
    }

    /// Gives a source its weight: what is not given stays.
    ///
    /// # Errors
    /// No source is called so; the cause in words.
    pub fn set(&mut self, source: &str, appeal: Option<f64>, pressure: Option<f64>) -> Result<(), String> {
        let feature = self.features.index(source).ok_or_else(|| format!("no rule or source is called {source:?}"))?;
        self.appeal[feature] = appeal.map_or(self.appeal[feature], thousandths);
        self.pressure[feature] = pressure.map_or(self.pressure[feature], thousandths);
        Ok(())
    }

    /// Takes a rule out of its family's weight, to be given one of its own.
    pub fn part(&mut self, lexicon: &Lexicon, rule: usize) {
        if self.features.index(&lexicon.rules[rule].id).is_none() {
            let shared = self.features.of_rule(rule);
            self.features.part(lexicon, rule);
            for weights in [&mut self.appeal, &mut self.pressure] {
                weights.extend_from_within(shared..=shared + 1);
            }
        }
    }

    /// A feature's weights on the appeal score and on the pressure score, in thousandths.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "the command shows what a setting stands in place of"))]
    pub fn weights(&self, feature: usize) -> [i64; 2] {
        [self.appeal[feature], self.pressure[feature]]
    }

    /// What a feature weighs in the evidence: on the appeal score, and half of what it weighs on pressure.
    pub fn weight(&self, feature: usize) -> i64 {
        self.appeal[feature] + self.pressure[feature] / 2
    }

    /// Scores one composed message.
    pub fn score(&self, lexicon: &Lexicon, cues: &[Cue], composition: &Composition, surroundings: &Surroundings) -> Scored {
        let parts: Vec<(usize, i64, i64)> = self
            .features
            .of(lexicon, cues, composition, surroundings)
            .into_iter()
            .map(|f| (f, self.appeal[f], self.pressure[f]))
            .filter(|p| p.0 == 0 || p.1 != 0 || p.2 != 0)
            .collect();
        let score: i64 = parts.iter().map(|p| p.1).sum();
        let pressure_score: i64 = parts.iter().map(|p| p.2).sum();
        let p_appeal = sigmoid(score);
        let p_pressure = p_appeal * sigmoid(pressure_score);
        let q = sigmoid(self.goodwill_parts(lexicon, cues, composition).iter().sum());
        Scored { parts, score, pressure_score, p_goodwill: p_appeal + (1.0 - p_appeal) * q, p_appeal, p_pressure }
    }

    /// What the chance of goodwill is made of, in the order of [`GOODWILL`].
    pub fn goodwill_parts(&self, lexicon: &Lexicon, cues: &[Cue], composition: &Composition) -> [i64; 4] {
        let any = |wanted: &dyn Fn(&Cue, bool) -> bool| {
            i64::from(cues.iter().zip(&composition.paired).any(|(c, p)| c.zone.is_own() && !c.negated && wanted(c, *p)))
        };
        let family = |c: &Cue| lexicon.family(c.rule);
        [
            self.goodwill[0],
            self.goodwill[1] * any(&|c, _| family(c).role == Role::Gift),
            self.goodwill[2] * any(&|c, _| family(c).name == "gratitude"),
            self.goodwill[3] * any(&|c, _| matches!(family(c).name.as_str(), "kindness" | "refusals")),
        ]
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
