//! Which patterns are worth trying where: those of which two words that every match contains stand near each other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::common::Frequencies;
use crate::element::{Element, elements};
use crate::flat::Flat;
use crate::pattern::{Node, Pattern};
use crate::sets::{SetMaker, Sets};
use crate::symbol::Symbols;

/// A pair of symbols is looked for at most so many places apart.
const REACH: i32 = 8;

/// A pattern is indexed by at most so many pairs, or else by its rarest symbols alone.
const MAX_PAIRS: usize = 2_048;

/// From single symbols and pairs of symbols to patterns. What is asked for first lies together: most of the time goes into
/// waiting for memory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Index {
    /// For each symbol: its own postings, how far to the right the others of its pairs may stand, and three words with a bit
    /// for each of those: most pairs of words in a text are none.
    lefts: Flat<u64>,
    /// A bit for the hash of each pair, for left symbols with many right ones.
    filter: Flat<u64>,
    /// A hash table of pairs and their postings.
    pairs: Flat<u64>,
    /// Lists of [`Posting`]: a length, and so many of them.
    postings: Flat<u32>,
    /// Where the checks of each pattern begin; they end where those of the next one begin.
    check_starts: Flat<u32>,
    /// What else a match contains: a set of symbols, and between which places from the anchor one of them stands, in bytes.
    checks: Flat<u32>,
    sets: Sets,
}

/// Numbers for each left symbol.
const ROW: usize = 4;

/// Bits of a symbol in the table of pairs. A lexicon with more words than that is indexed by single symbols.
const SYMBOL_BITS: u32 = 16;

/// Bits of the place of a list in the table of pairs. Above them stands a bit for each distance that the list has.
const LIST_BITS: u32 = u64::BITS - 2 * SYMBOL_BITS - REACH as u32;

/// So many postings of pairs at the most, so that their lists' places have bits enough: a posting takes six numbers at the
/// most. Patterns beyond are found by single symbols.
const MAX_POSTINGS: usize = (1 << LIST_BITS) / 8;

/// A pattern that is worth trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Posting {
    pattern: u32,
    /// How far apart the two symbols may stand.
    distance: [i8; 2],
    /// Where the anchor may stand, counted from the left symbol and from the right one.
    from_left: [i8; 2],
    from_right: [i8; 2],
    /// The first check, or one that everything passes.
    check: [u32; 2],
}

impl Posting {
    /// How many numbers one is packed in.
    const PACKED: usize = 5;

    fn pack(self) -> [u32; Self::PACKED] {
        let bytes = |[a, b]: [i8; 2], [c, d]: [i8; 2]| u32::from_le_bytes([a, b, c, d].map(|n| n as u8));
        let places = bytes(self.from_left, self.from_right);
        [self.pattern, bytes(self.distance, [0, 0]), places, self.check[0], self.check[1]]
    }

    fn unpack(packed: &[u32; Self::PACKED]) -> Self {
        let [distance, anchor] = [packed[1], packed[2]].map(|n| n.to_le_bytes().map(|b| b as i8));
        Self {
            pattern: packed[0],
            distance: [distance[0], distance[1]],
            from_left: [anchor[0], anchor[1]],
            from_right: [anchor[2], anchor[3]],
            check: [packed[3], packed[4]],
        }
    }
}

/// A pattern to try, at an anchor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub pattern: usize,
    pub anchor: usize,
}

