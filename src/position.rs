//! Positions in a text, in every unit that a report counts in.

use crate::count::count;

/// A position in a text, counted in every unit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Position {
    pub byte: usize,
    pub chars: usize,
    pub utf16: usize,
    pub line: usize,
    pub column: usize,
}

impl Position {
    /// Moves on to a later byte of the text.
    pub fn advance(&mut self, text: &str, to: usize) {
        let passed = &text[self.byte..to];
        if passed.is_ascii() {
            let bytes = passed.as_bytes();
            self.chars += bytes.len();
            self.utf16 += bytes.len();
            self.line += count(bytes, |b| b == b'\n');
            self.column = match memchr::memrchr(b'\n', bytes) {
                Some(last) => bytes.len() - last - 1,
                None => self.column + bytes.len(),
            };
            self.byte = to;
            return;
        }
        for c in passed.chars() {
            self.chars += 1;
            self.utf16 += c.len_utf16();
            if c == '\n' {
                self.line += 1;
                self.column = 0;
            } else {
                self.column += 1;
            }
        }
        self.byte = to;
    }
}
