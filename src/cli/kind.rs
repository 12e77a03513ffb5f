//! What an input is: bare text, one message, or an mbox of many. Its name tells, and where that is silent its beginning.

use std::path::Path;
use std::sync::LazyLock;

use regex::bytes::Regex;

use crate::cli::args::Input;
use crate::cli::{maildir, mbox};
use crate::count::count;

/// So much of an input's beginning is looked at.
pub(crate) const HEAD: usize = 1 << 16;

/// How an input is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Bare text.
    Text,
    /// One RFC 5322 message.
    Message,
    /// Many messages, each after a line that begins `From `.
    Mbox,
    /// One JSON object a line.
    Jsonl,
}

/// What a file's name says of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Name {
    Says(Kind),
    /// Mail is often kept under names without an extension, so the content decides.
    Silent,
    /// It names something that is neither text nor mail.
    Other,
}

/// Reads a name; `.gz` and `.zst` stand for what they hold.
pub(crate) fn by_name(path: &Path) -> Name {
    if maildir::holds(path) {
        return Name::Says(Kind::Message);
    }
    let name = path.file_name().map(|n| n.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let inner = [".gz", ".zst"].iter().find_map(|c| name.strip_suffix(c)).unwrap_or(&name);
    match Path::new(inner).extension().map(|e| e.to_string_lossy()).as_deref() {
        Some("txt" | "md") => Name::Says(Kind::Text),
        Some("eml") => Name::Says(Kind::Message),
        Some("mbox") => Name::Says(Kind::Mbox),
        Some("jsonl" | "ndjson") => Name::Says(Kind::Jsonl),
        None => Name::Silent,
        // Archives name mail by a number, or by a number and a hash: `12.`, `sent.2004`, `00017.1a2b3c4d5e6f7a8b`.
        Some(e) if e.len() >= 16 || e.bytes().all(|b| b.is_ascii_digit()) => Name::Silent,
        Some(_) => Name::Other,
    }
}

/// Whether a file that stands in a scanned folder is read: yes, no, or only if it begins like mail.
pub(crate) fn in_folder(input: Input, path: &Path) -> Option<Name> {
    let name = by_name(path);
    let markdown = path.to_string_lossy().to_ascii_lowercase().trim_end_matches(".gz").trim_end_matches(".zst").ends_with(".md");
    let lines = name == Name::Says(Kind::Jsonl);
    let wanted = match input {
        Input::Jsonl => lines,
        _ => name != Name::Other && !lines && !markdown && !maildir::is_being_delivered(path),
    };
    wanted.then_some(name)
}

/// What an input is, by the flag, else the name, else how it begins.
pub(crate) fn kind(input: Input, name: Name, head: &[u8]) -> Kind {
    match (input, name) {
        (Input::Text, _) => Kind::Text,
        (Input::Message, _) => Kind::Message,
        (Input::Mbox, _) => Kind::Mbox,
        (Input::Jsonl, _) => Kind::Jsonl,
        (Input::Auto, Name::Says(kind)) if kind != Kind::Jsonl => kind,
        (Input::Auto, _) => by_beginning(head),
    }
}

/// Whether the flag and the name leave nothing for the content to decide.
pub(crate) fn is_told(input: Input, name: Name) -> Option<Kind> {
    (input != Input::Auto || matches!(name, Name::Says(k) if k != Kind::Jsonl)).then(|| kind(input, name, b""))
}

fn by_beginning(head: &[u8]) -> Kind {
    if mbox::begins_mbox(head) {
        Kind::Mbox
    } else if looks_like_mail(head) {
        Kind::Message
    } else {
        Kind::Text
    }
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
        .filter_map(|gap| bytes.windows(gap.len()).take(HEAD).position(|w| w == *gap))
        .min()
        .unwrap_or(bytes.len().min(HEAD));
    FIRST.is_match(bytes) && KNOWN.is_match(&bytes[..end])
}

/// Whether bytes are plainly not text: a NUL where no UTF-16 mark explains it, or more control characters than text has.
pub(crate) fn is_binary(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return false;
    }
    let head = &bytes[..bytes.len().min(8192)];
    // 1 to 6, 14 to 26, 28 to 31 and 127.
    let is_odd = |b: u8| (b.wrapping_sub(1) < 6) | (b.wrapping_sub(14) < 13) | (b.wrapping_sub(28) < 4) | (b == 127);
    memchr::memchr(0, head).is_some() || head.starts_with(b"%PDF-") || count(head, is_odd) * 10 > head.len()
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

    #[test]
    fn names_say_what_files_hold() {
        for (name, wanted) in [
            ("a/b.TXT", Name::Says(Kind::Text)),
            ("notes.md", Name::Says(Kind::Text)),
            ("a.eml.gz", Name::Says(Kind::Message)),
            ("2004.mbox.zst", Name::Says(Kind::Mbox)),
            ("Maildir/cur/1700000000.M1P2.host:2,S", Name::Says(Kind::Message)),
            ("Maildir/.Sent/new/1700000000.M1P2.host", Name::Says(Kind::Message)),
            ("Inbox", Name::Silent),
            ("17.", Name::Silent),
            ("sent.2004", Name::Silent),
            ("00001.7c53336b37003a9286aba55d2945844c", Name::Silent),
            ("Inbox.gz", Name::Silent),
            ("Inbox.msf", Name::Other),
            ("logo.png", Name::Other),
            ("all.tar.gz", Name::Other),
        ] {
            assert_eq!(by_name(Path::new(name)), wanted, "{name}");
        }
    }

    #[test]
    fn only_what_is_plainly_not_text_is_binary() {
        assert!(is_binary(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"));
        assert!(is_binary(b"%PDF-1.7\n"));
        assert!(!is_binary("Grüße, 你好".as_bytes()));
        assert!(!is_binary(b"caf\xe9 au lait, latin-1"));
        assert!(!is_binary(b"\xff\xfeh\0i\0"));
        assert!(!is_binary(b""));
    }
}
