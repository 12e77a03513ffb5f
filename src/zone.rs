//! Whose words a stretch of text is: own, quoted, forwarded, signature, footer, hidden. Marked, never deleted.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::document::{Document, Part};
use crate::span::{Span, Stretch, lines};
use crate::words::Zone;

/// How many words in quotation marks make reported speech instead of an emphasised phrase or a title.
const REPORTED_WORDS: usize = 8;

/// Fewer own words than this before what is forwarded or quoted say nothing new.
const NEW_WORDS: usize = 4;

/// Lines longer than this are nobody's attribution, separator or footer heading.
const MAX_MARK_LINE: usize = 300;

/// The stretches of every part, which cover it without gaps, in order.
pub(crate) fn zones_of(document: &Document<'_>) -> Vec<Vec<Stretch>> {
    let mut parts: Vec<Vec<Stretch>> = document.parts.iter().map(marked_lines).collect();
    let texts: Vec<&str> = document.parts.iter().map(|p| &*p.text).collect();
    claim(&texts, &mut parts);
    parts.into_iter().zip(&texts).map(|(stretches, text)| without_reported(text, stretches)).collect()
}

/// The stretches of one text.
#[cfg(test)]
pub(crate) fn zones(text: &str, base: Zone) -> Vec<Stretch> {
    if base != Zone::Own {
        return vec![Stretch { span: Span::new(0, text.len()), zone: base }];
    }
    let mut parts = vec![line_zones(text)];
    claim(&[text], &mut parts);
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

/// Where nothing new is said, the message is what it forwards, or else what it quotes.
fn claim(texts: &[&str], parts: &mut [Vec<Stretch>]) {
    let count = |parts: &[Vec<Stretch>], zone: Zone, enough: usize| {
        let all = parts.iter().zip(texts).flat_map(|(stretches, text)| stretches.iter().map(move |s| (s, *text)));
        all.filter(|(s, _)| s.zone == zone)
            .flat_map(|(s, text)| s.span.of(text).split_whitespace())
            .filter(|w| w.contains(char::is_alphanumeric))
            .take(enough)
            .count()
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
    let reported: Vec<Stretch> = stretches.iter().flat_map(|s| reported_speech(text, *s)).collect();
    if reported.len() == stretches.len() {
        return stretches;
    }
    let own = |list: &[Stretch]| list.iter().filter(|s| s.zone == Zone::Own).map(|s| words(s.span.of(text))).sum::<usize>();
    let (before, after) = (own(&stretches), own(&reported));
    if after * 5 < before { stretches } else { reported }
}

fn words(text: &str) -> usize {
    text.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).count()
}

/// "On Monday, Bob wrote:" in the languages of the mail programs that people use. The date is asked for elsewhere.
static ATTRIBUTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\s*(?:on|am|le|el|il|op|em|den|dne|w dniu|dnia|på)\s.{4,250}?(?:\swrote|\sschrieb|\sa écrit|\sescribió|\sha scritto|\sschreef|\sescreveu|\sskrev|\snapsal|\snapisał\(a\)|\snapisał)\b.{0,60}:\s*$|^.{0,120}(?:写道|寫道|のメッセージ|пишет|написал)\s*[:：]\s*$",
    )
    .expect("the pattern is a constant that the tests compile")
});

/// Attributions without a date, which newsgroups and lists have.
static BARE_ATTRIBUTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*(?:on\s.{4,120}\swrote:?|.{1,80}\s(?:wrote|writes)\s?:|once upon a time.{0,80}wrote\s?:)\s*$")
        .expect("the pattern is a constant that the tests compile")
});

static ORIGINAL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^[\s>]*-{2,}\s*(?:original message|original appointment|ursprüngliche nachricht|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original|ursprungligt meddelande|opprinnelig melding|oprindelig meddelelse|wiadomość oryginalna|исходное сообщение)\s*-{2,}",
    )
    .expect("the pattern is a constant that the tests compile")
});

static FORWARDED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^[\s>]*(?:-{2,}\s*(?:(?:begin )?forwarded (?:message|by|text)|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada|vidarebefordrat meddelande|пересылаемое сообщение|пересланное сообщение)|(?:begin forwarded message|anfang der weitergeleiteten (?:e-mail|nachricht)|début du message (?:transféré|réexpédié)|inicio del mensaje reenviado|inizio messaggio inoltrato|begin doorgestuurd bericht|início da mensagem (?:encaminhada|reenviada))\s?:)",
    )
    .expect("the pattern is a constant that the tests compile")
});

/// The first line of the header that Outlook and others put over a quoted message.
static SENDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\s*\*?(?:from|von|de|da|van|från|fra|od|от|发件人|差出人)\s?[:：]\*?\s*\S")
        .expect("the pattern is a constant that the tests compile")
});

