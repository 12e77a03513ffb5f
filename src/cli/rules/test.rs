//! `beholden rules test`: every rule against its own examples, and why those fail that do.

use std::io::Write as _;

use crate::cli::args::RulesPaths;
use crate::cli::complain;
use crate::cli::exit::{Exit, Stop};
use crate::cli::lexicons::Asked;
use crate::cli::rules::lexica::Lexica;
use crate::cli::visible::{visible, visible_lines};
use crate::examples::{Failure, Fault, tester};
use crate::nearest::{nearest, takers};
use crate::span::Span;
use crate::trial::{Opened, Trial, Tried};
use crate::words::Role;

/// Runs the command.
pub(crate) fn run(args: &RulesPaths) -> Result<Exit, Stop> {
    let mut asked = Asked::new(&args.lexicons)?;
    asked.add(&args.paths, "PATH");
    let (lexica, errors) = Lexica::of(&asked);
    let failed = !errors.is_empty();
    errors.into_iter().for_each(|e| complain(&asked.blame(e).to_string()));
    let engine = tester(lexica.all())?;
    let failures = engine.failures();
    let mut out = std::io::stdout().lock();
    if !failures.is_empty() {
        let open = |(name, text)| {
            let file = crate::format::parse(name, text)?;
            Ok(Opened { name, text, wanted: true, file })
        };
        let opened = lexica.all().map(open).collect::<Result<Vec<_>, crate::Error>>()?;
        let trial = Trial::new(&opened, &[]);
        for failure in &failures {
            writeln!(out, "{}\n{}", visible(&failure.line), visible_lines(&why(&trial, failure)))?;
        }
    }
    writeln!(
        out,
        "{} rules, {} patterns, {} failed examples",
        engine.lexicon.rules.len(),
        engine.lexicon.programs.len(),
        failures.len()
    )?;
    Ok(match (failed, failures.is_empty()) {
        (true, _) => Exit::Failed,
        (false, true) => Exit::Done,
        (false, false) => Exit::Reached,
    })
}

/// What stands below the line of a failure.
fn why(trial: &Trial<'_>, failure: &Failure) -> String {
    let Some(rule) = trial.rules.get(failure.rule) else { return String::new() };
    let written = |number: usize| rule.patterns.get(number).map_or("", |p| p.text.as_str());
    let (text, wanted) = match &failure.fault {
        Fault::Unwritten => return String::new(),
        Fault::Missed(text, wanted) => (text, Some(*wanted)),
        Fault::Taken(text) => (text, None),
    };
    let taken = takers(trial, rule, text);
    let mut out = String::new();
    for (number, span) in &taken {
        out.push_str(&format!("  taken by: {}\n{}", written(*number), marked(text, *span, "these words match")));
    }
    let Some(wanted) = wanted else { return out };
    let at_brackets = taken.iter().find(|(_, span)| span.overlaps(wanted));
    if let Some((_, span)) = at_brackets {
        out.push_str(&format!("  taken back: {}\n", taken_back(trial, rule, text, *span)));
    } else if !taken.is_empty() {
        out.push_str("  the words in brackets are others; write the brackets around these, or mend the pattern\n");
    } else if let Some(miss) = nearest(trial, rule, text) {
        let head = format!("  nearest: {} ({} of {} found)\n", written(miss.pattern), miss.got, miss.of);
        out.push_str(&(head + &marked(text, miss.place, &miss.cause)));
    } else {
        out.push_str("  nearest: none; no word of any pattern stands in it\n");
    }
    out
}

/// Why a pattern that matches makes no cue all the same.
fn taken_back(trial: &Trial<'_>, rule: &Tried<'_>, text: &str, span: Span) -> String {
    let covers = |friend: &&Tried<'_>| friend.blocks && takers(trial, friend, text).iter().any(|(_, s)| s.overlaps(span));
    if !rule.blocks
        && !matches!(rule.role, Role::Benign | Role::Disclaimer)
        && let Some(friend) = trial.rules.iter().find(covers)
    {
        return format!("the false friend {} matches these words too", friend.rule.id);
    }
    "a negation stands before them or among them, in a pattern that names none".to_owned()
}

/// An example with carets below a span, and what is said of it.
fn marked(text: &str, span: Span, label: &str) -> String {
    let before = text.get(..span.start).unwrap_or_default();
    let shown = |text: &str| visible(text).chars().count();
    let carets = text.get(span.start..span.end).map_or(1, |t| shown(t).max(1));
    let word = text.get(..span.start + 1).unwrap_or(text).split_whitespace().count();
    // On one line, whatever the example holds.
    let line = visible(text);
    let behind = if span.is_empty() { "after " } else { "" };
    format!("    {line}\n    {}{} {behind}word {word}: {label}\n", " ".repeat(shown(before)), "^".repeat(carets))
}
