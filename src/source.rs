//! Lexicon files: families of rules as data, read from TOML.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::format::{Prior, Status, line_of, parse, setting};
use crate::interner::Interner;
use crate::pattern::{BUILT_IN, Classes, Compiler, NEGATORS, Pattern};
use crate::words::{Role, Tactic, Zone};

/// A group of rules with one function and one weight.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Family {
    pub name: String,
    pub role: Role,
    pub tactic: Option<Tactic>,
    pub why: String,
    pub prior: Prior,
    pub lone: Prior,
    pub blocks: bool,
    pub reach: usize,
    pub alone: bool,
    pub yields_to: Vec<Tactic>,
}

/// One way of saying.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rule {
    pub id: String,
    pub family: usize,
    pub why: String,
    pub file: String,
    pub line: usize,
    /// The zones in which it makes cues; none for all.
    pub zones: Vec<Zone>,
}

/// How many sentences may lie between a gift and the request that leans on it, unless its family says otherwise.
const DEFAULT_REACH: usize = 3;

/// What the files say, with their words numbered.
pub(crate) struct Source {
    /// The hash of the files.
    pub hash: String,
    pub interner: Interner,
    pub families: Vec<Family>,
    pub rules: Vec<Rule>,
    /// Each pattern with the number of its rule.
    pub patterns: Vec<(Pattern, usize)>,
    pub negators: Vec<u32>,
    pub idle_after: Vec<u32>,
    pub idle_before: Vec<u32>,
    /// Priors of the features that are no family.
    pub feature: BTreeMap<String, Prior>,
    /// Priors of the chance of goodwill.
    pub goodwill: BTreeMap<String, f64>,
    /// Words whose stems may be learned as context.
    pub context: Vec<String>,
}

/// After these words' negation the sentence still says what it says: "not only", "do not miss", "no cost to you".
const IDLE_AFTER: &[&str] = &[
    "only",
    "just",
    "miss",
    "forget",
    "hesitate",
    "wait",
    "delay",
    "ignore",
    "doubt",
    "matter",
    "obligation",
    "cost",
    "charge",
    "catch",
    "strings",
    "fee",
    "lose",
    "late",
    "later",
    "longer",
    "sooner",
    "worry",
    "card",
    "credit",
    "purchase",
    "mistake",
    "sweat",
];

/// Before these a negation asks or invites: "why not".
const IDLE_BEFORE: &[&str] = &["why", "if", "whether", "or"];

/// No weight is further from 0, in log-odds: beyond, a probability is 0 or 1 all the same.
const MAX_WEIGHT: f64 = 100.0;

impl Source {
    /// Reads named TOML texts. A bad file fails as a whole, with its name and line.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command asks for it"))]
    pub fn read<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, Error> {
        Self::with_status(texts, false)
    }

