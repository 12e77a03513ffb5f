//! The pattern language of the lexicon: words, classes, alternatives, options, repeats and bounded gaps over stems, and
//! borders: of the sentence (`^`, `$`), of a clause (`,`) and of the label of a button or lone link (`<label>`).
//!
//! A pattern is matched outward from its anchor, the rarest word or class that it must contain. Each step maps a set
//! of reachable offsets (bits of a `u64`) to the next one, so matching never backtracks.

use std::collections::HashMap;

use crate::token::{Kind, Token};
use crate::vocabulary::Vocabulary;

/// A compiled piece of a pattern.
#[derive(Debug, Clone)]
enum Node {
    Stem(u32),
    Form(u32),
    Set(Vec<u64>),
    Kind(Kind),
    Gap(u8),
    Start,
    End,
    /// The border of a clause: the sentence's start, or punctuation before the next token.
    Clause,
    /// The beginning of a label: of a button, or of a link that stands alone.
    Label,
    Any(Vec<Vec<Node>>),
    Optional(Vec<Node>),
    Repeat(Vec<Node>),
}

/// A pattern ready to match.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    before: Vec<Node>,
    anchor: Node,
    after: Vec<Node>,
    /// The pattern names a negation itself, so a negation inside the match does not undo it.
    pub negative: bool,
}

/// What an anchor is looked up by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Stem(u32),
    Kind(Kind),
    Label,
}

/// How often a class may repeat at `*`.
const REPEATS: usize = 3;

/// The longest gap that a pattern may ask for, in tokens.
const MAX_GAP: u8 = 8;

/// How deep a pattern may nest its groups, and a class other classes.
const MAX_NESTING: usize = 16;

/// How many pieces a pattern or a class may have once the classes that it names are written out.
const MAX_PIECES: usize = 4_096;

/// Words so common that an anchor on them is a last resort.
const COMMON: &[&str] = &[
    "i", "we", "us", "me", "you", "your", "our", "my", "the", "a", "an", "this", "that", "it", "of", "to", "in", "on", "for",
    "and", "or", "is", "are", "was", "be", "have", "has", "had", "do", "will", "would", "can", "could", "not", "no", "with",
    "at", "by", "from", "as", "if", "so", "all", "one", "he", "she", "they", "what", "who", "when", "now", "just", "any", "some",
    "give", "get", "make", "send", "help", "here", "up", "out", "more",
];

/// A named class before compilation: its member patterns as written.
pub(crate) type Classes = HashMap<String, Vec<String>>;

/// Parses and compiles patterns against one vocabulary.
pub(crate) struct Compiler<'a> {
    pub vocabulary: &'a mut Vocabulary,
    classes: &'a Classes,
    compiled: HashMap<String, Node>,
}

impl<'a> Compiler<'a> {
    pub fn new(vocabulary: &'a mut Vocabulary, classes: &'a Classes) -> Self {
        Self { vocabulary, classes, compiled: HashMap::new() }
    }

    /// Compiles one pattern; a pattern whose only required piece is a group of alternatives becomes several.
    pub fn compile(&mut self, source: &str) -> Result<Vec<Pattern>, String> {
        let mut parser = Parser { rest: source, compiler: self, depth: 0 };
        let nodes = parser.sequence()?;
        if !parser.rest.is_empty() {
            return Err(format!("unexpected {:?} in pattern {source:?}", parser.rest));
        }
        let negations: Vec<u32> = NEGATORS.iter().map(|n| self.vocabulary.intern(n).stem).collect();
        let negative = nodes.iter().any(|n| mentions(n, &negations));
        self.anchored(nodes, negative, source)
    }

