//! Numbers for the words that the lexicon knows: a form (as written, case folded) and a stem (what patterns match).

use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::flat::Flat;
use crate::plain::PlainWord;
use crate::short::{LETTERS, ShortWords};
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
pub(crate) struct Vocabulary {
    listed: Listed,
    /// What each of the listed words is.
    what: Vec<Word>,
    /// The same for those that are looked up most.
    short: ShortWords<Word>,
    stemmer: Stemmer,
    /// The context stems in the order of their numbers.
    watched: Vec<String>,
    /// The context number of each stem number.
    contexts: Vec<u16>,
    /// The context stems that have no stem number.
    strange: HashMap<String, u16>,
    /// What words are that are not listed, by those of their stems that patterns or contexts ask for.
    stems: ShortWords<Word>,
    /// The bytes that a word may have that is listed or has a known stem. Stemming takes letters and apostrophes off, or puts
    /// letters in their place, and leaves all other characters as they are.
    in_words: Box<[bool; 256]>,
}

impl Vocabulary {
    /// A vocabulary without context stems, which looking after rules asks before there is an engine.
    pub fn new(listed: Listed) -> Self {
        let mut vocabulary = Self::unready(listed);
        vocabulary.watch(&[]);
        vocabulary
    }

    /// A vocabulary that knows no word before it is told which context stems to [`watch`](Self::watch).
    fn unready(listed: Listed) -> Self {
        Self {
            listed,
            what: Vec::new(),
            short: ShortWords::default(),
            stemmer: Stemmer::create(Algorithm::English),
            watched: Vec::new(),
            contexts: Vec::new(),
            strange: HashMap::new(),
            stems: ShortWords::default(),
            in_words: Box::new([false; 256]),
        }
    }

    /// Numbers the context stems from 1, in the order given; those watched before are forgotten.
    pub fn watch(&mut self, stems: &[String]) {
        self.watched = stems.to_vec();
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
        let known = (0..self.listed.stems.len()).map(|i| (self.listed.stems.word(i), self.numbered(0, i as u32 + 1)));
        let strange = self.strange.iter().map(|(stem, context)| (stem.as_str(), Word { context: *context, ..Word::default() }));
        let asked: Vec<(&str, Word)> = known.chain(strange).filter(|(_, word)| *word != Word::default()).collect();
        self.stems = ShortWords::new(asked.iter().copied(), asked.len());
        *self.in_words = [false; 256];
        let known = [self.listed.words.text(), self.listed.stems.text(), "abcdefghijklmnopqrstuvwxyz'"];
        let known = known.into_iter().chain(self.strange.keys().map(String::as_str));
        known.flat_map(str::bytes).for_each(|b| self.in_words[usize::from(b)] = true);
        self.what = (0..self.listed.words.len()).map(|i| self.what(i)).collect();
        for i in NUMBER_WORDS.iter().filter_map(|w| self.listed.words.find(w)) {
            self.what[i].number = true;
        }
        let words = self.what.iter().enumerate().map(|(i, word)| (self.listed.words.word(i), *word));
        self.short = ShortWords::new(words, self.what.len());
    }

    fn what(&self, i: usize) -> Word {
        let form = if i < self.listed.written as usize { i as u32 + 1 } else { 0 };
        self.numbered(form, self.listed.stem_of[i])
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
    fn listed(&self, form: &[u8], hash: u64) -> Option<&Word> {
        self.what.get(self.listed.words.find_hashed(form, hash)?)
    }

    /// What the stemmer makes of a form that no table has and that has other characters than plain letters.
    fn stemmed(&self, form: &str) -> Word {
        if form.len() > MAX_STEMMED_BYTES || form.bytes().any(|b| !self.in_words[usize::from(b)]) {
            return Word::default();
        }
        self.of_stem(&self.stemmer.stem(form))
    }

    /// The same for a word of plain letters.
    #[inline(never)]
    fn stemmed_plain(&self, word: PlainWord) -> Word {
        let stem = stem(&word);
        if stem.len <= LETTERS {
            return self.stems.get(&stem).copied().unwrap_or_default();
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

impl Serialize for Vocabulary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.listed.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Vocabulary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // An engine numbers the context stems of its weights at once; to lay out the tables for none first would be in vain.
        Listed::deserialize(deserializer).map(Self::unready)
    }
}

impl Words for Vocabulary {
    fn word(&self, form: &str) -> Word {
        match PlainWord::read(form.as_bytes(), 0) {
            Some(word) if word.len == form.len() => self.plain_word(&word),
            _ => self.listed(form.as_bytes(), hash(form)).copied().unwrap_or_else(|| self.stemmed(form)),
        }
    }

    #[inline(always)]
    fn plain_word(&self, word: &PlainWord) -> Word {
        let listed = if word.len <= LETTERS {
            self.short.get(word)
        } else {
            self.listed(&word.bytes()[..word.len], hash_chunks(word.used(), word.len))
        };
        match listed {
            Some(word) => *word,
            // By value, so that a word that is listed need not be written to memory.
            None => self.stemmed_plain(*word),
        }
    }

    fn may_have(&self, c: char) -> bool {
        !c.is_ascii() || self.in_words[c as usize]
    }
}
