//! The spamd protocol, as SpamAssassin's `spamd/PROTOCOL` tells it and as spamc, Rspamd and Exim speak it.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use serde_json::json;
use tokio::io::{AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::time::timeout;

use crate::Report;
use crate::cli::args::HeaderArgs;
use crate::cli::headers::{Verdict, header_end, message_id, rewrite};
use crate::cli::serve::listen::{Stream, farewell};
use crate::cli::serve::service::{Content, Judged, Room, Service, Trouble, Wire};

/// A line of a request is no longer than this.
const MAX_LINE: u64 = 8 << 10;

/// A message is read in pieces of this many bytes.
const PIECE: u64 = 1 << 16;

/// Evidence in a report is cut after this many characters.
const QUOTED: usize = 200;

/// Answers one client.
pub(crate) async fn serve(service: &Service, stream: impl Stream, peer: &str) {
    let mut stream = BufReader::new(stream);
    let limit = service.limits.timeout;
    // The room for a large message is held until its answer, which may be as large, has been taken.
    let mut room = Room::default();
    let answer = match timeout(limit, session(service, &mut stream, peer, &mut room)).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(trouble)) => failed(service, peer, &trouble),
        Err(_) => failed(service, peer, &Trouble::Timeout { limit }),
    };
    if let Err(error) = farewell(stream, &answer, limit).await {
        service.log.problem("answer_not_taken", json!({"wire": "spamd", "peer": peer, "error": error.to_string()}));
    }
}

fn failed(service: &Service, peer: &str, trouble: &Trouble) -> Vec<u8> {
    service.failed(Wire::Spamd, peer, trouble);
    refusal(trouble)
}

/// The answer to what gets no verdict, with the exit codes of sysexits.h as spamd uses them.
pub(crate) fn refusal(trouble: &Trouble) -> Vec<u8> {
    let (code, name) = match trouble {
        Trouble::TooLarge { .. } => (65, "Data error"),
        Trouble::TooManyHeaders { .. } | Trouble::Protocol(_) => (76, "Bad header line"),
        Trouble::TooManyConnections { .. } => (75, "Temporary failure"),
        Trouble::Timeout { .. } => (79, "Timeout"),
        Trouble::Unavailable(_) => (69, "Service Unavailable"),
        Trouble::Internal | Trouble::Io(_) => (70, "Internal software error"),
    };
    // The empty line is for spamc, which takes an answer without one for a broken connection.
    format!("SPAMD/1.1 {code} {name}: {trouble}\r\n\r\n").into_bytes()
}

/// Reads a request and makes its answer; empty where none is due.
async fn session(
    service: &Service,
    stream: &mut (impl AsyncBufRead + Unpin),
    peer: &str,
    room: &mut Room,
) -> Result<Vec<u8>, Trouble> {
    let asked = tokio::select! {
        biased;
        first = stream.fill_buf() => !first?.is_empty(),
        () = service.stop.cancelled() => false,
    };
    if !asked {
        return Ok(Vec::new());
    }
    let request = Request::read(stream, service.limits.max_headers).await?;
    match request.method {
        Method::Ping => return Ok(b"SPAMD/1.5 0 PONG\r\n".to_vec()),
        // The client has thought better of it and expects no answer.
        Method::Skip => return Ok(Vec::new()),
        _ => {}
    }
    let message = request.body(service, stream, room).await?;
    if request.method == Method::Tell {
        return Err(Trouble::Unavailable("TELL: beholden does not learn from single messages, nothing was set or removed"));
    }
    let who = json!({
        "peer": peer,
        "user": request.user,
        "message_id": message_id(&message),
        "bytes": message.len(),
    });
    let judged = service.judge(Wire::Spamd, who, Content::Message(message)).await?;
    Ok(request.answer(&judged, service.headers.required))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Check,
    Symbols,
    Report,
    ReportIfSpam,
    Process,
    Headers,
    Ping,
    Skip,
    Tell,
}

