//! The pattern language of the lexicon: words, classes, alternatives, options, repeats and bounded gaps over stems, and
//! borders: of the sentence (`^`, `$`), of a clause (`,`) and of the label of a button or lone link (`<label>`).
//!
//! A pattern is matched outward from its anchor, a word or class that it must contain. Here patterns are read; `program`
//! lays them out and matches them.

use std::collections::HashMap;

use crate::interner::Interner;
use crate::vocabulary::Kind;

/// A piece of a pattern.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Stem(u32),
    Form(u32),
    /// Any of these stems, as bits.
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

/// A pattern around its anchor.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    /// What stands before the anchor, nearest first.
    pub before: Vec<Node>,
    pub anchor: Node,
    pub after: Vec<Node>,
    /// The pattern names a negation itself, so a negation inside the match does not undo it.
    pub negative: bool,
}

/// How often a class may repeat at `*`.
pub(crate) const REPEATS: usize = 3;

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

/// Classes that no file defines.
pub(crate) const BUILT_IN: &[&str] = &["money", "fortune", "percent", "number", "url", "email", "label"];

/// A named class before compilation: its member patterns as written.
pub(crate) type Classes = HashMap<String, Vec<String>>;

/// Parses patterns and numbers their words.
pub(crate) struct Compiler<'a> {
    vocabulary: &'a mut Interner,
    classes: &'a Classes,
    compiled: HashMap<String, Node>,
}

impl<'a> Compiler<'a> {
    pub fn new(vocabulary: &'a mut Interner, classes: &'a Classes) -> Self {
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

    /// The pieces of a pattern, or of a part of one, in reading order.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only looking after rules asks for it"))]
    pub fn sequence(&mut self, source: &str) -> Result<Vec<Node>, String> {
        let mut parser = Parser { rest: source, compiler: self, depth: 0 };
        let nodes = parser.sequence()?;
        if parser.rest.is_empty() { Ok(nodes) } else { Err(format!("unexpected {:?} in pattern {source:?}", parser.rest)) }
    }

    /// Whether a class can be compiled, whoever names it.
    ///
    /// # Errors
    /// A member can't be read, or names a class that is not there.
    pub fn check_class(&mut self, name: &str) -> Result<(), String> {
        self.class(name, 0).map(|_| ())
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
            Node::Set(bits) => Some(3 + members(bits).map(|s| if common.contains(&s) { 40 } else { 2 }).sum::<usize>()),
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

/// Whether a repeat stands in a node.
fn repeats(node: &Node) -> bool {
    match node {
        Node::Repeat(_) => true,
        Node::Any(branches) => branches.iter().flatten().any(repeats),
        Node::Optional(inner) => inner.iter().any(repeats),
        _ => false,
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
        Node::Set(bits) => stems.iter().any(|s| has(bits, *s)),
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
                members(set).for_each(&mut add);
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
                    if piece.iter().any(repeats) {
                        return Err("a repeat within a repeat".to_owned());
                    }
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

/// Whether a set holds a stem.
pub(crate) fn has(bits: &[u64], stem: u32) -> bool {
    bits.get(stem as usize / 64).is_some_and(|w| w >> (stem % 64) & 1 == 1)
}

/// The stems of a set.
pub(crate) fn members(bits: &[u64]) -> impl Iterator<Item = u32> {
    (0u32..).zip(bits).flat_map(|(i, word)| (0..64).filter(move |bit| word >> bit & 1 == 1).map(move |bit| 64 * i + bit))
}
