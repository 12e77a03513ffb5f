//! What patterns ask of a token, as numbers: a symbol, a kind, a form, or one of a set of symbols.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::flat::Flat;
use crate::sets::{SetId, SetMaker, Sets};
use crate::symbol::Symbols;
use crate::vocabulary::Kind;

/// A number for what a token may be. Symbols have their own numbers, then come the kinds, the forms and the sets.
pub(crate) type Property = u32;

/// What the properties are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Properties {
    /// How many symbols there are.
    symbols: u32,
    first_set: Property,
    /// The sets in the order of their numbers.
    ids: Flat<u32>,
    sets: Sets,
}

impl Properties {
    /// How many properties there are that are no sets.
    pub fn simple(&self) -> usize {
        self.first_set as usize
    }

    /// How many sets there are.
    pub fn sets(&self) -> usize {
        self.ids.len()
    }

    pub fn kind(&self, kind: Kind) -> Property {
        self.symbols + kind as u32
    }

    pub fn form(&self, form: u32) -> Property {
        self.symbols + Kind::COUNT + form
    }

    /// The symbols of a set, if they are few; sets count from 0.
    #[inline]
    pub fn few(&self, set: usize) -> Option<&[u32]> {
        self.sets.few(self.ids[set])
    }

    /// The symbols of a larger set, as bits.
    #[inline]
    pub fn row(&self, set: usize) -> &[u64] {
        self.sets.row(self.ids[set])
    }
}

/// Numbers properties, each different set once, while a lexicon is compiled.
pub(crate) struct PropertyMaker {
    properties: Properties,
    sets: SetMaker,
    numbers: HashMap<SetId, Property>,
}

impl PropertyMaker {
    pub fn new(symbols: &Symbols<'_>) -> Self {
        let (symbols, forms) = (symbols.count(), symbols.forms());
        let properties = Properties { symbols, first_set: symbols + Kind::COUNT + forms, ..Properties::default() };
        Self { properties, sets: SetMaker::new(symbols), numbers: HashMap::new() }
    }

    pub fn kind(&self, kind: Kind) -> Property {
        self.properties.kind(kind)
    }

    pub fn form(&self, form: u32) -> Property {
        self.properties.form(form)
    }

    /// To be one of these symbols.
    pub fn set(&mut self, mut symbols: Vec<u32>) -> Property {
        symbols.sort_unstable();
        symbols.dedup();
        if let [symbol] = *symbols {
            return symbol;
        }
        let id = self.sets.put(symbols);
        let Properties { first_set, ids, .. } = &mut self.properties;
        *self.numbers.entry(id).or_insert_with(|| {
            ids.0.push(id);
            *first_set + ids.len() as u32 - 1
        })
    }

    pub fn finish(self) -> Properties {
        Properties { sets: self.sets.finish(), ..self.properties }
    }
}
