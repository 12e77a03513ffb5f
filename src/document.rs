//! Bytes to text: a message becomes the parts that its reader sees.

use std::borrow::Cow;

use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

use crate::words::Zone;

/// A part larger than this many bytes is judged by its beginning, and a note says so.
pub(crate) const MAX_PART_BYTES: usize = 64 << 20;

/// How many levels of nested MIME parts are followed; more is said in a note, since hiding is itself a signal.
const MAX_DEPTH: usize = 32;

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
    /// The zone that the part's text stands in unless its lines say otherwise.
    pub zone: Zone,
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
        let parsed = MessageParser::default().parse(bytes);
        let Some(message) = parsed.filter(|m| has_known_header(m)) else {
            let mut document = Self::default();
            document.push(None, String::from_utf8_lossy(bytes), Zone::Own);
            return document;
        };
        let mut document = Self::default();
        if let Some(subject) = message.subject() {
            document.push(Some("subject".to_owned()), Cow::Owned(subject.to_owned()), Zone::Subject);
        }
        let subject_parts = document.parts.len();
        let mut walk = Walk { document: &mut document, attachments: 0, encrypted: false };
        walk.message(&message, "", 0);
        let (attachments, encrypted) = (walk.attachments, walk.encrypted);
        if attachments > 0 {
            document.notes.push(("attachment_skipped", attachments.to_string()));
        }
        if document.parts[subject_parts..].iter().all(|p| p.text.trim().is_empty()) {
            document.parts.truncate(subject_parts);
            recover_body(bytes, &mut document);
        }
        if encrypted {
            document.abstained = Some("encrypted");
        } else if document.parts.iter().all(|p| p.text.trim().is_empty()) {
            document.abstained = Some("no_text");
        }
        document
    }

    fn push(&mut self, id: Option<String>, text: Cow<'a, str>, zone: Zone) {
        let text = if text.len() > MAX_PART_BYTES {
            self.notes.push(("size_limit", format!("{} bytes, the first {MAX_PART_BYTES} judged", text.len())));
            let mut end = MAX_PART_BYTES;
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            Cow::Owned(text[..end].to_owned())
        } else {
            text
        };
        self.parts.push(Part { id, text, zone });
    }
}

/// Whether the parser saw a header that only mail has; a text with a colon in its first line is no message.
fn has_known_header(message: &Message<'_>) -> bool {
    ["From", "To", "Date", "Received", "Subject", "MIME-Version", "Content-Type", "Message-ID"]
        .iter()
        .any(|name| message.header(*name).is_some())
}

/// A message whose MIME structure is broken (a missing boundary, say) still shows its reader what follows the
/// first empty line.
fn recover_body<'a>(bytes: &'a [u8], document: &mut Document<'a>) {
    let body = [&b"\r\n\r\n"[..], b"\n\n"]
        .iter()
        .filter_map(|gap| bytes.windows(gap.len()).position(|w| w == *gap).map(|at| at + gap.len()))
        .min();
    if let Some(start) = body {
        let text = String::from_utf8_lossy(&bytes[start..]);
        let readable = text.chars().filter(|c| c.is_alphabetic() || c.is_whitespace()).count();
        if document.notes.iter().all(|n| n.0 != "attachment_skipped") && readable * 2 > text.chars().count() {
            document.push(Some("1".to_owned()), text, Zone::Own);
        }
    }
}

struct Walk<'d, 'a> {
    document: &'d mut Document<'a>,
    attachments: usize,
    encrypted: bool,
}

impl Walk<'_, '_> {
    fn message(&mut self, message: &Message<'_>, prefix: &str, depth: usize) {
        if !message.parts.is_empty() {
            self.part(message, 0, prefix, true, depth);
        }
    }

    /// `prefix` is the IMAP number of what holds this part; a multipart at the root of a message has none of its own.
    fn part(&mut self, message: &Message<'_>, index: usize, number: &str, root: bool, depth: usize) {
        let Some(part) = message.parts.get(index) else { return };
        if depth > MAX_DEPTH {
            if self.document.notes.iter().all(|n| n.0 != "depth_limit") {
                self.document.notes.push(("depth_limit", format!("parts nested deeper than {MAX_DEPTH} were left out")));
            }
            return;
        }
        let kind = part.content_type().map(|c| (c.ctype().to_ascii_lowercase(), c.subtype().unwrap_or("").to_ascii_lowercase()));
        let leaf = || if root { join(number, 1) } else { number.to_owned() };
        match &part.body {
            PartType::Multipart(children) => {
                let subtype = kind.map(|k| k.1).unwrap_or_default();
                self.encrypted |= subtype == "encrypted";
                let chosen = (subtype == "alternative").then(|| preferred(message, children)).flatten();
                for (i, child) in children.iter().enumerate() {
                    if chosen.is_none_or(|c| c == *child) {
                        self.part(message, *child as usize, &join(number, i + 1), false, depth + 1);
                    }
                }
            }
            PartType::Message(inner) => self.message(inner, &leaf(), depth + 1),
            PartType::Text(text) if !is_attachment(part) => {
                self.encrypted |= text.trim_start().starts_with("-----BEGIN PGP MESSAGE-----");
                self.document.push(Some(leaf()), Cow::Owned(text.to_string()), Zone::Own);
            }
            PartType::Html(html) if !is_attachment(part) => {
                let text = mail_parser::decoders::html::html_to_text(html);
                self.document.push(Some(leaf()), Cow::Owned(text), Zone::Own);
            }
            _ => {
                self.encrypted |= kind.is_some_and(|k| k.0 == "application" && k.1.ends_with("pkcs7-mime"));
                self.attachments += 1;
            }
        }
    }
}

fn is_attachment(part: &mail_parser::MessagePart<'_>) -> bool {
    part.content_disposition().is_some_and(|d| d.is_attachment())
}

/// Of alternatives the plain text is judged, since every reader can be shown it; without one, the first that holds text.
fn preferred(message: &Message<'_>, children: &[u32]) -> Option<u32> {
    let body = |c: &&u32| message.parts.get(**c as usize).map(|p| &p.body);
    let plain = |c: &&u32| matches!(body(c), Some(PartType::Text(t)) if !t.trim().is_empty());
    let other = |c: &&u32| matches!(body(c), Some(PartType::Html(_) | PartType::Multipart(_)));
    children.iter().find(plain).or_else(|| children.iter().find(other)).copied()
}

fn join(prefix: &str, number: usize) -> String {
    if prefix.is_empty() { number.to_string() } else { format!("{prefix}.{number}") }
}
