//! The report as one row of a table, RFC 4180.

use std::io;

use ::csv::{Terminator, WriterBuilder};

use crate::{Evidence, Report, Role};

/// The columns.
const COLUMNS: [&str; 14] = [
    "id",
    "level",
    "risk",
    "score",
    "pressure_score",
    "p_goodwill",
    "p_appeal",
    "p_pressure",
    "language",
    "abstained",
    "tactics",
    "evidence",
    "notes",
    "error",
];

/// The first row.
pub(crate) fn header() -> Vec<u8> {
    let mut bytes = Vec::new();
    let written = write(&mut bytes, &COLUMNS.map(str::to_owned));
    debug_assert!(written.is_ok(), "writing to memory does not fail");
    bytes
}

/// One message.
pub(crate) fn row(bytes: &mut Vec<u8>, report: &Report, id: &str, no_text: bool) -> io::Result<()> {
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    let tactics: Vec<&str> = report.findings.iter().map(|f| f.tactic.name()).collect();
    let notes: Vec<&str> = report.notes.iter().map(|n| n.code).collect();
    write(
        bytes,
        &[
            id.to_owned(),
            report.level.map(|l| l.name().to_owned()).unwrap_or_default(),
            report.risk.map(|r| r.to_string()).unwrap_or_default(),
            number(report.score),
            number(report.pressure_score),
            number(report.probability.map(|p| p.goodwill)),
            number(report.probability.map(|p| p.appeal)),
            number(report.probability.map(|p| p.pressure)),
            report.language.clone().unwrap_or_default(),
            report.abstained.unwrap_or_default().to_owned(),
            distinct(&tactics).join(" "),
            if no_text { String::new() } else { evidence(report) },
            distinct(&notes).join(" "),
            String::new(),
        ],
    )
}

/// A message that can't be read.
pub(crate) fn error_row(id: &str, cause: &str) -> Vec<u8> {
    let mut fields: [String; COLUMNS.len()] = Default::default();
    fields[0] = id.to_owned();
    fields[COLUMNS.len() - 1] = cause.to_owned();
    let mut bytes = Vec::new();
    let written = write(&mut bytes, &fields);
    debug_assert!(written.is_ok(), "writing to memory does not fail");
    bytes
}

fn write(bytes: &mut Vec<u8>, fields: &[String]) -> io::Result<()> {
    // The line is ended by whoever puts rows together.
    let mut writer = WriterBuilder::new().terminator(Terminator::Any(b'\n')).from_writer(&mut *bytes);
    writer.write_record(fields)?;
    writer.flush()?;
    drop(writer);
    bytes.pop();
    Ok(())
}

fn distinct<'a>(names: &[&'a str]) -> Vec<&'a str> {
    let mut once: Vec<&str> = Vec::new();
    for name in names {
        if !once.contains(name) {
            once.push(name);
        }
    }
    once
}

/// What was found, in the order of the message, on one line. The role comes first, so no cell begins like a formula.
fn evidence(report: &Report) -> String {
    let mut items: Vec<&Evidence> = report.findings.iter().flat_map(|f| &f.evidence).filter(|e| e.role != Role::Pivot).collect();
    items.sort_by_key(|e| (e.part.as_deref() != Some("subject"), e.part.clone(), e.bytes));
    items.dedup_by_key(|e| (e.part.clone(), e.bytes, e.role));
    let shown: Vec<String> = items
        .iter()
        .filter_map(|e| {
            e.text.as_ref().map(|text| format!("{}: {}", e.role.name(), text.split_whitespace().collect::<Vec<_>>().join(" ")))
        })
        .collect();
    shown.join(" | ")
}
