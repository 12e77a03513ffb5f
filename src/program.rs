//! Patterns laid out as flat instructions, shared pieces once, and the matcher that runs them.
//!
//! A pattern is matched outward from its anchor. Each step maps the places that may be reached, as bits, to the next ones, so
//! matching never backtracks.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::flat::Flat;
use crate::occurrence::{Occurrences, Sentence};
use crate::pattern::{Node, Pattern, REPEATS, members};
use crate::places::Places;
use crate::property::PropertyMaker;

/// What an instruction does, in its low bits; the rest is its operand.
mod op {
    pub const BITS: u32 = 4;
    /// A token with a property.
    pub const TOKEN: u32 = 0;
    pub const GAP: u32 = 1;
    pub const START: u32 = 2;
    pub const END: u32 = 3;
    pub const CLAUSE: u32 = 4;
    /// The operand is where alternatives begin.
    pub const ANY: u32 = 5;
    pub const OPTIONAL: u32 = 6;
    pub const REPEAT: u32 = 7;
    pub const LABEL: u32 = 8;

    /// An instruction taken apart.
    pub fn split(instruction: u32) -> (u32, u32) {
        (instruction & ((1 << BITS) - 1), instruction >> BITS)
    }
}

/// All patterns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(bound(deserialize = "'de: 'static"))]
pub(crate) struct Programs {
    /// Sequences: a length, and so many instructions. Alternatives: a length, the number of those that begin with a word, the
    /// keys of these words in order, their sequences, and the other sequences.
    code: Flat<u32>,
    /// For each pattern: the sequence before the anchor, the anchor, the sequence after it, and its flags with its rule.
    patterns: Flat<u32>,
}

/// The pattern names a negation itself.
const NEGATIVE: u32 = 1;
/// What stands before the anchor is looked at first.
const BACK_FIRST: u32 = 2;
/// The rule stands above the flags.
const RULE: u32 = 4;

/// Numbers of a pattern in the table.
const STRIDE: usize = 4;

impl Programs {
    /// How many patterns there are.
    #[cfg_attr(not(feature = "cli"), expect(dead_code, reason = "only the command counts them"))]
    pub fn len(&self) -> usize {
        self.patterns.len() / STRIDE
    }

    /// The rule that a pattern belongs to, and whether it names a negation itself.
    pub fn rule(&self, pattern: usize) -> (usize, bool) {
        let packed = self.patterns[STRIDE * pattern + 3];
        ((packed / RULE) as usize, packed & NEGATIVE != 0)
    }

    /// Calls `found` with the tokens of the shortest match around each anchor that is one of these places, half-open.
    pub fn matches<const W: usize>(
        &self,
        pattern: usize,
        sentence: &Sentence<'_, W>,
        anchors: Places<W>,
        mut found: impl FnMut(usize, usize),
    ) {
        let Some(&[before, anchor, after, flags]) = self.patterns[STRIDE * pattern..].first_chunk::<STRIDE>() else { return };
        let (op, property) = op::split(anchor);
        let there = if op == op::LABEL { sentence.labels } else { sentence.of(property) };
        for at in there.and(anchors).iter() {
            // A label's beginning is a border and takes no token.
            let from = at + usize::from(op != op::LABEL);
            let back = || Walk::new(self, sentence, at, false).sequence(before, Places::at(at)).last();
            let ahead = || {
                let ends = Walk::new(self, sentence, from, true).sequence(after, Places::at(from));
                // A border alone is no match: it takes at least one token.
                if from == at {
                    ends.and(Places::range(at as isize + 1, Places::<W>::COUNT as isize)).first()
                } else {
                    ends.first()
                }
            };
            // A border is looked at sooner than a word.
            let both = if flags & BACK_FIRST != 0 {
                back().and_then(|start| Some((start, ahead()?)))
            } else {
                ahead().and_then(|end| Some((back()?, end)))
            };
            if let Some((start, end)) = both {
                found(start - 1, end - 1);
            }
        }
    }
}

/// A match reaches no further than so many tokens from its anchor, and one more where nothing is asked for beyond.
const REACH: usize = 62;