impl Index {
    /// Indexes patterns.
    pub fn new(patterns: &[(Pattern, usize)], symbols: &Symbols<'_>, frequencies: &Frequencies) -> Self {
        let mut singles: Vec<Vec<Posting>> = vec![Vec::new(); symbols.count() as usize];
        let mut pairs: BTreeMap<(u32, u32), Vec<Posting>> = BTreeMap::new();
        let mut sets = SetMaker::new(symbols.count());
        let (mut checks, mut check_starts) = (Vec::new(), Vec::new());
        let mut held = 0;
        for (pattern, number) in patterns.iter().map(|(p, _)| p).zip(0u32..) {
            let elements = elements(pattern, symbols, frequencies);
            check_starts.push(checks.len() as u32);
            // What has nothing to go by but a label's beginning is tried where labels begin.
            if matches!(pattern.anchor, Node::Label) {
                continue;
            }
            let postings = |p: &Pair<'_>| p.left.symbols.len() * p.right.symbols.len();
            let pair = best_pair(&elements).filter(|p| symbols.count() < 1 << SYMBOL_BITS && held + postings(p) <= MAX_POSTINGS);
            held += pair.as_ref().map_or(0, postings);
            let mut own = worth_checking(&elements, pair.as_ref()).into_iter().map(|e| check(e, &mut sets));
            let first = own.next().unwrap_or(NO_CHECK);
            checks.extend(own.flatten());
            if let Some(pair) = pair {
                let posting = pair.posting(number, first);
                for left in &pair.left.symbols {
                    for right in &pair.right.symbols {
                        pairs.entry((*left, *right)).or_default().push(posting);
                    }
                }
            } else if let Some(rarest) = rarest(&elements) {
                let anchor = to_anchor(rarest);
                let posting = Posting { pattern: number, distance: [0, 0], from_left: anchor, from_right: anchor, check: first };
                rarest.symbols.iter().for_each(|s| singles[*s as usize].push(posting));
            }
        }
        check_starts.push(checks.len() as u32);
        let mut index = Self {
            lefts: Flat(vec![0; ROW * symbols.count() as usize]),
            filter: Flat(vec![0; (pairs.len() / 4).next_power_of_two().max(16)]),
            pairs: Flat(vec![0; pairs.len() + pairs.len() / 3 + 1]),
            check_starts: Flat(check_starts),
            checks: Flat(checks),
            sets: sets.finish(),
            ..Self::default()
        };
        let mut lists = Lists::default();
        // The lists of pairs come first, since a pair has fewer bits for the place of its list.
        for ((left, right), list) in &pairs {
            index.put(*left, *right, list, lists.put(list));
        }
        for (symbol, list) in singles.iter().enumerate() {
            index.lefts.0[ROW * symbol] |= u64::from(lists.put(list)) << 32;
        }
        index.postings.0 = lists.postings;
        index
    }

    /// Adds a pair with the place of its list.
    fn put(&mut self, left: u32, right: u32, list: &[Posting], place: u32) {
        let row = ROW * left as usize;
        let reach = list.iter().map(|p| p.distance[1] as u64).fold(self.lefts[row] & u64::from(u32::MAX), u64::max);
        self.lefts.0[row] = self.lefts[row] >> 32 << 32 | reach;
        let (word, bit) = row_bit(right);
        self.lefts.0[row + word] |= 1 << bit;
        let hash = hash(left, right);
        let (word, bit) = self.filter_bit(hash);
        self.filter.0[word] |= 1 << bit;
        let mut slot = self.slot(hash);
        while self.pairs[slot] != 0 {
            slot = self.after(slot);
        }
        let bit = |distance: i8| 1 << (LIST_BITS + distance as u32 - 1);
        let distances: u64 = list.iter().flat_map(|p| p.distance[0]..=p.distance[1]).map(bit).fold(0, |all, b| all | b);
        self.pairs.0[slot] = key(left, right) << (u64::BITS - 2 * SYMBOL_BITS) | distances | u64::from(place);
    }

    /// Where the search for a pair begins.
    fn slot(&self, hash: u64) -> usize {
        (((hash & u64::from(u32::MAX)) * self.pairs.len() as u64) >> 32) as usize
    }

    fn after(&self, slot: usize) -> usize {
        if slot + 1 == self.pairs.len() { 0 } else { slot + 1 }
    }

    /// Calls `found` with the patterns that are worth trying in a sentence; `symbols` has its borders too.
    pub fn candidates(&self, symbols: &[u32], mut found: impl FnMut(Candidate)) {
        for (i, left) in symbols.iter().enumerate() {
            if *left == 0 {
                continue;
            }
            let Some(row) = self.lefts[ROW * *left as usize..].first_chunk::<ROW>() else { continue };
            let (single, reach) = ((row[0] >> 32) as usize, row[0] as u32 as usize);
            if single != 0 {
                self.list(single, symbols, i, 0, &mut found);
            }
            for (distance, right) in (1i8..).zip(&symbols[i + 1..symbols.len().min(i + 1 + reach)]) {
                let (word, bit) = row_bit(*right);
                if row[word] >> bit & 1 == 1
                    && let Some(pair) = self.pair(*left, *right, distance)
                {
                    self.list(pair, symbols, i, distance, &mut found);
                }
            }
        }
    }

