//! Patterns by themselves and against each other.

use std::collections::HashMap;

use super::{Code, Finding, inside};
use crate::pattern::{Node, Pattern, members};
use crate::trial::{Opened, Trial, Tried, Written};
use crate::words::Role;

/// Words that say nothing alone: closed classes.
const STOP_WORDS: &[&str] = &[
    "a", "an", "the", "this", "that", "these", "those", "i", "we", "us", "me", "you", "he", "she", "it", "they", "him", "her",
    "them", "my", "our", "your", "his", "its", "their", "of", "to", "in", "on", "for", "with", "at", "by", "from", "as", "into",
    "and", "or", "but", "if", "than", "is", "are", "am", "was", "were", "be", "been", "have", "has", "had", "do", "does", "did",
    "will", "would", "can", "could", "may", "might", "shall", "should", "must", "not", "no", "who", "which", "what", "there",
];

/// Checks every pattern of the files that are looked at.
pub(crate) fn check(trial: &Trial<'_>, opened: &[Opened<'_>], out: &mut Vec<Finding>) {
    let stops: Vec<u32> = STOP_WORDS.iter().filter_map(|w| trial.interner.stem_number(w)).collect();
    let mut seen: HashMap<String, (&Tried<'_>, &Written)> = HashMap::new();
    // Files that only stand beside come first, so that a finding is about what is looked at.
    let (wanted, beside): (Vec<_>, Vec<_>) = trial.rules.iter().partition(|t| opened[t.file].wanted);
    for tried in beside.into_iter().chain(wanted) {
        for pattern in &tried.patterns {
            alone(trial, opened, tried, pattern, &stops, out);
            let Ok((pieces, _)) = &pattern.read else { continue };
            // The pieces as they were read: two patterns with the same are one.
            let nodes: Vec<&Vec<Node>> = pieces.iter().map(|p| &p.nodes).collect();
            let Some((other, before)) = seen.insert(format!("{nodes:?}"), (tried, pattern)) else { continue };
            let opposite = are_opposite(tried, other);
            if tried.role != other.role && !opposite {
                continue;
            }
            let (code, help) = if opposite {
                let help = "one match can't speak for and against: take it out of one of the two, or narrow it".to_owned();
                (Code::OppositeRole, help)
            } else {
                (Code::SameStems, "take one of the two out".to_owned())
            };
            let label = format!("rule {} has {:?}, which is the same to a stemmer", other.rule.id, before.text);
            out.push(Finding { code, file: tried.file, place: pattern.place.clone(), label, help });
        }
    }
}

/// Whether two rules speak for and against. False friends are meant to cover what others match.
pub(crate) fn are_opposite(a: &Tried<'_>, b: &Tried<'_>) -> bool {
    let against = |t: &Tried<'_>| matches!(t.role, Role::Benign | Role::Disclaimer);
    let leans = |t: &Tried<'_>| matches!(t.role, Role::Gift | Role::Request | Role::Obligation);
    !a.blocks && !b.blocks && ((against(a) && leans(b)) || (leans(a) && against(b)))
}

fn alone(trial: &Trial<'_>, opened: &[Opened<'_>], tried: &Tried<'_>, pattern: &Written, stops: &[u32], out: &mut Vec<Finding>) {
    let text = opened[tried.file].text;
    let mut push = |code, place, label: String, help: &str| {
        out.push(Finding { code, file: tried.file, place, label, help: help.to_owned() });
    };
    let bare = pattern.text.trim();
    if bare.is_empty() {
        push(Code::EmptyPattern, pattern.place.clone(), "it says nothing".to_owned(), "write a pattern, or take it out");
        return;
    }
    let letters = bare.trim_start_matches('=');
    if letters.chars().count() == 1 && letters.chars().all(char::is_alphanumeric) {
        let help = "one letter stands in too many texts: write the words around it";
        push(Code::OneLetter, pattern.place.clone(), "it is one letter".to_owned(), help);
        return;
    }
    let mut unknown = false;
    for (at, rest) in bare.match_indices('<').map(|(at, _)| (at, &bare[at + 1..])) {
        let Some(name) = rest.split_once('>').map(|(name, _)| name) else { continue };
        if BUILT_IN.contains(&name) || trial.classes.contains_key(name) {
            continue;
        }
        unknown = true;
        let lead = pattern.text.len() - pattern.text.trim_start().len();
        let place = inside(text, &pattern.place, &pattern.text, lead + at..lead + at + name.len() + 2);
        let help = "define it under [class], or name one of lexicons/en/classes.toml";
        push(Code::UnknownClass, place, format!("no file has a class <{name}>"), help);
    }
    match &pattern.read {
        Err(_) if unknown => {}
        Err(cause) => {
            push(Code::BadPattern, pattern.place.clone(), cause.clone(), "lexicons/README.md describes the pattern language")
        }
        Ok((_, compiled)) => {
            if compiled.iter().any(|p| is_stop_word(trial, p, stops)) {
                let help = "it stands in nearly every text: write the words around it";
                push(Code::StopWord, pattern.place.clone(), "a stop word is all that it needs".to_owned(), help);
            }
        }
    }
}

/// Classes that no file defines.
const BUILT_IN: &[&str] = &["money", "fortune", "percent", "number", "url", "email", "label"];

/// Whether one stop word is a whole match.
fn is_stop_word(trial: &Trial<'_>, pattern: &Pattern, stops: &[u32]) -> bool {
    let needless = |nodes: &[Node]| nodes.iter().all(|n| matches!(n, Node::Optional(_) | Node::Repeat(_)));
    let is_stop = match &pattern.anchor {
        Node::Stem(stem) => stops.contains(stem),
        Node::Form(form) => stops.contains(&trial.interner.stem_of_form(*form)),
        Node::Set(bits) => members(bits).any(|stem| stops.contains(&stem)),
        _ => false,
    };
    is_stop && needless(&pattern.before) && needless(&pattern.after)
}
