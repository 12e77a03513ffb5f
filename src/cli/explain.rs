//! `beholden explain`: one message, with all that made its verdict and what would alter it.

use std::io::Write;
use std::path::Path;

use crate::charset;
use crate::cli::args::{Explain, ReportFormat};
use crate::cli::compressed::{decompressed, read_bounded};
use crate::cli::exit::{Exit, Stop};
use crate::cli::explain_text;
use crate::cli::judge::{MAX_MESSAGE, cut_off, guessed, no_text};
use crate::cli::kind::{HEAD, Kind, Name, by_name, is_binary, kind, looks_like_mail};
use crate::cli::lexicons;
use crate::cli::tactic_page;
use crate::document::Document;
use crate::engine::Engine;
use crate::explain::{Explanation, WhatIf, explain};
use crate::report::Note;
use crate::settings::Origin;
use crate::{Error, Report};

/// Runs the command.
pub(crate) fn run(args: &Explain) -> Result<Exit, Stop> {
    if let Some(tactic) = args.tactic {
        return tactic_page::run(tactic);
    }
    let builder = lexicons::builder(&args.lexicons)?;
    let overrides = args.what_if.iter().map(|setting| (Origin::of("--what-if"), setting.clone()));
    let other = overrides.fold(builder.clone(), |builder, (origin, setting)| builder.set(origin, setting));
    let other = if args.what_if.is_empty() { None } else { Some(other.build()?) };
    let mut engine = builder.build()?;
    let path = args.path.as_deref().unwrap_or(Path::new("-"));
    let input = read(path, args)?;
    let mut explanation = input.explained(&mut engine);
    explanation.report.id = Some(path.display().to_string().into());
    explanation.what_if = other.map(|engine| {
        let Report { level, risk, score, pressure_score, .. } = input.judged(&engine);
        let overrides = args.what_if.iter().map(ToString::to_string).collect();
        WhatIf { overrides, level, risk, score, pressure_score }
    });
    let mut out = anstream::stdout().lock();
    match args.format {
        ReportFormat::Text => explain_text::write(&mut out, &explanation, &engine.scorer.thresholds)?,
        ReportFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &explanation).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(Exit::Done)
}

/// One message, and what reading it found worth a note.
struct Input {
    content: Content,
    notes: Vec<Note>,
}

enum Content {
    Message(Vec<u8>),
    Text(String),
    /// Plainly not text.
    Binary,
}

impl Input {
    fn explained(&self, engine: &mut Engine) -> Explanation {
        let mut explanation = match &self.content {
            Content::Message(bytes) if engine.allowed.author(bytes).is_some() => Explanation::of(engine.analyze_message(bytes)),
            Content::Message(bytes) => explain(engine, &Document::from_message(bytes)),
            Content::Text(text) => explain(engine, &Document::from_text(text)),
            Content::Binary => Explanation::of(no_text(engine)),
        };
        explanation.report.notes.extend(self.notes.iter().cloned());
        explanation
    }

    fn judged(&self, engine: &Engine) -> Report {
        match &self.content {
            Content::Message(bytes) => engine.analyze_message(bytes),
            Content::Text(text) => engine.analyze(text),
            Content::Binary => no_text(engine),
        }
    }
}

/// Reads the one message that a path holds, as a scan does.
fn read(path: &Path, args: &Explain) -> Result<Input, Error> {
    let name = path.display().to_string();
    let fail = |e: std::io::Error| Error::at(&name, None, e);
    let (mut source, says) = if path.as_os_str() == "-" {
        (decompressed(std::io::stdin()).map_err(fail)?, Name::Silent)
    } else {
        (decompressed(std::fs::File::open(path).map_err(fail)?).map_err(fail)?, by_name(path))
    };
    let (bytes, cut) = read_bounded(&mut source, MAX_MESSAGE).map_err(fail)?;
    let mut notes = Vec::new();
    let content = match kind(args.input, says, &bytes[..bytes.len().min(HEAD)]) {
        Kind::Mbox | Kind::Jsonl => {
            return Err(Error::at(&name, None, "it holds many messages; explain takes one, as a file or on standard input"));
        }
        Kind::Message if !is_binary(&bytes) || looks_like_mail(&bytes) => Content::Message(bytes),
        Kind::Text if !is_binary(&bytes) => {
            let decoded = charset::decode(bytes, None);
            notes.extend(decoded.guessed.map(guessed));
            Content::Text(decoded.text)
        }
        _ => Content::Binary,
    };
    notes.extend(cut.then(cut_off));
    Ok(Input { content, notes })
}
