//! `beholden scan`: read, judge in parallel, write in a stable order.

use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _, Write};

use rayon::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cli::args::{Format, Input, Scan};
use crate::cli::complain;
use crate::cli::exit::{Exit, Stop};
use crate::cli::input::{Item, is_message, list};
use crate::cli::text;
use crate::{Engine, Level, Report};

/// So many files are judged before their reports are written, which bounds memory.
const BATCH: usize = 256;

/// A report, or why there is none.
type Judged = Result<Report, (Value, String)>;

/// Runs the command.
pub(crate) fn run(args: &Scan) -> Result<Exit, Stop> {
    let mut builder = Engine::builder().keep_text(args.with_text || args.format == Format::Text);
    for path in &args.lexicon {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| crate::Error::at(&name, None, e))?;
        builder = builder.lexicon(name, text);
    }
    let engine = builder.build()?;
    let listing = list(&args.paths);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(args.jobs).build().map_err(|e| Stop::Output(io::Error::other(e)))?;
    let mut output = Output::new(args);
    for batch in listing.items.chunks(BATCH) {
        if args.input == Input::Jsonl {
            for item in batch {
                json_lines(&engine, args, item, &mut output)?;
            }
            continue;
        }
        let judged: Vec<Judged> = pool.install(|| batch.par_iter().map(|item| judge(&engine, args, item)).collect());
        for result in judged {
            output.write(result)?;
        }
    }
    output.finish()?;
    if listing.skipped > 0 {
        complain(&format!("{} files that are neither text nor mail were skipped", listing.skipped));
    }
    Ok(output.exit())
}

fn judge(engine: &Engine, args: &Scan, item: &Item) -> Judged {
    let (id, path, bytes) = match item {
        Item::Stdin => {
            let mut bytes = Vec::new();
            (json!("-"), None, io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes))
        }
        Item::File(path) => (json!(path.to_string_lossy()), Some(path.as_path()), std::fs::read(path)),
        Item::Error { id, cause } => return Err((json!(id), cause.clone())),
    };
    let bytes = bytes.map_err(|e| (id.clone(), e.to_string()))?;
    let mut report = if is_message(args.input, path, &bytes) {
        engine.analyze_message(&bytes)
    } else {
        engine.analyze(&String::from_utf8_lossy(&bytes))
    };
    report.id = Some(id);
    Ok(report)
}

/// A line of JSON Lines input.
#[derive(Deserialize)]
struct Line {
    text: Option<String>,
    #[serde(default)]
    subject: String,
    message: Option<String>,
    message_base64: Option<String>,
}

/// One line out for a line in, in order, flushed whenever no further line is waiting.
fn json_lines(engine: &Engine, args: &Scan, item: &Item, output: &mut Output<'_>) -> Result<(), Stop> {
    let source: Box<dyn io::Read> = match item {
        Item::Stdin => Box::new(io::stdin()),
        Item::File(path) => match std::fs::File::open(path) {
            Ok(file) => Box::new(file),
            Err(error) => return output.write(Err((json!(path.to_string_lossy()), error.to_string()))),
        },
        Item::Error { id, cause } => return output.write(Err((json!(id), cause.clone()))),
    };
    let mut reader = BufReader::with_capacity(1 << 16, source);
    let mut raw = Vec::new();
    let mut number = 0u64;
    loop {
        raw.clear();
        match reader.read_until(b'\n', &mut raw) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) => return output.write(Err((json!(number + 1), error.to_string()))),
        }
        number += 1;
        match json_line(engine, &raw, number) {
            Err((id, cause)) => {
                // In its place, and only --strict makes it an error of the run.
                let place = match item {
                    Item::File(path) => path.display().to_string(),
                    _ => "-".to_owned(),
                };
                complain(&format!("{place}:{number}: {cause}"));
                output.bad_line(&id, &cause, args.strict)?;
            }
            good => output.write(good)?,
        }
        if !reader.buffer().contains(&b'\n') {
            output.flush()?;
        }
    }
}

