//! A message becomes the texts that its reader sees, in the order in which they are met.

use std::borrow::Cow;

use crate::charset;
use crate::html::{Rendered, render};
use crate::mime::Entity;
use crate::span::{Span, Stretch};
use crate::words::Zone;

/// A part larger than this many bytes is judged by its beginning, and a note says so.
pub(crate) const MAX_PART_BYTES: usize = 64 << 20;

/// A message larger than this many bytes is not judged.
pub(crate) const MAX_MESSAGE_BYTES: usize = 512 << 20;

/// How many levels of nested parts are followed; more is said in a note, since hiding is itself a signal. Postfix stops
/// at 100 too (`mime_nesting_limit`).
const MAX_DEPTH: usize = 100;

/// How many enclosed messages may be encoded one within the other, which RFC 2046 forbids and costs a copy each.
const MAX_DECODED: usize = 3;

/// How many parts of a message are looked at; more is said in a note.
const MAX_PARTS: usize = 10_000;

/// Somebody who says less than this many words beside an encrypted text has said nothing that could be judged.
const COVER_WORDS: usize = 8;

/// The texts of one message, in the order in which a reader meets them.
#[derive(Debug, Default)]
pub(crate) struct Document<'a> {
    pub parts: Vec<Part<'a>>,
    pub notes: Vec<(&'static str, String)>,
    /// Why the message can't be judged, where it can't.
    pub abstained: Option<&'static str>,
}

/// One text of a message.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    /// The IMAP number, `subject`, or nothing for bare text.
    pub id: Option<String>,
    pub text: Cow<'a, str>,
    /// The zone that the part's text stands in unless its lines or marks say otherwise.
    pub zone: Zone,
    /// What markup says about zones, in order and without overlap.
    pub marks: Vec<Stretch>,
    /// Labels of links and buttons that call the reader to act, in order.
    pub labels: Vec<Span>,
    /// Lines that end in a space run on (RFC 3676) and no others do.
    pub flowed: bool,
    /// A Subject, which alone is no text of a message.
    is_subject: bool,
}

impl<'a> Part<'a> {
    fn new(id: Option<String>, text: Cow<'a, str>, zone: Zone) -> Self {
        Self { id, text, zone, marks: Vec::new(), labels: Vec::new(), flowed: false, is_subject: false }
    }

    /// Words that the reader sees and that are no armour, up to the number that anybody asks for.
    fn words(&self) -> usize {
        let mut at = 0;
        let end = Span::new(self.text.len(), self.text.len());
        let skipped = self.marks.iter().filter(|m| m.zone != Zone::Quoted).map(|m| m.span).chain([end]);
        skipped
            .flat_map(|skip| {
                let from = std::mem::replace(&mut at, skip.end);
                self.text[from..skip.start].split_whitespace()
            })
            .filter(|w| w.contains(char::is_alphanumeric))
            .take(COVER_WORDS)
            .count()
    }
}

impl<'a> Document<'a> {
    /// Bare text.
    pub fn from_text(text: &'a str) -> Self {
        let mut document = Self::default();
        document.push(None, Cow::Borrowed(text), Zone::Own);
        document
    }

    /// Text under a subject line.
    pub fn from_subject_and_text(subject: &'a str, text: &'a str) -> Self {
        let mut document = Self::default();
        if !subject.is_empty() {
            document.push(Some("subject".to_owned()), Cow::Borrowed(subject), Zone::Subject);
        }
        document.push(None, Cow::Borrowed(text), Zone::Own);
        document
    }

