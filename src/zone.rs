//! Whose words a stretch of text is: own, quoted, forwarded, signature, footer, hidden. Marked, never deleted.
//!
//! Lines and markup say it, reported speech says it within lines, and where nothing new is said the rest is the message.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::document::{Document, Part};
use crate::line::line_zones;
use crate::span::{Span, Stretch, push_stretch};
use crate::trim::{trim_end, trim_start};
use crate::words::Zone;

/// How many words in quotation marks make reported speech instead of an emphasised phrase or a title.
const REPORTED_WORDS: usize = 8;

/// Fewer own words than this before what is forwarded or quoted say nothing new.
const NEW_WORDS: usize = 4;

/// The stretches of every part, which cover it without gaps, in order.
pub(crate) fn zones_of(document: &Document<'_>) -> Vec<Vec<Stretch>> {
    let mut parts: Vec<Vec<Stretch>> = document.parts.iter().map(marked_lines).collect();
    claim(|i| &document.parts[i].text, &mut parts);
    for (stretches, part) in parts.iter_mut().zip(&document.parts) {
        *stretches = without_reported(&part.text, std::mem::take(stretches));
    }
    parts
}

/// The stretches of one text.
#[cfg(test)]
pub(crate) fn zones(text: &str, base: Zone) -> Vec<Stretch> {
    if base != Zone::Own {
        return vec![Stretch { span: Span::new(0, text.len()), zone: base }];
    }
    let mut parts = vec![line_zones(text)];
    claim(|_| text, &mut parts);
    without_reported(text, parts.remove(0))
}

/// What lines and markup say about a part.
fn marked_lines(part: &Part<'_>) -> Vec<Stretch> {
    if !matches!(part.zone, Zone::Own | Zone::Forwarded) {
        return vec![Stretch { span: Span::new(0, part.text.len()), zone: part.zone }];
    }
    // Hidden text stands below all that is seen and has no say in it.
    let (hidden, marks) = match part.marks.split_last() {
        Some((last, rest)) if last.zone == Zone::Hidden => (Some(*last), rest),
        _ => (None, part.marks.as_slice()),
    };
    let seen = hidden.map_or(part.text.len(), |h| h.span.start);
    let mut stretches = line_zones(&part.text[..seen]);
    for stretch in stretches.iter_mut().filter(|s| s.zone == Zone::Own) {
        stretch.zone = part.zone;
    }
    if !marks.is_empty() {
        stretches = overlay(&stretches, marks);
    }
    stretches.extend(hidden);
    stretches
}

/// Marks laid over stretches; what a line made a forward stays one.
fn overlay(stretches: &[Stretch], marks: &[Stretch]) -> Vec<Stretch> {
    let mut out = Vec::with_capacity(stretches.len() + 2 * marks.len());
    let mut next = 0;
    for stretch in stretches {
        let mut at = stretch.span.start;
        while let Some(mark) = marks.get(next).filter(|m| m.span.start < stretch.span.end) {
            let (from, to) = (mark.span.start.max(at), mark.span.end.min(stretch.span.end));
            let zone = if stretch.zone == Zone::Forwarded && mark.zone == Zone::Quoted { stretch.zone } else { mark.zone };
            push_stretch(&mut out, Span::new(at, from), stretch.zone);
            push_stretch(&mut out, Span::new(from, to), zone);
            at = to;
            if mark.span.end > stretch.span.end {
                break;
            }
            next += 1;
        }
        push_stretch(&mut out, Span::new(at, stretch.span.end), stretch.zone);
    }
    out
}

/// Where nothing new is said, the message is what it forwards, or else what it quotes. Each part has a text.
fn claim<'t>(text: impl Fn(usize) -> &'t str, parts: &mut [Vec<Stretch>]) {
    let count = |parts: &[Vec<Stretch>], zone: Zone, enough: usize| {
        let all = parts.iter().enumerate().flat_map(|(i, stretches)| stretches.iter().map(move |s| (i, s)));
        all.filter(|(_, s)| s.zone == zone).fold(0, |count, (i, s)| count + words(s.span.of(text(i)), enough - count))
    };
    if count(parts, Zone::Own, NEW_WORDS) >= NEW_WORDS {
        return;
    }
    let zone = if count(parts, Zone::Forwarded, 1) > 0 { Zone::Forwarded } else { Zone::Quoted };
    for stretch in parts.iter_mut().flatten().filter(|s| s.zone == zone) {
        stretch.zone = Zone::Own;
    }
}

