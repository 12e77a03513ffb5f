//! Words of a message on a terminal or in a page: nothing in them may steer it, reorder them or hide in them.

use std::borrow::Cow;

/// How a character is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    AsIs,
    Space,
    /// A reader would not see it either.
    Dropped,
    /// By its number, as `\u{1b}` or U+001B.
    Escaped,
}

/// Controls and what reorders text (the property Bidi_Control, and the separators of lines) are shown by number, so that nothing
/// obeys them; what has no ink is dropped: the property Default_Ignorable_Code_Point, without the joiners and variation
/// selectors, which say how the letters beside them are drawn, and the marks of interlinear notes.
pub(crate) fn shown(c: char) -> Shown {
    match c {
        ' '..='~' => Shown::AsIs,
        '\t' | '\n' | '\r' => Shown::Space,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Shown::Escaped,
        c if draws_neighbours(c) => Shown::AsIs,
        '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}' => Shown::Dropped,
        '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' => Shown::Dropped,
        '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' => Shown::Dropped,
        c if c.is_control() => Shown::Escaped,
        _ => Shown::AsIs,
    }
}

/// Joiners, and selectors of a letter's or a picture's variant.
fn draws_neighbours(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
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
        assert_eq!(visible("a\u{115f}\u{3164}\u{180e}\u{ffa0}\u{e0041}b"), "ab");
        assert!(matches!(visible("naïve 日本 👩‍👧"), Cow::Borrowed(_)));
    }

    #[test]
    fn the_table_is_that_of_unicode() {
        let property = |name: &str| regex::Regex::new(&format!(r"^\p{{{name}}}$")).unwrap();
        let (ignorable, direction) = (property("Default_Ignorable_Code_Point"), property("Bidi_Control"));
        let mut counts = [0; 2];
        for c in (0..=0x10ffff).filter_map(char::from_u32) {
            let text = c.to_string();
            let (ignorable, direction) = (ignorable.is_match(&text), direction.is_match(&text));
            let separator = matches!(c, '\u{2028}' | '\u{2029}');
            let note = ('\u{fff9}'..='\u{fffb}').contains(&c);
            let space = matches!(c, '\t' | '\n' | '\r');
            let wanted = match () {
                () if space => Shown::Space,
                () if direction || separator || c.is_control() => Shown::Escaped,
                () if note || ignorable && !draws_neighbours(c) => Shown::Dropped,
                () => Shown::AsIs,
            };
            assert_eq!(shown(c), wanted, "{c:?}");
            assert!(ignorable || !draws_neighbours(c), "{c:?}");
            counts[0] += usize::from(ignorable);
            counts[1] += usize::from(direction);
        }
        assert!(counts[0] > 4_000 && counts[1] == 12, "{counts:?}");
    }
}
