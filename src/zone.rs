//! Whose words a stretch of plain text is: own, quoted, forwarded, signature. Marked, never deleted.

use std::sync::LazyLock;

use regex::Regex;

use crate::span::Span;
use crate::words::Zone;

/// A stretch of text in one zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub span: Span,
    pub zone: Zone,
}

/// How many words in quotation marks make reported speech instead of an emphasised phrase or a title.
const REPORTED_WORDS: usize = 8;

/// Splits a part into stretches that cover it without gaps, in order.
pub(crate) fn zones(text: &str, base: Zone) -> Vec<Stretch> {
    if base != Zone::Own {
        return vec![Stretch { span: Span::new(0, text.len()), zone: base }];
    }
    let mut stretches = line_zones(text);
    if !has_words(text, &stretches) {
        // Nothing new is said: the message is what it forwards or quotes.
        for stretch in &mut stretches {
            if matches!(stretch.zone, Zone::Forwarded | Zone::Quoted) {
                stretch.zone = Zone::Own;
            }
        }
        return stretches;
    }
    let reported: Vec<Stretch> = stretches.iter().flat_map(|s| reported_speech(text, *s)).collect();
    // A line or two of introduction and then somebody's message word for word is that message.
    let own = |list: &[Stretch]| list.iter().filter(|s| s.zone == Zone::Own).map(|s| words(s.span.of(text))).sum::<usize>();
    let (before, after) = (own(&stretches), own(&reported));
    if after * 5 < before { stretches } else { reported }
}

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count()
}

fn has_words(text: &str, stretches: &[Stretch]) -> bool {
    stretches.iter().filter(|s| s.zone == Zone::Own).map(|s| words(s.span.of(text))).sum::<usize>() >= 4
}

/// What the lines say by themselves: `>` marks, attribution lines, separators.
fn line_zones(text: &str) -> Vec<Stretch> {
    static ATTRIBUTION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^\s*(?:on\s.{4,120}\swrote:?|.{1,80}\s(?:wrote|writes)\s?:|once upon a time.{0,80}wrote\s?:)\s*$")
            .expect("the pattern is a constant that the tests compile")
    });
    static ORIGINAL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^[\s>]*-{2,}\s*(original message|ursprüngliche nachricht|message d'origine)\s*-{2,}")
            .expect("the pattern is a constant that the tests compile")
    });
    static FORWARDED: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^[\s>]*(-{2,}\s*forwarded (message|by)|begin forwarded message:)")
            .expect("the pattern is a constant that the tests compile")
    });
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut rest = Zone::Own;
    let mut start = 0;
    let mut pending_attribution = false;
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.len());
        start = span.end;
        let bare = line.trim_end();
        let short = bare.len() < 200;
        let lead = bare.trim_start();
        let zone = if lead.starts_with('>') || (short && is_initialled_quote(lead)) {
            if rest == Zone::Signature {
                rest = Zone::Own;
            }
            pending_attribution = false;
            if rest == Zone::Forwarded { rest } else { Zone::Quoted }
        } else if short && ORIGINAL.is_match(bare) {
            rest = Zone::Quoted;
            rest
        } else if short && FORWARDED.is_match(bare) {
            rest = Zone::Forwarded;
            rest
        } else if rest == Zone::Own && (bare == "--" || line.trim_end_matches(['\r', '\n']) == "-- ") {
            rest = Zone::Signature;
            rest
        } else if short && rest == Zone::Own && ATTRIBUTION.is_match(bare) {
            pending_attribution = true;
            Zone::Quoted
        } else {
            if !lead.is_empty() {
                pending_attribution = false;
            }
            rest
        };
        let zone = if pending_attribution && zone == Zone::Own { Zone::Quoted } else { zone };
        match stretches.last_mut() {
            Some(last) if last.zone == zone => last.span.end = span.end,
            _ => stretches.push(Stretch { span, zone }),
        }
    }
    stretches
}

