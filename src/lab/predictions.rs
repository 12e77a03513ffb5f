//! Another tool's verdicts on labelled messages, so that it is measured by the same yardstick.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, of_line};
use crate::lab::eval::{Outcome, SpanScore};
use crate::lab::gold::Gold;
use crate::words::{Level, Tactic};

/// One line: the level, and the probabilities where the tool has some.
#[derive(Debug, Deserialize)]
struct Prediction {
    id: String,
    level: usize,
    #[serde(default)]
    appeal: Option<f64>,
    #[serde(default)]
    pressure: Option<f64>,
    #[serde(default)]
    tactics: BTreeSet<Tactic>,
}

/// Reads `{"id","level"}` lines and lays them beside the labels. A message without a line counts as level 0.
pub(crate) fn outcomes(path: &Path, messages: &[Gold]) -> Result<Vec<Outcome>, Error> {
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|e| Error::at(&name, None, e))?;
    let mut by_id = HashMap::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let prediction: Prediction = serde_json::from_str(line).map_err(|e| {
            let cause = of_line(&e, e.column());
            Error::at(&name, Some(i + 1), format!("{cause}; a verdict is a line {{\"id\":\"1\",\"level\":3}}"))
        })?;
        if prediction.level > 3 {
            return Err(Error::at(&name, Some(i + 1), format!("level {} is not 0 to 3", prediction.level)));
        }
        by_id.insert(prediction.id.clone(), prediction);
    }
    Ok(messages
        .iter()
        .map(|gold| {
            let found = by_id.get(&gold.id);
            let predicted = found.map_or(Level::None, |p| Level::ALL[p.level]);
            let sure = |level: Level| f64::from(u8::from(predicted >= level));
            let strong = predicted >= Level::Appeal;
            Outcome {
                predicted,
                appeal: found.and_then(|p| p.appeal).unwrap_or_else(|| sure(Level::Appeal)),
                pressure: found.and_then(|p| p.pressure).unwrap_or_else(|| sure(Level::Pressure)),
                tactics: found.filter(|_| strong).map(|p| p.tactics.clone()).unwrap_or_default(),
                ..Outcome::unjudged(gold, SpanScore::default())
            }
        })
        .collect())
}
