//! Patterns against the examples: what no example needs, and what a rule of an opposite role takes too.

use std::collections::HashSet;

use super::keys::Keys;
use super::patterns::are_opposite;
use super::{Code, Finding};
use crate::examples::unbracket;
use crate::token::Token;
use crate::trial::{Opened, Trial};
use crate::walk::matches;

/// The number of a rule, and of one of its patterns.
type Number = (usize, usize);

/// Checks the examples of the files that are looked at.
pub(crate) fn check(trial: &Trial<'_>, opened: &[Opened<'_>], out: &mut Vec<Finding>) {
    let keys = keys(trial);
    for (number, tried) in trial.rules.iter().enumerate().filter(|(_, t)| opened[t.file].wanted) {
        let mut exercised = HashSet::new();
        for example in &tried.rule.matches {
            let (text, span) = unbracket(example.get_ref());
            let whole = trial.tokens(&text);
            let needed = |&(rule, pattern): &Number| rule == number && takes(trial, (rule, pattern), &whole);
            exercised.extend(keys.candidates(stems_of(&whole)).into_iter().filter(needed).map(|(_, pattern)| pattern));
            let Some(span) = span else { continue };
            // The marked words alone: what stands around them is no business of the rule.
            let marked = trial.tokens(span.of(&text));
            let contests =
                |&(rule, pattern): &Number| are_opposite(&trial.rules[rule], tried) && takes(trial, (rule, pattern), &marked);
            if let Some((rule, _)) = keys.candidates(stems_of(&marked)).into_iter().find(contests) {
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

/// An index of all patterns, each alternative by itself.
fn keys(trial: &Trial<'_>) -> Keys<Number> {
    let mut all = Vec::new();
    for (rule, tried) in trial.rules.iter().enumerate() {
        for (pattern, written) in tried.patterns.iter().enumerate() {
            let compiled = written.read.iter().flat_map(|(_, compiled)| compiled);
            all.extend(compiled.map(|p| ((rule, pattern), p.before.iter().chain([&p.anchor]).chain(&p.after).collect())));
        }
    }
    Keys::new(trial, &all)
}

/// The stems of an example.
fn stems_of(sentences: &[Vec<Token>]) -> impl Iterator<Item = u32> {
    sentences.iter().flatten().map(|t| t.word.stem)
}
