//! JSON Lines input: what one line asks to be judged, or why it can't be.

use std::borrow::Cow;
use std::io::{self, BufRead, Read as _};

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::cli::id::Id;
use crate::error::of_line;

/// A longer line is answered with an error, which bounds memory.
pub(crate) const MAX_LINE: usize = 128 << 20;

/// What a line holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Text { subject: String, text: String },
    Message(Vec<u8>),
}

/// The fields as they stand in the line. They are read one by one, so that a bad one can be answered under the line's id.
#[derive(Deserialize)]
struct Line<'a> {
    /// A null is an id like any other JSON.
    #[serde(borrow, default, deserialize_with = "present")]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    text: Option<&'a RawValue>,
    #[serde(borrow)]
    subject: Option<&'a RawValue>,
    #[serde(borrow)]
    message: Option<&'a RawValue>,
    #[serde(borrow)]
    message_base64: Option<&'a RawValue>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(deserializer).map(Some)
}

/// Reads the next line into `line`, without the rest of one that is too long. False at the end.
pub(crate) fn read_line(source: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let read = source.take(MAX_LINE as u64 + 1).read_until(b'\n', line)?;
    if line.len() > MAX_LINE && !line.ends_with(b"\n") {
        source.skip_until(b'\n')?;
    }
    Ok(read > 0)
}

/// Understands a line.
pub(crate) fn parse(line: &[u8], number: u64) -> Result<(Id, Content), (Id, String)> {
    let unknown = |cause: String| (Id::line(number), cause);
    if line.len() > MAX_LINE {
        return Err(unknown(format!("the line is longer than {MAX_LINE} bytes")));
    }
    let line = if number == 1 { line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line) } else { line };
    // A list could be read as an object's fields in order; it is none.
    if !line.trim_ascii_start().starts_with(b"{") {
        return Err(unknown("the line is no JSON object, as {\"id\":1,\"text\":\"...\"} is".to_owned()));
    }
    let line = line.trim_ascii_end();
    let fields: Line<'_> = serde_json::from_slice(line).map_err(|e| match std::str::from_utf8(line) {
        Ok(_) => unknown(of_line(&e, e.column())),
        Err(at) => (id_beside_damage(line, number), format!("the line is not UTF-8 at byte {}", at.valid_up_to() + 1)),
    })?;
    let id = fields.id.map_or_else(|| Id::line(number), Id::raw);
    match content(&fields) {
        Ok(content) => Ok((id, content)),
        Err(cause) => Err((id, cause)),
    }
}

/// The id of a line that is not UTF-8, as databases write one whose strings are any bytes: the damage is hardly ever in the id.
fn id_beside_damage(line: &[u8], number: u64) -> Id {
    let repaired = String::from_utf8_lossy(line);
    let fields = serde_json::from_str::<Line<'_>>(&repaired).ok();
    fields.and_then(|f| f.id).map_or_else(|| Id::line(number), Id::raw)
}

fn content(fields: &Line<'_>) -> Result<Content, String> {
    match (fields.text, fields.message, fields.message_base64) {
        (Some(text), None, None) => {
            let subject = fields.subject.map_or(Ok(Cow::Borrowed("")), |s| string("subject", s))?;
            Ok(Content::Text { subject: subject.into_owned(), text: string("text", text)?.into_owned() })
        }
        (None, Some(message), None) => Ok(Content::Message(string("message", message)?.into_owned().into_bytes())),
        (None, None, Some(encoded)) => {
            let encoded = string("message_base64", encoded)?;
            mail_parser::decoders::base64::base64_decode(encoded.as_bytes())
                .map(Content::Message)
                .ok_or_else(|| "message_base64 is not base64".to_owned())
        }
        _ => Err("a line needs exactly one of text, message, message_base64".to_owned()),
    }
}

fn string<'a>(name: &str, json: &'a RawValue) -> Result<Cow<'a, str>, String> {
    serde_json::from_str(json.get()).map_err(|e| format!("{name}: {}", of_line(&e, e.column())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn ids_come_back_as_they_came() {
        for id in ["7", "\"a\\u00e9\"", "null", "[1, 2]", "{\"b\":1,\"a\":2}", "1.10", "123456789012345678901234567890", "true"] {
            let line = format!("{{\"text\":\"x\",\"id\":{id}}}\n");
            assert_eq!(parse(line.as_bytes(), 9).unwrap().0.json(), id);
            let line = format!("{{\"text\":5,\"id\":{id}}}");
            assert_eq!(parse(line.as_bytes(), 9).unwrap_err().0.json(), id);
        }
        assert_eq!(parse(b"{\"text\":\"x\"}", 9).unwrap().0.json(), "9");
    }

    #[test]
    fn a_line_that_is_not_utf8_is_answered_under_its_id() {
        let answer = |line: &[u8]| parse(line, 9).map_err(|(id, cause)| (id.json().to_owned(), cause)).unwrap_err();
        assert_eq!(
            answer(b"{\"id\":\"a\",\"text\":\"x\xffy\"}\n"),
            ("\"a\"".to_owned(), "the line is not UTF-8 at byte 20".to_owned())
        );
        assert_eq!(answer(b"{\"text\":\"\xc3\",\"id\":7}").0, "7");
        assert_eq!(answer(b"{\"text\":\"x\xff\"}").0, "9");
        assert_eq!(answer(b"{\"id\":7,\"text\":\"\xff").0, "9");
    }

    #[test]
    fn lines_hold_text_or_a_message() {
        let content = |line: &str| parse(line.as_bytes(), 1).map(|p| p.1).map_err(|e| e.1);
        let text = |subject: &str, text: &str| Content::Text { subject: subject.to_owned(), text: text.to_owned() };
        assert_eq!(content("\u{feff}{\"text\":\"a\\nb\",\"other\":1}\r\n").unwrap(), text("", "a\nb"));
        assert_eq!(content("{\"subject\":\"s\",\"text\":\"\"}").unwrap(), text("s", ""));
        assert_eq!(content("{\"subject\":null,\"text\":\"t\"}").unwrap(), text("", "t"));
        assert_eq!(content("{\"message\":\"A: b\\n\\nc\"}").unwrap(), Content::Message(b"A: b\n\nc".to_vec()));
        assert_eq!(content("{\"message_base64\":\"QTogYgoKYw==\"}").unwrap(), Content::Message(b"A: b\n\nc".to_vec()));
        for (line, cause) in [
            ("", "the line is no JSON object"),
            ("[\"x\",\"y\"]", "the line is no JSON object"),
            ("{\"text\":\"x\"\n", "EOF while parsing an object at column 11"),
            ("{\"text\":\"x\",\"message\":\"y\"}", "a line needs exactly one of text, message, message_base64"),
            ("{\"text\":null}", "a line needs exactly one of"),
            ("{\"text\":[1]}", "text: invalid type: sequence, expected a string"),
            ("{\"message_base64\":\"***\"}", "message_base64 is not base64"),
        ] {
            let error = content(line).unwrap_err();
            assert!(error.starts_with(cause), "{line}: {error}");
        }
    }
}
