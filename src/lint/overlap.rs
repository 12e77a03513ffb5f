//! Patterns within patterns of an opposite role: wherever the longer one matches, the shorter one takes its words too.

use std::collections::HashMap;

use super::patterns::are_opposite;
use super::{Code, Finding};
use crate::pattern::{Node, has, members};
use crate::trial::{Opened, Trial};

/// A pattern, as the nodes that it is written with.
struct Laid<'p> {
    rule: usize,
    pattern: usize,
    nodes: Vec<&'p Node>,
}

/// Checks the patterns of the files that are looked at against all others.
pub(crate) fn check(trial: &Trial<'_>, opened: &[Opened<'_>], out: &mut Vec<Finding>) {
    let all = laid(trial);
    let keys = Keys::new(trial, &all);
    for longer in all.iter().filter(|l| opened[trial.rules[l.rule].file].wanted) {
        let (tried, written) = (&trial.rules[longer.rule], &trial.rules[longer.rule].patterns[longer.pattern]);
        let within = |shorter: &&Laid<'_>| {
            shorter.nodes.len() < longer.nodes.len()
                && are_opposite(&trial.rules[shorter.rule], tried)
                && longer.nodes.windows(shorter.nodes.len()).any(|w| covers(trial, &shorter.nodes, w))
        };
        let Some(shorter) = keys.within(trial, longer).into_iter().map(|i| &all[i]).find(within) else { continue };
        let other = &trial.rules[shorter.rule];
        let (id, role, pattern) = (&other.rule.id, other.role.name(), &other.patterns[shorter.pattern].text);
        out.push(Finding {
            code: Code::Contained,
            file: tried.file,
            place: written.place.clone(),
            label: format!("{pattern:?} of {id}, which is {role}, matches within every match of it"),
            help: "narrow one of the two, so that one match does not speak for and against".to_owned(),
        });
    }
}

fn laid<'p>(trial: &'p Trial<'_>) -> Vec<Laid<'p>> {
    let mut out = Vec::new();
    for (rule, tried) in trial.rules.iter().enumerate() {
        for (pattern, written) in tried.patterns.iter().enumerate() {
            let Ok((pieces, _)) = &written.read else { continue };
            out.push(Laid { rule, pattern, nodes: pieces.iter().flat_map(|p| &p.nodes).collect() });
        }
    }
    out
}

/// Whether each node matches all that stands in its place.
fn covers(trial: &Trial<'_>, shorter: &[&Node], longer: &[&Node]) -> bool {
    shorter.iter().zip(longer).all(|(s, l)| covers_one(trial, s, l))
}

fn covers_one(trial: &Trial<'_>, wide: &Node, narrow: &Node) -> bool {
    match (wide, narrow) {
        (Node::Stem(a), Node::Stem(b)) => a == b,
        (Node::Stem(a), Node::Form(b)) => *a == trial.interner.stem_of_form(*b),
        (Node::Stem(a), Node::Set(bits)) => members(bits).all(|b| b == *a),
        (Node::Set(bits), Node::Stem(b)) => has(bits, *b),
        (Node::Set(bits), Node::Form(b)) => has(bits, trial.interner.stem_of_form(*b)),
        (Node::Set(wide), Node::Set(narrow)) => members(narrow).all(|b| has(wide, b)),
        (Node::Form(a), Node::Form(b)) => a == b,
        (Node::Kind(a), Node::Kind(b)) => a == b,
        (Node::Gap(a), Node::Gap(b)) => a >= b,
        (Node::Start, Node::Start) | (Node::End, Node::End) | (Node::Clause, Node::Clause) | (Node::Label, Node::Label) => true,
        (Node::Any(a), Node::Any(b)) => b.iter().all(|b| a.iter().any(|a| covers_all(trial, a, b))),
        (Node::Optional(a), Node::Optional(b)) | (Node::Repeat(a), Node::Repeat(b)) => covers_all(trial, a, b),
        _ => false,
    }
}

fn covers_all(trial: &Trial<'_>, wide: &[Node], narrow: &[Node]) -> bool {
    wide.len() == narrow.len() && wide.iter().zip(narrow).all(|(w, n)| covers_one(trial, w, n))
}

/// The patterns by the stems of their rarest node, so that each is only looked for where it may be found.
struct Keys(HashMap<u32, Vec<usize>>);

impl Keys {
    fn new(trial: &Trial<'_>, all: &[Laid<'_>]) -> Self {
        let mut often: HashMap<u32, usize> = HashMap::new();
        let nodes = all.iter().flat_map(|l| &l.nodes);
        nodes.flat_map(|n| stems(trial, n)).for_each(|stem| *often.entry(stem).or_default() += 1);
        let mut keys: HashMap<u32, Vec<usize>> = HashMap::new();
        for (number, pattern) in all.iter().enumerate() {
            let choices = pattern.nodes.iter().map(|n| stems(trial, n)).filter(|s| !s.is_empty());
            let rarest = choices.min_by_key(|stems| stems.iter().map(|s| often[s]).sum::<usize>());
            rarest.into_iter().flatten().for_each(|stem| keys.entry(stem).or_default().push(number));
        }
        Self(keys)
    }

    /// What may stand within a pattern: for each of its nodes, what has one of its words for a key. A wider node has them all.
    fn within(&self, trial: &Trial<'_>, longer: &Laid<'_>) -> Vec<usize> {
        let firsts = longer.nodes.iter().filter_map(|n| stems(trial, n).first().copied());
        let mut found: Vec<usize> = firsts.filter_map(|stem| self.0.get(&stem)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// The stems that a node needs one of; none for what needs no word, or more than one.
fn stems(trial: &Trial<'_>, node: &Node) -> Vec<u32> {
    match node {
        Node::Stem(stem) => vec![*stem],
        Node::Form(form) => vec![trial.interner.stem_of_form(*form)],
        Node::Set(bits) => members(bits).collect(),
        _ => Vec::new(),
    }
}