    /// The same, where experimental rules count if that is wanted.
    pub fn with_status<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>, experimental: bool) -> Result<Self, Error> {
        let texts: Vec<(&str, &str)> = texts.into_iter().collect();
        let hash = sha256(texts.iter().flat_map(|(name, text)| [*name, *text]));
        let mut files = Vec::new();
        for (name, text) in texts {
            files.push((name, text, parse(name, text)?));
        }
        let mut classes = Classes::new();
        let mut named = Named::default();
        let mut lemmas = HashMap::new();
        for (name, text, file) in &files {
            for (class, members) in &file.class {
                let line = line_of(text, class.span().start);
                named.add("class", class.get_ref(), name, line)?;
                if BUILT_IN.contains(&class.get_ref().as_str()) {
                    let cause = format!("class <{}> is built in: give yours another name", class.get_ref());
                    return Err(Error::at(name, Some(line), cause));
                }
                classes.insert(class.get_ref().clone(), members.iter().map(|m| m.get_ref().clone()).collect());
            }
            for (lemma, forms) in &file.forms {
                lemmas.extend(forms.iter().map(|f| (f.clone(), lemma.clone())));
            }
        }
        // What only experimental rules write, or classes that no rule names, must not be known to the tokenizer.
        let mut aside = Interner::new(lemmas.clone());
        let mut tried = Compiler::new(&mut aside, &classes);
        for (name, text, file) in &files {
            for class in file.class.keys() {
                tried
                    .check_class(class.get_ref())
                    .map_err(|cause| Error::at(name, Some(line_of(text, class.span().start)), cause))?;
            }
        }
        let mut interner = Interner::new(lemmas);
        let mut stems = |words: &[&str]| words.iter().map(|w| interner.intern(w).stem).collect();
        let mut source = Self {
            hash,
            negators: stems(NEGATORS),
            idle_after: stems(IDLE_AFTER),
            idle_before: stems(IDLE_BEFORE),
            interner,
            families: Vec::new(),
            rules: Vec::new(),
            patterns: Vec::new(),
            feature: BTreeMap::new(),
            goodwill: BTreeMap::new(),
            context: Vec::new(),
        };
        let mut compiler = Compiler::new(&mut source.interner, &classes);
        for (name, text, file) in files {
            source.feature.extend(file.feature.into_iter().map(|(name, prior)| (name.into_inner(), prior)));
            source.goodwill.extend(file.goodwill.into_iter().map(|(name, prior)| (name.into_inner(), prior)));
            source.context.extend(file.context);
            if file.rule.is_empty() {
                continue;
            }
            let (Some(family), Some(role)) = (file.family, file.role) else {
                return Err(Error::at(name, None, "a file with rules needs `family` and `role`"));
            };
            for weight in [file.prior.appeal, file.prior.pressure, file.lone.appeal, file.lone.pressure] {
                if !weight.is_finite() || weight.abs() > MAX_WEIGHT {
                    let cause = format!("family {family:?} has the weight {weight}; log-odds lie within {MAX_WEIGHT} of 0");
                    return Err(Error::at(name, None, cause));
                }
            }
            let index = source.families.len();
            named.add("family", &family, name, line_of(text, setting(text, "family").start))?;
            for spanned in file.rule {
                let line = line_of(text, spanned.span().start);
                let rule = spanned.into_inner();
                named.add("rule", &rule.id, name, line)?;
                let counts = experimental || rule.status.unwrap_or(file.status) == Status::Active;
                for pattern in &rule.patterns {
                    let compiler = if counts { &mut compiler } else { &mut tried };
                    let compiled = compiler
                        .compile(pattern.get_ref())
                        .map_err(|cause| Error::at(name, Some(line_of(text, pattern.span().start)), cause))?;
                    if counts {
                        source.patterns.extend(compiled.into_iter().map(|p| (p, source.rules.len())));
                    }
                }
                let zones = rule.zones.unwrap_or_else(|| file.zones.clone());
                source.rules.push(Rule { id: rule.id, family: index, why: rule.why, file: name.to_owned(), line, zones });
            }
            source.families.push(Family {
                name: family,
                role,
                tactic: file.tactic,
                why: file.why,
                prior: file.prior,
                lone: file.lone,
                blocks: file.blocks,
                reach: if file.reach == 0 { DEFAULT_REACH } else { file.reach },
                alone: file.alone,
                yields_to: file.yields_to,
            });
        }
        Ok(source)
    }
}

/// What has a name already, by kind, with the place.
#[derive(Default)]
struct Named(HashMap<(&'static str, String), (String, usize)>);

impl Named {
    /// Takes a name, or says where it was taken before.
    fn add(&mut self, kind: &'static str, name: &str, file: &str, line: usize) -> Result<(), Error> {
        let Some((other, at)) = self.0.insert((kind, name.to_owned()), (file.to_owned(), line)) else { return Ok(()) };
        Err(Error::at(file, Some(line), format!("{kind} {name:?} is defined twice, first in {other}:{at}")))
    }
}

/// A hash of texts and of where each ends.
pub(crate) fn sha256<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for text in texts {
        hasher.update((text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    }
    let hex: String = hasher.finalize().iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256:{hex}")
}
