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
        let (first, len) = letters(load(bytes, at));
        match len {
            0 => None,
            8 => Self::read_long(bytes, at, first),
            _ => Some(Self { chunks: [first, 0, 0, 0], len }),
        }
    }

    /// The same for a word of at least eight letters, which come first.
    fn read_long(bytes: &[u8], at: usize, first: u64) -> Option<Self> {
        let mut word = Self { chunks: [first, 0, 0, 0], len: 8 };
        for i in 1..word.chunks.len() {
            let (chunk, len) = letters(load(bytes, at + 8 * i));
            word.chunks[i] = chunk;
            word.len += len;
            if len < 8 {
                return Some(word);
            }
        }
        None
    }

    /// The word of the first `len` of these letters, which are lower case.
    pub fn of(letters: &[u8; 32], len: usize) -> Self {
        let mut chunks = [0; 4];
        for (i, chunk) in chunks.iter_mut().enumerate() {
            let kept = len.saturating_sub(8 * i).min(8);
            *chunk = load(letters, 8 * i) & u64::MAX.checked_shr(64 - 8 * kept as u32).unwrap_or(0);
        }
        Self { chunks, len }
    }

    /// The last letter.
    pub fn last(&self) -> u8 {
        let at = self.len - 1;
        (self.chunks[at / 8] >> (8 * (at % 8))) as u8
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

/// The letters that eight bytes begin with, in lower case, and how many there are.
#[inline]
fn letters(raw: u64) -> (u64, usize) {
    let folded = raw | 0x2020_2020_2020_2020;
    // The high bit of each byte that is no letter; no byte carries into the next.
    let low = folded & !HIGH;
    let from_a = (low | HIGH) - 0x6161_6161_6161_6161;
    let beyond_z = low + 0x0505_0505_0505_0505;
    let other = (!from_a | beyond_z | raw) & HIGH;
    let len = other.trailing_zeros() / 8;
    (folded & !u64::MAX.checked_shl(8 * len).unwrap_or(0), len as usize)
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
    if let (Some(last), 1..8) = (bytes.last_chunk(), bytes.len().saturating_sub(at)) {
        return u64::from_le_bytes(*last) >> (8 * (at + 8 - bytes.len()));
    }
    let rest = bytes.get(at..).unwrap_or_default();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(last)
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
            for len in 0..40 {
                let mut text = vec![b'Q'; len];
                text.extend([byte, b'x']);
                let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
                let read = PlainWord::read(&text, 0);
                if letters == 0 || letters > 31 {
                    assert_eq!(read, None);
                    continue;
                }
                let word = read.unwrap();
                assert_eq!(word.len, letters);
                assert_eq!(word.bytes()[..letters], text[..letters].to_ascii_lowercase());
                assert!(word.bytes()[letters..].iter().all(|b| *b == 0));
            }
        }
    }
}
