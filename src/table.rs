//! Words and numbers for them: a hash table in plain arrays, laid out when the crate is built.

use serde::{Deserialize, Serialize};

use crate::flat::Flat;

/// Words, numbered from 0 in the order in which they were put in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct WordTable {
    text: String,
    /// Where each word ends in the text.
    ends: Flat<u32>,
    /// The upper half of the word's hash and, below it, one more than its number; 0 where the slot is free.
    slots: Flat<u64>,
}

impl WordTable {
    /// Lays out words that are all different.
    pub fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut table = Self::default();
        for word in words {
            table.text.push_str(word);
            table.ends.to_mut().push(u32::try_from(table.text.len()).unwrap_or(u32::MAX));
        }
        table.slots = vec![0; (2 * table.len()).next_power_of_two()].into();
        for i in 0..table.len() {
            let hash = hash(table.word(i));
            let mut at = table.slot_of(hash);
            while table.slots[at] != 0 {
                at = (at + 1) & (table.slots.len() - 1);
            }
            table.slots.to_mut()[at] = hash & TAG | (i as u64 + 1);
        }
        table
    }

    /// How many words there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// All words, one after the other.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The word with this number.
    pub fn word(&self, number: usize) -> &str {
        &self.text[self.start(number)..self.ends[number] as usize]
    }

    fn bytes(&self, number: usize) -> &[u8] {
        &self.text.as_bytes()[self.start(number)..self.ends[number] as usize]
    }

    fn start(&self, number: usize) -> usize {
        if number == 0 { 0 } else { self.ends[number - 1] as usize }
    }

    /// The word's number.
    pub fn find(&self, word: &str) -> Option<usize> {
        self.find_hashed(word.as_bytes(), hash(word))
    }

    /// The word's number, where its hash is known already.
    pub fn find_hashed(&self, word: &[u8], hash: u64) -> Option<usize> {
        self.probe(hash, |number| self.bytes(number) == word)
    }

    /// The number of the word with this hash of which `is_it` says so.
    #[inline]
    pub fn probe(&self, hash: u64, is_it: impl Fn(usize) -> bool) -> Option<usize> {
        if self.slots.is_empty() {
            return None;
        }
        let mut at = self.slot_of(hash);
        loop {
            let slot = self.slots[at];
            if slot == 0 {
                return None;
            }
            let number = (slot & !TAG) as usize - 1;
            if slot & TAG == hash & TAG && is_it(number) {
                return Some(number);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn slot_of(&self, hash: u64) -> usize {
        hash as usize & (self.slots.len() - 1)
    }
}

/// The half of a slot that holds the hash.
const TAG: u64 = 0xffff_ffff_0000_0000;

/// The hash of a word.
pub(crate) fn hash(word: &str) -> u64 {
    hash_chunks(chunks(word.as_bytes()), word.len())
}

/// A word as numbers of eight bytes, the last one filled up with zeros.
fn chunks(word: &[u8]) -> impl Iterator<Item = u64> {
    let (chunks, rest) = word.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let last = (!rest.is_empty()).then_some(u64::from_le_bytes(last));
    chunks.iter().map(|c| u64::from_le_bytes(*c)).chain(last)
}

/// The hash of a word that comes as numbers of eight bytes, the last one filled up with zeros. Its lower and upper bits are
/// equally good.
pub(crate) fn hash_chunks(chunks: impl Iterator<Item = u64>, len: usize) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    chunks.fold(len as u64, |state, chunk| {
        let wide = u128::from(state ^ chunk ^ FACTOR) * u128::from(FACTOR);
        (wide as u64) ^ (wide >> 64) as u64
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_and_no_other() {
        let words: Vec<String> = (0..5_000).map(|i| format!("w{}", i * 7)).collect();
        let table = WordTable::new(words.iter().map(String::as_str));
        for (i, word) in words.iter().enumerate() {
            assert_eq!(table.find(word), Some(i));
            assert_eq!(table.word(i), word);
        }
        for i in (0..35_000).filter(|i| i % 7 != 0) {
            assert_eq!(table.find(&format!("w{i}")), None);
        }
        assert_eq!(WordTable::default().find("w"), None);
    }
}
