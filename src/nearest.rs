//! Why an example fails: the pattern that came nearest to it and the words that stopped it, or the patterns that took it.

use crate::pattern::{Classes, Node};
use crate::span::Span;
use crate::token::Token;
use crate::trial::{Trial, Tried};
use crate::vocabulary::Kind;
use crate::walk::{MAX_TOKENS, Piece, ends, furthest, highest};

/// So many words may stand where one piece failed, for what follows to count as found.
const MAX_SKIP: usize = 6;

/// The nearest that a rule came to an example.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Miss {
    /// The number of the pattern in its rule.
    pub pattern: usize,
    /// How many of its pieces that need a word were found.
    pub got: usize,
    /// How many it has.
    pub of: usize,
    /// The words that failed; empty at the end of a sentence.
    pub place: Span,
    /// What the pattern wanted there, and what stood there.
    pub cause: String,
}

/// A place where a pattern fails, while the nearest is looked for.
struct Hole {
    got: usize,
    piece: usize,
    /// The token at which the piece was tried.
    at: usize,
    /// The token at which the pieces behind it go on, if they do.
    next: Option<usize>,
}

/// What of a rule came nearest to matching an example; nothing where no word of it stands there.
pub(crate) fn nearest(trial: &Trial<'_>, rule: &Tried<'_>, example: &str) -> Option<Miss> {
    let sentences = trial.tokens(example);
    let mut best: Option<((usize, usize), Miss)> = None;
    for (number, pattern) in rule.patterns.iter().enumerate() {
        let Ok((pieces, _)) = &pattern.read else { continue };
        let of = pieces.iter().filter(|p| counts(p)).count();
        for tokens in &sentences {
            let tokens = &tokens[..tokens.len().min(MAX_TOKENS)];
            let Some(hole) = hole(pieces, tokens) else { continue };
            // Of those that got equally far the one that lacks the least.
            let rank = (hole.got, usize::MAX - of);
            if hole.got > 0 && best.as_ref().is_none_or(|(r, _)| rank > *r) {
                let (place, cause) = cause(&hole, pieces, tokens, example, &trial.classes);
                best = Some((rank, Miss { pattern: number, got: hole.got, of, place, cause }));
            }
        }
    }
    best.map(|(_, miss)| miss)
}

/// Which patterns of a rule match an example, by number, and the words that each takes.
pub(crate) fn takers(trial: &Trial<'_>, rule: &Tried<'_>, example: &str) -> Vec<(usize, Span)> {
    let mut out = Vec::new();
    for tokens in trial.tokens(example) {
        for (number, pattern) in rule.patterns.iter().enumerate() {
            let Ok((pieces, _)) = &pattern.read else { continue };
            let run = |start: usize| pieces.iter().fold(1u64 << start, |mask, p| ends(&p.nodes, &tokens, mask));
            let found = (0..tokens.len().min(MAX_TOKENS)).map(|start| (start, highest(run(start)))).find(|(s, e)| e > s);
            out.extend(found.map(|(s, e)| (number, Span::new(tokens[s].span.start, tokens[e - 1].span.end))));
        }
    }
    out
}

/// Whether a piece needs a word.
fn counts(piece: &Piece) -> bool {
    piece.nodes.iter().any(|n| {
        !matches!(n, Node::Optional(_) | Node::Repeat(_) | Node::Gap(_) | Node::Start | Node::End | Node::Clause | Node::Label)
    })
}

/// The number of a gap, if the piece is one.
fn gap(piece: &Piece) -> Option<usize> {
    match piece.nodes.as_slice() {
        [Node::Gap(most)] => Some(usize::from(*most)),
        _ => None,
    }
}

