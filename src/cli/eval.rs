//! `beholden eval`: the verdicts measured against labelled messages.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Value, json};

use crate::cli::args::{By, Eval, EvalFormat, SplitArg};
use crate::cli::exit::{Exit, Stop};
use crate::cli::lexicons;
use crate::engine::Engine;
use crate::lab::earned::Earned;
use crate::lab::eval::{Measure, Outcome, as_json, measures, outcome, table, tactic_counts};
use crate::lab::gold::{Gold, Split, read};
use crate::lab::metrics::Counts;
use crate::lab::predictions;
use crate::lab::rule_table::{RuleRow, rule_table};
use crate::words::Tactic;

/// How many characters of a wrongly judged message are shown.
const SHOWN_CHARS: usize = 700;

/// All that an evaluation says, before it is written as a table or as JSON.
struct Findings {
    sets: Vec<(String, usize, Vec<Measure>)>,
    tactics: BTreeMap<Tactic, Counts>,
    rules: Vec<RuleRow>,
    confusions: Vec<Value>,
}

/// Runs the command.
pub(crate) fn run(args: &Eval) -> Result<Exit, Stop> {
    let split = match args.split {
        SplitArg::All => Split::All,
        SplitArg::Read => Split::Read,
        SplitArg::Unread => Split::Unread,
    };
    let set = read(&args.gold, split)?;
    let engine = engine(args)?;
    let outcomes = match &args.predictions {
        Some(path) => predictions::outcomes(path, &set.messages)?,
        None => set.messages.iter().map(|m| outcome(&engine, m)).collect(),
    };
    let findings = Findings {
        sets: sets(args.by, &outcomes),
        tactics: if args.by == Some(By::Tactic) { tactic_counts(&outcomes.iter().collect::<Vec<_>>()) } else { BTreeMap::new() },
        rules: if args.rules { rule_table(&engine, &set.messages) } else { Vec::new() },
        confusions: if args.confusions { confusions(&engine, &outcomes, &set.messages) } else { Vec::new() },
    };
    if let Some(path) = &args.earned {
        let earned = Earned::new(&engine, &set, &findings.rules);
        let mut json = serde_json::to_string_pretty(&earned).map_err(std::io::Error::from)?;
        json.push('\n');
        std::fs::write(path, json).map_err(|e| crate::Error::at(&path.display().to_string(), None, e))?;
    }
    let mut out = std::io::stdout().lock();
    match args.format {
        EvalFormat::Table => as_tables(&mut out, &findings)?,
        EvalFormat::Json => {
            serde_json::to_writer_pretty(&mut out, &as_value(&findings)).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(Exit::Done)
}

fn engine(args: &Eval) -> Result<Engine, Stop> {
    let mut builder = lexicons::builder(&args.lexicons)?;
    if let Some(path) = &args.weights {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| crate::Error::at(&name, None, e))?;
        builder = builder.weights(name, text);
    }
    Ok(builder.build()?)
}

fn sets(by: Option<By>, outcomes: &[Outcome]) -> Vec<(String, usize, Vec<Measure>)> {
    let mut sets: BTreeMap<String, Vec<Outcome>> = BTreeMap::new();
    for o in outcomes {
        let key = match by {
            None | Some(By::Tactic) => "all".to_owned(),
            Some(By::Source) => o.source.clone(),
            Some(By::Variant) => o.variant.clone().unwrap_or_else(|| "none".to_owned()),
        };
        sets.entry(key).or_default().push(o.clone());
    }
    sets.into_iter().map(|(name, list)| (name, list.len(), measures(&list, true))).collect()
}

/// The messages that stand on the wrong side of a level, the surest mistakes first, with the text and what was seen
/// in it. Unread messages are counted in the measures and never shown.
fn confusions(engine: &Engine, outcomes: &[Outcome], messages: &[Gold]) -> Vec<Value> {
    let mut wrong: Vec<(&Outcome, &Gold)> = outcomes.iter().zip(messages).filter(|(o, _)| !o.unread && o.is_wrong()).collect();
    wrong.sort_by(|(a, _), (b, _)| (a.gold, a.predicted).cmp(&(b.gold, b.predicted)).then(b.appeal.total_cmp(&a.appeal)));
    wrong
        .into_iter()
        .map(|(o, gold)| {
            let report = engine.analyze_with_subject(&gold.subject, &gold.text);
            let evidence: Vec<Value> = report
                .findings
                .iter()
                .flat_map(|f| f.evidence.iter().map(|e| json!([f.tactic.name(), e.role.name(), e.rule, e.text])))
                .collect();
            json!({
                "id": o.id, "source": o.source, "variant": o.variant, "gold": o.gold.name(), "predicted": o.predicted.name(),
                "appeal": o.appeal, "pressure": o.pressure, "subject": gold.subject,
                "text": gold.text.chars().take(SHOWN_CHARS).collect::<String>(),
                "spans": gold.spans.iter().map(|s| json!([s.role.name(), s.quote])).collect::<Vec<_>>(),
                "evidence": evidence,
                "contributions": report.contributions.iter().map(|c| json!([c.source, c.value, c.pressure])).collect::<Vec<_>>(),
            })
        })
        .collect()
}

fn as_value(findings: &Findings) -> Value {
    let tactics: Vec<Value> = findings
        .tactics
        .iter()
        .map(|(t, c)| {
            json!({"tactic": t.name(), "gold": c.gold, "predicted": c.predicted,
                   "precision": c.precision(), "recall": c.recall(), "f1": c.f1()})
        })
        .collect();
    json!({
        "sets": findings.sets.iter().map(|(name, n, m)| as_json(name, *n, m)).collect::<Vec<_>>(),
        "tactics": tactics,
        "rules": findings.rules,
        "confusions": findings.confusions,
    })
}

fn as_tables(out: &mut impl Write, findings: &Findings) -> std::io::Result<()> {
    for (name, n, measured) in &findings.sets {
        write!(out, "{}", table(name, *n, measured))?;
    }
    if !findings.tactics.is_empty() {
        writeln!(out, "  {:<18} {:>5} {:>9} {:>7} {:>7} {:>7}", "tactic", "gold", "predicted", "P", "R", "F1")?;
    }
    for (tactic, c) in &findings.tactics {
        let (p, r, f1) = (c.precision(), c.recall(), c.f1());
        writeln!(out, "  {:<18} {:>5} {:>9} {p:>7.3} {r:>7.3} {f1:>7.3}", tactic.name(), c.gold, c.predicted)?;
    }
    if !findings.rules.is_empty() {
        writeln!(
            out,
            "{:<42} {:>5} {:>7} {:>9} {:>5} {:>5} {:>6}",
            "rule", "hits", "sources", "precision", "sole", "lost", "gained"
        )?;
    }
    for r in &findings.rules {
        writeln!(
            out,
            "{:<42} {:>5} {:>7} {:>9.2} {:>5} {:>5} {:>6}",
            r.rule, r.hits, r.sources, r.precision, r.sole, r.lost, r.gained
        )?;
    }
    for c in &findings.confusions {
        let word = |key: &str| c[key].as_str().unwrap_or("-").to_owned();
        writeln!(
            out,
            "\n## {} {} {}: {} judged {} (appeal {:.2}, pressure {:.2})",
            word("id"),
            word("source"),
            word("variant"),
            word("gold"),
            word("predicted"),
            c["appeal"].as_f64().unwrap_or_default(),
            c["pressure"].as_f64().unwrap_or_default()
        )?;
        writeln!(out, "{}\n{}", word("subject"), word("text"))?;
        for (key, mark) in [("spans", "labelled"), ("evidence", "seen"), ("contributions", "counted")] {
            for item in c[key].as_array().into_iter().flatten() {
                writeln!(out, "  {mark}: {item}")?;
            }
        }
    }
    Ok(())
}
