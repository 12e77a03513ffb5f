//! What a chunk, the text between white space, is made of: enough to tell the common kinds of it at one reading.

use crate::span::Span;

/// Kinds of characters, one bit each.
pub(crate) type Class = u16;
const LETTER: Class = 1;
const DIGIT: Class = 1 << 1;
/// It stands inside words.
const APOSTROPHE: Class = 1 << 2;
/// It parts clauses.
const PARTS: Class = 1 << 3;
/// It parts clauses if words follow it in its chunk.
const OPENS: Class = 1 << 4;
/// It may stand for a letter.
const LEET: Class = 1 << 5;
const AT: Class = 1 << 6;
const DOT: Class = 1 << 7;
const SLASH: Class = 1 << 8;
/// Punctuation that does not stand inside a number.
const OUTSIDE_NUMBERS: Class = 1 << 9;
const SPACE: Class = 1 << 10;
/// Its chunk has to be read with care.
const OTHER: Class = 1 << 11;

/// A chunk of ASCII characters and of the commonest punctuation beyond them.
pub(crate) struct Chunk {
    /// From the first letter or digit to the last; empty if there is none.
    pub body: Span,
    pub end: usize,
    before: Class,
    inside: Class,
    after: Class,
}

impl Chunk {
    /// The chunk that begins at `at`, if it is known all of it what its characters mean.
    pub fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let mut chunk = Self { body: Span::new(at, at), end: at, before: 0, inside: 0, after: 0 };
        while let Some(byte) = bytes.get(chunk.end) {
            let class = CLASSES[usize::from(*byte)];
            if class & (LETTER | DIGIT) != 0 {
                if chunk.inside == 0 {
                    (chunk.before, chunk.after) = (chunk.after, 0);
                    chunk.body.start = chunk.end;
                }
                chunk.inside |= chunk.after | class;
                chunk.after = 0;
                chunk.end += 1;
                chunk.body.end = chunk.end;
            } else if class & (SPACE | OTHER) == 0 {
                chunk.after |= class;
                chunk.end += 1;
            } else {
                match class_at(bytes, chunk.end) {
                    (SPACE, _) => break,
                    (OTHER, _) => return None,
                    (class, len) => {
                        chunk.after |= class;
                        chunk.end += len;
                    }
                }
            }
        }
        Some(chunk)
    }

    /// Whether it has no letters and digits.
    pub fn is_empty(&self) -> bool {
        self.inside == 0
    }

    /// Whether it is made of words with punctuation between them, if any: no address, and nothing that stands for letters.
    pub fn is_words(&self, bytes: &[u8]) -> bool {
        let first = bytes[self.body.start].to_ascii_lowercase();
        let address = match self.inside & (DOT | SLASH) {
            0 => false,
            DOT | SLASH => matches!(first, b'h' | b'w'),
            _ => true,
        };
        // "e-mail" is one word.
        self.inside & (DIGIT | LEET) == 0 && !address && !(first == b'e' && bytes.get(self.body.start + 1) == Some(&b'-'))
    }

    /// Whether it is made of numbers with punctuation between them, if any.
    pub fn is_numbers(&self) -> bool {
        self.inside & (LETTER | AT | APOSTROPHE) == 0
    }

    /// Whether such numbers are one.
    pub fn is_one_number(&self) -> bool {
        self.inside & OUTSIDE_NUMBERS == 0
    }

    /// Whether what stands before its body parts clauses, wherever it stands.
    pub fn opens(&self) -> bool {
        self.before & OPENS != 0
    }

    /// Whether what stands after its body parts that from what comes next.
    pub fn parts_after(&self) -> bool {
        self.after & PARTS != 0
    }
}

/// Whether punctuation that parts clauses is among these bytes.
pub(crate) fn parts_clauses(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        let (class, len) = class_at(bytes, at);
        if class & PARTS != 0 {
            return true;
        }
        at += len;
    }
    false
}

