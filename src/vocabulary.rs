//! Numbers for the words that the lexicon knows: a form (as written, case folded) and a stem (what patterns match).

use std::collections::BTreeMap;

use rust_stemmers::{Algorithm, Stemmer};
use serde::{Deserialize, Serialize};

use crate::flat::Flat;
use crate::plain::PlainWord;
use crate::short::{LETTERS, Packed, ShortWords};
use crate::stem::stem;
use crate::table::{WordTable, hash, hash_chunks};

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

impl Word {
    /// As a slot of [`ShortWords`] keeps it.
    fn pack(self) -> Packed {
        let Self { form, stem, context, number } = self;
        [u64::from(form) | u64::from(stem) << 32, u64::from(context) | u64::from(number) << 16]
    }

    #[inline]
    fn unpack([numbers, rest]: Packed) -> Self {
        Self { form: numbers as u32, stem: (numbers >> 32) as u32, context: rest as u16, number: rest >> 16 != 0 }
    }
}

/// Whoever knows words.
pub(crate) trait Words {
    /// What a word is; `form` is lower case.
    fn word(&self, form: &str) -> Word;

    /// The same for a word of plain letters.
    fn plain_word(&self, word: &PlainWord) -> Word;

    /// Whether a word with this character may be one that the lexicon knows.
    fn may_have(&self, _: char) -> bool {
        true
    }

    /// Whether the lexicon writes or stems to this word.
    fn knows(&self, form: &str) -> bool {
        self.word(form).stem != 0
    }
}

impl<W: Words> Words for &W {
    fn word(&self, form: &str) -> Word {
        (**self).word(form)
    }

    #[inline(always)]
    fn plain_word(&self, word: &PlainWord) -> Word {
        (**self).plain_word(word)
    }

    fn may_have(&self, c: char) -> bool {
        (**self).may_have(c)
    }
}

/// What is known before any weights are, as it is embedded.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
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

/// The words of the lexicon and the way from any surface form to them.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Vocabulary {
    listed: Listed,
    /// What those of the listed words are that are looked up most.
    short: ShortWords,
    #[serde(skip, default = "stemmer")]
    stemmer: Stemmer,
    /// The context stems in the order of their numbers.
    watched: Vec<String>,
    /// The context number of each stem number.
    contexts: Flat<u16>,
    /// The context stems that have no stem number.
    strange: BTreeMap<String, u16>,
    /// What words are that are not listed, by those of their stems that patterns or contexts ask for.
    stems: ShortWords,
    /// A bit for each byte that a word may have which is listed or has a known stem. Stemming takes letters and apostrophes off,
    /// or puts letters in their place, and leaves all other characters as they are.
    in_words: [u64; 4],
}

fn stemmer() -> Stemmer {
    Stemmer::create(Algorithm::English)
}

impl Vocabulary {
    /// A vocabulary without context stems, which looking after rules asks before there is an engine.
    pub fn new(listed: Listed) -> Self {
        let mut vocabulary = Self {
            listed,
            short: ShortWords::default(),
            stemmer: stemmer(),
            watched: Vec::new(),
            contexts: Flat::default(),
            strange: BTreeMap::new(),
            stems: ShortWords::default(),
            in_words: [0; 4],
        };
        vocabulary.lay_out();
        vocabulary
    }

    /// Numbers the context stems from 1, in the order given; those watched before are forgotten.
    pub fn watch(&mut self, stems: &[String]) {
        // The embedded weights' stems are watched already in the embedded lexicon.
        if self.watched != stems {
            self.watched = stems.to_vec();
            self.lay_out();
        }
    }

