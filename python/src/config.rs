//! What an engine is built from: kept as it was given, so that an engine can be built from it again in another process.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use beholden::{Level, Weight};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A file with its text, or the path to read it from.
#[derive(FromPyObject)]
pub enum FileArg {
    /// A name for error messages, and the text.
    #[pyo3(transparent)]
    Text((String, String)),
    /// A file, or a folder of lexicon files.
    #[pyo3(transparent)]
    Path(PathBuf),
}

/// A weight in log-odds, on both scores or on those that are named.
#[derive(FromPyObject, IntoPyObject, Clone)]
pub enum WeightArg {
    /// On both scores.
    #[pyo3(transparent)]
    Both(f64),
    /// On the scores that are named.
    #[pyo3(transparent)]
    Each(BTreeMap<String, f64>),
}

/// The keyword arguments of `Engine`, with the text of files in place of their paths.
#[derive(Clone)]
pub struct Config {
    pub embedded: bool,
    pub lexicons: Vec<(String, String)>,
    pub weights_file: Option<(String, String)>,
    pub weights: BTreeMap<String, WeightArg>,
    pub without: Vec<String>,
    pub thresholds: BTreeMap<String, f64>,
    pub allow_phrases: Vec<String>,
    pub allow_senders: Vec<String>,
    pub keep_text: bool,
}

impl Config {
    /// Builds the engine. Settings are made in the order of a configuration file, so that the same settings have the same hash.
    pub fn build(&self, py: Python<'_>) -> PyResult<beholden::Engine> {
        let mut builder = beholden::Engine::builder().embedded(self.embedded).keep_text(self.keep_text);
        for (name, text) in &self.lexicons {
            builder = builder.lexicon(name, text);
        }
        if let Some((name, text)) = &self.weights_file {
            builder = builder.weights(name, text);
        }
        let mut thresholds = Vec::new();
        for (name, probability) in &self.thresholds {
            thresholds.push((level(name).map_err(|cause| error(py, "thresholds", None, &cause))?, *probability));
        }
        thresholds.sort_by_key(|(level, _)| *level);
        for (level, probability) in thresholds {
            builder = builder.threshold(level, probability);
        }
        for (source, given) in &self.weights {
            builder = builder.weight(source, weight(source, given).map_err(|cause| error(py, "weights", None, &cause))?);
        }
        builder = self.without.iter().fold(builder, |b, rule| b.without(rule));
        builder = self.allow_phrases.iter().fold(builder, |b, phrase| b.allow_phrase(phrase));
        builder = self.allow_senders.iter().fold(builder, |b, sender| b.allow_sender(sender));
        py.detach(|| builder.build()).map_err(|e| of(py, &e))
    }

    /// The keyword arguments that build this engine again.
    pub fn keywords<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let given = PyDict::new(py);
        given.set_item("embedded", self.embedded)?;
        given.set_item("lexicons", self.lexicons.clone())?;
        given.set_item("weights_file", self.weights_file.clone())?;
        given.set_item("weights", self.weights.clone())?;
        given.set_item("without", self.without.clone())?;
        given.set_item("thresholds", self.thresholds.clone())?;
        given.set_item("allow_phrases", self.allow_phrases.clone())?;
        given.set_item("allow_senders", self.allow_senders.clone())?;
        given.set_item("keep_text", self.keep_text)?;
        Ok(given)
    }
}

/// Name and text of lexicon files, those of folders among them.
pub fn lexicons(py: Python<'_>, given: Vec<FileArg>) -> PyResult<Vec<(String, String)>> {
    let mut texts = Vec::new();
    for file in given {
        match file {
            FileArg::Text(text) => texts.push(text),
            FileArg::Path(path) => texts.extend(beholden::lexicon_files(path).map_err(|e| of(py, &e))?),
        }
    }
    Ok(texts)
}

/// Name and text of a file.
pub fn text(py: Python<'_>, given: FileArg) -> PyResult<(String, String)> {
    match given {
        FileArg::Text(text) => Ok(text),
        FileArg::Path(path) => {
            let name = path.display().to_string();
            let text = fs::read_to_string(&path).map_err(|e| error(py, &name, None, &e.to_string()))?;
            Ok((name, text))
        }
    }
}

fn of(py: Python<'_>, e: &beholden::Error) -> PyErr {
    error(py, e.file(), e.line(), e.cause())
}

/// `beholden.Error`, which is defined in Python: the stable interface of older Pythons lets no extension define an exception
/// with attributes.
fn error(py: Python<'_>, file: &str, line: Option<usize>, cause: &str) -> PyErr {
    let made = py.import("beholden._error").and_then(|m| m.getattr("Error")).and_then(|e| e.call1((file, line, cause)));
    made.map_or_else(|e| e, PyErr::from_value)
}

fn level(name: &str) -> Result<Level, String> {
    let named = Level::ALL.into_iter().find(|l| l.name() == name);
    named.ok_or_else(|| format!("no level is called {name:?}; there are goodwill, appeal and pressure"))
}

fn weight(source: &str, given: &WeightArg) -> Result<Weight, String> {
    let each = match given {
        WeightArg::Both(both) => return Ok(Weight::from(*both)),
        WeightArg::Each(each) => each,
    };
    if let Some(odd) = each.keys().find(|k| !matches!(k.as_str(), "appeal" | "pressure")) {
        return Err(format!("the weight of {source:?} has {odd:?}, which is neither appeal nor pressure"));
    }
    match (each.get("appeal"), each.get("pressure")) {
        (Some(appeal), Some(pressure)) => Ok(Weight::each(*appeal, *pressure)),
        (Some(appeal), None) => Ok(Weight::appeal(*appeal)),
        (None, Some(pressure)) => Ok(Weight::pressure(*pressure)),
        (None, None) => Err(format!("the weight of {source:?} is empty")),
    }
}
