//! `beholden rules show`: all that is known of one rule.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::card::{Card, cards};
use crate::cli::args::{ListFormat, RulesShow};
use crate::cli::exit::{Exit, Stop};
use crate::cli::lexicons::Asked;
use crate::cli::rules::lexica::Lexica;
use crate::cli::rules::list::as_json;
use crate::cli::rules::worth::Worth;
use crate::cli::visible::visible_lines;
use crate::near::near;
use crate::score::UNIT;

/// Runs the command.
pub(crate) fn run(args: &RulesShow) -> Result<Exit, Stop> {
    let asked = Asked::new(&args.lexicons)?;
    let lexica = Lexica::read(&asked)?;
    let cards = cards(lexica.all())?;
    let Some(index) = cards.iter().position(|c| c.id == args.id) else {
        let near = near(&args.id, cards.iter().map(|c| c.id.as_str()));
        let cause = near.map_or_else(
            || "no rule has this id; `beholden rules list` lists them".to_owned(),
            |near| format!("no rule has this id; did you mean {near}?"),
        );
        return Err(crate::Error::at(&args.id, None, cause).into());
    };
    let engine = lexica.engine(&asked)?;
    let features = &engine.scorer.features;
    let feature = features.of_rule(index);
    let shown = Shown {
        card: &cards[index],
        off: engine.lexicon.off.get(index) == Some(&true),
        own_weight: features.list[feature].name == args.id,
        weights: [feature, feature + 1].map(|f| engine.scorer.weights(f)),
        worth: Worth::new(&args.id, &lexica.shipped_hash())?,
    };
    let mut out = std::io::stdout().lock();
    match args.format {
        ListFormat::Text => out.write_all(visible_lines(&as_text(&shown)).as_bytes())?,
        ListFormat::Json => writeln!(out, "{:#}", whole(&shown))?,
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// All that is said of a rule.
struct Shown<'c> {
    card: &'c Card,
    /// Whether the configuration switches it off.
    off: bool,
    /// Whether the configuration gives it a weight of its own.
    own_weight: bool,
    /// On both scores, in a finding and alone.
    weights: [[i64; 2]; 2],
    worth: Worth,
}

fn whole(shown: &Shown<'_>) -> Value {
    let Shown { card, off, weights, worth, .. } = shown;
    let mut value = as_json(card, *off);
    let pair = |[appeal, pressure]: [i64; 2]| json!({"appeal": appeal as f64 / UNIT, "pressure": pressure as f64 / UNIT});
    let earned = &worth.earned;
    for (key, entry) in [
        ("patterns", json!(card.patterns)),
        ("matches", json!(card.matches)),
        ("allows", json!(card.allows)),
        ("prior", json!(card.prior)),
        ("prior_lone", json!(card.lone)),
        ("weight", pair(weights[0])),
        ("weight_lone", pair(weights[1])),
        ("weight_learned", json!(worth.learned)),
        // Null where it was not measured.
        ("earned", json!(worth.counts)),
        (
            "earned_with",
            json!({"beholden": earned.beholden, "lexicon": earned.lexicon, "weights": earned.weights,
            "data": earned.data, "messages": earned.messages, "changed_since": worth.changed}),
        ),
    ] {
        value[key] = entry;
    }
    value
}

fn as_text(shown: &Shown<'_>) -> String {
    let Shown { card, weights, worth, .. } = shown;
    let mut out = format!("{}\n  {}\n", card.id, card.why);
    let mut line = |name: &str, text: String| out.push_str(&format!("  {name:<12} {text}\n"));
    if !card.source.is_empty() {
        line("source", card.source.clone());
    }
    line("role", card.role.name().to_owned());
    line("tactic", card.tactic.map_or("none", |t| t.name()).to_owned());
    line("family", card.family.clone());
    let off = if shown.off { ", switched off by the configuration" } else { "" };
    line("status", format!("{}{off}", card.status.name()));
    let zones: Vec<&str> = card.zones.iter().map(|z| z.name()).collect();
    line("zones", if zones.is_empty() { "all".to_owned() } else { zones.join(", ") });
    line("file", format!("{}:{}", card.file, card.line));
    let pair = |appeal: f64, pressure: f64| format!("appeal {appeal:+.3}, pressure {pressure:+.3}");
    let learned = |[appeal, pressure]: [i64; 2]| pair(appeal as f64 / UNIT, pressure as f64 / UNIT);
    let whose = if shown.own_weight { "its own, from the configuration" } else { "of the family" };
    line("weight", format!("{} ({whose}, in a finding)", learned(weights[0])));
    line("prior", pair(card.prior.appeal, card.prior.pressure));
    line("weight alone", format!("{} (in no finding)", learned(weights[1])));
    line("prior alone", pair(card.lone.appeal, card.lone.pressure));
    // What was not measured is no rule of beholden's own, and its family's weight is its prior.
    if worth.counts.is_some() {
        line("learned", worth.weights_in_words());
    }
    line("earned", worth.in_words(card.status));
    for (name, all) in [("patterns", &card.patterns), ("matches", &card.matches), ("allows", &card.allows)] {
        out.push_str(&format!("  {name}\n"));
        out.extend(all.iter().map(|text| format!("    {text}\n")));
    }
    out
}
