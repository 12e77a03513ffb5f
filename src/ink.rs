//! Rendered text as it grows: white space collapsed, blocks on lines of their own, filler left out.

/// What stands between the last word and the next one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gap {
    #[default]
    None,
    Space,
    Line,
    Paragraph,
}

/// A text under construction.
#[derive(Debug, Default)]
pub(crate) struct Ink {
    pub text: String,
    gap: Gap,
    /// Characters without width that may stand inside a word or may be filler; the next letter decides.
    held: String,
}

/// So many characters without width inside a word are kept.
const MAX_HELD: usize = 64;

impl Ink {
    /// Asks for at least this gap before what comes next.
    pub fn gap(&mut self, gap: Gap) {
        self.gap = self.gap.max(gap);
        self.held.clear();
    }

    /// A line break that stands even next to another one; more than one empty line is none the more.
    pub fn line_break(&mut self) {
        self.held.clear();
        self.gap = if self.gap >= Gap::Line { Gap::Paragraph } else { Gap::Line };
    }

    /// Writes text; returns whether anything but white space was written.
    pub fn write(&mut self, text: &str, preformatted: bool) -> bool {
        let mut wrote = false;
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let run = line_of_words(&bytes[at..]);
            if run > 0 {
                if !bytes[at].is_ascii_alphanumeric() {
                    self.held.clear();
                }
                self.flush();
                self.text.push_str(&text[at..at + run]);
                wrote = true;
                at += run;
                continue;
            }
            let Some(c) = text[at..].chars().next() else { break };
            at += c.len_utf8();
            if c == '\n' && preformatted {
                self.line_break();
            } else if c == '\t' && preformatted || c.is_whitespace() || c.is_ascii_control() {
                self.gap(Gap::Space);
            } else if is_filler(c) {
                if self.gap == Gap::None && self.held.len() < MAX_HELD && self.text.ends_with(char::is_alphanumeric) {
                    self.held.push(c);
                }
            } else {
                if !c.is_alphanumeric() {
                    self.held.clear();
                }
                self.flush();
                self.text.push(c);
                wrote = true;
            }
        }
        wrote
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.text.push_str(match self.gap {
                Gap::None => self.held.as_str(),
                Gap::Space => " ",
                Gap::Line => "\n",
                Gap::Paragraph => "\n\n",
            });
        }
        self.held.clear();
        self.gap = Gap::None;
    }
}

/// How many bytes from here on are written as they stand: visible ASCII, also with single spaces between.
fn line_of_words(bytes: &[u8]) -> usize {
    let mut end = 0;
    while let Some(b) = bytes.get(end) {
        let is_written = b.is_ascii_graphic() || *b == b' ' && end > 0 && bytes.get(end + 1).is_some_and(u8::is_ascii_graphic);
        if !is_written {
            break;
        }
        end += 1;
    }
    end
}

/// Characters that take no room: inside a word they disguise it, elsewhere they fill.
fn is_filler(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink(pieces: &[(&str, Gap)]) -> String {
        let mut ink = Ink::default();
        for (text, gap) in pieces {
            ink.gap(*gap);
            ink.write(text, false);
        }
        ink.text
    }

    #[test]
    fn white_space_collapses() {
        assert_eq!(ink(&[("  a \n b\u{a0}\u{a0}c ", Gap::None), (" d", Gap::None)]), "a b c d");
        assert_eq!(ink(&[("a", Gap::Line), ("b", Gap::Line), ("c", Gap::Paragraph), ("", Gap::Paragraph)]), "a\nb\n\nc");
        let mut pre = Ink::default();
        pre.write("a\n b\n\n\nc", true);
        assert_eq!(pre.text, "a\nb\n\nc");
    }

    #[test]
    fn filler_goes_and_disguise_stays() {
        assert_eq!(ink(&[("fr\u{200b}ee \u{200c}\u{a0}\u{34f} \u{200c}gift\u{ad}", Gap::None)]), "fr\u{200b}ee gift");
    }
}
