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

/// Those of them that may end a sentence all the same.
const ENDING_ABBREVIATIONS: &[&str] = &["etc", "inc", "ltd", "co", "corp", "no", "a.m", "p.m", "u.s", "u.k"];

/// The length in bytes of the longest abbreviation.
const LONGEST_ABBREVIATION: usize = {
    let (mut longest, mut i) = (0, 0);
    while i < ABBREVIATIONS.len() {
        if ABBREVIATIONS[i].len() > longest {
            longest = ABBREVIATIONS[i].len();
        }
        i += 1;
    }
    longest
};

/// A line shorter than this many bytes may be a heading or the end of a paragraph instead of a hard-wrapped line.
const SHORT_LINE: usize = 50;

/// Splits the stretches of a part into sentences, in order; each of the labels (in order too) is one. In flowed text
/// (RFC 3676) a space at a line's end says that the line runs on; elsewhere the lines themselves have to tell.
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
    let mut push = |from: usize, to: usize| {
        let piece = region[from..to].trim_end();
        let trimmed = piece.trim_start();
        if !trimmed.is_empty() {
            let end = stretch.span.start + from + piece.len();
            out.push(Sentence { span: Span::new(end - trimmed.len(), end), zone: stretch.zone, label: false });
        }
    };
    let mut start = 0;
    let mut rest = lines(region);
    let mut next = rest.next().map(|span| (span, span.of(region).trim()));
    while let Some((span, line)) = next {
        let mut from = span.start;
        while let Some(stop) = next_stop(region, from, span.end) {
            if !(stop.is_dot && continues(region, start, stop.start, stop.end)) {
                push(start, stop.end);
                start = stop.end;
            }
            from = stop.end;
        }
        next = rest.next().map(|span| (span, span.of(region).trim()));
        if ends_here(region, line, span.end, flowed, next.map_or("", |(_, line)| line)) {
            push(start, span.end);
            start = span.end;
        }
    }
    push(start, region.len());
}

/// Whether a sentence ends with the line that ends at `end`, for all that is no full stop.
fn ends_here(region: &str, line: &str, end: usize, flowed: bool, next: &str) -> bool {
    let Some(before) = region[..end].strip_suffix(['\n', '\r']) else { return false };
    let runs_on = flowed && before.strip_suffix('\r').unwrap_or(before).ends_with(' ');
    !runs_on && line_breaks(line, next)
}

/// Marks that may end a sentence, and what closes with it.
struct Stop {
    start: usize,
    end: usize,
    /// It is a single full stop.
    is_dot: bool,
}

/// The next stop that white space follows.
fn next_stop(region: &str, mut from: usize, to: usize) -> Option<Stop> {
    let bytes = region.as_bytes();
    loop {
        let start = from + memchr::memchr3(b'.', b'!', b'?', &bytes[from..to])?;
        let run = bytes[start..].iter().take_while(|b| matches!(b, b'.' | b'!' | b'?')).count();
        let mut end = start + run;
        while bytes.get(end).is_some_and(|b| matches!(b, b'"' | b'\'' | b')' | b']' | b'*' | b'_')) {
            end += 1;
        }
        if region[end..].starts_with(['\u{201d}', '\u{2019}']) {
            end += 3;
        }
        if bytes.get(end).is_none_or(u8::is_ascii_whitespace) {
            return Some(Stop { start, end, is_dot: run == 1 && bytes[start] == b'.' });
        }
        from = end;
    }
}

/// Whether the full stop at `dot` belongs to an abbreviation or an initial, or is followed by a lower-case word.
fn continues(region: &str, start: usize, dot: usize, end: usize) -> bool {
    let before = &region.as_bytes()[start.max(dot.saturating_sub(12))..dot];
    let len = before.iter().rev().take_while(|b| !b.is_ascii_whitespace()).count();
    let word = region[region.ceil_char_boundary(dot - len)..dot].trim_start_matches(['(', '"', '\'']);
    let mut letters = word.chars();
    if let (Some(initial), None) = (letters.next(), letters.next()) {
        return initial.is_alphabetic() && !matches!(initial, 'i' | 'I');
    }
    let followed_by = |is_it: fn(char) -> bool| region[end..].trim_start().starts_with(is_it);
    if is_any_of(word, ABBREVIATIONS) {
        // "etc." and "Inc." may end a sentence; a title before a name never does.
        return !(is_any_of(word, ENDING_ABBREVIATIONS) && followed_by(char::is_uppercase));
    }
    word.contains('.') && followed_by(char::is_lowercase)
}

fn is_any_of(word: &str, list: &[&str]) -> bool {
    word.len() <= LONGEST_ABBREVIATION && list.iter().any(|abbreviation| abbreviation.eq_ignore_ascii_case(word))
}

/// Whether a line is a unit of its own: before an empty line, a bullet or a heading, or short and followed by a capital.
/// White space at the ends of the two lines is taken off.
fn line_breaks(line: &str, next: &str) -> bool {
    let Some(first) = next.chars().next() else { return true };
    if line.is_empty() || starts_list_item(next) || !(first.is_alphanumeric() || "\"'(\u{201c}$£€".contains(first)) {
        return true;
    }
    if line.ends_with(':') {
        return true;
    }
    let shouted = |s: &str| s.chars().any(char::is_alphabetic) && !s.chars().any(char::is_lowercase);
    if line.len() < 2 * SHORT_LINE && shouted(line) != shouted(next) {
        return true;
    }
    // The first word of the next line would have fitted on a line that was broken for its width.
    line.len() < SHORT_LINE && (first.is_uppercase() || first.is_ascii_digit())
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
