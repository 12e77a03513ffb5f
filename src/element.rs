//! What every match of a pattern must contain, and how far apart: what the index is made from.

use crate::common::Frequencies;
use crate::pattern::{Node, Pattern, REPEATS, members};
use crate::symbol::Symbols;

/// A piece that every match contains: one of these symbols, so many places from the anchor.
#[derive(Debug, Clone)]
pub(crate) struct Element {
    pub symbols: Vec<u32>,
    /// The chance that a token has one of the symbols.
    pub chance: f64,
    /// Before the anchor (-1), the anchor itself (0) or after it (1).
    side: i32,
    /// How many pieces of the pattern stand nearer to the anchor.
    order: usize,
    /// The fewest and the most tokens between the anchor and the piece of the pattern that the element stands in.
    between: (i32, i32),
    /// Its place in that piece, from 1.
    place: (i32, i32),
}

impl Element {
    /// The least and the greatest place of the element, counted from the anchor and signed.
    pub fn offsets(&self) -> (i32, i32) {
        let (near, far) = (self.between.0 + self.place.0, self.between.1 + self.place.1);
        match self.side {
            0 => (0, 0),
            1 => (near, far),
            _ => (-far, -near),
        }
    }

    /// How many places to the right of this one the other stands, at the least and at the most.
    pub fn distance_to(&self, other: &Element) -> (i32, i32) {
        // What lies beyond all reach was counted as lying at its end, and says nothing of what lies between.
        let capped = [self, other].iter().any(|e| e.between.1 >= within_reach(i32::MAX));
        if self.side != other.side || self.side == 0 || capped {
            let ((a, b), (c, d)) = (self.offsets(), other.offsets());
            return (c - b, d - a);
        }
        let (inner, outer) = if self.order < other.order { (self, other) } else { (other, self) };
        let near = outer.between.0 - inner.between.0 + outer.place.0 - inner.place.1;
        let far = outer.between.1 - inner.between.1 + outer.place.1 - inner.place.0;
        if std::ptr::eq(inner, self) == (self.side == 1) { (near, far) } else { (-far, -near) }
    }
}

/// The elements of a pattern, its anchor first.
pub(crate) fn elements(pattern: &Pattern, symbols: &Symbols<'_>, frequencies: &Frequencies) -> Vec<Element> {
    let finder = Finder { symbols, frequencies };
    let mut out = finder.outward(std::slice::from_ref(&pattern.anchor), 0);
    out.extend(finder.outward(&pattern.before, -1));
    out.extend(finder.outward(&pattern.after, 1));
    out
}

struct Finder<'a> {
    symbols: &'a Symbols<'a>,
    frequencies: &'a Frequencies,
}

impl Finder<'_> {
    fn outward(&self, nodes: &[Node], side: i32) -> Vec<Element> {
        let mut out = Vec::new();
        let mut between = (0, 0);
        for (order, node) in nodes.iter().enumerate() {
            let found = match node {
                Node::Stem(stem) => Some((vec![*stem], (1, 1))),
                Node::Form(form) => Some((vec![self.symbols.of_form(*form)], (1, 1))),
                Node::Set(bits) => Some((members(bits).collect(), (1, 1))),
                Node::Kind(kind) => Some((self.symbols.of_kind(*kind), (1, 1))),
                Node::Start if side < 0 => Some((vec![self.symbols.start()], (1, 1))),
                Node::End if side > 0 => Some((vec![self.symbols.end()], (1, 1))),
                Node::Any(branches) => self.alternatives(branches, side),
                _ => None,
            };
            if let Some((symbols, place)) = found {
                let chance = symbols.iter().map(|s| self.frequencies.chance(*s)).sum();
                out.push(Element { symbols, chance, side, order, between, place });
            }
            let (least, most) = span(node);
            between = (within_reach(between.0 + least), within_reach(between.1 + most));
        }
        out
    }

    /// The rarest element of each branch, if each has one.
    fn alternatives(&self, branches: &[Vec<Node>], side: i32) -> Option<(Vec<u32>, (i32, i32))> {
        let mut symbols = Vec::new();
        let mut place = (i32::MAX, 0);
        for branch in branches {
            let found = self.outward(branch, side);
            let rarest = found.iter().min_by(|a, b| a.chance.total_cmp(&b.chance))?;
            symbols.extend(&rarest.symbols);
            place.0 = place.0.min(rarest.between.0 + rarest.place.0);
            place.1 = place.1.max(rarest.between.1 + rarest.place.1);
        }
        symbols.sort_unstable();
        symbols.dedup();
        Some((symbols, place))
    }
}

/// Matches reach no further than 63 tokens from their anchor, so that what is beyond counts alike.
fn within_reach(tokens: i32) -> i32 {
    tokens.min(64)
}

/// The fewest and the most tokens that a node takes, as far as matches reach.
fn span(node: &Node) -> (i32, i32) {
    let add = |sum: (i32, i32), s: (i32, i32)| (within_reach(sum.0 + s.0), within_reach(sum.1 + s.1));
    let all = |nodes: &[Node]| nodes.iter().map(span).fold((0, 0), add);
    match node {
        Node::Stem(_) | Node::Form(_) | Node::Set(_) | Node::Kind(_) => (1, 1),
        Node::Start | Node::End | Node::Clause | Node::Label => (0, 0),
        Node::Gap(n) => (0, i32::from(*n)),
        Node::Any(branches) => {
            let spans = || branches.iter().map(|b| all(b));
            (spans().map(|s| s.0).min().unwrap_or(0), spans().map(|s| s.1).max().unwrap_or(0))
        }
        Node::Optional(inner) => (0, all(inner).1),
        Node::Repeat(inner) => (0, within_reach(REPEATS as i32 * all(inner).1)),
    }
}
