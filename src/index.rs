//! Which patterns are worth trying where: those of which two words that every match contains stand near each other.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::common::Frequencies;
use crate::element::{Element, elements};
use crate::flat::Flat;
use crate::occurrence::Sentence;
use crate::pairs::{Asked, Listed, MAX_PLACE, MAX_SYMBOLS, Pairs, PairsDesk, REACH};
use crate::pattern::{Node, Pattern};
use crate::places::Places;
use crate::posting::{Near, PACKED, Posting, anchors, touches};
use crate::presence::{AskedSet, Presence, PresenceMaker};
use crate::property::{Property, PropertyMaker};
use crate::symbol::Symbols;

/// A pattern is indexed by at most so many pairs, or else by its rarest symbols alone.
const MAX_PAIRS: usize = 2_048;

/// So many patterns of pairs at the most, so that their lists' places have bits enough: a pattern takes two numbers at the
/// most, with its list's length. Patterns beyond are found by single symbols.
const MAX_POSTINGS: usize = MAX_PLACE / 8;

/// From single symbols and pairs of symbols to patterns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Index {
    pairs: Pairs,
    presence: Presence,
    /// Lists of patterns: a length, and so many of them.
    lists: Flat<u32>,
    /// For each pattern the bits of what it asks for, and a packed [`Posting`]; zeros for those that are not found so.
    bits: Flat<u32>,
    postings: Flat<u32>,
}

/// The place of the list of a pair that only one pattern has is that pattern's number above this one. The lists of pairs end
/// before it, since [`MAX_POSTINGS`] patterns with their lists' lengths take fewer numbers.
const ALONE: usize = MAX_PLACE / 2;

/// What looking for candidates writes on: memory that is used again, as much as the longest sentence needs.
#[derive(Default)]
pub(crate) struct Desk {
    pairs: PairsDesk,
    /// The patterns of which the sentence touches all that they ask for.
    worth: Vec<Worth>,
}

/// A pattern that is worth a closer look.
#[derive(Debug, Clone, Copy, Default)]
struct Worth {
    pattern: u32,
    /// The place of the (left) symbol, and how far to the right the other one stands.
    left: u16,
    distance: i8,
}

impl Index {
    /// Indexes patterns.
    pub fn new(
        patterns: &[(Pattern, usize)],
        symbols: &Symbols<'_>,
        frequencies: &Frequencies,
        properties: &mut PropertyMaker,
    ) -> Self {
        let all: Vec<Vec<Element>> = patterns.iter().map(|(p, _)| elements(p, symbols, frequencies)).collect();
        let mut singles: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        let mut pairs: BTreeMap<(u32, u32), (u8, Vec<u32>)> = BTreeMap::new();
        let mut asked: HashMap<Property, AskedSet> = HashMap::new();
        let mut found = Vec::new();
        let mut held = 0;
        for (((pattern, _), elements), number) in patterns.iter().zip(&all).zip(0u32..) {
            let size = |p: &Pair<'_>| p.left.symbols.len() * p.right.symbols.len();
            let alone = rarest(elements);
            let pair = best_pair(elements).filter(|p| alone.is_none_or(|one| p.chance < one.chance));
            let pair =
                pair.filter(|p| symbols.count() < MAX_SYMBOLS && held + size(p) <= MAX_POSTINGS && (number as usize) < ALONE);
            held += pair.as_ref().map_or(0, size);
            let found_by = pair.map(FoundBy::Two).or(alone.map(FoundBy::One));
            // What has nothing to go by but a label's beginning is tried where labels begin.
            let Some(found_by) = found_by.filter(|_| !matches!(pattern.anchor, Node::Label)) else { continue };
            let mut others = Vec::new();
            for element in found_by.others(elements) {
                let property = properties.set(element.symbols.clone());
                others.push((property, found_by.place_of(element)));
                let new = || AskedSet { symbols: element.symbols.clone(), chance: element.chance, asked: 0.0 };
                asked.entry(property).or_insert_with(new).asked += found_by.chance();
            }
            found.push((number, found_by.posting(), others));
            match found_by {
                FoundBy::Two(Pair { left, right, distance, .. }) => {
                    let both = left.symbols.iter().flat_map(|l| right.symbols.iter().map(|r| (*l, *r)));
                    for key in both {
                        let (distances, list) = pairs.entry(key).or_default();
                        (distance.0..=distance.1).for_each(|d| *distances |= 1 << (d - 1));
                        list.push(number);
                    }
                }
                FoundBy::One(element) => element.symbols.iter().for_each(|s| singles.entry(*s).or_default().push(number)),
            }
        }
        let presence = PresenceMaker::new(symbols.count(), &asked);
        let (mut bits, mut postings) = (vec![0; patterns.len()], vec![0; PACKED * patterns.len()]);
        let (packed, _) = postings.as_chunks_mut::<PACKED>();
        for (number, posting, others) in found {
            let near = others.iter().filter_map(|(property, place)| Near::new(*property, *place, presence.bit(*property)));
            (bits[number as usize], packed[number as usize]) = posting.pack(near);
        }
        let mut lists = Lists::default();
        let pairs: Vec<Listed> = pairs
            .into_iter()
            .map(|((left, right), (distances, list))| {
                let place = if let [pattern] = *list { ALONE as u32 + pattern } else { lists.put(list) };
                Listed { left, right, distances, place }
            })
            .collect();
        let singles: Vec<(u32, u32)> = singles.into_iter().map(|(symbol, list)| (symbol, lists.put(list))).collect();
        let pairs = Pairs::new(&frequencies.ranked(), pairs, &singles);
        Self { pairs, presence: presence.finish(), lists: lists.lists.into(), bits: bits.into(), postings: postings.into() }
    }

