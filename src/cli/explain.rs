//! `beholden explain`: one message, with all that made its verdict and what would alter it.

use std::io::{Read as _, Write};
use std::path::Path;

use crate::charset;
use crate::cli::args::{Explain, ReportFormat};
use crate::cli::compressed::{decompressed, read_bounded};
use crate::cli::exit::{Exit, Stop};
use crate::cli::explain_text;
use crate::cli::judge::MAX_MESSAGE;
use crate::cli::kind::{HEAD, Kind, Name, by_name, kind};
use crate::cli::lexicons;
use crate::cli::tactic_page;
use crate::document::Document;
use crate::engine::Engine;
use crate::explain::{Explanation, WhatIf, explain};
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

/// One message.
enum Input {
    Message(Vec<u8>),
    Text(String),
}

impl Input {
    fn explained(&self, engine: &mut Engine) -> Explanation {
        match self {
            Input::Message(bytes) if engine.allowed.author(bytes).is_some() => Explanation::of(engine.analyze_message(bytes)),
            Input::Message(bytes) => explain(engine, &Document::from_message(bytes)),
            Input::Text(text) => explain(engine, &Document::from_text(text)),
        }
    }

    fn judged(&self, engine: &Engine) -> Report {
        match self {
            Input::Message(bytes) => engine.analyze_message(bytes),
            Input::Text(text) => engine.analyze(text),
        }
    }
}

/// Reads the one message that a path holds.
fn read(path: &Path, args: &Explain) -> Result<Input, Error> {
    let name = path.display().to_string();
    let fail = |e: std::io::Error| Error::at(&name, None, e);
    let (bytes, says) = if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(MAX_MESSAGE as u64).read_to_end(&mut bytes).map_err(fail)?;
        (bytes, Name::Silent)
    } else {
        let mut source = decompressed(std::fs::File::open(path).map_err(fail)?).map_err(fail)?;
        (read_bounded(&mut source, MAX_MESSAGE).map_err(fail)?.0, by_name(path))
    };
    match kind(args.input, says, &bytes[..bytes.len().min(HEAD)]) {
        Kind::Message => Ok(Input::Message(bytes)),
        Kind::Text => Ok(Input::Text(charset::decode(bytes, None).text)),
        Kind::Mbox | Kind::Jsonl => {
            Err(Error::at(&name, None, "it holds many messages; explain takes one, as a file or on standard input"))
        }
    }
}
