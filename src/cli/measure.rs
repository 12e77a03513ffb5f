//! `beholden eval` and `beholden learn`.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::json;

use crate::cli::args::{By, Eval, EvalFormat, Learn, SplitArg};
use crate::cli::exit::{Exit, Stop};
use crate::engine::Engine;
use crate::lab::eval::{Outcome, as_json, measures, outcome, table, tactic_counts};
use crate::lab::gold::{Split, read};
use crate::lab::learn::learn as fit;
use crate::words::Level;

/// Runs `eval`.
pub(crate) fn eval(args: &Eval) -> Result<Exit, Stop> {
    let split = match args.split {
        SplitArg::All => Split::All,
        SplitArg::Read => Split::Read,
        SplitArg::Unread => Split::Unread,
    };
    let set = read(&args.gold, split)?;
    let mut builder = Engine::builder();
    if let Some(path) = &args.weights {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| crate::Error::at(&name, None, e))?;
        builder = builder.weights(name, text);
    }
    let engine = builder.build()?;
    let outcomes: Vec<Outcome> = set.messages.iter().map(|m| outcome(&engine, m)).collect();
    let mut out = std::io::stdout().lock();
    let mut sets: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
    for o in &outcomes {
        let key = match args.by {
            None | Some(By::Tactic) => "all".to_owned(),
            Some(By::Source) => o.source.clone(),
            Some(By::Variant) => o.variant.clone().unwrap_or_else(|| "none".to_owned()),
        };
        sets.entry(key).or_default().push(o.clone());
    }
    let mut values = Vec::new();
    for (name, list) in &sets {
        let measured = measures(list, true);
        match args.format {
            EvalFormat::Table => write!(out, "{}", table(name, list.len(), &measured))?,
            EvalFormat::Json => values.push(as_json(name, list.len(), &measured)),
        }
    }
    if args.by == Some(By::Tactic) {
        for (tactic, c) in tactic_counts(&outcomes.iter().collect::<Vec<_>>()) {
            match args.format {
                EvalFormat::Table => writeln!(
                    out,
                    "  {:<18} gold {:>4} predicted {:>4} P {:.3} R {:.3} F1 {:.3}",
                    tactic.name(),
                    c.gold,
                    c.predicted,
                    c.precision(),
                    c.recall(),
                    c.f1()
                )?,
                EvalFormat::Json => {
                    values.push(json!({"tactic": tactic.name(), "gold": c.gold, "predicted": c.predicted, "precision": c.precision(), "recall": c.recall(), "f1": c.f1()}));
                }
            }
        }
    }
    if args.format == EvalFormat::Json {
        serde_json::to_writer_pretty(&mut out, &values).map_err(std::io::Error::from)?;
        writeln!(out)?;
    }
    if args.confusions {
        confusions(&mut out, &outcomes)?;
    }
    Ok(Exit::Done)
}

/// The messages that stand on the wrong side of a level, the surest mistakes first. Unread messages are not named.
fn confusions(out: &mut impl Write, outcomes: &[Outcome]) -> Result<(), Stop> {
    let mut wrong: Vec<&Outcome> = outcomes
        .iter()
        .filter(|o| {
            !o.unread
                && ((o.gold >= Level::Appeal) != (o.predicted >= Level::Appeal)
                    || (o.gold == Level::Pressure) != (o.predicted == Level::Pressure))
        })
        .collect();
    wrong.sort_by(|a, b| (a.gold, a.predicted).cmp(&(b.gold, b.predicted)).then(b.appeal.total_cmp(&a.appeal)));
    for o in wrong {
        let tactics: Vec<&str> = o.tactics.iter().map(|t| t.name()).collect();
        writeln!(
            out,
            "{:<10} {:<12} {:<12} {} -> {} appeal {:.2} pressure {:.2} {}",
            o.id,
            o.source,
            o.variant.as_deref().unwrap_or("-"),
            o.gold.name(),
            o.predicted.name(),
            o.appeal,
            o.pressure,
            tactics.join(",")
        )?;
    }
    Ok(())
}

/// Runs `learn`.
pub(crate) fn learn(args: &Learn) -> Result<Exit, Stop> {
    let set = read(&args.gold, Split::All)?;
    let mut engine = Engine::new()?;
    let mut learned = fit(&mut engine, &set);
    let mut out = std::io::stdout().lock();
    let mut accepted = serde_json::Map::new();
    let mut by_source: BTreeMap<&str, Vec<Outcome>> = BTreeMap::new();
    for o in &learned.cross_validated {
        by_source.entry(if o.source == "corpus" { "corpus" } else { "gold" }).or_default().push(o.clone());
    }
    for (name, list) in &by_source {
        for (part, keep) in [("all", None), ("read", Some(false)), ("unread", Some(true))] {
            let kept: Vec<Outcome> = list.iter().filter(|o| keep.is_none_or(|k| o.unread == k)).cloned().collect();
            if kept.is_empty() || (part != "all" && kept.len() == list.len()) {
                continue;
            }
            let measured = measures(&kept, part == "all");
            write!(out, "{}", table(&format!("cross-validated, {name}, {part}"), kept.len(), &measured))?;
            if part == "all" {
                for m in measured.iter().filter(|m| m.name.ends_with("f1") || m.name.ends_with("ece")) {
                    accepted.insert(format!("cross_validated.{name}.{}", m.name), json!((m.value * 1000.0).round() / 1000.0));
                }
            }
        }
    }
    left_out(&mut out, &learned.left_out, &mut accepted)?;
    writeln!(out, "kept their prior, met in fewer than 10 messages: {}", learned.kept.join(" "))?;
    if args.confusions {
        confusions(&mut out, &learned.cross_validated)?;
    }
    if let Some(path) = &args.output {
        learned.weights.learned.insert("accepted".to_owned(), accepted.into());
        let mut json = serde_json::to_string_pretty(&learned.weights).map_err(std::io::Error::from)?;
        json.push('\n');
        std::fs::write(path, json).map_err(|e| crate::Error::at(&path.display().to_string(), None, e))?;
    }
    Ok(Exit::Done)
}

/// Each source with weights from all others, and the mean over sources with at least 15 positives.
fn left_out(
    out: &mut impl Write,
    sources: &BTreeMap<String, Vec<Outcome>>,
    accepted: &mut serde_json::Map<String, serde_json::Value>,
) -> Result<(), Stop> {
    writeln!(out, "leave one source out")?;
    for level in [Level::Appeal, Level::Pressure] {
        let (mut f1, mut ap, mut n) = (0.0, 0.0, 0.0);
        for (source, outcomes) in sources {
            let positives = outcomes.iter().filter(|o| o.gold >= level).count();
            let measured = measures(outcomes, false);
            let find =
                |what: &str| measured.iter().find(|m| m.name == format!("{}.{what}", level.name())).map_or(0.0, |m| m.value);
            let counted = positives >= 15 && source != "corpus";
            let mark = if counted { " " } else { "(not in the mean)" };
            writeln!(
                out,
                "  {:<10} {source:<14} positives {positives:>4}  F1 {:.3}  AP {:.3} {mark}",
                level.name(),
                find("f1"),
                find("ap")
            )?;
            if counted {
                f1 += find("f1");
                ap += find("ap");
                n += 1.0;
            }
        }
        if n > 0.0 {
            writeln!(out, "  {:<10} mean over {n} sources       F1 {:.3}  AP {:.3}", level.name(), f1 / n, ap / n)?;
            accepted.insert(format!("left_out.{}.f1", level.name()), json!((f1 / n * 1000.0f64).round() / 1000.0));
        }
    }
    Ok(())
}
