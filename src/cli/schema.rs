//! `beholden schema`: the JSON Schema of a report, made from the types that reports are written from.

use std::io::Write as _;

use schemars::generate::SchemaSettings;

use crate::Report;
use crate::cli::exit::{Exit, Stop};
use crate::format::File;

/// Runs the command.
pub(crate) fn run() -> Result<Exit, Stop> {
    let mut out = std::io::stdout().lock();
    out.write_all(report().as_bytes())?;
    out.flush()?;
    Ok(Exit::Done)
}

/// The schema, as JSON in lines.
pub(crate) fn report() -> String {
    let schema = SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Report>();
    format!("{:#}\n", schema.as_value())
}

/// The schema of lexicon files, which editors use. They know draft 7 best.
pub(crate) fn lexicon() -> String {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<File>();
    format!("{:#}\n", schema.as_value())
}
