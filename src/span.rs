//! Half-open byte ranges of the original text. Stems change, spans never do.

use crate::words::Zone;

/// Bytes `start..end` of a part's text, 0-based and half-open, always on character borders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// The length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span holds no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the two spans share at least one byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The text of the span.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }
}

/// A stretch of text in one zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub span: Span,
    pub zone: Zone,
}

/// Adds a stretch that directly follows the last one, as a part of it if the zone is the same.
pub(crate) fn push_stretch(out: &mut Vec<Stretch>, span: Span, zone: Zone) {
    match out.last_mut() {
        _ if span.is_empty() => {}
        Some(last) if last.zone == zone => last.span.end = span.end,
        _ => out.push(Stretch { span, zone }),
    }
}

/// The lines of a text, each with its end. For people a bare CR ends a line too, though offsets count only LF.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = Span> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        at = match memchr::memchr2(b'\n', b'\r', &bytes[start..]).map(|i| start + i) {
            Some(i) if bytes[i] == b'\r' && bytes.get(i + 1) == Some(&b'\n') => i + 2,
            Some(i) => i + 1,
            None => bytes.len(),
        };
        (start < at).then(|| Span::new(start, at))
    })
}
