//! Words, numbers, money and addresses with their byte spans; contractions split, disguises seen through.

use crate::disguise::{fold, is_invisible, is_leet_symbol, spell, unleet, unmask};
use crate::money::{is_currency, merge_money, numeric};
use crate::plain::PlainWord;
use crate::sentence::Sentence;
use crate::span::Span;
use crate::token::Token;
use crate::vocabulary::{Kind, Word, Words};

/// A sentence with more tokens than this is cut into pieces of this length, so that matching stays linear.
pub(crate) const MAX_SENTENCE_TOKENS: usize = 256;

/// So many letters that stand apart are joined at a time.
const MAX_SPELLED_RUN: usize = 256;

/// More letters that stand apart than this in one part are left as they are: nobody reads them.
const MAX_SPELLED: usize = 20_000;

/// A plain word has at most so much punctuation after it.
const MAX_TRAIL: usize = 8;

/// Reads the tokens of one part, sentence by sentence.
pub(crate) struct Tokenizer<'t, W> {
    text: &'t str,
    words: W,
    /// Plain words go a short way. The long way gives the same tokens, which a test makes sure of.
    shortcuts: bool,
    /// How many letters that stand apart may still be joined.
    room: usize,
    tokens: Vec<Token>,
    /// How many of the tokens are single characters.
    singles: usize,
    /// Some of the tokens are numbers or sums.
    numbers: bool,
    /// Whether punctuation that parts clauses follows the last token, if that is known already.
    broken: Option<bool>,
}

impl<'t, W: Words> Tokenizer<'t, W> {
    pub fn new(text: &'t str, words: W, shortcuts: bool) -> Self {
        let (room, tokens) = (MAX_SPELLED, Vec::new());
        Self { text, words, shortcuts, room, tokens, singles: 0, numbers: false, broken: None }
    }

    /// The tokens of a sentence.
    pub fn tokens(&mut self, sentence: &Sentence) -> &[Token] {
        self.tokens.clear();
        self.singles = 0;
        self.numbers = false;
        self.broken = None;
        self.scan(sentence.span);
        if self.numbers || !self.shortcuts {
            self.tokens = merge_money(self.text, std::mem::take(&mut self.tokens));
        }
        if self.singles >= 3 || !self.shortcuts {
            let tokens = std::mem::take(&mut self.tokens);
            self.tokens = join_spelled(self.text, tokens, &self.words, &mut self.room);
        }
        if let Some(first) = self.tokens.first_mut() {
            first.label = sentence.label;
        }
        &self.tokens
    }

    /// Adds the word of plain letters that begins at `at` and ends before white space, with no more than punctuation after
    /// it. Returns where it ends with its punctuation.
    fn plain_word(&mut self, at: usize, end: usize) -> Option<usize> {
        let bytes = &self.text.as_bytes()[..end];
        let plain = PlainWord::read(bytes, at)?;
        let stop = at + plain.len;
        let mut next = stop;
        let mut broken = false;
        while let Some(byte) = bytes.get(next).filter(|b| !is_space(**b)) {
            if !byte.is_ascii_punctuation() || matches!(byte, b'$' | b'%') || next - stop == MAX_TRAIL {
                return None;
            }
            broken |= parts_clauses(*byte);
            next += 1;
        }
        if bare_contraction_of(&plain) {
            return None;
        }
        let span = Span::new(at, stop);
        let after_break = self.broken.unwrap_or_else(|| self.gap_breaks(at));
        let word = self.words.plain_word(&plain);
        let kind = if word.number { Kind::Number } else { Kind::Word };
        self.push_token(Token { span, kind, word, disguised: false, after_break, label: false });
        self.broken = Some(broken);
        Some(next)
    }

    fn push_token(&mut self, token: Token) {
        self.singles += usize::from(is_single(self.text, &token));
        self.numbers |= matches!(token.kind, Kind::Number | Kind::Money);
        self.broken = None;
        self.tokens.push(token);
    }

    /// Splits on white space first, so that addresses and sums are seen whole.
    fn scan(&mut self, span: Span) {
        let bytes = self.text.as_bytes();
        let mut at = span.start;
        while at < span.end {
            if is_space(bytes[at]) {
                at += 1;
            } else if let Some(next) = self.shortcuts.then(|| self.plain_word(at, span.end)).flatten() {
                at = next;
            } else {
                at = self.next_chunk(Span::new(at, span.end));
            }
        }
    }

