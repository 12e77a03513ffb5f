//! Patterns against the examples: what no example needs, and what a rule of an opposite role takes too.

use super::patterns::are_opposite;
use super::{Code, Finding};
use crate::examples::unbracket;
use crate::token::Token;
use crate::trial::{Opened, Trial, Tried};
use crate::walk::matches;

/// Checks the examples of the files that are looked at.
pub(crate) fn check(trial: &Trial<'_>, opened: &[Opened<'_>], out: &mut Vec<Finding>) {
    for tried in trial.rules.iter().filter(|t| opened[t.file].wanted) {
        let examples: Vec<Vec<Vec<Token>>> = tried.rule.matches.iter().map(|e| trial.tokens(&unbracket(e.get_ref()).0)).collect();
        for pattern in &tried.patterns {
            let Ok((pieces, _)) = &pattern.read else { continue };
            if !examples.is_empty() && !examples.iter().flatten().any(|tokens| matches(pieces, tokens)) {
                let label = format!("no example of {} is matched by it", tried.rule.id);
                let help = "add an example to `matches` that it is there for, or take it out".to_owned();
                out.push(Finding { code: Code::Unexercised, file: tried.file, place: pattern.place.clone(), label, help });
            }
        }
        contested(trial, tried, out);
    }
}

/// Examples whose marked words alone are matched by a rule of an opposite role.
fn contested(trial: &Trial<'_>, tried: &Tried<'_>, out: &mut Vec<Finding>) {
    let others: Vec<&Tried<'_>> = trial.rules.iter().filter(|t| are_opposite(t, tried)).collect();
    for example in &tried.rule.matches {
        let (text, Some(span)) = unbracket(example.get_ref()) else { continue };
        let marked = trial.tokens(span.of(&text));
        let takes = |other: &&&Tried<'_>| {
            let mut read = other.patterns.iter().filter_map(|p| p.read.as_ref().ok());
            read.any(|(pieces, _)| marked.iter().any(|tokens| matches(pieces, tokens)))
        };
        if let Some(other) = others.iter().find(takes) {
            let label = format!("{} takes these words too, as {}", other.rule.id, other.role.name());
            let help = "narrow one of the two, so that one match does not speak for and against".to_owned();
            out.push(Finding { code: Code::Contested, file: tried.file, place: example.span(), label, help });
        }
    }
}
