//! The lexicon files that a command of `rules` is about, and those that they stand beside.

use crate::Error;
use crate::cli::lexicons::{Asked, LexiconFile};
use crate::embedded::{LEXICONS, WEIGHTS};
use crate::engine::Engine;
use crate::source::sha256;

/// The files that were named, by flags, arguments or the configuration, and the embedded ones beside them.
pub(crate) struct Lexica {
    /// The embedded files, without those that a named one stands for.
    pub beside: Vec<(&'static str, &'static str)>,
    /// The files that were named; none for the embedded ones alone.
    pub named: Vec<LexiconFile>,
}

impl Lexica {
    /// Reads what can be read, and says what can't, as [`Asked::read`] does. A file of a checkout's own `lexicons/en` stands for
    /// the embedded one of its name.
    pub fn of(asked: &Asked) -> (Self, Vec<(usize, Error)>) {
        let (named, errors) = asked.read();
        let mut beside = LEXICONS.to_vec();
        for file in &named {
            beside.retain(|(embedded, _)| !file.stands_for(embedded));
        }
        (Self { beside, named }, errors)
    }

    /// Reads everything.
    ///
    /// # Errors
    /// Something can't be read; the error names the first.
    pub fn read(asked: &Asked) -> Result<Self, Error> {
        match Self::of(asked) {
            (lexica, errors) if errors.is_empty() => Ok(lexica),
            (_, mut errors) => Err(asked.blame(errors.swap_remove(0))),
        }
    }

    /// The engine that the files and the configuration make, with the embedded weights.
    ///
    /// # Errors
    /// A file can't be compiled, or a setting can't hold.
    pub fn engine(&self, asked: &Asked) -> Result<Engine, Error> {
        let builder = Engine::builder().embedded(false).weights("lexicons/weights.json", WEIGHTS);
        let builder = self.all().fold(builder, |b, (name, text)| b.lexicon(name, text));
        let settings = asked.config.settings.iter().cloned();
        settings.fold(builder, |b, (origin, setting)| b.set(origin, setting)).build()
    }

    /// The hash of the embedded lexicon, with the files of a checkout in their place.
    pub fn shipped_hash(&self) -> String {
        let text = |name: &str, text: &'static str| {
            self.named.iter().find(|file| file.stands_for(name)).map_or_else(|| text.to_owned(), |file| file.text.clone())
        };
        let texts: Vec<String> = LEXICONS.iter().flat_map(|(name, shipped)| [(*name).to_owned(), text(name, shipped)]).collect();
        sha256(texts.iter().map(String::as_str))
    }

    /// Every file with its name, the embedded ones first.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.beside.iter().copied().chain(self.named.iter().map(LexiconFile::pair))
    }
}
