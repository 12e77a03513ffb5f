//! White space taken off the ends of a text, as the standard library does it, but quick where what stands there is ASCII.

/// The text without white space at its end.
#[inline]
pub(crate) fn trim_end(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut end = bytes.len();
    while end > 0 {
        match bytes[end - 1] {
            b'\t'..=b'\r' | b' ' => end -= 1,
            byte if byte.is_ascii() => break,
            _ => return text[..end].trim_end(),
        }
    }
    &text[..end]
}

/// The text without white space at its beginning.
#[inline]
pub(crate) fn trim_start(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut start = 0;
    while let Some(byte) = bytes.get(start) {
        match byte {
            b'\t'..=b'\r' | b' ' => start += 1,
            byte if byte.is_ascii() => break,
            _ => return text[start..].trim_start(),
        }
    }
    &text[start..]
}

/// The text without white space at either end.
#[inline]
pub(crate) fn trim(text: &str) -> &str {
    trim_start(trim_end(text))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_same_is_taken_off_as_by_the_standard_library(text in "([\t-\r \u{1c}\u{85}\u{a0}\u{2003}]{0,3}|[aé\u{200b}]|\\PC){0,5}") {
            prop_assert_eq!(trim_end(&text), text.trim_end());
            prop_assert_eq!(trim_start(&text), text.trim_start());
            prop_assert_eq!(trim(&text), text.trim());
        }
    }
}
