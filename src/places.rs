//! Places in a sentence as bits, so that all places are looked at by one step.

/// A set of places, those below `64 * W`. Most sentences need one word of bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Places<const W: usize>([u64; W]);

impl<const W: usize> Places<W> {
    pub const NONE: Self = Self([0; W]);
    pub const ALL: Self = Self([u64::MAX; W]);

    /// How many places there are.
    pub const COUNT: usize = 64 * W;

    /// One place.
    #[inline]
    pub fn at(place: usize) -> Self {
        Self::range(place as isize, place as isize)
    }

    /// The places from one to another, both with them; those that there are not are left out.
    #[inline]
    pub fn range(from: isize, to: isize) -> Self {
        let mut out = Self::NONE;
        for (word, first) in out.0.iter_mut().zip((0..).step_by(64)) {
            let (from, to) = ((from - first).max(0), (to - first).min(63));
            if from <= to {
                *word = u64::MAX << from & u64::MAX >> (63 - to);
            }
        }
        out
    }

    /// The places of these words of bits.
    #[inline]
    pub fn of(words: impl Iterator<Item = u64>) -> Self {
        let mut out = Self::NONE;
        out.0.iter_mut().zip(words).for_each(|(to, word)| *to = word);
        out
    }

    #[inline]
    pub fn insert(&mut self, place: usize) {
        self.put(place, 1);
    }

    /// Adds a place if the bit is set, without a branch.
    #[inline]
    pub fn put(&mut self, place: usize, bit: u64) {
        debug_assert!(place < Self::COUNT, "sentences are cut to fit");
        self.0[place / 64 % W] |= bit << (place % 64);
    }

    #[inline]
    pub fn and(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    #[inline]
    pub fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    /// Each place moved by one to the right.
    #[inline]
    pub fn right(self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] << 1 | if i == 0 { 0 } else { self.0[i - 1] >> 63 }))
    }

    /// Each place moved by one to the left.
    #[inline]
    pub fn left(self) -> Self {
        Self(std::array::from_fn(|i| self.0[i] >> 1 | if i + 1 == W { 0 } else { self.0[i + 1] << 63 }))
    }

    #[inline]
    pub fn is_empty(self) -> bool {
        self.0.iter().fold(0, |all, word| all | word) == 0
    }

    /// The first place of all.
    #[inline]
    pub fn first(self) -> Option<usize> {
        let word = self.0.iter().position(|word| *word != 0)?;
        Some(64 * word + self.0[word].trailing_zeros() as usize)
    }

    /// The last place of all.
    #[inline]
    pub fn last(self) -> Option<usize> {
        let word = self.0.iter().rposition(|word| *word != 0)?;
        Some(64 * word + 63 - self.0[word].leading_zeros() as usize)
    }

    /// The places in order.
    pub fn iter(mut self) -> impl Iterator<Item = usize> {
        std::iter::from_fn(move || {
            let first = self.first()?;
            self.0[first / 64] &= self.0[first / 64] - 1;
            Some(first)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn places<const W: usize>(wanted: &BTreeSet<usize>) -> Places<W> {
        let mut out = Places::NONE;
        wanted.iter().for_each(|place| out.insert(*place));
        out
    }

    fn hold<const W: usize>(a: &BTreeSet<usize>, b: &BTreeSet<usize>, from: isize, to: isize) {
        let end = Places::<W>::COUNT;
        let below = |set: &BTreeSet<usize>| set.iter().copied().filter(|p| *p < end).collect::<BTreeSet<usize>>();
        let (a, b) = (below(a), below(b));
        let (x, y) = (places::<W>(&a), places::<W>(&b));
        let is = |got: Places<W>, wanted: BTreeSet<usize>| assert_eq!(got.iter().collect::<BTreeSet<usize>>(), below(&wanted));
        is(x.and(y), a.intersection(&b).copied().collect());
        is(x.or(y), a.union(&b).copied().collect());
        is(x.right(), a.iter().map(|p| p + 1).collect());
        is(x.left(), a.iter().filter_map(|p| p.checked_sub(1)).collect());
        is(Places::range(from, to), (0..end).filter(|p| (from..=to).contains(&(*p as isize))).collect());
        assert_eq!((x.first(), x.last(), x.is_empty()), (a.first().copied(), a.last().copied(), a.is_empty()));
        a.iter().for_each(|place| assert_eq!(Places::<W>::at(*place), places(&[*place].into())));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn they_are_what_sets_of_numbers_are(
            a in prop::collection::btree_set(0usize..320, 0..40),
            b in prop::collection::btree_set(0usize..320, 0..40),
            from in -70isize..330,
            to in -70isize..330,
        ) {
            hold::<1>(&a, &b, from, to);
            hold::<5>(&a, &b, from, to);
        }
    }
}
