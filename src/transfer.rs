//! Transfer encodings undone, broken ones as far as they go.

use mail_parser::decoders::base64::base64_decode;

/// Undoes a Content-Transfer-Encoding; an unknown one changes nothing.
pub(crate) fn undo(body: &[u8], encoding: &str) -> Vec<u8> {
    if encoding.eq_ignore_ascii_case("base64") {
        base64(body)
    } else if encoding.eq_ignore_ascii_case("quoted-printable") {
        quoted_printable(body)
    } else {
        body.to_vec()
    }
}

/// Base64; what is none of its characters is passed over, as mail programs do.
fn base64(body: &[u8]) -> Vec<u8> {
    if let Some(bytes) = base64_decode(body) {
        return bytes;
    }
    if is_prose(body) {
        return body.to_vec();
    }
    let kept: Vec<u8> = body.iter().copied().filter(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'=')).collect();
    base64_decode(&kept).unwrap_or_default()
}

/// Text that only claims to be base64 has spaces within its lines.
fn is_prose(body: &[u8]) -> bool {
    let spaces = body.windows(2).filter(|w| w[0] == b' ' && !w[1].is_ascii_whitespace()).count();
    spaces * 20 > body.len()
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
        assert_eq!(undo(b"RnJlZSBn\r\naWZ0\r\n", "BASE64"), b"Free gift");
        assert_eq!(undo(b"na=C3=AFve =\r\nand lo=\nng \r\n=3D\n", "quoted-printable"), "naïve and long\r\n=\n".as_bytes());
        assert_eq!(undo(b"as = is", "7bit"), b"as = is");
    }

    #[test]
    fn broken_encodings_go_as_far_as_they_can() {
        assert_eq!(undo(b"Rn!Jl*ZS\x80Bn\naWZ", "base64"), b"Free gif");
        assert_eq!(undo(b"This, you see, is no base64 at all.", "base64"), b"This, you see, is no base64 at all.");
        assert_eq!(undo(b"a=ZZb=4", "quoted-printable"), b"a=ZZb=4");
        assert_eq!(undo(b"=", "quoted-printable"), b"");
    }
}
