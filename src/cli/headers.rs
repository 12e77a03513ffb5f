//! The headers that say what a report says, and a message with them in the place of any that came with it.
//!
//! `filter`, the milter and the spamd wire all take their values from here, so that they can't disagree.

use crate::Report;
use crate::cli::args::HeaderArgs;

/// Every field whose name begins so is ours, and a forgery where it arrives with a message.
const OWN: &[u8] = b"x-beholden-";

/// The fields of SpamAssassin that are written on request.
const SPAM: [&str; 3] = ["X-Spam-Status", "X-Spam-Flag", "X-Spam-Score"];

/// Lines are folded so that they stay within this, as RFC 5322 2.1.1 asks.
const LINE: usize = 78;

/// So many columns the tab of a folded line takes at most.
const TAB: usize = 8;

/// What a report comes to for those who read headers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Verdict {
    /// The score reaches what is required.
    pub flagged: bool,
    /// A tenth of the risk. What can't be judged has 0 here, because every reader of the status wants a number; its level and
    /// `abstained` say what it is.
    pub score: f64,
    pub required: f64,
    /// The tactics, strongest first, as other filters write the names of tests.
    pub tests: Vec<String>,
    pub level: &'static str,
    risk: Option<u8>,
    abstained: Option<&'static str>,
}

impl Verdict {
    pub fn new(report: &Report, required: f64) -> Self {
        Self {
            level: report.level.map_or("unknown", |l| l.name()),
            tests: report.findings.iter().map(|f| f.tactic.name().to_ascii_uppercase()).collect(),
            ..Self::of(report.risk, report.abstained, required)
        }
    }

    /// The verdict on what was not looked at.
    #[cfg(any(test, feature = "serve"))]
    pub fn abstained(code: &'static str, required: f64) -> Self {
        Self::of(None, Some(code), required)
    }

    fn of(risk: Option<u8>, abstained: Option<&'static str>, required: f64) -> Self {
        let score = f64::from(risk.unwrap_or(0)) / 10.0;
        Self {
            flagged: risk.is_some() && score >= required,
            score,
            required,
            tests: Vec::new(),
            level: "unknown",
            risk,
            abstained,
        }
    }

    /// The names of the tests in one word.
    pub fn tests(&self) -> String {
        if self.tests.is_empty() { "none".to_owned() } else { self.tests.join(",") }
    }

    /// The fields to add, unfolded.
    pub fn fields(&self, sa_compat: bool) -> Vec<(&'static str, String)> {
        let status = self.status();
        let mut fields = Vec::new();
        if sa_compat {
            fields.push((SPAM[0], status.clone()));
            // SpamAssassin writes this one only on what it flags, and filters look for its presence.
            if self.flagged {
                fields.push((SPAM[1], "YES".to_owned()));
            }
            fields.push((SPAM[2], format!("{:.1}", self.score)));
        }
        fields.push(("X-Beholden-Status", status));
        // No number where nothing was judged: Sieve's numeric comparison takes a missing header for less than any number,
        // but a word for more.
        fields.extend(self.risk.map(|risk| ("X-Beholden-Risk", risk.to_string())));
        fields.push(("X-Beholden-Level", self.level.to_owned()));
        fields.extend(self.abstained.map(|code| ("X-Beholden-Abstained", code.to_owned())));
        fields
    }

    fn status(&self) -> String {
        format!(
            "{}, score={:.1} required={:.1} tests={} autolearn=no version={}",
            if self.flagged { "Yes" } else { "No" },
            self.score,
            self.required,
            self.tests(),
            env!("CARGO_PKG_VERSION"),
        )
    }
}

/// Whether a field that came with a message is removed.
pub(crate) fn is_forged(name: &[u8], sa_compat: bool) -> bool {
    let own = name.get(..OWN.len()).is_some_and(|n| n.eq_ignore_ascii_case(OWN));
    own || sa_compat && SPAM.iter().any(|s| name.eq_ignore_ascii_case(s.as_bytes()))
}

/// A field's value on lines that are not too long: broken before words, and inside a list of tests after commas only where it
/// needs more than a line, since readers that unfold find a blank there.
pub(crate) fn folded(name: &str, value: &str, line_end: &str) -> String {
    let mut folded = String::new();
    let mut column = name.len() + 1;
    for word in value.split(' ') {
        let whole = TAB + word.len() <= LINE;
        let items: Vec<&str> = if whole { vec![word] } else { word.split_inclusive(',').collect() };
        for (i, item) in items.into_iter().enumerate() {
            let before = if i == 0 && !folded.is_empty() { " " } else { "" };
            if !folded.is_empty() && column + before.len() + item.len() > LINE {
                folded.push_str(line_end);
                folded.push('\t');
                column = TAB;
            } else {
                folded.push_str(before);
                column += before.len();
            }
            folded.push_str(item);
            column += item.len();
        }
    }
    folded
}

