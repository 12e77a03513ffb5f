//! Numbers for words on first sight, while a lexicon is compiled.

use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};

use crate::table::WordTable;
use crate::vocabulary::{Listed, NUMBER_WORDS, Vocabulary, Word};

/// The words that the lexicon files write.
pub(crate) struct Interner {
    stemmer: Stemmer,
    forms: HashMap<String, Word>,
    /// The forms in the order of their numbers.
    in_order: Vec<String>,
    stems: HashMap<String, u32>,
    /// Irregular forms and spellings, and the word that the lexicon writes for them (gave -> give).
    lemmas: HashMap<String, String>,
}

impl Interner {
    /// No words as yet, and the forms that are joined.
    pub fn new(lemmas: HashMap<String, String>) -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
        Self { stemmer, forms: HashMap::new(), in_order: Vec::new(), stems: HashMap::new(), lemmas }
    }

    /// The word, numbered on first sight.
    pub fn intern(&mut self, form: &str) -> Word {
        if let Some(word) = self.forms.get(form) {
            return *word;
        }
        let stem = self.stem(form);
        let next = number(self.stems.len() + 1);
        let stem = *self.stems.entry(stem).or_insert(next);
        self.in_order.push(form.to_owned());
        let word = Word { form: number(self.in_order.len()), stem, context: 0, number: NUMBER_WORDS.contains(&form) };
        self.forms.insert(form.to_owned(), word);
        word
    }

    /// The forms in the order of their numbers, which count from 1.
    #[cfg(test)]
    pub fn written(&self) -> impl Iterator<Item = &str> {
        self.in_order.iter().map(String::as_str)
    }

    /// The word, if it was interned.
    #[cfg(test)]
    pub fn get(&self, form: &str) -> Option<Word> {
        self.forms.get(form).copied()
    }

    /// The word as it was numbered, if it was.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only looking after rules asks for it"))]
    pub fn known(&self, form: &str) -> Option<Word> {
        self.forms.get(form).copied()
    }

    /// The number of a word's stem, if a word that was interned has it.
    pub fn stem_number(&self, form: &str) -> Option<u32> {
        self.stems.get(&self.stem(form)).copied()
    }

    /// One more than the highest stem number.
    pub fn stem_count(&self) -> usize {
        self.stems.len() + 1
    }

    /// One more than the highest form number.
    pub fn form_count(&self) -> usize {
        self.in_order.len() + 1
    }

    /// The stem number of a form number.
    pub fn stem_of_form(&self, form: u32) -> u32 {
        self.forms[&self.in_order[form as usize - 1]].stem
    }

    /// Lays out what was interned.
    pub fn finish(&self) -> Vocabulary {
        let others = self.lemmas.keys().map(String::as_str).chain(NUMBER_WORDS.iter().copied());
        let mut others: Vec<&str> = others.filter(|f| !self.forms.contains_key(*f)).collect();
        others.sort_unstable();
        others.dedup();
        let mut all = self.stems.clone();
        let mut stem_of: Vec<u32> = self.in_order.iter().map(|f| self.forms[f].stem).collect();
        for form in &others {
            let next = number(all.len() + 1);
            stem_of.push(*all.entry(self.stem(form)).or_insert(next));
        }
        let mut stems: Vec<(&str, u32)> = all.iter().map(|(s, i)| (s.as_str(), *i)).collect();
        stems.sort_unstable_by_key(|(_, i)| *i);
        Vocabulary::new(Listed {
            words: WordTable::new(self.in_order.iter().map(String::as_str).chain(others)),
            written: number(self.in_order.len()),
            stem_of: stem_of.into(),
            stems: WordTable::new(stems.into_iter().map(|(s, _)| s)),
            known: number(self.stems.len()),
        })
    }

    /// The stem of a word, or of the one that it is joined to.
    pub fn stem(&self, form: &str) -> String {
        let lemma = self.lemmas.get(form).map_or(form, String::as_str);
        self.stemmer.stem(lemma).into_owned()
    }
}

/// A number from 1 on. Lexicons have some thousands of words.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
