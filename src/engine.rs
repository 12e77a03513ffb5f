//! The engine: built once, shared by reference, judging one message at a time.

use sha2::{Digest, Sha256};

use crate::cue::{Cue, Scratch, cues};
use crate::document::Document;
use crate::embedded;
use crate::error::Error;
use crate::finding::{Composition, compose};
use crate::language::language;
use crate::lexicon::Lexicon;
use crate::report::{PartText, Report, Version, Verdict, hidden_note};
use crate::score::{Scorer, Surroundings, Thresholds, Weights};
use crate::sentence::sentences;
use crate::source::Source;
use crate::span::Stretch;
use crate::token::tokens;
use crate::words::Zone;
use crate::zone::zones_of;

/// Judges messages. Compiled once, `Send + Sync`, shared by reference.
///
/// Analysing is a total function of its input: no I/O, no clock, no panic, and the same report for the same bytes.
pub struct Engine {
    pub(crate) lexicon: Lexicon,
    pub(crate) scorer: Scorer,
    version: Version,
    /// The lexicon files that the embedded ones were built with.
    pub(crate) added: Vec<(String, String)>,
    keep_text: bool,
}

/// Options of an [`Engine`].
#[derive(Debug, Clone, Default)]
pub struct EngineBuilder {
    lexicons: Vec<(String, String)>,
    weights: Option<(String, String)>,
    thresholds: Option<Thresholds>,
    keep_text: bool,
}

impl EngineBuilder {
    /// Adds a lexicon file's text to the embedded ones; `name` is used in error messages.
    pub fn lexicon(mut self, name: impl Into<String>, toml: impl Into<String>) -> Self {
        self.lexicons.push((name.into(), toml.into()));
        self
    }

    /// Uses other weights than the embedded ones; `name` is used in error messages.
    pub fn weights(mut self, name: impl Into<String>, json: impl Into<String>) -> Self {
        self.weights = Some((name.into(), json.into()));
        self
    }

    /// Uses other thresholds than the weights file's.
    pub fn thresholds(mut self, thresholds: Thresholds) -> Self {
        self.thresholds = Some(thresholds);
        self
    }

    /// Whether reports carry the decoded parts that their offsets refer to; off unless asked for.
    pub fn keep_text(mut self, keep: bool) -> Self {
        self.keep_text = keep;
        self
    }

    /// Compiles the engine.
    ///
    /// # Errors
    /// A lexicon or the weights can't be read; the error names the file, the line where it is known, and the cause.
    pub fn build(self) -> Result<Engine, Error> {
        let mut lexicon = Lexicon::new(&Source::read(texts(&self.lexicons))?);
        let (file, json) = self.weights.unwrap_or_else(|| ("lexicons/weights.json".to_owned(), embedded::WEIGHTS.to_owned()));
        let weights: Weights = serde_json::from_str(&json).map_err(|e| Error::at(&file, Some(e.line()), e))?;
        lexicon.vocabulary.watch(&weights.contexts());
        let mut scorer = Scorer::new(&lexicon, &file, &weights)?;
        if let Some(thresholds) = self.thresholds {
            scorer.thresholds = thresholds;
        }
        let version = Version {
            beholden: env!("CARGO_PKG_VERSION"),
            lexicon: hash(texts(&self.lexicons).flat_map(|(n, t)| [n, t])),
            weights: hash([json.as_str()]),
        };
        Ok(Engine { lexicon, scorer, version, added: self.lexicons, keep_text: self.keep_text })
    }
}

/// A message taken as far as composed findings.
pub(crate) struct Reading {
    pub cues: Vec<Cue>,
    pub composition: Composition,
    pub surroundings: Surroundings,
    capped: bool,
}

