//! From two symbols that stand near each other to the place of a list, without a search: what is not there is told by one or
//! two looks at some bits, and what is there has its number by counting bits.

use serde::{Deserialize, Serialize};

use crate::flat::Flat;

/// A pair is looked for at most so many places apart.
pub(crate) const REACH: i32 = 8;

/// Bits of the place of a list. Above them stands a bit for each distance that the list has.
const LIST_BITS: u32 = u32::BITS - REACH as u32;

/// Places of lists are below this.
pub(crate) const MAX_PLACE: usize = 1 << LIST_BITS;

/// One more than the highest symbol at the most. A lexicon with more symbols has no pairs.
pub(crate) const MAX_SYMBOLS: u32 = 1 << u16::BITS;

/// Pairs of symbols, and single symbols.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pairs {
    /// The rank of each symbol, from the commonest on. Ranks fall into blocks of 64.
    ranks: Flat<u16>,
    /// So many words of bits tell in which blocks a symbol has pairs.
    words: u32,
    /// For each symbol as the left one: the blocks in which it has right ones, as bits.
    blocks_of: Flat<u64>,
    /// For each symbol: which of the blocks below is its first, and how far to the right the others of its pairs may stand.
    firsts: Flat<u32>,
    reaches: Flat<u16>,
    /// The place of the list that each symbol has by itself.
    singles: Flat<u32>,
    /// Blocks with right symbols in them, as bits, and for each the number of its first pair.
    blocks: Flat<u64>,
    numbers: Flat<u32>,
    /// The place of each pair's list, and above it a bit for each distance that it has.
    pairs: Flat<u32>,
}

/// A list that a sentence asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    pub place: usize,
    /// The place of the (left) symbol in the sentence, and how far to the right the other one stands.
    pub left: usize,
    pub distance: i8,
}

/// What looking for lists writes on: memory that is used again.
#[derive(Default)]
pub(crate) struct PairsDesk {
    ranks: Vec<u16>,
    asked: Vec<Asked>,
}

/// A pair with its list, while they are put together.
pub(crate) struct Listed {
    pub left: u32,
    pub right: u32,
    /// Bit `n` stands for the distance `n + 1`.
    pub distances: u8,
    /// The place of its list.
    pub place: u32,
}

impl Pairs {
    /// `ranked` are all symbols, the commonest first; `singles` are symbols with lists for themselves.
    pub fn new(ranked: &[u32], mut pairs: Vec<Listed>, singles: &[(u32, u32)]) -> Self {
        let symbols = ranked.len();
        let words = symbols.div_ceil(64 * 64);
        let mut ranks = vec![0; symbols];
        (0..).zip(ranked).for_each(|(rank, symbol)| ranks[*symbol as usize] = rank);
        let mut out = Self {
            words: words as u32,
            blocks_of: Flat(vec![0; words * symbols]),
            firsts: Flat(vec![0; symbols]),
            reaches: Flat(vec![0; symbols]),
            singles: Flat(vec![0; symbols]),
            ..Self::default()
        };
        singles.iter().for_each(|(symbol, place)| out.singles.0[*symbol as usize] = *place);
        pairs.sort_unstable_by_key(|p| (p.left, ranks[p.right as usize]));
        let mut last = None;
        for Listed { left, right, distances, place } in pairs {
            let (left, rank) = (left as usize, ranks[right as usize] as usize);
            let block = rank / 64;
            if last.is_none_or(|(l, _)| l != left) {
                out.firsts.0[left] = out.blocks.len() as u32;
            }
            if last != Some((left, block)) {
                out.blocks_of.0[words * left + block / 64] |= 1 << (block % 64);
                out.blocks.0.push(0);
                out.numbers.0.push(out.pairs.len() as u32);
                last = Some((left, block));
            }
            if let Some(block) = out.blocks.0.last_mut() {
                *block |= 1 << (rank % 64);
            }
            out.pairs.0.push(u32::from(distances) << LIST_BITS | place);
            out.reaches.0[left] = out.reaches[left].max((u8::BITS - distances.leading_zeros()) as u16);
        }
        Self { ranks: Flat(ranks), ..out }
    }