    fn anchored(&mut self, nodes: Vec<Node>, negative: bool, source: &str) -> Result<Vec<Pattern>, String> {
        if matches!(nodes.first(), Some(Node::Gap(_))) || matches!(nodes.last(), Some(Node::Gap(_))) {
            return Err(format!("pattern {source:?} must not begin or end with a gap"));
        }
        let common: Vec<u32> = COMMON.iter().map(|w| self.vocabulary.intern(w).stem).collect();
        let cost = |node: &Node| match node {
            Node::Stem(s) => Some(if common.contains(s) { 100 } else { 2 }),
            Node::Form(_) => Some(3),
            Node::Kind(Kind::Number) => Some(30),
            Node::Kind(_) => Some(6),
            Node::Label => Some(1_000),
            Node::Set(bits) => Some(
                3 + (0..bits.len() * 64)
                    .filter(|i| bits[i / 64] >> (i % 64) & 1 == 1)
                    .map(|i| if common.contains(&(i as u32)) { 40 } else { 2 })
                    .sum::<usize>(),
            ),
            _ => None,
        };
        if let Some((at, _)) = nodes.iter().enumerate().filter_map(|(i, n)| cost(n).map(|c| (i, c))).min_by_key(|(_, c)| *c) {
            let mut before: Vec<Node> = nodes[..at].to_vec();
            reverse(&mut before);
            return Ok(vec![Pattern { before, anchor: nodes[at].clone(), after: nodes[at + 1..].to_vec(), negative }]);
        }
        let Some(at) = nodes.iter().position(|n| matches!(n, Node::Any(_))) else {
            return Err(format!("pattern {source:?} requires no word"));
        };
        let Node::Any(branches) = &nodes[at] else { return Err(format!("pattern {source:?} requires no word")) };
        let mut out = Vec::new();
        for branch in branches.clone() {
            let mut expanded = nodes[..at].to_vec();
            expanded.extend(branch);
            expanded.extend_from_slice(&nodes[at + 1..]);
            out.extend(self.anchored(expanded, negative, source)?);
        }
        Ok(out)
    }

    fn class(&mut self, name: &str, depth: usize) -> Result<Node, String> {
        let kind = match name {
            "money" => Some(Kind::Money),
            "fortune" => Some(Kind::Fortune),
            "percent" => Some(Kind::Percent),
            "number" => Some(Kind::Number),
            "url" => Some(Kind::Url),
            "email" => Some(Kind::Email),
            _ => None,
        };
        if let Some(kind) = kind {
            return Ok(Node::Kind(kind));
        }
        if name == "label" {
            return Ok(Node::Label);
        }
        if let Some(node) = self.compiled.get(name) {
            return Ok(node.clone());
        }
        if depth > MAX_NESTING {
            return Err(format!("class <{name}> contains itself"));
        }
        let classes = self.classes;
        let Some(members) = classes.get(name) else { return Err(format!("no class <{name}>")) };
        let mut branches = Vec::new();
        for member in members {
            let mut parser = Parser { rest: member, compiler: self, depth: depth + 1 };
            branches.push(parser.sequence()?);
            if !parser.rest.is_empty() {
                return Err(format!("unexpected {:?} in class <{name}>", parser.rest));
            }
        }
        let node = alternatives(branches);
        if size(&node) > MAX_PIECES {
            return Err(format!("class <{name}> has more than {MAX_PIECES} pieces once its classes are written out"));
        }
        self.compiled.insert(name.to_owned(), node.clone());
        Ok(node)
    }
}

/// How many pieces a node is made of.
fn size(node: &Node) -> usize {
    1 + match node {
        Node::Set(bits) => bits.len(),
        Node::Any(branches) => branches.iter().flatten().map(size).sum(),
        Node::Optional(inner) | Node::Repeat(inner) => inner.iter().map(size).sum(),
        _ => 0,
    }
}

/// Words that undo what follows them.
pub(crate) const NEGATORS: &[&str] = &["not", "no", "never", "nothing", "nobody", "none", "neither", "nor", "without", "hardly"];