/// Whether this byte is white space.
#[inline]
pub(crate) fn is_space(byte: u8) -> bool {
    CLASSES[usize::from(byte)] == SPACE
}

/// Where the ASCII punctuation ends that stands after a word, and whether it parts clauses, if white space follows it.
#[inline]
pub(crate) fn trailing(bytes: &[u8], at: usize) -> Option<(usize, bool)> {
    let (mut end, mut seen) = (at, 0);
    while let Some(byte) = bytes.get(end) {
        let class = CLASSES[usize::from(*byte)];
        if class & (LETTER | DIGIT | SPACE | OTHER) != 0 {
            if class != SPACE {
                return None;
            }
            break;
        }
        seen |= class;
        end += 1;
    }
    Some((end, seen & PARTS != 0))
}

/// Where a word ends that begins at `at`.
pub(crate) fn word_end(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    while end < bytes.len() {
        let (class, len) = class_at(bytes, end);
        if class & (LETTER | DIGIT | APOSTROPHE) == 0 {
            break;
        }
        end += len;
    }
    end
}

/// How many bytes of white space stand at `at`, if it is of the common kinds.
pub(crate) fn space_at(bytes: &[u8], at: usize) -> usize {
    match class_at(bytes, at) {
        (SPACE, len) => len,
        _ => 0,
    }
}

/// The class of the character at `at`, and how many bytes it has.
fn class_at(bytes: &[u8], at: usize) -> (Class, usize) {
    let class = CLASSES[usize::from(bytes[at])];
    if class != OTHER || bytes[at].is_ascii() {
        return (class, 1);
    }
    match bytes[at..] {
        [0xc2, 0xa0, ..] => (SPACE, 2),
        [0xe2, 0x80, last, ..] => (general_punctuation(last), 3),
        _ => (OTHER, 1),
    }
}

/// The class of U+2000 to U+203F, by the last byte.
fn general_punctuation(last: u8) -> Class {
    match last {
        // Dashes.
        0x93 | 0x94 => PARTS | OPENS | OUTSIDE_NUMBERS,
        // ‘
        0x98 => OUTSIDE_NUMBERS,
        // ’
        0x99 => APOSTROPHE | OUTSIDE_NUMBERS,
        // “
        0x9c => OPENS | OUTSIDE_NUMBERS,
        // ” • …
        0x9d | 0xa2 | 0xa6 => OUTSIDE_NUMBERS,
        _ => OTHER,
    }
}

/// The classes of ASCII characters; what is beyond needs a closer look.
const CLASSES: [Class; 256] = {
    let mut classes = [OTHER; 256];
    let mut byte = 0;
    while byte < 128 {
        classes[byte as usize] = class_of(byte);
        byte += 1;
    }
    classes
};

const fn class_of(byte: u8) -> Class {
    match byte {
        b' ' | b'\t'..=b'\r' => SPACE,
        b'a'..=b'z' | b'A'..=b'Z' => LETTER,
        b'0'..=b'9' => DIGIT,
        b'.' => DOT,
        b',' => PARTS,
        b'\'' | b'`' => APOSTROPHE | OUTSIDE_NUMBERS,
        b'/' => SLASH | OUTSIDE_NUMBERS,
        b'@' => AT | LEET | OUTSIDE_NUMBERS,
        b'!' | b'*' => LEET | OUTSIDE_NUMBERS,
        b'|' => LEET | PARTS | OUTSIDE_NUMBERS,
        b'(' | b':' | b';' => PARTS | OPENS | OUTSIDE_NUMBERS,
        b')' => PARTS | OUTSIDE_NUMBERS,
        b'[' | b'-' | b'"' => OPENS | OUTSIDE_NUMBERS,
        // They make sums and shares of numbers.
        b'$' | b'%' => OTHER,
        b'!'..=b'~' => OUTSIDE_NUMBERS,
        _ => OTHER,
    }
}
