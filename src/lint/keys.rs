//! Patterns by the words that they need: which of many patterns may match somewhere, without trying each.

use std::collections::{BTreeSet, HashMap};

use crate::pattern::{Node, members};
use crate::trial::Trial;

/// An index from stems to the patterns that need one of them. Of a pattern's nodes the one that the fewest patterns share is
/// the key: thousands of patterns may begin alike.
pub(crate) struct Keys<I> {
    of_stem: HashMap<u32, Vec<I>>,
    /// The patterns that need no word in particular.
    others: Vec<I>,
}

impl<I: Copy + Ord> Keys<I> {
    /// Each pattern with what it is called, as nodes that must all be there. One may be given several times, with the nodes of
    /// each of its alternatives.
    pub fn new(trial: &Trial<'_>, patterns: &[(I, Vec<&Node>)]) -> Self {
        let mut often: HashMap<u32, usize> = HashMap::new();
        for node in patterns.iter().flat_map(|(_, nodes)| nodes) {
            stems(trial, node).into_iter().for_each(|stem| *often.entry(stem).or_default() += 1);
        }
        let mut keys = Self { of_stem: HashMap::new(), others: Vec::new() };
        for (id, nodes) in patterns {
            let choices = nodes.iter().map(|n| stems(trial, n)).filter(|s| !s.is_empty());
            match choices.min_by_key(|stems| stems.iter().map(|s| often[s]).sum::<usize>()) {
                Some(rarest) => rarest.into_iter().for_each(|stem| keys.of_stem.entry(stem).or_default().push(*id)),
                None => keys.others.push(*id),
            }
        }
        keys
    }

    /// The patterns that may match where these stems are, in order.
    pub fn candidates(&self, stems: impl IntoIterator<Item = u32>) -> BTreeSet<I> {
        let stems: BTreeSet<u32> = stems.into_iter().collect();
        stems.iter().filter_map(|stem| self.of_stem.get(stem)).flatten().chain(&self.others).copied().collect()
    }
}

/// The stems that a node needs one of; none for what needs no word, or more than one.
pub(crate) fn stems(trial: &Trial<'_>, node: &Node) -> Vec<u32> {
    match node {
        Node::Stem(stem) => vec![*stem],
        Node::Form(form) => vec![trial.interner.stem_of_form(*form)],
        Node::Set(bits) => members(bits).collect(),
        _ => Vec::new(),
    }
}
