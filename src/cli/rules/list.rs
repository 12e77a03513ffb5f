//! `beholden rules list`: every rule, or those of a role, a tactic, a language.

use std::io::Write as _;

use serde_json::json;

use crate::card::{Card, cards};
use crate::cli::args::{ListFormat, RulesList};
use crate::cli::exit::{Exit, Stop};
use crate::cli::lexicons::Asked;
use crate::cli::rules::lexica::Lexica;
use crate::cli::visible::visible;
use crate::format::Status;

/// Runs the command.
pub(crate) fn run(args: &RulesList) -> Result<Exit, Stop> {
    let asked = Asked::new(&args.lexicons)?;
    let lexica = Lexica::read(&asked)?;
    let cards = cards(lexica.all())?;
    // Which rules are off, an engine says; without settings there is none to ask.
    let off = if asked.config.settings.is_empty() { Vec::new() } else { lexica.engine(&asked)?.lexicon.off };
    let is_off = |index: usize| off.get(index) == Some(&true);
    let wanted = |(_, card): &(usize, &Card)| {
        args.role.as_deref().is_none_or(|r| card.role.name() == r)
            && args.tactic.as_deref().is_none_or(|t| card.tactic.is_some_and(|c| c.name() == t))
            && args.language.as_deref().is_none_or(|l| card.language.code() == l)
    };
    let mut out = std::io::stdout().lock();
    if args.format == ListFormat::Json {
        let all: Vec<serde_json::Value> =
            cards.iter().enumerate().filter(wanted).map(|(i, card)| as_json(card, is_off(i))).collect();
        writeln!(out, "{:#}", serde_json::Value::Array(all))?;
    } else {
        for (i, card) in cards.iter().enumerate().filter(wanted) {
            let mark = match card.status {
                _ if is_off(i) => "(off) ",
                Status::Active => "",
                Status::Experimental => "(experimental) ",
            };
            let (id, why) = (visible(&card.id), visible(&card.why));
            writeln!(out, "{id:<40} {:<18} {mark}{why}", card.tactic.map_or("-", |t| t.name()))?;
        }
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// What one object of the array says; `show --format json` says the same and more.
pub(crate) fn as_json(card: &Card, off: bool) -> serde_json::Value {
    let zones: Vec<&str> = card.zones.iter().map(|z| z.name()).collect();
    json!({
        "id": card.id, "family": card.family, "role": card.role.name(), "tactic": card.tactic.map(|t| t.name()),
        "language": card.language.code(), "status": card.status.name(), "off": off, "zones": zones, "why": card.why,
        "source": if card.source.is_empty() { None } else { Some(&card.source) },
        "file": card.file, "line": card.line,
    })
}
