//! Counting bytes, many at a time.

/// How many bytes are what `is_it` says; quick where that is said without branches.
pub(crate) fn count(bytes: &[u8], is_it: impl Fn(u8) -> bool) -> usize {
    // So many counts fit in a byte, and bytes are added up by the dozen.
    let chunks = bytes.chunks(usize::from(u8::MAX));
    chunks.map(|chunk| usize::from(chunk.iter().map(|b| u8::from(is_it(*b))).sum::<u8>())).sum()
}

/// The same for several questions in one pass.
pub(crate) fn counts<const N: usize>(bytes: &[u8], are_they: impl Fn(u8) -> [bool; N]) -> [usize; N] {
    let mut all = [0; N];
    for chunk in bytes.chunks(usize::from(u8::MAX)) {
        let mut some = [0u8; N];
        for b in chunk {
            let is_it = are_they(*b);
            for i in 0..N {
                some[i] += u8::from(is_it[i]);
            }
        }
        for i in 0..N {
            all[i] += usize::from(some[i]);
        }
    }
    all
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
