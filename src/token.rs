//! Words, numbers, money and addresses with their byte spans; contractions split, disguises seen through.

use crate::disguise::{fold, is_invisible, is_leet_symbol, spell, unleet, unmask};
use crate::sentence::Sentence;
use crate::span::Span;
use crate::vocabulary::{Kind, NUMBER_WORDS, Vocabulary, Word};
use crate::words::Zone;

/// A token; `span` is in the part's original text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub span: Span,
    pub kind: Kind,
    pub word: Word,
    /// The letters were disguised and the word was recognised all the same.
    pub disguised: bool,
    /// A comma, colon, dash or bracket stands between the previous token and this one.
    pub after_break: bool,
}

/// The tokens of one sentence.
#[derive(Debug)]
pub(crate) struct TokenSentence {
    pub zone: Zone,
    pub tokens: Vec<Token>,
}

/// A sentence with more tokens than this is cut into pieces of this length, so that matching stays linear.
const MAX_SENTENCE_TOKENS: usize = 256;

/// So many letters that stand apart are joined at a time.
const MAX_SPELLED_RUN: usize = 256;

/// More letters that stand apart than this in one part are left as they are: nobody reads them.
const MAX_SPELLED: usize = 20_000;

/// The tokens of each sentence, in order.
pub(crate) fn tokens(text: &str, sentences: &[Sentence], vocabulary: &Vocabulary) -> Vec<TokenSentence> {
    let mut out = Vec::with_capacity(sentences.len());
    let mut room = MAX_SPELLED;
    for sentence in sentences {
        let mut scanner = Scanner { text, vocabulary, tokens: Vec::new() };
        scanner.sentence(sentence.span);
        let tokens = join_spelled(text, merge_money(text, scanner.tokens), vocabulary, &mut room);
        let pieces = tokens.chunks(MAX_SENTENCE_TOKENS);
        out.extend(pieces.map(|piece| TokenSentence { zone: sentence.zone, tokens: piece.to_vec() }));
    }
    out
}

struct Scanner<'a> {
    text: &'a str,
    vocabulary: &'a Vocabulary,
    tokens: Vec<Token>,
}

impl Scanner<'_> {
    /// Splits on white space first, so that addresses and sums are seen whole.
    fn sentence(&mut self, span: Span) {
        let mut start = None;
        for (i, c) in span.of(self.text).char_indices() {
            let at = span.start + i;
            if c.is_whitespace() {
                // A currency sign and its sum may stand apart: "€ 1,700,000.00".
                if start.is_some_and(|from: usize| self.text[from..at].chars().all(is_currency))
                    && span.of(self.text)[i + c.len_utf8()..].starts_with(|d: char| d.is_ascii_digit())
                {
                    continue;
                }
                if let Some(from) = start.take() {
                    self.chunk(Span::new(from, at));
                }
            } else if start.is_none() {
                start = Some(at);
            }
        }
        if let Some(from) = start {
            self.chunk(Span::new(from, span.end));
        }
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
        self.tokens.push(Token { span, kind, word: Word::default(), disguised: false, after_break });
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
            && let Some(form) = unleet(&fold(body).0, self.vocabulary)
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
                && let Some(plain) = unleet(&form, self.vocabulary)
            {
                self.word(span, &plain, true, breaks);
                return;
            }
            self.contraction(span, &form, breaks);
            return;
        }
        if let Some(plain) = unmask(raw, self.vocabulary) {
            self.word(span, &plain, true, breaks);
            return;
        }
        let straight: String = raw.chars().map(|c| if is_apostrophe(c) { '\'' } else { c }).collect();
        let lower = straight.to_lowercase();
        let (folded, disguised) = fold(&straight);
        if disguised || folded != lower {
            let known = self.vocabulary.knows(folded.trim_end_matches("'s"));
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
        let kind = if NUMBER_WORDS.contains(&form) { Kind::Number } else { Kind::Word };
        self.tokens.push(Token { span, kind, word: self.vocabulary.lookup(form), disguised, after_break });
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

fn is_currency(c: char) -> bool {
    matches!(c, '$' | '\u{a3}' | '\u{20ac}' | '\u{a5}' | '\u{20b9}')
}

fn is_url(body: &str) -> bool {
    let lower = body.get(..8).unwrap_or(body).to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("www.") {
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

/// Sums, percentages and plain numbers written in digits.
fn numeric(body: &str) -> Option<Kind> {
    let (core, money) = match body.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '+') {
        b if b.starts_with(is_currency) && body.len() - b.len() <= 4 => (b.trim_start_matches(is_currency).trim_start(), true),
        _ => (body, false),
    };
    let digits = core.trim_end_matches(is_currency);
    let money = money || digits.len() < core.len();
    let percent = digits.ends_with('%');
    let digits = digits.trim_end_matches('%').trim_end_matches(['.', ',']);
    let letters_after = digits.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\''));
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let magnitude = matches!(letters_after.to_ascii_lowercase().as_str(), "k" | "m" | "mm" | "bn" | "b" | "million" | "millions");
    match (letters_after.is_empty(), money) {
        (true, true) => Some(Kind::Money),
        (false, true) if magnitude => Some(Kind::Money),
        (true, false) if percent => Some(Kind::Percent),
        (true, false) => Some(Kind::Number),
        _ => None,
    }
}

