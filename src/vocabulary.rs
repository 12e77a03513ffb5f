//! Numbers for the words that the lexicon knows: a form (as written, case folded) and a stem (what patterns match).

use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};
use serde::{Deserialize, Serialize};

use crate::flat::Flat;
use crate::table::{WordTable, hash};

/// Tokens longer than this are unknown words: `rust-stemmers` is quadratic in a token's length.
const MAX_STEMMED_BYTES: usize = 32;

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
}

/// Numbers words on first sight, while a lexicon is compiled.
pub(crate) struct Interner {
    stemmer: Stemmer,
    forms: HashMap<String, Word>,
    in_order: Vec<String>,
    stems: HashMap<String, u32>,
    lemmas: HashMap<String, String>,
}

impl Interner {
    /// `lemmas` joins irregular forms and spellings to the word that the lexicon writes (gave -> give).
    pub fn new(lemmas: HashMap<String, String>) -> Self {
        Self { stemmer: stemmer(), forms: HashMap::new(), in_order: Vec::new(), stems: HashMap::new(), lemmas }
    }

    /// The word, numbered on first sight.
    pub fn intern(&mut self, form: &str) -> Word {
        if let Some(word) = self.forms.get(form) {
            return *word;
        }
        let stem = self.stem(form);
        let next = u32::try_from(self.stems.len() + 1).unwrap_or(u32::MAX);
        let stem = *self.stems.entry(stem).or_insert(next);
        self.in_order.push(form.to_owned());
        let word = Word { form: u32::try_from(self.in_order.len()).unwrap_or(u32::MAX), stem, context: 0 };
        self.forms.insert(form.to_owned(), word);
        word
    }

    /// The number of a stem, if a word that was interned has it.
    pub fn stem_number(&self, form: &str) -> Option<u32> {
        self.stems.get(&self.stem(form)).copied()
    }

    /// One more than the highest stem number.
    pub fn stem_count(&self) -> usize {
        self.stems.len() + 1
    }

    /// The stem number of a form number.
    pub fn stem_of_form(&self, form: u32) -> u32 {
        self.forms[&self.in_order[form as usize - 1]].stem
    }

    fn stem(&self, form: &str) -> String {
        let lemma = self.lemmas.get(form).map_or(form, String::as_str);
        self.stemmer.stem(lemma).into_owned()
    }

    /// Lays out what was interned.
    pub fn finish(&self) -> Vocabulary {
        let known = self.stems.len();
        let mut all = self.stems.clone();
        let mut lemmas: Vec<String> = self.lemmas.keys().filter(|f| !self.forms.contains_key(*f)).cloned().collect();
        lemmas.sort_unstable();
        let mut numbers = Vec::with_capacity(2 * (self.in_order.len() + lemmas.len()));
        for form in &self.in_order {
            let word = self.forms[form];
            numbers.extend([word.form, word.stem]);
        }
        for form in &lemmas {
            let stem = self.stem(form);
            let next = u32::try_from(all.len() + 1).unwrap_or(u32::MAX);
            numbers.extend([0, *all.entry(stem).or_insert(next)]);
        }
        let mut stems: Vec<(&str, u32)> = all.iter().map(|(s, i)| (s.as_str(), *i)).collect();
        stems.sort_unstable_by_key(|(_, i)| *i);
        Vocabulary {
            stemmer: Porter::default(),
            words: WordTable::new(self.in_order.iter().chain(&lemmas).map(String::as_str)),
            numbers: Flat(numbers),
            stems: WordTable::new(stems.into_iter().map(|(s, _)| s)),
            known: u32::try_from(known).unwrap_or(u32::MAX),
            watched: Vec::new(),
            contexts: Vec::new(),
            strange: HashMap::new(),
        }
    }
}

/// The words of the lexicon and the way from any surface form to them.
#[derive(Serialize, Deserialize)]
pub(crate) struct Vocabulary {
    #[serde(skip)]
    stemmer: Porter,
    /// The forms that the lexicon writes, in the order of their numbers, and those that it joins to others.
    words: WordTable,
    /// Form and stem of each of the words.
    numbers: Flat<u32>,
    /// The stems in the order of their numbers, which count from 1.
    stems: WordTable,
    /// So many of the stems stand in patterns; the others are those of joined forms that no pattern asks for.
    known: u32,
    /// The context stems in the order of their numbers.
    #[serde(skip)]
    watched: Vec<String>,
    /// The context number of each stem number.
    #[serde(skip)]
    contexts: Vec<u16>,
    /// The context stems that have no stem number.
    #[serde(skip)]
    strange: HashMap<String, u16>,
}

