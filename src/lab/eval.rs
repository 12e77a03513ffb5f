//! Predictions on labelled messages and the table of measures.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::json;

use crate::engine::Engine;
use crate::lab::gold::Gold;
use crate::lab::metrics::{Counts, auc, average_precision, bootstrap, brier, calibration_error, counts, covered, weighted_kappa};
use crate::report::Report;
use crate::words::{Level, Role, Tactic};

/// What was predicted for one labelled message.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub id: String,
    pub source: String,
    pub seed: Option<String>,
    pub variant: Option<String>,
    pub unread: bool,
    pub gold: Level,
    pub predicted: Level,
    pub appeal: f64,
    pub pressure: f64,
    pub gold_tactics: BTreeSet<Tactic>,
    pub tactics: BTreeSet<Tactic>,
    pub spans: SpanScore,
}

/// Sums of partial overlap (SemEval-2020 task 11).
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SpanScore {
    precision: f64,
    predicted: f64,
    recall: f64,
    gold: f64,
}

/// Judges a labelled message with the engine as it is.
pub(crate) fn outcome(engine: &Engine, gold: &Gold) -> Outcome {
    let report = engine.analyze_with_subject(&gold.subject, &gold.text);
    let predicted = report.level.unwrap_or(Level::None);
    let strong = predicted >= Level::Appeal;
    let (appeal, pressure) = report.probability.map_or((0.0, 0.0), |p| (p.appeal, p.pressure));
    let spans = if strong && gold.level() >= Level::Appeal { span_score(gold, &report) } else { SpanScore::default() };
    Outcome {
        predicted,
        appeal,
        pressure,
        tactics: if strong { report.findings.iter().map(|f| f.tactic).collect() } else { BTreeSet::new() },
        ..Outcome::unjudged(gold, spans)
    }
}

impl Outcome {
    /// The label with no verdict on it yet.
    pub fn unjudged(gold: &Gold, spans: SpanScore) -> Self {
        Self {
            id: gold.id.clone(),
            source: gold.source.clone(),
            seed: gold.seed.clone(),
            variant: gold.variant.clone(),
            unread: gold.is_unread(),
            gold: gold.level(),
            predicted: Level::None,
            appeal: 0.0,
            pressure: 0.0,
            gold_tactics: gold.tactics.iter().copied().collect(),
            tactics: BTreeSet::new(),
            spans,
        }
    }

    /// Whether the verdict stands on the wrong side of appeal or of pressure.
    pub fn is_wrong(&self) -> bool {
        let sides = |level: Level| (self.gold >= level, self.predicted >= level);
        [Level::Appeal, Level::Pressure].into_iter().any(|l| sides(l).0 != sides(l).1)
    }
}

/// Partial overlap of evidence on one message that both sides call positive.
fn span_score(gold: &Gold, report: &Report) -> SpanScore {
    let roles = [Role::Gift, Role::Request, Role::Obligation, Role::Disclaimer];
    let mut score = SpanScore::default();
    for role in roles {
        let find = |quote: &str| gold.text.find(quote).map(|at| (at, at + quote.len()));
        let all: Vec<(usize, usize)> = gold.spans.iter().filter(|s| s.role == role).filter_map(|s| find(&s.quote)).collect();
        let sure: Vec<(usize, usize)> =
            gold.spans.iter().filter(|s| s.role == role && s.by == 2).filter_map(|s| find(&s.quote)).collect();
        let mut predicted: Vec<(usize, usize)> = report
            .findings
            .iter()
            .flat_map(|f| &f.evidence)
            .filter(|e| e.role == role && e.part.is_none())
            .map(|e| (e.bytes[0], e.bytes[1]))
            .collect();
        predicted.sort_unstable();
        predicted.dedup();
        score.precision += predicted.iter().map(|s| covered(*s, &all)).sum::<f64>();
        score.predicted += predicted.len() as f64;
        score.recall += sure.iter().map(|s| covered(*s, &predicted)).sum::<f64>();
        score.gold += sure.len() as f64;
    }
    score
}

/// A named measure with its 95 % interval.
#[derive(Debug, Clone)]
pub(crate) struct Measure {
    pub name: String,
    pub value: f64,
    pub interval: Option<(f64, f64)>,
}