/// One direction from the anchor. A place stands for the border before its token.
struct Walk<'s, const W: usize> {
    programs: &'s Programs,
    sentence: &'s Sentence<'s, W>,
    /// The places from which the walk may go on.
    near: Places<W>,
    forward: bool,
}

impl<'s, const W: usize> Walk<'s, W> {
    #[inline]
    fn new(programs: &'s Programs, sentence: &'s Sentence<'s, W>, origin: usize, forward: bool) -> Self {
        let reach = || Places::range(origin as isize - REACH as isize, (origin + REACH) as isize);
        let near = if Occurrences::<W>::MOST <= REACH { Places::ALL } else { reach() };
        Self { programs, sentence, near, forward }
    }

    fn sequence(&self, at: u32, mut places: Places<W>) -> Places<W> {
        let code = &self.programs.code;
        let at = at as usize;
        let len = code[at] as usize;
        for instruction in &code[at + 1..at + 1 + len] {
            places = self.step(*instruction, places);
            if places.is_empty() {
                break;
            }
        }
        places
    }

    fn step(&self, instruction: u32, places: Places<W>) -> Places<W> {
        let sentence = self.sentence;
        let near = places.and(self.near);
        match op::split(instruction) {
            (op::TOKEN, property) => self.pass(places, sentence.of(property)),
            (op::GAP, most) => (0..most).fold(places, |all, _| all.or(self.pass(all, sentence.tokens))),
            (op::START, _) if !self.forward => near.and(Places::at(1)),
            (op::END, _) if self.forward => near.and(Places::at(sentence.symbols.len() - 1)),
            (op::CLAUSE, _) => near.and(sentence.clauses),
            (op::LABEL, _) => near.and(sentence.labels),
            (op::ANY, alternatives) => self.any(alternatives, places),
            (op::OPTIONAL, inner) => places.or(self.sequence(inner, places)),
            (op::REPEAT, inner) => {
                let mut all = places;
                let mut last = places;
                for _ in 0..REPEATS {
                    last = self.sequence(inner, last);
                    if last.is_empty() {
                        break;
                    }
                    all = all.or(last);
                }
                all
            }
            _ => Places::NONE,
        }
    }

    /// Passes one of these tokens.
    #[inline]
    fn pass(&self, places: Places<W>, tokens: Places<W>) -> Places<W> {
        let near = places.and(self.near);
        if self.forward { near.and(tokens).right() } else { near.left().and(tokens) }
    }

    /// Walks the branches that may begin here: there are hundreds of some, and most begin with a word that is not there.
    fn any(&self, at: u32, places: Places<W>) -> Places<W> {
        let code = &self.programs.code[at as usize..];
        let [len, keyed] = [code[0], code[1]].map(|n| n as usize);
        let (keys, rest) = code[2..=len].split_at(keyed);
        let (branches, others) = rest.split_at(keyed);
        let mut out = Places::NONE;
        let near = if keyed == 0 { Places::NONE } else { places.and(self.near) };
        for place in near.iter() {
            let token_at = |place: usize| if self.forward { place } else { place - 1 };
            let token = token_at(place);
            for (of, key_of) in [(&self.sentence.symbols, stem_key as fn(u32) -> u32), (&self.sentence.forms, form_key)] {
                let key = key_of(of[token]);
                let first = keys.partition_point(|k| *k < key);
                if keys.get(first) != Some(&key) {
                    continue;
                }
                // A branch is walked once, from all the places of its word: from each by itself, walks would multiply with the
                // depth.
                let mut from = Places::NONE;
                near.iter().filter(|p| of[token_at(*p)] == of[token]).for_each(|p| from.insert(p));
                if from.first() != Some(place) {
                    continue;
                }
                for (_, branch) in keys[first..].iter().zip(&branches[first..]).take_while(|(k, _)| **k == key) {
                    out = out.or(self.sequence(*branch, from));
                }
            }
        }
        for branch in others.iter().filter(|branch| self.may_begin(**branch, places)) {
            out = out.or(self.sequence(*branch, places));
        }
        out
    }

    /// A cheap look before a branch is walked.
    #[inline]
    fn may_begin(&self, sequence: u32, places: Places<W>) -> bool {
        let [len, first] = [0, 1].map(|i| self.programs.code.get(sequence as usize + i).copied().unwrap_or(0));
        let (op, property) = op::split(first);
        len == 0 || op != op::TOKEN || !self.pass(places, self.sentence.of(property)).is_empty()
    }
}