    /// A message as it stands in a file: headers, an empty line, a body. Bytes without a header block are text.
    pub fn from_message(bytes: &'a [u8]) -> Self {
        let mut document = Self::default();
        if bytes.len() > MAX_MESSAGE_BYTES {
            document.abstained = Some("too_large");
            return document;
        }
        let entity = Entity::read(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        if !entity.is_mail {
            let decoded = charset::decode(bytes.to_vec(), None);
            document.guessed("text", decoded.guessed);
            document.push(None, Cow::Owned(decoded.text), Zone::Own);
            return document;
        }
        if let Some(subject) = &entity.subject {
            let part = Part::new(Some("subject".to_owned()), Cow::Owned(subject.clone()), Zone::Subject);
            document.push_part(Part { is_subject: true, ..part });
        }
        let mut walk =
            Walk { document: &mut document, zone: Zone::Own, seen: 0, decoded: 0, attachments: 0, html: false, encrypted: false };
        walk.entity(&entity, "", true, 0);
        let Walk { attachments, html, encrypted, .. } = walk;
        if attachments > 0 {
            document.notes.push(("attachment_skipped", attachments.to_string()));
        }
        let readable: usize = document.parts.iter().filter(|p| !p.is_subject).map(Part::words).sum();
        let unread = html || attachments > 0 || document.notes.iter().any(|n| n.0.ends_with("_limit"));
        if encrypted && readable < COVER_WORDS {
            document.abstained = Some("encrypted");
        } else if readable == 0 && (unread || document.parts.iter().all(|p| p.words() == 0)) {
            document.abstained = Some("no_text");
        }
        document
    }

    fn push(&mut self, id: Option<String>, text: Cow<'a, str>, zone: Zone) {
        self.push_part(Part::new(id, text, zone));
    }

    fn push_part(&mut self, mut part: Part<'a>) {
        if part.text.len() > MAX_PART_BYTES {
            self.note("size_limit", format!("{} bytes, the first {MAX_PART_BYTES} judged", part.text.len()));
            let end = part.text.floor_char_boundary(MAX_PART_BYTES);
            part.text = Cow::Owned(part.text[..end].to_owned());
            part.marks.retain(|m| m.span.start < end);
            part.marks.iter_mut().for_each(|m| m.span.end = m.span.end.min(end));
            part.labels.retain(|l| l.end <= end);
        }
        self.parts.push(part);
    }

    /// Says something about how the message was read, once.
    fn note(&mut self, code: &'static str, detail: String) {
        if !self.notes.iter().any(|n| n.0 == code && n.1 == detail) {
            self.notes.push((code, detail));
        }
    }

    fn guessed(&mut self, part: &str, charset: Option<&'static str>) {
        if let Some(charset) = charset {
            self.note("charset_guessed", format!("{part}: {charset}"));
        }
    }
}

/// One walk through the parts of a message.
struct Walk<'d, 'a> {
    document: &'d mut Document<'a>,
    /// Own, or forwarded inside of an enclosed message.
    zone: Zone,
    seen: usize,
    /// How many of the enclosing messages were encoded.
    decoded: usize,
    attachments: usize,
    /// A part is HTML, so that pictures may be all that is shown.
    html: bool,
    encrypted: bool,
}

/// What is done with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Multipart,
    Message,
    Plain,
    Html,
    /// Its name ends in `pkcs7-mime`: an S/MIME envelope.
    Envelope,
    /// A signature, which says nothing and is attached by nobody.
    Signature,
    Attachment,
}

impl Walk<'_, '_> {
    /// `number` is the IMAP number of the part; a multipart at the root of a message has none of its own.
    fn entity(&mut self, entity: &Entity<'_>, number: &str, root: bool, depth: usize) {
        self.seen += 1;
        if depth > MAX_DEPTH {
            self.document.note("depth_limit", format!("parts nested deeper than {MAX_DEPTH} were left out"));
            return;
        }
        if self.seen > MAX_PARTS {
            self.document.note("size_limit", format!("more than {MAX_PARTS} parts, the first judged"));
            return;
        }
        let leaf = || if root { join(number, 1) } else { number.to_owned() };
        match kind(entity) {
            Kind::Multipart => self.multipart(entity, number, root, depth),
            Kind::Message => {
                let bytes = entity.content();
                let decoded = usize::from(matches!(bytes, Cow::Owned(_)));
                if self.decoded + decoded > MAX_DECODED {
                    self.document
                        .note("depth_limit", format!("messages encoded more than {MAX_DECODED} times over were left out"));
                    return;
                }
                self.decoded += decoded;
                self.enclosed(&Entity::read(&bytes), &leaf(), depth + 1);
                self.decoded -= decoded;
            }
            Kind::Plain => self.plain(entity, leaf()),
            Kind::Html => self.html(entity, leaf()),
            Kind::Envelope => {
                self.encrypted = true;
                self.attachments += usize::from(!root);
            }
            Kind::Signature => {}
            Kind::Attachment => self.attachments += 1,
        }
    }