/// The stemmer, which is made of functions alone.
struct Porter(Stemmer);

impl Default for Porter {
    fn default() -> Self {
        Self(stemmer())
    }
}

fn stemmer() -> Stemmer {
    Stemmer::create(Algorithm::English)
}

impl Vocabulary {
    /// The word's numbers; `form` is lower case.
    pub fn lookup(&self, form: &str) -> Word {
        self.listed(form, hash(form.as_bytes())).unwrap_or_else(|| self.stemmed(form))
    }

    /// The same, with what the stemmer said kept for the next time.
    pub fn lookup_cached(&self, form: &str, cache: &mut WordCache) -> Word {
        let hash = hash(form.as_bytes());
        self.listed(form, hash).unwrap_or_else(|| cache.get_or(form, hash, || self.stemmed(form)))
    }

    /// What the table says of a form.
    fn listed(&self, form: &str, hash: u64) -> Option<Word> {
        let i = self.words.find_hashed(form, hash)?;
        Some(self.word(self.numbers[2 * i], self.numbers[2 * i + 1]))
    }

    /// What the stemmer makes of a form that no table has.
    fn stemmed(&self, form: &str) -> Word {
        if form.len() > MAX_STEMMED_BYTES {
            return Word::default();
        }
        let stem = self.stemmer.0.stem(form);
        match self.stems.find(&stem) {
            Some(i) => self.word(0, i as u32 + 1),
            None => Word { context: self.strange.get(&*stem).copied().unwrap_or(0), ..Word::default() },
        }
    }

    fn word(&self, form: u32, stem: u32) -> Word {
        let context = self.contexts.get(stem as usize).copied().unwrap_or(0);
        Word { form, stem: if stem <= self.known { stem } else { 0 }, context }
    }

    /// Numbers the context stems from 1, in the order given; those watched before are forgotten.
    pub fn watch(&mut self, stems: &[String]) {
        self.watched = stems.to_vec();
        self.contexts = vec![0; self.stems.len() + 1];
        self.strange.clear();
        for (stem, number) in stems.iter().zip(1u16..) {
            match self.stems.find(stem) {
                Some(i) => self.contexts[i + 1] = number,
                None => {
                    self.strange.insert(stem.clone(), number);
                }
            }
        }
    }

    /// The context stems in the order of their numbers.
    pub fn watched(&self) -> &[String] {
        &self.watched
    }

    /// The stem of a word that a text writes, in lower case.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "only fitting asks for stems"))]
    pub fn stem_of(&self, form: &str) -> String {
        match self.words.find(form) {
            _ if form.len() > MAX_STEMMED_BYTES => form.to_owned(),
            Some(i) => self.stems.word(self.numbers[2 * i + 1] as usize - 1).to_owned(),
            None => self.stemmer.0.stem(form).into_owned(),
        }
    }

    /// Whether the lexicon writes or stems to this word.
    pub fn knows(&self, form: &str) -> bool {
        self.lookup(form).stem != 0
    }

    /// One more than the highest stem number that patterns ask for.
    pub fn stem_count(&self) -> usize {
        self.known as usize + 1
    }
}

/// What the stemmer said of the words that were met last. It belongs to one engine: the numbers are its vocabulary's.
#[derive(Default)]
pub(crate) struct WordCache {
    slots: Vec<Slot>,
}

/// A word of at most this many bytes has a place in the cache.
const CACHED_BYTES: usize = 22;

/// How many words the cache holds; a power of two.
const CACHED_WORDS: usize = 1 << 13;

#[derive(Clone, Copy, Default)]
struct Slot {
    bytes: [u8; CACHED_BYTES],
    len: u8,
    word: Word,
}

impl WordCache {
    fn get_or(&mut self, form: &str, hash: u64, stemmed: impl FnOnce() -> Word) -> Word {
        let len = form.len();
        if len > CACHED_BYTES || len == 0 {
            return stemmed();
        }
        if self.slots.is_empty() {
            self.slots = vec![Slot::default(); CACHED_WORDS];
        }
        let slot = &mut self.slots[(hash >> 32) as usize & (CACHED_WORDS - 1)];
        if usize::from(slot.len) != len || slot.bytes[..len] != *form.as_bytes() {
            slot.len = len as u8;
            slot.bytes[..len].copy_from_slice(form.as_bytes());
            slot.word = stemmed();
        }
        slot.word
    }
}
