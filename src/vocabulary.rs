//! Numbers for the words that the lexicon knows: a form (as written, case folded) and a stem (what patterns match).

use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};

/// Tokens longer than this are unknown words: `rust-stemmers` is quadratic in a token's length.
const MAX_STEMMED_BYTES: usize = 32;

/// A word as the patterns see it; 0 stands for what the lexicon does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Word {
    pub form: u32,
    pub stem: u32,
    /// The number of the context stem that it has, if it has one.
    pub context: u16,
}

/// The words of the lexicon and the way from any surface form to them.
pub(crate) struct Vocabulary {
    stemmer: Stemmer,
    forms: HashMap<String, Word>,
    stems: HashMap<String, u32>,
    lemmas: HashMap<String, String>,
    contexts: HashMap<String, u16>,
}

impl Vocabulary {
    /// `lemmas` joins irregular forms and spellings to the word that the lexicon writes (gave -> give).
    pub fn new(lemmas: HashMap<String, String>) -> Self {
        Self {
            stemmer: Stemmer::create(Algorithm::English),
            forms: HashMap::new(),
            stems: HashMap::new(),
            lemmas,
            contexts: HashMap::new(),
        }
    }

    /// The word, numbered on first sight. Only building a lexicon calls this.
    pub fn intern(&mut self, form: &str) -> Word {
        if let Some(word) = self.forms.get(form) {
            return *word;
        }
        let stem = self.stem(form);
        let next = u32::try_from(self.stems.len() + 1).unwrap_or(u32::MAX);
        let stem = *self.stems.entry(stem).or_insert(next);
        let form_id = u32::try_from(self.forms.len() + 1).unwrap_or(u32::MAX);
        let word = Word { form: form_id, stem, context: 0 };
        self.forms.insert(form.to_owned(), word);
        word
    }

    /// The word's numbers; `form` is lower case.
    pub fn lookup(&self, form: &str) -> Word {
        if let Some(word) = self.forms.get(form) {
            return *word;
        }
        if form.len() > MAX_STEMMED_BYTES {
            return Word::default();
        }
        let stem = self.stem(form);
        Word {
            form: 0,
            stem: self.stems.get(&stem).copied().unwrap_or(0),
            context: self.contexts.get(&stem).copied().unwrap_or(0),
        }
    }

    /// Numbers the context stems from 1, in the order given; those watched before are forgotten.
    pub fn watch(&mut self, stems: &[String]) {
        self.contexts = stems.iter().zip(1u16..).map(|(s, i)| (s.clone(), i)).collect();
        let contexts: HashMap<String, u16> =
            self.forms.keys().map(|f| (f.clone(), self.contexts.get(&self.stem(f)).copied().unwrap_or(0))).collect();
        for (form, word) in &mut self.forms {
            word.context = contexts[form];
        }
    }

    /// The context stems in the order of their numbers.
    pub fn watched(&self) -> Vec<&str> {
        let mut stems: Vec<(&str, u16)> = self.contexts.iter().map(|(s, i)| (s.as_str(), *i)).collect();
        stems.sort_by_key(|(_, i)| *i);
        stems.into_iter().map(|(s, _)| s).collect()
    }

    /// The stem of a word that a text writes, in lower case.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "only fitting asks for stems"))]
    pub fn stem_of(&self, form: &str) -> String {
        if form.len() > MAX_STEMMED_BYTES { form.to_owned() } else { self.stem(form) }
    }

    /// Whether the lexicon writes or stems to this word.
    pub fn knows(&self, form: &str) -> bool {
        self.lookup(form).stem != 0
    }

    /// One more than the highest stem number.
    pub fn stem_count(&self) -> usize {
        self.stems.len() + 1
    }

    /// The stem number of each form number.
    pub fn stems_of_forms(&self) -> HashMap<u32, u32> {
        self.forms.values().map(|w| (w.form, w.stem)).collect()
    }

    fn stem(&self, form: &str) -> String {
        let lemma = self.lemmas.get(form).map_or(form, String::as_str);
        self.stemmer.stem(lemma).into_owned()
    }
}
