//! Phrases that patterns match, made up by the patterns themselves.

use std::collections::HashMap;

use crate::interner::Interner;
use crate::pattern::{Node, Pattern, REPEATS, members};
use crate::vocabulary::Kind;

/// Numbers that look random and are the same each time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % limit as u64) as usize
    }
}

/// Says what a pattern matches.
pub(super) struct Speaker {
    dice: Dice,
    interner: &'static Interner,
    /// The forms of each stem.
    forms: HashMap<u32, Vec<&'static str>>,
}

impl Speaker {
    pub fn new(interner: &'static Interner, seed: u64) -> Self {
        let mut forms: HashMap<u32, Vec<&str>> = HashMap::new();
        for form in interner.written() {
            forms.entry(interner.stem_number(form).unwrap()).or_default().push(form);
        }
        Self { dice: Dice(seed), interner, forms }
    }

    pub fn phrase(&mut self, pattern: &Pattern) -> String {
        let mut words = Vec::new();
        self.say(&pattern.before, &mut words);
        words.reverse();
        self.say(std::slice::from_ref(&pattern.anchor), &mut words);
        self.say(&pattern.after, &mut words);
        words.join(" ")
    }

    fn say(&mut self, nodes: &[Node], out: &mut Vec<&'static str>) {
        for node in nodes {
            match node {
                Node::Stem(stem) => out.push(self.form(*stem)),
                Node::Form(form) => out.push(self.interner.written().nth(*form as usize - 1).unwrap()),
                Node::Set(bits) => {
                    let stems: Vec<u32> = members(bits).collect();
                    let stem = stems[self.dice.below(stems.len())];
                    out.push(self.form(stem));
                }
                Node::Kind(kind) => out.push(match kind {
                    Kind::Number => ["12", "two", "1,000"][self.dice.below(3)],
                    Kind::Money => ["$20", "5 euros", "$4,000,000"][self.dice.below(3)],
                    Kind::Fortune => "USD 8.2 million",
                    Kind::Percent => "50%",
                    Kind::Url => "www.a.example/x",
                    Kind::Email => "ab@c1.example",
                    Kind::Word => "word",
                }),
                Node::Gap(n) => {
                    let filler = ["marmalade", "the", "you", "and", "a"];
                    (0..self.dice.below(usize::from(*n) + 1)).for_each(|_| out.push(filler[self.dice.below(filler.len())]));
                }
                Node::Start | Node::End | Node::Label => {}
                Node::Clause => out.push(","),
                Node::Any(branches) => {
                    let branch = self.dice.below(branches.len());
                    self.say(&branches[branch], out);
                }
                Node::Optional(inner) => (0..self.dice.below(2)).for_each(|_| self.say(inner, out)),
                Node::Repeat(inner) => (0..self.dice.below(REPEATS + 1)).for_each(|_| self.say(inner, out)),
            }
        }
    }

    fn form(&mut self, stem: u32) -> &'static str {
        let forms = &self.forms[&stem];
        forms[self.dice.below(forms.len())]
    }
}
