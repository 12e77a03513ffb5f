//! Words, numbers, money and addresses with their byte spans; contractions split, disguises seen through.

mod shortcut;

use crate::address::address;
use crate::chunk::{is_space, parts_clauses};
use crate::contraction::{Contraction, contraction};
use crate::disguise::{fold, is_invisible, is_leet_symbol, may_be_leet, unleet, unmask};
use crate::money::{is_currency, merge_money, numeric};
use crate::plain::PlainWord;
use crate::sentence::Sentence;
use crate::span::Span;
use crate::spelled::{LEAST_SPELLED, MAX_SPELLED, is_single, join_spelled};
use crate::token::Token;
use crate::vocabulary::{Kind, Word, Words};

/// A sentence with more tokens than this is cut into pieces of this length, so that matching stays linear.
pub(crate) const MAX_SENTENCE_TOKENS: usize = 256;

/// Most sentences have fewer tokens, and memory for so many comes at once.
const USUAL_TOKENS: usize = 32;

/// Memory for more tokens than this is given back after a part.
const MOST_KEPT: usize = 4_096;

/// Reads the tokens of one part, sentence by sentence.
pub(crate) struct Tokenizer<'t, W> {
    text: &'t str,
    words: W,
    /// Chunks of the common kinds go a short way. The long way gives the same tokens, which a test makes sure of.
    shortcuts: bool,
    /// How many letters that stand apart may still be joined.
    room: usize,
    tokens: Vec<Token>,
    /// Where in them those of this sentence begin, and where those of each sentence end.
    first: usize,
    ends: Vec<usize>,
    /// How many of the last tokens are single characters, and whether as many as spell a word were so in a row.
    singles: usize,
    spelled: bool,
    /// The first of the tokens that is a number or a sum.
    first_sum: Option<usize>,
    /// Whether punctuation that parts clauses stands between the last token, if there is one, and the next chunk.
    parted: bool,
}

impl<'t, W: Words> Tokenizer<'t, W> {
    #[cfg(any(test, feature = "cli"))]
    pub fn new(text: &'t str, words: W, shortcuts: bool) -> Self {
        Self::over(text, words, shortcuts, Vec::new())
    }

    /// The same over memory that was used before.
    pub fn over(text: &'t str, words: W, shortcuts: bool, tokens: Vec<Token>) -> Self {
        Self {
            text,
            words,
            shortcuts,
            room: MAX_SPELLED,
            tokens,
            first: 0,
            ends: Vec::new(),
            singles: 0,
            spelled: false,
            first_sum: None,
            parted: false,
        }
    }

    /// The memory, without what was written to it and not more than is needed for most messages.
    pub fn into_memory(mut self) -> Vec<Token> {
        self.tokens.clear();
        self.tokens.shrink_to(MOST_KEPT);
        self.tokens
    }

    /// The tokens of a sentence.
    #[cfg(any(test, feature = "cli"))]
    pub fn tokens(&mut self, sentence: &Sentence) -> &[Token] {
        self.tokens.clear();
        self.add(sentence);
        &self.tokens
    }