fn currency_word(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "usd"
            | "us"
            | "eur"
            | "gbp"
            | "cad"
            | "aud"
            | "dollar"
            | "dollars"
            | "euro"
            | "euros"
            | "pound"
            | "pounds"
            | "sterling"
            | "bucks"
            | "quid"
            | "cents"
            | "btc"
            | "eth"
            | "usdt"
            | "bnb"
            | "xrp"
            | "bitcoin"
            | "bitcoins"
            | "naira"
            | "rupees"
            | "yen"
    )
}

/// "USD 8.2 million", "30 euros" and "$10 million dollars" are one sum each.
fn merge_money(text: &str, tokens: Vec<Token>) -> Vec<Token> {
    if !tokens.iter().any(|t| matches!(t.kind, Kind::Number | Kind::Money)) {
        return tokens;
    }
    let mut out: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut i = 0;
    while i < tokens.len() {
        let token = tokens[i];
        let code_first = token.kind == Kind::Word
            && token.span.len() <= 4
            && currency_word(token.span.of(text))
            && !token.span.of(text).eq_ignore_ascii_case("us")
            && tokens.get(i + 1).is_some_and(|t| t.kind == Kind::Number);
        if code_first || matches!(token.kind, Kind::Number | Kind::Money) {
            let mut end = i + 1;
            while tokens.get(end).is_some_and(|t| matches!(t.kind, Kind::Number | Kind::Money) && !t.after_break) {
                end += 1;
            }
            let mut money = code_first || tokens[i..end].iter().any(|t| t.kind == Kind::Money);
            let mut tail = end;
            while tail < tokens.len() && tail < end + 3 && tokens[tail].kind == Kind::Word && !tokens[tail].after_break {
                let word = tokens[tail].span.of(text);
                let adjective = matches!(word.to_ascii_lowercase().as_str(), "us" | "u.s" | "united" | "states" | "american");
                if currency_word(word) && !word.eq_ignore_ascii_case("us") {
                    money = true;
                    end = tail + 1;
                    break;
                }
                if !adjective {
                    break;
                }
                tail += 1;
            }
            if money || end > i + 1 {
                let span = Span::new(token.span.start, tokens[end - 1].span.end);
                let kind = match money {
                    true if is_fortune(span.of(text)) => Kind::Fortune,
                    true => Kind::Money,
                    false => Kind::Number,
                };
                out.push(Token { span, kind, word: Word::default(), ..token });
                i = end;
                continue;
            }
        }
        out.push(token);
        i += 1;
    }
    out
}

/// Whether a sum is one that nobody is given: six digits before the cents, or millions.
fn is_fortune(sum: &str) -> bool {
    let lower = sum.to_lowercase();
    let whole = lower.trim_end_matches(|c: char| !c.is_ascii_digit());
    let cents = whole.len() >= 3 && matches!(whole.as_bytes()[whole.len() - 3], b'.' | b',');
    let digits = whole.bytes().filter(u8::is_ascii_digit).count() - if cents { 2 } else { 0 };
    digits >= 6 || lower.contains("million") || lower.contains("billion") || lower.ends_with(['m', 'b']) || lower.ends_with("bn")
}

/// Joins `f r e e`, `f.r.e.e` and `F-R-E-E` into the lexicon words that they spell; `room` is how many letters may still be
/// looked at.
fn join_spelled(text: &str, tokens: Vec<Token>, vocabulary: &Vocabulary, room: &mut usize) -> Vec<Token> {
    let single = |t: &Token| t.span.len() <= 4 && t.span.of(text).chars().filter(|c| !is_invisible(*c)).count() == 1;
    if *room == 0 || !tokens.windows(3).any(|w| w.iter().all(single)) {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len());
    let mut i = 0;
    while i < tokens.len() {
        let run = tokens[i..].iter().take(MAX_SPELLED_RUN.min(*room)).take_while(|t| single(t)).count();
        if run >= 3 {
            *room -= run;
            spelled(text, &tokens[i..i + run], vocabulary, &mut out);
            i += run;
        } else {
            out.push(tokens[i]);
            i += 1;
        }
    }
    out
}

/// Adds a run of single characters, as the words that its end spells if it spells any.
fn spelled(text: &str, run: &[Token], vocabulary: &Vocabulary, out: &mut Vec<Token>) {
    let letters: Vec<char> = run.iter().map(|t| fold(t.span.of(text)).0.chars().next().unwrap_or('?')).collect();
    let Some((first, words)) = spell(&letters, vocabulary) else {
        out.extend_from_slice(run);
        return;
    };
    out.extend_from_slice(&run[..first]);
    let mut at = first;
    for (len, form) in words {
        let span = Span::new(run[at].span.start, run[at + len - 1].span.end);
        let after_break = run[at].after_break;
        at += len;
        out.push(Token { span, kind: Kind::Word, word: vocabulary.lookup(&form), disguised: len > 1, after_break });
    }
}
