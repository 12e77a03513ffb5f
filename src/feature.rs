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

/// The feature of a message in which no gift met a request and no debt was named.
pub(crate) const NOTHING_FOUND: &str = "nothing_found";

/// Borders of a message's length in sentences: in a long message a gift and a request meet by chance.
pub(crate) const LENGTHS: [(usize, &str); 3] = [(16, "length.16"), (32, "length.32"), (64, "length.64")];

/// What the name of a context stem's feature begins with.
pub(crate) const CONTEXT: &str = "context.";

/// The features of a lexicon, in a fixed order.
pub(crate) struct Features {
    pub list: Vec<Feature>,
    pub by_name: HashMap<String, usize>,
    /// The feature of each rule in a finding, which is its family's unless it has one of its own; that of the rule outside of
    /// findings follows it.
    rules: Vec<usize>,
    /// The feature of each tactic, in the order of [`Tactic::ALL`].
    tactics: Vec<usize>,
    /// The number of the first context stem's feature; the others follow.
    pub first_context: usize,
}

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