fn mentions(node: &Node, stems: &[u32]) -> bool {
    match node {
        Node::Stem(s) => stems.contains(s),
        Node::Set(bits) => stems.iter().any(|s| in_set(bits, *s)),
        Node::Any(branches) => branches.iter().flatten().any(|n| mentions(n, stems)),
        Node::Optional(inner) | Node::Repeat(inner) => inner.iter().any(|n| mentions(n, stems)),
        _ => false,
    }
}

/// Alternatives of single stems become one set.
fn alternatives(mut branches: Vec<Vec<Node>>) -> Node {
    let mut bits: Vec<u64> = Vec::new();
    let mut add = |stem: u32| {
        let word = stem as usize / 64;
        if bits.len() <= word {
            bits.resize(word + 1, 0);
        }
        bits[word] |= 1 << (stem % 64);
    };
    let mut others = Vec::new();
    for branch in branches.drain(..) {
        match branch.as_slice() {
            [Node::Stem(stem)] => add(*stem),
            [Node::Set(set)] => {
                for i in (0..set.len() * 64).filter(|i| set[i / 64] >> (i % 64) & 1 == 1) {
                    add(u32::try_from(i).unwrap_or(u32::MAX));
                }
            }
            _ => others.push(branch),
        }
    }
    if others.is_empty() {
        return Node::Set(bits);
    }
    if !bits.is_empty() {
        others.push(vec![Node::Set(bits)]);
    }
    Node::Any(others)
}

fn reverse(nodes: &mut [Node]) {
    nodes.reverse();
    for node in nodes {
        match node {
            Node::Any(branches) => branches.iter_mut().for_each(|b| reverse(b)),
            Node::Optional(inner) | Node::Repeat(inner) => reverse(inner),
            _ => {}
        }
    }
}

struct Parser<'s, 'c, 'v> {
    rest: &'s str,
    compiler: &'c mut Compiler<'v>,
    depth: usize,
}

impl Parser<'_, '_, '_> {
    /// Pieces up to the end, `|` or `)`.
    fn sequence(&mut self) -> Result<Vec<Node>, String> {
        let mut nodes = Vec::new();
        let mut pieces = 0;
        loop {
            self.rest = self.rest.trim_start();
            let Some(c) = self.rest.chars().next() else { return Ok(nodes) };
            if matches!(c, '|' | ')') {
                return Ok(nodes);
            }
            let piece = self.piece(c)?;
            let piece = match self.rest.chars().next() {
                Some('?') => {
                    self.rest = &self.rest[1..];
                    vec![Node::Optional(piece)]
                }
                Some('*') => {
                    self.rest = &self.rest[1..];
                    vec![Node::Repeat(piece)]
                }
                _ => piece,
            };
            pieces += piece.iter().map(size).sum::<usize>();
            if pieces > MAX_PIECES {
                return Err(format!("more than {MAX_PIECES} pieces once its classes are written out"));
            }
            nodes.extend(piece);
        }
    }

    fn piece(&mut self, c: char) -> Result<Vec<Node>, String> {
        match c {
            '(' => self.group(),
            '<' => {
                let end = self.rest.find('>').ok_or_else(|| "a class lacks its >".to_owned())?;
                let name = &self.rest[1..end];
                let node = self.compiler.class(name, self.depth)?;
                self.rest = &self.rest[end + 1..];
                Ok(vec![node])
            }
            '^' | '$' => {
                self.rest = &self.rest[1..];
                Ok(vec![if c == '^' { Node::Start } else { Node::End }])
            }
            ',' => {
                self.rest = &self.rest[1..];
                Ok(vec![Node::Clause])
            }
            '.' if self.rest.starts_with("..") => {
                let digits = self.rest[2..].chars().take_while(char::is_ascii_digit).count();
                let gap: u8 = self.rest[2..2 + digits].parse().map_err(|_| "a gap is written ..N".to_owned())?;
                if gap > MAX_GAP {
                    return Err(format!("a gap of {gap} is longer than {MAX_GAP}"));
                }
                self.rest = &self.rest[2 + digits..];
                Ok(vec![Node::Gap(gap)])
            }
            _ => self.word(),
        }
    }

    fn group(&mut self) -> Result<Vec<Node>, String> {
        self.rest = &self.rest[1..];
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(format!("groups are nested deeper than {MAX_NESTING}"));
        }
        let mut branches = vec![self.sequence()?];
        while let Some(rest) = self.rest.strip_prefix('|') {
            self.rest = rest;
            branches.push(self.sequence()?);
        }
        self.depth -= 1;
        self.rest = self.rest.strip_prefix(')').ok_or_else(|| "a group lacks its )".to_owned())?;
        if branches.len() == 1 {
            return Ok(branches.remove(0));
        }
        let skippable = |b: &Vec<Node>| b.iter().all(|n| matches!(n, Node::Optional(_) | Node::Repeat(_) | Node::Gap(_)));
        if branches.iter().any(skippable) {
            return Err("an alternative may be empty; write (a|b)? instead".to_owned());
        }
        Ok(vec![alternatives(branches)])
    }

    fn word(&mut self) -> Result<Vec<Node>, String> {
        let exact = self.rest.starts_with('=');
        let rest = if exact { &self.rest[1..] } else { self.rest };
        let end = rest.find(|c: char| c.is_whitespace() || "()|<>?*^$,".contains(c)).unwrap_or(rest.len());
        let word = rest[..end].to_lowercase();
        self.rest = &rest[end..];
        if word.is_empty() || !word.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '\'') {
            return Err(format!("{word:?} is no word"));
        }
        if word == "e-mail" {
            return Ok(vec![Node::Stem(self.compiler.vocabulary.intern("email").stem)]);
        }
        // Hyphens part tokens, so they part the words of a pattern too.
        Ok(word
            .split('-')
            .filter(|w| !w.is_empty())
            .map(|w| {
                let word = self.compiler.vocabulary.intern(w);
                if exact { Node::Form(word.form) } else { Node::Stem(word.stem) }
            })
            .collect())
    }
}

