//! From two symbols that stand near each other to the place of a list, without a search: what is not there is told by one or
//! two looks at some bits, and what is there has its number by counting bits.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::flat::Flat;

/// A pair is looked for at most so many places apart.
pub(crate) const REACH: i32 = 8;

/// The places at which pairs are looked for.
const AROUND: usize = REACH as usize;

/// Bits of the place of a list. Above them stands a bit for each distance that the list has.
const LIST_BITS: u32 = u32::BITS - REACH as u32;

/// Places of lists are below this.
pub(crate) const MAX_PLACE: usize = 1 << LIST_BITS;

/// One more than the highest symbol at the most. A lexicon with more symbols has no pairs: its rows would take 32 MB and more.
pub(crate) const MAX_SYMBOLS: u32 = 1 << 15;

/// The words of a sketch, which fill a line of the cache.
const SKETCH: usize = 8;
const SKETCH_BITS: usize = 64 * SKETCH;

/// So many of the commonest right symbols have bits of their own in the sketches.
const OWN: usize = 384;

/// Pairs of symbols, and single symbols.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Pairs {
    /// For each symbol a [`Right`]. Ranks are from the commonest on, and fall into blocks of 64.
    rights: Flat<u32>,
    /// For each symbol a [`Head`].
    heads: Flat<u64>,
    /// For each left symbol the bits of its right ones, so that one look tells most of what it has no pair with.
    sketches: Flat<u64>,
    /// How many blocks there are in all: the length of a row.
    width: u32,
    /// A row for each left symbol: for each block which of the symbol's own it is, from 1, or 0.
    rows: Flat<u16>,
    /// The number of each row's empty block, which stands before its others.
    firsts: Flat<u32>,
    /// The right symbols in the blocks of each left one, as bits, and for each block the number of its first pair.
    blocks: Flat<u64>,
    numbers: Flat<u32>,
    /// The place of each pair's list, and above it a bit for each distance that it has.
    pairs: Flat<u32>,
}

/// What a symbol is as the right one: its rank, and above it its bit in the sketches.
#[derive(Debug, Clone, Copy)]
struct Right(u32);

impl Right {
    /// What no pair has as its right symbol.
    const NONE: Self = Self(0xffff << 16);

    /// The commonest have bits of their own, the others share the rest of them but the last, which no sketch has.
    fn new(rank: usize) -> Self {
        let shared = SKETCH_BITS - 1 - OWN;
        let bit = if rank < OWN { rank } else { OWN + rank % shared };
        Self((bit << 16 | rank) as u32)
    }

    fn rank(self) -> usize {
        self.0 as usize & 0xffff
    }

    fn put_in(self, sketch: &mut [u64; SKETCH]) {
        let bit = self.bit();
        sketch[bit / 64] |= 1 << (bit % 64);
    }

    fn bit(self) -> usize {
        self.0 as usize >> 16 & (SKETCH_BITS - 1)
    }

    /// 1 if a sketch has its bit, 0 otherwise.
    #[inline]
    fn is_in(self, sketch: &[u64; SKETCH]) -> usize {
        let bit = self.bit();
        (sketch[bit / 64] >> (bit % 64) & 1) as usize
    }
}

/// What a symbol has as the left one.
#[derive(Debug, Clone, Copy, Default)]
struct Head {
    /// The place of the list that it has by itself.
    single: usize,
    /// Its row, or the first one, which is empty.
    row: usize,
}

impl Head {
    fn pack(self) -> u64 {
        (self.single as u64) << 32 | self.row as u64
    }

    #[inline]
    fn unpack(packed: u64) -> Self {
        Self { single: (packed >> 32) as usize, row: packed as u32 as usize }
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
    rights: Vec<Right>,
    hits: Vec<Hit>,
    asked: Vec<Asked>,
}

/// A pair that may stand in a sentence.
#[derive(Debug, Clone, Copy, Default)]
struct Hit {
    row: u32,
    left: u16,
    distance: u8,
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
        let known: HashSet<u32> = pairs.iter().map(|p| p.right).collect();
        let mut rights = vec![Right::NONE; ranked.len()];
        for (rank, symbol) in ranked.iter().filter(|s| known.contains(s)).enumerate() {
            rights[*symbol as usize] = Right::new(rank);
        }
        let right = |p: &Listed| rights[p.right as usize];
        let mut heads = vec![Head::default(); ranked.len()];
        singles.iter().for_each(|(symbol, place)| heads[*symbol as usize].single = *place as usize);
        let mut out = Self { width: known.len().div_ceil(64) as u32, ..Self::default() };
        out.add_row(&[], right);
        pairs.sort_unstable_by_key(|p| (p.left, right(p).rank()));
        for of_left in pairs.chunk_by(|a, b| a.left == b.left) {
            heads[of_left[0].left as usize].row = out.firsts.len();
            out.add_row(of_left, right);
        }
        // What is looked at for the last symbol of the last block, though it may have no pair.
        out.pairs.to_mut().push(0);
        let rights: Vec<u32> = rights.into_iter().map(|right| right.0).collect();
        let heads: Vec<u64> = heads.into_iter().map(Head::pack).collect();
        Self { rights: rights.into(), heads: heads.into(), ..out }
    }

