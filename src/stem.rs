//! Stems of words of plain letters: Porter's second English algorithm, in place.
//!
//! `rust-stemmers` allocates at every change and takes a microsecond for a word. It says what is right: the tests hold the
//! stems of all sorts of words against those that it finds, and other words than plain ones are left to it.

use crate::ending::{Ends, STEP_2, STEP_3, STEP_4, Step};
use crate::plain::{PlainWord, Sieve, packed};

/// The stem of a word.
#[inline]
pub(crate) fn stem(word: &PlainWord) -> PlainWord {
    if word.len > 2 && ENDS.has(word.tail()) { changed(word) } else { *word }
}

/// The stem of a word of three letters or more.
fn changed(word: &PlainWord) -> PlainWord {
    if IRREGULAR.may_have(word.chunks[0])
        && let Some(stem) = irregular(word)
    {
        return stem;
    }
    let mut letters = Letters::new(*word);
    letters.step_1a();
    letters.step_1b();
    letters.step_1c();
    letters.change(&STEP_2);
    letters.change(&STEP_3);
    letters.change(&STEP_4);
    letters.step_5();
    letters.word.truncate(letters.word.len);
    letters.word
}

const ANY: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

/// The ends of words that some step changes.
static ENDS: Ends = Ends::new(&[
    (b'c', b"i"),
    (b'd', b"e"),
    (b'e', ANY),
    (b'g', b"n"),
    (b'i', b"cglt"),
    (b'l', b"alu"),
    (b'm', b"s"),
    (b'n', b"o"),
    (b'r', b"eo"),
    (b's', ANY),
    (b't', b"n"),
    (b'y', b"bcdfghjklmnpqrstvwxyz"),
]);

/// A word while its endings are taken off. What they leave behind its end is not wiped away at each step.
struct Letters {
    word: PlainWord,
    /// Its [tail](PlainWord::tail), which every step asks for and few change.
    tail: u64,
    /// A bit for each vowel. A y is one after a consonant.
    vowels: u32,
    /// Where the regions begin of which the algorithm speaks: each after the first consonant that follows a vowel.
    r1: usize,
    r2: usize,
}

impl Letters {
    #[inline]
    fn new(word: PlainWord) -> Self {
        let (mut vowels, mut ys) = (0, 0);
        for (i, chunk) in word.used().enumerate() {
            vowels |= places(chunk, b"aeiou") << (8 * i);
            ys |= places(chunk, b"y") << (8 * i);
        }
        while ys != 0 {
            let at = ys.trailing_zeros();
            vowels |= (!vowels << 1 & 1 << at) & !1;
            ys &= ys - 1;
        }
        let region = |from: usize| after(!vowels, after(vowels, from)).min(word.len);
        let prefix = REGION_AFTER.iter().find(|(letters, len)| word.chunks[0] & !(u64::MAX << (8 * len)) == *letters);
        let r1 = prefix.map_or_else(|| region(0), |(_, len)| *len);
        Self { word, tail: word.tail(), vowels, r1, r2: region(r1) }
    }

    #[inline]
    fn last(&self) -> u8 {
        (self.tail >> 56) as u8
    }

    #[inline]
    fn ends_with(&self, ending: &str) -> bool {
        packed(ending) == self.tail >> (64 - 8 * ending.len())
    }

    /// Leaves the first `len` letters.
    #[inline]
    fn truncate(&mut self, len: usize) {
        self.word.len = len;
        self.tail = self.word.tail();
    }

