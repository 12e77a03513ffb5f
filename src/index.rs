//! Which patterns are worth trying where: those of which two words that every match contains stand near each other.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::common::Frequencies;
use crate::element::{Element, elements};
use crate::flat::Flat;
use crate::pattern::Pattern;
use crate::sets::{SetMaker, Sets};
use crate::symbol::Symbols;

/// A pair of symbols is looked for at most so many places apart.
const REACH: i32 = 8;

/// A pattern is indexed by at most so many pairs, or else by its rarest symbols alone.
const MAX_PAIRS: usize = 2_048;

/// From single symbols and pairs of symbols to patterns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Index {
    /// Where the postings of each symbol begin; they end where those of the next one begin.
    singles: Flat<u32>,
    /// Where the pairs of each left symbol begin.
    lefts: Flat<u32>,
    /// How far to the right of each left symbol the others of its pairs may stand.
    reaches: Flat<u16>,
    /// For each left symbol four words with a bit for each right one: most pairs of words in a text are none.
    masks: Flat<u64>,
    /// The right symbols of the pairs, in order.
    rights: Flat<u32>,
    /// Where the postings of each pair begin.
    pairs: Flat<u32>,
    /// A bit for the hash of each pair, for left symbols with many right ones.
    filter: Flat<u64>,
    /// Lists of [`Posting`]: a length, and so many of them.
    postings: Flat<u32>,
    /// Where the checks of each pattern begin; they end where those of the next one begin.
    check_starts: Flat<u32>,
    /// What else a match contains: a set of symbols, and between which places from the anchor one of them stands, in bytes.
    checks: Flat<u32>,
    sets: Sets,
}

/// A pattern that is worth trying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Posting {
    pattern: u32,
    /// How far apart the two symbols may stand.
    distance: [i8; 2],
    /// Where the anchor may stand, counted from the left symbol and from the right one.
    from_left: [i8; 2],
    from_right: [i8; 2],
}

impl Posting {
    /// How many numbers one is packed in.
    const PACKED: usize = 3;

    fn pack(self) -> [u32; Self::PACKED] {
        let bytes = |[a, b]: [i8; 2], [c, d]: [i8; 2]| u32::from_le_bytes([a, b, c, d].map(|n| n as u8));
        [self.pattern, bytes(self.distance, [0, 0]), bytes(self.from_left, self.from_right)]
    }

    fn unpack(packed: &[u32; Self::PACKED]) -> Self {
        let [distance, anchor] = [packed[1], packed[2]].map(|n| n.to_le_bytes().map(|b| b as i8));
        Self {
            pattern: packed[0],
            distance: [distance[0], distance[1]],
            from_left: [anchor[0], anchor[1]],
            from_right: [anchor[2], anchor[3]],
        }
    }
}

/// A pattern to try, at the anchors from `from` to `to`, which may lie outside of the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub pattern: usize,
    pub from: isize,
    pub to: isize,
}

impl Index {
    /// Indexes patterns.
    pub fn new(patterns: &[(Pattern, usize)], symbols: &Symbols<'_>, frequencies: &Frequencies) -> Self {
        let mut singles: Vec<Vec<Posting>> = vec![Vec::new(); symbols.count() as usize];
        let mut pairs: BTreeMap<(u32, u32), Vec<Posting>> = BTreeMap::new();
        let mut sets = SetMaker::new(symbols.count());
        let mut checks = vec![];
        let mut check_starts = vec![];
        for (pattern, number) in patterns.iter().map(|(p, _)| p).zip(0u32..) {
            let elements = elements(pattern, symbols, frequencies);
            check_starts.push(checks.len() as u32);
            for element in worth_checking(&elements) {
                checks.extend(check(element, &mut sets));
            }
            if let Some(pair) = best_pair(&elements) {
                let posting = pair.posting(number);
                for left in &pair.left.symbols {
                    for right in &pair.right.symbols {
                        pairs.entry((*left, *right)).or_default().push(posting);
                    }
                }
            } else if let Some(rarest) = elements.iter().min_by(|a, b| a.chance.total_cmp(&b.chance)) {
                let anchor = to_anchor(rarest);
                let posting = Posting { pattern: number, distance: [0, 0], from_left: anchor, from_right: anchor };
                rarest.symbols.iter().for_each(|s| singles[*s as usize].push(posting));
            }
        }
        check_starts.push(checks.len() as u32);
        let (checks, check_starts, sets) = (Flat(checks), Flat(check_starts), sets.finish());
        let mut index = Self { checks, check_starts, sets, filter: Flat(vec![0; filter_words(pairs.len())]), ..Self::default() };
        let mut lists = Lists::default();
        for list in &singles {
            index.singles.0.push(lists.put(list));
        }
        index.reaches.0 = vec![0; symbols.count() as usize];
        index.masks.0 = vec![0; MASK_WORDS * symbols.count() as usize];
        let mut left = 0;
        for ((l, r), list) in &pairs {
            let reach = &mut index.reaches.0[*l as usize];
            *reach = list.iter().map(|p| p.distance[1] as u16).fold(*reach, u16::max);
            let (word, bit) = mask_bit(*r);
            index.masks.0[MASK_WORDS * *l as usize + word] |= 1 << bit;
            while left <= *l {
                index.lefts.0.push(index.rights.len() as u32);
                left += 1;
            }
            index.rights.0.push(*r);
            index.pairs.0.push(lists.put(list));
            let hash = left_hash(*l).wrapping_add(right_hash(*r));
            let (word, bit) = index.filter_bit(hash);
            index.filter.0[word] |= 1 << bit;
        }
        while left <= symbols.count() {
            index.lefts.0.push(index.rights.len() as u32);
            left += 1;
        }
        index.postings.0 = lists.postings;
        index
    }

