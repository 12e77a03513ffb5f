//! Who a message is in the output: a path, a path and a number, or whatever JSON came with a line of input; and where it stands.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde_json::Value;
use serde_json::value::RawValue;

/// What stands in a URI as it is: the unreserved characters of RFC 3986, and what parts a path.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The name of standard input.
const STDIN: &str = "-";

/// An id, kept as the JSON that it is written as, so that it comes back as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Id {
    json: String,
    /// The file, since not every name of one can be written as JSON; nothing for standard input.
    path: Option<PathBuf>,
    /// The number of the message or the line in it.
    number: Option<u64>,
    /// It came with a line of input, whose writer chose it: it may look like anything.
    given: bool,
}

impl Id {
    /// What stands for standard input.
    pub fn stdin() -> Self {
        Self::text(STDIN)
    }

    pub fn path(path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..Self::text(&path.to_string_lossy()) }
    }

    /// A message of an mbox, from 1.
    pub fn numbered(&self, number: u64) -> Self {
        let json = Value::from(format!("{}#{number}", self.plain())).to_string();
        Self { json, number: Some(number), ..self.clone() }
    }

    /// The number of a line of input that brought no id.
    pub fn line(number: u64) -> Self {
        Self { json: number.to_string(), path: None, number: Some(number), given: false }
    }

    /// What a line of input brought.
    pub fn raw(json: &RawValue) -> Self {
        Self { json: json.get().to_owned(), path: None, number: None, given: true }
    }

    /// The same of a line of this file.
    pub fn on_line(self, file: &Id, number: u64) -> Self {
        Self { path: file.path.clone(), number: Some(number), ..self }
    }

    fn text(text: &str) -> Self {
        Self { json: Value::from(text).to_string(), path: None, number: None, given: false }
    }

    pub fn json(&self) -> &str {
        &self.json
    }

    /// The id without JSON's quotes, for people.
    pub fn plain(&self) -> String {
        serde_json::from_str::<String>(&self.json).unwrap_or_else(|_| self.json.clone())
    }

    /// What a line of input brought as its id, for people.
    pub fn given(&self) -> Option<String> {
        self.given.then(|| self.plain())
    }

    /// Where the message stands: the path percent-encoded, the number of a message in an mbox, or of a line, as the fragment.
    /// An id that came with a line is no part of it: it could name any place.
    pub fn uri(&self) -> String {
        let mut uri = match &self.path {
            Some(path) => {
                let bytes = path.as_os_str().as_encoded_bytes();
                let root = if path.is_absolute() { "file://" } else { "" };
                format!("{root}{}", percent_encode(bytes, &ENCODED))
            }
            None => STDIN.to_owned(),
        };
        if let Some(number) = self.number {
            uri.push_str(&format!("#{number}"));
        }
        uri
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_an_artifact_by_its_path_percent_encoded() {
        let of = |path: &str| Id::path(Path::new(path)).uri();
        assert_eq!(of("mail/17.eml"), "mail/17.eml");
        assert_eq!(of("a b/50% #1?:ü.eml"), "a%20b/50%25%20%231%3F%3A%C3%BC.eml");
        assert_eq!(Id::path(Path::new("in#box")).numbered(3).uri(), "in%23box#3");
        assert_eq!(Id::stdin().uri(), "-");
        assert_eq!(Id::stdin().numbered(2).uri(), "-#2");
    }

    #[test]
    fn an_id_that_came_with_a_line_names_no_place() {
        let file = Id::path(Path::new("a/b.jsonl"));
        for json in ["\"../../etc/passwd\"", "\"https://host.example/x\"", "\"//host/x\"", "\"\"", "7", "{\"a\":1}"] {
            let id = Id::raw(serde_json::from_str(json).unwrap());
            assert_eq!((id.json(), id.given().is_some()), (json, true));
            assert_eq!(id.clone().on_line(&file, 3).uri(), "a/b.jsonl#3", "{json}");
            assert_eq!(id.on_line(&Id::stdin(), 3).uri(), "-#3", "{json}");
        }
        let id = Id::line(7).on_line(&file, 7);
        assert_eq!((id.uri().as_str(), id.given()), ("a/b.jsonl#7", None));
    }

    #[cfg(unix)]
    #[test]
    fn bytes_of_a_path_that_are_no_text_stay_what_they_are() {
        use std::os::unix::ffi::OsStrExt as _;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/var/\xff.eml"));
        assert_eq!(Id::path(path).uri(), "file:///var/%FF.eml");
        assert_eq!(Id::path(path).plain(), "/var/\u{fffd}.eml");
    }
}
