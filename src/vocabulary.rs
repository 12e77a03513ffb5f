//! Numbers for the words that the lexicon knows: a form (as written, case folded) and a stem (what patterns match).

use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::flat::Flat;
use crate::plain::PlainWord;
use crate::table::{WordTable, chunks, hash, hash_chunks};

/// Tokens longer than this are unknown words: `rust-stemmers` is quadratic in a token's length.
pub(crate) const MAX_STEMMED_BYTES: usize = 32;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Word,
    Number,
    Money,
    /// A sum of a hundred thousand or more, or of millions in words.
    Fortune,
    Percent,
    Url,
    Email,
}

impl Kind {
    /// How many kinds there are.
    pub const COUNT: u32 = 7;
}

/// Words that are tokens of the kind `Number`.
pub(crate) const NUMBER_WORDS: &[&str] = &[
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "fifteen", "twenty", "thirty",
    "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "thousand", "million", "billion",
];

/// A word as the patterns see it; 0 stands for what the lexicon does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Word {
    pub form: u32,
    pub stem: u32,
    /// The number of the context stem that it has, if it has one.
    pub context: u16,
    /// It is one of the [`NUMBER_WORDS`].
    pub number: bool,
}

/// Whoever knows words.
pub(crate) trait Words {
    /// What a word is; `form` is lower case.
    fn word(&mut self, form: &str) -> Word;

    /// The same for a word of plain letters.
    fn plain_word(&mut self, word: &PlainWord) -> Word;

    /// Whether the lexicon writes or stems to this word.
    fn knows(&mut self, form: &str) -> bool {
        self.word(form).stem != 0
    }
}

impl<W: Words> Words for &mut W {
    fn word(&mut self, form: &str) -> Word {
        (**self).word(form)
    }

    fn plain_word(&mut self, word: &PlainWord) -> Word {
        (**self).plain_word(word)
    }
}

/// What is known before any weights are, as it is embedded.
#[derive(Serialize, Deserialize)]
pub(crate) struct Listed {
    /// The forms that the lexicon writes, in the order of their numbers, then those that it joins to others, then the
    /// number words that are neither.
    pub words: WordTable,
    /// How many of the words the lexicon writes.
    pub written: u32,
    /// The stem of each of the words.
    pub stem_of: Flat<u32>,
    /// The stems in the order of their numbers, which count from 1.
    pub stems: WordTable,
    /// So many of the stems stand in patterns; the others are those of listed forms that no pattern asks for.
    pub known: u32,
}

/// A listed word, with enough of it to tell a short one by.
struct Entry {
    /// The first eight bytes, filled up with zeros.
    head: u64,
    len: u32,
    word: Word,
}

/// The words of the lexicon and the way from any surface form to them.
pub(crate) struct Vocabulary {
    listed: Listed,
    /// What each of the listed words is.
    entries: Vec<Entry>,
    stemmer: Stemmer,
    /// The context stems in the order of their numbers.
    watched: Vec<String>,
    /// The context number of each stem number.
    contexts: Vec<u16>,
    /// The context stems that have no stem number.
    strange: HashMap<String, u16>,
    /// How often the context stems were numbered: what was said before may be wrong now.
    edition: usize,
}

impl Vocabulary {
    pub fn new(listed: Listed) -> Self {
        let mut vocabulary = Self {
            listed,
            entries: Vec::new(),
            stemmer: Stemmer::create(Algorithm::English),
            watched: Vec::new(),
            contexts: Vec::new(),
            strange: HashMap::new(),
            edition: 0,
        };
        vocabulary.watch(&[]);
        vocabulary
    }

    /// Numbers the context stems from 1, in the order given; those watched before are forgotten.
    pub fn watch(&mut self, stems: &[String]) {
        self.watched = stems.to_vec();
        self.edition += 1;
        self.contexts = vec![0; self.listed.stems.len() + 1];
        self.strange.clear();
        for (stem, number) in stems.iter().zip(1u16..) {
            match self.listed.stems.find(stem) {
                Some(i) => self.contexts[i + 1] = number,
                None => {
                    self.strange.insert(stem.clone(), number);
                }
            }
        }
        self.entries = (0..self.listed.words.len()).map(|i| self.entry(i)).collect();
        for i in NUMBER_WORDS.iter().filter_map(|w| self.listed.words.find(w)) {
            self.entries[i].word.number = true;
        }
    }

    fn entry(&self, i: usize) -> Entry {
        let text = self.listed.words.word(i).as_bytes();
        let form = if i < self.listed.written as usize { i as u32 + 1 } else { 0 };
        let word = self.numbered(form, self.listed.stem_of[i]);
        Entry { head: chunks(text).next().unwrap_or(0), len: text.len() as u32, word }
    }

    /// The context stems in the order of their numbers.
    pub fn watched(&self) -> &[String] {
        &self.watched
    }