/// Its other lines.
static OTHER_FIELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)^\s*\*?(?:sent|date|to|cc|subject|gesendet|datum|an|betreff|envoyé|à|objet|enviado|fecha|para|asunto|inviato|data|a|oggetto|verzonden|aan|onderwerp|skickat|till|ämne|sendt|til|emne|wysłano|do|temat|enviada em|assunto|отправлено|дата|кому|тема|发送时间|收件人|主题|送信日時|宛先|件名)\s?[:：]\*?",
    )
    .expect("the pattern is a constant that the tests compile")
});

/// What footers say and people don't; each is looked for in lower case.
static FOOTER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build([
            "unsubscribe",
            "you are receiving this",
            "you received this message because",
            "you received this email because",
            "this email was sent to",
            "this message was sent to",
            "this e-mail was sent to",
            "intended only for",
            "intended solely for",
            "intended recipient",
            "confidential and may",
            "confidential and intended",
            "confidentiality notice",
            "privileged and confidential",
            "view this email in your browser",
            "manage your preferences",
            "email preferences",
            "update your preferences",
            "do not reply to this e-mail",
            "do not reply to this email",
            "please do not reply directly",
            "all rights reserved",
            "mailman/listinfo",
            "abbestellen",
            "désabonner",
            "darse de baja",
        ])
        .expect("the phrases are constants that the tests compile")
});

/// What the lines say by themselves: `>` marks, attribution lines, separators, footers.
fn line_zones(text: &str) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut rest = Zone::Own;
    let mut attributed = Attributed::No;
    let mut skip_to = 0;
    for span in lines(text) {
        let line = span.of(text);
        let bare = line.trim_end();
        let lead = bare.trim_start();
        let short = bare.len() < MAX_MARK_LINE;
        let zone = if span.start < skip_to {
            // The second line of an attribution that was broken for its width.
            Zone::Quoted
        } else if lead.starts_with('>') || (short && is_initialled_quote(lead)) {
            if rest == Zone::Signature {
                rest = Zone::Own;
            }
            attributed = Attributed::No;
            if rest == Zone::Forwarded { rest } else { Zone::Quoted }
        } else if short && lead.starts_with("--") && ORIGINAL.is_match(bare) {
            rest = if rest == Zone::Forwarded { rest } else { Zone::Quoted };
            rest
        } else if short && could_forward(lead) && FORWARDED.is_match(bare) {
            rest = Zone::Forwarded;
            rest
        } else if rest == Zone::Own && (bare == "--" || line.trim_end_matches(['\r', '\n']) == "-- ") {
            rest = Zone::Signature;
            rest
        } else if rest == Zone::Own && short && SENDER_GATE.contains(&first_byte(lead)) && is_header_block(text, span) {
            rest = Zone::Quoted;
            rest
        } else if let Some((end, kind)) = (rest == Zone::Own && short).then(|| attribution(text, span, bare)).flatten() {
            attributed = kind;
            skip_to = end;
            Zone::Quoted
        } else {
            if !lead.is_empty() {
                if attributed == Attributed::Dated {
                    // Nothing is marked below a dated attribution: all of the rest is the other's message.
                    rest = Zone::Quoted;
                }
                attributed = Attributed::No;
            }
            rest
        };
        let zone = if attributed != Attributed::No && zone == Zone::Own { Zone::Quoted } else { zone };
        match stretches.last_mut() {
            Some(last) if last.zone == zone => last.span.end = span.end,
            _ => stretches.push(Stretch { span, zone }),
        }
    }
    footers(text, &stretches)
}

/// Whether the line before was an attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attributed {
    No,
    Bare,
    Dated,
}

/// The bytes that a line may begin with to be a sender's field in any of the languages.
const SENDER_GATE: &[u8] = b"FfVvDdOo*\xd0\xe5";

fn first_byte(text: &str) -> u8 {
    text.as_bytes().first().copied().unwrap_or(0)
}

/// A cheap look before the expression: dashes, or a word that opens Apple's separator.
fn could_forward(lead: &str) -> bool {
    lead.starts_with("--") || (lead.ends_with(':') && matches!(first_byte(lead) | 0x20, b'b' | b'a' | b'd' | b'i'))
}

/// Whether a quoted message's header begins here: a sender and two other fields in the lines below.
fn is_header_block(text: &str, line: Span) -> bool {
    SENDER.is_match(line.of(text).trim_end())
        && lines(&text[line.end..])
            .map(|s| s.of(&text[line.end..]).trim_end())
            .filter(|l| !l.is_empty())
            .take(5)
            .filter(|l| l.len() < 2_000 && OTHER_FIELD.is_match(l))
            .count()
            >= 2
}