/// The message with the fields at its head and without those that came with it; all else byte for byte.
pub(crate) fn rewrite(message: &[u8], args: &HeaderArgs, verdict: &Verdict) -> Vec<u8> {
    let block = Block::find(message);
    let mut out = Vec::with_capacity(message.len() + 512);
    out.extend_from_slice(&message[..block.start]);
    for (name, value) in verdict.fields(args.sa_compat) {
        let value = folded(name, &value, block.line_end);
        out.extend_from_slice(format!("{name}: {value}{}", block.line_end).as_bytes());
    }
    if !block.exists {
        out.extend_from_slice(block.line_end.as_bytes());
    }
    let mut at = block.start;
    while at < block.end {
        let mut end = line_end(message, at);
        let forged = field_name(&message[at..end]).is_some_and(|n| is_forged(n, args.sa_compat));
        while forged && end < block.end && matches!(message[end], b' ' | b'\t') {
            end = line_end(message, end);
        }
        if !forged {
            out.extend_from_slice(&message[at..end]);
        }
        at = end;
    }
    out.extend_from_slice(&message[at..]);
    out
}

/// One past the empty line that ends the header, or the end of the message.
#[cfg(feature = "serve")]
pub(crate) fn header_end(message: &[u8]) -> usize {
    let end = Block::find(message).end;
    if end < message.len() { line_end(message, end) } else { end }
}

/// The Message-ID, for logs.
#[cfg(feature = "serve")]
pub(crate) fn message_id(message: &[u8]) -> Option<String> {
    const LONGEST: usize = 200;
    let block = Block::find(message);
    let mut at = block.start;
    while at < block.end {
        let end = line_end(message, at);
        let line = &message[at..end];
        if field_name(line).is_some_and(|n| n.eq_ignore_ascii_case(b"message-id")) {
            let value = line.splitn(2, |b| *b == b':').nth(1).unwrap_or_default().trim_ascii();
            return Some(String::from_utf8_lossy(&value[..value.len().min(LONGEST)]).into_owned());
        }
        at = end;
    }
    None
}

/// Where a message's header stands.
struct Block {
    start: usize,
    /// The empty line that ends it, or the end of the message. A line of blanks is no end: to many readers it continues the
    /// field above, and what follows it is header to them.
    end: usize,
    exists: bool,
    line_end: &'static str,
}

impl Block {
    fn find(message: &[u8]) -> Self {
        let first = line_end(message, 0);
        let line_end_of_first = if message[..first].ends_with(b"\r\n") { "\r\n" } else { "\n" };
        let start = if message.starts_with(b"From ") && message[..first].ends_with(b"\n") { first } else { 0 };
        // Some gateways quote the line, and some editors begin files with a byte order mark.
        let mut at = start;
        if message[at..].starts_with(b"\xef\xbb\xbf") {
            at += 3;
        }
        if message[at..].starts_with(b">From ") {
            at = line_end(message, at);
        }
        let line = &message[at..line_end(message, at)];
        let exists = field_name(line).is_some() || is_empty_line(line);
        let mut end = if exists { at } else { start };
        while exists && end < message.len() {
            let next = line_end(message, end);
            if is_empty_line(&message[end..next]) {
                break;
            }
            end = next;
        }
        Self { start, end, exists, line_end: line_end_of_first }
    }
}

fn is_empty_line(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

/// One past the line feed of the line that begins at `start`, or the end.
fn line_end(bytes: &[u8], start: usize) -> usize {
    memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |i| start + i + 1)
}

