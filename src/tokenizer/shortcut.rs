//! The short ways: words of plain letters, and chunks of which it is known what all their characters mean.

use super::Tokenizer;
use crate::chunk::{Chunk, space_at, trailing, word_end};
use crate::contraction::{Straight, bare_contraction};
use crate::plain::{PlainWord, letters};
use crate::span::Span;
use crate::token::Token;
use crate::vocabulary::{Kind, Words};

impl<W: Words> Tokenizer<'_, W> {
    /// Adds the word of plain letters that begins at `at` and ends before white space, with no more than punctuation after
    /// it. Returns what comes after that white space.
    #[inline]
    pub fn plain_word(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        match letters(bytes, at) {
            (_, 0) => None,
            (chunk, 8) => self.long_word(bytes, at, chunk),
            (chunk, len) => self.trailed(bytes, at, &PlainWord::short(chunk, len)),
        }
    }

    /// The same for a word of eight letters or more, apart, so that the others are not held up by the room that it needs.
    #[inline(never)]
    fn long_word(&mut self, bytes: &[u8], at: usize, first: u64) -> Option<usize> {
        self.trailed(bytes, at, &PlainWord::read_long(bytes, at, first)?)
    }

    #[inline(always)]
    fn trailed(&mut self, bytes: &[u8], at: usize, plain: &PlainWord) -> Option<usize> {
        let stop = at + plain.len;
        let (end, parted) = trailing(bytes, stop)?;
        self.add_plain(Span::new(at, stop), plain, self.parted);
        self.parted = parted;
        Some(end + 1)
    }

    /// Adds a word of plain letters.
    #[inline(always)]
    pub fn add_plain(&mut self, span: Span, plain: &PlainWord, after_break: bool) {
        if let Some(form) = bare_contraction(plain) {
            self.contraction(span, form, after_break);
            return;
        }
        let word = self.words.plain_word(plain);
        let kind = if word.number { Kind::Number } else { Kind::Word };
        self.note_single(plain.len == 1);
        if word.number {
            self.note_sum();
        }
        self.tokens.push(Token { span, kind, word, disguised: false, after_break, label: false });
    }

    /// Adds the tokens of the chunk that begins at `at`, or passes white space, if it is known what its characters mean.
    /// Returns where it ends.
    pub fn plain_chunk(&mut self, bytes: &[u8], at: usize) -> Option<usize> {
        let space = space_at(bytes, at);
        if space > 0 {
            return Some(at + space);
        }
        let chunk = Chunk::read(bytes, at)?;
        if chunk.is_empty() {
            self.parted |= chunk.parts_after() && self.tokens.len() > self.first;
            return Some(chunk.end);
        }
        if chunk.is_numbers() && chunk.is_one_number() {
            self.push(chunk.body, Kind::Number, chunk.opens());
        } else if chunk.is_numbers() || chunk.is_words(bytes) {
            self.plain_pieces(&bytes[..chunk.body.end], chunk.body.start, chunk.opens());
        } else {
            self.body(chunk.body, chunk.opens());
        }
        self.parted = chunk.parts_after();
        Some(chunk.end)
    }

    /// Adds words, or numbers, with punctuation between them.
    fn plain_pieces(&mut self, bytes: &[u8], start: usize, breaks: bool) {
        let mut at = start;
        while at < bytes.len() {
            if !bytes[at].is_ascii_alphanumeric() {
                at += 1;
                continue;
            }
            let end = word_end(bytes, at);
            let span = Span::new(at, end);
            match PlainWord::read(bytes, at) {
                Some(plain) if plain.len == span.len() => self.add_plain(span, &plain, breaks || self.gap_breaks(at)),
                _ => match Straight::of(&bytes[at..end]) {
                    Some(form) => self.contraction(Span::new(at, at + form.trimmed), form.text(), breaks),
                    None => self.piece(span, breaks),
                },
            }
            at = end;
        }
    }
}
