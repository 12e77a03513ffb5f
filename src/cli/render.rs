//! A report as the bytes of one of the formats. The threads do this too, so that writing is only copying.

use std::io;

use serde_json::Value;

use crate::cli::args::{Format, LevelArg, Scan};
use crate::cli::id::Id;
use crate::cli::text::Look;
use crate::cli::{advise, csv, html, sarif, text};
use crate::{Level, Report};

/// A report, written.
pub(crate) struct Rendered {
    /// Empty where `--only` leaves it out, or there is nothing to say.
    pub bytes: Vec<u8>,
    /// What SARIF tells at the end of the document.
    pub notification: Option<Vec<u8>>,
    /// What the page takes of it, for `--format html`, which counts what `--only` leaves out.
    pub entry: Option<Box<html::Entry>>,
    pub level: Option<Level>,
    /// What `--sort risk` goes by; nothing for what was not judged.
    pub rank: Option<Rank>,
}

/// The risk as it is printed, then as it is before rounding, in hundredths of a percent.
pub(crate) type Rank = (u8, u32);

/// How reports are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Renderer {
    format: Format,
    only: Option<LevelArg>,
    no_text: bool,
    look: Look,
    advise: bool,
}

impl Renderer {
    pub fn new(args: &Scan) -> Self {
        Self {
            format: args.format,
            only: args.only,
            no_text: args.no_text,
            look: Look::of_standard_output(),
            advise: args.advise,
        }
    }

    pub fn render(&self, mut report: Report, id: &Id) -> Rendered {
        let level = report.level;
        let rank =
            report.risk.zip(report.probability).map(|(risk, p)| (risk, (3_000.0 * p.appeal + 7_000.0 * p.pressure) as u32));
        let mut bytes = Vec::new();
        let mut notification = None;
        let mut entry = None;
        let wanted = self.only.is_none_or(|only| level >= Some(only.into()));
        if self.format == Format::Html {
            let row = html::Entry::new(&report, rank, id.plain());
            entry = Some(Box::new(if wanted { row.in_full(&report, self.no_text) } else { row }));
        } else if wanted {
            let written = self.write(&mut bytes, &mut report, id);
            debug_assert!(written.is_ok(), "writing to memory does not fail");
            let abstained = report.abstained.filter(|_| self.format == Format::Sarif);
            notification = abstained.map(|code| sarif::not_judged(id, code));
        }
        Rendered { bytes, notification, entry, level, rank }
    }

    fn write(&self, bytes: &mut Vec<u8>, report: &mut Report, id: &Id) -> io::Result<()> {
        match self.format {
            Format::Text => {
                report.id = Some(Value::from(id.plain()));
                if self.advise {
                    return advise::write(bytes, report, self.no_text);
                }
                text::write(bytes, report, self.look, self.no_text)
            }
            // The page is written when all is judged.
            Format::Html => Ok(()),
            Format::Csv => csv::row(bytes, report, &id.plain(), self.no_text),
            Format::Sarif => {
                bytes.extend(sarif::results(report, id, self.no_text));
                Ok(())
            }
            Format::Json | Format::Jsonl => {
                if self.no_text {
                    report.strip_text();
                }
                *bytes = json(report, id)?;
                Ok(())
            }
        }
    }

    /// What stands in the place of a message that can't be read.
    pub fn error(&self, id: &Id, cause: &str) -> Vec<u8> {
        match self.format {
            // People read it on standard error.
            Format::Text | Format::Html => Vec::new(),
            Format::Sarif => sarif::unreadable(id, cause),
            Format::Csv => csv::error_row(&id.plain(), cause),
            Format::Json | Format::Jsonl => format!("{{\"id\":{},\"error\":{}}}", id.json(), Value::from(cause)).into_bytes(),
        }
    }
}

/// Most reports are shorter.
const ORDINARY: usize = 4 << 10;

/// The report on one line, with the id exactly as it came: through a `Value` a long number would lose digits.
pub(crate) fn json(report: &mut Report, id: &Id) -> io::Result<Vec<u8>> {
    const PLACE: &[u8] = b"\"id\":null";
    report.id = Some(Value::Null);
    let mut line = Vec::with_capacity(ORDINARY);
    serde_json::to_writer(&mut line, report)?;
    // Before the id stand only the schema and the versions, so the first place is the right one.
    if let Some(at) = memchr::memmem::find(&line, PLACE) {
        line.splice(at + PLACE.len() - b"null".len()..at + PLACE.len(), id.json().bytes());
    }
    Ok(line)
}
