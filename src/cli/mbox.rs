//! Mbox, read as a stream and split safely: only where a line `From ` ends in a date, at the start or after an empty line.

use std::io::{self, BufRead, BufReader, Read as _};
use std::sync::LazyLock;

use memchr::memmem;
use regex::bytes::Regex;

/// One message of an mbox.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    /// From 1.
    pub number: u64,
    /// Headers, an empty line, a body; without the `From ` line.
    pub bytes: Vec<u8>,
    /// It was longer than the limit, and what followed was left out.
    pub cut: bool,
}

/// The messages of an mbox, one at a time, so that only one is in memory.
pub(crate) struct Mbox<R> {
    source: R,
    /// A message longer than this is cut.
    limit: usize,
    /// The line that is looked at (a piece of it, if it is very long), and the one after it.
    line: Vec<u8>,
    ahead: Vec<u8>,
    /// Whether `line` and `ahead` begin where a line begins.
    starts: [bool; 2],
    started: bool,
    /// The message being read has had its `From ` line.
    opened: bool,
    /// Messages given out so far.
    number: u64,
    /// Nothing more is read.
    ended: bool,
    /// What ended the reading early; it comes after the message that it cut.
    error: Option<io::Error>,
}

/// Longer lines come in pieces; a `From ` line is never that long.
const PIECE: u64 = 1 << 16;

/// What a line `From ...` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FromLine {
    /// A line of somebody's text.
    Text,
    /// It ends in a date, but many words come before, so a header line must follow.
    Perhaps,
    /// One sender and a date.
    Separator,
}

/// Whether bytes begin with a `From ` line that ends in a date.
pub(crate) fn begins_mbox(head: &[u8]) -> bool {
    let line = head.split_inclusive(|b| *b == b'\n').next().unwrap_or_default();
    from_line(line) != FromLine::Text
}

fn from_line(line: &[u8]) -> FromLine {
    static DATED: LazyLock<Regex> = LazyLock::new(|| {
        let zone = r"(?:[ \t]+(?:[+-]\d{4}|[A-Z]{1,5}(?:[ \t]+DST)?))?";
        let day = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
        let month = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
        let time = r"\d{1,2}:\d\d(?::\d\d)?";
        // asctime, with a zone before or after the year, and the form of RFC 5322 that some exporters write.
        let asctime = format!(r"{day},?[ \t]+{month}[ \t]+\d{{1,2}}[ \t]+{time}{zone}[ \t]+\d{{4}}{zone}");
        let internet = format!(r"(?:{day},[ \t]*)?\d{{1,2}}[ \t]+{month}[ \t]+\d{{4}}[ \t]+{time}{zone}");
        let iso = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[ \t]?[+-]\d\d:?\d\d)?";
        Regex::new(&format!(
            r"(?-u)\AFrom (?:(.*?)[ \t])??[ \t]*(?:{asctime}|{internet}|{iso})(?:[ \t]+remote from \S+)?[ \t]*\r?\n?\z"
        ))
        .expect("the pattern is a constant that the tests compile")
    });
    if !line.starts_with(b"From ") {
        return FromLine::Text;
    }
    let Some(found) = DATED.captures(line) else { return FromLine::Text };
    let sender = found.get(1).map_or(&b""[..], |m| m.as_bytes()).trim_ascii();
    let words = sender.split(|b| b.is_ascii_whitespace()).filter(|w| !w.is_empty()).count();
    // Public archives write `somebody at example.org`; a quoted local part may hold spaces.
    let one = words <= 1 || (words == 3 && sender.windows(4).any(|w| w == b" at ")) || sender.starts_with(b"\"");
    if one { FromLine::Separator } else { FromLine::Perhaps }
}

/// Whether a line may be the first of a message's headers.
fn begins_header(line: &[u8]) -> bool {
    let name = line.iter().take_while(|b| matches!(b, b'!'..=b'9' | b';'..=b'~')).count();
    name > 0 && line[name..].trim_ascii_start().starts_with(b":") || line.starts_with(b">From ")
}

