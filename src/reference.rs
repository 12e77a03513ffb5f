//! The plain way to find what the fast tools find, and the tests that hold one against the other, report for report.
//!
//! Words are stemmed one by one, and every pattern is tried as it was read at every token that its anchor may be.

mod speaker;
mod tests;

use std::collections::HashMap;

use crate::cue::{Match, Matcher};
use crate::embedded;
use crate::engine::Tools;
use crate::interner::Interner;
use crate::pattern::{Node, Pattern, REPEATS, has, members};
use crate::plain::PlainWord;
use crate::source::Source;
use crate::token::Token;
use crate::vocabulary::{Kind, MAX_STEMMED_BYTES, NUMBER_WORDS, Word, Words};

/// What was read from the lexicon files, as it was read.
struct Reference {
    source: Source,
    contexts: HashMap<String, u16>,
    /// The patterns whose anchor may be a stem, and those whose anchor is no stem.
    by_stem: HashMap<u32, Vec<usize>>,
    others: Vec<usize>,
}

impl Reference {
    fn new(contexts: &[String]) -> Self {
        let source = Source::read(embedded::LEXICONS.iter().copied()).unwrap();
        let contexts = contexts.iter().cloned().zip(1..).collect();
        let mut by_stem: HashMap<u32, Vec<usize>> = HashMap::new();
        let mut others = Vec::new();
        for (i, (pattern, _)) in source.patterns.iter().enumerate() {
            match &pattern.anchor {
                Node::Stem(stem) => by_stem.entry(*stem).or_default().push(i),
                Node::Set(bits) => members(bits).for_each(|s| by_stem.entry(s).or_default().push(i)),
                _ => others.push(i),
            }
        }
        Self { source, contexts, by_stem, others }
    }

    fn tools(&self) -> Tools<&Self, &Self> {
        Tools { words: self, matcher: self, shortcuts: false, tokens: Vec::new() }
    }
}

impl Words for Reference {
    fn word(&self, form: &str) -> Word {
        let interner: &Interner = &self.source.interner;
        if interner.get(form).is_none() && form.len() > MAX_STEMMED_BYTES {
            return Word::default();
        }
        Word {
            form: interner.get(form).map_or(0, |w| w.form),
            stem: interner.stem_number(form).unwrap_or(0),
            context: self.contexts.get(&interner.stem(form)).copied().unwrap_or(0),
            number: NUMBER_WORDS.contains(&form),
        }
    }

    fn plain_word(&self, word: &PlainWord) -> Word {
        self.word(str::from_utf8(&word.bytes()[..word.len]).unwrap())
    }
}

impl Matcher for &Reference {
    fn find(&mut self, tokens: &[Token], found: &mut Vec<Match>) {
        for (at, token) in tokens.iter().enumerate() {
            let by_stem = self.by_stem.get(&token.word.stem).into_iter().flatten();
            for (pattern, rule) in by_stem.chain(&self.others).map(|i| &self.source.patterns[*i]) {
                if let Some((start, end)) = pattern.match_at(tokens, at) {
                    found.push(Match { start, end, rule: *rule, negative: pattern.negative });
                }
            }
        }
    }
}

impl Pattern {
    /// The token range of the shortest match around the anchor at `at`, half-open.
    fn match_at(&self, tokens: &[Token], at: usize) -> Option<(usize, usize)> {
        if !is(&self.anchor, &tokens[at]) {
            return None;
        }
        let back = Walk { tokens, origin: at, forward: false }.run(&self.before, 1);
        if back == 0 {
            return None;
        }
        let from = at + usize::from(!matches!(self.anchor, Node::Label));
        let ahead = Walk { tokens, origin: from, forward: true }.run(&self.after, 1);
        let ahead = if from == at { ahead & !1 } else { ahead };
        if ahead == 0 {
            return None;
        }
        Some((at - back.trailing_zeros() as usize, from + ahead.trailing_zeros() as usize))
    }
}

fn is(node: &Node, token: &Token) -> bool {
    match node {
        Node::Stem(s) => token.word.stem == *s,
        Node::Form(f) => token.word.form == *f,
        Node::Set(bits) => token.word.stem != 0 && has(bits, token.word.stem),
        Node::Label => token.label,
        Node::Kind(k) => token.kind == *k || (*k == Kind::Money && token.kind == Kind::Fortune),
        _ => false,
    }
}

/// One direction from the anchor. Bit `n` of a mask: `n` tokens have been passed.
struct Walk<'t> {
    tokens: &'t [Token],
    origin: usize,
    forward: bool,
}

impl Walk<'_> {
    fn token(&self, passed: u32) -> Option<&Token> {
        let passed = passed as usize;
        let index = if self.forward { self.origin.checked_add(passed)? } else { self.origin.checked_sub(passed + 1)? };
        self.tokens.get(index)
    }

    fn run(&self, nodes: &[Node], mask: u64) -> u64 {
        nodes.iter().fold(mask, |mask, node| if mask == 0 { 0 } else { self.step(node, mask) })
    }

    fn step(&self, node: &Node, mask: u64) -> u64 {
        match node {
            Node::Gap(n) => {
                let mut out = mask;
                for _ in 0..*n {
                    out |= self.advance(out, |_| true);
                }
                out
            }
            Node::Start => self.border(mask, !self.forward),
            Node::End => self.border(mask, self.forward),
            Node::Clause => self.opens(mask, |at, token| at == 0 || token.is_some_and(|t| t.after_break)),
            Node::Label => self.opens(mask, |_, token| token.is_some_and(|t| t.label)),
            Node::Any(branches) => branches.iter().fold(0, |out, b| out | self.run(b, mask)),
            Node::Optional(inner) => mask | self.run(inner, mask),
            Node::Repeat(inner) => {
                let mut out = mask;
                let mut last = mask;
                for _ in 0..REPEATS {
                    last = self.run(inner, last);
                    out |= last;
                }
                out
            }
            single => self.advance(mask, |t| is(single, t)),
        }
    }

    fn advance(&self, mask: u64, accept: impl Fn(&Token) -> bool) -> u64 {
        let mut rest = mask & (u64::MAX >> 1);
        let mut out = 0;
        while rest != 0 {
            let bit = rest.trailing_zeros();
            rest &= rest - 1;
            if self.token(bit).is_some_and(&accept) {
                out |= 1 << (bit + 1);
            }
        }
        out
    }

    /// Keeps the offsets whose right-hand token opens what is asked for.
    fn opens(&self, mask: u64, wanted: impl Fn(usize, Option<&Token>) -> bool) -> u64 {
        let mut out = 0;
        for bit in 0..63usize {
            let at = if self.forward { self.origin + bit } else { self.origin.wrapping_sub(bit) };
            if mask >> bit & 1 == 1 && wanted(at, self.tokens.get(at)) {
                out |= 1 << bit;
            }
        }
        out
    }

    /// Keeps the offsets at which the sentence begins (or ends) in this direction.
    fn border(&self, mask: u64, towards: bool) -> u64 {
        if !towards {
            return 0;
        }
        let mut out = 0;
        for bit in 0..63 {
            if mask >> bit & 1 == 1 && self.token(bit).is_none() {
                out |= 1 << bit;
            }
        }
        out
    }
}
