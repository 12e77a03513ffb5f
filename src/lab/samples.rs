//! Labelled messages as the fitter sees them: features, label, source, and the group that stays on one side of a split.

use std::collections::{HashMap, HashSet};

use sha2::{Digest, Sha256};

use crate::document::Document;
use crate::engine::Engine;
use crate::lab::gold::Gold;
use crate::words::{Level, Role};

/// Two messages that share at least this part of their eight-word shingles are one group.
const NEAR_DUPLICATE: f64 = 0.3;

/// A shingle that stands in more messages than this is boilerplate and says nothing about two of them.
const BOILERPLATE: usize = 40;

/// A labelled message as the fitter sees it.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub features: Vec<usize>,
    pub level: Level,
    pub source: String,
    /// What weighs as one source in the fit: the source, with the kind of set where the corpus names it.
    pub stratum: String,
    pub group: usize,
    pub lone_gift: bool,
    pub thanks: bool,
    pub kindness: bool,
}

/// Reads the features of each message.
pub(crate) fn samples(engine: &Engine, messages: &[Gold]) -> Vec<Sample> {
    messages
        .iter()
        .zip(groups(messages))
        .map(|(gold, group)| {
            let reading = engine.read(&Document::from_subject_and_text(&gold.subject, &gold.text));
            let features = engine
                .scorer
                .features
                .of(&engine.lexicon, &reading.cues, &reading.composition, &reading.surroundings)
                .into_iter()
                .collect();
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
                stratum: format!("{} {}", gold.source, gold.kind.as_deref().unwrap_or_default()),
                group,
                lone_gift: any(&|r, _| r == Role::Gift),
                thanks: any(&|_, f| f == "gratitude"),
                kindness: any(&|_, f| matches!(f, "kindness" | "refusals")),
            }
        })
        .collect()
}

/// Sets of messages that are joined one by one.
struct Joined(Vec<usize>);

impl Joined {
    fn root(&mut self, mut i: usize) -> usize {
        while self.0[i] != i {
            self.0[i] = self.0[self.0[i]];
            i = self.0[i];
        }
        i
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b)] = a.min(b);
    }
}

/// A group number a message: contrast sets and near-duplicates stay together.
fn groups(messages: &[Gold]) -> Vec<usize> {
    let mut joined = Joined((0..messages.len()).collect());
    let mut seeds: HashMap<(&str, &str), usize> = HashMap::new();
    for (i, m) in messages.iter().enumerate() {
        if let Some(seed) = &m.seed {
            joined.join(*seeds.entry((&m.source, seed)).or_insert(i), i);
        }
    }
    let shingles: Vec<HashSet<u64>> = messages.iter().map(|m| shingles(&m.text)).collect();
    let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
    for (i, set) in shingles.iter().enumerate() {
        set.iter().for_each(|s| places.entry(*s).or_default().push(i));
    }
    let mut shared: HashMap<(usize, usize), usize> = HashMap::new();
    for list in places.values().filter(|l| l.len() <= BOILERPLATE) {
        for (n, a) in list.iter().enumerate() {
            list[n + 1..].iter().for_each(|b| *shared.entry((*a, *b)).or_default() += 1);
        }
    }
    for ((a, b), n) in shared {
        let smaller = shingles[a].len().min(shingles[b].len()).max(1);
        if n as f64 >= NEAR_DUPLICATE * smaller as f64 {
            joined.join(a, b);
        }
    }
    (0..messages.len()).map(|i| joined.root(i)).collect()
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
