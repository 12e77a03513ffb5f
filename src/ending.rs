//! The endings that Porter's second English algorithm takes off or changes, step by step, and quick looks for them. A tail is the
//! last eight letters of a word as one number, the last one uppermost.

use crate::plain::packed;

/// Pairs of letters that words may end with.
pub(crate) struct Ends([u32; 32]);

impl Ends {
    /// Each last letter with those that may stand before it.
    pub const fn new(ends: &[(u8, &[u8])]) -> Self {
        let mut before = [0; 32];
        let mut i = 0;
        while i < ends.len() {
            let (last, letters) = ends[i];
            let mut j = 0;
            while j < letters.len() {
                before[(last & 31) as usize] |= 1 << (letters[j] & 31);
                j += 1;
            }
            i += 1;
        }
        Self(before)
    }

    /// The ends of some endings.
    const fn of(endings: &[Ending]) -> Self {
        let mut before = [0; 32];
        let mut i = 0;
        while i < endings.len() {
            let Ending { tail, len, .. } = endings[i];
            before[(tail >> (8 * (len - 1)) & 31) as usize] |= 1 << (tail >> (8 * (len - 2)) & 31);
            i += 1;
        }
        Self(before)
    }

    /// Whether the word with this tail may end with one of them.
    #[inline]
    pub fn has(&self, tail: u64) -> bool {
        self.0[(tail >> 56 & 31) as usize] >> (tail >> 48 & 31) & 1 == 1
    }
}

/// An ending, what stands in its place afterwards, and when.
pub(crate) struct Ending {
    /// Its letters as one number.
    tail: u64,
    pub len: usize,
    pub to: &'static [u8],
    /// One of these letters stands before it, if there are any.
    pub after: &'static [u8],
    /// It must stand in the second region, not only in the first.
    pub in_r2: bool,
}

const fn ending(from: &str, to: &'static str) -> Ending {
    Ending { tail: packed(from), len: from.len(), to: to.as_bytes(), after: b"", in_r2: false }
}

impl Ending {
    const fn after(self, after: &'static [u8]) -> Self {
        Self { after, ..self }
    }

    const fn in_r2(self) -> Self {
        Self { in_r2: true, ..self }
    }
}

/// Endings of which one is changed at a time.
pub(crate) struct Step {
    ends: Ends,
    /// Those with one last letter stand together, and the longest first of those of which one ends the other.
    endings: &'static [Ending],
    /// Where those with each last letter begin and end.
    with_last: [(u8, u8); 32],
}

impl Step {
    const fn new(endings: &'static [Ending]) -> Self {
        let mut with_last = [(0, 0); 32];
        let mut i = 0;
        while i < endings.len() {
            let (from, to) = &mut with_last[(endings[i].tail >> (8 * (endings[i].len - 1)) & 31) as usize];
            if *to == 0 {
                *from = i as u8;
            }
            i += 1;
            *to = i as u8;
        }
        Self { ends: Ends::of(endings), endings, with_last }
    }

    /// Whether the word with this tail may have one of the endings.
    #[inline]
    pub fn may_change(&self, tail: u64) -> bool {
        self.ends.has(tail)
    }

    /// The first ending that the word with this tail has.
    pub fn ending(&self, tail: u64) -> Option<&'static Ending> {
        let (from, to) = self.with_last[(tail >> 56 & 31) as usize];
        self.endings[usize::from(from)..usize::from(to)].iter().find(|e| e.tail == tail >> (64 - 8 * e.len))
    }
}

pub(crate) static STEP_2: Step = Step::new(&[
    ending("fulli", "ful"),
    ending("lessli", "less"),
    ending("ousli", "ous"),
    ending("entli", "ent"),
    ending("abli", "able"),
    ending("alli", "al"),
    ending("bli", "ble"),
    ending("li", "").after(b"cdeghkmnrt"),
    ending("biliti", "ble"),
    ending("aliti", "al"),
    ending("iviti", "ive"),
    ending("anci", "ance"),
    ending("enci", "ence"),
    ending("ogi", "og").after(b"l"),
    ending("ational", "ate"),
    ending("tional", "tion"),
    ending("alism", "al"),
    ending("ization", "ize"),
    ending("ation", "ate"),
    ending("izer", "ize"),
    ending("ator", "ate"),
    ending("iveness", "ive"),
    ending("fulness", "ful"),
    ending("ousness", "ous"),
]);

pub(crate) static STEP_3: Step = Step::new(&[
    ending("icate", "ic"),
    ending("ative", "").in_r2(),
    ending("alize", "al"),
    ending("iciti", "ic"),
    ending("ational", "ate"),
    ending("tional", "tion"),
    ending("ical", "ic"),
    ending("ful", ""),
    ending("ness", ""),
]);

pub(crate) static STEP_4: Step = Step::new(&[
    gone("ic"),
    gone("ance"),
    gone("ence"),
    gone("able"),
    gone("ible"),
    gone("ate"),
    gone("ive"),
    gone("ize"),
    gone("iti"),
    gone("al"),
    gone("ism"),
    gone("ion").after(b"st"),
    gone("er"),
    gone("ous"),
    gone("ement"),
    gone("ment"),
    gone("ent"),
    gone("ant"),
]);

const fn gone(from: &str) -> Ending {
    ending(from, "").in_r2()
}
