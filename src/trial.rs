//! A lexicon laid open: every pattern of every rule as it is written, and the tokens of any example. It takes files that an
//! engine refuses, so that what is wrong with them can be said.

use std::collections::HashMap;
use std::ops::Range;

use toml::Spanned;

use crate::examples::example_document;
use crate::format::{File, RuleSource};
use crate::interner::Interner;
use crate::pattern::{Classes, Compiler, Pattern};
use crate::sentence::{Sentence, sentences};
use crate::span::Span;
use crate::token::Token;
use crate::tokenizer::Tokenizer;
use crate::vocabulary::Vocabulary;
use crate::walk::{Piece, pieces};
use crate::words::{Role, Zone};
use crate::zone::zones_of;

/// A file that could be read, and which one it is.
pub(crate) struct Opened<'t> {
    pub name: &'t str,
    pub text: &'t str,
    /// Whether it is looked at; the others only stand beside it.
    pub wanted: bool,
    pub file: File,
}

/// A pattern as it is written.
pub(crate) struct Written {
    pub text: String,
    /// Where it stands in its file, with its quotes.
    pub place: Range<usize>,
    pub read: Result<(Vec<Piece>, Vec<Pattern>), String>,
}

/// A rule with its patterns.
pub(crate) struct Tried<'o> {
    /// The number of its file.
    pub file: usize,
    pub role: Role,
    pub blocks: bool,
    pub rule: &'o RuleSource,
    pub patterns: Vec<Written>,
}

/// The rules of all files, and the words that they know.
pub(crate) struct Trial<'o> {
    pub rules: Vec<Tried<'o>>,
    pub classes: Classes,
    /// The classes that can't be compiled, and why.
    pub broken_classes: HashMap<String, String>,
    pub interner: Interner,
    vocabulary: Vocabulary,
}

impl<'o> Trial<'o> {
    /// Lays the files open. `more` are words that are to be known beside those of the patterns.
    pub fn new(files: &'o [Opened<'_>], more: &[&str]) -> Self {
        let mut classes = Classes::new();
        let mut lemmas = HashMap::new();
        for Opened { file, .. } in files {
            let plain = |m: &Spanned<String>| m.get_ref().clone();
            classes.extend(file.class.iter().map(|(name, members)| (plain(name), members.iter().map(plain).collect())));
            let pairs = file.forms.iter().flat_map(|(lemma, forms)| forms.iter().map(|f| (f.clone(), lemma.clone())));
            lemmas.extend(pairs);
        }
        let mut interner = Interner::new(lemmas);
        more.iter().for_each(|word| {
            interner.intern(word);
        });
        let mut compiler = Compiler::new(&mut interner, &classes);
        let broken = |name: &String| Some((name.clone(), compiler.check_class(name).err()?));
        let broken_classes = classes.keys().filter_map(broken).collect();
        let mut rules = Vec::new();
        for (number, Opened { file, .. }) in files.iter().enumerate() {
            for spanned in &file.rule {
                let rule = spanned.get_ref();
                let patterns = rule.patterns.iter().map(|p| written(p, &mut compiler)).collect();
                let role = file.role.unwrap_or(Role::Benign);
                rules.push(Tried { file: number, role, blocks: file.blocks, rule, patterns });
            }
        }
        let vocabulary = interner.finish();
        Self { rules, classes, broken_classes, interner, vocabulary }
    }

    /// The tokens of an example, sentence by sentence. One between `<` and `>` is the label of a button.
    pub fn tokens(&self, example: &str) -> Vec<Vec<Token>> {
        let document = example_document(example);
        let mut out = Vec::new();
        for (part, stretches) in document.parts.iter().zip(zones_of(&document)) {
            let mut tokenizer = Tokenizer::new(&part.text, &self.vocabulary, true);
            sentences(&part.text, stretches, &part.labels, part.flowed, |sentence| {
                out.push(tokenizer.tokens(&sentence).to_vec());
            });
        }
        out
    }

    /// The tokens of one word, as they would be found in a text.
    pub fn tokens_of_word(&self, word: &str) -> Vec<Token> {
        let sentence = Sentence { span: Span::new(0, word.len()), zone: Zone::Own, label: false };
        Tokenizer::new(word, &self.vocabulary, true).tokens(&sentence).to_vec()
    }
}

fn written(pattern: &Spanned<String>, compiler: &mut Compiler<'_>) -> Written {
    let text = pattern.get_ref();
    // Compiling goes first, as in an engine: it says what is wrong with the whole.
    let read = compiler.compile(text).and_then(|compiled| Ok((pieces(text, compiler)?, compiled)));
    Written { text: text.clone(), place: pattern.span(), read }
}
