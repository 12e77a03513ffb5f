//! What is nobody's message below it: unsubscribe lines, disclaimers, a host's advertisements, a list's rule with its address.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::Regex;

use crate::span::{Span, Stretch, lines, push_stretch};
use crate::words::Zone;

/// What footers say and people don't, in lower case, each below a part of it that is rare in other text.
const PHRASES: [(&str, &[&str]); 16] = [
    ("bscribe", &["unsubscribe"]),
    ("ceiving this", &["you are receiving this"]),
    ("ceived this", &["you received this message because", "you received this email because"]),
    ("sent to", &["this email was sent to", "this message was sent to", "this e-mail was sent to"]),
    ("ded only", &["intended only for"]),
    ("ded solely", &["intended solely for"]),
    ("ded recipient", &["intended recipient"]),
    (
        "fidential",
        &["confidential and may", "confidential and intended", "confidentiality notice", "privileged and confidential"],
    ),
    ("wser", &["view this email in your browser"]),
    ("eferences", &["manage your preferences", "email preferences", "update your preferences"]),
    ("eply", &["do not reply to this e-mail", "do not reply to this email", "please do not reply directly"]),
    ("hts reserved", &["all rights reserved"]),
    ("n/listinfo", &["mailman/listinfo"]),
    ("bbestellen", &["abbestellen"]),
    ("sabonner", &["désabonner"]),
    ("baja", &["darse de baja"]),
];

/// The rare parts.
static PARTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        // What looks for all parts at once finds them without the automaton, so that a large one would be made in vain.
        .kind(Some(AhoCorasickKind::NoncontiguousNFA))
        .build(PHRASES.map(|(part, _)| part))
        .expect("the parts are constants that the tests compile")
});

/// The line that opens what a list's host sells in other people's mail: dashes around the word "sponsor" or "advertisement",
/// or "this e-mail is sponsored by".
static SPONSOR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^(?:[-=_*~]{4,}[^\n]{0,40}(?-u:\b)(?:sponsors?|advertisements?)(?-u:\b)[^\n]{0,10}[-=_*~]{4,}[^\n]{0,3}|this [^\n]{0,20}(?:e-?mail|list|message|newsletter) is (?:sponsored|brought to you) by[^\n]*)$",
    )
    .expect("the pattern is a constant that the tests compile")
});

/// How far below its first line a sponsor's block may end.
const SPONSOR_LINES: usize = 12;

/// How the rule over a list's footer begins, on a line of its own.
const RULE: &str = "\n____________________";

/// How many lines a footer has below its rule, the rule itself counted.
const RULED_LINES: usize = 6;

/// What the beginnings of a text's lines say of the footers in it.
#[derive(Debug, Default)]
pub(crate) struct Hints {
    /// The lines that could open a sponsor's block, by their beginnings.
    sponsors: Vec<usize>,
    /// There is a rule of underscores.
    ruled: bool,
}

impl Hints {
    /// Takes in a line that begins at this byte.
    #[inline]
    pub fn add(&mut self, start: usize, line: &str) {
        if could_sponsor(line.as_bytes()) {
            self.sponsors.push(start);
            // A rule's underscores are among the dashes that could open a sponsor's block.
            self.ruled |= line.starts_with(&RULE[1..]);
        }
    }
}

/// Marks the lines after the first third of the own words that say what only footers say.
pub(crate) fn footers(text: &str, stretches: Vec<Stretch>, hints: &Hints) -> Vec<Stretch> {
    let mut out: Option<Vec<Stretch>> = None;
    for (i, stretch) in stretches.iter().enumerate() {
        let footers = if stretch.zone == Zone::Own { within(text, stretch.span, hints) } else { Vec::new() };
        if footers.is_empty() {
            out.iter_mut().for_each(|out| push_stretch(out, stretch.span, stretch.zone));
            continue;
        }
        let out = out.get_or_insert_with(|| stretches[..i].to_vec());
        let mut at = stretch.span.start;
        for footer in footers {
            let (start, end) = (footer.start.max(at), footer.end.max(at));
            push_stretch(out, Span::new(at, start), Zone::Own);
            push_stretch(out, Span::new(start, end), Zone::Footer);
            at = end;
        }
        push_stretch(out, Span::new(at, stretch.span.end), Zone::Own);
    }
    out.unwrap_or(stretches)
}

/// The footers in own words, in order.
fn within(text: &str, own: Span, hints: &Hints) -> Vec<Span> {
    let mut footers = phrases(text, own);
    footers.extend(sponsors(text, own, &hints.sponsors));
    footers.extend(hints.ruled.then(|| below_the_rule(text, own)).flatten());
    footers.sort_unstable();
    footers
}

