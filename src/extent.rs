//! Spans of a text, in every unit that a report counts in.

use memchr::{memchr_iter, memrchr};

use crate::count::counts;
use crate::document::Document;
use crate::span::Span;

/// Where a span begins and ends, and the line and column, both from 0, in which it begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    pub bytes: [usize; 2],
    pub chars: [usize; 2],
    pub utf16: [usize; 2],
    pub line: usize,
    pub column: usize,
}

/// The extents of spans, each given with the index of its part, found in one pass over each part.
pub(crate) fn extents(document: &Document<'_>, spans: impl Iterator<Item = (usize, Span)>) -> Vec<Extent> {
    let mut order: Vec<(usize, Span, usize)> = spans.enumerate().map(|(i, (part, span))| (part, span, i)).collect();
    order.sort_unstable();
    let mut extents = vec![Extent::default(); order.len()];
    let mut at = Position::default();
    let mut reached = None;
    for (part, span, i) in order {
        let text = document.parts[part].text.as_bytes();
        if reached != Some(part) {
            reached = Some(part);
            at = Position { is_ascii: text.is_ascii(), ..Position::default() };
        }
        at.advance(text, span.start);
        extents[i] = at.extent(text, span.end);
    }
    extents
}

/// A place in a text, counted in every unit.
#[derive(Debug, Clone, Copy, Default)]
struct Position {
    byte: usize,
    chars: usize,
    utf16: usize,
    line: usize,
    column: usize,
    /// The whole text is ASCII, where all units are one.
    is_ascii: bool,
}

impl Position {
    /// Moves on to a later byte.
    fn advance(&mut self, text: &[u8], to: usize) {
        let passed = &text[self.byte..to];
        let Lengths { chars, utf16 } = self.lengths(passed);
        self.byte = to;
        self.chars += chars;
        self.utf16 += utf16;
        self.column = match memrchr(b'\n', passed) {
            None => self.column + chars,
            Some(last) => {
                self.line += 1 + memchr_iter(b'\n', &passed[..last]).count();
                self.lengths(&passed[last + 1..]).chars
            }
        };
    }

    /// What begins here and ends there.
    fn extent(self, text: &[u8], end: usize) -> Extent {
        let Self { byte, chars, utf16, line, column, .. } = self;
        let span = self.lengths(&text[byte..end]);
        Extent { bytes: [byte, end], chars: [chars, chars + span.chars], utf16: [utf16, utf16 + span.utf16], line, column }
    }

    /// How long some whole characters of the text are.
    fn lengths(&self, bytes: &[u8]) -> Lengths {
        if self.is_ascii {
            return Lengths { chars: bytes.len(), utf16: bytes.len() };
        }
        // Every character has one byte that continues none, and from F0 on it is that of one which UTF-16 writes as a pair.
        let [continuing, pairs] = counts(bytes, |b| [b & 0xc0 == 0x80, b >= 0xf0]);
        let chars = bytes.len() - continuing;
        Lengths { chars, utf16: chars + pairs }
    }
}

/// How long some whole characters are.
struct Lengths {
    chars: usize,
    utf16: usize,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same, character by character.
    fn counted(text: &str, span: Span) -> Extent {
        let (before, within) = (&text[..span.start], span.of(text));
        let begins_line = before.rfind('\n').map_or(0, |i| i + 1);
        let chars = before.chars().count();
        let utf16 = before.encode_utf16().count();
        Extent {
            bytes: [span.start, span.end],
            chars: [chars, chars + within.chars().count()],
            utf16: [utf16, utf16 + within.encode_utf16().count()],
            line: before.matches('\n').count(),
            column: before[begins_line..].chars().count(),
        }
    }

    proptest! {
        #[test]
        fn extents_are_those_counted_by_characters(
            texts in prop::collection::vec("[a\n é€𝒜]{0,300}|[a-z\n ]{0,300}", 2..4),
            places in prop::collection::vec((0..2usize, 0..300usize, 0..300usize), 0..9),
        ) {
            let document = Document::from_subject_and_text(&texts[0], &texts[1]);
            let spans: Vec<(usize, Span)> = places
                .into_iter()
                .map(|(part, a, b)| {
                    let part = part % document.parts.len();
                    let text = &document.parts[part].text;
                    let (a, b) = (text.floor_char_boundary(a), text.floor_char_boundary(b));
                    (part, Span::new(a.min(b), a.max(b)))
                })
                .collect();
            for (extent, (part, span)) in extents(&document, spans.iter().copied()).iter().zip(&spans) {
                prop_assert_eq!(*extent, counted(&document.parts[*part].text, *span));
            }
        }
    }
}
