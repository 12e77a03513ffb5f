//! Patterns laid out as flat instructions, shared pieces once, and the matcher that runs them.
//!
//! A pattern is matched outward from its anchor. Each step maps a set of reachable offsets (bits of a `u64`) to the next
//! one, so matching never backtracks.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::flat::Flat;
use crate::pattern::{Node, Pattern, REPEATS, members};
use crate::sets::{SetMaker, Sets};
use crate::vocabulary::{Kind, Word};

/// What the matcher sees of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    pub word: Word,
    pub kind: Kind,
    /// A comma, colon, dash or bracket stands between the previous token and this one.
    pub after_break: bool,
    /// The label of a link or button that calls the reader to act begins here.
    pub label: bool,
}

/// What an instruction does, in its low bits; the rest is its operand.
mod op {
    pub const BITS: u32 = 4;
    pub const STEM: u32 = 0;
    pub const FORM: u32 = 1;
    /// One of a set of stems.
    pub const SET: u32 = 2;
    pub const KIND: u32 = 4;
    pub const GAP: u32 = 5;
    pub const START: u32 = 6;
    pub const END: u32 = 7;
    pub const CLAUSE: u32 = 8;
    /// The operand is where alternatives begin.
    pub const ANY: u32 = 9;
    pub const OPTIONAL: u32 = 10;
    pub const REPEAT: u32 = 11;
    pub const LABEL: u32 = 12;
}

/// All patterns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Programs {
    /// Sequences: a length, and so many instructions. Alternatives: a length, the number of those that begin with a word, the
    /// keys of these words in order, their sequences, and the other sequences.
    code: Flat<u32>,
    sets: Sets,
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

    /// The token range of the shortest match around the anchor at `at`, half-open.
    pub fn match_at(&self, pattern: usize, tokens: &[Seen], at: usize) -> Option<(usize, usize)> {
        let [before, anchor, after, flags] = *self.patterns[STRIDE * pattern..].first_chunk::<STRIDE>()?;
        if !self.is(anchor, tokens.get(at)?) {
            return None;
        }
        let back = |mask| Walk { programs: self, tokens, origin: at, forward: false }.sequence(before, mask);
        // A label's beginning is a border and takes no token.
        let from = at + usize::from(anchor & ((1 << op::BITS) - 1) != op::LABEL);
        let ahead = |mask| Walk { programs: self, tokens, origin: from, forward: true }.sequence(after, mask);
        // A border is looked at sooner than a word.
        let (back, ahead) = if flags & BACK_FIRST != 0 {
            let back = back(1);
            (back, if back == 0 { 0 } else { ahead(1) })
        } else {
            let ahead = ahead(1);
            (if ahead == 0 { 0 } else { back(1) }, ahead)
        };
        // A border alone is no match: it takes at least one token.
        let ahead = if from == at { ahead & !1 } else { ahead };
        if back == 0 || ahead == 0 {
            return None;
        }
        Some((at - back.trailing_zeros() as usize, from + ahead.trailing_zeros() as usize))
    }

    #[inline]
    fn is(&self, instruction: u32, token: &Seen) -> bool {
        let operand = instruction >> op::BITS;
        let stem = token.word.stem;
        match instruction & ((1 << op::BITS) - 1) {
            op::STEM => stem == operand,
            op::FORM => token.word.form == operand,
            op::SET => self.sets.has(operand, stem),
            op::LABEL => token.label,
            op::KIND => token.kind as u32 == operand || (operand == Kind::Money as u32 && token.kind == Kind::Fortune),
            _ => false,
        }
    }
}

/// One direction from the anchor. Bit `n` of a mask: `n` tokens have been passed.
struct Walk<'t> {
    programs: &'t Programs,
    tokens: &'t [Seen],
    origin: usize,
    forward: bool,
}

