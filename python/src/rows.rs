//! Reports as Arrow rows: the schema, and what of a report a row holds.

use std::sync::Arc;

use ::arrow_schema::{DataType, Field, FieldRef, Fields, Schema};
use arrow_array::RecordBatch;
use arrow_pyarrow::ToPyArrow as _;
use beholden::{Finding, Level, Note, Probability, Report, Version};
use pyo3::prelude::*;
use serde::Serialize;
use serde_arrow::ArrayBuilder;

/// A row. Fields have the names and the meaning that they have in a report's JSON.
#[derive(Serialize, Default)]
struct Row<'a> {
    id: Option<&'a str>,
    level: Option<Level>,
    risk: Option<u8>,
    score: Option<f64>,
    pressure_score: Option<f64>,
    probability: Option<Probability>,
    language: Option<&'a str>,
    abstained: Option<&'a str>,
    findings: Option<&'a [Finding]>,
    notes: Option<&'a [Note]>,
    version: Option<&'a Version>,
    error: Option<&'a str>,
}

/// Strings of one column count their bytes in 32 bits with a sign. Evidence is counted with so much beside its words as its
/// other strings may take.
const MAX_EVIDENCE: usize = i32::MAX as usize;
const BESIDE_WORDS: usize = 128;

/// Rows in the making.
pub struct Rows {
    builder: ArrayBuilder,
    /// The bytes of evidence that the rows hold.
    evidence: usize,
}

impl Rows {
    pub fn new() -> serde_arrow::Result<Self> {
        Ok(Self { builder: ArrayBuilder::from_arrow(&fields())?, evidence: 0 })
    }

    /// Adds what came of one message.
    pub fn push(&mut self, id: Option<&str>, outcome: Result<Report, String>) -> serde_arrow::Result<()> {
        let outcome = outcome.and_then(|report| self.make_room(report));
        let row = match &outcome {
            Ok(report) => Row {
                id,
                level: report.level,
                risk: report.risk,
                score: report.score,
                pressure_score: report.pressure_score,
                probability: report.probability,
                language: report.language.as_deref(),
                abstained: report.abstained,
                findings: Some(&report.findings),
                notes: Some(&report.notes),
                version: Some(&report.version),
                error: None,
            },
            Err(cause) => Row { id, error: Some(cause), ..Row::default() },
        };
        self.builder.push(row)
    }

    /// A report that the batch has room for; the others must not suffer for one that it hasn't.
    fn make_room(&mut self, report: Report) -> Result<Report, String> {
        let evidence = report.findings.iter().flat_map(|f| &f.evidence);
        let size: usize = evidence.map(|e| e.text.as_ref().map_or(0, String::len) + BESIDE_WORDS).sum();
        if self.evidence + size > MAX_EVIDENCE {
            return Err("the batch is full: its evidence passes 2 GiB; send fewer rows at a time".to_owned());
        }
        self.evidence += size;
        Ok(report)
    }

    pub fn finish(mut self) -> serde_arrow::Result<RecordBatch> {
        self.builder.to_record_batch()
    }
}

/// The schema of the record batches that `Engine.analyze_batch` returns.
#[pyfunction]
pub fn arrow_schema(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    Schema::new(fields()).to_pyarrow(py)
}

fn fields() -> Vec<FieldRef> {
    let evidence = [
        text("role"),
        text("rule"),
        text("part"),
        text("zone"),
        text("text"),
        list("bytes", DataType::Int64),
        list("chars", DataType::Int64),
        list("utf16", DataType::Int64),
        field("line", DataType::Int64),
        field("column", DataType::Int64),
    ];
    let finding = [
        text("tactic"),
        field("contribution", DataType::Float64),
        field("distance", DataType::Int64),
        text("order"),
        list("evidence", of(evidence)),
    ];
    let probability = ["goodwill", "appeal", "pressure"].map(|name| field(name, DataType::Float64));
    vec![
        text("id"),
        text("level"),
        field("risk", DataType::Int32),
        field("score", DataType::Float64),
        field("pressure_score", DataType::Float64),
        field("probability", of(probability)),
        text("language"),
        text("abstained"),
        list("findings", of(finding)),
        list("notes", of([text("code"), text("detail")])),
        field("version", of(["beholden", "lexicon", "weights", "settings"].map(text))),
        text("error"),
    ]
}

fn field(name: &str, kind: DataType) -> FieldRef {
    Arc::new(Field::new(name, kind, true))
}

fn text(name: &str) -> FieldRef {
    field(name, DataType::Utf8)
}

fn list(name: &str, of: DataType) -> FieldRef {
    field(name, DataType::List(field("item", of)))
}

fn of<const N: usize>(fields: [FieldRef; N]) -> DataType {
    DataType::Struct(Fields::from(fields.to_vec()))
}
