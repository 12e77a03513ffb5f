//! Lexicon files: families of rules as data, read from TOML and compiled once.

use std::collections::{BTreeMap, HashMap};

use serde::Deserialize;

use crate::error::Error;
use crate::pattern::{Classes, Compiler, Key, Pattern};
use crate::vocabulary::Vocabulary;
use crate::words::{Role, Tactic};

/// The weight of a feature on the two scores, in log-odds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Deserialize)]
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
#[derive(Debug, Clone)]
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

/// One way of saying, with its examples.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub id: String,
    pub family: usize,
    pub why: String,
    pub matches: Vec<String>,
    pub allows: Vec<String>,
    pub file: String,
    pub line: usize,
}

/// A compiled lexicon: what the matcher needs.
pub(crate) struct Lexicon {
    pub vocabulary: Vocabulary,
    pub families: Vec<Family>,
    pub rules: Vec<Rule>,
    pub patterns: Vec<(Pattern, usize)>,
    pub negators: Vec<u32>,
    /// Priors of the features that are no family.
    pub feature: BTreeMap<String, Prior>,
    /// Priors of the chance of goodwill.
    pub goodwill: BTreeMap<String, f64>,
    /// Words whose stems may be learned as context.
    pub context: Vec<String>,
    idle_after: Vec<u32>,
    idle_before: Vec<u32>,
    by_stem: Vec<Vec<u32>>,
    by_kind: HashMap<Key, Vec<u32>>,
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

/// How many sentences may lie between a gift and the request that leans on it, unless its family says otherwise.
const DEFAULT_REACH: usize = 3;

impl Lexicon {
    /// Compiles named TOML texts. A bad file fails as a whole, with its name and line.
    pub fn compile(sources: &[(String, String)]) -> Result<Self, Error> {
        let mut files = Vec::new();
        for (name, text) in sources {
            let file: File = toml::from_str(text).map_err(|e| {
                let line = e.span().map(|s| line_of(text, s.start));
                Error::at(name, line, e.message())
            })?;
            files.push((name, text, file));
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
        let mut lexicon = Self {
            vocabulary: Vocabulary::new(lemmas),
            families: Vec::new(),
            rules: Vec::new(),
            patterns: Vec::new(),
            negators: Vec::new(),
            feature: BTreeMap::new(),
            goodwill: BTreeMap::new(),
            context: Vec::new(),
            idle_after: Vec::new(),
            idle_before: Vec::new(),
            by_stem: Vec::new(),
            by_kind: HashMap::new(),
        };
        lexicon.negators = crate::pattern::NEGATORS.iter().map(|n| lexicon.vocabulary.intern(n).stem).collect();
        lexicon.idle_after = IDLE_AFTER.iter().map(|n| lexicon.vocabulary.intern(n).stem).collect();
        lexicon.idle_before = IDLE_BEFORE.iter().map(|n| lexicon.vocabulary.intern(n).stem).collect();
        let mut compiler = Compiler::new(&mut lexicon.vocabulary, &classes);
        for (name, text, file) in files {
            lexicon.feature.extend(file.feature);
            lexicon.goodwill.extend(file.goodwill);
            lexicon.context.extend(file.context);
            if file.rule.is_empty() {
                continue;
            }
            let (Some(family), Some(role)) = (file.family, file.role) else {
                return Err(Error::at(name, None, "a file with rules needs `family` and `role`"));
            };
            let index = lexicon.families.len();
            if lexicon.families.iter().any(|f| f.name == family) {
                return Err(Error::at(name, None, format!("family {family:?} is defined twice")));
            }
            for spanned in file.rule {
                let line = line_of(text, spanned.span().start);
                let source = spanned.into_inner();
                if lexicon.rules.iter().any(|r| r.id == source.id) {
                    return Err(Error::at(name, Some(line), format!("rule {:?} is defined twice", source.id)));
                }
                for pattern in &source.patterns {
                    let at = text[..].find(&format!("{pattern:?}")).map_or(line, |i| line_of(text, i));
                    let compiled = compiler.compile(pattern).map_err(|cause| Error::at(name, Some(at), cause))?;
                    lexicon.patterns.extend(compiled.into_iter().map(|p| (p, lexicon.rules.len())));
                }
                lexicon.rules.push(Rule {
                    id: source.id,
                    family: index,
                    why: source.why,
                    matches: source.matches,
                    allows: source.allows,
                    file: name.clone(),
                    line,
                });
            }
            lexicon.families.push(Family {
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
        lexicon.index();
        Ok(lexicon)
    }

    fn index(&mut self) {
        let forms = self.vocabulary.stems_of_forms();
        let mut by_stem = vec![Vec::new(); self.vocabulary.stem_count()];
        let mut by_kind: HashMap<Key, Vec<u32>> = HashMap::new();
        for (i, (pattern, _)) in self.patterns.iter().enumerate() {
            let i = u32::try_from(i).unwrap_or(u32::MAX);
            for key in pattern.keys(&|form| forms.get(&form).copied().unwrap_or(0)) {
                match key {
                    Key::Stem(stem) => by_stem[stem as usize].push(i),
                    kind => by_kind.entry(kind).or_default().push(i),
                }
            }
        }
        self.by_stem = by_stem;
        self.by_kind = by_kind;
    }

    /// The patterns to try at a token.
    pub fn candidates(&self, token: &crate::token::Token) -> impl Iterator<Item = &(Pattern, usize)> {
        let by_stem = if token.word.stem == 0 { &[][..] } else { self.by_stem[token.word.stem as usize].as_slice() };
        let by_kind = if token.kind == crate::token::Kind::Word { None } else { self.by_kind.get(&Key::Kind(token.kind)) };
        let by_label = if token.label { self.by_kind.get(&Key::Label) } else { None };
        by_stem
            .iter()
            .chain(by_kind.into_iter().flatten())
            .chain(by_label.into_iter().flatten())
            .map(|i| &self.patterns[*i as usize])
    }

    /// Whether the negator at `at` undoes nothing: "not only", "don't miss", "why not", "no cost".
    pub fn is_idle_negation(&self, tokens: &[crate::token::Token], at: usize) -> bool {
        let stem = |i: usize| tokens.get(i).map_or(0, |t| t.word.stem);
        self.idle_after.contains(&stem(at + 1)) || (at > 0 && self.idle_before.contains(&stem(at - 1)))
    }

    /// The family of a rule.
    pub fn family(&self, rule: usize) -> &Family {
        &self.families[self.rules[rule].family]
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1
}
