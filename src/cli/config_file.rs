//! `beholden.toml`: where it is found, and what it says, each value with its line.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy as _;
use serde::Deserialize;
use toml::Spanned;

use crate::format::{Complaint, line_of};
use crate::lexicon_files::{CONFIG_NAME, text};
use crate::settings::{Origin, Setting, Weight};
use crate::{Error, Level};

/// What a configuration file says.
#[derive(Debug, Default)]
pub(crate) struct Config {
    /// Lexicon files and folders, as paths that can be opened from here.
    pub lexicons: Vec<(Origin, PathBuf)>,
    pub settings: Vec<(Origin, Setting)>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    lexicons: Vec<Spanned<PathBuf>>,
    #[serde(default)]
    off: Vec<Spanned<String>>,
    #[serde(default)]
    weights: BTreeMap<Spanned<String>, Spanned<Value>>,
    #[serde(default)]
    thresholds: Thresholds,
    #[serde(default)]
    allow: Allow,
}

#[derive(Debug, Deserialize)]
#[serde(untagged, expecting = "a weight is a number or { appeal = NUMBER, pressure = NUMBER }")]
enum Value {
    Both(f64),
    Each(Each),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Each {
    appeal: Option<f64>,
    pressure: Option<f64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thresholds {
    goodwill: Option<Spanned<f64>>,
    appeal: Option<Spanned<f64>>,
    pressure: Option<Spanned<f64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Allow {
    #[serde(default)]
    phrases: Vec<Spanned<String>>,
    #[serde(default)]
    senders: Vec<Spanned<String>>,
}

/// The file that is nearest: in this folder or one above it, else in the user's configuration folder.
pub(crate) fn find() -> Option<PathBuf> {
    above().or_else(|| user_file().filter(|f| f.is_file()))
}

/// The file in this folder or the next one above it, named from here.
fn above() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let depth = here.ancestors().position(|folder| folder.join(CONFIG_NAME).is_file())?;
    Some(std::iter::repeat_n("..", depth).collect::<PathBuf>().join(CONFIG_NAME))
}

/// Where a user's own file would be.
pub(crate) fn user_file() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("beholden").join(CONFIG_NAME))
}

/// Reads a configuration file.
///
/// # Errors
/// It can't be read, or says what no configuration file can say; the error names file, line and cause.
pub(crate) fn read(path: &Path) -> Result<Config, Error> {
    parse(&path.display().to_string(), &text(path)?, path.parent().unwrap_or(Path::new("")))
}

fn parse(name: &str, text: &str, folder: &Path) -> Result<Config, Error> {
    let said = say(text).map_err(|(at, cause)| Error::at(name, at.map(|at| line_of(text, at.start)), cause))?;
    let origin = |at: Range<usize>| Origin { file: name.to_owned(), line: Some(line_of(text, at.start)) };
    Ok(Config {
        lexicons: said.lexicons.into_iter().map(|(at, path)| (origin(at), folder.join(path))).collect(),
        settings: said.settings.into_iter().map(|(at, setting)| (origin(at), setting)).collect(),
    })
}

/// What a configuration file says, each thing with the bytes that say it.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// Paths as they are written, from where the file stands.
    pub lexicons: Vec<(Range<usize>, PathBuf)>,
    pub settings: Vec<(Range<usize>, Setting)>,
}

/// Reads the text of a configuration file.
///
/// # Errors
/// It is no TOML, or says what no configuration file can say.
pub(crate) fn say(text: &str) -> Result<Said, Complaint> {
    let file: File = toml::from_str(text).map_err(|e| (e.span(), e.message().replace('\n', " ")))?;
    let lexicons = file.lexicons.into_iter().map(|path| (path.span(), path.into_inner())).collect();
    let mut said = Said { lexicons, settings: Vec::new() };
    let mut set = |at, setting| said.settings.push((at, setting));
    let Thresholds { goodwill, appeal, pressure } = file.thresholds;
    for (level, given) in [(Level::Goodwill, goodwill), (Level::Appeal, appeal), (Level::Pressure, pressure)] {
        if let Some(given) = given {
            set(given.span(), Setting::Threshold(level, given.into_inner()));
        }
    }
    for (source, value) in file.weights {
        let at = source.span();
        let source = source.into_inner();
        let weight = match value.get_ref() {
            Value::Both(both) => Weight::from(*both),
            Value::Each(Each { appeal: Some(appeal), pressure: Some(pressure) }) => Weight::each(*appeal, *pressure),
            Value::Each(Each { appeal: Some(appeal), .. }) => Weight::appeal(*appeal),
            Value::Each(Each { pressure: Some(pressure), .. }) => Weight::pressure(*pressure),
            Value::Each(_) => return Err((Some(value.span()), format!("the weight of {source:?} is empty"))),
        };
        set(at, Setting::Weight(source, weight));
    }
    // After the weights, so that what is off stays off.
    for rule in file.off {
        set(rule.span(), Setting::Without(rule.into_inner()));
    }
    for phrase in file.allow.phrases {
        set(phrase.span(), Setting::AllowPhrase(phrase.into_inner()));
    }
    for sender in file.allow.senders {
        set(sender.span(), Setting::AllowSender(sender.into_inner()));
    }
    Ok(said)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        parse("beholden.toml", text, Path::new("")).map_or_else(|e| e.to_string(), |config| format!("{config:?}"))
    }

    #[test]
    fn every_value_knows_its_line() {
        let text = "lexicons = [\n  \"own.toml\",\n]\noff = [\"gift.free\"]\n[weights]\n\"tie.same\" = 1\nguilt = { pressure = 0.5 }\n\
                    [thresholds]\nappeal = 0.6\n[allow]\nphrases = [\"thank you\"]\nsenders = [\n\"example.org\"]\n";
        let config = parse("c/beholden.toml", text, Path::new("c")).unwrap();
        assert_eq!(config.lexicons, [(Origin { file: "c/beholden.toml".into(), line: Some(2) }, PathBuf::from("c/own.toml"))]);
        let said: Vec<String> = config.settings.iter().map(|(o, s)| format!("{o} {s}")).collect();
        assert_eq!(
            said,
            [
                "c/beholden.toml:9 threshold appeal = 0.6",
                "c/beholden.toml:7 weight guilt = { pressure = 0.5 }",
                "c/beholden.toml:6 weight tie.same = 1",
                "c/beholden.toml:4 off gift.free",
                "c/beholden.toml:11 phrase \"thank you\"",
                "c/beholden.toml:13 sender example.org",
            ]
        );
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        assert_eq!(
            complaint("off = []\nofff = []\n"),
            "beholden.toml:2: unknown field `offf`, expected one of `lexicons`, `off`, `weights`, `thresholds`, `allow`"
        );
        assert_eq!(
            complaint("[weights]\nbias = \"much\"\n"),
            "beholden.toml:2: a weight is a number or { appeal = NUMBER, pressure = NUMBER }"
        );
        assert_eq!(complaint("[weights]\n\nbias = {}\n"), "beholden.toml:3: the weight of \"bias\" is empty");
        assert!(complaint("[thresholds]\nnone = 1\n").starts_with("beholden.toml:2: unknown field `none`"));
        assert!(complaint("[allow]\nphrases = \"one\"\n").starts_with("beholden.toml:2: invalid type: string \"one\""));
        assert!(complaint("off = [\n").starts_with("beholden.toml:"));
    }
}
