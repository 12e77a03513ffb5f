//! A batch: its messages are taken from Python at once, judged without the interpreter's lock, and handed back at once.

use arrow_array::RecordBatch;
use arrow_pyarrow::ToPyArrow as _;
use beholden::{Engine, Report};
use pyo3::exceptions::{PyRuntimeError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use serde_json::{Value, json};

use crate::cells::{Cell, Column, Item};
use crate::rows::Rows;

/// After so many bytes of messages a batch asks whether the user has interrupted it.
const PULSE: usize = 1 << 20;

/// Lets Python see to an interrupt now and then, while a batch keeps its interpreter waiting.
#[derive(Default)]
struct Pulse(usize);

impl Pulse {
    fn beat(&mut self, message: &Cell<'_>) -> PyResult<()> {
        self.0 += match message {
            Cell::Text(text) => text.len(),
            Cell::Bytes(bytes) => bytes.len(),
            Cell::Null | Cell::Bad(_) => 0,
        };
        if self.0 < PULSE {
            return Ok(());
        }
        self.0 = 0;
        Python::attach(|py| py.check_signals())
    }
}

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
pub fn json_of(report: &Report) -> PyResult<Vec<u8>> {
    serde_json::to_vec(report).map_err(|e| broken(&e))
}

/// JSON as Python's own values.
pub fn loads<'py>(py: Python<'py>, json: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (PyBytes::new(py, json),))
}

/// An error that can't come of a message: every report has a JSON and fits the schema.
fn broken(cause: &dyn std::error::Error) -> PyErr {
    PyRuntimeError::new_err(cause.to_string())
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
    let json: PyResult<Vec<u8>> = py.detach(|| {
        let mut json = vec![b'['];
        let mut pulse = Pulse::default();
        for (row, item) in items.iter().enumerate() {
            pulse.beat(&item.cell())?;
            if row > 0 {
                json.push(b',');
            }
            let subject = subjects.as_ref().map_or(Cell::Null, |all| all[row].cell());
            match judge(engine, &item.cell(), &subject, raw) {
                Ok(mut report) => {
                    report.id = Some(Value::from(row + 1));
                    serde_json::to_writer(&mut json, &report).map_err(|e| broken(&e))?;
                }
                Err(cause) => {
                    serde_json::to_writer(&mut json, &json!({"id": row + 1, "error": cause})).map_err(|e| broken(&e))?;
                }
            }
        }
        json.push(b']');
        Ok(json)
    });
    let reports = loads(py, &json?)?;
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
    // Ids of any type that has a text form stand in the batch as text.
    let as_text = |ids: &Bound<'py, PyAny>| {
        let text = ids.call_method1("cast", ("string",));
        text.map_err(|e| PyTypeError::new_err(format!("ids: {}", e.value(py))))
    };
    let ids = ids.map(|ids| Column::new("ids", &as_text(ids)?)).transpose()?;
    same_length("subjects", subjects.as_ref().map(Column::len), messages.len())?;
    same_length("ids", ids.as_ref().map(Column::len), messages.len())?;
    let batch: PyResult<RecordBatch> = py.detach(|| {
        let mut rows = Rows::new().map_err(|e| broken(&e))?;
        let mut pulse = Pulse::default();
        for row in 0..messages.len() {
            pulse.beat(&messages.cell(row))?;
            let subject = subjects.as_ref().map_or(Cell::Null, |all| all.cell(row));
            let outcome = judge(engine, &messages.cell(row), &subject, raw);
            let pushed = match ids.as_ref().map(|all| all.cell(row)) {
                None => rows.push(Some(&(row + 1).to_string()), outcome),
                Some(Cell::Text(id)) => rows.push(Some(id), outcome),
                Some(_) => rows.push(None, outcome),
            };
            pushed.map_err(|e| broken(&e))?;
        }
        rows.finish().map_err(|e| broken(&e))
    });
    batch?.to_pyarrow(py)
}

fn same_length(name: &str, given: Option<usize>, wanted: usize) -> PyResult<()> {
    match given {
        Some(given) if given != wanted => Err(PyValueError::new_err(format!("{name}: {given} of them for {wanted} messages"))),
        _ => Ok(()),
    }
}