fn is_empty(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

/// Quoted `From ` lines lose one `>`: the reversible quoting of mboxrd.
fn is_quoted_from(line: &[u8]) -> bool {
    let marks = line.iter().take_while(|b| **b == b'>').count();
    marks > 0 && line[marks..].starts_with(b"From ")
}

impl<R> Mbox<BufReader<R>> {
    /// Whether the end of the next message has likely been read already, so that it comes without waiting for input.
    pub fn has_next(&self) -> bool {
        memmem::find(self.source.buffer(), b"\nFrom ").is_some()
    }
}

impl<R: BufRead> Mbox<R> {
    pub fn new(source: R, limit: usize) -> Self {
        let (line, ahead) = (Vec::new(), Vec::new());
        Self {
            source,
            limit,
            line,
            ahead,
            starts: [true; 2],
            started: false,
            opened: false,
            number: 0,
            ended: false,
            error: None,
        }
    }

    /// The next message. A reading error comes after what was read before it.
    pub fn next(&mut self) -> io::Result<Option<Letter>> {
        let mut after_empty = !self.started;
        if !self.started {
            self.started = true;
            self.advance();
            if self.ahead.starts_with(b"\xef\xbb\xbf") {
                self.ahead.drain(..3);
            }
        }
        let mut draft = Draft { limit: self.limit, bytes: Vec::new(), body: None, cut: false };
        loop {
            self.advance();
            let at_end = self.line.is_empty();
            let is_border = at_end || after_empty && self.starts[0] && self.is_separator();
            if !is_border {
                draft.line(&self.line, self.starts[0]);
                after_empty = self.starts[0] && is_empty(&self.line);
                continue;
            }
            // What stands before the first separator is a message too, unless it is empty: nothing is lost.
            let any = std::mem::replace(&mut self.opened, !at_end) || !draft.bytes.trim_ascii().is_empty();
            if any {
                self.number += 1;
                return Ok(Some(draft.letter(self.number)));
            }
            if at_end {
                return self.error.take().map_or(Ok(None), Err);
            }
            draft.bytes.clear();
            draft.body = None;
            after_empty = false;
        }
    }

    fn is_separator(&self) -> bool {
        match from_line(&self.line) {
            FromLine::Text => false,
            FromLine::Perhaps => begins_header(&self.ahead),
            FromLine::Separator => true,
        }
    }

    /// Moves one line on. An error ends the input here and is kept for later.
    fn advance(&mut self) {
        std::mem::swap(&mut self.line, &mut self.ahead);
        self.starts = [self.starts[1], self.line.is_empty() || self.line.ends_with(b"\n")];
        self.ahead.clear();
        if !self.ended
            && let Err(error) = self.source.by_ref().take(PIECE).read_until(b'\n', &mut self.ahead)
        {
            self.ended = true;
            self.error = Some(error);
        }
    }
}

/// A message as far as it was read.
struct Draft {
    limit: usize,
    bytes: Vec<u8>,
    /// Where the body begins.
    body: Option<usize>,
    cut: bool,
}

impl Draft {
    fn line(&mut self, line: &[u8], starts: bool) {
        let quoted = starts && self.body.is_some() && is_quoted_from(line);
        let line = &line[usize::from(quoted)..];
        let room = self.limit - self.bytes.len();
        self.bytes.extend_from_slice(&line[..line.len().min(room)]);
        self.cut |= line.len() > room;
        if self.body.is_none() && starts && is_empty(line) {
            self.body = Some(self.bytes.len());
        }
    }

    /// The empty line before the next `From ` line belongs to the mbox, not to the message.
    fn letter(mut self, number: u64) -> Letter {
        for end in [&b"\n\r\n"[..], b"\n\n"] {
            if !self.cut && self.bytes.ends_with(end) && self.body.is_some_and(|b| b < self.bytes.len()) {
                self.bytes.truncate(self.bytes.len() - end.len() + 1);
                break;
            }
        }
        Letter { number, bytes: self.bytes, cut: self.cut }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::{BufReader, Read};

    use super::*;

    fn split(text: &str) -> Vec<String> {
        // A buffer of one byte meets every border that a larger one can fall on.
        let mut mbox = Mbox::new(BufReader::with_capacity(1, text.as_bytes()), 1 << 20);
        let mut letters = Vec::new();
        while let Some(letter) = mbox.next().unwrap() {
            assert_eq!(letter.number as usize, letters.len() + 1);
            letters.push(String::from_utf8(letter.bytes).unwrap());
        }
        letters
    }

    #[test]
    fn messages_are_split_only_at_their_from_lines() {
        let text = "From a@example.org Mon Jan  1 00:00:00 2024\nSubject: one\n\nDear all,\n\nFrom here on it is ours.\n\n\
            From a@example.org Mon\n\nFrom the start of Mon Jan  1 00:00:00 2024\nit rained.\nFrom b@c Mon Jan  1 00:00:00 2024\n\n\
            From b@example.org Tue Jan  2 00:00:00 2024\nSubject: two\n\nlast";
        let letters = split(text);
        assert_eq!(letters.len(), 2, "{letters:?}");
        assert!(letters[0].starts_with("Subject: one\n\nDear all,\n\nFrom here on"));
        assert!(letters[0].ends_with("it rained.\nFrom b@c Mon Jan  1 00:00:00 2024\n"));
        assert_eq!(letters[1], "Subject: two\n\nlast");
    }

    #[test]
    fn from_lines_as_programs_write_them() {
        for (line, wanted) in [
            ("From a@example.org Mon Jan  1 00:00:00 2024\n", FromLine::Separator),
            ("From a@example.org  Mon Jan  1 00:00:00 2024\r\n", FromLine::Separator),
            ("From - Mon Jan 01 00:00:00 2024\n", FromLine::Separator),
            ("From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n", FromLine::Separator),
            ("From 1234@xxx Mon Jan 01 00:00:00 +0000 2024\n", FromLine::Separator),
            ("From a@example.org Mon Jan  1 00:00:00 CET 2024\n", FromLine::Separator),
            ("From a@example.org Mon Jan  1 00:00:00 2024 -0800\n", FromLine::Separator),
            ("From somebody at example.org  Tue Jan  2 03:04:05 2001\n", FromLine::Separator),
            ("From \"a b\"@example.org Tue Jan  2 03:04:05 2001\n", FromLine::Separator),
            ("From a@example.org Mon, 01 Jan 2024 00:00:00 +0000\n", FromLine::Separator),
            ("From a@example.org 2024-01-01T00:00:00Z\n", FromLine::Separator),
            ("From uunet!a Tue Jan  2 03:04 1990 remote from uunet\n", FromLine::Separator),
            ("From Mon Jan  1 00:00:00 2024\n", FromLine::Separator),
            ("From the desk of John, 15 Jan 2024 10:00\n", FromLine::Perhaps),
            ("From what I saw\n", FromLine::Text),
            ("From a@example.org\n", FromLine::Text),
            ("From a@example.org Mon Jan  1 00:00:00 2024 I think\n", FromLine::Text),
            ("From: a@example.org Mon Jan  1 00:00:00 2024\n", FromLine::Text),
        ] {
            assert_eq!(from_line(line.as_bytes()), wanted, "{line:?}");
        }
    }

    #[test]
    fn quoted_from_lines_lose_one_mark_and_line_ends_stay() {
        let text = "From a Mon Jan  1 00:00:00 2024\r\nSubject: x\r\n\r\n>From you.\r\n>>From me.\r\n>Fromage\r\n> From\r\n\r\n\
            From a Mon Jan  1 00:00:00 2024\r\nSubject: y\r\n\r\n";
        assert_eq!(split(text), ["Subject: x\r\n\r\nFrom you.\r\n>From me.\r\n>Fromage\r\n> From\r\n", "Subject: y\r\n\r\n"]);
    }

    #[test]
    fn nothing_is_lost_at_the_ends() {
        assert!(split("").is_empty());
        assert!(split("\n\n").is_empty());
        assert_eq!(split("\n\u{feff}no mbox at all").len(), 1);
        assert_eq!(split("\u{feff}From a Mon Jan  1 00:00:00 2024\nSubject: x\n"), ["Subject: x\n"]);
        assert_eq!(split("stray\n\nFrom a Mon Jan  1 00:00:00 2024\nA: b\n"), ["stray\n\n", "A: b\n"]);
        assert_eq!(split("From a Mon Jan  1 00:00:00 2024\n\nFrom b Mon Jan  1 00:00:00 2024\n"), ["\n", ""]);
    }

    #[test]
    fn a_message_over_the_limit_is_cut_and_the_next_is_whole() {
        let text = format!(
            "From a Mon Jan  1 00:00:00 2024\nSubject: x\n\n{}\n\nFrom b Mon Jan  1 00:00:00 2024\nSubject: y\n\nz\n",
            "w".repeat(200_000)
        );
        let mut mbox = Mbox::new(text.as_bytes(), 1_000);
        let (one, two) = (mbox.next().unwrap().unwrap(), mbox.next().unwrap().unwrap());
        assert_eq!((one.bytes.len(), one.cut), (1_000, true));
        assert_eq!((&*two.bytes, two.cut), (&b"Subject: y\n\nz\n"[..], false));
        assert_eq!(mbox.next().unwrap(), None);
    }

    #[test]
    fn what_was_read_before_an_error_is_given_out() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("unplugged"))
            }
        }
        let text = b"From a Mon Jan  1 00:00:00 2024\nSubject: x\n\nhalf a";
        let mut mbox = Mbox::new(BufReader::new((&text[..]).chain(Broken)), 1_000);
        assert_eq!(mbox.next().unwrap().unwrap().bytes, b"Subject: x\n\nhalf a");
        assert_eq!(mbox.next().unwrap_err().to_string(), "unplugged");
        assert_eq!(mbox.next().unwrap(), None);
    }
}
