//! Which patterns are worth trying where: those of which two words that every match contains stand near each other.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::common::Frequencies;
use crate::element::{Element, elements};
use crate::flat::Flat;
use crate::pairs::{Asked, MAX_PLACE, MAX_SYMBOLS, Pairs, PairsDesk, REACH};
use crate::pattern::{Node, Pattern};
use crate::presence::{Presence, PresenceMaker, SetBit, Touched};
use crate::sets::{SetId, SetMaker, Sets};
use crate::symbol::Symbols;

/// A pattern is indexed by at most so many pairs, or else by its rarest symbols alone.
const MAX_PAIRS: usize = 2_048;

/// So many postings of pairs at the most, so that their lists' places have bits enough: a posting takes eight numbers at the
/// most, with its list's length. Patterns beyond are found by single symbols.
const MAX_POSTINGS: usize = MAX_PLACE / 8;

/// From single symbols and pairs of symbols to patterns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Index {
    pairs: Pairs,
    presence: Presence,
    /// Lists of [`Posting`]: a length, and so many of them.
    postings: Flat<u32>,
    /// Where the checks of each pattern begin; they end where those of the next one begin.
    check_starts: Flat<u32>,
    /// What else a match contains: a set of symbols, and between which places from the anchor one of them stands, in bytes.
    checks: Flat<u32>,
    sets: Sets,
}

/// What looking for candidates writes on: memory that is used again.
#[derive(Default)]
pub(crate) struct Desk {
    pairs: PairsDesk,
    touched: Touched,
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
    /// Sets that its sentence touches near the left symbol.
    touches: [Touch; Self::TOUCHES],
}

/// A set, and between which places from the left symbol one of its symbols stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Touch {
    set: SetBit,
    from: i8,
    to: i8,
}

impl Touch {
    /// What every sentence has.
    const NOTHING: Self = Self { set: SetBit::ALWAYS, from: 0, to: 0 };

    /// So many bits hold a place.
    const PLACE: u32 = 8;

    fn pack(self) -> u32 {
        let [from, to] = [self.from, self.to].map(|n| u32::from(n as u8));
        self.set.number() << (2 * Self::PLACE) | from << Self::PLACE | to
    }

    #[inline]
    fn unpack(packed: u32) -> Self {
        Self { set: SetBit::numbered(packed >> (2 * Self::PLACE)), from: (packed >> Self::PLACE) as i8, to: packed as i8 }
    }

    #[inline]
    fn is_near(self, left: usize, touched: &Touched) -> bool {
        let at = |offset: i8| left as isize + isize::from(offset);
        touched.has_in(self.set, at(self.from), at(self.to))
    }
}

impl Posting {
    /// How many numbers one is packed in.
    const PACKED: usize = 3 + Self::TOUCHES;

    /// How many sets it is ruled out by at the most, before its checks are looked at.
    const TOUCHES: usize = 4;

    fn pack(self) -> [u32; Self::PACKED] {
        let bytes = |[a, b]: [i8; 2], [c, d]: [i8; 2]| u32::from_le_bytes([a, b, c, d].map(|n| n as u8));
        let [first, second, third, last] = self.touches.map(Touch::pack);
        [self.pattern, bytes(self.distance, [0, 0]), bytes(self.from_left, self.from_right), first, second, third, last]
    }

    fn unpack([pattern, distance, anchor, touches @ ..]: [u32; Self::PACKED]) -> Self {
        let [distance, anchor] = [distance, anchor].map(|n| n.to_le_bytes().map(|b| b as i8));
        Self {
            pattern,
            distance: [distance[0], distance[1]],
            from_left: [anchor[0], anchor[1]],
            from_right: [anchor[2], anchor[3]],
            touches: touches.map(Touch::unpack),
        }
    }

