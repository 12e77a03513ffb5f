//! A batch: its messages are taken from Python at once, judged without the interpreter's lock, and handed back at once.

use arrow_pyarrow::ToPyArrow as _;
use beholden::{Engine, Report};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyList;
use serde_json::{Value, json};

use crate::cells::{Cell, Column, Item};
use crate::rows::{self, Rows};

/// Judges one message, or says what is wrong with its row. Text may have a subject; a raw message has its own.
fn judge(engine: &Engine, message: &Cell<'_>, subject: &Cell<'_>, raw: bool) -> Result<Report, String> {
    let subject = match subject {
        Cell::Null => "",
        Cell::Text(subject) => subject,
        Cell::Bytes(_) => return Err("the subject is bytes, not str".to_owned()),
        Cell::Bad(what) => return Err(format!("the subject {what}")),
    };
    let bytes = match message {
        Cell::Text(text) if !raw => return Ok(engine.analyze_with_subject(subject, text)),
        Cell::Text(text) => text.as_bytes(),
        Cell::Bytes(bytes) => bytes,
        Cell::Null => return Err("there is no message".to_owned()),
        Cell::Bad(what) => return Err(format!("the message {what}")),
    };
    if subject.is_empty() { Ok(engine.analyze_message(bytes)) } else { Err("a raw message has a subject of its own".to_owned()) }
}

/// The JSON of one report, which Python reads.
pub fn json_of(report: &Report) -> PyResult<String> {
    serde_json::to_string(report).map_err(|e| PyValueError::new_err(e.to_string()))
}

/// JSON as Python's own values.
pub fn loads<'py>(py: Python<'py>, json: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (json,))
}

/// A list of dictionaries for a list of messages.
pub fn list<'py>(
    engine: &Engine,
    messages: &Bound<'py, PyList>,
    subjects: Option<Vec<Bound<'py, PyAny>>>,
    ids: Option<Vec<Bound<'py, PyAny>>>,
    raw: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let py = messages.py();
    let items: Vec<Item> = messages.iter().map(|m| Item::new(&m)).collect();
    same_length("subjects", subjects.as_ref().map(Vec::len), items.len())?;
    same_length("ids", ids.as_ref().map(Vec::len), items.len())?;
    let subjects: Option<Vec<Item>> = subjects.map(|all| all.iter().map(Item::new).collect());
    let json = py.detach(|| {
        let answer = |(row, item): (usize, &Item)| {
            let subject = subjects.as_ref().map_or(Cell::Null, |all| all[row].cell());
            match judge(engine, &item.cell(), &subject, raw) {
                Ok(mut report) => {
                    report.id = Some(Value::from(row + 1));
                    serde_json::to_string(&report)
                }
                Err(cause) => serde_json::to_string(&json!({"id": row + 1, "error": cause})),
            }
        };
        let answers: Result<Vec<String>, _> = items.iter().enumerate().map(answer).collect();
        answers.map(|all| format!("[{}]", all.join(",")))
    });
    let reports = loads(py, &json.map_err(|e| PyValueError::new_err(e.to_string()))?)?;
    for (report, id) in reports.try_iter()?.zip(ids.into_iter().flatten()) {
        report?.set_item("id", id)?;
    }
    Ok(reports)
}

/// A record batch for an Arrow array of messages.
pub fn arrow<'py>(
    engine: &Engine,
    messages: &Bound<'py, PyAny>,
    subjects: Option<&Bound<'py, PyAny>>,
    ids: Option<&Bound<'py, PyAny>>,
    raw: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let py = messages.py();
    let messages = Column::new("messages", messages)?;
    let subjects = subjects.map(|s| Column::new("subjects", s)).transpose()?;
    // Ids of any type stand in the batch as text.
    let ids = ids.map(|ids| Column::new("ids", &ids.call_method1("cast", ("string",))?)).transpose()?;
    same_length("subjects", subjects.as_ref().map(Column::len), messages.len())?;
    same_length("ids", ids.as_ref().map(Column::len), messages.len())?;
    let batch = py.detach(|| {
        let mut rows = Rows::new()?;
        for row in 0..messages.len() {
            let subject = subjects.as_ref().map_or(Cell::Null, |all| all.cell(row));
            let outcome = judge(engine, &messages.cell(row), &subject, raw);
            match ids.as_ref().map(|all| all.cell(row)) {
                None => rows.push(Some(&(row + 1).to_string()), &outcome)?,
                Some(Cell::Text(id)) => rows.push(Some(id), &outcome)?,
                Some(_) => rows.push(None, &outcome)?,
            }
        }
        rows.finish()
    });
    batch.map_err(|e| rows::broken(&e))?.to_pyarrow(py)
}

fn same_length(name: &str, given: Option<usize>, wanted: usize) -> PyResult<()> {
    match given {
        Some(given) if given != wanted => Err(PyValueError::new_err(format!("{name}: {given} of them for {wanted} messages"))),
        _ => Ok(()),
    }
}