    /// Some sentences, each with its tokens. All of them are read before the first is given, so that what reading needs stays
    /// in the processor's cache; they should not be too many.
    pub fn each<'a>(&'a mut self, sentences: &'a [Sentence]) -> impl Iterator<Item = (&'a Sentence, &'a [Token])> {
        self.tokens.clear();
        self.ends.clear();
        for sentence in sentences {
            self.add(sentence);
            self.ends.push(self.tokens.len());
        }
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let spans = starts.zip(&self.ends);
        sentences.iter().zip(spans).map(|(sentence, (start, end))| (sentence, &self.tokens[start..*end]))
    }

    /// Adds the tokens of a sentence.
    fn add(&mut self, sentence: &Sentence) {
        self.tokens.reserve(USUAL_TOKENS);
        self.first = self.tokens.len();
        self.singles = 0;
        self.spelled = false;
        self.first_sum = None;
        self.parted = false;
        self.scan(sentence.span);
        let first_sum = if self.shortcuts { self.first_sum } else { Some(self.first) };
        if let Some(sum) = first_sum {
            // A currency may stand before its number.
            merge_money(self.text, self.first.max(sum.saturating_sub(1)), &mut self.tokens);
        }
        if self.spelled || !self.shortcuts {
            let tokens = self.tokens.split_off(self.first);
            self.tokens.extend(join_spelled(self.text, tokens, &self.words, &mut self.room));
        }
        if let Some(first) = self.tokens.get_mut(self.first) {
            first.label = sentence.label;
        }
    }

    /// Splits on white space first, so that addresses and sums are seen whole.
    fn scan(&mut self, span: Span) {
        let bytes = &self.text.as_bytes()[..span.end];
        let mut at = span.start;
        while let Some(byte) = bytes.get(at) {
            if is_space(*byte) {
                at += 1;
                continue;
            }
            let short = if self.shortcuts { self.plain_word(bytes, at).or_else(|| self.plain_chunk(bytes, at)) } else { None };
            at = short.unwrap_or_else(|| self.next_chunk(Span::new(at, span.end)));
        }
    }

    fn push_token(&mut self, token: Token) {
        self.note_single(is_single(self.text, &token));
        if matches!(token.kind, Kind::Number | Kind::Money) {
            self.note_sum();
        }
        self.tokens.push(token);
    }

    /// Remembers whether the next token is a single character.
    fn note_single(&mut self, single: bool) {
        if single {
            self.singles += 1;
            self.spelled |= self.singles >= LEAST_SPELLED;
        } else {
            self.singles = 0;
        }
    }

    /// Remembers that the next token is a number or a sum.
    fn note_sum(&mut self) {
        self.first_sum.get_or_insert(self.tokens.len());
    }

    /// Reads the chunk up to the next white space, and returns where it ends.
    fn next_chunk(&mut self, span: Span) -> usize {
        let rest = span.of(self.text);
        let space = rest.len() - rest.trim_start().len();
        if space > 0 {
            return span.start + space;
        }
        let is_end = |(i, c): &(usize, char)| {
            // A currency sign and its sum may stand apart: "€ 1,700,000.00".
            let joined =
                || rest[..*i].chars().all(is_currency) && rest[i + c.len_utf8()..].starts_with(|d: char| d.is_ascii_digit());
            c.is_whitespace() && !joined()
        };
        let len = rest.char_indices().find(is_end).map_or(rest.len(), |(i, _)| i);
        let chunk = Span::new(span.start, span.start + len);
        let before = self.tokens.len();
        self.chunk(chunk);
        if self.tokens.len() > before {
            self.parted = self.gap_breaks(chunk.end);
        } else {
            // What stands before this chunk was looked at: from the last token on again, many such chunks would take long.
            self.parted |= before > self.first && parts_clauses(&self.text.as_bytes()[chunk.start..chunk.end]);
        }
        chunk.end
    }

    fn chunk(&mut self, span: Span) {
        let raw = span.of(self.text);
        let lead = raw.len() - raw.trim_start_matches(|c: char| !is_wordlike(c) && !is_currency(c)).len();
        let body = raw[lead..].trim_end_matches(|c: char| !is_wordlike(c) && !is_currency(c) && c != '%');
        let span = Span::new(span.start + lead, span.start + lead + body.len());
        let breaks = raw[..lead].contains(['(', '[', '-', '\u{2013}', '\u{2014}', '"', '\u{201c}', ':', ';']);
        if !body.is_empty() {
            self.body(span, breaks);
        }
    }

    /// Adds the tokens of a chunk without the punctuation around it.
    fn body(&mut self, span: Span, breaks: bool) {
        let body = span.of(self.text);
        match address(body).or_else(|| numeric(body)) {
            Some(kind) => self.push(span, kind, breaks),
            None => self.words(span, breaks),
        }
    }

    fn push(&mut self, span: Span, kind: Kind, breaks: bool) {
        let after_break = breaks || self.gap_breaks(span.start);
        self.push_token(Token { span, kind, word: Word::default(), disguised: false, after_break, label: false });
    }

    /// Whether punctuation that parts clauses stands between the last token and `at`.
    fn gap_breaks(&self, at: usize) -> bool {
        let Some(last) = self.tokens[self.first..].last() else { return false };
        last.span.end <= at && parts_clauses(&self.text.as_bytes()[last.span.end..at])
    }

    /// Splits a chunk at everything that can't stand inside a word.
    fn words(&mut self, span: Span, breaks: bool) {
        let body = span.of(self.text);
        if body.contains(|c: char| is_leet_symbol(c) || c.is_ascii_digit())
            && may_be_leet(body, &self.words)
            && let Some(form) = unleet(&fold(body).0, &self.words)
        {
            self.word(span, &form, true, breaks);
            return;
        }
        // "e-mail" is one word however it is written.
        if body.get(..6).is_some_and(|b| b.eq_ignore_ascii_case("e-mail")) {
            let form = format!("email{}", body[6..].to_ascii_lowercase().trim_end_matches("'s"));
            self.word(span, &form, false, breaks);
            return;
        }
        let mut start = None;
        for (i, c) in body.char_indices() {
            let inside = c.is_alphanumeric() || is_invisible(c) || is_mark(c) || (is_apostrophe(c) && start.is_some());
            if inside {
                start.get_or_insert(i);
            } else if let Some(from) = start.take() {
                self.piece(Span::new(span.start + from, span.start + i), breaks);
            }
        }
        if let Some(from) = start {
            self.piece(Span::new(span.start + from, span.end), breaks);
        }
    }

    fn piece(&mut self, span: Span, breaks: bool) {
        if self.shortcuts
            && let Some(plain) = PlainWord::read(self.text.as_bytes(), span.start)
            && plain.len == span.len()
        {
            self.add_plain(span, &plain, breaks || self.gap_breaks(span.start));
            return;
        }
        let raw = span.of(self.text);
        // What takes no room at a word's end, like a byte order mark, is no part of it.
        let lead = raw.len() - raw.trim_start_matches(is_invisible).len();
        let raw = raw[lead..].trim_end_matches(|c| is_apostrophe(c) || is_invisible(c));
        let span = Span::new(span.start + lead, span.start + lead + raw.len());
        if raw.is_empty() {
            return;
        }
        if raw.bytes().all(|b| b.is_ascii_digit()) {
            self.push(span, Kind::Number, breaks);
            return;
        }
        if raw.is_ascii() {
            let form = raw.to_ascii_lowercase();
            if raw.bytes().any(|b| b.is_ascii_digit())
                && let Some(plain) = unleet(&form, &self.words)
            {
                self.word(span, &plain, true, breaks);
                return;
            }
            self.contraction(span, &form, breaks);
            return;
        }
        if let Some(plain) = unmask(raw, &self.words) {
            self.word(span, &plain, true, breaks);
            return;
        }
        let straight: String = raw.chars().map(|c| if is_apostrophe(c) { '\'' } else { c }).collect();
        let lower = straight.to_lowercase();
        let (folded, disguised) = fold(&straight);
        if disguised || folded != lower {
            let known = self.words.knows(folded.trim_end_matches("'s"));
            if folded.contains('\'') && !disguised {
                self.contraction(span, &folded, breaks);
            } else {
                self.word(span, &folded, disguised && known, breaks);
            }
        } else {
            self.contraction(span, &lower, breaks);
        }
    }

    /// Splits "didn't", "we've" and their like; the spans part where the words do.
    fn contraction(&mut self, span: Span, form: &str, breaks: bool) {
        match contraction(form) {
            Contraction::None => self.word(span, form, false, breaks),
            Contraction::Possessive(owner) => self.word(span, owner, false, breaks),
            Contraction::Other => self.word(span, &form.replace('\'', ""), false, breaks),
            Contraction::Two { first, second, letters } => {
                let cut = self.cut(span, letters);
                self.word(Span::new(span.start, cut), first, false, breaks);
                self.word(Span::new(cut, span.end), second, false, false);
            }
        }
    }

    /// The byte after `count` characters of the span.
    fn cut(&self, span: Span, count: usize) -> usize {
        span.of(self.text).char_indices().nth(count).map_or(span.end, |(i, _)| span.start + i)
    }

    fn word(&mut self, span: Span, form: &str, disguised: bool, breaks: bool) {
        let after_break = breaks || self.gap_breaks(span.start);
        let word = self.words.word(form);
        let kind = if word.number { Kind::Number } else { Kind::Word };
        self.push_token(Token { span, kind, word, disguised, after_break, label: false });
    }
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2bc}' | '\u{60}' | '\u{b4}')
}

/// Combining marks belong to the letter before them.
pub(crate) fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn is_wordlike(c: char) -> bool {
    c.is_alphanumeric() || is_invisible(c) || is_mark(c)
}
