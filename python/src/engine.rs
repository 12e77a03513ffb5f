//! `beholden.Engine`.

use std::collections::BTreeMap;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyDict, PyList, PyTuple};

use crate::batch;
use crate::config::{self, Config, FileArg, WeightArg};

/// Judges messages. It is immutable: threads may share it, and other threads of Python run while it judges.
///
/// An engine can be pickled, by protocol 2 or newer: it goes to another process by what it was built from, lexicon texts
/// included, and is built again there, in some milliseconds, or half a second with lexicons of one's own.
///
/// Raises beholden.Error, with file, line and cause, where lexicons, weights or settings can't be used.
///
/// embedded: whether the built-in lexicons and weights are used.
/// lexicons: further lexicon files or folders of them, as paths or as pairs of a name and the text.
/// weights_file: weights in place of the built-in ones, as a path or as a pair of a name and the text.
/// weights: other weights of single sources or rules, in log-odds: a number for both scores, or
///     {"appeal": number, "pressure": number}.
/// without: rules and families that are not to count.
/// thresholds: the probability from which on a level is given, by level.
/// allow_phrases: phrases whose cues are left out.
/// allow_senders: addresses and domains whose mail is not judged.
/// keep_text: whether dictionaries carry the decoded parts that offsets refer to.
#[pyclass(frozen, module = "beholden")]
pub struct Engine {
    engine: beholden::Engine,
    config: Config,
}

#[pymethods]
impl Engine {
    #[new]
    #[pyo3(signature = (*, embedded = true, lexicons = vec![], weights_file = None, weights = BTreeMap::new(), without = vec![],
        thresholds = BTreeMap::new(), allow_phrases = vec![], allow_senders = vec![], keep_text = false))]
    #[pyo3(text_signature = "(*, embedded=True, lexicons=(), weights_file=None, weights={}, without=(), thresholds={}, \
        allow_phrases=(), allow_senders=(), keep_text=False)")]
    #[expect(clippy::too_many_arguments, reason = "these are the keyword arguments of Python")]
    fn new(
        py: Python<'_>,
        embedded: bool,
        lexicons: Vec<FileArg>,
        weights_file: Option<FileArg>,
        weights: BTreeMap<String, WeightArg>,
        without: Vec<String>,
        thresholds: BTreeMap<String, f64>,
        allow_phrases: Vec<String>,
        allow_senders: Vec<String>,
        keep_text: bool,
    ) -> PyResult<Self> {
        let lexicons = config::lexicons(py, lexicons)?;
        let weights_file = weights_file.map(|file| config::text(py, file)).transpose()?;
        let config =
            Config { embedded, lexicons, weights_file, weights, without, thresholds, allow_phrases, allow_senders, keep_text };
        Ok(Self { engine: config.build(py)?, config })
    }

    /// Judges bare text, under a subject line if there is one. Returns the report as a dictionary, with what
    /// `beholden scan --format json` says of it.
    #[pyo3(signature = (text, subject = None))]
    fn analyze<'py>(&self, py: Python<'py>, text: PyBackedStr, subject: Option<PyBackedStr>) -> PyResult<Bound<'py, PyAny>> {
        let subject = subject.as_deref().unwrap_or_default();
        let json = py.detach(|| batch::json_of(&self.engine.analyze_with_subject(subject, &text)))?;
        batch::loads(py, &json)
    }

    /// Judges a message as it stands in a file: headers, an empty line, a body (RFC 5322, MIME). Returns the report as a
    /// dictionary.
    fn analyze_message<'py>(&self, py: Python<'py>, message: PyBackedBytes) -> PyResult<Bound<'py, PyAny>> {
        let json = py.detach(|| batch::json_of(&self.engine.analyze_message(&message)))?;
        batch::loads(py, &json)
    }

    /// Judges many messages, and lets other threads run meanwhile.
    ///
    /// A list gives a list of dictionaries, an Arrow array a record batch (see arrow_schema), a report for each message in its
    /// place. str is text, bytes are a raw message; with `raw` str is a raw message too. A row that can't be read has an
    /// `error`, which says why, and the rest goes on.
    ///
    /// subjects: the subject lines of texts, where there are some; in the same form as the messages.
    /// ids: what the reports are to have as `id`, in the same form; without them messages are numbered from 1.
    #[pyo3(signature = (messages, *, subjects = None, ids = None, raw = false))]
    fn analyze_batch<'py>(
        &self,
        messages: &Bound<'py, PyAny>,
        subjects: Option<&Bound<'py, PyAny>>,
        ids: Option<&Bound<'py, PyAny>>,
        raw: bool,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Ok(messages) = messages.cast::<PyList>() {
            let items = |given: Option<&Bound<'py, PyAny>>| given.map(|all| all.extract()).transpose();
            return batch::list(&self.engine, messages, items(subjects)?, items(ids)?, raw);
        }
        let array = messages.py().import("pyarrow").and_then(|pyarrow| pyarrow.getattr("Array"));
        for given in [Some(messages), subjects, ids].into_iter().flatten() {
            // Without pyarrow nothing is one of its arrays.
            if !array.as_ref().is_ok_and(|array| given.is_instance(array).unwrap_or(false)) {
                let name = given.get_type().name()?;
                return Err(PyTypeError::new_err(format!("a list or a pyarrow.Array is wanted, and all alike; this is {name}")));
            }
        }
        batch::arrow(&self.engine, messages, subjects, ids, raw)
    }

    /// The versions of the engine and of its data, as every report has them: beholden, lexicon, weights, and settings where
    /// there are some.
    #[getter]
    fn version<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let version = self.engine.version();
        let dict = PyDict::new(py);
        dict.set_item("beholden", version.beholden)?;
        dict.set_item("lexicon", &version.lexicon)?;
        dict.set_item("weights", &version.weights)?;
        if let Some(settings) = &version.settings {
            dict.set_item("settings", settings)?;
        }
        Ok(dict)
    }

    /// For pickle: an engine is built again from its configuration.
    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        Ok((PyTuple::empty(py), self.config.keywords(py)?))
    }

    fn __repr__(&self) -> String {
        let version = self.engine.version();
        format!("<beholden.Engine {} lexicon={} weights={}>", version.beholden, version.lexicon, version.weights)
    }
}