    /// Where the postings of a pair are, if any is for this distance.
    fn pair(&self, left: u32, right: u32, distance: i8) -> Option<usize> {
        let hash = hash(left, right);
        let (word, bit) = self.filter_bit(hash);
        if self.filter[word] >> bit & 1 == 0 {
            return None;
        }
        let key = key(left, right);
        let mut slot = self.slot(hash);
        loop {
            match self.pairs[slot] {
                0 => return None,
                found if found >> (u64::BITS - 2 * SYMBOL_BITS) == key => {
                    let here = found >> (LIST_BITS + distance as u32 - 1) & 1 == 1;
                    return here.then_some((found & ((1 << LIST_BITS) - 1)) as usize);
                }
                _ => slot = self.after(slot),
            }
        }
    }

    /// Calls `found` for the postings at `at` that pass; `left` is the place of the (left) symbol.
    fn list(&self, at: usize, symbols: &[u32], left: usize, distance: i8, found: &mut impl FnMut(Candidate)) {
        let len = Posting::PACKED * self.postings[at] as usize;
        let (postings, _) = self.postings[at + 1..at + 1 + len].as_chunks::<{ Posting::PACKED }>();
        // Places in the sentence count from its first token, those in the symbols from its border.
        let left = left as isize - 1;
        let right = left + distance as isize;
        for posting in postings.iter().map(Posting::unpack) {
            if distance < posting.distance[0] || posting.distance[1] < distance {
                continue;
            }
            let from = (left + posting.from_left[0] as isize).max(right + posting.from_right[0] as isize).max(0);
            let to = (left + posting.from_left[1] as isize).min(right + posting.from_right[1] as isize);
            for anchor in from..=to.min(symbols.len() as isize - 3) {
                let candidate = Candidate { pattern: posting.pattern as usize, anchor: anchor as usize };
                if self.passes(posting.check, symbols, candidate.anchor) && self.may_match(candidate, symbols) {
                    found(candidate);
                }
            }
        }
    }

    /// Whether everything stands around an anchor that a match of the pattern contains.
    fn may_match(&self, candidate: Candidate, symbols: &[u32]) -> bool {
        let (from, to) = (self.check_starts[candidate.pattern] as usize, self.check_starts[candidate.pattern + 1] as usize);
        let (checks, _) = self.checks[from..to].as_chunks::<2>();
        checks.iter().all(|check| self.passes(*check, symbols, candidate.anchor))
    }

    fn passes(&self, [set, bounds]: [u32; 2], symbols: &[u32], anchor: usize) -> bool {
        if [set, bounds] == NO_CHECK {
            return true;
        }
        let [from, to, ..] = bounds.to_le_bytes().map(|b| b as i8 as isize);
        let place = |offset: isize| (anchor as isize + 1 + offset).clamp(0, symbols.len() as isize) as usize;
        symbols[place(from)..place(to + 1)].iter().any(|s| self.sets.has(set, *s))
    }

    fn filter_bit(&self, hash: u64) -> (usize, u64) {
        let bit = hash >> 32 & (64 * self.filter.len() as u64 - 1);
        (bit as usize / 64, bit % 64)
    }
}

/// A check that everything passes.
const NO_CHECK: [u32; 2] = [u32::MAX, u32::MAX];

/// Lists of postings, each different one once: a length and so many postings. At 0 stands the empty one.
struct Lists {
    postings: Vec<u32>,
    places: std::collections::HashMap<Vec<Posting>, u32>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { postings: vec![0], places: [(Vec::new(), 0)].into() }
    }
}

