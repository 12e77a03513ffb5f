//! What each group of features earns, and what more messages would: the same fit with less.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::feature::Feature;
use crate::lab::learn::{FOLDS, Model, fold, sources};
use crate::lab::metrics::{average_precision, counts};
use crate::lab::samples::Sample;
use crate::words::Level;

/// A source counts in the mean over sources left out where it has this many messages of the level.
pub(crate) const MIN_POSITIVES: usize = 15;

/// F1 and average precision for level >= appeal, then for pressure.
pub(crate) type Four = [f64; 4];

/// Figures of one fit: by folds, and the mean over sources left out. The project's own corpus is fitted on in both and
/// counted in neither.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub folds: Four,
    pub left_out: Four,
}

/// Whether a feature of this name belongs to a group.
type Belongs = fn(&str) -> bool;

/// The groups of features whose worth is asked for: a name, and whether a feature belongs to it.
const GROUPS: &[(&str, Belongs)] = &[
    ("ties: order, nearness, pivots", |f| f.starts_with("tie.") || f.starts_with("order.")),
    ("breadth of ways and asks", |f| f.starts_with("breadth") || f == "asks"),
    ("length of the message", |f| f.starts_with("length.")),
    ("disguise", |f| f == "disguise"),
    ("lone gifts, debts and requests", |f| f.ends_with(".lone") && !f.starts_with("benign.")),
    ("ordinary trade", |f| f.starts_with("benign.trade")),
    ("thanks: plain, lever, praise", |f| f.contains("gratitude") || f.contains("thanks_lever") || f.contains("praise")),
    ("windfall and fortune", |f| f.contains("windfall") || f.contains("fortune")),
    ("merit, goal and deadline", |f| f.contains("politics")),
    ("list help", |f| f.contains("benign.lists")),
    ("reports and retellings", |f| f.contains("benign.reports") || f.contains("benign.telling")),
    ("refusals and kindness", |f| f.contains("refusals") || f.contains("kindness") || f.contains("closers")),
    ("threats and alarms", |f| f.contains("benign.threats")),
    ("implied asks and buttons", |f| f.contains("request.implied") || f.contains("request.button") || f.contains("request.need")),
    ("unnamed gifts", |f| ["gift.done", "gift.kept", "gift.received", "gift.unasked"].iter().any(|g| f.starts_with(g))),
    ("debt and guilt", |f| f.starts_with("obligation.") && !f.contains("thanks_lever") && !f.contains("praise")),
    ("context stems", |f| f.starts_with("context.")),
];

/// Each group with the figures without it, the whole first.
pub(crate) fn ablation(features: &[Feature], samples: &[Sample]) -> Vec<(&'static str, Figures)> {
    let mut out = vec![("everything", figures(features, samples, samples))];
    for (name, belongs) in GROUPS {
        let without: Vec<Sample> = samples
            .iter()
            .map(|s| {
                let kept = s.features.iter().filter(|f| !belongs(&features[**f].name)).copied().collect();
                Sample { features: kept, ..s.clone() }
            })
            .collect();
        if without.iter().zip(samples).any(|(a, b)| a.features.len() != b.features.len()) {
            out.push((name, figures(features, &without, &without)));
        }
    }
    out
}

/// The figures with a part of the groups to learn from, measured on all.
pub(crate) fn curve(features: &[Feature], samples: &[Sample]) -> Vec<(u8, Figures)> {
    [25u8, 50, 75, 100]
        .map(|percent| {
            let drawn = |s: &Sample| u32::from(Sha256::digest(s.group.to_le_bytes())[1]) * 100 < u32::from(percent) * 256;
            let part: Vec<Sample> = samples.iter().filter(|s| drawn(s)).cloned().collect();
            (percent, figures(features, &part, samples))
        })
        .to_vec()
}

/// Fits on `learn` and measures on `measure`, never on what was fitted.
fn figures(features: &[Feature], learn: &[Sample], measure: &[Sample]) -> Figures {
    let judged = |keep: &dyn Fn(&Sample) -> bool, test: &dyn Fn(&Sample) -> bool| -> Vec<Judged> {
        let train: Vec<&Sample> = learn.iter().filter(|s| keep(s)).collect();
        let model = Model::fit(features, &train);
        let judge = |s: &Sample| {
            let (appeal, pressure) = model.probability(s);
            let is_pressure = pressure >= model.thresholds.pressure;
            Judged { gold: s.level, appeal, pressure, is_appeal: is_pressure || appeal >= model.thresholds.appeal, is_pressure }
        };
        measure.iter().filter(|s| test(s)).map(judge).collect()
    };
    let own = |s: &Sample| s.source == "corpus";
    let by_folds: Vec<Judged> =
        (0..FOLDS).flat_map(|f| judged(&|s| fold(s.group) != f, &|s| fold(s.group) == f && !own(s))).collect();
    let by_source: BTreeMap<String, Vec<Judged>> = sources(measure)
        .into_iter()
        .filter(|s| s != "corpus")
        .map(|source| (source.clone(), judged(&|s| s.source != source, &|s| s.source == source)))
        .collect();
    let mut left_out = [0.0; 4];
    for (at, level) in [(0, Level::Appeal), (2, Level::Pressure)] {
        let counted: Vec<&Vec<Judged>> =
            by_source.values().filter(|l| l.iter().filter(|j| j.gold >= level).count() >= MIN_POSITIVES).collect();
        for list in &counted {
            let (f1, ap) = f1_ap(list, level);
            left_out[at] += f1 / counted.len() as f64;
            left_out[at + 1] += ap / counted.len() as f64;
        }
    }
    let (a, b) = (f1_ap(&by_folds, Level::Appeal), f1_ap(&by_folds, Level::Pressure));
    Figures { folds: [a.0, a.1, b.0, b.1], left_out }
}

struct Judged {
    gold: Level,
    appeal: f64,
    pressure: f64,
    is_appeal: bool,
    is_pressure: bool,
}

fn f1_ap(list: &[Judged], level: Level) -> (f64, f64) {
    let pressure = level == Level::Pressure;
    let found = counts(list.iter().map(|j| (j.gold >= level, if pressure { j.is_pressure } else { j.is_appeal })));
    let scored: Vec<(bool, f64)> = list.iter().map(|j| (j.gold >= level, if pressure { j.pressure } else { j.appeal })).collect();
    (found.f1(), average_precision(&scored))
}