    /// Lays the tables out for the stems that are watched.
    fn lay_out(&mut self) {
        let mut contexts = vec![0; self.listed.stems.len() + 1];
        self.strange.clear();
        for (stem, number) in self.watched.iter().zip(1u16..) {
            match self.listed.stems.find(stem) {
                Some(i) => contexts[i + 1] = number,
                None => {
                    self.strange.insert(stem.clone(), number);
                }
            }
        }
        self.contexts = contexts.into();
        let known = (0..self.listed.stems.len()).map(|i| (self.listed.stems.word(i), self.numbered(0, i as u32 + 1)));
        let strange = self.strange.iter().map(|(stem, context)| (stem.as_str(), Word { context: *context, ..Word::default() }));
        let asked: Vec<(&str, Word)> = known.chain(strange).filter(|(_, word)| *word != Word::default()).collect();
        self.stems = ShortWords::new(asked.iter().map(|(stem, word)| (*stem, word.pack())), asked.len());
        self.in_words = [0; 4];
        let known = [self.listed.words.text(), self.listed.stems.text(), "abcdefghijklmnopqrstuvwxyz'"];
        for b in known.into_iter().chain(self.strange.keys().map(String::as_str)).flat_map(str::bytes) {
            self.in_words[usize::from(b / 64)] |= 1 << (b % 64);
        }
        let words = (0..self.listed.words.len()).map(|i| (self.listed.words.word(i), self.what(i).pack()));
        self.short = ShortWords::new(words, self.listed.words.len());
    }

    fn may_have_byte(&self, b: u8) -> bool {
        self.in_words[usize::from(b / 64)] >> (b % 64) & 1 == 1
    }

    /// What the listed word with this number is.
    fn what(&self, i: usize) -> Word {
        let form = if i < self.listed.written as usize { i as u32 + 1 } else { 0 };
        let number = NUMBER_WORDS.contains(&self.listed.words.word(i));
        Word { number, ..self.numbered(form, self.listed.stem_of[i]) }
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
        self.listed.words.find_hashed(form, hash).map(|i| self.what(i))
    }

    /// What the stemmer makes of a form that no table has and that has other characters than plain letters.
    fn stemmed(&self, form: &str) -> Word {
        if form.len() > MAX_STEMMED_BYTES || form.bytes().any(|b| !self.may_have_byte(b)) {
            return Word::default();
        }
        self.of_stem(&self.stemmer.stem(form))
    }

    /// The same for a word of plain letters.
    #[inline(never)]
    fn stemmed_plain(&self, word: PlainWord) -> Word {
        let stem = stem(&word);
        if stem.len <= LETTERS {
            return self.stems.get(&stem).map(Word::unpack).unwrap_or_default();
        }
        self.of_stem(str::from_utf8(&stem.bytes()[..stem.len]).unwrap_or_default())
    }

    fn of_stem(&self, stem: &str) -> Word {
        match self.listed.stems.find(stem) {
            Some(i) => self.numbered(0, i as u32 + 1),
            None => Word { context: self.strange.get(stem).copied().unwrap_or(0), ..Word::default() },
        }
    }

    fn numbered(&self, form: u32, stem: u32) -> Word {
        let context = self.contexts.get(stem as usize).copied().unwrap_or(0);
        Word { form, stem: if stem <= self.listed.known { stem } else { 0 }, context, number: false }
    }
}

impl Words for Vocabulary {
    fn word(&self, form: &str) -> Word {
        match PlainWord::read(form.as_bytes(), 0) {
            Some(word) if word.len == form.len() => self.plain_word(&word),
            _ => self.listed(form.as_bytes(), hash(form)).unwrap_or_else(|| self.stemmed(form)),
        }
    }

    #[inline(always)]
    fn plain_word(&self, word: &PlainWord) -> Word {
        let listed = if word.len <= LETTERS {
            self.short.get(word).map(Word::unpack)
        } else {
            self.listed(&word.bytes()[..word.len], hash_chunks(word.used(), word.len))
        };
        match listed {
            Some(word) => word,
            // By value, so that a word that is listed need not be written to memory.
            None => self.stemmed_plain(*word),
        }
    }

    fn may_have(&self, c: char) -> bool {
        !c.is_ascii() || self.may_have_byte(c as u8)
    }
}
