//! A token: what stands where in the original text.

use crate::span::Span;
use crate::vocabulary::{Kind, Word};

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
    /// The label of a link or button that calls the reader to act begins here.
    pub label: bool,
}