/// The one failing piece with the most that is found before and behind it.
fn hole(pieces: &[Piece], tokens: &[Token]) -> Option<Hole> {
    let mut best: Option<((usize, usize, usize), Hole)> = None;
    let mut before = 0;
    // Where the pieces so far may end, wherever they begin.
    let mut alive = (1u64 << tokens.len()) - 1;
    for (number, piece) in pieces.iter().enumerate() {
        for at in (0..=tokens.len()).filter(|at| alive >> at & 1 == 1) {
            let skips = match (gap(piece), counts(piece)) {
                // A gap fails by being too narrow.
                (Some(most), _) => most + 1..=most + MAX_SKIP,
                _ if ends(&piece.nodes, tokens, 1 << at) != 0 => continue,
                (None, true) => 0..=MAX_SKIP,
                (None, false) => 0..=0,
            };
            // A group of which the first words are found is nearer than one of which none is.
            let within = if gap(piece).is_none() { furthest(&piece.nodes, tokens, 1 << at) - at } else { 0 };
            for skip in skips.filter(|s| at + s <= tokens.len()) {
                let behind = found(&pieces[number + 1..], tokens, at + skip);
                if gap(piece).is_some() && behind == 0 {
                    continue;
                }
                // One word in the place of another is likelier than none, and none than several.
                let likely = if skip == 1 { MAX_SKIP + 2 } else { MAX_SKIP + 1 - skip.min(MAX_SKIP + 1) };
                let rank = (before + behind, within, likely);
                if best.as_ref().is_none_or(|(r, _)| rank > *r) {
                    let next = (behind > 0).then_some(at + skip);
                    best = Some((rank, Hole { got: before + behind, piece: number, at, next }));
                }
            }
        }
        alive = ends(&piece.nodes, tokens, alive);
        before += usize::from(counts(piece));
        if alive == 0 {
            break;
        }
    }
    best.map(|(_, hole)| hole)
}

/// How many pieces that need words follow one another from a token on.
fn found(pieces: &[Piece], tokens: &[Token], at: usize) -> usize {
    let mut mask = 1 << at;
    let mut found = 0;
    for piece in pieces {
        mask = ends(&piece.nodes, tokens, mask);
        if mask == 0 {
            break;
        }
        found += usize::from(counts(piece));
    }
    found
}

/// The words that failed and why, in a sentence.
fn cause(hole: &Hole, pieces: &[Piece], tokens: &[Token], text: &str, classes: &Classes) -> (Span, String) {
    let Hole { piece: number, at, next, .. } = *hole;
    let piece = &pieces[number];
    let words = |from: usize, to: usize| match tokens.get(from..to) {
        Some([first, .., last]) => Span::new(first.span.start, last.span.end),
        Some([only]) => only.span,
        _ => tokens.last().map_or(Span::new(0, 0), |t| Span::new(t.span.end, t.span.end)),
    };
    let shown = |span: Span| match text.get(span.start..span.end) {
        Some(words) if !words.is_empty() => format!("`{words}`"),
        _ => "the end of the sentence".to_owned(),
    };
    if let (Some(most), Some(next)) = (gap(piece), next) {
        let place = words(at, next);
        let plural = if most == 1 { "word" } else { "words" };
        return (place, format!("wants at most {most} {plural} here (`{}`), found {}: {}", piece.text, next - at, shown(place)));
    }
    let here = words(at, at + 1);
    match piece.nodes.as_slice() {
        [Node::Start] => {
            let place = words(at.saturating_sub(1), at);
            return (place, format!("wants the sentence to begin behind this, found {} in it", shown(place)));
        }
        [Node::End] => return (here, format!("wants the sentence to end before this, found {}", shown(here))),
        [Node::Clause] => return (here, format!("wants a comma or another break before {}, found none", shown(here))),
        [Node::Label] => {
            let cause = format!("wants the label of a button to begin with {}; write the example between < and >", shown(here));
            return (here, cause);
        }
        _ => {}
    }
    let wants = wants(piece, classes);
    // Behind a gap the piece may stand at any of several words.
    if let Some(most) = number.checked_sub(1).and_then(|n| gap(&pieces[n])) {
        let from = (0..=most).rev().map(|back| at.saturating_sub(back)).find(|from| starts_gap(pieces, number, tokens, *from));
        let from = from.unwrap_or(at);
        let to = next.unwrap_or(from + most + 1).clamp(from, tokens.len());
        let place = words(from, to.max(from + usize::from(from < tokens.len())));
        return (place, format!("wants {wants} behind at most {most} words, found {}", shown(place)));
    }
    if next == Some(at) {
        return (here, format!("wants {wants} before this, found {} at once", shown(here)));
    }
    let far = furthest(&piece.nodes, tokens, 1 << at).min(tokens.len().saturating_sub(1));
    let place = words(at, if at < tokens.len() { far.max(at) + 1 } else { at });
    (place, format!("wants {wants}, found {}", shown(place)))
}

