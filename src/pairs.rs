//! From two symbols that stand near each other to the place of a list. What is asked for first lies together: most of the
//! time goes into waiting for memory.

use serde::{Deserialize, Serialize};

use crate::flat::Flat;

/// A pair is looked for at most so many places apart.
pub(crate) const REACH: i32 = 8;

/// Bits of a symbol in the table. A lexicon with more symbols has no pairs.
const SYMBOL_BITS: u32 = 16;

/// Bits of the place of a list. Above them stands a bit for each distance that the list has.
const LIST_BITS: u32 = u64::BITS - 2 * SYMBOL_BITS - REACH as u32;

/// Places of lists are below this.
pub(crate) const MAX_PLACE: usize = 1 << LIST_BITS;

/// One more than the highest symbol at the most.
pub(crate) const MAX_SYMBOLS: u32 = 1 << SYMBOL_BITS;

/// A row fills a line of the cache: the place of the list that a left symbol has by itself, how far to the right the others
/// of its pairs may stand, and a bit for each of those.
const ROW: usize = 8;

/// The commonest symbols have a bit of their own in a row, and the others share the rest of it.
const OWN: u32 = 256;
const SHARED: u32 = 64 * (ROW as u32 - 1) - OWN;

/// Pairs of symbols, and single symbols.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Pairs {
    rows: Flat<u64>,
    /// The bit of each symbol in the rows of others.
    bits: Flat<u16>,
    /// A hash table of pairs, distances and the places of their lists.
    table: Flat<u64>,
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
    bits: Vec<u16>,
    probes: Vec<(u64, usize, i8)>,
    slots: Vec<u64>,
    asked: Vec<Asked>,
}

impl Pairs {
    /// For so many pairs of symbols; `ranked` are all symbols, the commonest first.
    pub fn new(pairs: usize, ranked: &[u32]) -> Self {
        let mut bits = vec![0; ranked.len()];
        for (rank, symbol) in (0u32..).zip(ranked) {
            bits[*symbol as usize] = if rank < OWN { rank } else { OWN + rank % SHARED } as u16;
        }
        Self { rows: Flat(vec![0; ROW * ranked.len()]), bits: Flat(bits), table: Flat(vec![0; pairs + pairs / 2 + 1]) }
    }

    /// Gives a symbol a list for itself.
    pub fn put_single(&mut self, symbol: u32, place: u32) {
        self.rows.0[ROW * symbol as usize] |= u64::from(place) << 32;
    }

    /// Gives a pair a list, of which some pattern has each of the distances: bit `n` stands for the distance `n + 1`.
    pub fn put(&mut self, left: u32, right: u32, distances: u8, place: u32) {
        let row = ROW * left as usize;
        let reach = u64::from(u8::BITS - distances.leading_zeros()).max(self.rows[row] & u64::from(u32::MAX));
        self.rows.0[row] = self.rows[row] >> 32 << 32 | reach;
        let bit = usize::from(self.bits[right as usize]);
        self.rows.0[row + 1 + bit / 64] |= 1 << (bit % 64);
        let mut slot = self.slot(key(left, right));
        while self.table[slot] != 0 {
            slot = self.after(slot);
        }
        let marks = u64::from(distances) << LIST_BITS;
        self.table.0[slot] = key(left, right) << (u64::BITS - 2 * SYMBOL_BITS) | marks | u64::from(place);
    }

    /// The lists that a sentence asks for. Each step is taken for the whole sentence before the next one, so that the waits
    /// for memory overlap.
    pub fn lists<'d>(&self, symbols: &[u32], desk: &'d mut PairsDesk) -> &'d [Asked] {
        let PairsDesk { bits, probes, slots, asked } = desk;
        bits.clear();
        bits.extend(symbols.iter().map(|s| self.bits[*s as usize]));
        probes.clear();
        slots.clear();
        asked.clear();
        for (i, left) in symbols.iter().enumerate().filter(|(_, s)| **s != 0) {
            let Some(row) = self.rows[ROW * *left as usize..].first_chunk::<ROW>() else { continue };
            let (single, reach) = ((row[0] >> 32) as usize, row[0] as u32 as usize);
            if single != 0 {
                asked.push(Asked { place: single, left: i, distance: 0 });
            }
            let to = symbols.len().min(i + 1 + reach);
            for (distance, (right, bit)) in (1i8..).zip(symbols[i + 1..to].iter().zip(&bits[i + 1..to])) {
                if row[(1 + usize::from(*bit) / 64) % ROW] >> (bit % 64) & 1 == 1 {
                    probes.push((key(*left, *right), i, distance));
                }
            }
        }
        slots.extend(probes.iter().map(|(key, ..)| self.table[self.slot(*key)]));
        for ((key, left, distance), slot) in probes.iter().zip(slots) {
            if let Some(place) = self.find(*key, *slot, *distance) {
                asked.push(Asked { place, left: *left, distance: *distance });
            }
        }
        asked
    }

    /// Where the list of a pair is, if it has something for this distance; `entry` is what its first slot holds.
    #[inline]
    fn find(&self, key: u64, mut entry: u64, distance: i8) -> Option<usize> {
        let mut slot = self.slot(key);
        loop {
            match entry {
                0 => return None,
                found if found >> (u64::BITS - 2 * SYMBOL_BITS) == key => {
                    let here = found >> (LIST_BITS + distance as u32 - 1) & 1 == 1;
                    return here.then_some(found as usize & (MAX_PLACE - 1));
                }
                _ => slot = self.after(slot),
            }
            entry = self.table[slot];
        }
    }

    /// Where the search for a pair begins.
    #[inline]
    fn slot(&self, key: u64) -> usize {
        let mixed = key.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        ((mixed * self.table.len() as u64) >> 32) as usize
    }

    fn after(&self, slot: usize) -> usize {
        if slot + 1 == self.table.len() { 0 } else { slot + 1 }
    }
}

/// A pair as one number.
fn key(left: u32, right: u32) -> u64 {
    u64::from(left) << SYMBOL_BITS | u64::from(right)
}
