//! Labels of links and buttons: which of them call the reader to act.
//!
//! A button always does. A link does where it stands alone, as a line or as the last sentence of one: within a sentence
//! the words around it say what is wanted, and links in a row are a menu.

use crate::span::Span;

/// So many links that follow each other without a word between them are a menu, not calls to act.
const MENU: usize = 3;

/// A link or button, numbered in the order of the markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Caller {
    number: usize,
    /// It is a button or looks like one.
    pub pressed: bool,
}

/// Links and buttons with where their labels stand in the text.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    count: usize,
    written: Vec<(Caller, Span)>,
}

impl Calls {
    /// The next link or button.
    pub fn next(&mut self, pressed: bool) -> Caller {
        self.count += 1;
        Caller { number: self.count, pressed }
    }

    /// Text was written that belongs to its label.
    pub fn write(&mut self, caller: Caller, span: Span) {
        match self.written.last_mut() {
            Some((last, label)) if *last == caller => label.end = span.end,
            _ => self.written.push((caller, span)),
        }
    }

    /// The labels that call the reader to act, in order.
    pub fn labels(&self, text: &str) -> Vec<Span> {
        let trimmed = self.written.iter().map(|(caller, span)| (*caller, trimmed(text, *span)));
        let alone: Vec<(Caller, Span)> = trimmed.filter(|(_, span)| !span.is_empty() && stands_alone(text, *span)).collect();
        let follows = |a: &(Caller, Span), b: &(Caller, Span)| {
            !a.0.pressed && !b.0.pressed && !text[a.1.end..b.1.start].contains(char::is_alphanumeric)
        };
        alone.chunk_by(follows).filter(|row| row.len() < MENU).flatten().map(|(_, span)| *span).collect()
    }
}

/// The span without what is neither a letter nor a number at its ends.
fn trimmed(text: &str, span: Span) -> Span {
    let label = span.of(text);
    let body = label.trim_start_matches(|c: char| !is_word(c));
    let start = span.end - body.len();
    Span::new(start, start + body.trim_end_matches(|c: char| !is_word(c)).len())
}

/// What a label may begin or end with.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || "$\u{a3}\u{20ac}%".contains(c)
}

/// On one line, at whose end it stands, and after nothing or a whole sentence.
fn stands_alone(text: &str, label: Span) -> bool {
    if label.of(text).contains('\n') {
        return false;
    }
    // Beside it may stand an arrow, a bullet or a bracket.
    let after = text[label.end..].chars().find(|c| *c == '\n' || is_word(*c));
    let before = text[..label.start].chars().rev().find(|c| is_word(*c) || matches!(c, '\n' | '.' | '!' | '?' | ':'));
    matches!(after, None | Some('\n')) && !before.is_some_and(is_word)
}

/// Whether a link's target asks nothing of whoever follows it: a place on the same page, an address to write to, the way out
/// of a list, a page of a social network.
pub(crate) fn leads_nowhere(target: &str) -> bool {
    const SCHEMES: &[&str] = &["#", "mailto:", "tel:", "sms:", "cid:"];
    const WAYS: &[&str] = &["unsubscribe", "optout", "opt-out", "opt_out", "preferences", "privacy"];
    const NETWORKS: &[&str] = &[
        "facebook.com",
        "twitter.com",
        "x.com",
        "linkedin.com",
        "instagram.com",
        "youtube.com",
        "pinterest.com",
        "tiktok.com",
        "play.google.com",
        "apps.apple.com",
        "itunes.apple.com",
    ];
    let target = target.trim().to_ascii_lowercase();
    let host = target.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(""));
    let is_in = |network: &&str| host.strip_suffix(*network).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    target.is_empty()
        || SCHEMES.iter().any(|s| target.starts_with(s))
        || WAYS.iter().any(|w| target.contains(w))
        || NETWORKS.iter().any(is_in)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_targets_ask_nothing() {
        for target in ["#top", "mailto:a@b.example", "https://a.example/unsubscribe?x=1", "https://www.facebook.com/a", ""] {
            assert!(leads_nowhere(target), "{target}");
        }
        for target in ["https://a.example/x", "//a.example", "https://netflix.com/", "a.html"] {
            assert!(!leads_nowhere(target), "{target}");
        }
    }
}
