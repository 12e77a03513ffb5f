//! A set of hashes that may say yes to some more and never says no to one of its own: small enough to stay in the
//! processor's cache, it spares a look into a large table for nearly all that is not there.

use serde::{Deserialize, Serialize};

use crate::flat::Flat;

/// The memory for each hash, in bits. With eight, one of eight strangers is let through at most.
const BITS: usize = 8;

/// Hashes whose upper bits are good. Nothing is in it by default.
#[derive(Default, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Filter {
    bits: Flat<u64>,
    shift: u32,
}

impl Filter {
    /// A filter with room for so many hashes.
    pub fn with_capacity(count: usize) -> Self {
        let places = (BITS * count).next_power_of_two().max(64);
        Self { bits: vec![0; places / 64].into(), shift: 64 - places.ilog2() }
    }

    /// Puts a hash in.
    pub fn insert(&mut self, hash: u64) {
        let place = self.place(hash);
        self.bits.to_mut()[place / 64] |= 1 << (place % 64);
    }

    /// Whether a hash may be in it.
    #[inline]
    pub fn may_have(&self, hash: u64) -> bool {
        let place = self.place(hash);
        self.bits.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1)
    }

    #[inline]
    fn place(&self, hash: u64) -> usize {
        (hash >> self.shift) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_let_through_and_little_else() {
        let hash = |n: u64| n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut filter = Filter::with_capacity(1_000);
        (0..1_000).for_each(|n| filter.insert(hash(n)));
        assert!((0..1_000).all(|n| filter.may_have(hash(n))));
        let strangers = (1_000..11_000).filter(|n| filter.may_have(hash(*n))).count();
        assert!(strangers < 10_000 / 8, "{strangers}");
        assert!(!Filter::default().may_have(0));
        assert!(!Filter::with_capacity(0).may_have(7));
    }
}
