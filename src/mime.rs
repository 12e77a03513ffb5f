//! The structure of a message: header fields found, boundaries followed. Field values are `mail-parser`'s to read.
//!
//! Its structure parser is not used: it drops what is nested deeply, gives no body where a boundary is missing, and
//! keeps every field of a header of any size.

use std::borrow::Cow;

use mail_parser::parsers::MessageStream;
use mail_parser::{ContentType, HeaderValue};

use crate::charset;

/// A Subject longer than this is cut: no reader is shown more of it.
const MAX_SUBJECT_BYTES: usize = 64 << 10;

/// A From longer than this names nobody: RFC 5321 allows an address 254 bytes, and names are short.
const MAX_FROM_BYTES: usize = 4 << 10;

/// What the header of a message or of one of its parts says about its text.
#[derive(Debug, Default)]
pub(crate) struct Entity<'a> {
    content_type: Option<ContentType<'a>>,
    encoding: Cow<'a, str>,
    attached: bool,
    /// The Subject, decoded.
    pub subject: Option<String>,
    /// A field stands there that only mail has.
    pub is_mail: bool,
    /// All after the header's empty line.
    pub body: &'a [u8],
}

/// Fields by which a message is told from text.
const MAIL_FIELDS: &[&str] = &["from", "to", "date", "received", "subject", "mime-version", "content-type", "message-id"];

impl<'a> Entity<'a> {
    /// Reads a header. Every field but the few that matter is passed over unread.
    pub fn read(bytes: &'a [u8]) -> Self {
        let mut entity = Self::default();
        let body = fields(bytes, |name, value| entity.field(name, value));
        entity.body = body;
        entity
    }

    fn field(&mut self, name: &[u8], value: &'a [u8]) {
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted.as_bytes());
        self.is_mail = self.is_mail || MAIL_FIELDS.iter().any(|f| is(f));
        if is("content-type") && self.content_type.is_none() {
            self.content_type = content_type(value);
        } else if is("content-transfer-encoding") && self.encoding.is_empty() {
            self.encoding = String::from_utf8_lossy(value.trim_ascii());
        } else if is("content-disposition") {
            self.attached = content_type(value).is_some_and(|d| d.is_attachment());
        } else if is("subject") && self.subject.is_none() {
            self.subject = Some(unstructured(&value[..value.len().min(MAX_SUBJECT_BYTES)]));
        }
    }

    /// Type and subtype in lower case, where they are declared.
    pub fn kind(&self) -> Option<(&str, &str)> {
        let found = self.content_type.as_ref()?;
        Some((found.ctype(), found.subtype().unwrap_or_default()))
    }

    /// A parameter of the Content-Type.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.content_type.as_ref()?.attribute(name)
    }

    /// Whether the sender calls it an attachment.
    pub fn is_attached(&self) -> bool {
        self.attached
    }

    /// The body with its transfer encoding undone.
    pub fn content(&self) -> Cow<'a, [u8]> {
        crate::transfer::undo(self.body, &self.encoding)
    }

    /// Whether the end of an encoded body is missing.
    pub fn is_cut_short(&self) -> bool {
        crate::transfer::is_cut_short(self.body, &self.encoding)
    }

    /// The body as text, by the declared charset or a guess.
    pub fn text(&self, is_html: bool) -> charset::Decoded {
        let bytes = self.content();
        let of_html = || if is_html { charset::declared_in_html(&bytes) } else { None };
        let declared = self.parameter("charset").map(str::to_owned).or_else(of_html);
        charset::decode(bytes.into_owned(), declared.as_deref())
    }

    /// The parts of a multipart body, as they stand between its boundaries; none if it has no boundary at all.
    pub fn parts(&self) -> Vec<&'a [u8]> {
        let declared = self.parameter("boundary").map(|b| b.as_bytes().trim_ascii_end()).filter(|b| !b.is_empty());
        let parts = declared.map(|b| split(self.body, b)).unwrap_or_default();
        match self.likely_boundary() {
            Some(found) if parts.is_empty() => split(self.body, found),
            _ => parts,
        }
    }

    /// Where the declared boundary is missing or wrong: the first line that begins `--` with a part's header under it.
    fn likely_boundary(&self) -> Option<&'a [u8]> {
        lines(self.body).find_map(|(start, end)| {
            let boundary = self.body[start..end].trim_ascii_end().strip_prefix(b"--").filter(|b| !b.is_empty())?;
            let next = &self.body[end..line_end(self.body, end)];
            next.get(..8).is_some_and(|n| n.eq_ignore_ascii_case(b"content-")).then_some(boundary)
        })
    }
}

