//! A report as the bytes of one of the formats. The threads do this too, so that writing is only copying.

use std::io;

use serde_json::Value;

use crate::cli::args::{Format, LevelArg, Scan};
use crate::cli::id::Id;
use crate::cli::{advise, csv, html, text};
use crate::{Level, Report};

/// A report, written.
pub(crate) struct Rendered {
    /// Empty where `--only` leaves it out.
    pub bytes: Vec<u8>,
    /// What the page takes of it, for `--format html`.
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
    advise: bool,
}

impl Renderer {
    pub fn new(args: &Scan) -> Self {
        Self { format: args.format, only: args.only, no_text: args.no_text, advise: args.advise }
    }

    pub fn render(&self, mut report: Report, id: &Id) -> Rendered {
        let level = report.level;
        let rank =
            report.risk.zip(report.probability).map(|(risk, p)| (risk, (3_000.0 * p.appeal + 7_000.0 * p.pressure) as u32));
        let mut bytes = Vec::new();
        let mut entry = None;
        let wanted = self.only.is_none_or(|only| level >= Some(only.into()));
        if wanted && self.format == Format::Html {
            entry = Some(Box::new(html::Entry::new(&report, rank, id.plain(), self.no_text)));
        } else if wanted {
            let written = self.write(&mut bytes, &mut report, id);
            debug_assert!(written.is_ok(), "writing to memory does not fail");
        }
        Rendered { bytes, entry, level, rank }
    }

    fn write(&self, bytes: &mut Vec<u8>, report: &mut Report, id: &Id) -> io::Result<()> {
        match self.format {
            Format::Text => {
                report.id = Some(Value::from(id.plain()));
                if self.advise {
                    return advise::write(bytes, report, self.no_text);
                }
                text::write(bytes, report, self.no_text)
            }
            // The page is written when all is judged.
            Format::Html => Ok(()),
            Format::Csv => csv::row(bytes, report, &id.plain(), self.no_text),
            Format::Json | Format::Jsonl => {
                if self.no_text {
                    report.strip_text();
                }
                bytes.extend_from_slice(json(report, id)?.as_bytes());
                Ok(())
            }
        }
    }

    /// What stands in the place of a message that can't be read.
    pub fn error(&self, id: &Id, cause: &str) -> Vec<u8> {
        match self.format {
            // People read it on standard error.
            Format::Text | Format::Html => Vec::new(),
            Format::Csv => csv::error_row(&id.plain(), cause),
            Format::Json | Format::Jsonl => format!("{{\"id\":{},\"error\":{}}}", id.json(), Value::from(cause)).into_bytes(),
        }
    }
}

/// The report on one line, with the id exactly as it came: through a `Value` a long number would lose digits.
pub(crate) fn json(report: &mut Report, id: &Id) -> io::Result<String> {
    const PLACE: &str = "\"id\":null";
    report.id = Some(Value::Null);
    let mut line = serde_json::to_string(report)?;
    // Before the id stand only the schema and the versions, so the first place is the right one.
    if let Some(at) = line.find(PLACE) {
        line.replace_range(at..at + PLACE.len(), &format!("\"id\":{}", id.json()));
    }
    Ok(line)
}
