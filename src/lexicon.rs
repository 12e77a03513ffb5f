//! A lexicon laid out for matching: what analysing a message needs of the lexicon files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::common::Frequencies;
use crate::index::Index;
use crate::program::{Assembler, Programs};
use crate::source::{Family, Prior, Rule, Source};
use crate::symbol::Symbols;
use crate::token::Token;
use crate::vocabulary::Vocabulary;

/// A compiled lexicon.
#[derive(Serialize, Deserialize)]
pub(crate) struct Lexicon {
    pub vocabulary: Vocabulary,
    pub families: Vec<Family>,
    pub rules: Vec<Rule>,
    pub programs: Programs,
    pub index: Index,
    pub negators: Vec<u32>,
    idle_after: Vec<u32>,
    idle_before: Vec<u32>,
    /// Priors of the features that are no family.
    pub feature: BTreeMap<String, Prior>,
    /// Priors of the chance of goodwill.
    pub goodwill: BTreeMap<String, f64>,
    /// Words whose stems may be learned as context.
    pub context: Vec<String>,
}

impl Lexicon {
    /// Lays out what the files say.
    pub fn new(source: &Source) -> Self {
        let symbols = Symbols::new(&source.interner);
        let frequencies = Frequencies::new(&source.interner, &symbols);
        let mut assembler = Assembler::new(source.interner.stem_count());
        for (pattern, rule) in &source.patterns {
            assembler.add(pattern, *rule);
        }
        Self {
            vocabulary: source.interner.finish(),
            families: source.families.clone(),
            rules: source.rules.clone(),
            programs: assembler.finish(),
            index: Index::new(&source.patterns, &symbols, &frequencies),
            negators: source.negators.clone(),
            idle_after: source.idle_after.clone(),
            idle_before: source.idle_before.clone(),
            feature: source.feature.clone(),
            goodwill: source.goodwill.clone(),
            context: source.context.clone(),
        }
    }

    /// Whether the negator at `at` undoes nothing: "not only", "don't miss", "why not", "no cost".
    pub fn is_idle_negation(&self, tokens: &[Token], at: usize) -> bool {
        let stem = |i: usize| tokens.get(i).map_or(0, |t| t.word.stem);
        self.idle_after.contains(&stem(at + 1)) || (at > 0 && self.idle_before.contains(&stem(at - 1)))
    }

    /// The family of a rule.
    pub fn family(&self, rule: usize) -> &Family {
        &self.families[self.rules[rule].family]
    }
}
