//! `beholden rules test`: every rule against its own examples, and why those fail that do.

use std::io::Write as _;

use crate::cli::args::RulesPaths;
use crate::cli::exit::{Exit, Stop};
use crate::cli::rules::lexica::Lexica;
use crate::engine::Engine;
use crate::examples::{Failure, Fault};
use crate::nearest::{nearest, takers};
use crate::span::Span;
use crate::trial::{Opened, Trial};

/// Runs the command.
pub(crate) fn run(args: &RulesPaths) -> Result<Exit, Stop> {
    let lexica = Lexica::read(&args.paths)?;
    let builder = Engine::builder().embedded(false).experimental(true);
    let engine = lexica.all().fold(builder, |b, (name, text)| b.lexicon(name, text)).build()?;
    let mut out = std::io::stdout().lock();
    let failures = engine.failures();
    if !failures.is_empty() {
        let open = |(name, text)| {
            let file = crate::format::parse(name, text)?;
            Ok(Opened { name, text, wanted: true, file })
        };
        let opened = lexica.all().map(open).collect::<Result<Vec<_>, crate::Error>>()?;
        let trial = Trial::new(&opened, &[]);
        for failure in &failures {
            writeln!(out, "{}\n{}", failure.line, why(&trial, failure))?;
        }
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

/// What stands below the line of a failure.
fn why(trial: &Trial<'_>, failure: &Failure) -> String {
    let Some(rule) = trial.rules.get(failure.rule) else { return String::new() };
    let written = |number: usize| rule.patterns.get(number).map_or("", |p| p.text.as_str());
    let text = match &failure.fault {
        Fault::Unwritten => return String::new(),
        Fault::Missed(text) | Fault::Taken(text) => text,
    };
    let taken = takers(trial, rule, text);
    let mut out = String::new();
    for (number, span) in &taken {
        out.push_str(&format!("  taken by: {}\n{}", written(*number), marked(text, *span, "these words match")));
    }
    if matches!(failure.fault, Fault::Taken(_)) {
        return out;
    }
    let covers = |span: &Span| {
        let friends = trial.rules.iter().filter(|r| r.blocks);
        friends.filter(|r| takers(trial, r, text).iter().any(|(_, s)| s.overlaps(*span))).map(|r| r.rule.id.as_str()).next()
    };
    if let Some((_, span)) = taken.first() {
        out.push_str(&match covers(span) {
            Some(id) => format!("  taken back: the false friend {id} matches the same words\n"),
            None => "  taken back: a negation stands before it or in it, or it is not where the brackets are\n".to_owned(),
        });
    } else if let Some(miss) = nearest(trial, rule, text) {
        let head = format!("  nearest: {} ({} of {} found)\n", written(miss.pattern), miss.got, miss.of);
        out.push_str(&(head + &marked(text, miss.place, &miss.cause)));
    } else {
        out.push_str("  nearest: none; no word of any pattern stands in it\n");
    }
    out
}

/// An example with carets below a span, and what is said of it.
fn marked(text: &str, span: Span, label: &str) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let carets = text.get(span.start..span.end).map_or(1, |t| t.chars().count().max(1));
    let word = text.get(..span.start + 1).unwrap_or(text).split_whitespace().count();
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("    {line}\n    {}{} word {word}: {label}\n", " ".repeat(before.chars().count()), "^".repeat(carets))
}
