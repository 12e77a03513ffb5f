//! Plain words that are not long, and what they are: a hash table of which a look-up reads one place, most often.

use crate::filter::Filter;
use crate::plain::PlainWord;

/// The longest word that fits.
pub(crate) const LETTERS: usize = 16;

/// What the listed words of plain letters are that fit in a slot.
#[derive(Default)]
pub(crate) struct ShortWords<V> {
    slots: Vec<Slot<V>>,
    /// What is left of a hash when so many bits are shifted out of it is a place among the slots.
    shift: u32,
    filter: Filter,
}

/// A word and what it is. With 16 bytes for that, two of them fill a line of the processor's cache.
#[derive(Debug, Clone, Copy, Default)]
#[repr(align(32))]
struct Slot<V> {
    /// Zeros where the slot is free.
    letters: [u64; 2],
    word: V,
}

impl<V: Copy + Default> ShortWords<V> {
    /// Those of the words that fit, which are all different; `count` is how many there are.
    pub fn new<'w>(words: impl Iterator<Item = (&'w str, V)>, count: usize) -> Self {
        let mut slots = vec![Slot::default(); (2 * count).next_power_of_two().max(2)];
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
                while slots[at].letters[0] != 0 {
                    at = (at + 1) & last;
                }
                slots[at] = Slot { letters, word };
            }
        }
        Self { slots, shift, filter }
    }

    /// What a word is that fits, if it is listed.
    #[inline(always)]
    pub fn get(&self, word: &PlainWord) -> Option<&V> {
        let letters = letters(word);
        let hash = hash(letters);
        if !self.filter.may_have(hash) {
            return None;
        }
        let mut at = (hash >> self.shift) as usize;
        loop {
            let slot = self.slots.get(at)?;
            if slot.letters == letters {
                return Some(&slot.word);
            }
            if slot.letters[0] == 0 {
                return None;
            }
            at = (at + 1) & (self.slots.len() - 1);
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
        let table = ShortWords::new(words.iter().map(String::as_str).zip(0u32..), words.len());
        let get = |form: &str| table.get(&PlainWord::read(form.as_bytes(), 0).unwrap());
        for i in 0..42_000 {
            assert_eq!(get(&spelled(i)), (i % 7 == 0).then_some(&(i / 7)), "{i}");
        }
        assert_eq!(get("antidisestablish"), Some(&6_000));
        let capitals = ShortWords::new([("Gave", 1), ("give", 2)].into_iter(), 2);
        let plain = |form: &str| PlainWord::read(form.as_bytes(), 0).unwrap();
        assert_eq!((capitals.get(&plain("gave")), capitals.get(&plain("give"))), (None, Some(&2)));
        assert_eq!(get("o"), None);
        assert_eq!(ShortWords::<u32>::default().get(&PlainWord::read(b"a", 0).unwrap()), None);
    }
}
