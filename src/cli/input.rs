//! Paths to messages: what to read, and whether it is text or mail.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use ignore::WalkBuilder;
use regex::bytes::Regex;

use crate::cli::args::Input;

/// Something to read, or why it can't be.
#[derive(Debug)]
pub(crate) enum Item {
    Stdin,
    File(PathBuf),
    Error { id: String, cause: String },
}

/// What a run will read.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    pub items: Vec<Item>,
    /// Files in folders that are neither text nor mail.
    pub skipped: usize,
}

/// Expands folders, in a stable order. A file that was named is always read.
pub(crate) fn list(paths: &[PathBuf]) -> Listing {
    let mut listing = Listing::default();
    if paths.is_empty() {
        listing.items.push(Item::Stdin);
    }
    for path in paths {
        if path.as_os_str() == "-" {
            listing.items.push(Item::Stdin);
        } else if path.is_dir() {
            folder(path, &mut listing);
        } else {
            listing.items.push(Item::File(path.clone()));
        }
    }
    listing
}

fn folder(root: &Path, listing: &mut Listing) {
    // Dot folders are Maildir++ mail, so the walker's usual filters are off. Links are followed; a loop is an error.
    let walk = WalkBuilder::new(root).standard_filters(false).follow_links(true).sort_by_file_path(Path::cmp).build();
    for entry in walk {
        match entry {
            Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) => {
                if is_readable_kind(entry.path()) {
                    listing.items.push(Item::File(entry.into_path()));
                } else {
                    listing.skipped += 1;
                }
            }
            Ok(_) => {}
            Err(error) => listing.items.push(Item::Error { id: root.display().to_string(), cause: error.to_string() }),
        }
    }
}

fn is_readable_kind(path: &Path) -> bool {
    match path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).as_deref() {
        Some("txt" | "md" | "eml") => true,
        _ if in_maildir(path) => true,
        // SpamAssassin's corpus and many archives name mail by a number and a hash.
        _ => path.extension().is_none_or(|e| e.len() >= 16) && starts_like_mail(path),
    }
}

fn in_maildir(path: &Path) -> bool {
    path.parent().and_then(Path::file_name).is_some_and(|d| d == "cur" || d == "new")
}

fn starts_like_mail(path: &Path) -> bool {
    use std::io::Read as _;
    let mut head = [0u8; 4096];
    std::fs::File::open(path).and_then(|mut f| f.read(&mut head)).is_ok_and(|n| looks_like_mail(&head[..n]))
}

/// Whether bytes begin with header lines among which stands one that only mail has.
pub(crate) fn looks_like_mail(bytes: &[u8]) -> bool {
    static FIRST: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i-u)\A(?:From [^\r\n]*\r?\n)?[!-9;-~]+[ \t]*:").expect("the pattern is a constant that the tests compile")
    });
    static KNOWN: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?im-u)^(?:from|to|date|received|subject|mime-version)[ \t]*:")
            .expect("the pattern is a constant that the tests compile")
    });
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let end = [&b"\n\n"[..], b"\r\n\r\n"]
        .iter()
        .filter_map(|gap| bytes.windows(gap.len()).take(65_536).position(|w| w == *gap))
        .min()
        .unwrap_or(bytes.len().min(65_536));
    FIRST.is_match(bytes) && KNOWN.is_match(&bytes[..end])
}

/// Whether an input is one message; otherwise it is text.
pub(crate) fn is_message(input: Input, path: Option<&Path>, bytes: &[u8]) -> bool {
    match input {
        Input::Message => true,
        Input::Text | Input::Jsonl => false,
        Input::Auto => match path.and_then(Path::extension).map(|e| e.to_string_lossy().to_ascii_lowercase()).as_deref() {
            Some("txt" | "md") => false,
            Some("eml") => true,
            _ => path.is_some_and(in_maildir) || looks_like_mail(bytes),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_told_from_text() {
        assert!(looks_like_mail(b"Received: from x\r\nSubject: hi\r\n\r\nbody"));
        assert!(looks_like_mail(b"X-Odd: 1\nfrom: a@example.org\n\nbody"));
        assert!(looks_like_mail(b"From a@b Mon Jan 1 00:00:00 2024\nSubject: x\n\nbody"));
        assert!(!looks_like_mail(b"Note: this is text\n\nSubject: not a header"));
        assert!(!looks_like_mail(b"hello there\nSubject: x\n"));
        assert!(!looks_like_mail(b""));
    }
}
