//! Words of plain ASCII letters, read and folded eight bytes at a time.

/// A word of at most 31 ASCII letters, in lower case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PlainWord {
    /// Its bytes, filled up with zeros.
    pub chunks: [u64; 4],
    pub len: usize,
}

/// The high bit of every byte.
const HIGH: u64 = 0x8080_8080_8080_8080;

impl PlainWord {
    /// The letters from `at` on, if there is at least one and not too many.
    #[inline]
    pub fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let (first, len) = letters(bytes, at);
        match len {
            0 => None,
            8 => Self::read_long(bytes, at, first),
            _ => Some(Self::short(first, len)),
        }
    }

    /// A word of at most eight letters, from what [`letters`] says of them.
    #[inline]
    pub const fn short(chunk: u64, len: usize) -> Self {
        Self { chunks: [chunk, 0, 0, 0], len }
    }

    /// The same for a word of at least eight letters, which come first.
    #[inline]
    pub fn read_long(bytes: &[u8], at: usize, first: u64) -> Option<Self> {
        let (second, len) = letters(bytes, at + 8);
        let word = Self { chunks: [first, second, 0, 0], len: 8 + len };
        if len < 8 { Some(word) } else { word.read_on(bytes, at) }
    }

    /// The same for a word of at least sixteen letters, which are read already.
    fn read_on(mut self, bytes: &[u8], at: usize) -> Option<Self> {
        for i in 2..self.chunks.len() {
            let (chunk, len) = letters(bytes, at + 8 * i);
            self.chunks[i] = chunk;
            self.len += len;
            if len < 8 {
                return Some(self);
            }
        }
        None
    }

    /// The last eight letters, the last one uppermost; a shorter word has zeros before it.
    #[inline]
    pub fn tail(&self) -> u64 {
        let (chunk, bits) = ((self.len.saturating_sub(1) / 8) & 3, 8 * (self.len as u32 & 7));
        let before = if chunk == 0 { 0 } else { self.chunks[chunk - 1] };
        match bits {
            0 => self.chunks[chunk],
            _ => self.chunks[chunk] << (64 - bits) | before >> bits,
        }
    }

    /// The letter at `at`; 0 after the end.
    pub fn letter(&self, at: usize) -> u8 {
        (self.chunks[(at / 8) & 3] >> (8 * (at & 7))) as u8
    }

    /// Leaves the first `len` letters.
    pub fn truncate(&mut self, len: usize) {
        for (i, chunk) in self.chunks.iter_mut().enumerate() {
            let kept = len.saturating_sub(8 * i).min(8) as u32;
            *chunk &= !u64::MAX.checked_shl(8 * kept).unwrap_or(0);
        }
        self.len = len;
    }

    /// Adds a letter, if there is room for one, in the place of what may stand there.
    pub fn push(&mut self, letter: u8) {
        let bits = 8 * (self.len & 7);
        let chunk = &mut self.chunks[(self.len / 8) & 3];
        *chunk = *chunk & !(0xff << bits) | u64::from(letter) << bits;
        self.len += 1;
    }

    /// The chunks that hold letters.
    pub fn used(&self) -> impl Iterator<Item = u64> {
        self.chunks[..self.len.div_ceil(8)].iter().copied()
    }

    /// The bytes, with room behind them.
    pub fn bytes(&self) -> [u8; 32] {
        let mut out = [0; 32];
        for (to, chunk) in out.chunks_exact_mut(8).zip(self.chunks) {
            to.copy_from_slice(&chunk.to_le_bytes());
        }
        out
    }
}

/// The letters from `at` on, up to eight, in lower case and filled up with zeros; and how many they are.
#[inline]
pub(crate) fn letters(bytes: &[u8], at: usize) -> (u64, usize) {
    let raw = load(bytes, at);
    let folded = raw | 0x2020_2020_2020_2020;
    // The high bit of each byte that is no letter; no byte carries into the next.
    let low = folded & !HIGH;
    let from_a = (low | HIGH) - 0x6161_6161_6161_6161;
    let beyond_z = low + 0x0505_0505_0505_0505;
    let other = (!from_a | beyond_z | raw) & HIGH;
    // All bits below the first of them, or all where there is none.
    let kept = (other & other.wrapping_neg()) >> 7;
    (folded & kept.wrapping_sub(1), (other.trailing_zeros() / 8) as usize)
}

/// Eight bytes; what lies beyond the end is zeros.
#[inline]
fn load(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(chunk) => u64::from_le_bytes(*chunk),
        None => load_last(bytes, at),
    }
}

/// The same where fewer bytes are left.
fn load_last(bytes: &[u8], at: usize) -> u64 {
    let len = bytes.len().saturating_sub(at);
    if let (Some(last), 1..8) = (bytes.last_chunk(), len) {
        return u64::from_le_bytes(*last) >> (64 - 8 * len);
    }
    // Of all there is, the first and the last four bytes, which may be partly the same.
    let rest = bytes.get(at..).unwrap_or_default();
    if let (Some(first), Some(last)) = (rest.first_chunk(), rest.last_chunk()) {
        return u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << (8 * (len - 4));
    }
    rest.iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// Tells nearly all words from some few of up to eight letters.
pub(crate) struct Sieve([u64; 16]);

impl Sieve {
    /// For the words that come first in each row of a table.
    pub const fn of<T>(table: &[(&str, T)]) -> Self {
        let mut sieve = Self([0; 16]);
        let mut i = 0;
        while i < table.len() {
            sieve.insert(table[i].0);
            i += 1;
        }
        sieve
    }

    /// For these words.
    pub const fn of_words(words: &[&str]) -> Self {
        let mut sieve = Self([0; 16]);
        let mut i = 0;
        while i < words.len() {
            sieve.insert(words[i]);
            i += 1;
        }
        sieve
    }

    const fn insert(&mut self, word: &str) {
        let (place, bit) = Self::place(packed(word));
        self.0[place] |= bit;
    }

    /// Whether a word that begins with this chunk may be one of those that were put in.
    #[inline]
    pub const fn may_have(&self, chunk: u64) -> bool {
        let (place, bit) = Self::place(chunk);
        self.0[place] & bit != 0
    }

    const fn place(chunk: u64) -> (usize, u64) {
        let mixed = chunk.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 54;
        ((mixed >> 6) as usize, 1 << (mixed & 63))
    }
}

/// Up to eight letters as one number, as they stand in the first chunk of a word.
pub(crate) const fn packed(letters: &str) -> u64 {
    let mut number = 0;
    let mut at = letters.len();
    while at > 0 {
        at -= 1;
        number = number << 8 | letters.as_bytes()[at] as u64;
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_end_where_they_end() {
        for byte in 0..=u8::MAX {
            for (len, before) in (0..40).flat_map(|len| [(len, 0), (len, 1), (len, 9)]) {
                let mut text = vec![b'?'; before];
                text.extend(vec![b'Q'; len]);
                text.extend([byte, b'x']);
                let word_on = &text[before..];
                let letters = word_on.iter().take_while(|b| b.is_ascii_alphabetic()).count();
                let read = PlainWord::read(&text, before);
                if letters == 0 || letters > 31 {
                    assert_eq!(read, None);
                    continue;
                }
                let word = read.unwrap();
                assert_eq!(word.len, letters);
                assert_eq!(word.bytes()[..letters], word_on[..letters].to_ascii_lowercase());
                assert!(word.bytes()[letters..].iter().all(|b| *b == 0));
            }
        }
    }
}
