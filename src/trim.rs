//! White space taken off the ends of a text, as the standard library does it, but quick where what stands there is ASCII.

/// Whether a byte may be of white space that the standard library's quick way leaves: a vertical tab, or any beyond ASCII.
fn may_be_space(byte: &u8) -> bool {
    *byte == b'\x0b' || !byte.is_ascii()
}

/// The text without white space at its end.
#[inline]
pub(crate) fn trim_end(text: &str) -> &str {
    let text = text.trim_ascii_end();
    if text.as_bytes().last().is_some_and(may_be_space) { text.trim_end() } else { text }
}

/// The text without white space at its beginning.
#[inline]
pub(crate) fn trim_start(text: &str) -> &str {
    let text = text.trim_ascii_start();
    if text.as_bytes().first().is_some_and(may_be_space) { text.trim_start() } else { text }
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
