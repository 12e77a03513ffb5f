//! Counting bytes, many at a time.

/// How many bytes are what `is_it` says; quick where that is said without branches.
pub(crate) fn count(bytes: &[u8], is_it: impl Fn(u8) -> bool) -> usize {
    // So many counts fit in a byte, and bytes are added up by the dozen.
    let chunks = bytes.chunks(usize::from(u8::MAX));
    chunks.map(|chunk| usize::from(chunk.iter().map(|b| u8::from(is_it(*b))).sum::<u8>())).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_counted() {
        for len in [0, 1, 254, 255, 256, 1_000] {
            assert_eq!(count(&vec![7; len], |b| b == 7), len);
            assert_eq!(count(&vec![7; len], |b| b != 7), 0);
        }
    }
}