fn json_line(engine: &Engine, raw: &[u8], number: u64) -> Judged {
    let value: Value = serde_json::from_slice(raw).map_err(|e| (json!(number), e.to_string()))?;
    let id = value.get("id").cloned().unwrap_or(json!(number));
    let line = Line::deserialize(value).map_err(|e| (id.clone(), e.to_string()))?;
    let mut report = match (line.text, line.message, line.message_base64) {
        (Some(text), None, None) => engine.analyze_with_subject(&line.subject, &text),
        (None, Some(message), None) => engine.analyze_message(message.as_bytes()),
        (None, None, Some(encoded)) => {
            let bytes = mail_parser::decoders::base64::base64_decode(encoded.as_bytes())
                .ok_or_else(|| (id.clone(), "message_base64 is not base64".to_owned()))?;
            engine.analyze_message(&bytes)
        }
        _ => return Err((id, "a line needs exactly one of text, message, message_base64".to_owned())),
    };
    report.id = Some(id);
    Ok(report)
}

/// Where reports go, and what they add up to.
struct Output<'a> {
    args: &'a Scan,
    stdout: BufWriter<Box<dyn Write>>,
    written: usize,
    highest: Option<Level>,
    failed: bool,
}

impl<'a> Output<'a> {
    fn new(args: &'a Scan) -> Self {
        let stdout: Box<dyn Write> =
            if args.format == Format::Text { Box::new(anstream::stdout()) } else { Box::new(io::stdout()) };
        Self { args, stdout: BufWriter::new(stdout), written: 0, highest: None, failed: false }
    }

    fn write(&mut self, judged: Judged) -> Result<(), Stop> {
        let mut report = match judged {
            Ok(report) => report,
            Err((id, cause)) => {
                complain(&format!("{}: {cause}", text::plain(&id)));
                self.failed = true;
                return self.error(&id, &cause);
            }
        };
        self.highest = self.highest.max(report.level);
        if self.args.only.is_some_and(|only| report.level < Some(only.into())) {
            return Ok(());
        }
        if self.args.no_text && self.args.format != Format::Text {
            report.strip_text();
        }
        if self.args.format == Format::Text {
            if self.written > 0 {
                writeln!(self.stdout)?;
            }
            text::write(&mut self.stdout, &report, self.args.no_text)?;
            self.written += 1;
            return Ok(());
        }
        let line = serde_json::to_string(&report).map_err(io::Error::from)?;
        self.line(&line)
    }

    fn bad_line(&mut self, id: &Value, cause: &str, strict: bool) -> Result<(), Stop> {
        self.failed |= strict;
        self.error(id, cause)
    }

    fn error(&mut self, id: &Value, cause: &str) -> Result<(), Stop> {
        if self.args.format == Format::Text {
            return Ok(());
        }
        let line = json!({"id": id, "error": cause}).to_string();
        self.line(&line)
    }

    fn line(&mut self, line: &str) -> Result<(), Stop> {
        match (self.args.format, self.written) {
            (Format::Json, 0) => write!(self.stdout, "[\n{line}")?,
            (Format::Json, _) => write!(self.stdout, ",\n{line}")?,
            _ => writeln!(self.stdout, "{line}")?,
        }
        self.written += 1;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), Stop> {
        Ok(self.stdout.flush()?)
    }

    fn finish(&mut self) -> Result<(), Stop> {
        if self.args.format == Format::Json {
            self.stdout.write_all(if self.written == 0 { b"[]\n" } else { b"\n]\n" })?;
        }
        self.flush()
    }

    fn exit(&self) -> Exit {
        if self.failed {
            Exit::Failed
        } else if self.args.fail_on.is_some_and(|level| self.highest >= Some(level.into())) {
            Exit::Reached
        } else {
            Exit::Done
        }
    }
}
