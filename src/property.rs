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
#[serde(bound(deserialize = "'de: 'static"))]
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
            ids.to_mut().push(id);
            *first_set + ids.len() as u32 - 1
        })
    }

    pub fn finish(self) -> Properties {
        Properties { sets: self.sets.finish(), ..self.properties }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interner::Interner;

    #[test]
    fn every_property_has_one_number() {
        let mut interner = Interner::new(HashMap::new());
        for word in ["ask", "asks", "give", "take", "send"] {
            interner.intern(word);
        }
        let symbols = Symbols::new(&interner);
        let mut maker = PropertyMaker::new(&symbols);
        assert_eq!(maker.set(vec![3, 3]), 3);
        let (few, other) = (maker.set(vec![3, 1]), maker.set(vec![1, 2, 3]));
        assert_eq!((maker.set(vec![1, 3, 1]), other), (few, few + 1));
        let numbers = [maker.kind(Kind::Number), maker.kind(Kind::Email), maker.form(1), maker.form(5), few, other];
        assert!(symbols.end() < numbers[0] && numbers.is_sorted_by(|a, b| a < b));
        let properties = maker.finish();
        assert_eq!((properties.simple() as u32, properties.sets()), (few, 2));
        assert_eq!(properties.few(0), Some([1, 3].as_slice()));
    }
}
