//! From two symbols that stand near each other to the place of a list, without a search: what is not there is told by one or
//! two looks at some bits, and what is there has its number by counting bits.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::flat::Flat;

/// A pair is looked for at most so many places apart.
pub(crate) const REACH: i32 = 8;

/// Bits of the place of a list. Above them stands a bit for each distance that the list has.
const LIST_BITS: u32 = u32::BITS - REACH as u32;

/// Places of lists are below this.
pub(crate) const MAX_PLACE: usize = 1 << LIST_BITS;

/// One more than the highest symbol at the most. A lexicon with more symbols has no pairs: its rows would take 32 MB and more.
pub(crate) const MAX_SYMBOLS: u32 = 1 << 15;

/// What no pair has as its right symbol has this rank.
const NO_RANK: u16 = u16::MAX;

/// Pairs of symbols, and single symbols.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Pairs {
    /// The rank of each symbol among the right ones, from the commonest on. Ranks fall into blocks of 64.
    ranks: Flat<u16>,
    /// For each symbol a [`Head`].
    heads: Flat<u64>,
    /// How many blocks there are in all: the length of a row.
    width: u32,
    /// A row for each left symbol: for each block which of the symbol's own it is, from 1, or 0.
    rows: Flat<u16>,
    /// The number before that of each row's first block.
    firsts: Flat<u32>,
    /// The right symbols in the blocks of each left one, as bits, and for each block the number of its first pair. The first
    /// block of all is empty.
    blocks: Flat<u64>,
    numbers: Flat<u32>,
    /// The place of each pair's list, and above it a bit for each distance that it has.
    pairs: Flat<u32>,
}

/// What a symbol has as the left one.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    /// The place of the list that it has by itself.
    single: usize,
    /// How far to the right the others of its pairs may stand.
    reach: usize,
    row: usize,
}

impl Head {
    fn pack(self) -> u64 {
        (self.single as u64) << 32 | (self.reach as u64) << 24 | self.row as u64
    }

    #[inline]
    fn unpack(packed: u64) -> Self {
        Self { single: (packed >> 32) as usize, reach: (packed >> 24) as usize & 0xff, row: packed as usize & 0xff_ffff }
    }
}

/// A list that a sentence asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Asked {
    pub place: usize,
    /// The place of the (left) symbol in the sentence, and how far to the right the other one stands.
    pub left: usize,
    pub distance: i8,
}

/// What looking for lists writes on: memory that is used again, as much as the longest sentence needs.
#[derive(Default)]
pub(crate) struct PairsDesk {
    ranks: Vec<u16>,
    hits: Vec<Hit>,
    asked: Vec<Asked>,
}

/// A pair that stands in a sentence.
#[derive(Debug, Clone, Copy, Default)]
struct Hit {
    /// Its block, and the place of its right symbol in it.
    block: u32,
    bit: u8,
    distance: i8,
    left: u16,
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
        let rights: HashSet<u32> = pairs.iter().map(|p| p.right).collect();
        let mut ranks = vec![NO_RANK; ranked.len()];
        (0..).zip(ranked.iter().filter(|s| rights.contains(s))).for_each(|(rank, symbol)| ranks[*symbol as usize] = rank);
        let width = rights.len().div_ceil(64);
        let mut heads = vec![Head::default(); ranked.len()];
        singles.iter().for_each(|(symbol, place)| heads[*symbol as usize].single = *place as usize);
        let mut out = Self { width: width as u32, blocks: vec![0].into(), numbers: vec![0].into(), ..Self::default() };
        pairs.sort_unstable_by_key(|p| (p.left, ranks[p.right as usize]));
        for of_left in pairs.chunk_by(|a, b| a.left == b.left) {
            let row = out.firsts.len();
            out.firsts.to_mut().push(out.blocks.len() as u32 - 1);
            out.rows.to_mut().resize(width * (row + 1), 0);
            let rank = |p: &Listed| ranks[p.right as usize] as usize;
            for (number, of_block) in (1..).zip(of_left.chunk_by(|a, b| rank(a) / 64 == rank(b) / 64)) {
                out.rows.to_mut()[width * row + rank(&of_block[0]) / 64] = number;
                out.blocks.to_mut().push(of_block.iter().fold(0, |bits, p| bits | 1 << (rank(p) % 64)));
                out.numbers.to_mut().push(out.pairs.len() as u32);
                out.pairs.to_mut().extend(of_block.iter().map(|p| u32::from(p.distances) << LIST_BITS | p.place));
            }
            let distances = of_left.iter().fold(0, |all, p| all | p.distances);
            let head = &mut heads[of_left[0].left as usize];
            (head.row, head.reach) = (row, (u8::BITS - distances.leading_zeros()) as usize);
        }
        Self { ranks: ranks.into(), heads: heads.into_iter().map(Head::pack).collect::<Vec<_>>().into(), ..out }
    }

    /// The lists that a sentence asks for. What is found is written down without a branch for each place, which would be
    /// guessed wrong too often.
    pub fn lists<'d>(&self, symbols: &[u32], desk: &'d mut PairsDesk) -> &'d [Asked] {
        let PairsDesk { ranks, hits, asked } = desk;
        ranks.clear();
        ranks.extend(symbols.iter().map(|s| self.ranks[*s as usize]));
        asked.clear();
        let most = symbols.len() * REACH as usize + 1;
        if hits.len() < most {
            hits.resize(most, Hit::default());
        }
        let mut count = 0;
        for (i, left) in symbols.iter().enumerate() {
            let Head { single, reach, row } = Head::unpack(self.heads[*left as usize]);
            if single != 0 {
                asked.push(Asked { place: single, left: i, distance: 0 });
            }
            if reach == 0 {
                continue;
            }
            let width = self.width as usize;
            let (first, row) = (self.firsts[row], &self.rows[width * row..width * (row + 1)]);
            let to = ranks.len().min(i + 1 + reach);
            for (distance, rank) in (1i8..).zip(&ranks[i + 1..to]) {
                let block = match row.get(usize::from(*rank) / 64) {
                    None | Some(0) => 0,
                    Some(block) => first + u32::from(*block),
                };
                let bit = (*rank % 64) as u8;
                hits[count] = Hit { block, bit, distance, left: i as u16 };
                count += (self.blocks[block as usize] >> bit & 1) as usize;
            }
        }
        let (mut known, most) = (asked.len(), asked.len() + count + 1);
        asked.resize(most, Asked { place: 0, left: 0, distance: 0 });
        for Hit { block, bit, distance, left } in &hits[..count] {
            let below = self.blocks[*block as usize] & ((1 << bit) - 1);
            let pair = self.pairs[self.numbers[*block as usize] as usize + below.count_ones() as usize];
            asked[known] = Asked { place: pair as usize & (MAX_PLACE - 1), left: usize::from(*left), distance: *distance };
            known += (pair >> (LIST_BITS + *distance as u32 - 1) & 1) as usize;
        }
        asked.truncate(known);
        asked
    }
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
