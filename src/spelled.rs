//! Letters that stand apart, joined into the words that they spell.

use crate::disguise::{fold, is_invisible, spell};
use crate::span::Span;
use crate::token::Token;
use crate::vocabulary::{Kind, Words};

/// So many letters that stand apart are joined at a time.
const MAX_SPELLED_RUN: usize = 256;

/// So many letters that stand apart may spell a word.
pub(crate) const LEAST_SPELLED: usize = 3;

/// More letters that stand apart than this in one part are left as they are: nobody reads them.
pub(crate) const MAX_SPELLED: usize = 20_000;

/// Whether a token is one character, beside those that take no room.
pub(crate) fn is_single(text: &str, token: &Token) -> bool {
    let len = token.span.len();
    len == 1
        || len <= 4 && !token.span.of(text).is_ascii() && token.span.of(text).chars().filter(|c| !is_invisible(*c)).count() == 1
}

/// Joins `f r e e`, `f.r.e.e` and `F-R-E-E` into the lexicon words that they spell; `room` is how many letters may still be
/// looked at.
pub(crate) fn join_spelled(text: &str, tokens: Vec<Token>, words: &impl Words, room: &mut usize) -> Vec<Token> {
    let single = |t: &Token| is_single(text, t);
    if *room == 0 || !tokens.windows(LEAST_SPELLED).any(|w| w.iter().all(single)) {
        return tokens;
    }
    let mut out = Vec::with_capacity(tokens.len());
    let mut i = 0;
    while i < tokens.len() {
        let run = tokens[i..].iter().take(MAX_SPELLED_RUN.min(*room)).take_while(|t| single(t)).count();
        if run >= LEAST_SPELLED {
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