/// Every measure of a set of outcomes.
pub(crate) fn measures(outcomes: &[Outcome], intervals: bool) -> Vec<Measure> {
    let mut out = Vec::new();
    // The messages of a contrast set are no independent draws, so whole sets are resampled.
    let mut units: BTreeMap<(&str, &str), Vec<&Outcome>> = BTreeMap::new();
    for o in outcomes {
        units.entry((o.source.as_str(), o.seed.as_deref().unwrap_or(&o.id))).or_default().push(o);
    }
    let units: Vec<Vec<&Outcome>> = units.into_values().collect();
    let mut add = |name: &str, f: &dyn Fn(&[&Outcome]) -> f64| {
        let all: Vec<&Outcome> = outcomes.iter().collect();
        let interval = intervals.then(|| {
            bootstrap(units.len(), |sample| f(&sample.iter().flat_map(|i| units[*i].iter().copied()).collect::<Vec<_>>()))
        });
        out.push(Measure { name: name.to_owned(), value: f(&all), interval });
    };
    for (name, level) in [("appeal", Level::Appeal), ("pressure", Level::Pressure)] {
        let p = move |o: &Outcome| if level == Level::Appeal { o.appeal } else { o.pressure };
        let c = move |list: &[&Outcome]| counts(list.iter().map(|o| (o.gold >= level, o.predicted >= level)));
        let scored = move |list: &[&Outcome]| list.iter().map(|o| (o.gold >= level, p(o))).collect::<Vec<_>>();
        add(&format!("{name}.precision"), &move |l| c(l).precision());
        add(&format!("{name}.recall"), &move |l| c(l).recall());
        add(&format!("{name}.f1"), &move |l| c(l).f1());
        add(&format!("{name}.ap"), &move |l| average_precision(&scored(l)));
        add(&format!("{name}.auc"), &move |l| auc(&scored(l)));
        add(&format!("{name}.brier"), &move |l| brier(&scored(l)));
        add(&format!("{name}.ece"), &move |l| calibration_error(&scored(l)));
    }
    add("kappa", &|l| weighted_kappa(&l.iter().map(|o| (o.gold as usize, o.predicted as usize)).collect::<Vec<_>>()));
    add("right_side", &|l| share(l.iter().map(|o| (o.gold >= Level::Appeal) == (o.predicted >= Level::Appeal))));
    add("right_side_below", &|l| share(l.iter().filter(|o| o.gold < Level::Appeal).map(|o| o.predicted < Level::Appeal)));
    add("level_exact", &|l| share(l.iter().map(|o| o.gold == o.predicted)));
    add("flags_per_1000_ordinary", &|l| {
        1000.0 * share(l.iter().filter(|o| o.gold < Level::Appeal).map(|o| o.predicted >= Level::Appeal))
    });
    add("tactic.micro_f1", &|l| tactic_counts(l).values().fold(Counts::default(), |a, c| sum(a, *c)).f1());
    add("tactic.macro_f1", &|l| {
        let by: Vec<f64> = tactic_counts(l).values().filter(|c| c.gold > 0.0).map(|c| c.f1()).collect();
        by.iter().sum::<f64>() / by.len().max(1) as f64
    });
    add("evidence.f1", &|l| {
        let s = l.iter().fold(SpanScore::default(), |mut a, o| {
            a.precision += o.spans.precision;
            a.predicted += o.spans.predicted;
            a.recall += o.spans.recall;
            a.gold += o.spans.gold;
            a
        });
        let (p, r) = (s.precision / s.predicted.max(1.0), s.recall / s.gold.max(1.0));
        if p + r == 0.0 { 0.0 } else { 2.0 * p * r / (p + r) }
    });
    if outcomes.iter().any(|o| o.seed.is_some()) {
        add("sets_wholly_right", &|l| {
            let mut sets: BTreeMap<&str, bool> = BTreeMap::new();
            // A resampled set may come twice; it weighs by how often its first message comes.
            let mut drawn: BTreeMap<&str, usize> = BTreeMap::new();
            for o in l.iter() {
                if let Some(seed) = &o.seed {
                    *sets.entry(seed).or_insert(true) &= (o.gold >= Level::Appeal) == (o.predicted >= Level::Appeal);
                    *drawn.entry(&o.id).or_default() += 1;
                }
            }
            let times: BTreeMap<&str, usize> =
                l.iter().filter_map(|o| Some((o.seed.as_deref()?, drawn[o.id.as_str()]))).collect();
            share(sets.iter().flat_map(|(seed, right)| std::iter::repeat_n(*right, times[seed])))
        });
        add("debt_and_bargain_exact", &|l| {
            share(
                l.iter().filter(|o| matches!(o.variant.as_deref(), Some("debt" | "open_bargain"))).map(|o| o.gold == o.predicted),
            )
        });
    }
    out
}

/// Tactics on messages that are positive by their label.
pub(crate) fn tactic_counts(list: &[&Outcome]) -> BTreeMap<Tactic, Counts> {
    let positive = || list.iter().filter(|o| o.gold >= Level::Appeal);
    Tactic::ALL.iter().map(|t| (*t, counts(positive().map(|o| (o.gold_tactics.contains(t), o.tactics.contains(t)))))).collect()
}

fn sum(a: Counts, b: Counts) -> Counts {
    Counts { hit: a.hit + b.hit, predicted: a.predicted + b.predicted, gold: a.gold + b.gold }
}

fn share(list: impl Iterator<Item = bool>) -> f64 {
    let (mut yes, mut all) = (0.0, 0.0);
    for item in list {
        all += 1.0;
        yes += f64::from(u8::from(item));
    }
    if all == 0.0 { 0.0 } else { yes / all }
}

/// The measures as a table.
pub(crate) fn table(title: &str, n: usize, measures: &[Measure]) -> String {
    let mut out = format!("{title} ({n} messages)\n");
    for m in measures {
        let _ = match m.interval {
            Some((a, b)) => writeln!(out, "  {:<26} {:>8.3}   [{a:.3}, {b:.3}]", m.name, m.value),
            None => writeln!(out, "  {:<26} {:>8.3}", m.name, m.value),
        };
    }
    out
}

/// The measures as JSON.
pub(crate) fn as_json(title: &str, n: usize, measures: &[Measure]) -> serde_json::Value {
    let map: serde_json::Map<String, serde_json::Value> = measures
        .iter()
        .map(|m| (m.name.clone(), json!({"value": m.value, "interval": m.interval.map(|i| [i.0, i.1])})))
        .collect();
    json!({"set": title, "messages": n, "measures": map})
}
