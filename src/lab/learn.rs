//! Fitting the weights of both scores, with cross-validated and leave-one-source-out figures beside them.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::document::Document;
use crate::engine::Engine;
use crate::lab::eval::{Outcome, outcome};
use crate::lab::fit::{Prior, Row, fit};
use crate::lab::gold::{Gold, GoldSet};
use crate::lab::metrics::counts;
use crate::score::{GOODWILL, Scorer, Sign, Weights};
use crate::words::{Level, Role};

/// Folds of the cross-validation.
const FOLDS: usize = 10;

/// A feature met in fewer messages than this keeps its prior.
const MIN_MESSAGES: usize = 10;

/// Strength of the pull towards the priors.
const STRENGTH: f64 = 1.0;

/// Two messages that share at least this part of their eight-word shingles are one group.
const NEAR_DUPLICATE: f64 = 0.3;

/// A labelled message as the fitter sees it.
struct Sample {
    features: Vec<usize>,
    level: Level,
    source: String,
    group: usize,
    lone_gift: bool,
    thanks: bool,
    kindness: bool,
}

/// What learning gives: the weights, and out-of-sample outcomes to measure them by.
pub(crate) struct Learned {
    pub weights: Weights,
    pub cross_validated: Vec<Outcome>,
    /// By source left out: outcomes on that source, with weights from all others.
    pub left_out: BTreeMap<String, Vec<Outcome>>,
    /// Features that kept their prior because too few messages met them.
    pub kept: Vec<String>,
}

/// Fits on all messages; measures by folds and by sources.
pub(crate) fn learn(engine: &mut Engine, set: &GoldSet) -> Learned {
    let samples = samples(engine, &set.messages);
    let groups = samples.iter().map(|s| s.group).max().unwrap_or(0) + 1;
    let fold_of: Vec<usize> = (0..groups).map(fold).collect();
    let mut cross_validated: Vec<Option<Outcome>> = vec![None; samples.len()];
    for f in 0..FOLDS {
        let train: Vec<usize> = (0..samples.len()).filter(|i| fold_of[samples[*i].group] != f).collect();
        install(engine, weigh(engine, &samples, &train));
        for i in (0..samples.len()).filter(|i| fold_of[samples[*i].group] == f) {
            cross_validated[i] = Some(outcome(engine, &set.messages[i]));
        }
    }
    let mut left_out = BTreeMap::new();
    let mut sources: Vec<&str> = samples.iter().map(|s| s.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    for source in sources.iter().filter(|_| sources.len() > 1) {
        let train: Vec<usize> = (0..samples.len()).filter(|i| samples[*i].source != *source).collect();
        install(engine, weigh(engine, &samples, &train));
        let outcomes =
            (0..samples.len()).filter(|i| samples[*i].source == *source).map(|i| outcome(engine, &set.messages[i])).collect();
        left_out.insert((*source).to_owned(), outcomes);
    }
    let all: Vec<usize> = (0..samples.len()).collect();
    let mut weights = weigh(engine, &samples, &all);
    weights
        .learned
        .insert("data".into(), json!(set.files.iter().map(|(n, h)| json!({"file": n, "hash": h})).collect::<Vec<_>>()));
    weights.learned.insert("messages".into(), json!(samples.len()));
    install(engine, weights.clone());
    let mut met = vec![0usize; engine.scorer.features.list.len()];
    samples.iter().flat_map(|s| &s.features).for_each(|f| met[*f] += 1);
    let kept =
        engine.scorer.features.list.iter().zip(&met).filter(|(_, n)| **n < MIN_MESSAGES).map(|(f, _)| f.name.clone()).collect();
    Learned { weights, cross_validated: cross_validated.into_iter().flatten().collect(), left_out, kept }
}

/// Groups are spread over the folds by a hash, so that adding messages moves no other.
fn fold(group: usize) -> usize {
    usize::from(Sha256::digest(group.to_le_bytes())[0]) % FOLDS
}

fn install(engine: &mut Engine, weights: Weights) {
    if let Ok(scorer) = Scorer::new(&engine.lexicon, "fitted weights", &weights) {
        engine.scorer = scorer;
    }
}

fn samples(engine: &Engine, messages: &[Gold]) -> Vec<Sample> {
    let groups = groups(messages);
    messages
        .iter()
        .zip(groups)
        .map(|(gold, group)| {
            let reading = engine.read(&Document::from_subject_and_text(&gold.subject, &gold.text));
            let features = engine.scorer.features.of(&engine.lexicon, &reading.cues, &reading.composition).into_iter().collect();
            let any = |wanted: &dyn Fn(Role, &str) -> bool| {
                reading.cues.iter().any(|c| {
                    let family = engine.lexicon.family(c.rule);
                    c.zone.is_own() && !c.negated && wanted(family.role, &family.name)
                })
            };
            Sample {
                features,
                level: gold.level(),
                source: gold.source.clone(),
                group,
                lone_gift: any(&|r, _| r == Role::Gift),
                thanks: any(&|_, f| f == "gratitude"),
                kindness: any(&|_, f| matches!(f, "kindness" | "refusals")),
            }
        })
        .collect()
}

/// A group number a message: contrast sets and near-duplicates stay together.
fn groups(messages: &[Gold]) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..messages.len()).collect();
    fn root(parent: &mut [usize], mut i: usize) -> usize {
        while parent[i] != i {
            parent[i] = parent[parent[i]];
            i = parent[i];
        }
        i
    }
    let mut seeds: HashMap<&str, usize> = HashMap::new();
    for (i, m) in messages.iter().enumerate() {
        if let Some(seed) = &m.seed {
            let first = *seeds.entry(seed).or_insert(i);
            let (a, b) = (root(&mut parent, first), root(&mut parent, i));
            parent[b] = a;
        }
    }
    let shingles: Vec<HashSet<u64>> = messages.iter().map(|m| shingles(&m.text)).collect();
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    for (i, set) in shingles.iter().enumerate() {
        set.iter().for_each(|s| places.entry(*s).or_default().push(i));
    }
    let mut shared: HashMap<(usize, usize), usize> = HashMap::new();
    for list in places.values() {
        // A boilerplate shingle says nothing about two messages.
        for (n, a) in list.iter().enumerate().filter(|_| list.len() <= 40) {
            list[n + 1..].iter().for_each(|b| *shared.entry((*a, *b)).or_default() += 1);
        }
    }
    for ((a, b), n) in shared {
        let smaller = shingles[a].len().min(shingles[b].len()).max(1);
        if n as f64 >= NEAR_DUPLICATE * smaller as f64 {
            let (a, b) = (root(&mut parent, a), root(&mut parent, b));
            parent[b.max(a)] = a.min(b);
        }
    }
    (0..messages.len()).map(|i| root(&mut parent, i)).collect()
}