    /// Calls `found` with the patterns that are worth trying in a sentence; `symbols` has its borders too.
    pub fn candidates(&self, symbols: &[u32], mut found: impl FnMut(Candidate)) {
        for (i, left) in symbols.iter().enumerate() {
            if *left == 0 {
                continue;
            }
            let place = i as isize - 1;
            let single = self.singles[*left as usize];
            if single != 0 {
                self.list(single, 0, place, &mut found);
            }
            let reach = usize::from(self.reaches[*left as usize]);
            let Some(mask) = self.masks[MASK_WORDS * *left as usize..].first_chunk::<MASK_WORDS>() else { continue };
            for (distance, right) in (1i8..).zip(&symbols[i + 1..symbols.len().min(i + 1 + reach)]) {
                let (word, bit) = mask_bit(*right);
                if mask[word] >> bit & 1 == 1
                    && self.may_be_pair(*left, *right)
                    && let Some(pair) = self.pair(*left, *right)
                {
                    self.list(pair, distance, place, &mut found);
                }
            }
        }
    }

    fn may_be_pair(&self, left: u32, right: u32) -> bool {
        let (word, bit) = self.filter_bit(left_hash(left).wrapping_add(right_hash(right)));
        self.filter[word] >> bit & 1 == 1
    }

    fn list(&self, at: u32, distance: i8, place: isize, found: &mut impl FnMut(Candidate)) {
        let at = at as usize;
        let len = Posting::PACKED * self.postings[at] as usize;
        let (postings, _) = self.postings[at + 1..at + 1 + len].as_chunks::<{ Posting::PACKED }>();
        for posting in postings.iter().map(Posting::unpack) {
            if posting.distance[0] <= distance && distance <= posting.distance[1] {
                let right = place + distance as isize;
                let from = (place + posting.from_left[0] as isize).max(right + posting.from_right[0] as isize);
                let to = (place + posting.from_left[1] as isize).min(right + posting.from_right[1] as isize);
                found(Candidate { pattern: posting.pattern as usize, from, to });
            }
        }
    }

    /// Whether everything stands around an anchor that a match of the pattern contains.
    pub fn may_match(&self, pattern: usize, symbols: &[u32], anchor: usize) -> bool {
        let (from, to) = (self.check_starts[pattern] as usize, self.check_starts[pattern + 1] as usize);
        let (checks, _) = self.checks[from..to].as_chunks::<2>();
        checks.iter().all(|[set, bounds]| {
            let [from, to, ..] = bounds.to_le_bytes().map(|b| b as i8 as isize);
            // The symbols begin with that of the border, so that the anchor's is one further on.
            let place = |offset: isize| (anchor as isize + 1 + offset).clamp(0, symbols.len() as isize) as usize;
            symbols[place(from)..place(to + 1)].iter().any(|s| self.sets.has(*set, *s))
        })
    }

    fn pair(&self, left: u32, right: u32) -> Option<u32> {
        let (from, to) = (self.lefts[left as usize] as usize, self.lefts[left as usize + 1] as usize);
        let at = self.rights[from..to].binary_search(&right).ok()?;
        Some(self.pairs[from + at])
    }

    fn filter_bit(&self, hash: u64) -> (usize, u64) {
        let bit = hash >> 32 & (64 * self.filter.len() as u64 - 1);
        (bit as usize / 64, bit % 64)
    }
}

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

/// The elements of a pattern that are worth looking for around an anchor, rarest first. Those by which it was found stand
/// where they should if that is one place.
fn worth_checking(elements: &[Element]) -> Vec<&Element> {
    let found_by: Vec<&Element> = match best_pair(elements) {
        Some(pair) => vec![pair.left, pair.right],
        None => elements.iter().min_by(|a, b| a.chance.total_cmp(&b.chance)).into_iter().collect(),
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
    fn posting(&self, pattern: u32) -> Posting {
        let distance = [small(self.distance.0), small(self.distance.1)];
        Posting { pattern, distance, from_left: to_anchor(self.left), from_right: to_anchor(self.right) }
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

/// Room for about sixteen bits a pair.
fn filter_words(pairs: usize) -> usize {
    (pairs / 4).next_power_of_two().max(16)
}

/// Words in the mask of a left symbol.
const MASK_WORDS: usize = 4;

/// Where a right symbol has its bit in the masks.
fn mask_bit(right: u32) -> (usize, u32) {
    let bits = right.wrapping_mul(0x9e37_79b9) >> 24;
    (bits as usize / 64, bits % 64)
}

fn left_hash(symbol: u32) -> u64 {
    u64::from(symbol).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn right_hash(symbol: u32) -> u64 {
    u64::from(symbol).wrapping_mul(0xc2b2_ae3d_27d4_eb4f)
}
