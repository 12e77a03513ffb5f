//! What lines by themselves say of whose words they are: `>` marks, attributions, separators, signatures, footers, in the
//! languages of the mail programs that people use.

use std::sync::LazyLock;

use regex::Regex;

use crate::attribution::{is_bare_attribution, is_dated_attribution};
use crate::footer::{Hints, footers};
use crate::span::{Span, Stretch, lines, push_stretch};
use crate::trim::{trim_end, trim_start};
use crate::words::Zone;

/// Lines longer than this are nobody's attribution, separator or footer heading.
const MAX_MARK_LINE: usize = 300;

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

/// What the lines say by themselves: `>` marks, attribution lines, separators, footers.
pub(crate) fn line_zones(text: &str) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut hints = Hints::default();
    let mut reader = Reader { text, rest: Zone::Own, attributed: Attributed::No, skip_to: 0 };
    for span in lines(text) {
        hints.add(span.start, span.of(text));
        push_stretch(&mut stretches, span, reader.zone(span));
    }
    footers(text, stretches, &hints)
}

/// Whether the line before was an attribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attributed {
    No,
    Bare,
    Dated,
}

/// Goes from line to line.
struct Reader<'t> {
    text: &'t str,
    /// The zone of lines without a mark of their own.
    rest: Zone,
    attributed: Attributed,
    /// Where the last attribution ends.
    skip_to: usize,
}

impl Reader<'_> {
    /// The zone of the next line.
    fn zone(&mut self, span: Span) -> Zone {
        if span.start < self.skip_to {
            // The second line of an attribution that was broken for its width.
            return Zone::Quoted;
        }
        let bare = trim_end(span.of(self.text));
        let lead = trim_start(bare);
        let marked = may_mark(lead).then(|| self.marked(span, bare, lead)).flatten();
        let zone = marked.unwrap_or_else(|| self.unmarked(lead));
        if self.attributed != Attributed::No && zone == Zone::Own { Zone::Quoted } else { zone }
    }

    fn unmarked(&mut self, lead: &str) -> Zone {
        if !lead.is_empty() {
            if self.attributed == Attributed::Dated {
                // Nothing is marked below a dated attribution: all of the rest is the other's message.
                self.rest = Zone::Quoted;
            }
            self.attributed = Attributed::No;
        }
        self.rest
    }

    /// The zone of a line that says which it is; `bare` has no white space at its end, `lead` none at its beginning either.
    fn marked(&mut self, span: Span, bare: &str, lead: &str) -> Option<Zone> {
        let short = bare.len() < MAX_MARK_LINE;
        if lead.starts_with('>') || (short && is_initialled_quote(lead)) {
            if self.rest == Zone::Signature {
                self.rest = Zone::Own;
            }
            self.attributed = Attributed::No;
            return Some(if self.rest == Zone::Forwarded { self.rest } else { Zone::Quoted });
        }
        if short && is_dashed(lead) && ORIGINAL.is_match(bare) {
            self.rest = if self.rest == Zone::Forwarded { self.rest } else { Zone::Quoted };
        } else if short && could_forward(lead) && FORWARDED.is_match(bare) {
            self.rest = Zone::Forwarded;
        } else if self.rest != Zone::Own {
            return None;
        } else if bare == "--" || span.of(self.text).trim_end_matches(['\r', '\n']) == "-- " {
            self.rest = Zone::Signature;
        } else if short && could_be_sender(lead) && is_header_block(self.text, span) {
            self.rest = Zone::Quoted;
        } else {
            (self.skip_to, self.attributed) = short.then(|| attribution(self.text, span, bare)).flatten()?;
            return Some(Zone::Quoted);
        }
        Some(self.rest)
    }
}

/// A cheap look before all others: whether a line's first or last bytes are any mark's.
#[inline]
fn may_mark(lead: &str) -> bool {
    let (Some(first), Some(last)) = (lead.as_bytes().first(), lead.as_bytes().last()) else { return false };
    // Capitals are initials or open an attribution.
    let may_open = matches!(first, b'>' | b'-' | b'A'..=b'Z') || opens_sender(*first);
    may_open && opens_like_mark(lead) || matches!(last, b':' | b'e' | 0x9a) && ends_like_attribution(lead)
}

fn opens_like_mark(lead: &str) -> bool {
    lead.starts_with(['>', '-'])
        || is_initialled_quote(lead)
        || could_be_sender(lead)
        || lead.as_bytes().first_chunk().is_some_and(|head| ATTRIBUTION_HEADS.contains(&head))
}

