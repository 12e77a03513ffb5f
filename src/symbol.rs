//! One number for what a token is to the index: its stem, or else its kind. The borders of a sentence have numbers too.

use crate::interner::Interner;
use crate::vocabulary::{Kind, NUMBER_WORDS};

/// How many symbols stand above the stems: the kinds and the two borders.
const BEYOND_STEMS: u32 = Kind::COUNT + 2;

/// The symbols, while a lexicon is compiled.
pub(crate) struct Symbols<'a> {
    interner: &'a Interner,
    stems: u32,
}

impl<'a> Symbols<'a> {
    pub fn new(interner: &'a Interner) -> Self {
        Self { interner, stems: u32::try_from(interner.stem_count()).unwrap_or(u32::MAX) }
    }

    /// One more than the highest symbol.
    pub fn count(&self) -> u32 {
        self.stems + BEYOND_STEMS
    }

    /// One more than the highest form number.
    pub fn forms(&self) -> u32 {
        u32::try_from(self.interner.form_count()).unwrap_or(u32::MAX)
    }

    pub fn of_form(&self, form: u32) -> u32 {
        self.interner.stem_of_form(form)
    }

    /// The symbols that tokens of a kind may have; a number word may have a stem, and a fortune is money too.
    pub fn of_kind(&self, kind: Kind) -> Vec<u32> {
        let mut out = vec![self.kind(kind)];
        match kind {
            Kind::Money => out.push(self.kind(Kind::Fortune)),
            Kind::Number => out.extend(NUMBER_WORDS.iter().filter_map(|w| self.interner.stem_number(w))),
            _ => {}
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The symbol of tokens of a kind that have no stem.
    pub fn kind(&self, kind: Kind) -> u32 {
        self.stems + kind as u32
    }

    pub fn start(&self) -> u32 {
        self.stems + Kind::COUNT
    }

    pub fn end(&self) -> u32 {
        self.stems + Kind::COUNT + 1
    }
}

/// The symbols of tokens, given by stem and kind, between those of the sentence's borders; 0 is what no pattern asks for.
/// `stems` is one more than the highest stem number.
pub(crate) fn symbols(stems: u32, tokens: impl Iterator<Item = (u32, Kind)>, out: &mut Vec<u32>) {
    out.clear();
    out.push(stems + Kind::COUNT);
    out.extend(tokens.map(|(stem, kind)| match kind {
        _ if stem != 0 => stem,
        Kind::Word => 0,
        _ => stems + kind as u32,
    }));
    out.push(stems + Kind::COUNT + 1);
}
