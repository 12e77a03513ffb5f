//! Transfer encodings undone, broken ones as far as they go.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;

use crate::count::count;

/// Undoes a Content-Transfer-Encoding; an unknown one changes nothing.
pub(crate) fn undo<'a>(body: &'a [u8], encoding: &str) -> Cow<'a, [u8]> {
    if encoding.eq_ignore_ascii_case("base64") {
        Cow::Owned(base64(body))
    } else if encoding.eq_ignore_ascii_case("quoted-printable") {
        Cow::Owned(quoted_printable(body))
    } else {
        Cow::Borrowed(body)
    }
}

/// Whether a body is base64 that ends within a group of four digits: some of it was lost on the way.
pub(crate) fn is_cut_short(body: &[u8], encoding: &str) -> bool {
    if !encoding.eq_ignore_ascii_case("base64") {
        return false;
    }
    // Prose has spaces, and a footer has them or an address.
    let is_plain = memchr::memchr2(b' ', b':', body).is_none();
    let head = if is_plain { body } else { &body[..footer(body)] };
    memchr::memchr(b'=', head).is_none() && !count(head, is_digit).is_multiple_of(4) && (is_plain || !is_prose(body))
}

/// Base64; what is none of its characters is passed over, as mail programs do.
fn base64(body: &[u8]) -> Vec<u8> {
    if let Some(bytes) = base64_decode(body) {
        return bytes;
    }
    if is_prose(body) {
        return body.to_vec();
    }
    let (head, footer) = body.split_at(footer(body));
    let kept: Vec<u8> = head.iter().copied().filter(|b| is_digit(*b) || *b == b'=').collect();
    let mut bytes = base64_decode(&kept).unwrap_or_default();
    if !footer.is_empty() && !bytes.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    bytes.extend_from_slice(footer);
    bytes
}

fn is_digit(byte: u8) -> bool {
    ((byte | 0x20).wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10) | (byte == b'+') | (byte == b'/')
}

/// Where the footer begins that a mailing list has put under base64 as plain text, or the end. Its lines are no base64,
/// while broken base64 has sound lines among the broken ones.
fn footer(body: &[u8]) -> usize {
    let is_sound = |line: &[u8]| line.trim_ascii().iter().all(|b| is_digit(*b) || *b == b'=');
    let mut start = 0;
    let mut lines = body.split_inclusive(|b| *b == b'\n');
    let first_broken = lines.by_ref().find(|line| {
        let sound = is_sound(line);
        start += if sound { line.len() } else { 0 };
        !sound
    });
    let above = body[..start].trim_ascii();
    let (mut broken, mut sound) = (usize::from(first_broken.is_some()), 0);
    for line in lines.filter(|l| !l.trim_ascii().is_empty()) {
        if is_sound(line) { sound += 1 } else { broken += 1 }
    }
    let words = spaces(&body[start..]) > 0 || memchr::memmem::find(&body[start..], b"://").is_some();
    if above.is_empty() || broken <= sound || !words { body.len() } else { start }
}

/// Text that only claims to be base64 has spaces within its lines.
fn is_prose(body: &[u8]) -> bool {
    spaces(body) * 20 > body.len()
}

/// How many spaces stand before something in a line.
fn spaces(body: &[u8]) -> usize {
    body.windows(2).filter(|w| w[0] == b' ' && !w[1].is_ascii_whitespace()).count()
}

/// Quoted-printable (RFC 2045, section 6.7); `=` before anything else than an octet or a line's end stands for itself.
fn quoted_printable(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    for line in body.split_inclusive(|b| *b == b'\n') {
        let breaks = line.iter().rev().take_while(|b| matches!(b, b'\r' | b'\n')).count().min(2);
        let (text, end) = line.split_at(line.len() - if line.ends_with(b"\n") { breaks } else { 0 });
        // White space at the end of a line was added on the way.
        let mut rest = text.trim_ascii_end();
        let soft = rest.last() == Some(&b'=');
        if soft {
            rest = &rest[..rest.len() - 1];
        }
        while let Some(at) = memchr::memchr(b'=', rest) {
            out.extend_from_slice(&rest[..at]);
            match rest.get(at + 1..at + 3).and_then(octet) {
                Some(byte) => {
                    out.push(byte);
                    rest = &rest[at + 3..];
                }
                None => {
                    out.push(b'=');
                    rest = &rest[at + 1..];
                }
            }
        }
        out.extend_from_slice(rest);
        if !soft {
            out.extend_from_slice(end);
        }
    }
    out
}

fn octet(digits: &[u8]) -> Option<u8> {
    let value = |b: u8| (b as char).to_digit(16).and_then(|d| u8::try_from(d).ok());
    Some(value(digits[0])? << 4 | value(digits[1])?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_encodings() {
        assert_eq!(*undo(b"RnJlZSBn\r\naWZ0\r\n", "BASE64"), *b"Free gift");
        assert_eq!(*undo(b"na=C3=AFve =\r\nand lo=\nng \r\n=3D\n", "quoted-printable"), *"naïve and long\r\n=\n".as_bytes());
        assert_eq!(*undo(b"as = is", "7bit"), *b"as = is");
    }

    #[test]
    fn broken_encodings_go_as_far_as_they_can() {
        assert_eq!(*undo(b"Rn!Jl*ZS\x80Bn\naWZ", "base64"), *b"Free gif");
        assert_eq!(*undo(b"RnJl\nZS*B\nnaWZ0", "base64"), *b"Free gift");
        assert_eq!(*undo(b"RnJl\nZSBn*aWZ0", "base64"), *b"Free gift");
        assert_eq!(*undo(b"This, you see, is no base64 at all.", "base64"), *b"This, you see, is no base64 at all.");
        assert_eq!(*undo(b"a=ZZb=4", "quoted-printable"), *b"a=ZZb=4");
        assert_eq!(*undo(b"=", "quoted-printable"), *b"");
    }

    #[test]
    fn a_footer_under_base64_is_text() {
        let footer = "_____________\nKnitters mailing list\nhttp://knit.example/list\n";
        for body in ["RnJlZSBnaWZ0Cg==\n", "RnJlZSBnaWZ0\n\n"] {
            assert_eq!(*undo(format!("{body}{footer}").as_bytes(), "base64"), *format!("Free gift\n{footer}").as_bytes());
        }
        assert!(!is_cut_short(format!("RnJlZSBnaWZ0Cg==\n{footer}").as_bytes(), "base64"));
    }

    #[test]
    fn base64_that_ends_too_soon_is_told() {
        assert!(is_cut_short(b"RnJlZSBn\r\naWZ", "Base64"));
        assert!(!is_cut_short(b"RnJlZSBn\r\naWZ0\r\n", "base64"));
        assert!(!is_cut_short(b"RnJlZQ==", "base64"));
        assert!(!is_cut_short(b"Fre", "7bit"));
        assert!(!is_cut_short(b"This, you see, is no base64 at all.", "base64"));
    }
}