fn ends_like_attribution(lead: &str) -> bool {
    lead.ends_with([':', '：']) || lead.ends_with("wrote")
}

/// Whether a sender's field may begin with this byte in any of the languages.
fn opens_sender(byte: u8) -> bool {
    matches!(byte, b'F' | b'f' | b'V' | b'v' | b'D' | b'd' | b'O' | b'o' | b'*' | 0xd0 | 0xe5)
}

/// A cheap look before the expression: the first letter of a field's name, and a colon near enough.
fn could_be_sender(lead: &str) -> bool {
    let bytes = lead.as_bytes();
    // The longest names have nine bytes; a star, a space and a colon of three bytes each are room enough.
    opens_sender(first_byte(lead)) && memchr::memchr2(b':', 0xef, &bytes[..bytes.len().min(18)]).is_some()
}

fn first_byte(text: &str) -> u8 {
    text.as_bytes().first().copied().unwrap_or(0)
}

/// A cheap look before the expressions: dashes with something behind them.
fn is_dashed(lead: &str) -> bool {
    lead.starts_with("--") && lead.bytes().any(|b| b != b'-')
}

/// A cheap look before the expression: dashes, or a word that opens Apple's separator.
fn could_forward(lead: &str) -> bool {
    is_dashed(lead) || (lead.ends_with(':') && matches!(first_byte(lead) | 0x20, b'b' | b'a' | b'd' | b'i'))
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

/// How the words begin that may open an attribution which goes on in the next line.
const ATTRIBUTION_HEADS: [&[u8; 2]; 10] = [b"On", b"Am", b"Le", b"El", b"Il", b"Op", b"Em", b"De", b"Dn", b"W "];

/// Whether a line, or it and the next one, names whom the lines below quote; and where the attribution ends.
fn attribution(text: &str, line: Span, bare: &str) -> Option<(usize, Attributed)> {
    let dated = |text: &str| text.bytes().any(|b| b.is_ascii_digit());
    if bare.ends_with(':') || bare.ends_with('：') || bare.ends_with("wrote") {
        if dated(bare) && is_dated_attribution(bare) {
            return Some((line.end, Attributed::Dated));
        }
        return is_bare_attribution(bare).then_some((line.end, Attributed::Bare));
    }
    // Programs break their attributions for the width.
    let (first, _) = bare.trim_start().split_once(' ')?;
    if !matches!(first, "On" | "Am" | "Le" | "El" | "Il" | "Op" | "Em" | "Den" | "Dne" | "W") || !dated(bare) {
        return None;
    }
    let next = lines(&text[line.end..]).next()?;
    let second = next.of(&text[line.end..]).trim_end();
    if !second.ends_with(':') || second.len() > 120 || second.starts_with('>') {
        return None;
    }
    let joined = format!("{bare} {}", second.trim_start());
    is_dated_attribution(&joined).then_some((line.end + next.end, Attributed::Dated))
}

/// `JD> text`, as some mail programs quote.
fn is_initialled_quote(line: &str) -> bool {
    let initials = line.bytes().take_while(u8::is_ascii_uppercase).count();
    (1..=3).contains(&initials) && line.as_bytes().get(initials) == Some(&b'>')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Lines that are marks, or nearly so.
    const LINES: &str = "[ \t]{0,2}(On|on|ON|Am|De|Dne|W dniu|Bob|From:|Von|\\*De|от|---|--|----- Original Message -----|begin Forwarded message|JD>|>|Once upon a time|Им)?( [A-Z]?[a-z]{0,4}| 3| 2020|,| \u{17f}){0,4}( wrote| WROTE| writes| write\u{17f}| schrieb| a écrit| napisał\\(a\\)|написал)?[ \u{a0}]?[:：-]{0,2}[ \r]?";

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4_000, ..ProptestConfig::default() })]

        #[test]
        fn cheap_looks_miss_no_mark(line in LINES, next in LINES) {
            let text = format!("{line}\n{next}\nTo: Ann\nDate: now\n");
            let bare = line.trim_end();
            let lead = bare.trim_start();
            prop_assert!(is_dashed(lead) || !lead.starts_with("--") || !ORIGINAL.is_match(bare) && !FORWARDED.is_match(bare));
            let mut reader = Reader { text: &text, rest: Zone::Own, attributed: Attributed::No, skip_to: 0 };
            let span = Span::new(0, line.len() + 1);
            prop_assert!(may_mark(lead) || reader.marked(span, bare, lead).is_none());
        }
    }
}
