//! Stems of words of plain letters: Porter's second English algorithm, in place.
//!
//! `rust-stemmers` allocates at every change and takes a microsecond for a word. It says what is right: the tests hold the
//! stems of all sorts of words against those that it finds, and other words than plain ones are left to it.

use crate::plain::{PlainWord, packed};

/// The stem of a word.
pub(crate) fn stem(word: &PlainWord) -> PlainWord {
    let last = word.last();
    if word.len < 3 || !may_change(last) {
        return *word;
    }
    if let Some(stem) = irregular(word) {
        return stem;
    }
    let mut letters = Letters::new(word);
    letters.step_1a();
    letters.step_1b();
    letters.step_1c();
    letters.change(step_2(letters.last()));
    letters.change(step_3(letters.last()));
    letters.change(step_4(letters.last()));
    letters.step_5();
    letters.plain()
}

/// Whether some step changes words with this last letter.
fn may_change(last: u8) -> bool {
    matches!(last, b'c' | b'd' | b'e' | b'g' | b'i' | b'l'..=b'n' | b'r'..=b't' | b'y')
}

/// Room before a word, so that its last eight bytes can always be read.
const MARGIN: usize = 8;

/// A word while its endings are taken off.
struct Letters {
    /// The word, with zeros before it.
    room: [u8; MARGIN + 32],
    len: usize,
    /// A bit for each vowel. A y is one after a consonant.
    vowels: u32,
    /// Where the regions begin of which the algorithm speaks: each after the first consonant that follows a vowel.
    r1: usize,
    r2: usize,
}

impl Letters {
    fn new(word: &PlainWord) -> Self {
        let mut room = [0; MARGIN + 32];
        room[MARGIN..].copy_from_slice(&word.bytes());
        let (mut vowels, mut ys) = (0, 0);
        for (at, byte) in room[MARGIN..][..word.len].iter().enumerate() {
            vowels |= u32::from(is_vowel(*byte)) << at;
            ys |= u32::from(*byte == b'y') << at;
        }
        while ys != 0 {
            let at = ys.trailing_zeros();
            vowels |= (!vowels << 1 & 1 << at) & !1;
            ys &= ys - 1;
        }
        let region = |from: usize| after(!vowels, after(vowels, from)).min(word.len);
        let prefix = REGION_AFTER.iter().find(|p| room[MARGIN..].starts_with(p));
        let r1 = prefix.map_or_else(|| region(0), |p| p.len());
        Self { room, len: word.len, vowels, r1, r2: region(r1) }
    }

    fn plain(&self) -> PlainWord {
        PlainWord::of(&self.room[MARGIN..].try_into().unwrap_or_default(), self.len)
    }

    fn word(&self) -> &[u8] {
        &self.room[MARGIN..][..self.len]
    }

    fn last(&self) -> u8 {
        self.room[MARGIN + self.len - 1]
    }

    /// Puts letters in the place of those from `start` on; there are never more of them.
    fn replace(&mut self, start: usize, by: &[u8]) {
        self.len = start;
        for byte in by {
            self.room[MARGIN + self.len] = *byte;
            self.vowels = self.vowels & !(1 << self.len) | u32::from(is_vowel(*byte)) << self.len;
            self.len += 1;
        }
    }

    fn is_vowel(&self, at: usize) -> bool {
        self.vowels >> at & 1 == 1
    }

    fn has_vowel_before(&self, end: usize) -> bool {
        self.vowels & !(u32::MAX << end) != 0
    }

    /// Whether a short syllable ends at `end`.
    fn ends_short(&self, end: usize) -> bool {
        if end < 2 || !self.is_vowel(end - 2) || self.is_vowel(end - 1) {
            return false;
        }
        // A y that is a consonant shuts no syllable, like w and x.
        end == 2 || !self.is_vowel(end - 3) && !matches!(self.room[MARGIN + end - 1], b'w' | b'x' | b'y')
    }