impl Walk<'_> {
    fn token(&self, passed: u32) -> Option<&Seen> {
        let passed = passed as usize;
        let index = if self.forward { self.origin.checked_add(passed)? } else { self.origin.checked_sub(passed + 1)? };
        self.tokens.get(index)
    }

    fn sequence(&self, at: u32, mut mask: u64) -> u64 {
        let code = &self.programs.code;
        let at = at as usize;
        let len = code[at] as usize;
        for instruction in &code[at + 1..at + 1 + len] {
            mask = self.step(*instruction, mask);
            if mask == 0 {
                break;
            }
        }
        mask
    }

    fn step(&self, instruction: u32, mask: u64) -> u64 {
        let operand = instruction >> op::BITS;
        match instruction & ((1 << op::BITS) - 1) {
            op::GAP => {
                let mut out = mask;
                for _ in 0..operand {
                    out |= self.advance(out, |_| true);
                }
                out
            }
            op::START => self.border(mask, !self.forward),
            op::END => self.border(mask, self.forward),
            op::CLAUSE => self.opens(mask, |at, token| at == 0 || token.is_some_and(|t| t.after_break)),
            op::LABEL => self.opens(mask, |_, token| token.is_some_and(|t| t.label)),
            op::ANY => self.any(operand, mask),
            op::OPTIONAL => mask | self.sequence(operand, mask),
            op::REPEAT => {
                let mut out = mask;
                let mut last = mask;
                for _ in 0..REPEATS {
                    last = self.sequence(operand, last);
                    if last == 0 {
                        break;
                    }
                    out |= last;
                }
                out
            }
            _ => self.advance(mask, |t| self.programs.is(instruction, t)),
        }
    }

    /// Walks the branches that may begin here: there are hundreds of some, and most begin with a word that is not there.
    fn any(&self, at: u32, mask: u64) -> u64 {
        let code = &self.programs.code[at as usize..];
        let [len, keyed] = [code[0], code[1]].map(|n| n as usize);
        let (keys, rest) = code[2..=len].split_at(keyed);
        let (branches, others) = rest.split_at(keyed);
        let mut out = 0;
        for bit in bits(mask).filter(|_| keyed != 0) {
            for key_of in [|w: Word| stem_key(w.stem), |w: Word| form_key(w.form)] {
                let key_at = |bit| self.token(bit).map(|t| key_of(t.word));
                let Some(key) = key_at(bit) else { continue };
                let first = keys.partition_point(|k| *k < key);
                if keys.get(first) != Some(&key) {
                    continue;
                }
                // A branch is walked once, from all the places of its word: from each by itself, walks would multiply with the depth.
                let from = bits(mask).filter(|b| key_at(*b) == Some(key)).fold(0, |all, b| all | 1 << b);
                if from & ((1 << bit) - 1) != 0 {
                    continue;
                }
                for (_, branch) in keys[first..].iter().zip(&branches[first..]).take_while(|(k, _)| **k == key) {
                    out |= self.sequence(*branch, from);
                }
            }
        }
        others.iter().filter(|b| self.may_begin(**b, mask)).fold(out, |out, branch| out | self.sequence(*branch, mask))
    }

    /// A cheap look before a branch is walked.
    fn may_begin(&self, sequence: u32, mask: u64) -> bool {
        let [len, first] = [0, 1].map(|i| self.programs.code.get(sequence as usize + i).copied().unwrap_or(0));
        len == 0
            || first & ((1 << op::BITS) - 1) > op::KIND
            || bits(mask).any(|bit| self.token(bit).is_some_and(|t| self.programs.is(first, t)))
    }

    fn advance(&self, mask: u64, accept: impl Fn(&Seen) -> bool) -> u64 {
        let taken = bits(mask).filter(|bit| self.token(*bit).is_some_and(&accept));
        taken.fold(0, |out, bit| out | 1 << (bit + 1))
    }

    /// Keeps the offsets whose right-hand token opens what is asked for.
    fn opens(&self, mask: u64, wanted: impl Fn(usize, Option<&Seen>) -> bool) -> u64 {
        let opened = bits(mask).filter(|bit| {
            let passed = *bit as usize;
            let at = if self.forward { self.origin + passed } else { self.origin.wrapping_sub(passed) };
            wanted(at, self.tokens.get(at))
        });
        opened.fold(0, |out, bit| out | 1 << bit)
    }

    /// Keeps the offset at which the sentence begins (or ends) in this direction.
    fn border(&self, mask: u64, towards: bool) -> u64 {
        let distance = if self.forward { self.tokens.len() - self.origin } else { self.origin };
        if towards && distance < 63 { mask & 1 << distance } else { 0 }
    }
}

/// What alternatives that begin with a stem, or a form, are found by.
fn stem_key(stem: u32) -> u32 {
    2 * stem
}

fn form_key(form: u32) -> u32 {
    2 * form + 1
}

/// The offsets in a mask from which a token may be passed.
fn bits(mask: u64) -> impl Iterator<Item = u32> {
    let mut rest = mask & (u64::MAX >> 1);
    std::iter::from_fn(move || {
        let bit = rest.trailing_zeros();
        (rest != 0).then(|| {
            rest &= rest - 1;
            bit
        })
    })
}

/// Lays patterns out, each different piece once.
#[derive(Default)]
pub(crate) struct Assembler {
    programs: Programs,
    sequences: HashMap<Vec<u32>, u32>,
    sets: SetMaker,
}

impl Assembler {
    /// For stems below `stems`.
    pub fn new(stems: u32) -> Self {
        Self { sets: SetMaker::new(stems), ..Self::default() }
    }

    /// Adds a pattern of a rule.
    pub fn add(&mut self, pattern: &Pattern, rule: usize) {
        let before = self.sequence(&pattern.before);
        let anchor = self.instruction(&pattern.anchor);
        let after = self.sequence(&pattern.after);
        let negative = if pattern.negative { NEGATIVE } else { 0 };
        let back_first = if pattern.before.iter().any(asks_for_border) { BACK_FIRST } else { 0 };
        self.programs.patterns.0.extend([before, anchor, after, RULE * number(rule) + back_first + negative]);
    }

    /// The finished layout.
    pub fn finish(self) -> Programs {
        Programs { sets: self.sets.finish(), ..self.programs }
    }

    fn sequence(&mut self, nodes: &[Node]) -> u32 {
        let instructions = nodes.iter().map(|n| self.instruction(n)).collect();
        self.block(instructions)
    }

    /// Where a length and so many numbers stand in the code.
    fn block(&mut self, numbers: Vec<u32>) -> u32 {
        let code = &mut self.programs.code.0;
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
            Node::Stem(stem) => (op::STEM, *stem),
            Node::Form(form) => (op::FORM, *form),
            Node::Set(bits) => (op::SET, self.sets.put(members(bits).collect())),
            Node::Kind(kind) => (op::KIND, *kind as u32),
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
