//! Errors of building an engine: they name the file, the line and the cause.

use std::fmt;

/// Why an engine could not be built, or an input could not be read.
///
/// Analysing text never fails; building an [`Engine`](crate::Engine) from lexicons and weights can.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    file: String,
    line: Option<usize>,
    cause: String,
}

impl Error {
    /// An error in a named file, with a 1-based line where one is known.
    pub(crate) fn at(file: &str, line: Option<usize>, cause: impl fmt::Display) -> Self {
        Self { file: file.to_owned(), line, cause: cause.to_string() }
    }

    /// The file that the error is in.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The 1-based line in that file, where it is known.
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// What is wrong there.
    pub fn cause(&self) -> &str {
        &self.cause
    }
}

/// What a parser says of one line of a file. The line's number is told already, so that only the column is left.
#[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command asks for it"))]
pub(crate) fn of_line(cause: impl fmt::Display, column: usize) -> String {
    let cause = cause.to_string();
    match cause.rsplit_once(" at line ") {
        Some((what, _)) if column == 0 => what.to_owned(),
        Some((what, _)) => format!("{what} at column {column}"),
        None => cause,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.cause),
            None => write!(f, "{}: {}", self.file, self.cause),
        }
    }
}

impl std::error::Error for Error {}