impl Method {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "CHECK" => Self::Check,
            "SYMBOLS" => Self::Symbols,
            "REPORT" => Self::Report,
            "REPORT_IFSPAM" => Self::ReportIfSpam,
            "PROCESS" => Self::Process,
            "HEADERS" => Self::Headers,
            "PING" => Self::Ping,
            "SKIP" => Self::Skip,
            "TELL" => Self::Tell,
            _ => return None,
        })
    }
}

/// A request as its lines say it.
#[derive(Debug)]
struct Request {
    method: Method,
    version: (u32, u32),
    length: Option<usize>,
    user: Option<String>,
    compressed: bool,
}

impl Request {
    async fn read(stream: &mut (impl AsyncBufRead + Unpin), max_headers: usize) -> Result<Self, Trouble> {
        let first = line(stream).await?;
        let mut request = Self::first(&first).ok_or_else(|| Trouble::Protocol(format!("no spamd request: {}", shown(&first))))?;
        if matches!(request.method, Method::Ping | Method::Skip) {
            return Ok(request);
        }
        for _ in 0..=max_headers {
            let line = line(stream).await?;
            if line.is_empty() {
                return Ok(request);
            }
            request.header(&line)?;
        }
        Err(Trouble::TooManyHeaders { limit: max_headers })
    }

    fn first(line: &str) -> Option<Self> {
        let mut words = line.split_ascii_whitespace();
        let method = Method::named(words.next()?)?;
        let (major, minor) = words.next()?.strip_prefix("SPAMC/")?.split_once('.')?;
        let version = (major.parse().ok()?, minor.parse().ok()?);
        words.next().is_none().then_some(Self { method, version, length: None, user: None, compressed: false })
    }

    fn header(&mut self, line: &str) -> Result<(), Trouble> {
        let bad = || Trouble::Protocol(shown(line));
        let (name, value) = line.split_once(':').ok_or_else(bad)?;
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "content-length" => self.length = Some(value.parse().map_err(|_| bad())?),
            "user" => self.user = Some(value.to_owned()),
            "compress" if value.eq_ignore_ascii_case("zlib") => self.compressed = true,
            "compress" => return Err(Trouble::Protocol(format!("Compress is zlib or absent, not {}", shown(value)))),
            // Others are for what is done elsewhere, such as Message-class.
            _ => {}
        }
        Ok(())
    }

    /// Reads the message; without a length, up to the end.
    async fn body(
        &self,
        service: &Service,
        stream: &mut (impl AsyncBufRead + Unpin),
        room: &mut Room,
    ) -> Result<Vec<u8>, Trouble> {
        let limit = service.limits.max_size;
        if self.length.is_some_and(|length| length > limit) {
            return Err(Trouble::TooLarge { limit });
        }
        // Room and memory are taken as the bytes come, whatever was announced.
        let mut body = Vec::new();
        let mut stream = stream.take(self.length.map_or(u64::MAX, |length| length as u64));
        while (&mut stream).take(PIECE).read_to_end(&mut body).await? > 0 {
            room.make(service, body.len()).await?;
        }
        if let Some(length) = self.length.filter(|length| body.len() < *length) {
            let got = body.len();
            return Err(Trouble::Protocol(format!("(Content-Length mismatch: Expected {length} bytes, got {got} bytes)")));
        }
        if !self.compressed {
            return Ok(body);
        }
        let mut message = Vec::new();
        let mut decoder = ZlibDecoder::new(&body[..]);
        let not_zlib = |e| Trouble::Protocol(format!("the message is not zlib: {e}"));
        while (&mut decoder).take(PIECE).read_to_end(&mut message).map_err(not_zlib)? > 0 {
            room.make(service, message.len()).await?;
        }
        Ok(message)
    }

    fn answer(&self, judged: &Judged, required: f64) -> Vec<u8> {
        let verdict = &judged.verdict;
        let body = match self.method {
            Method::Symbols => verdict.tests.join(",").into_bytes(),
            Method::Report => report(&judged.report, verdict).into_bytes(),
            Method::ReportIfSpam if verdict.flagged => report(&judged.report, verdict).into_bytes(),
            Method::Process | Method::Headers => {
                let mut message = rewrite(&judged.message, &HeaderArgs { required, sa_compat: true }, verdict);
                if self.method == Method::Headers {
                    message.truncate(header_end(&message));
                }
                message
            }
            _ => Vec::new(),
        };
        let spam = if verdict.flagged { "True" } else { "False" };
        let spam = format!("Spam: {spam} ; {:.1} / {:.1}\r\n\r\n", verdict.score, verdict.required);
        // Clients of 1.2 and older read by position and can't parse more headers.
        let length = if self.version > (1, 2) { format!("Content-length: {}\r\n", body.len()) } else { String::new() };
        let mut answer = format!("SPAMD/1.1 0 EX_OK\r\n{length}{spam}").into_bytes();
        answer.extend_from_slice(&body);
        answer
    }
}

