//! Where in a sentence the tokens with each property stand: every question that a pattern asks is one look at some bits.

use std::cell::Cell;

use crate::places::Places;
use crate::property::{Properties, Property};
use crate::symbol::symbols;
use crate::vocabulary::{Kind, Word};

/// What the matcher sees of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub word: Word,
    pub kind: Kind,
    /// A comma, colon, dash or bracket stands between the previous token and this one.
    pub after_break: bool,
    /// The label of a link or button that calls the reader to act begins here.
    pub label: bool,
}

/// What is known of a sentence. Places count from the border at its start, which is 0, so that its first token is at 1.
/// Memory that is used again.
pub(crate) struct Occurrences<const W: usize> {
    /// The symbols with those of the borders; 0 is what no pattern asks for.
    pub symbols: Vec<u32>,
    /// The forms at the same places.
    pub forms: Vec<u32>,
    /// The places of all tokens.
    pub tokens: Places<W>,
    /// The tokens with which a clause begins.
    pub clauses: Places<W>,
    /// The tokens with which a label begins.
    pub labels: Places<W>,
    /// The places of each property that is no set. Those of the unknown word, whose number is 0, are all that there are.
    places: Vec<Places<W>>,
    /// The kinds of this sentence's tokens.
    kinds: Vec<Property>,
    /// The places of sets, each found when it is first asked for, with the number of the sentence that it was found in.
    sets: Vec<Cell<(u32, Places<W>)>>,
    sentence: u32,
}

impl<const W: usize> Default for Occurrences<W> {
    fn default() -> Self {
        Self {
            symbols: Vec::new(),
            forms: Vec::new(),
            tokens: Places::NONE,
            clauses: Places::NONE,
            labels: Places::NONE,
            places: Vec::new(),
            kinds: Vec::new(),
            sets: Vec::new(),
            sentence: 0,
        }
    }
}

impl<const W: usize> Occurrences<W> {
    /// A sentence has at most so many tokens.
    pub const MOST: usize = Places::<W>::COUNT - 2;

    /// Reads a sentence; `stems` is one more than the highest stem number.
    pub fn read<'l>(
        &'l mut self,
        properties: &'l Properties,
        stems: u32,
        tokens: impl ExactSizeIterator<Item = Seen> + Clone,
    ) -> Sentence<'l, W> {
        self.forget(properties);
        self.tokens = Places::range(1, tokens.len() as isize);
        (self.clauses, self.labels) = (Places::at(1), Places::NONE);
        self.forms.clear();
        self.forms.push(0);
        for (place, token) in (1..).zip(tokens.clone()) {
            self.forms.push(token.word.form);
            self.clauses.put(place, u64::from(token.after_break));
            self.labels.put(place, u64::from(token.label));
            if token.kind != Kind::Word {
                self.kind(properties.kind(token.kind), place);
            }
            if token.kind == Kind::Fortune {
                self.kind(properties.kind(Kind::Money), place);
            }
        }
        self.forms.push(0);
        symbols(stems, tokens.map(|t| (t.word.stem, t.kind)), &mut self.symbols);
        for (place, (symbol, form)) in self.symbols.iter().zip(&self.forms).enumerate() {
            // Nobody asks where what has no number stands, so that it may be marked like all else.
            self.places[*symbol as usize].insert(place);
            self.places[properties.form(*form) as usize].insert(place);
        }
        Sentence { properties, known: self }
    }

    /// Forgets the sentence before.
    fn forget(&mut self, properties: &Properties) {
        self.places.resize(properties.simple(), Places::NONE);
        for (symbol, form) in self.symbols.iter().zip(&self.forms) {
            self.places[*symbol as usize] = Places::NONE;
            self.places[properties.form(*form) as usize] = Places::NONE;
        }
        for kind in self.kinds.drain(..) {
            self.places[kind as usize] = Places::NONE;
        }
        self.places[0] = Places::ALL;
        self.sentence = self.sentence.wrapping_add(1);
        if self.sentence == 0 || self.sets.len() != properties.sets() {
            self.sets = vec![Cell::new((0, Places::NONE)); properties.sets()];
            self.sentence = 1;
        }
    }

    fn kind(&mut self, kind: Property, place: usize) {
        self.kinds.push(kind);
        self.places[kind as usize].insert(place);
    }
}

/// A sentence as patterns look at it.
pub(crate) struct Sentence<'l, const W: usize> {
    properties: &'l Properties,
    known: &'l Occurrences<W>,
}

impl<const W: usize> std::ops::Deref for Sentence<'_, W> {
    type Target = Occurrences<W>;

    fn deref(&self) -> &Occurrences<W> {
        self.known
    }
}

impl<const W: usize> Sentence<'_, W> {
    /// Where a property occurs.
    #[inline]
    pub fn of(&self, property: Property) -> Places<W> {
        if let Some(places) = self.places.get(property as usize) {
            return *places;
        }
        let set = property as usize - self.places.len();
        let (sentence, places) = self.sets[set].get();
        if sentence == self.sentence { places } else { self.of_set(set) }
    }

    fn of_set(&self, set: usize) -> Places<W> {
        let places = match self.properties.few(set) {
            Some(few) => few.iter().fold(Places::NONE, |all, symbol| all.or(self.places[*symbol as usize])),
            None => {
                let row = self.properties.row(set);
                let has = |symbol: u32| row[symbol as usize / 64] >> (symbol % 64) & 1;
                Places::of(self.symbols.chunks(64).map(|chunk| {
                    // From behind, since the first place is the lowest bit.
                    chunk.iter().rev().fold(0, |word, symbol| word << 1 | has(*symbol))
                }))
            }
        };
        self.sets[set].set((self.sentence, places));
        places
    }
}