    /// A message within this one. Its Subject goes by the number of the part that holds it, under which no text stands.
    fn enclosed(&mut self, entity: &Entity<'_>, number: &str, depth: usize) {
        let before = std::mem::replace(&mut self.zone, Zone::Forwarded);
        if let Some(subject) = entity.subject.clone().filter(|s| !s.is_empty() && depth <= MAX_DEPTH) {
            let mut part = Part::new(Some(number.to_owned()), Cow::Owned(subject), self.zone);
            part.is_subject = true;
            self.document.push_part(part);
        }
        self.entity(entity, number, true, depth);
        self.zone = before;
    }

    fn multipart(&mut self, entity: &Entity<'_>, number: &str, root: bool, depth: usize) {
        let subtype = entity.kind().map_or("", |k| k.1);
        let mut parts: Vec<Entity<'_>> = Vec::new();
        for bytes in entity.parts() {
            if parts.len() >= MAX_PARTS {
                self.document.note("size_limit", format!("more than {MAX_PARTS} parts, the first judged"));
                break;
            }
            parts.push(Entity::read(bytes));
        }
        if parts.is_empty() {
            // Without a boundary the reader is shown the body as it stands.
            let leaf = if root { join(number, 1) } else { number.to_owned() };
            return if looks_like_html(entity.body) { self.html(entity, leaf) } else { self.plain(entity, leaf) };
        }
        match subtype {
            "alternative" => self.alternative(&parts, number, depth),
            "encrypted" => self.encrypted = true,
            _ => {
                for (i, part) in parts.iter().enumerate() {
                    if subtype == "digest" && part.kind().is_none() {
                        self.enclosed(&Entity::read(part.body), &join(number, i + 1), depth + 1);
                    } else {
                        self.entity(part, &join(number, i + 1), false, depth + 1);
                    }
                }
            }
        }
    }

    /// Of alternatives one is judged: the last that mail programs show, which is the HTML where there is any, as long
    /// as it holds text.
    fn alternative(&mut self, parts: &[Entity<'_>], number: &str, depth: usize) {
        let rank = |e: &Entity<'_>| match kind(e) {
            Kind::Html | Kind::Multipart => 2,
            Kind::Plain => 1,
            _ => 0,
        };
        let mut order: Vec<usize> = (0..parts.len()).filter(|i| rank(&parts[*i]) > 0).collect();
        order.sort_by_key(|i| std::cmp::Reverse((rank(&parts[*i]), *i)));
        let mut best: Option<Vec<Part<'_>>> = None;
        for i in order {
            let (before, notes) = (self.document.parts.len(), self.document.notes.len());
            self.entity(&parts[i], &join(number, i + 1), false, depth + 1);
            if self.document.parts[before..].iter().any(|p| !p.is_subject && p.words() > 0) || self.encrypted {
                return;
            }
            // Nothing to read there; keep it only if no other alternative has anything either.
            let empty = self.document.parts.split_off(before);
            let limits: Vec<_> = self.document.notes.split_off(notes).into_iter().filter(|n| n.0.ends_with("_limit")).collect();
            self.document.notes.extend(limits);
            best.get_or_insert(empty);
        }
        self.document.parts.extend(best.unwrap_or_default());
    }