    /// Reads the chunk up to the next white space, and returns where it ends.
    fn next_chunk(&mut self, span: Span) -> usize {
        self.broken = None;
        let rest = span.of(self.text);
        for (i, c) in rest.char_indices().filter(|(_, c)| c.is_whitespace()) {
            // A currency sign and its sum may stand apart: "€ 1,700,000.00".
            let joined =
                i > 0 && rest[..i].chars().all(is_currency) && rest[i + c.len_utf8()..].starts_with(|d: char| d.is_ascii_digit());
            if joined {
                continue;
            }
            if i > 0 {
                self.chunk(Span::new(span.start, span.start + i));
            }
            return span.start + i + c.len_utf8();
        }
        self.chunk(span);
        span.end
    }

    fn chunk(&mut self, span: Span) {
        let raw = span.of(self.text);
        let lead = raw.len() - raw.trim_start_matches(|c: char| !is_wordlike(c) && !is_currency(c)).len();
        let body = raw[lead..].trim_end_matches(|c: char| !is_wordlike(c) && !is_currency(c) && c != '%');
        let span = Span::new(span.start + lead, span.start + lead + body.len());
        let breaks = raw[..lead].contains(['(', '[', '-', '\u{2013}', '\u{2014}', '"', '\u{201c}', ':', ';']) || body.is_empty();
        if body.is_empty() {
            return;
        }
        if is_url(body) {
            self.push(span, Kind::Url, breaks);
        } else if is_email(body) {
            self.push(span, Kind::Email, breaks);
        } else if let Some(kind) = numeric(body) {
            self.push(span, kind, breaks);
        } else {
            self.words(span, breaks);
        }
    }

    fn push(&mut self, span: Span, kind: Kind, breaks: bool) {
        let after_break = breaks || self.gap_breaks(span.start);
        self.push_token(Token { span, kind, word: Word::default(), disguised: false, after_break, label: false });
    }

    /// Whether punctuation that parts clauses stands between the last token and `at`.
    fn gap_breaks(&self, at: usize) -> bool {
        let Some(last) = self.tokens.last() else { return false };
        last.span.end <= at && self.text[last.span.end..at].contains([',', ';', ':', '(', ')', '\u{2013}', '\u{2014}', '|'])
    }