    /// The lists that a sentence asks for.
    pub fn lists<'d>(&self, symbols: &[u32], desk: &'d mut PairsDesk) -> &'d [Asked] {
        let PairsDesk { ranks, asked } = desk;
        ranks.clear();
        ranks.extend(symbols.iter().map(|s| self.ranks[*s as usize]));
        asked.clear();
        for (i, left) in symbols.iter().enumerate().filter(|(_, s)| **s != 0) {
            let left = *left as usize;
            if self.singles[left] != 0 {
                asked.push(Asked { place: self.singles[left] as usize, left: i, distance: 0 });
            }
            let to = ranks.len().min(i + 1 + usize::from(self.reaches[left]));
            for (distance, rank) in (1i8..).zip(&ranks[i + 1..to]) {
                if let Some(place) = self.find(left, usize::from(*rank), distance) {
                    asked.push(Asked { place, left: i, distance });
                }
            }
        }
        asked
    }

    /// Where the list of a pair is, if it has something for this distance.
    #[inline]
    fn find(&self, left: usize, rank: usize, distance: i8) -> Option<usize> {
        let words = self.words as usize;
        let block = before(&self.blocks_of[words * left..words * (left + 1)], rank / 64)?;
        let block = self.firsts[left] as usize + block;
        let number = self.numbers[block] as usize + before(&self.blocks[block..=block], rank % 64)?;
        let found = self.pairs[number];
        let here = found >> (LIST_BITS + distance as u32 - 1) & 1 == 1;
        here.then_some(found as usize & (MAX_PLACE - 1))
    }
}

/// How many bits are set below this one, if it is set.
#[inline]
fn before(words: &[u64], bit: usize) -> Option<usize> {
    let (at, mask) = (bit / 64, 1u64 << (bit % 64));
    let word = words[at];
    if word & mask == 0 {
        return None;
    }
    let below = words[..at].iter().map(|w| w.count_ones()).sum::<u32>() + (word & (mask - 1)).count_ones();
    Some(below as usize)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn every_pair_is_found_at_its_distances_and_no_other() {
        // More symbols than one word of bits has blocks for.
        let symbols = 5_000u32;
        let ranked: Vec<u32> = (0..symbols).map(|n| n * 1_237 % symbols).collect();
        let wanted: BTreeMap<(u32, u32), (u8, u32)> =
            (1..20_000u32).map(|n| ((n * 31 % 90, n * 7_919 % symbols), ((1 + n % 255) as u8, 1 + n % 1_000))).collect();
        let listed = |(&(left, right), &(distances, place)): (&(u32, u32), &(u8, u32))| Listed { left, right, distances, place };
        let pairs = Pairs::new(&ranked, wanted.iter().map(listed).collect(), &[(7, 5)]);
        let mut desk = PairsDesk::default();
        for left in 1..90 {
            for right in 0..symbols {
                for distance in [1, 2, 8] {
                    let mut sentence = vec![0; 10];
                    (sentence[0], sentence[distance]) = (left, right);
                    let mut asked = pairs.lists(&sentence, &mut desk).to_vec();
                    asked.retain(|a| a.left == 0);
                    let alone = (left == 7).then_some(Asked { place: 5, left: 0, distance: 0 });
                    let pair = wanted.get(&(left, right)).filter(|(d, _)| d >> (distance - 1) & 1 == 1);
                    // What is unknown to the lexicon stands between them, and has pairs here like any other symbol.
                    asked.retain(|a| a.distance == 0 || a.distance as usize == distance);
                    let pair = pair.map(|(_, place)| Asked { place: *place as usize, left: 0, distance: distance as i8 });
                    assert_eq!(asked, alone.into_iter().chain(pair).collect::<Vec<_>>(), "{left} {right} {distance}");
                }
            }
        }
    }
}
