//! Words of a message on a terminal: nothing in them may steer it, reorder them or hide them.

use std::borrow::Cow;

/// How a character is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    AsIs,
    Space,
    /// A reader would not see it either.
    Dropped,
    /// By its number, as `\u{1b}`.
    Escaped,
}

/// Controls and what reorders text are shown by number, so that no terminal obeys them; what has no ink is dropped.
pub(crate) fn shown(c: char) -> Shown {
    match c {
        '\t' | '\n' | '\r' => Shown::Space,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Shown::Escaped,
        '\u{ad}' | '\u{34f}' | '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' => Shown::Dropped,
        '\u{e0000}'..='\u{e007f}' => Shown::Dropped,
        c if c.is_control() => Shown::Escaped,
        _ => Shown::AsIs,
    }
}

/// Adds a character as it is shown.
pub(crate) fn push(out: &mut String, c: char) {
    match shown(c) {
        Shown::AsIs => out.push(c),
        Shown::Space => out.push(' '),
        Shown::Dropped => {}
        Shown::Escaped => out.extend(c.escape_unicode()),
    }
}

/// A text as it is shown, on one line.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| shown(c) == Shown::AsIs) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| push(&mut out, c));
    Cow::Owned(out)
}

/// The same with its lines kept.
pub(crate) fn visible_lines(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown_by_number() {
        assert_eq!(visible("a\u{1b}]0;x\u{7}b"), "a\\u{1b}]0;x\\u{7}b");
        assert_eq!(visible("\u{9b}31m\u{202e}eerf"), "\\u{9b}31m\\u{202e}eerf");
        assert_eq!(visible("f\u{200b}r\u{ad}ee\tnow\r"), "free now ");
        assert_eq!(visible_lines("a\nb\u{7f}"), "a\nb\\u{7f}");
        for c in (0..=0x10ffff).filter_map(char::from_u32).filter(|c| c.is_control()) {
            assert!(!visible(&c.to_string()).contains(c), "{c:?}");
        }
        assert!(matches!(visible("naïve 日本 👩‍👧"), Cow::Borrowed(_)));
    }
}
