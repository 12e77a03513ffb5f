//! What lines by themselves say of whose words they are: `>` marks, attributions, separators, signatures, footers, in the
//! languages of the mail programs that people use.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use crate::span::{Span, Stretch, lines, push_stretch};
use crate::words::Zone;

/// Lines longer than this are nobody's attribution, separator or footer heading.
const MAX_MARK_LINE: usize = 300;

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

/// How many lines a footer has below its rule, the rule itself counted.
const RULED_LINES: usize = 6;

/// What the lines say by themselves: `>` marks, attribution lines, separators, footers.
pub(crate) fn line_zones(text: &str) -> Vec<Stretch> {
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
        } else if rest == Zone::Own && short && could_be_sender(lead) && is_header_block(text, span) {
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

/// A cheap look before the expression: the first letter of a field's name, and a colon near enough.
fn could_be_sender(lead: &str) -> bool {
    let bytes = lead.as_bytes();
    // The longest names have nine bytes; a star, a space and a colon of three bytes each are room enough.
    SENDER_GATE.contains(&first_byte(lead)) && memchr::memchr2(b':', 0xef, &bytes[..bytes.len().min(18)]).is_some()
}

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
        let mut footers: Vec<Span> = sponsors(region);
        footers.extend(below_the_rule(region));
        // Every line is looked at once, however often it says so.
        let mut done = 0;
        for found in FOOTER.find_iter(&region[opening..]) {
            let (from, to) = (opening + found.start(), opening + found.end());
            if from < done {
                continue;
            }
            let start = region[..from].rfind(['\n', '\r']).map_or(0, |i| i + 1);
            done = region[to..].find(['\n', '\r']).map_or(region.len(), |i| to + i + 1);
            // A whole mail on one line that ends with "unsubscribe" is no footer.
            if start > 0 {
                footers.push(Span::new(start, done));
            }
        }
        footers.sort_unstable();
        let mut at = 0;
        for footer in footers {
            let (start, end) = (footer.start.max(at), footer.end.max(at));
            push_stretch(&mut out, Span::new(stretch.span.start + at, stretch.span.start + start), Zone::Own);
            push_stretch(&mut out, Span::new(stretch.span.start + start, stretch.span.start + end), Zone::Footer);
            at = end;
        }
        push_stretch(&mut out, Span::new(stretch.span.start + at, stretch.span.end), Zone::Own);
    }
    out
}

/// The blocks of a list's sponsors: from their first line to the next one that is all dashes, or for want of one to the first
/// empty line.
fn sponsors(region: &str) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', region.as_bytes()).map(|i| i + 1));
    for start in starts.filter(|i| could_sponsor(&region.as_bytes()[*i..])) {
        let end = memchr::memchr(b'\n', &region.as_bytes()[start..]).map_or(region.len(), |i| start + i);
        if out.last().is_some_and(|last| start < last.end) || !SPONSOR.is_match(&region[start..end]) {
            continue;
        }
        let body = &region[end..];
        let closes = |l: &str| l.len() >= 4 && l.bytes().all(|b| b"-=_*~>".contains(&b));
        let below = || lines(body).skip(1).take(SPONSOR_LINES);
        let close = below()
            .find(|line| closes(line.of(body).trim_end()))
            .or_else(|| below().find(|line| line.of(body).trim().is_empty()));
        out.extend(close.map(|line| Span::new(start, end + line.end)));
    }
    out
}

/// A cheap look before the expression: four dashes, or a word that may be "this".
fn could_sponsor(line: &[u8]) -> bool {
    line.first_chunk::<4>().is_some_and(|head| head.iter().all(|b| b"-=_*~".contains(b)))
        || line.first_chunk::<3>().is_some_and(|head| head.eq_ignore_ascii_case(b"thi"))
}

/// What a mailing list or a free mail service sets below a rule of underscores at a message's end: a few lines with an
/// address in them.
fn below_the_rule(region: &str) -> Option<Span> {
    memchr::memchr(b'_', region.as_bytes())?;
    let start = region.rfind("\n____________________")? + 1;
    let below = region[start..].trim_end();
    let addressed = below.contains("http") || below.contains("www.") || below.contains('@');
    (addressed && below.lines().count() <= RULED_LINES).then(|| Span::new(start, region.len()))
}

/// `JD> text`, as some mail programs quote.
fn is_initialled_quote(line: &str) -> bool {
    let initials = line.bytes().take_while(u8::is_ascii_uppercase).count();
    (1..=3).contains(&initials) && line.as_bytes().get(initials) == Some(&b'>')
}