    /// Plurals.
    fn step_1a(&mut self) {
        match self.word() {
            [.., b's', b's', b'e', b's'] | [_, _, .., b'i', b'e', b's' | b'd'] => self.len -= 2,
            [.., b'i', b'e', b's' | b'd'] => self.len -= 1,
            [.., b's' | b'u', b's'] => {}
            [.., b's'] if self.has_vowel_before(self.len - 2) => self.len -= 1,
            _ => {}
        }
    }

    /// Past and progressive forms.
    fn step_1b(&mut self) {
        let word = self.word();
        let (start, double) = match word {
            [start @ .., b'e', b'e', b'd'] | [start @ .., b'e', b'e', b'd', b'l', b'y'] => (start.len(), true),
            [start @ .., b'e', b'd'] | [start @ .., b'e', b'd', b'l', b'y'] => (start.len(), false),
            [start @ .., b'i', b'n', b'g'] | [start @ .., b'i', b'n', b'g', b'l', b'y'] => (start.len(), false),
            _ => return,
        };
        if STAYS.contains(&word) {
            return;
        }
        if double {
            if start >= self.r1 {
                self.len = start + 2;
            }
            return;
        }
        if !self.has_vowel_before(start) {
            return;
        }
        self.len = start;
        match *self.word() {
            [.., b'a', b't'] | [.., b'b', b'l'] | [.., b'i', b'z'] => self.replace(start, b"e"),
            [.., b, c] if b == c && b"bdfgmnprt".contains(&c) => self.len -= 1,
            _ if start == self.r1 && self.ends_short(start) => self.replace(start, b"e"),
            _ => {}
        }
    }

    /// "cry" and "cries" have one stem; "by" and "say" keep their y.
    fn step_1c(&mut self) {
        if self.len > 2 && self.last() == b'y' && !self.is_vowel(self.len - 2) {
            self.replace(self.len - 1, b"i");
        }
    }

    /// Takes off or changes the first of these endings that the word has, if it stands where it may be changed.
    fn change(&mut self, endings: &[Ending]) {
        let tail = self.room[self.len..].first_chunk().map_or(0, |tail| u64::from_le_bytes(*tail));
        let Some(ending) = endings.iter().find(|e| e.tail == tail >> (64 - 8 * e.len)) else { return };
        let start = self.len - ending.len;
        let region = if ending.in_r2 { self.r2 } else { self.r1 };
        if start >= region && (ending.after.is_empty() || ending.after.contains(&self.room[MARGIN + start - 1])) {
            self.replace(start, ending.to);
        }
    }

    /// A silent e, and the second l of two.
    fn step_5(&mut self) {
        let start = self.len - 1;
        let goes = match self.last() {
            b'e' => start >= self.r2 || start >= self.r1 && !self.ends_short(start),
            b'l' => start >= self.r2 && self.room[MARGIN + start - 1] == b'l',
            _ => false,
        };
        if goes {
            self.len = start;
        }
    }
}

/// Whether a letter is a vowel wherever it stands.
fn is_vowel(letter: u8) -> bool {
    const VOWELS: u32 = 1 << (b'a' & 31) | 1 << (b'e' & 31) | 1 << (b'i' & 31) | 1 << (b'o' & 31) | 1 << (b'u' & 31);
    VOWELS >> (letter & 31) & 1 == 1
}

/// One more than the place of the first bit from `from` on, or more than a word is long.
fn after(bits: u32, from: usize) -> usize {
    (bits & u32::MAX.checked_shl(from as u32).unwrap_or(0)).trailing_zeros() as usize + 1
}

/// Beginnings that the first region comes right after.
const REGION_AFTER: [&[u8]; 3] = [b"gener", b"commun", b"arsen"];

/// An ending, what stands in its place afterwards, and when.
struct Ending {
    /// Its letters as one number.
    tail: u64,
    len: usize,
    to: &'static [u8],
    /// One of these letters stands before it, if there are any.
    after: &'static [u8],
    in_r2: bool,
}