/// `JD> text`, as some mail programs quote.
fn is_initialled_quote(line: &str) -> bool {
    let initials = line.bytes().take_while(u8::is_ascii_uppercase).count();
    (1..=3).contains(&initials) && line.as_bytes().get(initials) == Some(&b'>')
}

/// Splits own words around what is reported: long quotations, and the paragraph after "his words were:".
fn reported_speech(text: &str, stretch: Stretch) -> Vec<Stretch> {
    if stretch.zone != Zone::Own {
        return vec![stretch];
    }
    let mut out = Vec::new();
    let mut at = stretch.span.start;
    for quote in quotations(text, stretch.span) {
        if quote.start >= at {
            push_stretch(&mut out, Span::new(at, quote.start), Zone::Own);
            push_stretch(&mut out, quote, Zone::Quoted);
            at = quote.end;
        }
    }
    push_stretch(&mut out, Span::new(at, stretch.span.end), Zone::Own);
    out
}

fn push_stretch(out: &mut Vec<Stretch>, span: Span, zone: Zone) {
    if !span.is_empty() {
        out.push(Stretch { span, zone });
    }
}

/// Quotations that report speech, in order and without overlap.
fn quotations(text: &str, within: Span) -> Vec<Span> {
    static LEAD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)\b(?:(?:his|her|their|whose|exact|the) (?:exact |very |own )?(?:words|message|letter|note|mail|e-mail|email|text|ad|slide)(?: to (?:me|us))?|it|he|she|they) (?:were|was|read|reads|ran|said|says|wrote)(?: as follows)?:",
        )
        .expect("the pattern is a constant that the tests compile")
    });
    static VERB: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:\b(?:said|says|say|wrote|writes|write|read|reads|ran|told|words|among other things|quote|quoted|message|asked|line|phrase|like|called|claims?|and then|and)\b[^.!?\n]{0,40}|:)\s*$")
            .expect("the pattern is a constant that the tests compile")
    });
    let region = within.of(text);
    let mut out: Vec<Span> = Vec::new();
    let mut open: Option<(usize, char)> = None;
    for (i, c) in region.char_indices() {
        match (open, c) {
            (None, '"' | '\u{201c}' | '\u{201e}' | '\u{ab}') => open = Some((i, c)),
            // A quotation does not run on over an empty line, or the mark was no quotation mark.
            (Some((start, _)), '\n') if region[start..i].ends_with('\n') || region[start..i].ends_with("\n\r") => open = None,
            (Some((start, mark)), _) if closes(mark, c) => {
                let end = i + c.len_utf8();
                let count = words(&region[start..end]);
                let before = &region[floor(region, start.saturating_sub(80))..start];
                if count >= REPORTED_WORDS || (count >= 3 && VERB.is_match(before)) {
                    out.push(Span::new(within.start + start, within.start + end));
                }
                open = None;
            }
            _ => {}
        }
    }
    for found in LEAD.find_iter(region) {
        let rest = &region[found.end()..];
        let skipped = rest.len() - rest.trim_start().len();
        let body = &rest[skipped..];
        let end = body.find("\n\n").or_else(|| body.find("\r\n\r\n")).unwrap_or(body.len());
        let span = Span::new(within.start + found.end() + skipped, within.start + found.end() + skipped + end);
        if !span.is_empty() && !out.iter().any(|o| o.overlaps(span)) {
            out.push(span);
        }
    }
    out.sort();
    out
}

fn closes(open: char, c: char) -> bool {
    match open {
        '"' => c == '"',
        '\u{201c}' => c == '\u{201d}',
        '\u{201e}' => c == '\u{201c}' || c == '\u{201d}',
        _ => c == '\u{bb}',
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone_of(text: &str, needle: &str) -> Zone {
        let at = text.find(needle).unwrap();
        zones(text, Zone::Own).iter().find(|s| s.span.start <= at && at < s.span.end).unwrap().zone
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