/// Whether a line, or it and the next one, names whom the lines below quote; and where the attribution ends.
fn attribution(text: &str, line: Span, bare: &str) -> Option<(usize, Attributed)> {
    let dated = |text: &str| text.bytes().any(|b| b.is_ascii_digit());
    if bare.ends_with(':') || bare.ends_with('：') || bare.ends_with("wrote") {
        if dated(bare) && ATTRIBUTION.is_match(bare) {
            return Some((line.end, Attributed::Dated));
        }
        return BARE_ATTRIBUTION.is_match(bare).then_some((line.end, Attributed::Bare));
    }
    // Programs break their attributions for the width.
    let opens = |word: &str| bare.trim_start().strip_prefix(word).is_some_and(|r| r.starts_with(' '));
    if !dated(bare) || !["On", "Am", "Le", "El", "Il", "Op", "Em", "Den", "Dne", "W"].iter().any(|w| opens(w)) {
        return None;
    }
    let next = lines(&text[line.end..]).next()?;
    let second = next.of(&text[line.end..]).trim_end();
    if !second.ends_with(':') || second.len() > 120 || second.starts_with('>') {
        return None;
    }
    let joined = format!("{bare} {}", second.trim_start());
    ATTRIBUTION.is_match(&joined).then_some((line.end + next.end, Attributed::Dated))
}

/// Marks the lines after the first third of the own words that say what only footers say.
fn footers(text: &str, stretches: &[Stretch]) -> Vec<Stretch> {
    let mut out = Vec::with_capacity(stretches.len());
    for stretch in stretches {
        if stretch.zone != Zone::Own {
            out.push(*stretch);
            continue;
        }
        let region = stretch.span.of(text);
        let opening = region.floor_char_boundary(region.len() / 3);
        // Every line is looked at once, however often it says so.
        let (mut at, mut done) = (0, 0);
        for found in FOOTER.find_iter(&region[opening..]) {
            let (from, to) = (opening + found.start(), opening + found.end());
            if from < done {
                continue;
            }
            let start = region[..from].rfind(['\n', '\r']).map_or(0, |i| i + 1).max(at);
            let end = region[to..].find(['\n', '\r']).map_or(region.len(), |i| to + i + 1);
            done = end;
            // A whole mail on one line that ends with "unsubscribe" is no footer.
            if start > 0 {
                push_stretch(&mut out, Span::new(stretch.span.start + at, stretch.span.start + start), Zone::Own);
                push_stretch(&mut out, Span::new(stretch.span.start + start, stretch.span.start + end), Zone::Footer);
                at = end;
            }
        }
        push_stretch(&mut out, Span::new(stretch.span.start + at, stretch.span.end), Zone::Own);
    }
    out
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

/// Adds a stretch that directly follows the last one, as a part of it if the zone is the same.
fn push_stretch(out: &mut Vec<Stretch>, span: Span, zone: Zone) {
    match out.last_mut() {
        _ if span.is_empty() => {}
        Some(last) if last.zone == zone => last.span.end = span.end,
        _ => out.push(Stretch { span, zone }),
    }
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

/// A cheap look before the expression for what leads in a report: the last word of it, or a letter beyond ASCII that might
/// stand in it.
fn may_lead(before: &[u8]) -> bool {
    let ends = |word: &&str| {
        let from = before.len().saturating_sub(word.len());
        before[from..].eq_ignore_ascii_case(word.as_bytes())
    };
    before.last().is_some_and(|b| !b.is_ascii())
        || ["were", "was", "read", "reads", "ran", "said", "says", "wrote", "follows"].iter().any(ends)
}

/// Quotations that report speech, in order and without overlap.
fn quotations(text: &str, within: Span) -> Vec<Span> {
    static LEAD: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(
            r"(?i)(?-u:\b)(?:(?:his|her|their|whose|exact|the) (?:exact |very |own )?(?:words|message|letter|note|mail|e-mail|email|text|ad|slide)(?: to (?:me|us))?|it|he|she|they) (?:were|was|read|reads|ran|said|says|wrote)(?: as follows)?:",
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
    let marked = out.len();
    let mut covered = 0;
    let leads = memchr::memchr_iter(b':', region.as_bytes()).any(|i| may_lead(&region.as_bytes()[..i]));
    for found in leads.then(|| LEAD.find_iter(region)).into_iter().flatten().filter(|f| f.end() < region.len()) {
        // What already stands in a report is looked at once, or many reports would make this quadratic.
        if found.start() < covered {
            continue;
        }
        let rest = &region[found.end()..];
        let skipped = rest.len() - rest.trim_start().len();
        let body = &rest[skipped..];
        let end = body.find("\n\n").or_else(|| body.find("\r\n\r\n")).unwrap_or(body.len());
        let span = Span::new(within.start + found.end() + skipped, within.start + found.end() + skipped + end);
        covered = found.end() + skipped + end;
        let next = out[..marked].partition_point(|o| o.end <= span.start);
        if !span.is_empty() && out[..marked].get(next).is_none_or(|o| !o.overlaps(span)) {
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
