//! Fitting the weights of both scores, with cross-validated and leave-one-source-out figures beside them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;
use sha2::{Digest, Sha256};

use crate::engine::Engine;
use crate::feature::{CONTEXT, Feature, Sign};
use crate::format::GOODWILL;
use crate::lab::eval::{Outcome, outcome};
use crate::lab::fit::{Prior, Row, fit};
use crate::lab::gold::GoldSet;
use crate::lab::metrics::counts;
use crate::lab::samples::{Sample, samples};
use crate::score::Scorer;
use crate::weights::{Thresholds, Weights};
use crate::words::Level;

/// Folds of the cross-validation.
pub(crate) const FOLDS: usize = 10;

/// A feature met in fewer messages than this keeps its prior.
const MIN_MESSAGES: usize = 10;

/// Strength of the pull towards the priors.
const STRENGTH: f64 = 1.0;

/// What a context stem must earn to get a weight, and the most that it may weigh: it supports a finding, no more.
const CONTEXT_TOLL: f64 = 2.0;
const CONTEXT_LIMIT: f64 = 0.6;

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
    let samples = prepare(engine, set);
    let mut cross_validated: Vec<Option<Outcome>> = vec![None; samples.len()];
    for f in 0..FOLDS {
        install(engine, &fit_on(engine, &samples, &|s| fold(s.group) != f));
        for i in (0..samples.len()).filter(|i| fold(samples[*i].group) == f) {
            cross_validated[i] = Some(outcome(engine, &set.messages[i]));
        }
    }
    let mut left_out = BTreeMap::new();
    for source in sources(&samples) {
        install(engine, &fit_on(engine, &samples, &|s| s.source != source));
        let of_source = samples.iter().zip(&set.messages).filter(|(s, _)| s.source == source);
        left_out.insert(source.clone(), of_source.map(|(_, m)| outcome(engine, m)).collect());
    }
    let mut weights = fit_on(engine, &samples, &|_| true);
    weights
        .learned
        .insert("data".into(), json!(set.files.iter().map(|(n, h)| json!({"file": n, "hash": h})).collect::<Vec<_>>()));
    // So that `rules show` can say when rules have changed since.
    weights.learned.insert("lexicon".into(), json!(engine.version().lexicon));
    weights.learned.insert("messages".into(), json!(samples.len()));
    install(engine, &weights);
    let mut met = vec![0usize; engine.scorer.features.list.len()];
    samples.iter().flat_map(|s| &s.features).for_each(|f| met[*f] += 1);
    let kept =
        engine.scorer.features.list.iter().zip(&met).filter(|(_, n)| **n < MIN_MESSAGES).map(|(f, _)| f.name.clone()).collect();
    engine.lexicon.vocabulary.watch(&weights.contexts());
    Learned { weights, cross_validated: cross_validated.into_iter().flatten().collect(), left_out, kept }
}

/// Watches the candidates for context stems and reads the features of each message.
pub(crate) fn prepare(engine: &mut Engine, set: &GoldSet) -> Vec<Sample> {
    let stems: BTreeSet<String> = engine.lexicon.context.iter().map(|w| engine.lexicon.vocabulary.stem_of(w)).collect();
    engine.lexicon.vocabulary.watch(&stems.into_iter().collect::<Vec<_>>());
    install(engine, &Weights::default());
    samples(engine, &set.messages)
}

/// Groups are spread over the folds by a hash, so that adding messages moves no other.
pub(crate) fn fold(group: usize) -> usize {
    usize::from(Sha256::digest(group.to_le_bytes())[0]) % FOLDS
}

/// The sources, each once; none where there is only one, since nothing would be left to learn from.
pub(crate) fn sources(samples: &[Sample]) -> Vec<String> {
    let mut sources: Vec<String> = samples.iter().map(|s| s.source.clone()).collect();
    sources.sort_unstable();
    sources.dedup();
    if sources.len() > 1 { sources } else { Vec::new() }
}

fn install(engine: &mut Engine, weights: &Weights) {
    if let Ok(scorer) = Scorer::new(&engine.lexicon, "fitted weights", weights) {
        engine.scorer = scorer;
    }
}

/// The threshold of best F1 on the fitted messages, within bounds that keep it a matter of degree.
fn best_threshold(scored: &[(bool, f64)]) -> f64 {
    let candidates = (30..=55).map(|t| f64::from(t) / 100.0);
    let f1 = |t: f64| counts(scored.iter().map(|(gold, p)| (*gold, *p >= t))).f1();
    candidates.fold(0.5, |best, t| if f1(t) > f1(best) { t } else { best })
}

/// Both scores as plain numbers a feature.
pub(crate) struct Model {
    appeal: Vec<f64>,
    pressure: Vec<f64>,
    pub thresholds: Thresholds,
}

