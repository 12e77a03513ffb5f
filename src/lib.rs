//! Detects **reciprocity-based persuasion** in e-mail and other text: something is given, done, conceded or promised, and
//! the reader is made to feel that something is owed back.
//!
//! ```
//! let engine = beholden::Engine::new()?;
//! let report = engine.analyze("After all we have done for you, the least you could do is send $20.");
//! assert_eq!(report.level, Some(beholden::Level::Pressure));
//! # Ok::<(), beholden::Error>(())
//! ```
//!
//! The modules below stand in the order of the data flow, and each imports only those above it:
//! bytes -> document -> zones -> sentences -> tokens -> cues -> findings -> score -> report.

mod error;
mod words;
mod span;
mod flat;
mod table;
mod plain;

mod charset;
mod transfer;
mod mime;
mod style;
mod ink;
mod html;
mod document;
mod zone;
mod language;
mod sentence;
mod vocabulary;
mod interner;
mod disguise;
mod token;
mod money;
mod tokenizer;
mod pattern;
mod sets;
mod program;
mod symbol;
mod common;
mod element;
mod index;
mod source;
mod lexicon;
mod embedded;
mod compiled;
mod cue;
mod finding;
mod score;
mod report;
mod engine;
mod examples;
#[cfg(test)]
mod reference;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod stages;
#[cfg(feature = "cli")]
mod lab;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;

pub use engine::{Engine, EngineBuilder};
pub use error::Error;
pub use examples::RuleInfo;
pub use finding::Order;
pub use report::{Contribution, Evidence, Finding, Note, PartText, Probability, Report, Version};
pub use score::Thresholds;
pub use span::Span;
pub use words::{Level, Role, Tactic, Zone};