    /// Splits a chunk at everything that can't stand inside a word.
    fn words(&mut self, span: Span, breaks: bool) {
        let body = span.of(self.text);
        if body.contains(|c: char| is_leet_symbol(c) || c.is_ascii_digit())
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
        if let Some((first, second)) = bare_contraction(form) {
            let cut = span.start + first.len().min(span.len() - 1);
            let cut = (cut..span.end).find(|i| self.text.is_char_boundary(*i)).unwrap_or(span.end);
            self.word(Span::new(span.start, cut), expand(first), false, breaks);
            self.word(Span::new(cut, span.end), second, false, false);
            return;
        }
        let Some((head, tail)) = form.rsplit_once('\'') else {
            self.word(span, form, false, breaks);
            return;
        };
        let (head, second) = match tail {
            "t" if head.ends_with('n') => (&head[..head.len() - 1], "not"),
            "re" => (head, "are"),
            "ve" => (head, "have"),
            "ll" => (head, "will"),
            "d" => (head, "would"),
            "m" => (head, "am"),
            "s" if head == "let" => (head, "us"),
            "s" if matches!(head, "it" | "that" | "he" | "she" | "what" | "who" | "there" | "here" | "how" | "where") => {
                (head, "is")
            }
            "s" => {
                self.word(span, head, false, breaks);
                return;
            }
            _ => {
                let joined: String = form.chars().filter(|c| *c != '\'').collect();
                self.word(span, &joined, false, breaks);
                return;
            }
        };
        let cut = self.cut(span, head.chars().count());
        self.word(Span::new(span.start, cut), expand(head), false, breaks);
        self.word(Span::new(cut, span.end), second, false, false);
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

/// What is left of a verb when "n't" is cut off.
fn expand(head: &str) -> &str {
    match head {
        "ca" => "can",
        "wo" => "will",
        "sha" => "shall",
        other => other,
    }
}

/// Whether white space begins with this byte alone.
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

fn parts_clauses(byte: u8) -> bool {
    matches!(byte, b',' | b';' | b':' | b'(' | b')' | b'|')
}

/// Whether a plain word may be a contraction without its apostrophe: a cheap look before the list.
fn bare_contraction_of(word: &PlainWord) -> bool {
    let byte = |i: usize| (word.chunks[i / 8] >> (8 * (i % 8))) as u8;
    (2..=7).contains(&word.len)
        && matches!(byte(0), b'c' | b'd' | b'h' | b'i' | b'w' | b'y')
        && matches!(byte(word.len - 1), b'e' | b'l' | b'm' | b't')
        && str::from_utf8(&word.bytes()[..word.len]).is_ok_and(|form| bare_contraction(form).is_some())
}

/// Contractions that people write without the apostrophe.
fn bare_contraction(form: &str) -> Option<(&'static str, &'static str)> {
    Some(match form {
        "dont" => ("do", "not"),
        "doesnt" => ("does", "not"),
        "didnt" => ("did", "not"),
        "cant" => ("ca", "not"),
        "wont" => ("wo", "not"),
        "isnt" => ("is", "not"),
        "wasnt" => ("was", "not"),
        "havent" => ("have", "not"),
        "ive" => ("i", "have"),
        "im" => ("i", "am"),
        "youve" => ("you", "have"),
        "youre" => ("you", "are"),
        "youll" => ("you", "will"),
        "cannot" => ("can", "not"),
        _ => return None,
    })
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

fn is_url(body: &str) -> bool {
    let begins = |start: &str| body.get(..start.len()).is_some_and(|b| b.eq_ignore_ascii_case(start));
    if begins("http://") || begins("https://") || begins("www.") {
        return true;
    }
    // A bare host and path: a.example/offer
    body.split_once('/').is_some_and(|(host, _)| {
        host.contains('.')
            && host.len() > 4
            && host.split('.').all(|l| !l.is_empty() && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
            && host.bytes().any(|b| b.is_ascii_alphabetic())
    })
}

fn is_email(body: &str) -> bool {
    body.split_once('@').is_some_and(|(local, host)| {
        local.len() > 1
            && host.contains('.')
            && !host.ends_with('.')
            && local.bytes().all(|b| b.is_ascii_graphic())
            && host.split('.').all(|l| l.len() > 1 && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
    })
}

/// Whether a token is one character, beside those that take no room.
fn is_single(text: &str, token: &Token) -> bool {
    let len = token.span.len();
    len == 1
        || len <= 4 && !token.span.of(text).is_ascii() && token.span.of(text).chars().filter(|c| !is_invisible(*c)).count() == 1
}

/// Joins `f r e e`, `f.r.e.e` and `F-R-E-E` into the lexicon words that they spell; `room` is how many letters may still be
/// looked at.
fn join_spelled(text: &str, tokens: Vec<Token>, words: &impl Words, room: &mut usize) -> Vec<Token> {
    let single = |t: &Token| is_single(text, t);
    if *room == 0 || !tokens.windows(3).any(|w| w.iter().all(single)) {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len());
    let mut i = 0;
    while i < tokens.len() {
        let run = tokens[i..].iter().take(MAX_SPELLED_RUN.min(*room)).take_while(|t| single(t)).count();
        if run >= 3 {
            *room -= run;
            spelled(text, &tokens[i..i + run], words, &mut out);
            i += run;
        } else {
            out.push(tokens[i]);
            i += 1;
        }
    }
    out
}

/// Adds a run of single characters, as the words that its end spells if it spells any.
fn spelled(text: &str, run: &[Token], words: &impl Words, out: &mut Vec<Token>) {
    let letters: Vec<char> = run.iter().map(|t| fold(t.span.of(text)).0.chars().next().unwrap_or('?')).collect();
    let Some((first, spelled)) = spell(&letters, words) else {
        out.extend_from_slice(run);
        return;
    };
    out.extend_from_slice(&run[..first]);
    let mut at = first;
    for (len, form) in spelled {
        let span = Span::new(run[at].span.start, run[at + len - 1].span.end);
        let after_break = run[at].after_break;
        at += len;
        out.push(Token { span, kind: Kind::Word, word: words.word(&form), disguised: len > 1, after_break, label: false });
    }
}
