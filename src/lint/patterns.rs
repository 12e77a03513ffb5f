//! Patterns by themselves and against each other.

use std::collections::HashMap;
use std::ops::Range;

use super::{Code, Finding, Letters};
use crate::pattern::{BUILT_IN, Node, Pattern, members};
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
    classes(trial, opened, out);
    let stops: HashMap<u32, &str> = STOP_WORDS.iter().rev().filter_map(|w| Some((trial.interner.stem_number(w)?, *w))).collect();
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

fn alone(
    trial: &Trial<'_>,
    opened: &[Opened<'_>],
    tried: &Tried<'_>,
    pattern: &Written,
    stops: &HashMap<u32, &str>,
    out: &mut Vec<Finding>,
) {
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
    let letters = Letters::new(text, pattern.place.clone(), &pattern.text);
    let unknown = unknown_classes(trial, &pattern.text);
    for (at, name) in &unknown {
        let help = "define it under [class], or name one of lexicons/en/classes.toml";
        push(Code::UnknownClass, letters.at(at.clone()), format!("no file has a class <{name}>"), help);
    }
    match &pattern.read {
        Err(_) if !unknown.is_empty() => {}
        Err(cause) => {
            push(Code::BadPattern, pattern.place.clone(), cause.clone(), "lexicons/README.md describes the pattern language")
        }
        Ok((_, compiled)) => {
            if let Some(word) = compiled.iter().find_map(|p| stop_word(trial, p, stops)) {
                // The word may stand in a class of another file.
                let has = |name: &str| {
                    let members = trial.classes.get(name).into_iter().flatten();
                    members
                        .into_iter()
                        .any(|m| trial.interner.stem_number(m.trim_start_matches('=')) == trial.interner.stem_number(word))
                };
                let of = named_classes(&pattern.text).map(|(_, name)| name).find(|name| has(name));
                let of = of.map_or_else(String::new, |name| format!(" of <{name}>"));
                let help = "it stands in nearly every text: write the words around it";
                push(Code::StopWord, pattern.place.clone(), format!("the stop word {word:?}{of} is all that it needs"), help);
            }
        }
    }
}

/// The classes that a pattern names, with their places in it.
fn named_classes(pattern: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let named = pattern.match_indices('<').filter_map(|(at, _)| Some((at, pattern[at + 1..].split_once('>')?.0)));
    named.map(|(at, name)| (at..at + name.len() + 2, name))
}

/// Those that no file defines.
fn unknown_classes<'p>(trial: &Trial<'_>, pattern: &'p str) -> Vec<(Range<usize>, &'p str)> {
    let is_unknown = |name: &str| !BUILT_IN.contains(&name) && !trial.classes.contains_key(name);
    named_classes(pattern).filter(|(_, name)| is_unknown(name)).collect()
}

/// Checks every class of the files that are looked at, whether a rule names it or not.
fn classes(trial: &Trial<'_>, opened: &[Opened<'_>], out: &mut Vec<Finding>) {
    for (number, Opened { text, file, .. }) in opened.iter().enumerate().filter(|(_, o)| o.wanted) {
        for (name, members) in &file.class {
            let mut push = |code, place, label: String, help: &str| {
                out.push(Finding { code, file: number, place, label, help: help.to_owned() });
            };
            let mut unknown = 0;
            for member in members {
                let letters = Letters::new(text, member.span(), member.get_ref());
                for (at, name) in unknown_classes(trial, member.get_ref()) {
                    unknown += 1;
                    let help = "define it under [class], or name one of lexicons/en/classes.toml";
                    push(Code::UnknownClass, letters.at(at), format!("no file has a class <{name}>"), help);
                }
            }
            if let Some(cause) = trial.broken_classes.get(name.get_ref()).filter(|_| unknown == 0) {
                let help = "its members are patterns too; lexicons/README.md describes the pattern language";
                push(Code::BadPattern, name.span(), cause.clone(), help);
            }
        }
    }
}

/// The stop word that is a whole match by itself, if one is.
fn stop_word<'s>(trial: &Trial<'_>, pattern: &Pattern, stops: &HashMap<u32, &'s str>) -> Option<&'s str> {
    let needless = |nodes: &[Node]| nodes.iter().all(|n| matches!(n, Node::Optional(_) | Node::Repeat(_)));
    if !needless(&pattern.before) || !needless(&pattern.after) {
        return None;
    }
    let word = match &pattern.anchor {
        Node::Stem(stem) => stops.get(stem),
        Node::Form(form) => stops.get(&trial.interner.stem_of_form(*form)),
        Node::Set(bits) => members(bits).find_map(|stem| stops.get(&stem)),
        _ => None,
    };
    word.copied()
}
