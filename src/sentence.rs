//! Sentences that survive headings, bullet lists, hard-wrapped lines, abbreviations and missing punctuation.

use crate::span::{Span, Stretch, lines};
use crate::words::Zone;

/// A sentence within one zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sentence {
    pub span: Span,
    pub zone: Zone,
    /// It is the label of a link or button that calls the reader to act.
    pub label: bool,
}

/// Words whose full stop ends no sentence.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "dr", "prof", "st", "rev", "hon", "gen", "sen", "rep", "gov", "capt", "lt", "col", "sr", "jr", "vs",
    "etc", "e.g", "i.e", "eg", "ie", "no", "nos", "vol", "fig", "inc", "ltd", "co", "corp", "dept", "est", "approx", "jan",
    "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat",
    "sun", "a.m", "p.m", "u.s", "u.k", "u.n", "d.c", "ph.d", "esq",
];

/// A line shorter than this many bytes may be a heading or the end of a paragraph instead of a hard-wrapped line.
const SHORT_LINE: usize = 50;

/// Splits the stretches of a part into sentences, in order; each of the labels (in order too) is one. In flowed text (RFC 3676) a space at a line's end says that
/// the line runs on; elsewhere the lines themselves have to tell.
pub(crate) fn sentences(text: &str, stretches: &[Stretch], labels: &[Span], flowed: bool) -> Vec<Sentence> {
    let mut out = Vec::new();
    for Stretch { span, zone } in stretches.iter().copied() {
        let mut at = span.start;
        let first = labels.partition_point(|l| l.start < at);
        for label in labels[first..].iter().take_while(|l| l.end <= span.end) {
            split(text, Stretch { span: Span::new(at, label.start), zone }, flowed, &mut out);
            out.push(Sentence { span: *label, zone, label: true });
            at = label.end;
        }
        split(text, Stretch { span: Span::new(at, span.end), zone }, flowed, &mut out);
    }
    out
}

fn split(text: &str, stretch: Stretch, flowed: bool, out: &mut Vec<Sentence>) {
    let region = stretch.span.of(text);
    let bytes = region.as_bytes();
    let mut start = 0;
    let mut line_start = 0;
    let mut push = |from: usize, to: usize| {
        let piece = &region[from..to];
        let lead = piece.len() - piece.trim_start().len();
        let trimmed = piece.trim();
        if !trimmed.is_empty() {
            let at = stretch.span.start + from + lead;
            out.push(Sentence { span: Span::new(at, at + trimmed.len()), zone: stretch.zone, label: false });
        }
    };
    let mut i = 0;
    while i < bytes.len() {
        match bytes[i] {
            b'\r' if bytes.get(i + 1) == Some(&b'\n') => {}
            b'\n' | b'\r' => {
                let runs_on = flowed && bytes[..i].strip_suffix(b"\r").unwrap_or(&bytes[..i]).ends_with(b" ");
                if !runs_on && line_breaks(region, line_start, i) {
                    push(start, i);
                    start = i + 1;
                }
                line_start = i + 1;
            }
            b'.' | b'!' | b'?' => {
                let run = bytes[i..].iter().take_while(|b| matches!(b, b'.' | b'!' | b'?')).count();
                let mut end = i + run;
                while bytes.get(end).is_some_and(|b| matches!(b, b'"' | b'\'' | b')' | b']' | b'*' | b'_')) {
                    end += 1;
                }
                if region[end..].starts_with(['\u{201d}', '\u{2019}']) {
                    end += 3;
                }
                let at_border = bytes.get(end).is_none_or(|b| b.is_ascii_whitespace());
                if at_border && !(run == 1 && bytes[i] == b'.' && continues(region, start, i, end)) {
                    push(start, end);
                    start = end;
                }
                i = end - 1;
            }
            _ => {}
        }
        i += 1;
    }
    push(start, bytes.len());
}