impl Engine {
    /// An engine with the embedded lexicons and weights.
    ///
    /// # Errors
    /// None with the data that this crate ships; its tests build it.
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Options for an engine.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::default()
    }

    /// Judges bare text.
    pub fn analyze(&self, text: &str) -> Report {
        self.judge(&Document::from_text(text))
    }

    /// Judges a message as it stands in a file: headers, an empty line, a body (RFC 5322, MIME).
    pub fn analyze_message(&self, bytes: &[u8]) -> Report {
        self.judge(&Document::from_message(bytes))
    }

    /// Judges text that stands under a subject line.
    pub fn analyze_with_subject(&self, subject: &str, text: &str) -> Report {
        self.judge(&Document::from_subject_and_text(subject, text))
    }

    fn judge(&self, document: &Document<'_>) -> Report {
        let mut report = self.verdict(document);
        if self.keep_text {
            report.parts =
                Some(document.parts.iter().map(|p| PartText { part: p.id.clone(), text: p.text.to_string() }).collect());
        }
        report
    }

    fn verdict(&self, document: &Document<'_>) -> Report {
        let zones = zones_of(document);
        if let Some(code) = document.abstained {
            let mut report = Report::abstained(document, self.version.clone(), None, code);
            // A picture over hidden words can't be judged, but the hiding is said.
            let mut hidden = Vec::new();
            self.collect(document, &zones, None, &mut 0, &mut hidden);
            report.notes.extend(hidden_note(&self.lexicon, &hidden));
            return report;
        }
        let (language, known) = language(document, &zones);
        if !known {
            return Report::abstained(document, self.version.clone(), language, "language");
        }
        let reading = self.read_zones(document, &zones);
        let scored = self.scorer.score(&self.lexicon, &reading.cues, &reading.composition, &reading.surroundings);
        Verdict {
            document,
            lexicon: &self.lexicon,
            scorer: &self.scorer,
            cues: &reading.cues,
            composition: &reading.composition,
            scored: &scored,
            capped: reading.capped,
        }
        .report(self.version.clone(), language)
    }

    /// Zones, sentences, tokens, cues, findings.
    #[cfg(feature = "cli")]
    pub(crate) fn read(&self, document: &Document<'_>) -> Reading {
        self.read_zones(document, &zones_of(document))
    }

    fn read_zones(&self, document: &Document<'_>, zones: &[Vec<Stretch>]) -> Reading {
        let mut found = Vec::new();
        let mut sentence = 0;
        let mut surroundings = Surroundings::default();
        let mut capped = self.collect(document, zones, Some(&mut surroundings), &mut sentence, &mut found);
        // What nobody sees comes last and has a bound of its own, so that it can't crowd out what is read.
        let mut hidden = Vec::new();
        capped |= self.collect(document, zones, None, &mut sentence, &mut hidden);
        found.append(&mut hidden);
        let composition = compose(&self.lexicon, &found);
        Reading { cues: found, composition, surroundings, capped }
    }

    /// The cues of what is seen, with what surrounds them, or, without that, of what is hidden. Returns whether a bound was
    /// hit.
    fn collect(
        &self,
        document: &Document<'_>,
        zones: &[Vec<Stretch>],
        mut surroundings: Option<&mut Surroundings>,
        sentence: &mut usize,
        out: &mut Vec<Cue>,
    ) -> bool {
        let hidden = surroundings.is_none();
        let mut capped = false;
        for (i, (part, stretches)) in document.parts.iter().zip(zones).enumerate() {
            let wanted: Vec<Stretch> = stretches.iter().copied().filter(|s| (s.zone == Zone::Hidden) == hidden).collect();
            let sentences = sentences(&part.text, &wanted, part.flowed);
            let tokens = tokens(&part.text, &sentences, &self.lexicon.vocabulary);
            if let Some(surroundings) = surroundings.as_deref_mut() {
                for (s, own) in tokens.iter().enumerate().filter(|(_, s)| s.zone.is_own()) {
                    surroundings.sentences += 1;
                    let contexts = own.tokens.iter().map(|t| t.word.context).filter(|c| *c != 0);
                    surroundings.contexts.extend(contexts.map(|c| (*sentence + s, c)));
                }
            }
            capped |= cues(&self.lexicon, i, &tokens, *sentence, &mut Scratch::default(), out);
            *sentence += tokens.len();
        }
        capped
    }
}

/// Name and text of the embedded lexicon files and of those that were added.
pub(crate) fn texts(added: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    embedded::LEXICONS.iter().copied().chain(added.iter().map(|(n, t)| (n.as_str(), t.as_str())))
}

fn hash<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    let digest = hasher.finalize();
    let hex: String = digest.iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{hex}")
}
