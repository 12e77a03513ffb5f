//! Lexicon files: families of rules as data, read from TOML.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::interner::Interner;
use crate::pattern::{Classes, Compiler, NEGATORS, Pattern};
use crate::words::{Role, Tactic};

/// The weight of a feature on the two scores, in log-odds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Prior {
    #[serde(default)]
    pub appeal: f64,
    #[serde(default)]
    pub pressure: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    family: Option<String>,
    role: Option<Role>,
    tactic: Option<Tactic>,
    #[serde(default)]
    why: String,
    #[serde(default)]
    prior: Prior,
    #[serde(default)]
    lone: Prior,
    /// A match removes overlapping gift, request and obligation cues (false friends).
    #[serde(default)]
    blocks: bool,
    /// How many sentences away a request may be; 0 for the default.
    #[serde(default)]
    reach: usize,
    /// The cue makes a finding without a request: it carries both sides, or names the debt.
    #[serde(default)]
    alone: bool,
    /// Where a finding of one of these tactics stands, this family makes none of its own.
    #[serde(default)]
    yields_to: Vec<Tactic>,
    #[serde(default)]
    rule: Vec<toml::Spanned<RuleSource>>,
    #[serde(default)]
    class: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    forms: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    feature: BTreeMap<String, Prior>,
    #[serde(default)]
    goodwill: BTreeMap<String, f64>,
    /// Words whose stems may be learned as context.
    #[serde(default)]
    context: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleSource {
    id: String,
    #[serde(default)]
    why: String,
    patterns: Vec<String>,
    matches: Vec<String>,
    allows: Vec<String>,
}

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

/// The examples of a rule.
pub(crate) struct Examples {
    pub matches: Vec<String>,
    pub allows: Vec<String>,
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

impl Source {
    /// Reads named TOML texts. A bad file fails as a whole, with its name and line.
    pub fn read<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Self, Error> {
        let texts: Vec<(&str, &str)> = texts.into_iter().collect();
        let hash = sha256(texts.iter().flat_map(|(name, text)| [*name, *text]));
        let mut files = Vec::new();
        for (name, text) in texts {
            files.push((name, text, parse(name, text)?));
        }
        let mut classes = Classes::new();
        let mut lemmas = HashMap::new();
        for (name, _, file) in &files {
            for (class, members) in &file.class {
                if classes.insert(class.clone(), members.clone()).is_some() {
                    return Err(Error::at(name, None, format!("class <{class}> is defined twice")));
                }
            }
            for (lemma, forms) in &file.forms {
                lemmas.extend(forms.iter().map(|f| (f.clone(), lemma.clone())));
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
            source.feature.extend(file.feature);
            source.goodwill.extend(file.goodwill);
            source.context.extend(file.context);
            if file.rule.is_empty() {
                continue;
            }
            let (Some(family), Some(role)) = (file.family, file.role) else {
                return Err(Error::at(name, None, "a file with rules needs `family` and `role`"));
            };
            let index = source.families.len();
            if source.families.iter().any(|f| f.name == family) {
                return Err(Error::at(name, None, format!("family {family:?} is defined twice")));
            }
            for spanned in file.rule {
                let line = line_of(text, spanned.span().start);
                let rule = spanned.into_inner();
                if source.rules.iter().any(|r| r.id == rule.id) {
                    return Err(Error::at(name, Some(line), format!("rule {:?} is defined twice", rule.id)));
                }
                for pattern in &rule.patterns {
                    let compiled = compiler.compile(pattern).map_err(|cause| {
                        let at = text.find(&format!("{pattern:?}")).map_or(line, |i| line_of(text, i));
                        Error::at(name, Some(at), cause)
                    })?;
                    source.patterns.extend(compiled.into_iter().map(|p| (p, source.rules.len())));
                }
                source.rules.push(Rule { id: rule.id, family: index, why: rule.why, file: name.to_owned(), line });
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

/// The examples of every rule, in the order of the rules.
pub(crate) fn examples<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Vec<Examples>, Error> {
    let mut out = Vec::new();
    for (name, text) in texts {
        let rules = parse(name, text)?.rule.into_iter().map(toml::Spanned::into_inner);
        out.extend(rules.map(|r| Examples { matches: r.matches, allows: r.allows }));
    }
    Ok(out)
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

fn parse(name: &str, text: &str) -> Result<File, Error> {
    toml::from_str(text).map_err(|e| {
        let line = e.span().map(|s| line_of(text, s.start));
        Error::at(name, line, e.message())
    })
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1
}
