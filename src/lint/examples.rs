//! Patterns against the examples: what no example needs, and what a rule of an opposite role takes too.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::patterns::are_opposite;
use super::{Code, Finding};
use crate::examples::unbracket;
use crate::pattern::{Node, members};
use crate::token::Token;
use crate::trial::{Opened, Trial};
use crate::walk::matches;

/// The number of a rule, and of one of its patterns.
type Number = (usize, usize);

/// Checks the examples of the files that are looked at.
pub(crate) fn check(trial: &Trial<'_>, opened: &[Opened<'_>], out: &mut Vec<Finding>) {
    let anchors = Anchors::new(trial);
    for (number, tried) in trial.rules.iter().enumerate().filter(|(_, t)| opened[t.file].wanted) {
        let mut exercised = HashSet::new();
        for example in &tried.rule.matches {
            let (text, span) = unbracket(example.get_ref());
            let whole = trial.tokens(&text);
            let needed = |&(rule, pattern): &Number| rule == number && takes(trial, (rule, pattern), &whole);
            exercised.extend(anchors.candidates(&whole).into_iter().filter(needed).map(|(_, pattern)| pattern));
            let Some(span) = span else { continue };
            // The marked words alone: what stands around them is no business of the rule.
            let marked = trial.tokens(span.of(&text));
            let contests =
                |&(rule, pattern): &Number| are_opposite(&trial.rules[rule], tried) && takes(trial, (rule, pattern), &marked);
            if let Some((rule, _)) = anchors.candidates(&marked).into_iter().find(contests) {
                let other = &trial.rules[rule];
                let label = format!("{} takes these words too, as {}", other.rule.id, other.role.name());
                let help = "narrow one of the two, so that one match does not speak for and against".to_owned();
                out.push(Finding { code: Code::Contested, file: tried.file, place: example.span(), label, help });
            }
        }
        if tried.rule.matches.is_empty() {
            continue;
        }
        for (at, pattern) in tried.patterns.iter().enumerate() {
            if pattern.read.is_ok() && !exercised.contains(&at) {
                let label = format!("no example of {} is matched by it", tried.rule.id);
                let help = "add an example to `matches` that it is there for, or take it out".to_owned();
                out.push(Finding { code: Code::Unexercised, file: tried.file, place: pattern.place.clone(), label, help });
            }
        }
    }
}

/// Whether a pattern matches one of the sentences.
fn takes(trial: &Trial<'_>, (rule, pattern): Number, sentences: &[Vec<Token>]) -> bool {
    let read = trial.rules[rule].patterns[pattern].read.as_ref();
    read.is_ok_and(|(pieces, _)| sentences.iter().any(|tokens| matches(pieces, tokens)))
}

/// Which patterns are worth trying on a text: those that have their anchor in it. Trying every pattern on every example
/// would take time in the square of a lexicon.
struct Anchors {
    of_stem: HashMap<u32, Vec<Number>>,
    /// The patterns that are anchored on no word.
    others: Vec<Number>,
}

impl Anchors {
    fn new(trial: &Trial<'_>) -> Self {
        let mut of_stem: HashMap<u32, Vec<Number>> = HashMap::new();
        let mut others = Vec::new();
        let patterns =
            trial.rules.iter().enumerate().flat_map(|(r, t)| t.patterns.iter().enumerate().map(move |(p, w)| ((r, p), w)));
        for (number, written) in patterns {
            let Ok((_, compiled)) = &written.read else { continue };
            for pattern in compiled {
                let mut add = |stem| of_stem.entry(stem).or_default().push(number);
                match &pattern.anchor {
                    Node::Stem(stem) => add(*stem),
                    Node::Form(form) => add(trial.interner.stem_of_form(*form)),
                    Node::Set(bits) => members(bits).for_each(add),
                    _ => others.push(number),
                }
            }
        }
        of_stem.values_mut().for_each(Vec::dedup);
        Self { of_stem, others }
    }

    /// The patterns that may match one of the sentences, in the order of the rules.
    fn candidates(&self, sentences: &[Vec<Token>]) -> BTreeSet<Number> {
        let stems: BTreeSet<u32> = sentences.iter().flatten().map(|t| t.word.stem).collect();
        stems.iter().filter_map(|stem| self.of_stem.get(stem)).flatten().chain(&self.others).copied().collect()
    }
}