    /// Calls `found` with the patterns that are worth trying in a sentence, and where the anchor of each may stand; the desk
    /// is written on.
    pub fn candidates<const W: usize>(
        &self,
        sentence: &Sentence<'_, W>,
        desk: &mut Desk,
        mut found: impl FnMut(usize, Places<W>),
    ) {
        let touched = self.presence.touched(&sentence.symbols);
        let (postings, _) = self.postings.as_chunks::<PACKED>();
        let Desk { pairs, worth } = desk;
        let mut count = 0;
        for Asked { place, left, distance } in self.pairs.lists(&sentence.symbols, pairs) {
            let alone = [place.wrapping_sub(ALONE) as u32];
            let list = if *distance > 0 && *place >= ALONE { &alone } else { self.list(*place) };
            if worth.len() < count + list.len() {
                worth.resize(2 * (count + list.len()), Worth::default());
            }
            for pattern in list {
                worth[count] = Worth { pattern: *pattern, left: *left as u16, distance: *distance };
                count += usize::from(touches(self.bits[*pattern as usize], &touched));
            }
        }
        for Worth { pattern, left, distance } in &worth[..count] {
            let pattern = *pattern as usize;
            let anchors = anchors(&postings[pattern], usize::from(*left), *distance, sentence);
            if !anchors.is_empty() {
                found(pattern, anchors);
            }
        }
    }

    fn list(&self, place: usize) -> &[u32] {
        &self.lists[place + 1..place + 1 + self.lists[place] as usize]
    }
}

/// Lists of patterns, each different one once: a length and so many numbers. At 0 stands the empty one.
struct Lists {
    lists: Vec<u32>,
    places: HashMap<Vec<u32>, u32>,
}

impl Default for Lists {
    fn default() -> Self {
        Self { lists: vec![0], places: [(Vec::new(), 0)].into() }
    }
}

impl Lists {
    fn put(&mut self, list: Vec<u32>) -> u32 {
        let lists = &mut self.lists;
        *self.places.entry(list).or_insert_with_key(|list| {
            let at = lists.len() as u32;
            lists.push(list.len() as u32);
            lists.extend(list);
            at
        })
    }
}

/// The rarest of some elements.
fn rarest(elements: &[Element]) -> Option<&Element> {
    elements.iter().min_by(|a, b| a.chance.total_cmp(&b.chance))
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
            Self::Two(pair) => pair.chance,
            Self::One(one) => one.chance,
        }
    }

    /// The elements by which it is not found, rarest first.
    fn others<'e>(&self, elements: &'e [Element]) -> Vec<&'e Element> {
        let mut others: Vec<&Element> = elements.iter().filter(|e| !self.is(e)).collect();
        others.sort_by(|a, b| a.chance.total_cmp(&b.chance));
        others
    }

    /// Between which places an element stands, counted from the (left) symbol.
    fn place_of(&self, element: &Element) -> (i32, i32) {
        match self {
            Self::Two(Pair { left, right, distance, .. }) => {
                let (by_left, by_right) = (left.distance_to(element), right.distance_to(element));
                (by_left.0.max(distance.0 + by_right.0), by_left.1.min(distance.1 + by_right.1))
            }
            Self::One(one) => one.distance_to(element),
        }
    }

    fn posting(&self) -> Posting {
        match self {
            Self::Two(Pair { left, right, distance, .. }) => {
                let distance = [small(distance.0), small(distance.1)];
                Posting { distance, from_left: to_anchor(left), from_right: to_anchor(right) }
            }
            Self::One(element) => {
                let anchor = to_anchor(element);
                Posting { distance: [0, 0], from_left: anchor, from_right: anchor }
            }
        }
    }
}

/// Two elements of a pattern, the left one first.
struct Pair<'e> {
    left: &'e Element,
    right: &'e Element,
    distance: (i32, i32),
    /// The chance that both stand so.
    chance: f64,
}

/// Where the anchor may stand, counted from an element.
fn to_anchor(element: &Element) -> [i8; 2] {
    let (from, to) = element.offsets();
    [small(-to), small(-from)]
}

/// The two elements that are met together least often, if there are two that may be indexed.
fn best_pair(elements: &[Element]) -> Option<Pair<'_>> {
    let mut best: Option<Pair<'_>> = None;
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
            if best.as_ref().is_none_or(|b| chance < b.chance) {
                best = Some(Pair { left, right, distance, chance });
            }
        }
    }
    best
}

/// A place in a pattern. Patterns are matched within 63 tokens of their anchor.
fn small(n: i32) -> i8 {
    n.clamp(-63, 63) as i8
}
