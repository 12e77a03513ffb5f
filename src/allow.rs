//! What the user lets pass: phrases whose cues are left out, and senders whose mail is not judged.

use std::collections::{BTreeSet, HashMap};

use regex::Regex;

use crate::cue::Cue;
use crate::document::Document;
use crate::mime::sole_author;
use crate::span::Span;

/// A phrase longer than this many bytes is refused: it is a text and no phrase.
const MAX_PHRASE_BYTES: usize = 500;

/// The phrases and senders of an engine.
#[derive(Debug, Default)]
pub(crate) struct Allowed {
    pub phrases: Vec<Phrase>,
    pub senders: Vec<Sender>,
}

/// Words that count nothing where they stand together.
#[derive(Debug)]
pub(crate) struct Phrase(Regex);

/// Whose mail is not judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Sender {
    /// `ann@example.org`
    Address(String),
    /// `example.org`, and what ends in `.example.org`.
    Domain(String),
}

impl Allowed {
    /// The sender on the list who wrote a message, if its From names one author and that one is on it.
    pub fn author(&self, message: &[u8]) -> Option<&Sender> {
        if self.senders.is_empty() {
            return None;
        }
        let author = sole_author(message)?;
        self.senders.iter().find(|s| s.is(&author))
    }

    /// Takes out the cues that lie wholly within an allowed phrase, each with the number of that phrase. A cue that reaches
    /// beyond it needs words that nobody has allowed, and stays.
    pub fn leave_out(&self, document: &Document<'_>, cues: &mut Vec<Cue>) -> Vec<(Cue, usize)> {
        if self.phrases.is_empty() {
            return Vec::new();
        }
        let parts: BTreeSet<usize> = cues.iter().map(|c| c.part).collect();
        let mut left_out = Vec::new();
        for (number, Phrase(words)) in self.phrases.iter().enumerate() {
            let places = |part: &usize| {
                let found = words.find_iter(&document.parts[*part].text).map(|m| Span::new(m.start(), m.end()));
                (*part, found.collect::<Vec<_>>())
            };
            let places: HashMap<usize, Vec<Span>> = parts.iter().map(places).filter(|(_, found)| !found.is_empty()).collect();
            let is_within = |c: &mut Cue| {
                let places = places.get(&c.part).map_or(&[][..], Vec::as_slice);
                let next = places.partition_point(|p| p.end < c.span.end);
                places.get(next).is_some_and(|p| p.start <= c.span.start)
            };
            left_out.extend(cues.extract_if(.., is_within).map(|c| (c, number)));
        }
        left_out
    }
}

impl Phrase {
    /// Words in their order, in any case and over line breaks, with either kind of apostrophe.
    ///
    /// # Errors
    /// There is no word in it, or it is too long; the cause in words.
    pub fn new(phrase: &str) -> Result<Self, String> {
        if phrase.len() > MAX_PHRASE_BYTES {
            return Err(format!("a phrase has at most {MAX_PHRASE_BYTES} bytes"));
        }
        if !phrase.contains(char::is_alphanumeric) {
            return Err(format!("the phrase {phrase:?} has no word"));
        }
        let words: Vec<String> = phrase.split_whitespace().map(|w| regex::escape(w).replace(['\'', '’'], "['’]")).collect();
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let edge = |at_word: bool| if at_word { r"\b" } else { "" };
        let (before, after) = (edge(is_word(phrase.trim().chars().next())), edge(is_word(phrase.trim().chars().next_back())));
        Regex::new(&format!("(?i){before}{}{after}", words.join(r"\s+"))).map(Self).map_err(|e| e.to_string())
    }
}

impl Sender {
    /// An address, or a domain with all below it.
    ///
    /// # Errors
    /// It is neither; the cause in words.
    pub fn new(text: &str) -> Result<Self, String> {
        let lower = text.to_lowercase();
        let is_domain = |d: &str| {
            d.contains('.')
                && d.split('.').all(|l| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_'))
        };
        match lower.rsplit_once('@') {
            None if is_domain(&lower) => Ok(Sender::Domain(lower)),
            Some((local, domain)) if !local.is_empty() && !local.contains(char::is_whitespace) && is_domain(domain) => {
                Ok(Sender::Address(lower))
            }
            _ => Err(format!("{text:?} is neither an address (ann@example.org) nor a domain (example.org)")),
        }
    }

    /// Whether an address in lower case is this sender's.
    fn is(&self, author: &str) -> bool {
        match self {
            Sender::Address(address) => author == address,
            Sender::Domain(domain) => author
                .rsplit_once('@')
                .and_then(|(_, d)| d.strip_suffix(domain.as_str()))
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_words_in_order() {
        let finds = |phrase: &str, text: &str| Phrase::new(phrase).unwrap().0.is_match(text);
        assert!(finds("thank you for  your business", "Thank You\r\n for your BUSINESS."));
        assert!(finds("don't mention it", "Don’t mention it!"));
        assert!(finds("(free)", "it is (free) now"));
        assert!(!finds("free", "freedom"));
        assert!(!finds("a.b", "axb"));
        assert!(Phrase::new(" ... ").is_err());
        assert!(Phrase::new(&"a".repeat(501)).is_err());
    }

    #[test]
    fn domains_stand_for_what_is_below_them() {
        let domain = Sender::new("Example.org").unwrap();
        assert!(domain.is("a@example.org"));
        assert!(domain.is("a@mail.example.org"));
        assert!(!domain.is("a@badexample.org"));
        assert!(!domain.is("example.org@example.net"));
        let address = Sender::new("Ann@example.org").unwrap();
        assert!(address.is("ann@example.org"));
        assert!(!address.is("joanne@example.org"));
        for bad in ["", "org", "@example.org", "a b@example.org", "*", "example..org", "a@b", "*.example.org"] {
            assert!(Sender::new(bad).is_err(), "{bad}");
        }
    }
}
