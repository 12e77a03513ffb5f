//! Who a message is in the output: a path, a path and a number, or whatever JSON came with a line of input.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use serde_json::Value;
use serde_json::value::RawValue;

/// What stands in a URI as it is: the unreserved characters of RFC 3986, and what parts a path.
const ENCODED: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// An id, kept as the JSON that it is written as, so that it comes back as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Id {
    json: String,
    /// The file, since not every name of one can be written as JSON.
    path: Option<PathBuf>,
    /// The number of the message in it.
    number: Option<u64>,
}

impl Id {
    /// What stands for standard input.
    pub fn stdin() -> Self {
        Self::text("-")
    }

    pub fn path(path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..Self::text(&path.to_string_lossy()) }
    }

    /// A message of an mbox, from 1.
    pub fn numbered(&self, number: u64) -> Self {
        let json = Value::from(format!("{}#{number}", self.plain())).to_string();
        Self { json, path: self.path.clone(), number: Some(number) }
    }

    /// The number of a line of input that brought no id.
    pub fn line(number: u64) -> Self {
        Self { json: number.to_string(), path: None, number: None }
    }

    pub fn raw(json: &RawValue) -> Self {
        Self { json: json.get().to_owned(), path: None, number: None }
    }

    fn text(text: &str) -> Self {
        Self { json: Value::from(text).to_string(), path: None, number: None }
    }

    pub fn json(&self) -> &str {
        &self.json
    }

    /// The id without JSON's quotes, for people.
    pub fn plain(&self) -> String {
        serde_json::from_str::<String>(&self.json).unwrap_or_else(|_| self.json.clone())
    }

    /// The id as a reference to an artifact: the path percent-encoded, a message's number in an mbox as the fragment; nothing for
    /// an id that is empty.
    pub fn uri(&self) -> Option<String> {
        let mut uri = match &self.path {
            Some(path) => {
                let bytes = path.as_os_str().as_encoded_bytes();
                let root = if path.is_absolute() { "file://" } else { "" };
                format!("{root}{}", percent_encode(bytes, &ENCODED))
            }
            None => {
                let plain = self.plain();
                let name = self.number.and_then(|n| plain.strip_suffix(&format!("#{n}"))).unwrap_or(&plain);
                let encoded = percent_encode(name.as_bytes(), &ENCODED).to_string();
                // What begins with a slash would be a path from the root, or even another machine's.
                encoded.strip_prefix('/').map(|rest| format!("%2F{rest}")).unwrap_or(encoded)
            }
        };
        if let Some(number) = self.number {
            uri.push_str(&format!("#{number}"));
        }
        (!uri.is_empty()).then_some(uri)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_an_artifact_by_its_path_percent_encoded() {
        let of = |path: &str| Id::path(Path::new(path)).uri().unwrap();
        assert_eq!(of("mail/17.eml"), "mail/17.eml");
        assert_eq!(of("a b/50% #1?:ü.eml"), "a%20b/50%25%20%231%3F%3A%C3%BC.eml");
        assert_eq!(Id::path(Path::new("in#box")).numbered(3).uri().unwrap(), "in%23box#3");
        assert_eq!(Id::stdin().numbered(2).uri().unwrap(), "-#2");
        assert_eq!(Id::line(7).uri().unwrap(), "7");
        assert_eq!(Id::text("x:y#1").uri().unwrap(), "x%3Ay%231");
        assert_eq!(Id::text("//host/x").uri().unwrap(), "%2F/host/x");
        assert_eq!(Id::text("").uri(), None);
    }

    #[cfg(unix)]
    #[test]
    fn bytes_of_a_path_that_are_no_text_stay_what_they_are() {
        use std::os::unix::ffi::OsStrExt as _;
        let path = Path::new(std::ffi::OsStr::from_bytes(b"/var/\xff.eml"));
        assert_eq!(Id::path(path).uri().unwrap(), "file:///var/%FF.eml");
        assert_eq!(Id::path(path).plain(), "/var/\u{fffd}.eml");
    }
}
