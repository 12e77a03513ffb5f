//! `beholden rules test`: every rule against its own examples.

use std::io::Write as _;

use crate::cli::args::{Rules, RulesCommand};
use crate::cli::exit::{Exit, Stop};
use crate::engine::Engine;

/// Runs the command.
pub(crate) fn run(args: &Rules) -> Result<Exit, Stop> {
    let RulesCommand::Test { paths } = &args.command;
    let mut builder = Engine::builder();
    for path in paths {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| crate::Error::at(&name, None, e))?;
        builder = builder.lexicon(name, text);
    }
    let engine = builder.build()?;
    let mut out = std::io::stdout().lock();
    let failures = engine.failed_examples();
    for failure in &failures {
        writeln!(out, "{failure}")?;
    }
    writeln!(
        out,
        "{} rules, {} patterns, {} failed examples",
        engine.lexicon.rules.len(),
        engine.lexicon.patterns.len(),
        failures.len()
    )?;
    Ok(if failures.is_empty() { Exit::Done } else { Exit::Reached })
}
