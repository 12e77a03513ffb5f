//! What makes a pattern worth trying at a pair of symbols, packed; a look at its bits, which stand apart, mostly rules it out.

use crate::occurrence::Sentence;
use crate::places::Places;
use crate::presence::{SetBit, Touched};
use crate::property::Property;

/// How many properties a pattern is ruled out by at the most.
const NEAR: usize = 2;

/// How many numbers a posting is packed in.
pub(crate) const PACKED: usize = 2 + NEAR;

/// What a pattern asks for beside the symbols by which it is found.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Posting {
    /// How far apart the two symbols may stand.
    pub distance: [i8; 2],
    /// Where the anchor may stand, counted from the left symbol and from the right one.
    pub from_left: [i8; 2],
    pub from_right: [i8; 2],
}

/// A property, and between which places from the left symbol a token with it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Near {
    property: u16,
    from: i8,
    to: i8,
    /// The bit that a sentence with such a token has.
    bit: SetBit,
}

impl Near {
    /// What every place has.
    const NOTHING: Self = Self { property: 0, from: 0, to: 0, bit: SetBit::ALWAYS };

    /// Nothing, if the numbers are too great for their bits.
    pub fn new(property: Property, (from, to): (i32, i32), bit: SetBit) -> Option<Self> {
        Some(Self { property: property.try_into().ok()?, from: from.try_into().ok()?, to: to.try_into().ok()?, bit })
    }

    fn pack(self) -> u32 {
        pack([0, 0, self.from, self.to]) | u32::from(self.property)
    }
}

impl Posting {
    /// Packs it with the first of what stands near the left symbol. Their bits come apart, since they are looked at most.
    pub fn pack(self, others: impl Iterator<Item = Near>) -> (Bits, [u32; PACKED]) {
        let mut near = [Near::NOTHING; NEAR];
        near.iter_mut().zip(others).for_each(|(to, other)| *to = other);
        let Self { distance: [least, most], from_left: [a, b], from_right: [c, d] } = self;
        let [first, second] = near;
        let bits = u32::from(second.bit.number()) << 16 | u32::from(first.bit.number());
        (bits, [pack([least, most, 0, 0]), pack([a, b, c, d]), first.pack(), second.pack()])
    }
}

/// The bits of what a posting asks for.
pub(crate) type Bits = u32;

/// Whether a sentence touches what a posting asks for.
#[inline]
pub(crate) fn touches(bits: Bits, touched: &Touched) -> bool {
    let has = |bit: u32| touched.has(SetBit::numbered(bit as u16));
    // All at once: a branch for each would be guessed wrong too often.
    has(bits) & has(bits >> 16)
}

/// Where the anchor of a posting's pattern may stand, with its left symbol at `left` and the other so far to the right.
#[inline]
pub(crate) fn anchors<const W: usize>(
    posting: &[u32; PACKED],
    left: usize,
    distance: i8,
    sentence: &Sentence<'_, W>,
) -> Places<W> {
    let [distances, anchor, near @ ..] = posting;
    let [least, most, ..] = unpack(*distances);
    let left = left as isize;
    let is_there = |near: &u32| {
        let [.., from, to] = unpack(*near);
        let wanted = Places::range(left + isize::from(from), left + isize::from(to));
        !sentence.of(near & 0xffff).and(wanted).is_empty()
    };
    if distance < least || most < distance || !near.iter().all(is_there) {
        return Places::NONE;
    }
    let right = left + isize::from(distance);
    let [left_from, left_to, right_from, right_to] = unpack(*anchor).map(isize::from);
    Places::range((left + left_from).max(right + right_from), (left + left_to).min(right + right_to))
}

fn pack(numbers: [i8; 4]) -> u32 {
    u32::from_le_bytes(numbers.map(|n| n as u8))
}

#[inline]
fn unpack(packed: u32) -> [i8; 4] {
    packed.to_le_bytes().map(|b| b as i8)
}
