//! `beholden rules list`: every rule, or those of a role, a tactic, a language.

use std::io::Write as _;

use serde_json::json;

use crate::card::{Card, cards};
use crate::cli::args::{ListFormat, RulesList};
use crate::cli::exit::{Exit, Stop};
use crate::cli::rules::lexica::Lexica;
use crate::cli::visible::visible;

/// Runs the command.
pub(crate) fn run(args: &RulesList) -> Result<Exit, Stop> {
    let lexica = Lexica::read(&args.lexicon)?;
    let cards = cards(lexica.all())?;
    let wanted = |card: &&Card| {
        args.role.as_deref().is_none_or(|r| card.role.name() == r)
            && args.tactic.as_deref().is_none_or(|t| card.tactic.is_some_and(|c| c.name() == t))
            && args.language.as_deref().is_none_or(|l| card.language.code() == l)
    };
    let mut out = std::io::stdout().lock();
    if args.format == ListFormat::Json {
        let all: Vec<serde_json::Value> = cards.iter().filter(wanted).map(as_json).collect();
        writeln!(out, "{:#}", serde_json::Value::Array(all))?;
    } else {
        for card in cards.iter().filter(wanted) {
            let mark = if card.status.name() == "active" { "" } else { "(experimental) " };
            let (id, why) = (visible(&card.id), visible(&card.why));
            writeln!(out, "{id:<40} {:<18} {mark}{why}", card.tactic.map_or("-", |t| t.name()))?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// What one object of the array says; `show --format json` says the same and more.
pub(crate) fn as_json(card: &Card) -> serde_json::Value {
    let zones: Vec<&str> = card.zones.iter().map(|z| z.name()).collect();
    json!({
        "id": card.id, "family": card.family, "role": card.role.name(), "tactic": card.tactic.map(|t| t.name()),
        "language": card.language.code(), "status": card.status.name(), "zones": zones, "why": card.why,
        "source": if card.source.is_empty() { None } else { Some(&card.source) },
        "file": card.file, "line": card.line,
    })
}