/// The lines with a footer's phrase that begins after the first third.
fn phrases(text: &str, own: Span) -> Vec<Span> {
    let region = own.of(text);
    let opening = region.floor_char_boundary(region.len() / 3);
    let lower = region[opening..].to_ascii_lowercase();
    let mut out = Vec::new();
    let mut from = 0;
    while let Some(found) = PARTS.find(aho_corasick::Input::new(&lower).range(from..)) {
        from = found.start() + 1;
        let (part, phrases) = PHRASES[found.pattern()];
        if !phrases.iter().any(|phrase| stands_around(&lower, phrase, part, found.start())) {
            continue;
        }
        // Every line is looked at once, however often it says so; and it may begin before the first third ends.
        let start = region[..opening + from].rfind(['\n', '\r']).map_or(0, |i| i + 1);
        from = lower[from..].find(['\n', '\r']).map_or(lower.len(), |i| from + i + 1);
        // A whole mail on one line that ends with "unsubscribe" is no footer.
        if start > 0 {
            out.push(Span::new(own.start + start, own.start + opening + from));
        }
    }
    out
}

/// Whether a phrase stands where its part was found.
fn stands_around(text: &str, phrase: &str, part: &str, at: usize) -> bool {
    let start = phrase.find(part).and_then(|before| at.checked_sub(before));
    start.is_some_and(|start| text.as_bytes()[start..].starts_with(phrase.as_bytes()))
}

/// The blocks of a list's sponsors: from their first line to the next one that is all dashes, or for want of one to the first
/// empty line.
fn sponsors(text: &str, own: Span, starts: &[usize]) -> Vec<Span> {
    let region = own.of(text);
    let mut out: Vec<Span> = Vec::new();
    let first = starts.partition_point(|start| *start < own.start);
    // A bare CR does not begin such a line.
    let starts = starts[first..].iter().take_while(|start| **start < own.end).map(|start| start - own.start);
    for start in starts.filter(|i| *i == 0 || region.as_bytes()[i - 1] == b'\n') {
        let end = memchr::memchr(b'\n', &region.as_bytes()[start..]).map_or(region.len(), |i| start + i);
        // Most such lines are dashes and no more.
        let line = &region[start..end];
        let opens = line.bytes().any(|b| b.is_ascii_alphabetic()) && SPONSOR.is_match(line);
        if !opens || out.last().is_some_and(|last| own.start + start < last.end) {
            continue;
        }
        let body = &region[end..];
        let closes = |l: &str| l.len() >= 4 && l.bytes().all(|b| b"-=_*~>".contains(&b));
        let below = || lines(body).skip(1).take(SPONSOR_LINES);
        let close = below()
            .find(|line| closes(line.of(body).trim_end()))
            .or_else(|| below().find(|line| line.of(body).trim().is_empty()));
        out.extend(close.map(|line| Span::new(own.start + start, own.start + end + line.end)));
    }
    out
}

/// A cheap look before the expression: four dashes, or "this". What is beyond ASCII may stand for one of the letters.
#[inline]
fn could_sponsor(line: &[u8]) -> bool {
    match line.first_chunk::<4>() {
        Some(head @ [b'-' | b'=' | b'_' | b'*' | b'~', ..]) => head.iter().all(|b| b"-=_*~".contains(b)),
        Some(head @ [b'T' | b't', ..]) => {
            head[..3].eq_ignore_ascii_case(b"thi") && (head[3] | 0x20 == b's' || !head[3].is_ascii())
        }
        _ => false,
    }
}

/// What a mailing list or a free mail service sets below a rule of underscores at a message's end: a few lines with an
/// address in them.
fn below_the_rule(text: &str, own: Span) -> Option<Span> {
    let region = own.of(text);
    let start = region.rfind(RULE)? + 1;
    let below = region[start..].trim_end();
    let addressed = below.contains("http") || below.contains("www.") || below.contains('@');
    (addressed && below.lines().count() <= RULED_LINES).then(|| Span::new(own.start + start, own.end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn the_cheap_look_misses_no_sponsor(line in "(-{3,5}|[=_*~-]{4}|thi[sS\u{17f}]|This)[a-z ]{0,6}( e-mail| list| message| SPONSOR)?( i[s\u{17f}] (sponsored|brought to you) b[yY]| advertisements)?.{0,3}[-=]{0,4}") {
            prop_assert!(could_sponsor(line.as_bytes()) || !SPONSOR.is_match(&line));
        }
    }

    #[test]
    fn every_phrase_is_found_in_any_case() {
        for (part, phrases) in PHRASES {
            for phrase in phrases {
                assert!(phrase.contains(part), "{phrase}");
                for phrase in [phrase.to_string(), phrase.to_ascii_uppercase()] {
                    let text = format!("We meet at nine.\nA part of it: {part}.\nSo {phrase} it is\r\nand no more.");
                    let found = super::phrases(&text, Span::new(0, text.len()));
                    assert_eq!(found.iter().map(|span| span.of(&text)).collect::<Vec<_>>(), [format!("So {phrase} it is\r")]);
                }
            }
        }
    }

    #[test]
    fn a_phrase_counts_below_the_first_line_and_the_first_third() {
        let spans = |text: &str| super::phrases(text, Span::new(0, text.len())).len();
        assert_eq!(
            (spans("To unsubscribe"), spans("a\nTo unsubscribe"), spans("\nunsubscribe\nYou meet us at nine, at the gate.")),
            (0, 1, 0)
        );
        assert_eq!(spans("a\nunsubscribe, unsubscribe\nunsubscribe"), 2);
    }
}
