//! `beholden rules test`: every rule against its own examples.

use std::io::Write as _;

use crate::cli::args::RulesPaths;
use crate::cli::exit::{Exit, Stop};
use crate::cli::rules::lexica::Lexica;
use crate::engine::Engine;

/// Runs the command.
pub(crate) fn run(args: &RulesPaths) -> Result<Exit, Stop> {
    let lexica = Lexica::read(&args.paths)?;
    let builder = Engine::builder().embedded(false).experimental(true);
    let engine = lexica.all().fold(builder, |b, (name, text)| b.lexicon(name, text)).build()?;
    let mut out = std::io::stdout().lock();
    let failures = engine.failed_examples();
    for failure in &failures {
        writeln!(out, "{failure}")?;
    }
    writeln!(
        out,
        "{} rules, {} patterns, {} failed examples",
        engine.lexicon.rules.len(),
        engine.lexicon.programs.len(),
        failures.len()
    )?;
    Ok(if failures.is_empty() { Exit::Done } else { Exit::Reached })
}