/// Whether the pieces before a gap may end at a token.
fn starts_gap(pieces: &[Piece], number: usize, tokens: &[Token], at: usize) -> bool {
    let before = pieces[..number - 1].iter().fold((1u64 << tokens.len()) - 1, |mask, p| ends(&p.nodes, tokens, mask));
    before >> at & 1 == 1
}

/// So many members of a class or group are named.
const NAMED: usize = 6;

/// What a piece wants, in words.
fn wants(piece: &Piece, classes: &Classes) -> String {
    let text = piece.text.as_str();
    let list = |all: &[&str]| {
        let named: Vec<String> = all.iter().take(NAMED).map(|m| format!("`{m}`")).collect();
        let more = all.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" or one of {more} more") } else { String::new() };
        format!("{}{more}", named.join(if more.is_empty() { " or " } else { ", " }))
    };
    if let [Node::Kind(kind)] = piece.nodes.as_slice() {
        let what = match kind {
            Kind::Word => "a word",
            Kind::Number => "a number",
            Kind::Money => "a sum of money",
            Kind::Fortune => "a large sum of money",
            Kind::Percent => "a percentage",
            Kind::Url => "a web address",
            Kind::Email => "a mail address",
        };
        return format!("{what} ({text})");
    }
    if let Some(members) = text.strip_prefix('<').and_then(|t| t.strip_suffix('>')).and_then(|name| classes.get(name)) {
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        return format!("one of {text}, which is {}", list(&members));
    }
    if let Some(inner) = text.strip_prefix('(').and_then(|t| t.strip_suffix(')')).filter(|t| !t.contains(['(', ')'])) {
        return format!("{} (any form)", list(&inner.split('|').map(str::trim).collect::<Vec<_>>()));
    }
    match text.strip_prefix('=') {
        Some(form) => format!("`{form}` in this form alone"),
        None => format!("`{text}` (any form)"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::Opened;

    /// What a rule with one pattern says of an example: the words that failed, and why.
    fn said(pattern: &str, example: &str) -> (String, String) {
        let toml = format!(
            "format = 1\nfamily = \"x\"\nrole = \"gift\"\n[[rule]]\nid = \"x\"\npatterns = [{pattern:?}]\nmatches = []\nallows = []\n\
             [class]\nwe = [\"i\", \"we\"]\nyou = [\"you\"]\n[forms]\ngive = [\"gave\"]\n"
        );
        let file = crate::format::read(&toml).unwrap();
        let files = [Opened { name: "x.toml", text: &toml, wanted: true, file }];
        let trial = Trial::new(&files, &[]);
        nearest(&trial, &trial.rules[0], example).map_or_else(Default::default, |m| (m.place.of(example).to_owned(), m.cause))
    }

    #[test]
    fn the_words_that_failed_are_named() {
        for (pattern, example, place, cause) in [
            ("<we> give <you>", "Today we took you home", "took", "wants `give` (any form), found `took`"),
            ("<we> =gave <you>", "we give you", "give", "wants `gave` in this form alone, found `give`"),
            ("<we> give <you>", "They gave you", "They", "wants one of <we>, which is `i` or `we`, found `They`"),
            ("give <you> (jar|pot)", "gave you", "", "wants `jar` or `pot` (any form), found the end of the sentence"),
            (
                "(cup of tea|mug) for",
                "a cup of milk for",
                "cup of milk",
                "wants `cup of tea` or `mug` (any form), found `cup of milk`",
            ),
            (
                "give <you> ..1 jar",
                "gave you a big old jar",
                "a big old",
                "wants at most 1 word here (`..1`), found 3: `a big old`",
            ),
            (
                "give ..2 jar",
                "gave you a pot of",
                "you a pot",
                "wants `jar` (any form) behind at most 2 words, found `you a pot`",
            ),
            ("^ give jar", "We gave jars", "We", "wants the sentence to begin behind this, found `We` in it"),
            ("give jar $", "gave jars away", "away", "wants the sentence to end before this, found `away`"),
            ("jar , give", "jars give", "give", "wants a comma or another break before `give`, found none"),
            ("give <money>", "gave jam", "jam", "wants a sum of money (<money>), found `jam`"),
            ("give the jar", "gave jars", "jars", "wants `the` (any form) before this, found `jars` at once"),
        ] {
            assert_eq!(said(pattern, example), (place.to_owned(), cause.to_owned()), "{pattern} on {example}");
        }
        assert_eq!(said("give jar", "marmalade"), Default::default());
    }
}
