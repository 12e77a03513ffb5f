//! How a run ends: its exit status, or the error that ended it early.

use std::fmt;
use std::io;

/// Exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All was done, nothing reached `--fail-on`.
    Done = 0,
    /// Something reached `--fail-on`, or a rule's example failed.
    Reached = 1,
    /// An error somewhere, after all else was done.
    Failed = 2,
}

/// What ends a run early.
#[derive(Debug)]
pub(crate) enum Stop {
    /// Output can't be written.
    Output(io::Error),
    /// The engine, a lexicon or labelled messages can't be read.
    Data(crate::Error),
}

impl Stop {
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Stop::Output(e) if e.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Stop::Output(error) => write!(f, "standard output: {error}"),
            Stop::Data(error) => error.fmt(f),
        }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Stop::Output(error)
    }
}

impl From<crate::Error> for Stop {
    fn from(error: crate::Error) -> Self {
        Stop::Data(error)
    }
}