/// Takes reported speech out of the own words, unless a line or two of introduction is all that would be left: somebody's
/// message word for word is that message.
fn without_reported(text: &str, stretches: Vec<Stretch>) -> Vec<Stretch> {
    let mut apart: Option<Vec<Stretch>> = None;
    let mut reported = 0;
    for (i, stretch) in stretches.iter().enumerate() {
        let quotes = if stretch.zone == Zone::Own { quotations(text, stretch.span) } else { Vec::new() };
        if quotes.is_empty() {
            apart.iter_mut().for_each(|apart| apart.push(*stretch));
            continue;
        }
        let pieces = around(stretch.span, &quotes);
        let quoted = pieces.iter().filter(|piece| piece.zone == Zone::Quoted);
        reported += quoted.map(|piece| words(piece.span.of(text), usize::MAX)).sum::<usize>();
        apart.get_or_insert_with(|| stretches[..i].to_vec()).extend(pieces);
    }
    let Some(apart) = apart.filter(|apart| apart.len() > stretches.len()) else { return stretches };
    let own = |list: &[Stretch], enough: usize| {
        let own = list.iter().filter(|s| s.zone == Zone::Own);
        own.fold(0, |count, s| count + words(s.span.of(text), enough - count))
    };
    // No more words are counted than are enough. A word that a mark parts counts twice in the pieces and once in the whole.
    let left = own(&apart, reported.div_ceil(4));
    if left * 4 < reported && left * 5 < own(&stretches, left * 5 + 1) { stretches } else { apart }
}

/// How many words a text has, but no more than are enough.
fn words(text: &str, enough: usize) -> usize {
    let (mut count, mut counted) = (0, false);
    for c in text.chars() {
        if count == enough {
            break;
        }
        if c.is_whitespace() {
            counted = false;
        } else if !counted && c.is_alphanumeric() {
            counted = true;
            count += 1;
        }
    }
    count
}

/// Own words split around what is reported in them.
fn around(own: Span, quotes: &[Span]) -> Vec<Stretch> {
    let mut pieces = Vec::with_capacity(2 * quotes.len() + 1);
    let mut at = own.start;
    for quote in quotes {
        if quote.start >= at {
            push_stretch(&mut pieces, Span::new(at, quote.start), Zone::Own);
            push_stretch(&mut pieces, *quote, Zone::Quoted);
            at = quote.end;
        }
    }
    push_stretch(&mut pieces, Span::new(at, own.end), Zone::Own);
    pieces
}

/// Where the next quotation mark may be, or, within a quotation, the next line. The marks begin with these bytes.
fn next_mark(region: &str, from: usize, within: bool) -> Option<usize> {
    let rest = &region.as_bytes()[from..];
    let found = if within {
        rest.iter().position(|b| matches!(b, b'"' | b'\n' | 0xc2 | 0xe2))
    } else {
        memchr::memchr3(b'"', 0xc2, 0xe2, rest)
    };
    found.map(|i| from + i)
}

/// A cheap look before the expression for what leads in a quotation: a colon at the end, or a part of the words for speech.
fn may_report(before: &str) -> bool {
    static PARTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build([
                "said", "say", "wr", "rea", "ran", "told", "words", "among", "quote", "message", "asked", "line", "phrase",
                "like", "called", "claim", "and",
            ])
            .expect("the words are constants that the tests compile")
    });
    trim_end(before).ends_with(':') || !before.is_ascii() || PARTS.is_match(before)
}

/// A cheap look before the expression for what leads in a report: the last word of it.
fn may_lead(before: &[u8]) -> bool {
    let ends = |word: &&str| {
        let from = before.len().saturating_sub(word.len());
        before[from..].eq_ignore_ascii_case(word.as_bytes())
    };
    match before.last().map(u8::to_ascii_lowercase) {
        Some(b'e') => ["were", "wrote"].iter().any(ends),
        Some(b's') => ["was", "reads", "says", "follows"].iter().any(ends),
        Some(b'd') => ["read", "said"].iter().any(ends),
        Some(b'n') => ends(&"ran"),
        _ => false,
    }
}

/// What leads in a quotation, at the end of what stands before it.
static VERB: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:\b(?:said|says|say|wrote|writes|write|read|reads|ran|told|words|among other things|quote|quoted|message|asked|line|phrase|like|called|claims?|and then|and)\b[^.!?\n]{0,40}|:)\s*$")
        .expect("the pattern is a constant that the tests compile")
});