    /// Adds the row of a left symbol's pairs, which are in the order of the right ones' ranks.
    fn add_row(&mut self, pairs: &[Listed], right: impl Fn(&Listed) -> Right) {
        self.firsts.to_mut().push(self.blocks.len() as u32);
        self.blocks.to_mut().push(0);
        self.numbers.to_mut().push(0);
        let mut row = vec![0; self.width as usize];
        let block = |p: &Listed| right(p).rank() / 64;
        for (number, of_block) in (1..).zip(pairs.chunk_by(|a, b| block(a) == block(b))) {
            row[block(&of_block[0])] = number;
            self.blocks.to_mut().push(of_block.iter().fold(0, |bits, p| bits | 1 << (right(p).rank() % 64)));
            self.numbers.to_mut().push(self.pairs.len() as u32);
            self.pairs.to_mut().extend(of_block.iter().map(|p| u32::from(p.distances) << LIST_BITS | p.place));
        }
        self.rows.to_mut().extend(row);
        let mut sketch = [0; SKETCH];
        pairs.iter().for_each(|p| right(p).put_in(&mut sketch));
        self.sketches.to_mut().extend(sketch);
    }

    /// The lists that a sentence asks for. What may be found is written down without a branch for each place, which would be
    /// guessed wrong too often.
    pub fn lists<'d>(&self, symbols: &[u32], desk: &'d mut PairsDesk) -> &'d [Asked] {
        let PairsDesk { rights, hits, asked } = desk;
        rights.clear();
        rights.extend(symbols.iter().map(|s| Right(self.rights[*s as usize])));
        // Beyond the sentence's end stands what has no pairs.
        rights.extend([Right::NONE; AROUND]);
        asked.clear();
        if hits.len() < symbols.len() * AROUND {
            hits.resize(symbols.len() * AROUND, Hit::default());
        }
        let (sketches, _) = self.sketches.as_chunks::<SKETCH>();
        let mut count = 0;
        for (left, (symbol, near)) in (0u16..).zip(symbols.iter().zip(rights[1..].windows(AROUND))) {
            let Head { single, row } = Head::unpack(self.heads[*symbol as usize]);
            if single != 0 {
                asked.push(Asked { place: single, left: usize::from(left), distance: 0 });
            }
            if row == 0 {
                continue;
            }
            let (sketch, room) = (&sketches[row], &mut hits[count..count + AROUND]);
            let mut found = 0;
            for (distance, right) in (1u8..).zip(near) {
                // No more than `AROUND` are found here.
                room[found % AROUND] = Hit { row: row as u32, left, distance };
                found += right.is_in(sketch);
            }
            count += found;
        }
        let mut known = asked.len();
        asked.resize(known + count + 1, Asked { place: 0, left: 0, distance: 0 });
        let width = self.width as usize;
        for Hit { row, left, distance } in &hits[..count] {
            let (row, left) = (*row as usize, usize::from(*left));
            let rank = rights[left + usize::from(*distance)].rank();
            let block = usize::from(self.rows[width * row + rank / 64]);
            // The row's empty block is the one of those that it has no pair with.
            let block = self.firsts[row] as usize + block;
            let (bits, bit) = (self.blocks[block], rank % 64);
            let below = bits & ((1 << bit) - 1);
            let pair = self.pairs[self.numbers[block] as usize + below.count_ones() as usize];
            asked[known] = Asked { place: pair as usize & (MAX_PLACE - 1), left, distance: *distance as i8 };
            known += (bits >> bit) as usize & (pair >> (LIST_BITS + u32::from(*distance) - 1)) as usize & 1;
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
