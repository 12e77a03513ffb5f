//! Sets of numbers: small ones as lists, large ones as rows of bits, each different one once.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::flat::Flat;

/// Sets of at most so many numbers are lists.
const FEW: usize = 16;

/// Many sets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Sets {
    /// Lists: a length, and so many numbers.
    lists: Flat<u32>,
    rows: Flat<u64>,
    /// The length of a row.
    words: u32,
}

/// A set among many: where its list begins or which row it is, times two, plus one for a row.
pub(crate) type SetId = u32;

impl Sets {
    /// The numbers of a set, if they are few.
    #[inline]
    pub fn few(&self, set: SetId) -> Option<&[u32]> {
        let at = set as usize >> 1;
        (set & 1 == 0).then(|| &self.lists[at + 1..at + 1 + self.lists[at] as usize])
    }

    /// A larger set as bits: number `n` is bit `n % 64` of word `n / 64`. Nothing for a small one.
    #[inline]
    pub fn row(&self, set: SetId) -> &[u64] {
        let words = self.words as usize;
        let at = words * (set as usize >> 1);
        if set & 1 == 1 { &self.rows[at..at + words] } else { &[] }
    }
}

/// Puts sets together.
#[derive(Default)]
pub(crate) struct SetMaker {
    sets: Sets,
    made: HashMap<Vec<u32>, SetId>,
}

impl SetMaker {
    /// For numbers below `limit`.
    pub fn new(limit: u32) -> Self {
        Self { sets: Sets { words: limit.div_ceil(64), ..Sets::default() }, made: HashMap::new() }
    }

    /// The set of these numbers, which are in order.
    pub fn put(&mut self, numbers: Vec<u32>) -> SetId {
        let sets = &mut self.sets;
        *self.made.entry(numbers).or_insert_with_key(|numbers| {
            if numbers.len() <= FEW {
                let at = sets.lists.len() as u32;
                sets.lists.to_mut().push(numbers.len() as u32);
                sets.lists.to_mut().extend(numbers);
                return at << 1;
            }
            let from = sets.rows.len();
            sets.rows.to_mut().resize(from + sets.words as usize, 0);
            for number in numbers {
                sets.rows.to_mut()[from + *number as usize / 64] |= 1 << (number % 64);
            }
            (from as u32 / sets.words) << 1 | 1
        })
    }

    pub fn finish(self) -> Sets {
        self.sets
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let mut maker = SetMaker::new(1_000);
        let sets: Vec<Vec<u32>> = (0..40).map(|n| (0..n).map(|i| i * 23 + n).collect()).collect();
        let ids: Vec<SetId> = sets.iter().map(|s| maker.put(s.clone())).collect();
        assert_eq!(maker.put(sets[30].clone()), ids[30]);
        let made = maker.finish();
        for (set, id) in sets.iter().zip(ids) {
            let in_row = |n: u32| made.row(id).get(n as usize / 64).is_some_and(|word| word >> (n % 64) & 1 == 1);
            let has = |n: u32| made.few(id).is_some_and(|few| few.contains(&n)) || in_row(n);
            assert!((0..1_000).all(|n| has(n) == set.contains(&n)));
        }
    }
}
