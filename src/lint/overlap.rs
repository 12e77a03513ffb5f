//! Patterns within patterns of an opposite role: wherever the longer one matches, the shorter one takes its words too.

use super::keys::{Keys, stems};
use super::patterns::are_opposite;
use super::{Code, Finding};
use crate::pattern::{Node, has, members};
use crate::trial::{Opened, Trial};

/// The number of a rule and of one of its patterns, and the nodes that it is written with.
type Laid<'p> = ((usize, usize), Vec<&'p Node>);

/// Checks the patterns of the files that are looked at against all others.
pub(crate) fn check(trial: &Trial<'_>, opened: &[Opened<'_>], out: &mut Vec<Finding>) {
    let all = laid(trial);
    let keyed: Vec<(usize, Vec<&Node>)> = all.iter().map(|(_, nodes)| nodes.clone()).enumerate().collect();
    let keys = Keys::new(trial, &keyed);
    for ((rule, pattern), longer) in all.iter().filter(|((rule, _), _)| opened[trial.rules[*rule].file].wanted) {
        let (tried, written) = (&trial.rules[*rule], &trial.rules[*rule].patterns[*pattern]);
        let within = |((other, _), shorter): &&Laid<'_>| {
            shorter.len() < longer.len()
                && are_opposite(&trial.rules[*other], tried)
                && longer.windows(shorter.len()).any(|w| covers(trial, shorter, w))
        };
        // What stands within has a node for each of some of its own, and that matches all that the other does: any one of the
        // words that the other needs leads there.
        let firsts = longer.iter().filter_map(|n| stems(trial, n).first().copied());
        let Some(((rule, pattern), _)) = keys.candidates(firsts).into_iter().map(|i| &all[i]).find(within) else { continue };
        let other = &trial.rules[*rule];
        let (id, role, pattern) = (&other.rule.id, other.role.name(), &other.patterns[*pattern].text);
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
            out.push(((rule, pattern), pieces.iter().flat_map(|p| &p.nodes).collect()));
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
