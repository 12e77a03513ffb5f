//! What earlier runs have reported, so that the next one reads only what is new.
//!
//! The file is text: a first line that says what it is, then a line for each message and each file that is done. Lines
//! are only ever added, and only after the report was written out, so whatever ends a run loses nothing; a last line
//! that was cut is passed over. Keys are hashes, so no address and no word of a message stands in it.

use std::collections::HashSet;
use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use sha2::{Digest as _, Sha256};

use crate::Error;
use crate::cli::maildir;

/// The first line.
const HEADER: &str = "beholden state 1";

/// Stands for a message or a file. Half a SHA-256 is still beyond anybody's reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; 16]);

impl Key {
    /// A file as it is now: its path without what Maildir flags change, its size, its time of change.
    pub fn file(path: &Path, metadata: &Metadata) -> Self {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let changed = metadata.modified().ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
        Self::of(&[
            b"file",
            maildir::lasting(&path).as_os_str().as_encoded_bytes(),
            &metadata.len().to_le_bytes(),
            &changed.as_nanos().to_le_bytes(),
        ])
    }

    /// A message wherever it stands: its Message-ID and its body. Without a Message-ID it is known by its place and all its bytes.
    pub fn message(place: &str, bytes: &[u8], is_mail: bool) -> Self {
        if is_mail {
            let (header, body) = split(bytes);
            if let Some(id) = message_id(header) {
                return Self::of(&[b"message", &id, body]);
            }
        }
        Self::of(&[b"text", maildir::lasting(Path::new(place)).as_os_str().as_encoded_bytes(), bytes])
    }

    fn of(fields: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for field in fields {
            hasher.update((field.len() as u64).to_le_bytes());
            hasher.update(field);
        }
        let digest = hasher.finalize();
        let mut key = [0; 16];
        key.copy_from_slice(&digest[..16]);
        Self(key)
    }

    fn parse(line: &str) -> Option<Self> {
        (line.len() == 32 && line.bytes().all(|b| b.is_ascii_hexdigit())).then_some(())?;
        let mut key = [0; 16];
        for (i, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&line[2 * i..2 * i + 2], 16).ok()?;
        }
        Some(Self(key))
    }
}

fn split(bytes: &[u8]) -> (&[u8], &[u8]) {
    let mut at = 0;
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        at += line.len();
        if line == b"\n" || line == b"\r\n" {
            break;
        }
    }
    bytes.split_at(at)
}

/// The value of Message-ID, unfolded.
fn message_id(header: &[u8]) -> Option<Vec<u8>> {
    const NAME: &[u8] = b"message-id:";
    let mut lines = header.split(|b| *b == b'\n');
    let first = lines.find(|l| l.get(..NAME.len()).is_some_and(|n| n.eq_ignore_ascii_case(NAME)))?;
    let folded = lines.take_while(|l| l.starts_with(b" ") || l.starts_with(b"\t"));
    let value: Vec<u8> = std::iter::once(&first[NAME.len()..]).chain(folded).flatten().copied().collect();
    let value: Vec<u8> = value.into_iter().filter(|b| !b.is_ascii_whitespace()).collect();
    (!value.is_empty()).then_some(value)
}

/// What was done before this run.
pub(crate) type Seen = Arc<HashSet<Key>>;

/// The state file, open and locked for this run.
pub(crate) struct State {
    path: PathBuf,
    file: File,
    pub seen: Seen,
    /// Done, but its report may still be on its way out.
    pending: Vec<Key>,
}

impl State {
    /// Opens or begins a state file.
    ///
    /// # Errors
    /// It can't be read, it is some other file, or another run is using it.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let name = path.display().to_string();
        let failed = |e: io::Error| Error::at(&name, None, e);
        let opened = OpenOptions::new().read(true).append(true).create(true).open(path);
        let mut file = opened.map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => Error::at(&name, None, "its folder does not exist"),
            _ => failed(e),
        })?;
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            return Err(Error::at(&name, None, "another run is using this state file"));
        }
        let mut reader = BufReader::new(&file);
        let mut seen = HashSet::new();
        let mut line = String::new();
        let mut whole = true;
        let mut number = 0;
        loop {
            line.clear();
            // A state file is ASCII, so what can't be read as text is some other file.
            if reader.read_line(&mut line).map_err(failed)? == 0 {
                break;
            }
            number += 1;
            whole = line.ends_with('\n');
            match Key::parse(line.trim_end()) {
                _ if number == 1 && line.trim_end() == HEADER => {}
                _ if number == 1 && !whole && HEADER.starts_with(&line) => number = 0,
                _ if number == 1 => {
                    return Err(Error::at(
                        &name,
                        Some(1),
                        format!("no state file: it does not begin `{HEADER}`; name a new one, or one that --state wrote"),
                    ));
                }
                Some(key) => {
                    seen.insert(key);
                }
                // A line that a killed run left half written; its message is read again.
                None => {}
            }
        }
        if number == 0 {
            file.set_len(0).and_then(|()| writeln!(file, "{HEADER}")).map_err(failed)?;
        } else if !whole {
            writeln!(file).map_err(failed)?;
        }
        Ok(Self { path: path.to_owned(), file, seen: Arc::new(seen), pending: Vec::new() })
    }

    /// Remembers what is done, to be recorded once its report is out.
    pub fn done(&mut self, keys: &[Key]) {
        self.pending.extend_from_slice(keys);
    }

    pub fn pending(&self) -> usize {
        self.pending.len()
    }

    /// Records what is done. Everything written so far must have left the process.
    pub fn record(&mut self) -> Result<(), Error> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let mut lines = String::with_capacity(33 * self.pending.len());
        for key in self.pending.drain(..) {
            lines.extend(key.0.iter().map(|b| format!("{b:02x}")));
            lines.push('\n');
        }
        self.file.write_all(lines.as_bytes()).map_err(|e| Error::at(&self.path.display().to_string(), None, e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_by_its_id_and_body() {
        let key = |mail: &str| Key::message("here", mail.as_bytes(), true);
        let mail = key("Subject: a\nMessage-ID: <1@x>\n\nbody");
        assert_eq!(key("Status: RO\nmessage-id:\n <1@x>\nSubject: a\n\nbody"), mail);
        assert_eq!(Key::message("there", b"Message-ID: <1@x>\r\n\r\nbody", true), mail);
        assert_ne!(key("Message-ID: <2@x>\n\nbody"), mail);
        assert_ne!(key("Message-ID: <1@x>\n\nbody!"), mail);
        let anonymous = key("Subject: a\n\nMessage-ID: <1@x>\n");
        assert_ne!(Key::message("there", b"Subject: a\n\nMessage-ID: <1@x>\n", true), anonymous);
        assert_ne!(key("Subject: b\n\nMessage-ID: <1@x>\n"), anonymous);
        assert_eq!(Key::message("m/new/1", b"x", true), Key::message("m/cur/1:2,S", b"x", true));
    }

    #[test]
    fn keys_are_read_as_they_are_written() {
        let key = Key::of(&[b"x"]);
        let hex: String = key.0.iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(Key::parse(&hex), Some(key));
        assert_eq!(Key::parse(&hex[1..]), None);
        assert_eq!(Key::parse(&"+1".repeat(16)), None);
    }
}
