//! Which sets of symbols a sentence touches, as bits: most patterns are ruled out by one look at them.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::flat::Flat;
use crate::property::Property;

/// A bit for each of so many sets; a row of them fills a line of the cache.
const BITS: usize = 512;

/// The words of a row.
const WORDS: usize = BITS / 64;

/// So many of the sets that are asked for most have a bit of their own.
const OWN: u16 = 383;

/// The bit that every sentence has.
const ALWAYS: u16 = BITS as u16 - 1;

/// A bit for each set; one that is touched has its bit, and few others have.
type Bits = [u64; WORDS];

/// The sets that a sentence touches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Touched(Bits);

impl Touched {
    /// Whether the sentence touches the set with this bit.
    #[inline]
    pub fn has(&self, bit: SetBit) -> bool {
        self.0[bit.word()] >> (bit.0 % 64) & 1 == 1
    }
}

/// For each symbol, the bits of the sets that hold it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Presence {
    rows: Flat<u64>,
}

/// The bit of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SetBit(u16);

impl SetBit {
    /// The bit that every sentence has.
    pub const ALWAYS: Self = Self(ALWAYS);

    pub fn number(self) -> u16 {
        self.0
    }

    /// The bit with this number, of which only the low bits count.
    pub fn numbered(number: u16) -> Self {
        Self(number % BITS as u16)
    }

    #[inline]
    fn word(self) -> usize {
        usize::from(self.0) / 64 % WORDS
    }
}

impl Presence {
    /// Which sets these symbols touch.
    pub fn touched(&self, symbols: &[u32]) -> Touched {
        let (rows, _) = self.rows.as_chunks::<WORDS>();
        let mut all = [0; WORDS];
        for row in symbols.iter().filter_map(|symbol| rows.get(*symbol as usize)) {
            all.iter_mut().zip(row).for_each(|(all, bits)| *all |= *bits);
        }
        Touched(all)
    }
}

/// A set that patterns ask for.
pub(crate) struct AskedSet {
    pub symbols: Vec<u32>,
    /// The chance that a token is one of them.
    pub chance: f64,
    /// How often it is asked for.
    pub asked: f64,
}

/// Gives sets their bits.
#[derive(Default)]
pub(crate) struct PresenceMaker {
    bits: HashMap<Property, SetBit>,
    presence: Presence,
}

impl PresenceMaker {
    /// For symbols below `count` and these sets.
    pub fn new(count: u32, sets: &HashMap<Property, AskedSet>) -> Self {
        let mut ranked: Vec<(&Property, &AskedSet)> = sets.iter().collect();
        ranked.sort_unstable_by(|a, b| b.1.asked.total_cmp(&a.1.asked).then(a.0.cmp(b.0)));
        let own = ranked.len().min(usize::from(OWN));
        let (own, shared) = ranked.split_at_mut(own);
        // Common sets share their bits with common ones, so that those of rare ones stay rare.
        shared.sort_unstable_by(|a, b| a.1.chance.total_cmp(&b.1.chance).then(a.0.cmp(b.0)));
        let (bits, sharing) = (usize::from(ALWAYS - OWN), shared.len());
        let of_shared = (0..sharing).map(|i| usize::from(OWN) + i * bits / sharing);
        let mut rows = vec![0; WORDS * count as usize];
        rows.iter_mut().skip(usize::from(ALWAYS) / 64).step_by(WORDS).for_each(|word| *word = 1 << (ALWAYS % 64));
        let mut maker = Self { presence: Presence { rows: rows.into() }, ..Self::default() };
        for ((property, set), bit) in own.iter().zip(0..).chain(shared.iter().zip(of_shared)) {
            maker.bits.insert(**property, SetBit(bit as u16));
            for symbol in &set.symbols {
                maker.presence.rows.to_mut()[WORDS * *symbol as usize + bit / 64] |= 1 << (bit % 64);
            }
        }
        maker
    }

    /// The bit of one of the sets.
    pub fn bit(&self, set: Property) -> SetBit {
        self.bits.get(&set).copied().unwrap_or(SetBit::ALWAYS)
    }

    pub fn finish(self) -> Presence {
        self.presence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_has_the_bits_of_the_sets_that_it_touches() {
        let set = |n: u32| AskedSet { symbols: vec![1 + n % 900, 1 + n % 7], chance: f64::from(n % 7), asked: f64::from(n % 13) };
        let sets: HashMap<Property, AskedSet> = (0..2_000).map(|n| (n, set(n))).collect();
        let maker = PresenceMaker::new(1_000, &sets);
        let bits: Vec<SetBit> = (0..2_000).map(|n| maker.bit(n)).collect();
        let presence = maker.presence;
        let touched = presence.touched(&[0, 500, 999]);
        let has = |n: usize| touched.has(bits[n]);
        let holds = |n: usize| sets[&(n as u32)].symbols.contains(&500);
        assert!((0..2_000).filter(|n| holds(*n)).all(has));
        // The others share a few bits with them at the most.
        assert!((0..2_000).filter(|n| has(*n)).count() < 40);
        assert!(touched.has(SetBit::ALWAYS));
        assert!(bits.iter().all(|b| SetBit::numbered(b.number()) == *b));
    }
}