/// What alternatives that begin with a stem, or a form, are found by.
fn stem_key(stem: u32) -> u32 {
    2 * stem
}

fn form_key(form: u32) -> u32 {
    2 * form + 1
}

/// So many branches are tried one by one sooner than found by their first words.
const FEW: usize = 16;

/// Lays patterns out, each different piece once.
pub(crate) struct Assembler<'p> {
    programs: Programs,
    sequences: HashMap<Vec<u32>, u32>,
    properties: &'p mut PropertyMaker,
}

impl<'p> Assembler<'p> {
    pub fn new(properties: &'p mut PropertyMaker) -> Self {
        Self { programs: Programs::default(), sequences: HashMap::new(), properties }
    }

    /// Adds a pattern of a rule.
    pub fn add(&mut self, pattern: &Pattern, rule: usize) {
        let before = self.sequence(&pattern.before);
        let anchor = self.instruction(&pattern.anchor);
        let after = self.sequence(&pattern.after);
        let negative = if pattern.negative { NEGATIVE } else { 0 };
        let back_first = if pattern.before.iter().any(asks_for_border) { BACK_FIRST } else { 0 };
        self.programs.patterns.to_mut().extend([before, anchor, after, RULE * number(rule) + back_first + negative]);
    }

    /// The finished layout.
    pub fn finish(self) -> Programs {
        self.programs
    }

    fn sequence(&mut self, nodes: &[Node]) -> u32 {
        let instructions = nodes.iter().map(|n| self.instruction(n)).collect();
        self.block(instructions)
    }

    /// Where a length and so many numbers stand in the code.
    fn block(&mut self, numbers: Vec<u32>) -> u32 {
        let code = self.programs.code.to_mut();
        *self.sequences.entry(numbers).or_insert_with_key(|numbers| {
            let at = number(code.len());
            code.push(number(numbers.len()));
            code.extend(numbers);
            at
        })
    }

    fn alternatives(&mut self, branches: &[Vec<Node>]) -> u32 {
        let (mut keyed, mut others) = (Vec::new(), Vec::new());
        for branch in branches {
            let sequence = self.sequence(branch);
            match branch.first() {
                _ if branches.len() <= FEW => others.push(sequence),
                Some(Node::Stem(stem)) => keyed.push((stem_key(*stem), sequence)),
                Some(Node::Form(form)) => keyed.push((form_key(*form), sequence)),
                _ => others.push(sequence),
            }
        }
        keyed.sort_unstable();
        let (keys, sequences): (Vec<u32>, Vec<u32>) = keyed.into_iter().unzip();
        self.block([vec![number(keys.len())], keys, sequences, others].concat())
    }

    fn instruction(&mut self, node: &Node) -> u32 {
        let (op, operand) = match node {
            Node::Stem(stem) => (op::TOKEN, *stem),
            Node::Form(form) => (op::TOKEN, self.properties.form(*form)),
            Node::Set(bits) => (op::TOKEN, self.properties.set(members(bits).collect())),
            Node::Kind(kind) => (op::TOKEN, self.properties.kind(*kind)),
            Node::Gap(n) => (op::GAP, u32::from(*n)),
            Node::Start => (op::START, 0),
            Node::End => (op::END, 0),
            Node::Clause => (op::CLAUSE, 0),
            Node::Label => (op::LABEL, 0),
            Node::Any(branches) => (op::ANY, self.alternatives(branches)),
            Node::Optional(inner) => (op::OPTIONAL, self.sequence(inner)),
            Node::Repeat(inner) => (op::REPEAT, self.sequence(inner)),
        };
        operand << op::BITS | op
    }
}

/// Whether a border of a sentence or a clause is asked for.
fn asks_for_border(node: &Node) -> bool {
    match node {
        Node::Start | Node::Clause | Node::Label => true,
        Node::Any(branches) => branches.iter().all(|b| b.iter().any(asks_for_border)),
        _ => false,
    }
}

/// A place in a table. Lexicons are some megabytes at the most, so that it fits.
fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