/// A line without its end.
async fn line(stream: &mut (impl AsyncBufRead + Unpin)) -> Result<String, Trouble> {
    let mut line = Vec::new();
    stream.take(MAX_LINE).read_until(b'\n', &mut line).await?;
    match line.strip_suffix(b"\n") {
        Some(rest) => Ok(String::from_utf8_lossy(rest.strip_suffix(b"\r").unwrap_or(rest)).into_owned()),
        None if line.len() as u64 == MAX_LINE => Err(Trouble::Protocol(format!("a line is longer than {MAX_LINE} bytes"))),
        None => Err(Trouble::Protocol("the request ends within a line".to_owned())),
    }
}

/// A part of a request, fit for an answer and a log.
fn shown(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_default).collect()
}

/// The report for people: what the status says, and the words that it rests on.
fn report(report: &Report, verdict: &Verdict) -> String {
    let level = verdict.level;
    let mut text = format!(
        "Reciprocity-based persuasion, told by beholden {}:\n{level}, {:.1} points, {:.1} required.\n",
        env!("CARGO_PKG_VERSION"),
        verdict.score,
        verdict.required
    );
    if let Some(code) = report.abstained {
        text.push_str(&format!("The message was not judged: {code}.\n"));
    }
    for finding in &report.findings {
        text.push_str(&format!("\n{:+.1} {}\n", finding.contribution, finding.tactic.name()));
        for evidence in &finding.evidence {
            let words = evidence.text.as_deref().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
            let words: String = words.chars().take(QUOTED).collect();
            text.push_str(&format!("     {}: \"{words}\"\n", evidence.role.name()));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read() {
        let request = Request::first("REPORT_IFSPAM SPAMC/1.5").unwrap();
        assert_eq!((request.method, request.version), (Method::ReportIfSpam, (1, 5)));
        for bad in ["", "CHECK", "check SPAMC/1.5", "CHECK SPAMC/1", "CHECK HTTP/1.1", "CHECK SPAMC/1.5 x", "GET / HTTP/1.1"] {
            assert!(Request::first(bad).is_none(), "{bad}");
        }
        let mut request = Request::first("CHECK SPAMC/1.5").unwrap();
        for header in ["Content-Length:  12 ", "user: me", "COMPRESS: zlib", "X-Other: y"] {
            request.header(header).unwrap();
        }
        assert_eq!((request.length, request.user.as_deref(), request.compressed), (Some(12), Some("me"), true));
        for bad in ["nonsense", "Content-length: -1", "Content-length: 1e3", "Compress: gzip"] {
            assert!(request.header(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn refusals_are_one_line() {
        let trouble = Trouble::Protocol(shown("GET /\r\n\u{1b}[1m"));
        assert_eq!(refusal(&trouble), b"SPAMD/1.1 76 Bad header line: GET /\\r\\n\\u{1b}[1m\r\n\r\n");
    }
}
