//! Sums of money and numbers, in digits and words.

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
    let mut lower = [0; 8];
    let Some(letters) = lower.get_mut(..text.len()) else { return false };
    letters.copy_from_slice(text.as_bytes());
    letters.make_ascii_lowercase();
    matches!(
        str::from_utf8(letters).unwrap_or_default(),
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
pub(crate) fn merge_money(text: &str, tokens: Vec<Token>) -> Vec<Token> {
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
                let adjective = ["us", "u.s", "united", "states", "american"].iter().any(|a| word.eq_ignore_ascii_case(a));
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
