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
    pub fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let mut word = Self { chunks: [0; 4], len: 0 };
        for i in 0..word.chunks.len() {
            let raw = load(bytes, at + 8 * i);
            let folded = raw | 0x2020_2020_2020_2020;
            // The high bit of each byte that is no letter; no byte carries into the next.
            let low = folded & !HIGH;
            let from_a = (low | HIGH) - 0x6161_6161_6161_6161;
            let beyond_z = low + 0x0505_0505_0505_0505;
            let other = (!from_a | beyond_z | raw) & HIGH;
            let letters = (other.trailing_zeros() / 8) as usize;
            word.len += letters;
            if letters < 8 {
                word.chunks[i] = folded & ((1u64 << (8 * letters)) - 1);
                return (word.len > 0).then_some(word);
            }
            word.chunks[i] = folded;
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

/// Eight bytes; what lies beyond the end is zeros.
fn load(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(chunk) = rest.first_chunk::<8>() {
        return u64::from_le_bytes(*chunk);
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    u64::from_le_bytes(last)
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