impl Lists {
    fn put(&mut self, list: &[Posting]) -> u32 {
        if let Some(at) = self.places.get(list) {
            return *at;
        }
        let at = self.postings.len() as u32;
        self.postings.push(list.len() as u32);
        self.postings.extend(list.iter().flat_map(|p| p.pack()));
        self.places.insert(list.to_vec(), at);
        at
    }
}

/// The rarest of some elements.
fn rarest(elements: &[Element]) -> Option<&Element> {
    elements.iter().min_by(|a, b| a.chance.total_cmp(&b.chance))
}

/// The elements of a pattern that are worth looking for around an anchor, rarest first. Those by which it was found stand
/// where they should if that is one place.
fn worth_checking<'e>(elements: &'e [Element], pair: Option<&Pair<'e>>) -> Vec<&'e Element> {
    let found_by: Vec<&Element> = match pair {
        Some(pair) => vec![pair.left, pair.right],
        None => rarest(elements).into_iter().collect(),
    };
    let found = |e: &Element| found_by.iter().any(|f| std::ptr::eq(*f, e));
    let exact = |e: &Element| e.offsets().0 == e.offsets().1;
    let mut sorted: Vec<&Element> = elements.iter().filter(|e| !(found(e) && exact(e))).collect();
    sorted.sort_by(|a, b| found(a).cmp(&found(b)).then(a.chance.total_cmp(&b.chance)));
    sorted
}

/// An element in two numbers.
fn check(element: &Element, sets: &mut SetMaker) -> [u32; 2] {
    let (from, to) = element.offsets();
    let mut symbols = element.symbols.clone();
    symbols.sort_unstable();
    symbols.dedup();
    [sets.put(symbols), u32::from_le_bytes([small(from) as u8, small(to) as u8, 0, 0])]
}

/// Two elements of a pattern, the left one first.
struct Pair<'e> {
    left: &'e Element,
    right: &'e Element,
    distance: (i32, i32),
}

impl Pair<'_> {
    fn posting(&self, pattern: u32, check: [u32; 2]) -> Posting {
        let distance = [small(self.distance.0), small(self.distance.1)];
        Posting { pattern, distance, from_left: to_anchor(self.left), from_right: to_anchor(self.right), check }
    }
}

/// Where the anchor may stand, counted from an element.
fn to_anchor(element: &Element) -> [i8; 2] {
    let (from, to) = element.offsets();
    [small(-to), small(-from)]
}

/// The two elements that are met together least often, if there are two that may be indexed.
fn best_pair(elements: &[Element]) -> Option<Pair<'_>> {
    let mut best: Option<(f64, Pair<'_>)> = None;
    for (i, a) in elements.iter().enumerate() {
        for b in &elements[i + 1..] {
            let (left, right) = if a.offsets() <= b.offsets() { (a, b) } else { (b, a) };
            let distance = left.distance_to(right);
            if distance.0 < 1 || distance.1 > REACH || left.symbols.len() * right.symbols.len() > MAX_PAIRS {
                continue;
            }
            // What stands near is found with less looking around.
            let width = f64::from(distance.1 - distance.0 + 1);
            let chance = left.chance * (right.chance * width).min(1.0) * (1.0 + 0.1 * f64::from(distance.1));
            if best.as_ref().is_none_or(|(least, _)| chance < *least) {
                best = Some((chance, Pair { left, right, distance }));
            }
        }
    }
    best.map(|(_, pair)| pair)
}

/// A place in a pattern. Patterns are matched within 63 tokens of their anchor.
fn small(n: i32) -> i8 {
    n.clamp(-63, 63) as i8
}

/// A pair as one number.
fn key(left: u32, right: u32) -> u64 {
    u64::from(left) << SYMBOL_BITS | u64::from(right)
}

/// The hash of a pair; its lower and its upper half are of use apart.
fn hash(left: u32, right: u32) -> u64 {
    let mixed = (u64::from(left) << 32 | u64::from(right)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9).rotate_left(32)
}

/// Where a right symbol has its bit in the row of a left one.
fn row_bit(right: u32) -> (usize, u32) {
    let bits = ((u64::from(right.wrapping_mul(0x9e37_79b9)) * 192) >> 32) as u32;
    (1 + bits as usize / 64, bits % 64)
}