/// Whether the full stop at `dot` belongs to an abbreviation or an initial, or is followed by a lower-case word.
fn continues(region: &str, start: usize, dot: usize, end: usize) -> bool {
    let mut from = dot;
    while from > start && !region.as_bytes()[from - 1].is_ascii_whitespace() && dot - from < 12 {
        from -= 1;
    }
    while !region.is_char_boundary(from) {
        from += 1;
    }
    let word = region[from..dot].trim_start_matches(['(', '"', '\'']).to_ascii_lowercase();
    if word.chars().count() == 1 && word.chars().all(char::is_alphabetic) && word != "i" {
        return true;
    }
    let next = region[end..].trim_start();
    if ABBREVIATIONS.contains(&word.as_str()) {
        // "etc." and "Inc." may end a sentence; a title before a name never does.
        return !(matches!(word.as_str(), "etc" | "inc" | "ltd" | "co" | "corp" | "no" | "a.m" | "p.m" | "u.s" | "u.k")
            && next.starts_with(char::is_uppercase)
            && !(word == "no" && next.starts_with(|c: char| c.is_ascii_digit())));
    }
    word.contains('.') && next.starts_with(char::is_lowercase)
}

/// Whether the line that ends at `newline` is a unit of its own: before an empty line, a bullet or a heading, or short
/// and followed by a capital.
fn line_breaks(region: &str, line_start: usize, newline: usize) -> bool {
    let line = region[line_start..newline].trim();
    let rest = &region[newline + 1..];
    let next = lines(rest).next().map_or("", |l| l.of(rest).trim());
    if line.is_empty()
        || next.is_empty()
        || starts_list_item(next)
        || !next.starts_with(|c: char| c.is_alphanumeric() || "\"'(\u{201c}$£€".contains(c))
    {
        return true;
    }
    if line.ends_with(':') {
        return true;
    }
    let first = next.chars().next().unwrap_or(' ');
    let is_list = starts_list_item(line);
    let shouted = |s: &str| s.chars().any(char::is_alphabetic) && !s.chars().any(char::is_lowercase);
    if shouted(line) != shouted(next) && line.len() < 2 * SHORT_LINE {
        return true;
    }
    // The first word of the next line would have fitted on a line that was broken for its width.
    line.len() < SHORT_LINE && (first.is_uppercase() || first.is_ascii_digit()) && !(is_list && first.is_lowercase())
}

fn starts_list_item(line: &str) -> bool {
    let mut chars = line.chars();
    match chars.next() {
        Some('-' | '*' | '+' | '\u{2022}' | '\u{b7}' | '\u{25cf}' | '\u{2013}' | '\u{2014}' | '|' | '#' | '=' | '_' | '~') => {
            true
        }
        Some(c) if c.is_ascii_digit() => {
            let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
            rest.starts_with(". ") || rest.starts_with(") ")
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::zones;

    fn texts(text: &str) -> Vec<&str> {
        sentences(text, &zones(text, Zone::Own), &[], false).iter().map(|s| s.span.of(text)).collect()
    }

    #[test]
    fn punctuation_and_abbreviations() {
        assert_eq!(
            texts("Dear Mr. Hill, it costs $1.50 today. See www.a.example/x.html now!!! Yes"),
            ["Dear Mr. Hill, it costs $1.50 today.", "See www.a.example/x.html now!!!", "Yes"]
        );
        assert_eq!(
            texts("J. R. Oak came, e.g. by bus. He \"left.\" Then rain"),
            ["J. R. Oak came, e.g. by bus.", "He \"left.\"", "Then rain"]
        );
    }

    #[test]
    fn wrapped_lines_join_and_headings_stand() {
        let wrapped = "We have put together a guide that covers all the things that\nyou asked about last week.";
        assert_eq!(texts(wrapped).len(), 1);
        assert_eq!(
            texts("FREE GUIDE\nLeave your address below and we send it."),
            ["FREE GUIDE", "Leave your address below and we send it."]
        );
        assert_eq!(texts("You get:\n- a mug\n- a pen\nThanks"), ["You get:", "- a mug", "- a pen", "Thanks"]);
        assert_eq!(texts("Dear Ann,\n\nhello there\n\nBob"), ["Dear Ann,", "hello there", "Bob"]);
        assert_eq!(texts("FREE GUIDE\rLeave your address\rSend it."), ["FREE GUIDE", "Leave your address", "Send it."]);
    }

    #[test]
    fn flowed_lines_run_on() {
        let text = "You get \r\nA free mug \r\nif you sign.\r\nThanks";
        let count = |flowed| sentences(text, &zones(text, Zone::Own), &[], flowed).len();
        assert_eq!((count(true), count(false)), (2, 3));
    }
}
