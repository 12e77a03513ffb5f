//! The features that messages are scored by.

use std::collections::HashMap;

use crate::format::Prior;
use crate::lexicon::Lexicon;
use crate::words::{Role, Tactic};

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

/// The features that come first in every lexicon's list, so that each one's number is known before any message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum General {
    /// Every message has it.
    Bias,
    /// Gift and request stand in one sentence.
    TieSame,
    /// They stand in one sentence or in two that follow each other.
    TieNear,
    /// A pivot ties them.
    TiePivot,
    /// There are several ways of giving or obliging.
    Breadth,
    /// There are many.
    Breadth4,
    /// Different kinds of things are asked.
    Asks,
    /// Words of a finding are disguised.
    Disguise,
    /// No gift met a request and no debt was named.
    NothingFound,
    /// The request stands before the gift.
    RequestFirst,
    /// The message has so many sentences.
    Length16,
    Length32,
    Length64,
}

impl General {
    /// All of them, in the order of their numbers.
    const ALL: [General; 13] = [
        General::Bias,
        General::TieSame,
        General::TieNear,
        General::TiePivot,
        General::Breadth,
        General::Breadth4,
        General::Asks,
        General::Disguise,
        General::NothingFound,
        General::RequestFirst,
        General::Length16,
        General::Length32,
        General::Length64,
    ];

    /// The name used in lexicons, weights and reports.
    fn name(self) -> &'static str {
        match self {
            General::Bias => "bias",
            General::TieSame => "tie.same",
            General::TieNear => "tie.near",
            General::TiePivot => "tie.pivot",
            General::Breadth => "breadth",
            General::Breadth4 => "breadth.4",
            General::Asks => "asks",
            General::Disguise => "disguise",
            General::NothingFound => "nothing_found",
            General::RequestFirst => "order.request_first",
            General::Length16 => "length.16",
            General::Length32 => "length.32",
            General::Length64 => "length.64",
        }
    }

    /// The directions kept on the two scores.
    fn signs(self) -> (Sign, Sign) {
        match self {
            General::TieSame | General::TieNear | General::TiePivot => (Sign::Up, Sign::Up),
            General::Breadth | General::Breadth4 | General::Asks | General::Disguise => (Sign::Up, Sign::Up),
            General::NothingFound => (Sign::Down, Sign::Free),
            General::Bias | General::RequestFirst => (Sign::Free, Sign::Free),
            General::Length16 | General::Length32 | General::Length64 => (Sign::Free, Sign::Free),
        }
    }
}

/// What the name of a context stem's feature begins with.
pub(crate) const CONTEXT: &str = "context.";

/// The features of a lexicon, in a fixed order.
pub(crate) struct Features {
    pub list: Vec<Feature>,
    by_name: HashMap<String, usize>,
    /// The feature of each rule in a finding, which is its family's unless it has one of its own; that of the rule outside of
    /// findings follows it.
    rules: Vec<usize>,
    /// The number of the first context stem's feature; the others follow.
    first_context: usize,
}

impl Features {
    /// Findings by tactic, families in a finding and alone, and what ties them.
    pub fn new(lexicon: &Lexicon) -> Self {
        let mut list = Vec::new();
        let mut push = |name: String, prior: Prior, appeal_sign: Sign, pressure_sign: Sign| {
            list.push(Feature { name, prior, appeal_sign, pressure_sign });
        };
        let prior = |name: &str| lexicon.feature.get(name).copied().unwrap_or_default();
        for general in General::ALL {
            let (appeal_sign, pressure_sign) = general.signs();
            push(general.name().into(), prior(general.name()), appeal_sign, pressure_sign);
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
        Self { list, by_name, rules, first_context }
    }

    /// Gives a rule a feature of its own, which is neither learned nor its family's.
    pub fn part(&mut self, lexicon: &Lexicon, rule: usize) -> usize {
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

    /// The feature of a context stem, which are counted from 1.
    pub fn of_context(&self, stem: u16) -> usize {
        self.first_context + usize::from(stem) - 1
    }

    /// The feature of a tactic. The tactics follow the general features.
    pub fn of_tactic(tactic: Tactic) -> usize {
        General::ALL.len() + tactic as usize
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compiled;

    #[test]
    fn numbers_that_are_known_before_are_those_of_the_list() {
        let features = Features::new(&compiled::lexicon());
        for general in General::ALL {
            assert_eq!(features.index(general.name()), Some(general as usize), "{general:?}");
        }
        for tactic in Tactic::ALL {
            assert_eq!(features.index(tactic.name()), Some(Features::of_tactic(tactic)), "{tactic:?}");
        }
    }
}
