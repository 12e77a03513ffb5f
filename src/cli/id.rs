//! Who a message is in the output: a path, a path and a number, or whatever JSON came with a line of input.

use std::path::Path;

use serde_json::Value;
use serde_json::value::RawValue;

/// An id, kept as the JSON that it is written as, so that it comes back as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Id(String);

impl Id {
    /// What stands for standard input.
    pub fn stdin() -> Self {
        Self::text("-")
    }

    pub fn path(path: &Path) -> Self {
        Self::text(&path.to_string_lossy())
    }

    /// A message of an mbox, from 1.
    pub fn numbered(&self, number: u64) -> Self {
        Self::text(&format!("{}#{number}", self.plain()))
    }

    /// The number of a line of input that brought no id.
    pub fn line(number: u64) -> Self {
        Self(number.to_string())
    }

    pub fn raw(json: &RawValue) -> Self {
        Self(json.get().to_owned())
    }

    fn text(text: &str) -> Self {
        Self(Value::from(text).to_string())
    }

    pub fn json(&self) -> &str {
        &self.0
    }

    /// The id without JSON's quotes, for people.
    pub fn plain(&self) -> String {
        serde_json::from_str::<String>(&self.0).unwrap_or_else(|_| self.0.clone())
    }
}