/// Shows every field of a header, its name and its value with the folded lines, and returns what follows the header.
fn fields<'a>(bytes: &'a [u8], mut field: impl FnMut(&'a [u8], &'a [u8])) -> &'a [u8] {
    let mut at = 0;
    let mut seen = false;
    while at < bytes.len() {
        let end = line_end(bytes, at);
        let line = bytes[at..end].trim_ascii_end();
        if line.is_empty() {
            // A leading empty line is the end of a header without fields.
            at = end;
            break;
        }
        let Some(colon) = field_name(line) else {
            let skipped = is_envelope(line) && !seen
                || seen && (is_folded(line) || field_name(&bytes[end..line_end(bytes, end)]).is_some());
            if !skipped {
                break;
            }
            at = end;
            continue;
        };
        let end = folded_end(bytes, end);
        seen = true;
        field(line[..colon].trim_ascii_end(), &bytes[at + colon + 1..end]);
        at = end;
    }
    &bytes[at..]
}

/// The address of a message's From, in lower case, where its header names exactly one: of several nobody can say which one
/// the reader is shown.
pub(crate) fn sole_author(bytes: &[u8]) -> Option<String> {
    let mut authors = Vec::new();
    let mut unclear = false;
    fields(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes), |name, value| {
        if name.eq_ignore_ascii_case(b"from") {
            unclear |= value.len() > MAX_FROM_BYTES || !authors.is_empty();
            if let (false, HeaderValue::Address(found)) = (unclear, MessageStream::new(value).parse_address()) {
                authors.extend(found.iter().map(|a| a.address().unwrap_or_default().to_lowercase()));
            }
        }
    });
    match authors.as_slice() {
        [author] if !unclear => Some(author.clone()),
        _ => None,
    }
}

/// The byte ranges of lines, with their ends.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at;
        at = line_end(bytes, at);
        (start < at).then_some((start, at))
    })
}

/// One past the line feed of the line that begins at `start`, or the end.
fn line_end(bytes: &[u8], start: usize) -> usize {
    memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |i| start + i + 1)
}

/// The end of a field's folded lines.
fn folded_end(bytes: &[u8], mut end: usize) -> usize {
    while bytes.get(end).is_some_and(|b| matches!(b, b' ' | b'\t')) {
        let next = line_end(bytes, end);
        if bytes[end..next].trim_ascii().is_empty() {
            break;
        }
        end = next;
    }
    end
}

fn is_folded(line: &[u8]) -> bool {
    line.starts_with(b" ") || line.starts_with(b"\t")
}

/// The line that mbox and some gateways put before a header.
fn is_envelope(line: &[u8]) -> bool {
    line.starts_with(b"From ") || line.starts_with(b">From ")
}

/// Where the colon of a field stands, if the line begins one.
fn field_name(line: &[u8]) -> Option<usize> {
    let name = line.iter().take_while(|b| matches!(b, b'!'..=b'9' | b';'..=b'~')).count();
    let blank = line[name..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
    (name > 0 && line.get(name + blank) == Some(&b':')).then_some(name + blank)
}

/// Type and subtype come out in lower case.
fn content_type(value: &[u8]) -> Option<ContentType<'_>> {
    let HeaderValue::ContentType(mut found) = MessageStream::new(value).parse_content_type() else { return None };
    for name in [&mut found.c_type].into_iter().chain(&mut found.c_subtype) {
        if name.bytes().any(|b| b.is_ascii_uppercase()) {
            name.to_mut().make_ascii_lowercase();
        }
    }
    Some(found)
}

/// A field of free text: encoded words decoded, raw bytes of any charset too.
fn unstructured(value: &[u8]) -> String {
    let decoded;
    let value = if std::str::from_utf8(value).is_ok() {
        value
    } else {
        decoded = charset::decode(value.to_vec(), None).text;
        decoded.as_bytes()
    };
    MessageStream::new(value).parse_unstructured().as_text().unwrap_or_default().to_owned()
}

