//! The plain way to find what the fast tools find, and the tests that hold one against the other, report for report.
//!
//! Words are stemmed one by one, and every pattern is tried as it was read at every token that its anchor may be.

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
        Tools { words: self, matcher: self, shortcuts: false }
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

mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::cue::find;
    use crate::document::Document;
    use crate::engine::Engine;
    use crate::index::Desk;
    use crate::occurrence::Occurrences;
    use crate::sentence::Sentence;
    use crate::span::Span;
    use crate::tokenizer::Tokenizer;
    use crate::words::Zone;

    static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builder().keep_text(true).build().unwrap());
    static REFERENCE: LazyLock<Reference> = LazyLock::new(|| Reference::new(ENGINE.lexicon.vocabulary.watched()));

    /// Holds the fast report against the plain one; returns how many cues there were.
    fn compare(document: &Document<'_>) -> usize {
        let fast = ENGINE.judge(document);
        let plain = ENGINE.judge_with(document, &mut REFERENCE.tools());
        assert_eq!(fast.findings, plain.findings, "{:?}", document.parts);
        let fast = crate::report::Report { parts: None, ..fast };
        assert_eq!(fast, plain, "{:?}", document.parts);
        fast.cues.len() + fast.findings.iter().map(|f| f.evidence.len()).sum::<usize>()
    }

    #[test]
    fn the_corpus_is_read_alike() {
        let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
        let mut cues = 0;
        for file in ["open.jsonl", "measure.jsonl"] {
            for line in fs::read_to_string(corpus.join(file)).unwrap().lines() {
                let message: Value = serde_json::from_str(line).unwrap();
                let (subject, text) = (message["subject"].as_str().unwrap(), message["text"].as_str().unwrap());
                cues += compare(&Document::from_subject_and_text(subject, text));
            }
        }
        for folder in ["mail", "samples"] {
            for entry in fs::read_dir(corpus.join(folder)).unwrap() {
                cues += compare(&Document::from_message(&fs::read(entry.unwrap().path()).unwrap()));
            }
        }
        assert!(cues > 10_000, "{cues} cues");
    }

    /// Raw mail that lies elsewhere, named by the environment: `BEHOLDEN_MAIL=folder cargo test -- --ignored the_mail`.
    #[test]
    #[ignore = "it needs a folder of mail"]
    fn the_mail_that_is_named_is_read_alike() {
        let mut folders = vec![std::path::PathBuf::from(std::env::var_os("BEHOLDEN_MAIL").unwrap())];
        let mut cues = 0;
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
                if path.is_dir() {
                    folders.push(path);
                } else {
                    cues += compare(&Document::from_message(&fs::read(path).unwrap()));
                }
            }
        }
        assert!(cues > 0);
    }

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
    struct Speaker {
        dice: Dice,
        forms: HashMap<u32, Vec<&'static str>>,
    }

    impl Speaker {
        fn new(seed: u64) -> Self {
            let mut forms: HashMap<u32, Vec<&str>> = HashMap::new();
            for form in REFERENCE.source.interner.written() {
                forms.entry(REFERENCE.source.interner.stem_number(form).unwrap()).or_default().push(form);
            }
            Self { dice: Dice(seed), forms }
        }

        fn phrase(&mut self, pattern: &Pattern) -> String {
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
                    Node::Form(form) => out.push(REFERENCE.source.interner.written().nth(*form as usize - 1).unwrap()),
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

    #[test]
    fn every_pattern_is_found_alike() {
        let mut speaker = Speaker::new(1);
        let mut cues = 0;
        for (pattern, _) in &REFERENCE.source.patterns {
            // Alone, where the borders of the sentence are near, and among other words.
            let (alone, other) = (speaker.phrase(pattern), speaker.phrase(pattern));
            let text = format!("{alone}.\n\nMarmalade or {other} and {alone}\n\n{other}!");
            cues += compare(&Document::from_text(&text));
        }
        assert!(cues > 10_000, "{cues} cues");
    }

    /// Words, phrases and what stands between them, with disguises.
    fn talk() -> impl Strategy<Value = String> {
        let word = prop::sample::select(REFERENCE.source.interner.written().collect::<Vec<_>>());
        let phrase = (any::<u64>(), 0..REFERENCE.source.patterns.len())
            .prop_map(|(seed, i)| Speaker::new(seed).phrase(&REFERENCE.source.patterns[i].0));
        let disguise = (word.clone(), 0usize..7).prop_map(|(word, how)| match how {
            0 => word.to_uppercase(),
            1 => word.replace('e', "3").replace('i', "1").replace('o', "0"),
            2 => word.chars().flat_map(|c| [c, '\u{200b}']).collect(),
            3 => word.chars().flat_map(|c| [c, ' ']).collect(),
            4 => word.replace('a', "\u{430}").replace('e', "\u{435}"),
            5 => word.replace('e', "\u{e9}"),
            _ => word.replace('a', "@").replace('s', "$"),
        });
        let odd = prop::sample::select(vec![
            "don't",
            "you've",
            "it\u{2019}s",
            "let's",
            "o'clock",
            "dont",
            "im",
            "e-mail",
            "$20",
            "\u{20ac} 1,700",
            "USD 5 million",
            "a@b.example",
            "http://a.example/x",
            "www.b.example",
            "50%",
            "U.S.",
            "antidisestablishmentarianismsandmore",
            "x",
            "caf\u{e9}",
            "\u{1f600}",
            "\u{4f60}\u{597d}",
            "12th",
            "word\u{2014}word",
            "a/b",
            "(free)",
            "\"gift\"",
            "'quoted'",
        ]);
        let piece = prop_oneof![
            4 => word.prop_map(str::to_owned),
            3 => phrase,
            1 => disguise,
            1 => odd.prop_map(str::to_owned),
            1 => "[a-zA-Z]{1,9}",
        ];
        let between = prop::sample::select(vec![
            " ",
            " ",
            " ",
            " ",
            " ",
            ", ",
            ". ",
            "! ",
            "; ",
            ": ",
            "\n",
            "\r\n\r\n",
            " - ",
            " \u{2014} ",
            "...",
            " | ",
            "\u{a0}",
            "-",
            "\t",
            " (",
            ") ",
            "?!?!?!?!?!? ",
            ",",
        ]);
        prop::collection::vec((piece, between), 0..40)
            .prop_map(|all| all.into_iter().flat_map(|(a, b)| [a, b.to_owned()]).collect())
    }

    /// Chunks of what the tokenizer's short ways know, and of what they must leave alone.
    fn chunks() -> impl Strategy<Value = String> {
        let word = prop::sample::select(vec![
            "a",
            "I",
            "the",
            "Gift",
            "dont",
            "cannot",
            "im",
            "it",
            "let",
            "won",
            "t",
            "s",
            "ll",
            "re",
            "e",
            "mail",
            "www",
            "http",
            "free",
            "ticket",
            "USD",
            "dollars",
            "us",
            "million",
            "12",
            "5",
            "2002",
            "1",
            "two",
            "antidisestablishmentarianism",
            "f\u{fc}r",
            "\u{434}\u{430}",
            "fre\u{200b}e",
            "e\u{301}",
        ]);
        let mark = prop::sample::select(vec![
            " ",
            " ",
            " ",
            " ",
            "\t",
            "\u{a0}",
            "\u{2003}",
            "'",
            "\u{2019}",
            "`",
            "\u{b4}",
            "-",
            "--",
            ".",
            ",",
            ";",
            ":",
            "(",
            ")",
            "[",
            "]",
            "\"",
            "\u{201c}",
            "\u{201d}",
            "\u{2018}",
            "\u{2013}",
            "\u{2014}",
            "\u{2026}",
            "\u{2022}",
            "/",
            "://",
            "@",
            "!",
            "*",
            "|",
            "$",
            "\u{20ac}",
            "%",
            "_",
            "+",
            "#",
            "&",
            "<",
            ">",
            "~",
            "\u{1}",
            "\u{1f600}",
        ]);
        let piece = prop_oneof![2 => word, 3 => mark];
        prop::collection::vec(piece, 0..24).prop_map(|all| all.concat())
    }

    #[test]
    fn places_of_one_word_and_of_several_find_the_same() {
        let (mut short, mut long, mut desk) = (Occurrences::<1>::default(), Occurrences::<5>::default(), Desk::default());
        let mut total = 0;
        let mut speaker = Speaker::new(2);
        for (pattern, _) in &REFERENCE.source.patterns {
            let text = speaker.phrase(pattern);
            let sentence = Sentence { span: Span::new(0, text.len()), zone: Zone::Own, label: false };
            let mut tokenizer = Tokenizer::new(&text, &ENGINE.lexicon.vocabulary, true);
            let tokens = tokenizer.tokens(&sentence);
            if tokens.len() > Occurrences::<1>::MOST {
                continue;
            }
            let (mut by_one, mut by_several) = (Vec::new(), Vec::new());
            find(&ENGINE.lexicon, tokens, &mut short, &mut desk, &mut by_one);
            find(&ENGINE.lexicon, tokens, &mut long, &mut desk, &mut by_several);
            total += by_one.len();
            assert_eq!(by_one, by_several, "{text}");
        }
        assert!(total > 1_000);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

        #[test]
        fn generated_text_is_read_alike(text in talk()) {
            compare(&Document::from_text(&text));
        }

        #[test]
        fn short_ways_give_the_tokens_of_the_long_one(text in chunks()) {
            let sentence = Sentence { span: Span::new(0, text.len()), zone: Zone::Own, label: false };
            let tokens = |shortcuts| {
                Tokenizer::new(&text, &ENGINE.lexicon.vocabulary, shortcuts).tokens(&sentence).to_vec()
            };
            prop_assert_eq!(tokens(true), tokens(false));
        }

        #[test]
        fn any_text_is_read_alike(text in any::<String>()) {
            compare(&Document::from_text(&text));
        }
    }
}