fn in_set(bits: &[u64], stem: u32) -> bool {
    bits.get(stem as usize / 64).is_some_and(|w| w >> (stem % 64) & 1 == 1)
}

impl Pattern {
    /// What a token must be for the pattern to be tried there.
    pub fn keys(&self, form_stem: &dyn Fn(u32) -> u32) -> Vec<Key> {
        match &self.anchor {
            Node::Stem(s) => vec![Key::Stem(*s)],
            Node::Form(f) => vec![Key::Stem(form_stem(*f))],
            // A fortune is money too.
            Node::Kind(Kind::Money) => vec![Key::Kind(Kind::Money), Key::Kind(Kind::Fortune)],
            Node::Kind(k) => vec![Key::Kind(*k)],
            Node::Label => vec![Key::Label],
            Node::Set(bits) => (0..bits.len() * 64)
                .filter(|i| bits[i / 64] >> (i % 64) & 1 == 1)
                .map(|i| Key::Stem(u32::try_from(i).unwrap_or(0)))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The token range of the shortest match around the anchor at `at`, half-open.
    pub fn match_at(&self, tokens: &[Token], at: usize) -> Option<(usize, usize)> {
        if !is(&self.anchor, &tokens[at]) {
            return None;
        }
        let back = Walk { tokens, origin: at, forward: false }.run(&self.before, 1);
        if back == 0 {
            return None;
        }
        // A label's beginning is a border and takes no token.
        let from = at + usize::from(!matches!(self.anchor, Node::Label));
        let ahead = Walk { tokens, origin: from, forward: true }.run(&self.after, 1);
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
        Node::Set(bits) => token.word.stem != 0 && in_set(bits, token.word.stem),
        Node::Kind(k) => token.kind == *k || (*k == Kind::Money && token.kind == Kind::Fortune),
        Node::Label => token.label,
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