    /// Whether it may match in a sentence that touches these sets, with its symbols so far apart.
    #[inline]
    fn may_match(&self, distance: i8, touched: &Touched) -> bool {
        let apart = self.distance[0] <= distance && distance <= self.distance[1];
        // All at once: a branch for each would be guessed wrong too often.
        self.touches.iter().fold(apart, |may, touch| may & touched.has(touch.set))
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
        let all: Vec<Vec<Element>> = patterns.iter().map(|(p, _)| elements(p, symbols, frequencies)).collect();
        let mut sets = SetMaker::new(symbols.count());
        let mut asked: HashMap<SetId, (Vec<u32>, f64)> = HashMap::new();
        let mut entries = Vec::new();
        let (mut checks, mut check_starts) = (Vec::new(), Vec::new());
        let mut held = 0;
        for (((pattern, _), elements), number) in patterns.iter().zip(&all).zip(0u32..) {
            check_starts.push(checks.len() as u32);
            // What has nothing to go by but a label's beginning is tried where labels begin.
            if matches!(pattern.anchor, Node::Label) {
                continue;
            }
            let postings = |p: &Pair<'_>| p.left.symbols.len() * p.right.symbols.len();
            let pair = best_pair(elements).filter(|p| symbols.count() < MAX_SYMBOLS && held + postings(p) <= MAX_POSTINGS);
            held += pair.as_ref().map_or(0, postings);
            let Some(found_by) = pair.map(FoundBy::Two).or_else(|| rarest(elements).map(FoundBy::One)) else { continue };
            let mut touches = Vec::new();
            for element in found_by.worth_checking(elements) {
                let (set, members) = set(element, &mut sets);
                if !found_by.is(element) {
                    touches.push((set, found_by.place_of(element)));
                    asked.entry(set).or_insert((members, 0.0)).1 += found_by.chance();
                }
                checks.extend(check(element, set));
            }
            entries.push((number, found_by, touches));
        }
        check_starts.push(checks.len() as u32);
        let presence = PresenceMaker::new(symbols.count(), &asked);
        let mut singles: BTreeMap<u32, Vec<Posting>> = BTreeMap::new();
        let mut pairs: BTreeMap<(u32, u32), Vec<Posting>> = BTreeMap::new();
        for (number, found_by, touches) in &entries {
            let posting = found_by.posting(*number, touches.iter().filter_map(|(set, place)| touch(presence.bit(*set), *place)));
            match found_by {
                FoundBy::Two(Pair { left, right, .. }) => {
                    let both = left.symbols.iter().flat_map(|l| right.symbols.iter().map(|r| (*l, *r)));
                    both.for_each(|key| pairs.entry(key).or_default().push(posting));
                }
                FoundBy::One(element) => element.symbols.iter().for_each(|s| singles.entry(*s).or_default().push(posting)),
            }
        }
        let mut lists = Lists::default();
        let mut table = Pairs::new(pairs.len(), &frequencies.ranked());
        // The lists of pairs come first, since a pair has fewer bits for the place of its list.
        for ((left, right), list) in &pairs {
            table.put(*left, *right, list.iter().flat_map(|p| p.distance[0]..=p.distance[1]), lists.put(list));
        }
        for (symbol, list) in &singles {
            table.put_single(*symbol, lists.put(list));
        }
        Self {
            pairs: table,
            presence: presence.finish(),
            postings: Flat(lists.postings),
            check_starts: Flat(check_starts),
            checks: Flat(checks),
            sets: sets.finish(),
        }
    }

    /// Calls `found` with the patterns that are worth trying in a sentence; `symbols` has its borders too, and the desk is
    /// written on.
    pub fn candidates(&self, symbols: &[u32], desk: &mut Desk, mut found: impl FnMut(Candidate)) {
        let Desk { pairs, touched } = desk;
        self.presence.touch(symbols, touched);
        for Asked { place, left, distance } in self.pairs.lists(symbols, pairs) {
            let len = Posting::PACKED * self.postings[*place] as usize;
            let (postings, _) = self.postings[place + 1..place + 1 + len].as_chunks::<{ Posting::PACKED }>();
            for posting in postings.iter().map(|p| Posting::unpack(*p)).filter(|p| p.may_match(*distance, touched)) {
                if posting.touches.iter().all(|t| t.is_near(*left, touched)) {
                    self.anchors(posting, symbols, *left, *distance, &mut found);
                }
            }
        }
    }

    /// Calls `found` for the anchors that a posting may have; `left` is the place of its (left) symbol.
    fn anchors(&self, posting: Posting, symbols: &[u32], left: usize, distance: i8, found: &mut impl FnMut(Candidate)) {
        // Places in the sentence count from its first token, those in the symbols from its border.
        let left = left as isize - 1;
        let right = left + distance as isize;
        let from = (left + posting.from_left[0] as isize).max(right + posting.from_right[0] as isize).max(0);
        let to = (left + posting.from_left[1] as isize).min(right + posting.from_right[1] as isize);
        let pattern = posting.pattern as usize;
        let checks = self.check_starts[pattern] as usize..self.check_starts[pattern + 1] as usize;
        let (checks, _) = self.checks[checks].as_chunks::<2>();
        for anchor in from..=to.min(symbols.len() as isize - 3) {
            if checks.iter().all(|check| self.passes(*check, symbols, anchor)) {
                found(Candidate { pattern, anchor: anchor as usize });
            }
        }
    }