    /// Puts letters in the place of those from `start` on.
    fn replace(&mut self, start: usize, by: &[u8]) {
        self.word.len = start;
        for letter in by {
            let vowel = u32::from(matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u'));
            self.vowels = self.vowels & !(1 << self.word.len) | vowel << self.word.len;
            self.word.push(*letter);
        }
        self.tail = self.word.tail();
    }

    fn is_vowel(&self, at: usize) -> bool {
        self.vowels >> at & 1 == 1
    }

    fn has_vowel_before(&self, end: usize) -> bool {
        self.vowels & !(u32::MAX << end) != 0
    }

    /// Whether a short syllable ends the word without its last letters from `end` on.
    fn ends_short(&self, end: usize) -> bool {
        if end < 2 || !self.is_vowel(end - 2) || self.is_vowel(end - 1) {
            return false;
        }
        // A y that is a consonant shuts no syllable, like w and x.
        end == 2 || !self.is_vowel(end - 3) && !matches!(self.word.letter(end - 1), b'w' | b'x' | b'y')
    }

    /// Plurals.
    #[inline]
    fn step_1a(&mut self) {
        let len = self.word.len;
        let kept = match self.last() {
            b's' if self.ends_with("sses") => len - 2,
            b's' | b'd' if self.ends_with("ies") || self.ends_with("ied") => {
                if len > 4 {
                    len - 2
                } else {
                    len - 1
                }
            }
            b's' if !self.ends_with("ss") && !self.ends_with("us") && self.has_vowel_before(len - 2) => len - 1,
            _ => return,
        };
        self.truncate(kept);
    }

    /// Past and progressive forms.
    #[inline]
    fn step_1b(&mut self) {
        // How many letters go, and whether they are those after the "ee" of "agreed".
        let (gone, after_ee) = match self.last() {
            b'd' if self.ends_with("eed") => (1, true),
            b'd' if self.ends_with("ed") => (2, false),
            b'g' if self.ends_with("ing") => (3, false),
            b'y' if self.ends_with("eedly") => (3, true),
            b'y' if self.ends_with("edly") => (4, false),
            b'y' if self.ends_with("ingly") => (5, false),
            _ => return,
        };
        let stays = self.word.len <= 8 && STAYS.contains(&(self.tail >> (64 - 8 * self.word.len)));
        if !stays {
            self.without_form(self.word.len - gone, after_ee);
        }
    }

    /// Takes off what makes a form of a verb, from `start` on, and mends what is left.
    fn without_form(&mut self, start: usize, after_ee: bool) {
        if after_ee {
            if start >= self.r1 + 2 {
                self.truncate(start);
            }
            return;
        }
        if !self.has_vowel_before(start) {
            return;
        }
        self.truncate(start);
        let (before, last) = (self.tail >> 48 & 0xff, self.last());
        if ["at", "bl", "iz"].map(packed).contains(&(self.tail >> 48)) {
            self.replace(start, b"e");
        } else if before == u64::from(last) && b"bdfgmnprt".contains(&last) {
            self.truncate(start - 1);
        } else if start == self.r1 && self.ends_short(start) {
            self.replace(start, b"e");
        }
    }

    /// "cry" and "cries" have one stem; "by" and "say" keep their y.
    fn step_1c(&mut self) {
        let len = self.word.len;
        if self.last() == b'y' && len > 2 && !self.is_vowel(len - 2) {
            self.replace(len - 1, b"i");
        }
    }

    /// Takes off or changes the first ending of a step that the word has, if it stands where it may be changed.
    #[inline(always)]
    fn change(&mut self, step: &Step) {
        if step.may_change(self.tail) {
            self.change_ending(step);
        }
    }

    fn change_ending(&mut self, step: &Step) {
        let tail = self.tail;
        let Some(ending) = step.ending(tail) else { return };
        let start = self.word.len - ending.len;
        let region = if ending.in_r2 { self.r2 } else { self.r1 };
        let before = (tail << (8 * ending.len) >> 56) as u8;
        if start >= region && (ending.after.is_empty() || ending.after.contains(&before)) {
            self.replace(start, ending.to);
        }
    }

    /// A silent e, and the second l of two.
    fn step_5(&mut self) {
        let start = self.word.len - 1;
        let goes = match self.last() {
            b'e' => start >= self.r2 || start >= self.r1 && !self.ends_short(start),
            b'l' => start >= self.r2 && self.ends_with("ll"),
            _ => false,
        };
        if goes {
            self.truncate(start);
        }
    }
}

/// A bit for each of eight letters that is one of these.
fn places(chunk: u64, letters: &[u8]) -> u32 {
    const ONES: u64 = 0x0101_0101_0101_0101;
    // A letter has no high bit, so that adding carries into that of its byte, and no further, unless it is the one.
    let others = letters.iter().fold(u64::MAX, |others, letter| others & ((chunk ^ (ONES * u64::from(*letter))) + ONES * 0x7f));
    // Each factor moves the bit of one byte to the uppermost byte.
    ((!others >> 7 & ONES).wrapping_mul(0x0102_0408_1020_4080) >> 56) as u32
}

/// One more than the place of the first bit from `from` on, or more than a word is long. `from` is at most 33.
fn after(bits: u32, from: usize) -> usize {
    let rest = (u64::from(bits) | 1 << 32) >> from;
    from + rest.trailing_zeros() as usize + 1
}

/// Beginnings that the first region comes right after, with their lengths.
const REGION_AFTER: [(u64, usize); 3] = [(packed("gener"), 5), (packed("commun"), 6), (packed("arsen"), 5)];

/// Words that keep what looks like an ending, once a plural's s is off.
const STAYS: [u64; 8] = [
    packed("inning"),
    packed("outing"),
    packed("canning"),
    packed("herring"),
    packed("earring"),
    packed("proceed"),
    packed("exceed"),
    packed("succeed"),
];

/// Words that follow no rule, none of which has more than eight letters, and their stems.
const STEMS: [(&str, &str); 18] = [
    ("skis", "ski"),
    ("skies", "sky"),
    ("dying", "die"),
    ("lying", "lie"),
    ("tying", "tie"),
    ("idly", "idl"),
    ("gently", "gentl"),
    ("ugly", "ugli"),
    ("early", "earli"),
    ("only", "onli"),
    ("singly", "singl"),
    ("sky", "sky"),
    ("news", "news"),
    ("howe", "howe"),
    ("atlas", "atlas"),
    ("cosmos", "cosmos"),
    ("bias", "bias"),
    ("andes", "andes"),
];

static IRREGULAR: Sieve = Sieve::of(&STEMS);

/// The stem of a word that follows no rule.
fn irregular(word: &PlainWord) -> Option<PlainWord> {
    let (_, stem) = STEMS.into_iter().find(|(form, _)| packed(form) == word.chunks[0])?;
    PlainWord::read(stem.as_bytes(), 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_stemmers::{Algorithm, Stemmer};

    use super::*;

    /// Holds a stem against the one that `rust-stemmers` finds.
    fn compare(word: &str) {
        let Some(plain) = PlainWord::read(word.as_bytes(), 0).filter(|p| p.len == word.len()) else { return };
        let stem = stem(&plain);
        let bytes = stem.bytes();
        let stem_text = str::from_utf8(&bytes[..stem.len]).unwrap();
        assert_eq!(stem_text, Stemmer::create(Algorithm::English).stem(word), "{word}");
        assert!(bytes[stem.len..].iter().all(|b| *b == 0), "{word}");
    }

    /// Every ending that a step knows, and some letters that stand at the borders between vowels and consonants.
    const ENDINGS: &[&str] = &[
        "s", "es", "ies", "ied", "sses", "ss", "us", "ed", "eed", "ing", "edly", "eedly", "ingly", "y", "ly", "ency", "ancy",
        "ogy", "logy", "bly", "ably", "ally", "fully", "lessly", "ously", "ently", "ality", "bility", "ivity", "tional",
        "ational", "alism", "ation", "ization", "izer", "ator", "iveness", "fulness", "ousness", "icate", "ative", "alize",
        "icity", "ical", "ful", "ness", "ic", "ance", "ence", "able", "ible", "ate", "ive", "ize", "ity", "al", "ism", "ion",
        "sion", "tion", "er", "ous", "ant", "ent", "ment", "ement", "e", "l", "ll", "bb", "dd", "ff", "gg", "bl", "mm", "nn",
        "pp", "rr", "at", "tt", "iz", "i", "li", "w", "x", "ay", "yy",
    ];

    #[test]
    fn stems_are_those_of_the_crate() {
        let roots = "a b ab ba hop hopp bay say y yy by boy ski skis skies sky dying lying tying idly gently ugly early only singly \
                     andes atlas bias cosmos howe news inning outing canning herring earring proceed exceed succeed arsen commun \
                     gener genera general arsenal community us as is gas this kiwi owe ow tow snow box fix fizz fizzl troubl \
                     conflat fail fall hiss fil hesit relat condit ration val hes dig conform radic differ vil ana vietnam \
                     predic oper feudal decis hope callous formal sensit sensib triplic formaliz electr goodn reviv allow infer \
                     airlin gyroscop adjust defens irrit replac depend adopt homolog activ effect bowdler prob rat ceas control \
                     roll love lov beauti ied tied die die cri yes yet eye yellow";
        for root in roots.split_whitespace() {
            compare(root);
            for first in ENDINGS {
                compare(&format!("{root}{first}"));
                ENDINGS.iter().for_each(|second| compare(&format!("{root}{first}{second}")));
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, ..ProptestConfig::default() })]

        #[test]
        fn stems_of_any_letters_are_those_of_the_crate(
            root in "[a-z]{0,9}|[aeiouyblnst]{0,9}",
            endings in prop::collection::vec(prop::sample::select(ENDINGS), 0..4),
        ) {
            compare(&format!("{root}{}", endings.concat()));
        }
    }
}