fn shingles(text: &str) -> HashSet<u64> {
    let words: Vec<String> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    words
        .windows(8)
        .map(|w| {
            let digest = Sha256::digest(w.join(" ").as_bytes());
            digest.iter().take(8).fold(0, |a, b| a << 8 | u64::from(*b))
        })
        .collect()
}

/// The threshold of best F1 on the fitted messages, within bounds that keep it a matter of degree.
fn best_threshold(scored: &[(bool, f64)]) -> f64 {
    let candidates = (30..=55).map(|t| f64::from(t) / 100.0);
    let f1 = |t: f64| counts(scored.iter().map(|(gold, p)| (*gold, *p >= t))).f1();
    candidates.fold(0.5, |best, t| if f1(t) > f1(best) { t } else { best })
}

/// Fits both scores on some of the samples, each source weighted alike.
fn weigh(engine: &Engine, samples: &[Sample], train: &[usize]) -> Weights {
    let features = &engine.scorer.features.list;
    let mut weights = Weights { thresholds: crate::score::Thresholds::default(), ..Weights::default() };
    let rows = |keep: &dyn Fn(&Sample) -> bool, label: &dyn Fn(&Sample) -> bool| -> Vec<Row> {
        let kept: Vec<&Sample> = train.iter().map(|i| &samples[*i]).filter(|s| keep(s)).collect();
        let mut of_source: HashMap<&str, f64> = HashMap::new();
        kept.iter().for_each(|s| *of_source.entry(&s.source).or_default() += 1.0);
        let each = kept.len() as f64 / of_source.len().max(1) as f64;
        kept.iter()
            .map(|s| Row { features: s.features.clone(), label: label(s), weight: (each / of_source[s.source.as_str()]).sqrt() })
            .collect()
    };
    let solve = |rows: &[Row], prior: Vec<f64>, signs: Vec<Sign>| {
        fit(rows, &Prior { weights: &prior, signs: &signs, strength: STRENGTH, min_rows: MIN_MESSAGES })
    };
    let appeal = solve(
        &rows(&|_| true, &|s| s.level >= Level::Appeal),
        features.iter().map(|f| f.prior.appeal).collect(),
        features.iter().map(|f| f.appeal_sign).collect(),
    );
    let pressure = solve(
        &rows(&|s| s.level >= Level::Appeal, &|s| s.level == Level::Pressure),
        features.iter().map(|f| f.prior.pressure).collect(),
        features.iter().map(|f| f.pressure_sign).collect(),
    );
    let sigma = |w: &[f64], s: &Sample| 1.0 / (1.0 + (-s.features.iter().map(|f| w[*f]).sum::<f64>()).exp());
    let scored = |level: Level| -> Vec<(bool, f64)> {
        let p = |s: &Sample| sigma(&appeal, s) * if level == Level::Pressure { sigma(&pressure, s) } else { 1.0 };
        train.iter().map(|i| (samples[*i].level >= level, p(&samples[*i]))).collect()
    };
    weights.thresholds.appeal = best_threshold(&scored(Level::Appeal));
    weights.thresholds.pressure = best_threshold(&scored(Level::Pressure));
    for (i, feature) in features.iter().enumerate() {
        let rounded = |w: f64| (w * 1000.0).round() / 1000.0;
        if (appeal[i] - feature.prior.appeal).abs() > 5e-4 {
            weights.appeal.insert(feature.name.clone(), rounded(appeal[i]));
        }
        if (pressure[i] - feature.prior.pressure).abs() > 5e-4 {
            weights.pressure.insert(feature.name.clone(), rounded(pressure[i]));
        }
    }
    let q: Vec<Row> = train
        .iter()
        .map(|i| &samples[*i])
        .filter(|s| s.level < Level::Appeal)
        .map(|s| {
            let flags = [true, s.lone_gift, s.thanks, s.kindness];
            Row { features: (0..4).filter(|f| flags[*f]).collect(), label: s.level == Level::Goodwill, weight: 1.0 }
        })
        .collect();
    let prior = GOODWILL.map(|name| engine.lexicon.goodwill.get(name).copied().unwrap_or_default());
    let signs = [Sign::Free, Sign::Up, Sign::Up, Sign::Up];
    let goodwill = fit(&q, &Prior { weights: &prior, signs: &signs, strength: STRENGTH, min_rows: MIN_MESSAGES });
    for (name, w) in GOODWILL.iter().zip(goodwill) {
        weights.goodwill.insert((*name).to_owned(), (w * 1000.0).round() / 1000.0);
    }
    weights
}