/// What leads in a report that runs to the end of its paragraph, up to its colon.
static LEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i-u)\b(?:(?:his|her|their|whose|exact|the) (?:exact |very |own )?(?:words|message|letter|note|mail|e-mail|email|text|ad|slide)(?: to (?:me|us))?|it|he|she|they) (?:were|was|read|reads|ran|said|says|wrote)(?: as follows)?:$",
    )
    .expect("the pattern is a constant that the tests compile")
});

/// More bytes than the longest lead has.
const LONGEST_LEAD: usize = 100;

/// Quotations that report speech, in order and without overlap.
fn quotations(text: &str, within: Span) -> Vec<Span> {
    let region = within.of(text);
    let mut out = marked_quotations(region);
    let marked = out.len();
    led_quotations(region, &mut out);
    if out.len() > marked {
        out.sort_unstable();
    }
    out.iter_mut().for_each(|quote| *quote = Span::new(within.start + quote.start, within.start + quote.end));
    out
}

/// Those between quotation marks.
fn marked_quotations(region: &str) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let mut open: Option<(usize, char)> = None;
    let mut from = 0;
    while let Some(i) = next_mark(region, from, open.is_some()) {
        let Some(c) = region[i..].chars().next() else { break };
        from = i + c.len_utf8();
        match (open, c) {
            (None, '"' | '\u{201c}' | '\u{201e}' | '\u{ab}') => open = Some((i, c)),
            // A quotation does not run on over an empty line, or the mark was no quotation mark.
            (Some((start, _)), '\n') if region[start..i].ends_with('\n') || region[start..i].ends_with("\n\r") => open = None,
            (Some((start, mark)), _) if closes(mark, c) => {
                let end = i + c.len_utf8();
                let count = words(&region[start..end], REPORTED_WORDS);
                let before = &region[region.floor_char_boundary(start.saturating_sub(80))..start];
                if count >= REPORTED_WORDS || (count >= 3 && may_report(before) && VERB.is_match(before)) {
                    out.push(Span::new(start, end));
                }
                open = None;
            }
            _ => {}
        }
    }
    out
}

/// Adds those that words lead in, where they overlap none of those that are there already.
fn led_quotations(region: &str, out: &mut Vec<Span>) {
    let marked = out.len();
    let mut covered = 0;
    let bytes = region.as_bytes();
    for colon in memchr::memchr_iter(b':', bytes).filter(|colon| may_lead(&bytes[..*colon])) {
        let from = region.floor_char_boundary(colon.saturating_sub(LONGEST_LEAD));
        let after = colon + 1;
        let Some(lead) = LEAD.find(&region[from..after]) else { continue };
        // What already stands in a report is looked at once, or many reports would make this quadratic.
        if from + lead.start() < covered || after == region.len() {
            continue;
        }
        let body = trim_start(&region[after..]);
        let start = region.len() - body.len();
        let span = Span::new(start, start + paragraph_end(body));
        covered = span.end;
        let next = out[..marked].partition_point(|o| o.end <= span.start);
        if !span.is_empty() && out[..marked].get(next).is_none_or(|o| !o.overlaps(span)) {
            out.push(span);
        }
    }
}

/// Where the first empty line begins, whichever line ends are used; looked for no further than that.
fn paragraph_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let empty = |i: &usize| bytes[i + 1..].starts_with(b"\n") || bytes[i + 1..].starts_with(b"\r\n");
    let end = memchr::memchr_iter(b'\n', bytes).find(empty).unwrap_or(bytes.len());
    if end > 0 && end < bytes.len() && bytes[end - 1] == b'\r' { end - 1 } else { end }
}

