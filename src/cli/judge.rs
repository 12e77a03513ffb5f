//! One message to judge, and what came of it. This is what the threads do.

use std::io;
use std::path::PathBuf;

use crate::charset;
use crate::cli::compressed::{Source, read_bounded, read_file};
use crate::cli::id::Id;
use crate::cli::json_lines::{self, Content};
use crate::cli::kind::{Kind, is_binary, looks_like_mail};
use crate::cli::render::{Rendered, Renderer};
use crate::cli::state::{Key, Seen};
use crate::report::Note;
use crate::{Engine, Report};

/// A message longer than this is judged by its beginning, and a note says so.
pub(crate) const MAX_MESSAGE: usize = 64 << 20;

/// What to judge.
pub(crate) struct Work {
    pub id: Id,
    pub kind: Kind,
    pub content: Raw,
    /// What is plainly not text is passed over, since nobody named it.
    pub skip_binary: bool,
    /// The file as it is now, where this is all of it and its state is kept.
    pub file: Option<Key>,
}

/// Where the bytes are.
pub(crate) enum Raw {
    File { path: PathBuf, size: usize },
    Open(Source),
    Bytes { bytes: Vec<u8>, cut: bool },
    Line { bytes: Vec<u8>, number: u64 },
}

/// What came of it.
pub(crate) enum Outcome {
    Judged {
        rendered: Rendered,
        done: Vec<Key>,
    },
    /// It can't be read.
    Failed {
        id: Id,
        cause: String,
    },
    /// A bad line of input, answered in its place.
    BadLine {
        id: Id,
        cause: String,
        file: String,
        number: u64,
    },
    /// Neither text nor mail.
    Skipped,
    /// An earlier run has reported it.
    SeenMessage {
        done: Vec<Key>,
    },
    SeenFile,
    /// All messages of a file have come before this.
    FileEnd {
        done: Vec<Key>,
    },
    /// Something to say that changes nothing.
    Remark(String),
    /// All inputs have come before this.
    End,
}

/// Judges work: shared by all threads.
pub(crate) struct Judge {
    pub engine: Engine,
    pub renderer: Renderer,
    pub seen: Option<Seen>,
}

impl Judge {
    pub fn judge(&self, work: Work) -> Outcome {
        let id = work.id.clone();
        match self.read(work) {
            Ok(outcome) => outcome,
            Err(error) => Outcome::Failed { id, cause: error.to_string() },
        }
    }

    fn read(&self, work: Work) -> io::Result<Outcome> {
        let (bytes, cut) = match work.content {
            Raw::File { path, size } => read_file(&path, size, MAX_MESSAGE)?,
            Raw::Open(mut source) => read_bounded(&mut source, MAX_MESSAGE)?,
            Raw::Bytes { bytes, cut } => (bytes, cut),
            Raw::Line { bytes, number } => return Ok(self.line(&bytes, &work.id, number)),
        };
        let binary = is_binary(&bytes) && !(work.kind == Kind::Message && looks_like_mail(&bytes));
        if binary && work.skip_binary {
            return Ok(Outcome::Skipped);
        }
        let is_mail = work.kind == Kind::Message;
        let mut done: Vec<Key> = work.file.into_iter().collect();
        if let Some(seen) = &self.seen {
            let key = Key::message(&work.id.plain(), &bytes, is_mail);
            if seen.contains(&key) {
                return Ok(Outcome::SeenMessage { done });
            }
            done.push(key);
        }
        let mut report = if binary {
            no_text(&self.engine)
        } else if is_mail {
            self.engine.analyze_message(&bytes)
        } else {
            self.text(bytes)
        };
        if cut {
            report.notes.push(cut_off());
            // What was left out may well hold the text.
            report.abstained = report.abstained.map(|code| if code == "no_text" { "too_large" } else { code });
        }
        Ok(Outcome::Judged { rendered: self.renderer.render(report, &work.id), done })
    }

    /// Bare text declares no charset: what is no UTF-8 is guessed, and a note says so.
    fn text(&self, bytes: Vec<u8>) -> Report {
        let decoded = charset::decode(bytes, None);
        let mut report = self.engine.analyze(&decoded.text);
        report.notes.extend(decoded.guessed.map(guessed));
        report
    }

    fn line(&self, bytes: &[u8], file: &Id, number: u64) -> Outcome {
        let (id, report) = match json_lines::parse(bytes, number) {
            Ok((id, Content::Text { subject, text })) => (id, self.engine.analyze_with_subject(&subject, &text)),
            Ok((id, Content::Message(bytes))) => (id, self.engine.analyze_message(&bytes)),
            Err((id, cause)) => {
                return Outcome::BadLine { id: id.on_line(file, number), cause, file: file.plain(), number };
            }
        };
        Outcome::Judged { rendered: self.renderer.render(report, &id.on_line(file, number)), done: Vec::new() }
    }
}

/// That bare text declared no charset.
pub(crate) fn guessed(charset: &'static str) -> Note {
    Note { code: "charset_guessed", detail: format!("text: {charset}") }
}

/// That a message was too long.
pub(crate) fn cut_off() -> Note {
    Note { code: "size_limit", detail: format!("only the first {MAX_MESSAGE} bytes were judged") }
}

/// The report on a file that was named and is plainly not text.
pub(crate) fn no_text(engine: &Engine) -> Report {
    engine.analyze_message(b"Subject:\n\n")
}
