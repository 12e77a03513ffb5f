//! Patterns as they are written, piece by piece from left to right, and the plain way to match them: for those who look after
//! rules and want to know which piece of which pattern did what.

use std::ops::Range;

use crate::pattern::{Compiler, Node, REPEATS, has};
use crate::token::Token;
use crate::vocabulary::Kind;

/// A sentence of an example is looked at as far as this many tokens.
pub(crate) const MAX_TOKENS: usize = 63;

/// A piece of a pattern: a word, a class, a group, a gap, a border.
#[derive(Debug, Clone)]
pub(crate) struct Piece {
    /// As it is written.
    pub text: String,
    pub nodes: Vec<Node>,
}

/// The pieces of a pattern, in reading order.
///
/// # Errors
/// The pattern can't be read; the cause is said.
pub(crate) fn pieces(pattern: &str, compiler: &mut Compiler<'_>) -> Result<Vec<Piece>, String> {
    let mut out = Vec::new();
    for place in split(pattern) {
        let nodes = compiler.sequence(&pattern[place.clone()])?;
        out.push(Piece { text: pattern[place].to_owned(), nodes });
    }
    Ok(out)
}

/// Parts a pattern at white space and borders outside of groups.
fn split(pattern: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut depth, mut start) = (0usize, None);
    for (i, c) in pattern.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        // A border that may be missing, `,?`, is a piece with its mark.
        let marked = pattern[i + c.len_utf8()..].starts_with(['?', '*']);
        let border = depth == 0 && matches!(c, '^' | '$' | ',') && !marked;
        if (depth == 0 && c.is_whitespace()) || border {
            out.extend(start.take().map(|from| from..i));
        } else {
            start.get_or_insert(i);
        }
        if border {
            out.push(i..i + 1);
        }
    }
    out.extend(start.map(|from| from..pattern.len()));
    out
}

/// Where matches that begin at any of the places in `from` may end. Bit `n` of a mask: before token `n`.
pub(crate) fn ends(nodes: &[Node], tokens: &[Token], from: u64) -> u64 {
    nodes.iter().fold(from, |mask, node| if mask == 0 { 0 } else { step(node, tokens, mask) })
}

/// Whether the pieces match somewhere in the tokens.
pub(crate) fn matches(pieces: &[Piece], tokens: &[Token]) -> bool {
    (0..tokens.len().min(MAX_TOKENS)).any(|start| pieces.iter().fold(1 << start, |mask, p| ends(&p.nodes, tokens, mask)) != 0)
}

/// The token that a match beginning at a place gets to before it fails, or the place after its last one.
pub(crate) fn furthest(nodes: &[Node], tokens: &[Token], from: u64) -> usize {
    let mut mask = from;
    let mut far = highest(from);
    for node in nodes {
        let within = match node {
            Node::Any(branches) => branches.iter().map(|b| furthest(b, tokens, mask)).max(),
            Node::Optional(inner) | Node::Repeat(inner) => Some(furthest(inner, tokens, mask)),
            _ => None,
        };
        far = far.max(within.unwrap_or(0));
        mask = step(node, tokens, mask);
        if mask == 0 {
            break;
        }
        // A gap takes any word, which is no sign of having got anywhere.
        if !matches!(node, Node::Gap(_)) {
            far = far.max(highest(mask));
        }
    }
    far
}

/// The last place of a mask.
pub(crate) fn highest(mask: u64) -> usize {
    mask.checked_ilog2().unwrap_or(0) as usize
}

fn step(node: &Node, tokens: &[Token], mask: u64) -> u64 {
    let advance = |mask: u64, is: &dyn Fn(&Token) -> bool| keep(mask, |at| tokens.get(at).is_some_and(is)) << 1;
    match node {
        Node::Stem(stem) => advance(mask, &|t| t.word.stem == *stem),
        Node::Form(form) => advance(mask, &|t| t.word.form == *form),
        Node::Set(bits) => advance(mask, &|t| t.word.stem != 0 && has(bits, t.word.stem)),
        Node::Kind(kind) => advance(mask, &|t| t.kind == *kind || (*kind == Kind::Money && t.kind == Kind::Fortune)),
        Node::Gap(most) => (0..*most).fold(mask, |out, _| out | advance(out, &|_| true)),
        Node::Start => mask & 1,
        Node::End => keep(mask, |at| at == tokens.len()),
        Node::Clause => keep(mask, |at| at == 0 || tokens.get(at).is_some_and(|t| t.after_break)),
        Node::Label => keep(mask, |at| tokens.get(at).is_some_and(|t| t.label)),
        Node::Any(branches) => branches.iter().fold(0, |out, branch| out | ends(branch, tokens, mask)),
        Node::Optional(inner) => mask | ends(inner, tokens, mask),
        Node::Repeat(inner) => {
            let (mut out, mut last) = (mask, mask);
            for _ in 0..REPEATS {
                last = ends(inner, tokens, last);
                out |= last;
            }
            out
        }
    }
}

fn keep(mask: u64, wanted: impl Fn(usize) -> bool) -> u64 {
    (0..=MAX_TOKENS).filter(|at| mask >> at & 1 == 1 && wanted(*at)).fold(0, |out, at| out | 1 << at)
}
