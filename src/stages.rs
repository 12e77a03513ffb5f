//! The stages one by one, for the benches. This is no part of the library's interface.

use crate::document::Document;
use crate::embedded;
use crate::engine::{Engine, Reading, Workshop};
use crate::error::Error;
use crate::language::language;
use crate::lexicon::Lexicon;
use crate::sentence::sentences;
use crate::source::Source;
use crate::span::Stretch;
use crate::tokenizer::Tokenizer;
use crate::zone::zones_of;

/// A message with what each stage needs of those before it.
pub struct Prepared<'e> {
    engine: &'e Engine,
    document: Document<'e>,
    zones: Vec<Vec<Stretch>>,
    reading: Reading,
}

impl<'e> Prepared<'e> {
    /// Takes a raw message through all stages.
    pub fn new(engine: &'e Engine, bytes: &'e [u8]) -> Self {
        let document = Document::from_message(bytes);
        let zones = zones_of(&document);
        let reading = engine.read(&document);
        Self { engine, document, zones, reading }
    }

    /// The texts of the message, with a space between.
    pub fn text(&self) -> String {
        self.document.parts.iter().map(|p| &*p.text).collect::<Vec<_>>().join(" ")
    }

    /// Bytes to document.
    pub fn document(bytes: &[u8]) -> usize {
        Document::from_message(bytes).parts.len()
    }

    /// Document to zones.
    pub fn zones(&self) -> usize {
        zones_of(&self.document).len()
    }

    /// The language of the sender's words.
    pub fn language(&self) -> usize {
        usize::from(language(&self.document, &self.zones).1)
    }

    /// Zones to sentences.
    pub fn sentences(&self) -> usize {
        let mut count = 0;
        for (part, zones) in self.document.parts.iter().zip(&self.zones) {
            sentences(&part.text, zones.iter().copied(), &part.labels, part.flowed, |_| count += 1);
        }
        count
    }

    /// Zones to tokens, by way of sentences.
    pub fn tokens(&self, workshop: &mut Workshop) -> usize {
        let tools = self.engine.tools(workshop);
        let mut count = 0;
        for (part, zones) in self.document.parts.iter().zip(&self.zones) {
            let mut tokenizer = Tokenizer::new(&part.text, &tools.words, true);
            let mut all = Vec::new();
            sentences(&part.text, zones.iter().copied(), &part.labels, part.flowed, |sentence| all.push(sentence));
            count += tokenizer.each(&all).map(|(_, tokens)| tokens.len()).sum::<usize>();
        }
        count
    }

    /// Zones to composed findings, by way of tokens and cues.
    pub fn findings(&self, workshop: &mut Workshop) -> usize {
        self.engine.read_zones(&self.document, &self.zones, &mut self.engine.tools(workshop)).composition.findings.len()
    }

    /// Findings to a score.
    pub fn score(&self) -> usize {
        let Reading { cues, composition, surroundings, .. } = &self.reading;
        self.engine.scorer.score(&self.engine.lexicon, cues, composition, surroundings).parts.len()
    }

    /// Everything from the document on.
    pub fn judge(&self) -> usize {
        self.engine.judge(&self.document).cues.len()
    }
}

/// An engine with so many of the embedded patterns, taken evenly.
///
/// # Errors
/// None with the data that this crate ships.
pub fn engine_with(patterns: usize) -> Result<Engine, Error> {
    let mut source = Source::read(embedded::LEXICONS.iter().copied())?;
    let all = source.patterns.len();
    let kept = patterns.min(all);
    source.patterns = std::mem::take(&mut source.patterns)
        .into_iter()
        .enumerate()
        .filter(|(i, _)| i * kept / all != (i + 1) * kept / all)
        .map(|(_, p)| p)
        .collect();
    Engine::builder().build_on(Lexicon::new(&source))
}

/// Memory for the fast tools.
pub fn workshop() -> Workshop {
    Workshop::default()
}

/// What the patterns of the embedded lexicon say, one phrase for each.
pub fn phrases() -> Vec<String> {
    embedded::LEXICONS
        .iter()
        .flat_map(|(name, text)| crate::card::cards([(*name, *text)]).unwrap_or_default())
        .flat_map(|c| c.matches)
        .map(|m| m.replace(['[', ']'], ""))
        .collect()
}
