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
//! # In a mail filter
//!
//! Build one [`Engine`] when the filter starts, which takes some tenths of a second at most, and share it: it is `Send + Sync`
//! and keeps nothing of the messages that it has seen. [`Engine::analyze_message`] borrows the raw message as it came; it never
//! fails, panics, blocks or prints, and takes time linear in the message. Memory for what it decodes and finds, about ten times
//! a large message, is freed when it returns; what is left is the [`Report`], owned, without a lifetime and without the message but for
//! the evidence. Pass it on by reference or by value; [`Report::strip_text`] takes the evidence's words out.
//!
//! ```
//! use std::sync::Arc;
//! use std::thread;
//!
//! use beholden::{Engine, Level};
//!
//! let engine = Arc::new(Engine::new()?);
//! let messages = [
//!     &b"Subject: Tuesday\r\n\r\nThe meeting is at nine.\r\n"[..],
//!     b"Subject: Your turn\r\n\r\nAfter all we have done for you, the least you could do is send $20.\r\n",
//! ];
//! let workers = messages.map(|raw| {
//!     let engine = Arc::clone(&engine);
//!     thread::spawn(move || {
//!         let report = engine.analyze_message(raw);
//!         // Nothing, where the message can't be judged; `abstained` says why.
//!         match (report.level, report.risk) {
//!             (Some(level), Some(risk)) if level >= Level::Appeal => {
//!                 let tactics: Vec<&str> = report.findings.iter().map(|f| f.tactic.name()).collect();
//!                 format!("X-Reciprocity: {} {risk} {}", level.name(), tactics.join(","))
//!             }
//!             _ => String::new(),
//!         }
//!     })
//! });
//! let headers = workers.map(|w| w.join().unwrap_or_default());
//! assert!(headers[0].is_empty());
//! assert!(headers[1].starts_with("X-Reciprocity: pressure "));
//! # Ok::<(), beholden::Error>(())
//! ```
//!
//! To take new lexicons while running, build a second engine and exchange the `Arc`; if building fails, the [`Error`] names the
//! file and the line, and the old engine goes on. A program that can't link Rust asks `beholden serve` over HTTP, a milter or
//! the spamd protocol, or runs `beholden filter`.
//!
//! # Versions
//!
//! This crate follows semantic versioning. Public names, the meaning of what they return, and `schema` 1 of the report keep
//! within a major version (before 1.0, within a minor one); fields and notes may be added, so structs are `non_exhaustive`.
//! Lexicons and weights are no part of that promise: any release may judge a message otherwise than the one before, and
//! [`Report::version`] says by which data.
//!
//! The modules below stand in the order of the data flow, and each imports only those above it:
//! bytes -> document -> zones -> sentences -> tokens -> cues -> findings -> score -> report.

mod error;
mod words;
mod span;
mod trim;
mod aligned;
mod flat;
mod table;
mod plain;
mod ending;
mod stem;
mod count;

mod charset;
mod transfer;
mod mime;
mod style;
mod ink;
mod tag;
mod label;
mod attributes;
mod open;
mod markup;
mod html;
mod document;
mod footer;
mod attribution;
mod line;
mod zone;
mod function_word;
mod language_code;
mod language;
mod sentence;
mod filter;
mod short;
mod vocabulary;
mod interner;
mod disguise;
mod token;
mod address;
mod chunk;
mod contraction;
mod spelled;
mod money;
mod tokenizer;
mod pattern;
mod symbol;
mod places;
mod sets;
mod property;
mod occurrence;
mod program;
mod common;
mod element;
mod pairs;
mod presence;
mod posting;
mod index;
mod format;
mod source;
mod lexicon_files;
mod lexicon;
mod embedded;
mod compiled;
mod cue;
mod finding;
mod feature;
mod weights;
mod extraction;
mod score;
mod report;
mod verdict;
mod extent;
mod reporting;
mod allow;
mod settings;
mod engine;
mod card;
mod examples;
#[cfg(feature = "cli")]
mod walk;
#[cfg(feature = "cli")]
mod trial;
#[cfg(feature = "cli")]
mod nearest;
#[cfg(feature = "cli")]
mod near;
#[cfg(feature = "cli")]
mod lint;
#[cfg(test)]
mod reference;

#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod stages;
#[cfg(feature = "cli")]
mod explain;
#[cfg(feature = "cli")]
mod lab;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;

pub use engine::{Engine, EngineBuilder};
pub use error::Error;
pub use examples::RuleInfo;
pub use finding::Order;
pub use lexicon_files::lexicon_files;
pub use report::{Contribution, Evidence, Finding, Note, PartText, Probability, Report, Version};
pub use settings::Weight;
pub use span::Span;
pub use weights::Thresholds;
pub use words::{Level, Role, Tactic, Zone};