    /// The text of a part, with what had to be guessed or was lost said in notes.
    fn text(&mut self, entity: &Entity<'_>, id: &str, is_html: bool) -> charset::Decoded {
        let decoded = entity.text(is_html);
        self.document.guessed(id, decoded.guessed);
        if entity.is_cut_short() {
            self.document.note("broken_encoding", format!("{id}: base64 that ends too soon"));
        }
        decoded
    }

    fn plain(&mut self, entity: &Entity<'_>, id: String) {
        let decoded = self.text(entity, &id, false);
        let marks = if memchr::memmem::find(decoded.text.as_bytes(), ARMOUR.as_bytes()).is_some() {
            self.encrypted |= decoded.text.contains("-----BEGIN PGP MESSAGE-----");
            armour(&decoded.text)
        } else {
            Vec::new()
        };
        let flowed = entity.parameter("format").is_some_and(|f| f.eq_ignore_ascii_case("flowed"));
        self.document.push_part(Part { marks, flowed, ..Part::new(Some(id), Cow::Owned(decoded.text), self.zone) });
    }

    fn html(&mut self, entity: &Entity<'_>, id: String) {
        let decoded = self.text(entity, &id, true);
        let end = decoded.text.floor_char_boundary(MAX_PART_BYTES.min(decoded.text.len()));
        if end < decoded.text.len() {
            self.document.note("size_limit", format!("{} bytes, the first {MAX_PART_BYTES} judged", decoded.text.len()));
        }
        let Rendered { text, marks, labels, too_deep } = render(&decoded.text[..end]);
        if too_deep {
            self.document.note("depth_limit", format!("{id}: HTML elements nested deeper than browsers follow them"));
        }
        self.html = true;
        self.document.push_part(Part { marks, labels, ..Part::new(Some(id), Cow::Owned(text), self.zone) });
    }
}

fn kind(entity: &Entity<'_>) -> Kind {
    let Some((kind, subtype)) = entity.kind() else {
        return if entity.is_attached() { Kind::Attachment } else { Kind::Plain };
    };
    match (kind, subtype) {
        ("multipart", _) => Kind::Multipart,
        ("message", "rfc822" | "global" | "news") => Kind::Message,
        ("application", s) if s.ends_with("pkcs7-mime") => Kind::Envelope,
        ("application", s) if s == "pgp-signature" || s.ends_with("pkcs7-signature") => Kind::Signature,
        ("text", _) if entity.is_attached() => Kind::Attachment,
        ("text", "html" | "xhtml") => Kind::Html,
        // Calendars, cards and their like are shown as something else than their text.
        ("text", "calendar" | "vcard" | "x-vcard" | "directory" | "rtf" | "css" | "rfc822-headers" | "x-amp-html") => {
            Kind::Attachment
        }
        ("text", _) => Kind::Plain,
        _ => Kind::Attachment,
    }
}

fn looks_like_html(body: &[u8]) -> bool {
    let head = body.trim_ascii_start();
    [&b"<html"[..], b"<!doctype", b"<body", b"<div", b"<p", b"<table"]
        .iter()
        .any(|t| head.get(..t.len()).is_some_and(|h| h.eq_ignore_ascii_case(t)))
}

/// How encrypted text and signatures begin.
const ARMOUR: &str = "-----BEGIN PGP ";

/// Encrypted text and signatures in a plain part: letters, but nobody's words.
fn armour(text: &str) -> Vec<Stretch> {
    let mut marks = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(ARMOUR).map(|i| at + i) {
        if text[start + ARMOUR.len()..].starts_with("SIGNED") {
            at = start + ARMOUR.len();
            continue;
        }
        let Some(end) = text[start..].find("-----END PGP ") else { break };
        let end = text[start + end..].find('\n').map_or(text.len(), |i| start + end + i + 1);
        marks.push(Stretch { span: Span::new(start, end), zone: Zone::Signature });
        at = end;
    }
    marks
}

fn join(prefix: &str, number: usize) -> String {
    if prefix.is_empty() { number.to_string() } else { format!("{prefix}.{number}") }
}