fn closes(open: char, c: char) -> bool {
    match open {
        '"' => c == '"',
        '\u{201c}' => c == '\u{201d}',
        '\u{201e}' => c == '\u{201c}' || c == '\u{201d}',
        _ => c == '\u{bb}',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone_of(text: &str, needle: &str) -> Zone {
        let at = text.find(needle).unwrap();
        zones(text, Zone::Own).iter().find(|s| s.span.start <= at && at < s.span.end).unwrap().zone
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn words_are_counted_as_the_standard_library_splits_them(text in "([a-z0-9]{0,3}|[ \u{a0}\u{2003}\n-]|\\PC){0,20}", enough in 0..12_usize) {
            let plainly = text.split_whitespace().filter(|w| w.contains(char::is_alphanumeric)).count();
            proptest::prop_assert_eq!(words(&text, enough), plainly.min(enough));
        }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, ..Default::default() })]

        #[test]
        fn leads_are_found_wherever_they_begin(text in "(([a-z.]{0,40} )?(his|whose|THE) (exact |very |own )?(words|me\u{17f}sage|e-mail)( to (me|us))? (were|\u{17f}?said|Wrote)( as follows)?:|he was:|[a-z ]{0,30}:){0,6}") {
            for (colon, _) in text.match_indices(':') {
                let from = text.floor_char_boundary(colon.saturating_sub(LONGEST_LEAD));
                let near = LEAD.find(&text[from..=colon]).map(|lead| from + lead.start());
                proptest::prop_assert_eq!(near, LEAD.find(&text[..=colon]).map(|lead| lead.start()));
                proptest::prop_assert!(near.is_none() || may_lead(&text.as_bytes()[..colon]));
            }
        }
    }

    /// As the rule reads: what is left of the own words is less than a fifth of them.
    fn without_reported_plainly(text: &str, stretches: Vec<Stretch>) -> Vec<Stretch> {
        let pieces = |s: &Stretch| if s.zone == Zone::Own { around(s.span, &quotations(text, s.span)) } else { vec![*s] };
        let apart: Vec<Stretch> = stretches.iter().flat_map(pieces).collect();
        let count = |word: &&str| word.contains(char::is_alphanumeric);
        let own = |list: &[Stretch]| -> usize {
            list.iter().filter(|s| s.zone == Zone::Own).map(|s| s.span.of(text).split_whitespace().filter(count).count()).sum()
        };
        if apart.len() == stretches.len() || own(&apart) * 5 < own(&stretches) { stretches } else { apart }
    }

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 4_000, ..Default::default() })]

        #[test]
        fn reported_speech_is_left_where_it_is_nearly_all(text in "(hm |a b c d |he said: ?|x){0,2}\"[a-z](a b |Then c |, d |e){1,5}\"[a-z]?( and so| on it goes|\\.|\n){0,3}") {
            let all = vec![Stretch { span: Span::new(0, text.len()), zone: Zone::Own }];
            proptest::prop_assert_eq!(without_reported(&text, all.clone()), without_reported_plainly(&text, all));
        }
    }

    #[test]
    fn stretches_cover_the_text() {
        for text in [
            "",
            "a",
            "> q\nown words stand here now\n-- \nsig",
            "He said: \"one two three four five six seven eight nine\" and left us all there for good, he did.",
        ] {
            let stretches = zones(text, Zone::Own);
            let mut at = 0;
            for s in &stretches {
                assert_eq!(s.span.start, at);
                at = s.span.end;
            }
            assert_eq!(at, text.len());
        }
    }

    #[test]
    fn quoted_lines_and_attributions() {
        let text = "Hi Ann, see below please.\n\nOn Mon, 3 Mar 2025 at 10:11, Bob <bob@example.org> wrote:\n> You owe us one.\n> Please pay.\n";
        assert_eq!(zone_of(text, "see below"), Zone::Own);
        assert_eq!(zone_of(text, "On Mon"), Zone::Quoted);
        assert_eq!(zone_of(text, "You owe"), Zone::Quoted);
        let text = "I pass this on to you all.\n\n-----Original Message-----\nFrom: x\nYou owe us.";
        assert_eq!(zone_of(text, "You owe"), Zone::Quoted);
        let text = "Some words of my own here.\n-- \nJane, free hugs";
        assert_eq!(zone_of(text, "free hugs"), Zone::Signature);
    }

    #[test]
    fn reported_speech_is_quoted() {
        let text = "Dear team, my brother wrote to me last night and his words were: you owe me after all I did.\n\nI paid the rent, and I said no to him, so please do not lend him anything at all this time.";
        assert_eq!(zone_of(text, "you owe me"), Zone::Quoted);
        assert_eq!(zone_of(text, "I paid the rent"), Zone::Own);
        let text = "We sell \"free\" things that cost a lot.";
        assert_eq!(zone_of(text, "free"), Zone::Own);
    }

    #[test]
    fn a_forward_with_nothing_new_is_judged_as_what_it_forwards() {
        let text = "FYI\n\n---------- Forwarded message ---------\nYou won a prize, claim it now.";
        assert_eq!(zone_of(text, "You won"), Zone::Own);
    }
}