/// The name of the field that a line begins.
pub(crate) fn field_name(line: &[u8]) -> Option<&[u8]> {
    let colon = memchr::memchr(b':', line)?;
    let name = line[..colon].trim_ascii_end();
    (!name.is_empty() && name.iter().all(|b| matches!(b, b'!'..=b'~'))).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Engine, Level};

    const ARGS: HeaderArgs = HeaderArgs { required: 5.0, sa_compat: false };

    fn added(message: &str) -> String {
        let verdict = Verdict { risk: Some(3), level: "none", ..Verdict::of(Some(3), None, 5.0) };
        let out = String::from_utf8(rewrite(message.as_bytes(), &ARGS, &verdict)).unwrap();
        let headers = format!(
            "X-Beholden-Status: No, score=0.3 required=5.0 tests=none autolearn=no\n\tversion={}\nX-Beholden-Risk: 3\n\
             X-Beholden-Level: none\n",
            env!("CARGO_PKG_VERSION")
        );
        out.replacen(&headers, "[H]", 1).replacen(&headers.replace('\n', "\r\n"), "[RH]", 1)
    }

    #[test]
    fn headers_go_first_and_the_rest_stays() {
        for (message, wanted) in [
            ("Subject: a\n\nbody\r\n", "[H]Subject: a\n\nbody\r\n"),
            ("Subject: a\r\n\r\nbody\n", "[RH]Subject: a\r\n\r\nbody\n"),
            ("From a Mon\nSubject: a\n\nb", "From a Mon\n[H]Subject: a\n\nb"),
            ("From a Mon\r\n\r\nb", "From a Mon\r\n[RH]\r\nb"),
            ("From a Mon\nhello\n", "From a Mon\n[H]\nhello\n"),
            ("From here on", "[H]\nFrom here on"),
            (">From a Mon\nSubject: a\n\nb", "[H]>From a Mon\nSubject: a\n\nb"),
            ("\u{feff}Subject: a\n\nb", "[H]\u{feff}Subject: a\n\nb"),
            ("hello\nX-Beholden-Level: none\n\nb", "[H]\nhello\nX-Beholden-Level: none\n\nb"),
            ("\nbody: here", "[H]\nbody: here"),
            ("Subject: a", "[H]Subject: a"),
            ("", "[H]\n"),
        ] {
            assert_eq!(added(message), wanted, "{message:?}");
        }
    }

    #[test]
    fn forged_headers_go() {
        for (message, wanted) in [
            ("X-Beholden-Status: No\nA: b\nx-BEHOLDEN-other:\n folded\n\tmore\nC: d\n\nb", "[H]A: b\nC: d\n\nb"),
            ("A: b\nX-Beholden-Risk : 0\n\nX-Beholden-Risk: 1\n", "[H]A: b\n\nX-Beholden-Risk: 1\n"),
            // Postfix takes the line of one blank for a continuation, so what follows is header.
            ("A: b\n \nX-Beholden-Risk: 0\n \n\nb", "[H]A: b\n \n\nb"),
            ("A: b\njunk\nX-Beholden-Risk: 0\n\nb", "[H]A: b\njunk\n\nb"),
            ("X-Beholden-Risk: 0", "[H]"),
            ("A: b\r\nX-Spam-Flag: YES\r\n\r\n", "[RH]A: b\r\nX-Spam-Flag: YES\r\n\r\n"),
        ] {
            assert_eq!(added(message), wanted, "{message:?}");
        }
        assert!(is_forged(b"x-spam-flag", true) && !is_forged(b"X-Spam-Flag", false) && !is_forged(b"X-Beholde", true));
    }

    #[test]
    fn the_status_is_yes_exactly_from_the_required_score_on() {
        let engine = Engine::new().unwrap();
        let report = engine.analyze("After all we have done for you, the least you could do is send $20.");
        assert_eq!(report.level, Some(Level::Pressure));
        let score = f64::from(report.risk.unwrap()) / 10.0;
        assert!(Verdict::new(&report, score).flagged);
        let verdict = Verdict::new(&report, score + 0.1);
        assert!(!verdict.flagged);
        let fields = verdict.fields(true);
        assert!(fields[0].1.starts_with(&format!("No, score={score:.1} required={:.1} tests=GUILT", score + 0.1)), "{fields:?}");
        assert_eq!(
            fields.iter().map(|f| f.0).collect::<Vec<_>>(),
            ["X-Spam-Status", "X-Spam-Score", "X-Beholden-Status", "X-Beholden-Risk", "X-Beholden-Level"]
        );
        assert_eq!(Verdict::new(&report, score).fields(true)[1], ("X-Spam-Flag", "YES".to_owned()));
    }

    #[test]
    fn what_can_not_be_judged_is_not_flagged_and_has_no_risk() {
        let verdict = Verdict::abstained("too_large", 0.0);
        let fields = verdict.fields(false);
        assert!(fields[0].1.starts_with("No, score=0.0 required=0.0 tests=none autolearn=no "));
        assert_eq!(fields[1..], [("X-Beholden-Level", "unknown".to_owned()), ("X-Beholden-Abstained", "too_large".to_owned())]);
    }

    #[test]
    fn long_lists_are_folded() {
        let tests = ["GIFT_THEN_REQUEST"; 9].join(",");
        let value = folded("X-Beholden-Status", &format!("Yes, score=8.7 required=5.0 tests={tests} autolearn=no"), "\r\n");
        assert!(value.split("\r\n").all(|l| l.len() <= LINE - TAB + 1), "{value}");
        assert_eq!(
            folded("X-Beholden-Status", "Yes, score=8.7 required=5.0 tests=GUILT,FAVOR_DEBT,CONCESSION autolearn=no", "\n")
                .lines()
                .collect::<Vec<_>>(),
            ["Yes, score=8.7 required=5.0", "\ttests=GUILT,FAVOR_DEBT,CONCESSION autolearn=no"]
        );
        assert_eq!(
            value.replace("\r\n\t", " ").replace(", G", ",G"),
            format!("Yes, score=8.7 required=5.0 tests={tests} autolearn=no")
        );
    }
}