/// The stretches between the lines of a boundary. What stands before the first and after the closing one is shown to
/// nobody; a boundary that never closes is closed by the end.
fn split<'a>(body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    let mut open = None;
    for at in memchr::memmem::find_iter(body, b"--").filter(|at| *at == 0 || body[*at - 1] == b'\n') {
        let Some(rest) = body[at + 2..].strip_prefix(boundary) else { continue };
        let rest_of_line = rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())].trim_ascii_end();
        let closes = rest_of_line.starts_with(b"--");
        if !closes && !rest_of_line.is_empty() {
            continue;
        }
        if let Some(start) = open.take() {
            // The line break before a boundary belongs to the boundary.
            let end = if body[..at].ends_with(b"\r\n") { at - 2 } else { at.saturating_sub(1) };
            parts.push(&body[start..end.max(start)]);
        }
        if closes {
            return parts;
        }
        open = Some(line_end(body, at));
    }
    parts.extend(open.map(|start| &body[start..]));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_end_where_they_end() {
        let body = |bytes: &'static [u8]| Entity::read(bytes).body;
        assert_eq!(body(b"Subject: a\r\n b\r\nX: y\r\n\r\nbody"), b"body");
        assert_eq!(body(b"\nbody: here"), b"body: here");
        assert_eq!(body(b"From me Mon Jan 1\nSubject: a\njunk in the header\nTo: b\n\nbody"), b"body");
        assert_eq!(body(b"Subject: a\nno empty line\nand a body"), b"no empty line\nand a body");
        assert_eq!(body(b"hello there\nSubject: a"), b"hello there\nSubject: a");
        assert!(!Entity::read(b"Note: this is text\n\nSubject: no").is_mail);
    }

    #[test]
    fn an_author_is_the_only_address_of_the_only_from() {
        let author = |bytes: &'static [u8]| sole_author(bytes);
        assert_eq!(author(b"From: Ann <Ann@Example.ORG>\r\n\r\n").as_deref(), Some("ann@example.org"));
        assert_eq!(author(b"Subject: x\nfrom:\n ann@example.org\n\n").as_deref(), Some("ann@example.org"));
        assert_eq!(author(b"From: \"boss@example.org\" <evil@example.net>\n\n").as_deref(), Some("evil@example.net"));
        assert_eq!(author(b"From: boss@example.org <evil@example.net>\n\n").as_deref(), Some("evil@example.net"));
        assert_eq!(author(b"From: a@example.org, b@example.org\n\n"), None);
        assert_eq!(author(b"From: a@example.org\nFrom: b@example.net\n\n"), None);
        assert_eq!(author(b"From: a@example.org\nFrom: nobody\n\n"), None);
        assert_eq!(author(b"From a@example.org Mon Jan  1 00:00:00 2024\nSubject: x\n\nFrom: b@example.org\n"), None);
        assert_eq!(author(b"To: a@example.org\n\n"), None);
    }

    #[test]
    fn subjects_are_decoded() {
        let subject = |bytes: &'static [u8]| Entity::read(bytes).subject.unwrap();
        assert_eq!(subject(b"Subject: =?utf-8?q?Your_free?=\r\n =?utf-8?b?IG3DvHNsaQ==?=\r\n\r\n"), "Your free müsli");
        assert_eq!(subject(b"subject : plain\n\n"), "plain");
        assert_eq!(subject(b"Subject: caf\xe9 cr\xe8me\n\n"), "café crème");
    }

    #[test]
    fn boundaries_are_followed() {
        let parts = split(b"pre\r\n--x\r\n\r\none\r\n--xy\r\nnot\r\n--x\r\n\r\ntwo\r\n--x--\r\npost", b"x");
        assert_eq!(parts, [&b"\r\none\r\n--xy\r\nnot"[..], b"\r\ntwo"]);
        assert_eq!(split(b"--x\n\nnever closed", b"x"), [b"\nnever closed"]);
        assert_eq!(split(b"--x\n--x\n--x--", b"x"), [b"", b""]);
        assert!(split(b"no boundary", b"x").is_empty());
    }

    #[test]
    fn a_wrong_boundary_is_found_out() {
        let entity =
            Entity::read(b"Content-Type: multipart/mixed; boundary=a\n\n--b\nContent-Type: text/plain\n\nhello\n--b--\n");
        assert_eq!(entity.parts(), [b"Content-Type: text/plain\n\nhello"]);
    }
}
