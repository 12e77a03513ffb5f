//! A lexicon laid out for matching: what analysing a message needs of the lexicon files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::common::Frequencies;
use crate::format::Prior;
use crate::index::Index;
use crate::pattern::Node;
use crate::program::{Assembler, Programs};
use crate::property::{Properties, PropertyMaker};
use crate::source::{Family, Rule, Source};
use crate::symbol::Symbols;
use crate::vocabulary::Vocabulary;

/// A compiled lexicon.
#[derive(Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Lexicon {
    /// The hash of the files that it was made from.
    pub hash: String,
    pub vocabulary: Vocabulary,
    pub families: Vec<Family>,
    pub rules: Vec<Rule>,
    pub properties: Properties,
    pub programs: Programs,
    pub index: Index,
    /// The patterns that have nothing to go by but a label's beginning.
    pub labels: Vec<u32>,
    pub negators: Vec<u32>,
    /// What makes a negation before it, or after it, undo nothing.
    pub idle_after: Vec<u32>,
    pub idle_before: Vec<u32>,
    /// Priors of the features that are no family.
    pub feature: BTreeMap<String, Prior>,
    /// Priors of the chance of goodwill.
    pub goodwill: BTreeMap<String, f64>,
    /// Words whose stems may be learned as context.
    pub context: Vec<String>,
    /// For each rule whether it is switched off; empty where none is, which no file says.
    #[serde(skip)]
    pub off: Vec<bool>,
}

impl Lexicon {
    /// Lays out what the files say.
    pub fn new(source: &Source) -> Self {
        let symbols = Symbols::new(&source.interner);
        let frequencies = Frequencies::new(&source.interner, &symbols);
        let mut properties = PropertyMaker::new(&symbols);
        let mut assembler = Assembler::new(&mut properties);
        for (pattern, rule) in &source.patterns {
            assembler.add(pattern, *rule);
        }
        let programs = assembler.finish();
        let index = Index::new(&source.patterns, &symbols, &frequencies, &mut properties);
        Self {
            hash: source.hash.clone(),
            vocabulary: source.interner.finish(),
            families: source.families.clone(),
            rules: source.rules.clone(),
            properties: properties.finish(),
            programs,
            index,
            labels: (0..).zip(&source.patterns).filter(|(_, (p, _))| matches!(p.anchor, Node::Label)).map(|(i, _)| i).collect(),
            negators: source.negators.clone(),
            idle_after: source.idle_after.clone(),
            idle_before: source.idle_before.clone(),
            feature: source.feature.clone(),
            goodwill: source.goodwill.clone(),
            context: source.context.clone(),
            off: Vec::new(),
        }
    }

    /// Switches a rule off, so that it gives no cue and blocks none, or on again.
    pub fn switch(&mut self, rule: usize, off: bool) {
        self.off.resize(self.rules.len(), false);
        self.off[rule] = off;
    }

    /// The family of a rule.
    pub fn family(&self, rule: usize) -> &Family {
        &self.families[self.rules[rule].family]
    }
}
