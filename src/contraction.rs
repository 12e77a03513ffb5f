//! Contractions: "didn't" is two words, and "didnt" too.

use crate::plain::{PlainWord, Sieve, packed};

/// What a word with an apostrophe, or with one left out, stands for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Contraction<'f> {
    /// It is a word as it stands.
    None,
    /// Of somebody or something.
    Possessive(&'f str),
    /// Two words, and after how many letters of the form the second begins.
    Two { first: &'f str, second: &'static str, letters: usize },
    /// It is one word, and its apostrophes stand for nothing.
    Other,
}

/// What a form in lower case, with straight apostrophes, stands for.
pub(crate) fn contraction(form: &str) -> Contraction<'_> {
    let Some((head, tail)) = form.rsplit_once('\'') else {
        return match BARE.into_iter().find(|(bare, _)| *bare == form) {
            Some((_, (first, second))) => Contraction::Two { first: expand(first), second, letters: first.len() },
            None => Contraction::None,
        };
    };
    let (first, second) = match tail {
        "t" if head.ends_with('n') => (&head[..head.len() - 1], "not"),
        "re" => (head, "are"),
        "ve" => (head, "have"),
        "ll" => (head, "will"),
        "d" => (head, "would"),
        "m" => (head, "am"),
        "s" => match head {
            "let" => (head, "us"),
            "it" | "that" | "he" | "she" | "what" | "who" | "there" | "here" | "how" | "where" => (head, "is"),
            _ => return Contraction::Possessive(head),
        },
        _ => return Contraction::Other,
    };
    Contraction::Two { first: expand(first), second, letters: first.chars().count() }
}

/// A word of ASCII letters and apostrophes, in lower case and with straight apostrophes.
pub(crate) struct Straight {
    room: [u8; 32],
    len: usize,
    /// How many bytes the word has without the apostrophes at its end.
    pub trimmed: usize,
}

impl Straight {
    /// Reads a word that begins with a letter, if there is room for it and nothing else is in it.
    pub fn of(mut word: &[u8]) -> Option<Self> {
        let mut form = Self { room: [0; 32], len: 0, trimmed: 0 };
        let all = word.len();
        let mut len = 0;
        loop {
            let (byte, rest) = match word {
                [] => return Some(form),
                [0xe2, 0x80, 0x99, rest @ ..] | [b'\'', rest @ ..] => (b'\'', rest),
                [letter, rest @ ..] if letter.is_ascii_alphabetic() => (letter.to_ascii_lowercase(), rest),
                _ => return None,
            };
            *form.room.get_mut(len)? = byte;
            len += 1;
            word = rest;
            if byte != b'\'' {
                (form.len, form.trimmed) = (len, all - word.len());
            }
        }
    }

    pub fn text(&self) -> &str {
        str::from_utf8(&self.room[..self.len]).unwrap_or_default()
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

/// Contractions that people write without the apostrophe, with what is left of each when its end is cut off, and that end.
const BARE: [(&str, (&str, &str)); 14] = [
    ("dont", ("do", "not")),
    ("doesnt", ("does", "not")),
    ("didnt", ("did", "not")),
    ("cant", ("ca", "not")),
    ("wont", ("wo", "not")),
    ("isnt", ("is", "not")),
    ("wasnt", ("was", "not")),
    ("havent", ("have", "not")),
    ("ive", ("i", "have")),
    ("im", ("i", "am")),
    ("youve", ("you", "have")),
    ("youre", ("you", "are")),
    ("youll", ("you", "will")),
    ("cannot", ("can", "not")),
];

/// A plain word that is a contraction without its apostrophe.
#[inline]
pub(crate) fn bare_contraction(word: &PlainWord) -> Option<&'static str> {
    if !SIEVE.may_have(word.chunks[0]) {
        return None;
    }
    BARE.into_iter().map(|(bare, _)| bare).find(|bare| packed(bare) == word.chunks[0])
}

static SIEVE: Sieve = Sieve::of(&BARE);
