//! `beholden learn`: the weights fitted to labelled messages, with the figures they are accepted by.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Map, Value, json};

use crate::cli::args::Learn;
use crate::cli::exit::{Exit, Stop};
use crate::engine::Engine;
use crate::lab::ablation::{Figures, MIN_POSITIVES, ablation, curve};
use crate::lab::eval::{Outcome, measures, table};
use crate::lab::gold::{Half, Split, read};
use crate::lab::learn::{Learned, learn, prepare};
use crate::weights::Weights;
use crate::words::Level;

/// Runs the command.
pub(crate) fn run(args: &Learn) -> Result<Exit, Stop> {
    // Said before the fitting, which takes minutes.
    if let Some(path) = args.output.as_ref().filter(|p| p.parent().is_some_and(|f| !f.as_os_str().is_empty() && !f.is_dir())) {
        return Err(crate::Error::at(&path.display().to_string(), None, "its folder does not exist").into());
    }
    let set = read(&args.gold, Split::All)?;
    if let Some(gold) = set.messages.iter().find(|m| m.split == Half::Measure) {
        let names: Vec<String> = args.gold.iter().map(|p| p.display().to_string()).collect();
        return Err(
            crate::Error::at(&names.join(", "), None, format!("{} only measures: nothing is fitted on it", gold.id)).into()
        );
    }
    // Fitting starts from the priors, so that weights of features that are gone stand in no one's way.
    let priors = serde_json::to_string(&Weights::default()).map_err(std::io::Error::from)?;
    let mut engine = Engine::builder().weights("no weights", priors).build()?;
    let mut out = std::io::stdout().lock();
    if args.ablation || args.curve {
        let samples = prepare(&mut engine, &set);
        let features = &engine.scorer.features.list;
        if args.ablation {
            let rows = ablation(features, &samples);
            let rows: Vec<(String, Figures)> = rows.into_iter().map(|(n, f)| (n.to_owned(), f)).collect();
            figures(&mut out, "without", &rows)?;
        }
        if args.curve {
            let rows: Vec<(String, Figures)> =
                curve(features, &samples).into_iter().map(|(p, f)| (format!("{p} % of the messages"), f)).collect();
            figures(&mut out, "learned from", &rows)?;
        }
        return Ok(Exit::Done);
    }
    let mut learned = learn(&mut engine, &set);
    let accepted = report(&mut out, &learned)?;
    if let Some(path) = &args.output {
        learned.weights.learned.insert("accepted".to_owned(), accepted.into());
        let mut json = serde_json::to_string_pretty(&learned.weights).map_err(std::io::Error::from)?;
        json.push('\n');
        std::fs::write(path, json).map_err(|e| crate::Error::at(&path.display().to_string(), None, e))?;
    }
    Ok(Exit::Done)
}

/// One line a row: F1 and average precision of both levels, by folds and with each source left out.
fn figures(out: &mut impl Write, title: &str, rows: &[(String, Figures)]) -> std::io::Result<()> {
    writeln!(out, "{:<34} {:^31}  {:^31}", "", "ten folds", "source left out, mean")?;
    write!(out, "{title:<34}")?;
    writeln!(out, "{}", " L2 F1   L2 AP   L3 F1   L3 AP ".repeat(2))?;
    for (name, f) in rows {
        write!(out, "{name:<34}")?;
        for value in f.folds.iter().chain(&f.left_out) {
            write!(out, " {value:.3}  ")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Prints the figures and returns those that the weight file keeps.
fn report(out: &mut impl Write, learned: &Learned) -> std::io::Result<Map<String, Value>> {
    let mut accepted = Map::new();
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
            let measured = measures(&kept, true);
            write!(out, "{}", table(&format!("cross-validated, {name}, {part}"), kept.len(), &measured))?;
            let keeps = |n: &str| ["f1", "ap", "ece"].iter().any(|end| n.ends_with(end));
            for m in measured.iter().filter(|m| part == "all" && keeps(&m.name)) {
                accepted.insert(format!("cross_validated.{name}.{}", m.name), rounded(m.value));
            }
        }
    }
    left_out(out, &learned.left_out, &mut accepted)?;
    writeln!(out, "kept their prior, met in fewer than 10 messages: {}", learned.kept.join(" "))?;
    Ok(accepted)
}

fn rounded(value: f64) -> Value {
    json!((value * 1000.0).round() / 1000.0)
}

/// Each source with weights and thresholds from all others, and the mean over sources with enough positives. What it
/// lacks against the cross-validated figure is overfitting.
fn left_out(
    out: &mut impl Write,
    sources: &BTreeMap<String, Vec<Outcome>>,
    accepted: &mut Map<String, Value>,
) -> std::io::Result<()> {
    writeln!(out, "leave one source out")?;
    for level in [Level::Appeal, Level::Pressure] {
        let name = level.name();
        let (mut f1, mut ap, mut n) = (0.0, 0.0, 0.0);
        for (source, outcomes) in sources {
            let positives = outcomes.iter().filter(|o| o.gold >= level).count();
            let measured = measures(outcomes, false);
            let find = |what: &str| measured.iter().find(|m| m.name == format!("{name}.{what}")).map_or(0.0, |m| m.value);
            let counted = positives >= MIN_POSITIVES && source != "corpus";
            let (a, b) = (find("f1"), find("ap"));
            let mark = if counted { "" } else { " (not in the mean)" };
            writeln!(out, "  {name:<10} {source:<14} positives {positives:>4}  F1 {a:.3}  AP {b:.3}{mark}")?;
            if counted {
                (f1, ap, n) = (f1 + a, ap + b, n + 1.0);
            }
        }
        if n > 0.0 {
            writeln!(out, "  {name:<10} mean over {n} sources        F1 {:.3}  AP {:.3}", f1 / n, ap / n)?;
            accepted.insert(format!("left_out.{name}.f1"), rounded(f1 / n));
            accepted.insert(format!("left_out.{name}.ap"), rounded(ap / n));
        }
    }
    Ok(())
}
