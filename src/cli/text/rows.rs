//! A stretch of text as rows of a given width, counted as a terminal counts it: wide characters twice, combining ones not.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::Span;
use crate::cli::visible;

/// So many characters of one grapheme are shown; a heap of accents has more.
const ACCENTS: usize = 16;

/// What stands in one place of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cell {
    /// Where it begins in the text.
    pub at: usize,
    pub shown: String,
    pub width: usize,
}

/// A row that is not wider than asked for, but for one cell that is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    pub cells: Vec<Cell>,
}

impl Row {
    fn width(&self) -> usize {
        self.cells.iter().map(|c| c.width).sum()
    }

    /// The text as it is shown.
    pub fn text(&self) -> String {
        self.cells.iter().map(|c| c.shown.as_str()).collect()
    }

    /// The columns of the cells that begin in a span, with whether the first of them begins it and the last ends it.
    pub fn columns(&self, span: Span) -> Option<(usize, usize)> {
        let mut column = 0;
        let mut found: Option<(usize, usize)> = None;
        for cell in &self.cells {
            if (span.start..span.end).contains(&cell.at) {
                let (start, end) = found.unwrap_or((column, column));
                // A space at the edge of a row is no part of what is marked.
                let end = if cell.shown.trim().is_empty() { end } else { column + cell.width };
                found = Some((start, end));
            }
            column += cell.width;
        }
        found.filter(|(start, end)| start < end)
    }
}

/// Parts a stretch of a text into rows, at spaces where there are some.
pub(crate) fn wrap(text: &str, stretch: Span, width: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = Row::default();
    for (offset, grapheme) in stretch.of(text).grapheme_indices(true) {
        let mut cell = cell(stretch.start + offset, grapheme);
        if !row.cells.is_empty() && row.width() + cell.width > width {
            if cell.shown == " " {
                cell.width = 0;
                cell.shown.clear();
                row.cells.push(cell);
                continue;
            }
            let space = row.cells.iter().rposition(|c| c.shown == " " || c.shown.is_empty());
            let rest = row.cells.split_off(space.map_or(row.cells.len(), |i| i + 1));
            rows.push(std::mem::replace(&mut row, Row { cells: rest }));
        }
        row.cells.push(cell);
    }
    rows.push(row);
    rows
}

fn cell(at: usize, grapheme: &str) -> Cell {
    let mut shown = String::new();
    // A line end of two characters is one space.
    let one = if grapheme == "\r\n" { "\n" } else { grapheme };
    one.chars().take(ACCENTS).for_each(|c| visible::push(&mut shown, c));
    Cell { at, width: shown.width(), shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str, width: usize) -> Vec<String> {
        wrap(text, Span::new(0, text.len()), width).iter().map(Row::text).collect()
    }

    #[test]
    fn rows_break_at_spaces_or_where_they_must() {
        assert_eq!(rows("one two three", 7), ["one two", "three"]);
        assert_eq!(rows("one two three", 8), ["one two ", "three"]);
        assert_eq!(rows("abcdefgh ij", 3), ["abc", "def", "gh ", "ij"]);
        assert_eq!(rows("", 5), [""]);
        assert_eq!(rows("ab", 0), ["a", "b"]);
    }

    #[test]
    fn wide_and_combining_characters_are_counted_right() {
        assert_eq!(rows("日本語 ab", 6), ["日本語", "ab"]);
        assert_eq!(rows("cafe\u{301} x", 4), ["cafe\u{301}", "x"]);
        assert_eq!(rows("👩‍👧👩‍👧👩‍👧", 4), ["👩‍👧👩‍👧", "👩‍👧"]);
        assert_eq!(rows("a\u{1b}b", 7), ["a\\u{1b}", "b"]);
        let heap = "a".to_owned() + &"\u{301}".repeat(10_000);
        assert_eq!(rows(&heap, 4)[0].chars().count(), ACCENTS);
    }

    #[test]
    fn columns_of_a_span_count_widths() {
        let text = "日本 free e\u{301}t now";
        let row = &wrap(text, Span::new(0, text.len()), 40)[0];
        let of = |part: &str| {
            let start = text.find(part).unwrap();
            row.columns(Span::new(start, start + part.len()))
        };
        assert_eq!(of("本"), Some((2, 4)));
        assert_eq!(of("free"), Some((5, 9)));
        assert_eq!(of("e\u{301}t"), Some((10, 12)));
        assert_eq!(of("now"), Some((13, 16)));
        assert_eq!(row.columns(Span::new(0, 0)), None);
    }
}