    /// The stem of a word that a text writes, in lower case.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "only fitting asks for stems"))]
    pub fn stem_of(&self, form: &str) -> String {
        match self.listed.words.find(form) {
            _ if form.len() > MAX_STEMMED_BYTES => form.to_owned(),
            Some(i) => self.listed.stems.word(self.listed.stem_of[i] as usize - 1).to_owned(),
            None => self.stemmer.stem(form).into_owned(),
        }
    }

    /// One more than the highest stem number that patterns ask for.
    pub fn stem_count(&self) -> u32 {
        self.listed.known + 1
    }

    /// What the table says of a form.
    fn listed(&self, form: &[u8], hash: u64) -> Option<Word> {
        Some(self.entries[self.listed.words.find_hashed(form, hash)?].word)
    }

    /// What the stemmer makes of a form that no table has.
    fn stemmed(&self, form: &str) -> Word {
        if form.len() > MAX_STEMMED_BYTES {
            return Word::default();
        }
        let stem = self.stemmer.stem(form);
        match self.listed.stems.find(&stem) {
            Some(i) => self.numbered(0, i as u32 + 1),
            None => Word { context: self.strange.get(&*stem).copied().unwrap_or(0), ..Word::default() },
        }
    }

    fn numbered(&self, form: u32, stem: u32) -> Word {
        let context = self.contexts[stem as usize];
        Word { form, stem: if stem <= self.listed.known { stem } else { 0 }, context, number: false }
    }
}

impl Serialize for Vocabulary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.listed.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Vocabulary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Listed::deserialize(deserializer).map(Self::new)
    }
}

/// A vocabulary with what its stemmer said of the words that were met last.
pub(crate) struct Remembering<'a> {
    vocabulary: &'a Vocabulary,
    memory: &'a mut Memory,
}

impl<'a> Remembering<'a> {
    pub fn new(vocabulary: &'a Vocabulary, memory: &'a mut Memory) -> Self {
        if memory.edition != vocabulary.edition {
            *memory = Memory { edition: vocabulary.edition, ..Memory::default() };
        }
        Self { vocabulary, memory }
    }
}

impl Words for Remembering<'_> {
    fn word(&mut self, form: &str) -> Word {
        let hash = hash(form);
        self.vocabulary.listed(form.as_bytes(), hash).unwrap_or_else(|| self.recall(form.as_bytes(), hash, || form))
    }

    fn plain_word(&mut self, word: &PlainWord) -> Word {
        let hash = hash_chunks(word.used(), word.len);
        let entries = &self.vocabulary.entries;
        let is_it = |i: usize| entries[i].head == word.chunks[0] && entries[i].len as usize == word.len;
        if word.len <= 8
            && let Some(i) = self.vocabulary.listed.words.probe(hash, is_it)
        {
            return entries[i].word;
        }
        let bytes = word.bytes();
        let form = &bytes[..word.len];
        let listed = || if word.len <= 8 { None } else { self.vocabulary.listed(form, hash) };
        listed().unwrap_or_else(|| self.recall(form, hash, || str::from_utf8(form).unwrap_or_default()))
    }
}

impl Remembering<'_> {
    /// What the stemmer says, or said.
    fn recall<'f>(&mut self, form: &[u8], hash: u64, text: impl FnOnce() -> &'f str) -> Word {
        let Some(slot) = self.memory.slot(form, hash) else { return self.vocabulary.stemmed(text()) };
        if slot.holds(form) {
            return slot.word;
        }
        let word = self.vocabulary.stemmed(text());
        *slot = Slot::of(form, word);
        self.memory.learned += 1;
        word
    }
}

/// What a stemmer said of some words. It is of use to one vocabulary: the numbers are that one's.
#[derive(Default)]
pub(crate) struct Memory {
    slots: Vec<Slot>,
    /// How many words were put in since the memory was made.
    learned: usize,
    edition: usize,
}

impl Memory {
    /// How many words are remembered at first and at the most; powers of two.
    const FEW: usize = 1 << 10;
    const MANY: usize = 1 << 15;

    /// The place of a word, if it is short enough to have one.
    fn slot(&mut self, form: &[u8], hash: u64) -> Option<&mut Slot> {
        if form.is_empty() || form.len() > Slot::BYTES {
            return None;
        }
        if self.slots.is_empty() || (self.learned > self.slots.len() && self.slots.len() < Self::MANY) {
            // What was learned is soon learned again.
            self.slots = vec![Slot::default(); (4 * self.slots.len()).clamp(Self::FEW, Self::MANY)];
            self.learned = 0;
        }
        let last = self.slots.len() - 1;
        self.slots.get_mut((hash >> 32) as usize & last)
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    bytes: [u8; Self::BYTES],
    len: u8,
    word: Word,
}

impl Slot {
    /// The longest word that is remembered.
    const BYTES: usize = 19;

    fn of(form: &[u8], word: Word) -> Self {
        let mut slot = Self { len: form.len() as u8, word, ..Self::default() };
        slot.bytes[..form.len()].copy_from_slice(form);
        slot
    }

    fn holds(&self, form: &[u8]) -> bool {
        usize::from(self.len) == form.len() && self.bytes[..form.len()] == *form
    }
}
