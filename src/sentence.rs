//! Sentences that survive headings, bullet lists, hard-wrapped lines, abbreviations and missing punctuation.

use crate::plain::Sieve;
use crate::span::{Span, Stretch, lines};
use crate::trim::{trim, trim_end, trim_start};
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

/// The sieve tells words of up to eight letters apart.
const LONGEST_ABBREVIATION: usize = 8;

const _: () = {
    let mut i = 0;
    while i < ABBREVIATIONS.len() {
        assert!(ABBREVIATIONS[i].len() <= LONGEST_ABBREVIATION, "a longer one would never be known");
        i += 1;
    }
};

/// Those of them that may end a sentence all the same.
const ENDING_ABBREVIATIONS: &[&str] = &["etc", "inc", "ltd", "co", "corp", "no", "a.m", "p.m", "u.s", "u.k"];

/// Tells nearly all words from abbreviations.
static SIEVE: Sieve = Sieve::of_words(ABBREVIATIONS);

/// A line shorter than this many bytes may be a heading or the end of a paragraph instead of a hard-wrapped line.
const SHORT_LINE: usize = 50;

/// Splits the stretches of a part into sentences, and tells of them in order; each of the labels (in order too) is one. In
/// flowed text (RFC 3676) a space at a line's end says that the line runs on; elsewhere the lines themselves have to tell.
pub(crate) fn sentences(
    text: &str,
    stretches: impl IntoIterator<Item = Stretch>,
    labels: &[Span],
    flowed: bool,
    mut tell: impl FnMut(Sentence),
) {
    for Stretch { span, zone } in stretches {
        let mut at = span.start;
        let first = labels.partition_point(|l| l.start < at);
        for label in labels[first..].iter().take_while(|l| l.end <= span.end) {
            split(text, Stretch { span: Span::new(at, label.start), zone }, flowed, &mut tell);
            tell(Sentence { span: *label, zone, label: true });
            at = label.end;
        }
        split(text, Stretch { span: Span::new(at, span.end), zone }, flowed, &mut tell);
    }
}

fn split(text: &str, stretch: Stretch, flowed: bool, tell: &mut impl FnMut(Sentence)) {
    let region = stretch.span.of(text);
    let mut push = |from: usize, to: usize| {
        let piece = trim_end(&region[from..to]);
        let trimmed = trim_start(piece);
        if !trimmed.is_empty() {
            let end = stretch.span.start + from + piece.len();
            tell(Sentence { span: Span::new(end - trimmed.len(), end), zone: stretch.zone, label: false });
        }
    };
    let mut start = 0;
    let mut next_stop = stop_from(region, 0);
    let mut rest = lines(region).map(|span| (span, trim(span.of(region))));
    let mut next_line = rest.next();
    while let Some((span, line)) = next_line {
        while let Some(stop) = next_stop.filter(|stop| stop.start < span.end) {
            if !(stop.is_dot && continues(region, start, stop.start, stop.end)) {
                push(start, stop.end);
                start = stop.end;
            }
            next_stop = stop_from(region, stop.end);
        }
        next_line = rest.next();
        if ends_here(&region.as_bytes()[..span.end], line, flowed, next_line.map_or("", |(_, line)| line)) {
            push(start, span.end);
            start = span.end;
        }
    }
    push(start, region.len());
}

/// Whether a sentence ends with the line that stands before the end, for all that is no full stop.
fn ends_here(before: &[u8], line: &str, flowed: bool, next: &str) -> bool {
    let Some((b'\n' | b'\r', before)) = before.split_last() else { return false };
    let runs_on = flowed && before.strip_suffix(b"\r").unwrap_or(before).ends_with(b" ");
    !runs_on && line_breaks(line, next)
}

/// Marks that may end a sentence, and what closes with it.
#[derive(Clone, Copy)]
struct Stop {
    start: usize,
    end: usize,
    /// It is a single full stop.
    is_dot: bool,
}

/// The next stop that white space follows.
fn stop_from(region: &str, mut from: usize) -> Option<Stop> {
    let bytes = region.as_bytes();
    loop {
        let start = from + memchr::memchr3(b'.', b'!', b'?', &bytes[from..])?;
        let run = bytes[start..].iter().take_while(|b| matches!(b, b'.' | b'!' | b'?')).count();
        let mut end = start + run;
        while bytes.get(end).is_some_and(|b| matches!(b, b'"' | b'\'' | b')' | b']' | b'*' | b'_')) {
            end += 1;
        }
        if [b"\xe2\x80\x9d", b"\xe2\x80\x99"].iter().any(|quote| bytes[end..].starts_with(*quote)) {
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
    let followed_by = |is_it: fn(char) -> bool| trim_start(&region[end..]).starts_with(is_it);
    if is_abbreviation(word) {
        // "etc." and "Inc." may end a sentence; a title before a name never does.
        return !(is_any_of(word, ENDING_ABBREVIATIONS) && followed_by(char::is_uppercase));
    }
    word.as_bytes().contains(&b'.') && followed_by(char::is_lowercase)
}

fn is_abbreviation(word: &str) -> bool {
    // Letters and full stops in lower case differ from those in upper case by this bit at most.
    let bytes = word.bytes().rev();
    word.len() <= LONGEST_ABBREVIATION
        && SIEVE.may_have(bytes.fold(0, |chunk, byte| chunk << 8 | u64::from(byte | 0x20)))
        && is_any_of(word, ABBREVIATIONS)
}

fn is_any_of(word: &str, list: &[&str]) -> bool {
    list.iter().any(|abbreviation| abbreviation.eq_ignore_ascii_case(word))
}

/// Whether a line is a unit of its own: before an empty line, a bullet or a heading, or short and followed by a capital.
/// White space at the ends of the two lines is taken off.
fn line_breaks(line: &str, next: &str) -> bool {
    let Some(first) = next.chars().next() else { return true };
    let opens = |c: char| c.is_alphanumeric() || "\"'(\u{201c}$£€".contains(c);
    if line.is_empty() || !first.is_ascii_alphabetic() && (starts_list_item(next) || !opens(first)) || line.ends_with(':') {
        return true;
    }
    // The first word of the next line would have fitted on a line that was broken for its width.
    line.len() < SHORT_LINE && (first.is_uppercase() || first.is_ascii_digit())
        || line.len() < 2 * SHORT_LINE && is_shouted(line) != is_shouted(next)
}

fn is_shouted(line: &str) -> bool {
    // Most lines have a small letter soon.
    !line.bytes().any(|b| b.is_ascii_lowercase())
        && line.chars().any(char::is_alphabetic)
        && !line.chars().any(char::is_lowercase)
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
        texts_of(text, false)
    }

    fn texts_of(text: &str, flowed: bool) -> Vec<&str> {
        let mut texts = Vec::new();
        sentences(text, zones(text, Zone::Own), &[], flowed, |s| texts.push(s.span.of(text)));
        texts
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
        assert_eq!((texts_of(text, true).len(), texts_of(text, false).len()), (2, 3));
    }
}
