//! What of a part's text is shown: what stands around its marks, cut where nothing is marked.

/// So many bytes before and after a mark are shown.
const AROUND: usize = 600;

/// A text without a mark is shown up to here.
const UNMARKED: usize = 2_400;

/// Fewer bytes than this are not worth leaving out.
const GAP: usize = 200;

/// The shown text of one part.
#[derive(Debug)]
pub(super) struct Excerpt {
    pub name: String,
    pub pieces: Vec<Piece>,
}

/// A stretch of a part's text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Words, and which marks lie over them.
    Words { text: String, marks: Vec<usize> },
    /// So many characters are left out here.
    Left(usize),
}

/// The pieces of a text with marks over stretches of it (mark, start, end), which lie within it on borders of characters.
pub(super) fn pieces(text: &str, marks: &[(usize, usize, usize)]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    for (start, end) in windows(text, marks) {
        left(&mut pieces, &text[at..start]);
        at = end;
        let mut borders: Vec<usize> = marks.iter().flat_map(|m| [m.1, m.2]).filter(|b| (start..end).contains(b)).collect();
        borders.extend([start, end]);
        borders.sort_unstable();
        borders.dedup();
        for pair in borders.windows(2) {
            let over = marks.iter().filter(|m| m.1 <= pair[0] && pair[1] <= m.2).map(|m| m.0).collect();
            pieces.push(Piece::Words { text: text[pair[0]..pair[1]].to_owned(), marks: over });
        }
    }
    left(&mut pieces, &text[at..]);
    pieces
}

fn left(pieces: &mut Vec<Piece>, text: &str) {
    if !text.trim().is_empty() {
        pieces.push(Piece::Left(text.chars().count()));
    }
}

/// What to show: around each mark, or the beginning.
fn windows(text: &str, marks: &[(usize, usize, usize)]) -> Vec<(usize, usize)> {
    let mut wanted: Vec<(usize, usize)> =
        marks.iter().map(|m| (m.1.saturating_sub(AROUND), m.2.saturating_add(AROUND))).collect();
    if wanted.is_empty() {
        wanted.push((0, UNMARKED));
    }
    wanted.sort_unstable();
    let mut windows: Vec<(usize, usize)> = Vec::new();
    for (start, end) in wanted {
        let start = if start < GAP { 0 } else { text.floor_char_boundary(start) };
        let end = if end.saturating_add(GAP) > text.len() { text.len() } else { text.ceil_char_boundary(end) };
        match windows.last_mut() {
            Some(last) if start < last.1 + GAP => last.1 = last.1.max(end),
            _ => windows.push((start, end)),
        }
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str, marks: &[usize]) -> Piece {
        Piece::Words { text: text.to_owned(), marks: marks.to_vec() }
    }

    #[test]
    fn marks_that_overlap_share_the_words_between_them() {
        assert_eq!(
            pieces("give and take", &[(1, 0, 8), (2, 5, 13)]),
            [words("give ", &[1]), words("and", &[1, 2]), words(" take", &[2])]
        );
    }

    #[test]
    fn what_is_far_from_any_mark_is_counted() {
        let text = format!("{}gift{}", "\u{e4}".repeat(3_000), "b".repeat(3_000));
        let pieces = pieces(&text, &[(1, 6_000, 6_004)]);
        assert_eq!(
            pieces,
            [
                Piece::Left(2_700),
                words(&"\u{e4}".repeat(300), &[]),
                words("gift", &[1]),
                words(&"b".repeat(600), &[]),
                Piece::Left(2_400)
            ]
        );
    }

    #[test]
    fn the_beginning_of_an_unmarked_text_is_shown() {
        assert_eq!(pieces("short", &[]), [words("short", &[])]);
        assert_eq!(pieces("", &[]), []);
        assert_eq!(pieces(&"a".repeat(5_000), &[]), [words(&"a".repeat(UNMARKED), &[]), Piece::Left(5_000 - UNMARKED)]);
    }
}