impl Model {
    /// Fits both scores on some of the samples.
    pub fn fit(features: &[Feature], train: &[&Sample]) -> Self {
        let weak_from = features.iter().position(|f| f.name.starts_with(CONTEXT)).unwrap_or(features.len());
        let solve = |rows: &[Row], weights: Vec<f64>, signs: Vec<Sign>| {
            let weak = weak_from..features.len();
            fit(rows, &Prior { weak, toll: CONTEXT_TOLL, weak_limit: CONTEXT_LIMIT, ..prior(&weights, &signs) })
        };
        let appeal = solve(
            &rows(train, Level::None, Level::Appeal),
            features.iter().map(|f| f.prior.appeal).collect(),
            features.iter().map(|f| f.appeal_sign).collect(),
        );
        let pressure = solve(
            &rows(train, Level::Appeal, Level::Pressure),
            features.iter().map(|f| f.prior.pressure).collect(),
            features.iter().map(|f| f.pressure_sign).collect(),
        );
        let mut model = Self { appeal, pressure, thresholds: Thresholds::default() };
        let scored = |level: Level| -> Vec<(bool, f64)> {
            let p = |s: &Sample| if level == Level::Pressure { model.probability(s).1 } else { model.probability(s).0 };
            train.iter().map(|s| (s.level >= level, p(s))).collect()
        };
        let thresholds = Thresholds {
            appeal: best_threshold(&scored(Level::Appeal)),
            pressure: best_threshold(&scored(Level::Pressure)),
            ..Thresholds::default()
        };
        model.thresholds = thresholds;
        model
    }

    /// P(level >= appeal) and P(pressure).
    pub fn probability(&self, sample: &Sample) -> (f64, f64) {
        let sigma = |w: &[f64]| 1.0 / (1.0 + (-sample.features.iter().map(|f| w[*f]).sum::<f64>()).exp());
        let appeal = sigma(&self.appeal);
        (appeal, appeal * sigma(&self.pressure))
    }
}

/// Rows of the samples that reach `floor`, labelled by whether they reach `level`. Every source weighs alike, and so does
/// every kind of set in the project's own corpus.
fn rows(train: &[&Sample], floor: Level, level: Level) -> Vec<Row> {
    let kept: Vec<&&Sample> = train.iter().filter(|s| s.level >= floor).collect();
    let mut of_stratum: HashMap<&str, f64> = HashMap::new();
    kept.iter().for_each(|s| *of_stratum.entry(&s.stratum).or_default() += 1.0);
    let each = kept.len() as f64 / of_stratum.len().max(1) as f64;
    kept.iter()
        .map(|s| Row { features: s.features.clone(), label: s.level >= level, weight: each / of_stratum[s.stratum.as_str()] })
        .collect()
}

fn prior<'a>(weights: &'a [f64], signs: &'a [Sign]) -> Prior<'a> {
    Prior { weights, signs, strength: STRENGTH, min_rows: MIN_MESSAGES, weak: 0..0, toll: 0.0, weak_limit: 0.0 }
}

/// The weights file of a fit on the samples that `keep` picks.
fn fit_on(engine: &Engine, samples: &[Sample], keep: &dyn Fn(&Sample) -> bool) -> Weights {
    let features = &engine.scorer.features.list;
    let train: Vec<&Sample> = samples.iter().filter(|s| keep(s)).collect();
    let model = Model::fit(features, &train);
    let mut weights = Weights { thresholds: model.thresholds, ..Weights::default() };
    let rounded = |w: f64| (w * 1000.0).round() / 1000.0;
    for (i, feature) in features.iter().enumerate() {
        if (model.appeal[i] - feature.prior.appeal).abs() > 5e-4 {
            weights.appeal.insert(feature.name.clone(), rounded(model.appeal[i]));
        }
        if (model.pressure[i] - feature.prior.pressure).abs() > 5e-4 {
            weights.pressure.insert(feature.name.clone(), rounded(model.pressure[i]));
        }
    }
    let q: Vec<Row> = train
        .iter()
        .filter(|s| s.level < Level::Appeal)
        .map(|s| {
            let flags = [true, s.lone_gift, s.thanks, s.kindness];
            Row { features: (0..4).filter(|f| flags[*f]).collect(), label: s.level == Level::Goodwill, weight: 1.0 }
        })
        .collect();
    let before = GOODWILL.map(|name| engine.lexicon.goodwill.get(name).copied().unwrap_or_default());
    let goodwill = fit(&q, &prior(&before, &[Sign::Free, Sign::Up, Sign::Up, Sign::Up]));
    for (name, w) in GOODWILL.iter().zip(goodwill) {
        weights.goodwill.insert((*name).to_owned(), rounded(w));
    }
    weights
}