    /// Whether something stands around an anchor that every match contains.
    fn passes(&self, [set, bounds]: [u32; 2], symbols: &[u32], anchor: isize) -> bool {
        let [from, to, ..] = bounds.to_le_bytes().map(|b| b as i8 as isize);
        let place = |offset: isize| (anchor + 1 + offset).clamp(0, symbols.len() as isize) as usize;
        symbols[place(from)..place(to + 1)].iter().any(|s| self.sets.has(set, *s))
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

/// The rarest of some elements.
fn rarest(elements: &[Element]) -> Option<&Element> {
    elements.iter().min_by(|a, b| a.chance.total_cmp(&b.chance))
}

/// The set of an element's symbols.
fn set(element: &Element, sets: &mut SetMaker) -> (SetId, Vec<u32>) {
    let mut symbols = element.symbols.clone();
    symbols.sort_unstable();
    symbols.dedup();
    (sets.put(symbols.clone()), symbols)
}

/// An element in two numbers.
fn check(element: &Element, set: SetId) -> [u32; 2] {
    let (from, to) = element.offsets();
    [set, u32::from_le_bytes([small(from) as u8, small(to) as u8, 0, 0])]
}

/// A set that a sentence touches between these places; nothing, if they are too far for their bits.
fn touch(set: SetBit, (from, to): (i32, i32)) -> Option<Touch> {
    Some(Touch { set, from: i8::try_from(from).ok()?, to: i8::try_from(to).ok()? })
}

/// What of a pattern the index asks for.
enum FoundBy<'e> {
    Two(Pair<'e>),
    One(&'e Element),
}

impl FoundBy<'_> {
    fn is(&self, element: &Element) -> bool {
        match self {
            Self::Two(pair) => std::ptr::eq(pair.left, element) || std::ptr::eq(pair.right, element),
            Self::One(one) => std::ptr::eq(*one, element),
        }
    }

    fn chance(&self) -> f64 {
        match self {
            Self::Two(pair) => pair.left.chance * pair.right.chance,
            Self::One(one) => one.chance,
        }
    }

    /// The elements that are worth looking for around an anchor, rarest first. Those by which the pattern is found stand
    /// where they should if that is one place.
    fn worth_checking<'e>(&self, elements: &'e [Element]) -> Vec<&'e Element> {
        let exact = |e: &Element| e.offsets().0 == e.offsets().1;
        let mut sorted: Vec<&Element> = elements.iter().filter(|e| !(self.is(e) && exact(e))).collect();
        sorted.sort_by(|a, b| self.is(a).cmp(&self.is(b)).then(a.chance.total_cmp(&b.chance)));
        sorted
    }

    /// Between which places an element stands, counted from the (left) symbol.
    fn place_of(&self, element: &Element) -> (i32, i32) {
        match self {
            Self::Two(Pair { left, right, distance }) => {
                let (by_left, by_right) = (left.distance_to(element), right.distance_to(element));
                (by_left.0.max(distance.0 + by_right.0), by_left.1.min(distance.1 + by_right.1))
            }
            Self::One(one) => one.distance_to(element),
        }
    }

    fn posting(&self, pattern: u32, touched: impl Iterator<Item = Touch>) -> Posting {
        let mut touches = [Touch::NOTHING; Posting::TOUCHES];
        touches.iter_mut().zip(touched).for_each(|(to, touch)| *to = touch);
        match self {
            Self::Two(Pair { left, right, distance }) => {
                let distance = [small(distance.0), small(distance.1)];
                Posting { pattern, distance, from_left: to_anchor(left), from_right: to_anchor(right), touches }
            }
            Self::One(element) => {
                let anchor = to_anchor(element);
                Posting { pattern, distance: [0, 0], from_left: anchor, from_right: anchor, touches }
            }
        }
    }
}

/// Two elements of a pattern, the left one first.
struct Pair<'e> {
    left: &'e Element,
    right: &'e Element,
    distance: (i32, i32),
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
            if distance.0 < 1
                || distance.1 < distance.0
                || distance.1 > REACH
                || left.symbols.len() * right.symbols.len() > MAX_PAIRS
            {
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
