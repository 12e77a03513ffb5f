//! `beholden rules`: what the rules are, and every rule against its own examples.

use std::io::Write as _;
use std::path::PathBuf;

use crate::cli::args::{Rules, RulesCommand};
use crate::cli::exit::{Exit, Stop};
use crate::engine::Engine;

/// Runs the command.
pub(crate) fn run(args: &Rules) -> Result<Exit, Stop> {
    match &args.command {
        RulesCommand::List => list(),
        RulesCommand::Test { paths } => test(paths),
    }
}

fn list() -> Result<Exit, Stop> {
    let engine = Engine::new()?;
    let mut out = std::io::stdout().lock();
    for rule in engine.rules() {
        writeln!(out, "{:<40} {:<18} {}", rule.id, rule.tactic.map_or("-", |t| t.name()), rule.why)?;
    }
    Ok(Exit::Done)
}

fn test(paths: &[PathBuf]) -> Result<Exit, Stop> {
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
        engine.lexicon.programs.len(),
        failures.len()
    )?;
    Ok(if failures.is_empty() { Exit::Done } else { Exit::Reached })
}