const fn ending(from: &str, to: &'static str) -> Ending {
    Ending { tail: packed(from), len: from.len(), to: to.as_bytes(), after: b"", in_r2: false }
}

impl Ending {
    const fn after(self, after: &'static [u8]) -> Self {
        Self { after, ..self }
    }

    const fn in_r2(self) -> Self {
        Self { in_r2: true, ..self }
    }
}

/// The endings that a step changes, by the last letter; the longest first of those that have one end.
macro_rules! step {
    ($name:ident: $($last:literal [$($ending:expr),*])*) => {
        fn $name(last: u8) -> &'static [Ending] {
            match last {
                $($last => const { &[$($ending),*] },)*
                _ => &[],
            }
        }
    };
}

step! { step_2:
    b'i' [
        ending("fulli", "ful"), ending("lessli", "less"), ending("ousli", "ous"), ending("entli", "ent"),
        ending("abli", "able"), ending("alli", "al"), ending("bli", "ble"),
        ending("li", "").after(b"cdeghkmnrt"), ending("biliti", "ble"), ending("aliti", "al"), ending("iviti", "ive"),
        ending("anci", "ance"), ending("enci", "ence"), ending("ogi", "og").after(b"l")
    ]
    b'l' [ending("ational", "ate"), ending("tional", "tion")]
    b'm' [ending("alism", "al")]
    b'n' [ending("ization", "ize"), ending("ation", "ate")]
    b'r' [ending("izer", "ize"), ending("ator", "ate")]
    b's' [ending("iveness", "ive"), ending("fulness", "ful"), ending("ousness", "ous")]
}

step! { step_3:
    b'e' [ending("icate", "ic"), ending("ative", "").in_r2(), ending("alize", "al")]
    b'i' [ending("iciti", "ic")]
    b'l' [ending("ational", "ate"), ending("tional", "tion"), ending("ical", "ic"), ending("ful", "")]
    b's' [ending("ness", "")]
}

step! { step_4:
    b'c' [gone("ic")]
    b'e' [gone("ance"), gone("ence"), gone("able"), gone("ible"), gone("ate"), gone("ive"), gone("ize")]
    b'i' [gone("iti")]
    b'l' [gone("al")]
    b'm' [gone("ism")]
    b'n' [gone("ion").after(b"st")]
    b'r' [gone("er")]
    b's' [gone("ous")]
    b't' [gone("ement"), gone("ment"), gone("ent"), gone("ant")]
}

const fn gone(from: &str) -> Ending {
    ending(from, "").in_r2()
}

/// Words that keep what looks like an ending, once a plural's s is off.
const STAYS: [&[u8]; 8] = [b"inning", b"outing", b"canning", b"herring", b"earring", b"proceed", b"exceed", b"succeed"];

/// The stem of a word that follows no rule. All of them have eight letters or fewer.
fn irregular(word: &PlainWord) -> Option<PlainWord> {
    const fn of(form: &str, stem: &str) -> (u64, PlainWord) {
        (packed(form), PlainWord { chunks: [packed(stem), 0, 0, 0], len: stem.len() })
    }
    const STEMS: [(u64, PlainWord); 18] = [
        of("skis", "ski"),
        of("skies", "sky"),
        of("dying", "die"),
        of("lying", "lie"),
        of("tying", "tie"),
        of("idly", "idl"),
        of("gently", "gentl"),
        of("ugly", "ugli"),
        of("early", "earli"),
        of("only", "onli"),
        of("singly", "singl"),
        of("sky", "sky"),
        of("news", "news"),
        of("howe", "howe"),
        of("atlas", "atlas"),
        of("cosmos", "cosmos"),
        of("bias", "bias"),
        of("andes", "andes"),
    ];
    if word.len > 6 {
        return None;
    }
    STEMS.iter().find(|(form, _)| *form == word.chunks[0]).map(|(_, stem)| *stem)
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
