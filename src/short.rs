//! Plain words that are not long, and what they are: a hash table of which a look-up reads one place, most often.

use serde::{Deserialize, Serialize};

use crate::filter::Filter;
use crate::flat::Flat;
use crate::plain::PlainWord;

/// The longest word that fits.
pub(crate) const LETTERS: usize = 16;

/// What a word is, as whoever puts it in packs it.
pub(crate) type Packed = [u64; 2];

/// What the listed words of plain letters are that fit in a slot.
#[derive(Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct ShortWords {
    /// Two numbers for the letters of a word, zeros where the slot is free, and two for what it is. Two slots fill a line of
    /// the processor's cache where the table stands in the program.
    slots: Flat<u64>,
    /// What is left of a hash when so many bits are shifted out of it is a place among the slots.
    shift: u32,
    filter: Filter,
}

/// The numbers of a slot.
const SLOT: usize = 4;

impl ShortWords {
    /// Those of the words that fit, which are all different; `count` is how many there are.
    pub fn new<'w>(words: impl Iterator<Item = (&'w str, Packed)>, count: usize) -> Self {
        let mut numbers = vec![0; SLOT * (2 * count).next_power_of_two().max(2)];
        let (slots, _) = numbers.as_chunks_mut::<SLOT>();
        let (last, shift) = (slots.len() - 1, 64 - slots.len().ilog2());
        let mut filter = Filter::with_capacity(count);
        for (form, word) in words {
            let Some(plain) = PlainWord::read(form.as_bytes(), 0).filter(|p| p.len == form.len()) else { continue };
            // A word as it is read has no capitals, so that a form with some is no word of a text.
            if form.bytes().any(|b| b.is_ascii_uppercase()) {
                continue;
            }
            if plain.len <= LETTERS {
                let letters = letters(&plain);
                let hash = hash(letters);
                filter.insert(hash);
                let mut at = (hash >> shift) as usize;
                while slots[at][0] != 0 {
                    at = (at + 1) & last;
                }
                slots[at] = [letters[0], letters[1], word[0], word[1]];
            }
        }
        Self { slots: numbers.into(), shift, filter }
    }

    /// What a word is that fits, if it is listed.
    #[inline(always)]
    pub fn get(&self, word: &PlainWord) -> Option<Packed> {
        let letters = letters(word);
        let hash = hash(letters);
        if !self.filter.may_have(hash) {
            return None;
        }
        let (slots, _) = self.slots.as_chunks::<SLOT>();
        let mut at = (hash >> self.shift) as usize;
        loop {
            let [first, second, word @ ..] = slots.get(at)?;
            if [*first, *second] == letters {
                return Some(*word);
            }
            if *first == 0 {
                return None;
            }
            at = (at + 1) & (slots.len() - 1);
        }
    }
}

fn letters(word: &PlainWord) -> [u64; 2] {
    [word.chunks[0], word.chunks[1]]
}

/// All letters have a part in the upper bits of the products.
fn hash([first, second]: [u64; 2]) -> u64 {
    first.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ second.wrapping_mul(0xd1b5_4a32_d192_ed03)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(mut number: u32) -> String {
        let mut word = String::from("w");
        while number > 0 {
            word.push(char::from(b'a' + (number % 5) as u8));
            number /= 5;
        }
        word
    }

    #[test]
    fn every_word_is_found_and_no_other() {
        let words: Vec<String> =
            (0..6_000).map(|i| spelled(i * 7)).chain(["antidisestablish".to_owned(), "o'clock".to_owned()]).collect();
        let packed = (0..).map(|i| [i, i + 1]);
        let table = ShortWords::new(words.iter().map(String::as_str).zip(packed), words.len());
        let get = |form: &str| table.get(&PlainWord::read(form.as_bytes(), 0).unwrap());
        for i in 0..42_000 {
            assert_eq!(get(&spelled(i)), (i % 7 == 0).then_some([u64::from(i) / 7, u64::from(i) / 7 + 1]), "{i}");
        }
        assert_eq!(get("antidisestablish"), Some([6_000, 6_001]));
        let capitals = ShortWords::new([("Gave", [1, 1]), ("give", [2, 2])].into_iter(), 2);
        let plain = |form: &str| PlainWord::read(form.as_bytes(), 0).unwrap();
        assert_eq!((capitals.get(&plain("gave")), capitals.get(&plain("give"))), (None, Some([2, 2])));
        assert_eq!(get("o"), None);
        assert_eq!(ShortWords::default().get(&PlainWord::read(b"a", 0).unwrap()), None);
    }
}
