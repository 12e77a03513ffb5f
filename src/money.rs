//! Sums of money and numbers, in digits and words.

use crate::plain::{Sieve, letters};
use crate::span::Span;
use crate::token::Token;
use crate::vocabulary::{Kind, Word};

pub(crate) fn is_currency(c: char) -> bool {
    matches!(c, '$' | '\u{a3}' | '\u{20ac}' | '\u{a5}' | '\u{20b9}')
}

/// Sums, percentages and plain numbers written in digits.
pub(crate) fn numeric(body: &str) -> Option<Kind> {
    let (core, money) = match body.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '+') {
        b if b.starts_with(is_currency) && body.len() - b.len() <= 4 => (b.trim_start_matches(is_currency).trim_start(), true),
        _ => (body, false),
    };
    if !core.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let digits = core.trim_end_matches(is_currency);
    let money = money || digits.len() < core.len();
    let percent = digits.ends_with('%');
    let digits = digits.trim_end_matches('%').trim_end_matches(['.', ',']);
    let letters_after = digits.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | '\''));
    let magnitude = matches!(letters_after.to_ascii_lowercase().as_str(), "k" | "m" | "mm" | "bn" | "b" | "million" | "millions");
    match (letters_after.is_empty(), money) {
        (true, true) => Some(Kind::Money),
        (false, true) if magnitude => Some(Kind::Money),
        (true, false) if percent => Some(Kind::Percent),
        (true, false) => Some(Kind::Number),
        _ => None,
    }
}

/// Words for money, in lower case.
const CURRENCIES: [&str; 25] = [
    "usd", "eur", "gbp", "cad", "aud", "dollar", "dollars", "euro", "euros", "pound", "pounds", "sterling", "bucks", "quid",
    "cents", "btc", "eth", "usdt", "bnb", "xrp", "bitcoin", "bitcoins", "naira", "rupees", "yen",
];

static SIEVE: Sieve = Sieve::of_words(&CURRENCIES);

fn is_currency_word(word: &str) -> bool {
    SIEVE.may_have(letters(word.as_bytes(), 0).0) && is_one_of(word, &CURRENCIES)
}

/// What may stand between a number and a word for money.
const ADJECTIVES: [&str; 5] = ["us", "u.s", "united", "states", "american"];

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.iter().any(|w| w.len() == word.len() && w.eq_ignore_ascii_case(word))
}

fn is_sum(token: &Token) -> bool {
    matches!(token.kind, Kind::Number | Kind::Money)
}

/// "USD 8.2 million", "30 euros" and "$10 million dollars" are one sum each; none begins before the token at `from`.
pub(crate) fn merge_money(text: &str, from: usize, tokens: &mut Vec<Token>) {
    let (mut at, mut kept) = (from, from);
    while at < tokens.len() {
        let end = if is_sum(&tokens[at]) || tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Number) {
            sum(text, &mut tokens[at..])
        } else {
            1
        };
        tokens[kept] = tokens[at];
        kept += 1;
        at += end;
    }
    tokens.truncate(kept);
}

/// Makes the first of some tokens the sum that they begin with, if they begin with one, and returns how many that takes.
fn sum(text: &str, tokens: &mut [Token]) -> usize {
    let first = tokens[0];
    let code_first = first.kind == Kind::Word
        && first.span.len() <= 4
        && tokens.get(1).is_some_and(|t| t.kind == Kind::Number)
        && is_currency_word(first.span.of(text));
    if !code_first && !is_sum(&first) {
        return 1;
    }
    let mut end = 1 + tokens[1..].iter().take_while(|t| is_sum(t) && !t.after_break).count();
    let mut money = code_first || tokens[..end].iter().any(|t| t.kind == Kind::Money);
    for (i, token) in tokens.iter().enumerate().skip(end).take(3) {
        let word = token.span.of(text);
        if token.kind != Kind::Word || token.after_break {
            break;
        }
        if is_currency_word(word) {
            money = true;
            end = i + 1;
            break;
        }
        if !is_one_of(word, &ADJECTIVES) {
            break;
        }
    }
    if money || end > 1 {
        let span = Span::new(first.span.start, tokens[end - 1].span.end);
        let kind = match money {
            true if is_fortune(span.of(text)) => Kind::Fortune,
            true => Kind::Money,
            false => Kind::Number,
        };
        tokens[0] = Token { span, kind, word: Word::default(), ..first };
    }
    end
}

/// Whether a sum is one that nobody is given: six digits before the cents, or millions.
fn is_fortune(sum: &str) -> bool {
    let lower = sum.to_lowercase();
    let whole = lower.trim_end_matches(|c: char| !c.is_ascii_digit());
    let cents = whole.len() >= 3 && matches!(whole.as_bytes()[whole.len() - 3], b'.' | b',');
    let digits = whole.bytes().filter(u8::is_ascii_digit).count() - if cents { 2 } else { 0 };
    digits >= 6 || lower.contains("million") || lower.contains("billion") || lower.ends_with(['m', 'b']) || lower.ends_with("bn")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_for_money_are_known_in_any_case_and_no_others() {
        for word in CURRENCIES {
            assert!(is_currency_word(word) && is_currency_word(&word.to_uppercase()), "{word}");
            assert!(!is_currency_word(&format!("{word}ly")), "{word}");
        }
        assert!(!is_currency_word("gift"));
    }
}
