//! `beholden rules show`: all that is known of one rule.

use std::io::Write as _;

use serde_json::{Value, json};

use crate::card::{Card, cards};
use crate::cli::args::{ListFormat, RulesShow};
use crate::cli::exit::{Exit, Stop};
use crate::cli::rules::lexica::Lexica;
use crate::cli::rules::list::as_json;
use crate::cli::visible::visible_lines;
use crate::engine::Engine;
use crate::lab::earned::Earned;
use crate::score::UNIT;

/// What the rules earned in the last evaluation of the embedded lexicon.
const EARNED: &str = include_str!("../../../lexicons/earned.json");

/// Runs the command.
pub(crate) fn run(args: &RulesShow) -> Result<Exit, Stop> {
    let lexica = Lexica::read(&args.lexicon)?;
    let cards = cards(lexica.all())?;
    let Some(index) = cards.iter().position(|c| c.id == args.id) else {
        let near = nearest(&args.id, cards.iter().map(|c| c.id.as_str()));
        let cause = near.map_or_else(
            || "no rule has this id; `beholden rules list` lists them".to_owned(),
            |near| format!("no rule has this id; did you mean {near}?"),
        );
        return Err(crate::Error::at(&args.id, None, cause).into());
    };
    let builder = Engine::builder().embedded(false).weights("lexicons/weights.json", crate::embedded::WEIGHTS);
    let engine = lexica.all().fold(builder, |b, (name, text)| b.lexicon(name, text)).build()?;
    let earned: Earned = serde_json::from_str(EARNED).map_err(|e| crate::Error::at("lexicons/earned.json", Some(e.line()), e))?;
    let card = &cards[index];
    let feature = engine.scorer.features.of_rule(index);
    let weights = [feature, feature + 1].map(|f| engine.scorer.weights(f));
    let mut out = std::io::stdout().lock();
    match args.format {
        ListFormat::Text => out.write_all(visible_lines(&as_text(card, weights, &earned)).as_bytes())?,
        ListFormat::Json => writeln!(out, "{:#}", whole(card, weights, &earned))?,
    }
    out.flush()?;
    Ok(Exit::Done)
}

fn whole(card: &Card, weights: [[i64; 2]; 2], earned: &Earned) -> Value {
    let mut value = as_json(card);
    let pair = |[appeal, pressure]: [i64; 2]| json!({"appeal": appeal as f64 / UNIT, "pressure": pressure as f64 / UNIT});
    let counts = earned.rules.get(&card.id);
    for (key, entry) in [
        ("patterns", json!(card.patterns)),
        ("matches", json!(card.matches)),
        ("allows", json!(card.allows)),
        ("prior", json!(card.prior)),
        ("prior_lone", json!(card.lone)),
        ("weight", pair(weights[0])),
        ("weight_lone", pair(weights[1])),
        ("earned", json!(counts)),
        (
            "earned_with",
            json!({"beholden": earned.beholden, "lexicon": earned.lexicon, "weights": earned.weights,
            "data": earned.data, "messages": earned.messages}),
        ),
    ] {
        value[key] = entry;
    }
    value
}

fn as_text(card: &Card, weights: [[i64; 2]; 2], earned: &Earned) -> String {
    let mut out = format!("{}\n  {}\n", card.id, card.why);
    let mut line = |name: &str, text: String| out.push_str(&format!("  {name:<12} {text}\n"));
    if !card.source.is_empty() {
        line("source", card.source.clone());
    }
    line("role", card.role.name().to_owned());
    line("tactic", card.tactic.map_or("none", |t| t.name()).to_owned());
    line("family", card.family.clone());
    line("status", card.status.name().to_owned());
    let zones: Vec<&str> = card.zones.iter().map(|z| z.name()).collect();
    line("zones", if zones.is_empty() { "all".to_owned() } else { zones.join(", ") });
    line("file", format!("{}:{}", card.file, card.line));
    let pair = |appeal: f64, pressure: f64| format!("appeal {appeal:+.3}, pressure {pressure:+.3}");
    let learned = |[appeal, pressure]: [i64; 2]| pair(appeal as f64 / UNIT, pressure as f64 / UNIT);
    line("weight", format!("{} (of the family, in a finding)", learned(weights[0])));
    line("prior", pair(card.prior.appeal, card.prior.pressure));
    line("weight alone", format!("{} (in no finding)", learned(weights[1])));
    line("prior alone", pair(card.lone.appeal, card.lone.pressure));
    line("earned", worth(card, earned));
    for (name, all) in [("patterns", &card.patterns), ("matches", &card.matches), ("allows", &card.allows)] {
        out.push_str(&format!("  {name}\n"));
        out.extend(all.iter().map(|text| format!("    {text}\n")));
    }
    out
}

/// What it earned, in a sentence that says with what it was measured.
fn worth(card: &Card, earned: &Earned) -> String {
    let data: Vec<&str> = earned.data.iter().map(|(name, _)| name.as_str()).collect();
    let on = format!(
        "on {} messages of {} that rules and weights were made with (beholden {}, lexicon {})",
        earned.messages,
        data.join(" and "),
        earned.beholden,
        earned.lexicon.get(..19).unwrap_or(&earned.lexicon)
    );
    match earned.rules.get(&card.id) {
        None => format!("no hit {on}"),
        Some(c) => format!(
            "{} hits from {} sources, {} where its role fits; alone in {} findings; without it {} more wrong and {} more right; {on}",
            c.hits, c.sources, c.fits, c.sole, c.lost, c.gained
        ),
    }
}

/// The name that shares the most beginning and end with what was written, if that is most of it.
pub(crate) fn nearest<'n>(wrong: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let likeness = |name: &str| {
        let head = name.bytes().zip(wrong.bytes()).take_while(|(a, b)| a == b).count();
        let shorter = name.len().min(wrong.len());
        let tail = name.bytes().rev().zip(wrong.bytes().rev()).take(shorter - head).take_while(|(a, b)| a == b).count();
        (head + tail) as f64 / name.len().max(wrong.len()).max(1) as f64
    };
    names.map(|n| (likeness(n), n)).filter(|(l, _)| *l >= 0.7).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, n)| n)
}
