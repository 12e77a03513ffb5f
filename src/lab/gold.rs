//! Labelled messages as JSON Lines: the project's own corpus and the gold sets share this shape.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::error::{Error, of_line};
use crate::words::{Level, Role, Tactic};

/// One labelled message.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Gold {
    pub id: String,
    /// Where it comes from; the project's own corpus is one source.
    #[serde(default = "own_source")]
    pub source: String,
    /// Which half of the project's own corpus it stands in.
    #[serde(default)]
    pub split: Half,
    /// The contrast set that it belongs to.
    #[serde(default)]
    pub seed: Option<String>,
    /// How the set was written: the corpus's kinds of sets differ as sources do, and weigh as sources.
    #[serde(default)]
    pub kind: Option<String>,
    #[serde(default)]
    pub variant: Option<String>,
    #[serde(default)]
    pub subject: String,
    pub text: String,
    level: usize,
    #[serde(default)]
    pub tactics: Vec<Tactic>,
    #[serde(default)]
    pub spans: Vec<GoldSpan>,
}

/// A labelled span, quoted exactly.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct GoldSpan {
    pub role: Role,
    pub quote: String,
    /// 2: counts for recall and precision; 1: for precision only.
    #[serde(default = "both_readers")]
    pub by: u8,
}

/// The halves of the project's own corpus.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Half {
    /// Rules and weights may look at it.
    #[default]
    Open,
    /// It only measures.
    Measure,
}

fn own_source() -> String {
    "corpus".to_owned()
}

fn both_readers() -> u8 {
    2
}

/// Which part of the gold sets to look at: the unread part is what whoever writes rules does not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Split {
    All,
    Read,
    Unread,
}

impl Gold {
    pub fn level(&self) -> Level {
        Level::ALL[self.level]
    }

    /// Unread are ids whose number divides by 5, two whole sources, contrast sets with odd numbers, and the measuring
    /// half of the corpus.
    pub fn is_unread(&self) -> bool {
        let number = |s: &str| s.chars().filter(char::is_ascii_digit).collect::<String>().parse::<u64>().ok();
        match &self.seed {
            Some(seed) if self.source == "contrast" => number(seed).is_some_and(|n| n % 2 == 1),
            _ if self.source == "corpus" => self.split == Half::Measure,
            _ => self.source == "charity-chat" || self.source == "phish-2010" || number(&self.id).is_some_and(|n| n % 5 == 0),
        }
    }
}

/// Labelled messages with the hash of the files that they were read from.
#[derive(Debug, Default)]
pub(crate) struct GoldSet {
    pub messages: Vec<Gold>,
    pub files: Vec<(String, String)>,
}

/// Reads JSON Lines files; a bad line fails with its file and number.
pub(crate) fn read(paths: &[std::path::PathBuf], split: Split) -> Result<GoldSet, Error> {
    let mut set = GoldSet::default();
    for path in paths {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| Error::at(&name, None, e))?;
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            let gold: Gold = serde_json::from_str(line).map_err(|e| {
                let cause = of_line(&e, e.column());
                Error::at(
                    &name,
                    Some(i + 1),
                    format!("{cause}; a labelled message is a line {{\"id\":\"1\",\"text\":\"...\",\"level\":3}}"),
                )
            })?;
            if gold.level > 3 {
                return Err(Error::at(&name, Some(i + 1), format!("level {} is not 0 to 3", gold.level)));
            }
            if split == Split::All || gold.is_unread() == (split == Split::Unread) {
                set.messages.push(gold);
            }
        }
        let digest: String = Sha256::digest(text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
        let file = path.file_name().map_or(name.clone(), |f| f.to_string_lossy().into_owned());
        set.files.push((file, format!("sha256:{digest}")));
    }
    if set.messages.is_empty() {
        return Err(Error::at(
            &paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", "),
            None,
            "no labelled messages",
        ));
    }
    Ok(set)
}
