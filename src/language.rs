//! Whether the sender's words are in a language that a lexicon exists for.

use whatlang::{Lang, detect};

use crate::document::Document;
use crate::function_word::{FunctionWord, OTHER_WORD, OTHERS, bit, is_common};
use crate::language_code::code;
use crate::plain::letters;
use crate::span::Stretch;

/// How much of the own words is looked at, in bytes.
const SAMPLE: usize = 2048;

/// A text with fewer letters than this is judged whatever it seems to be.
const MIN_LETTERS: usize = 60;

/// A longer run of words without an English function word may be a text of another language above a line or two of English.
const LONGEST_RUN: usize = 12;

/// What web addresses begin with, as a word is looked up.
const WWW: u64 = u64::from_le_bytes(*b"www\0\0\0\0\0");

/// Function words of another language that are enough to name it.
const ENOUGH: usize = 4;

/// So many of them are different words.
const DIFFERENT: u32 = 3;

/// The language's code, and whether it is one that can be judged. A text that is short or unclear is judged as English.
pub(crate) fn language(document: &Document<'_>, zones: &[Vec<Stretch>]) -> (Option<String>, bool) {
    match foreign(&own_words(document, zones)) {
        Some(code) => (Some(code), false),
        None => (Some("en".to_owned()), true),
    }
}

/// The code of the language that the texts are in, if it is surely another than English.
fn foreign(texts: &[&str]) -> Option<String> {
    // Each answer costs more than the ones above it and is asked for more seldom.
    if is_full_of_common_words(texts) {
        return None;
    }
    let tally = Tally::of(texts);
    if tally.letters < MIN_LETTERS || tally.is_english() {
        return None;
    }
    if let Some(other) = tally.other() {
        return Some(other.to_owned());
    }
    let sample = texts.join("\n");
    // What this calls English may be one of the many languages that it has not.
    if tally.may_be_english() && whichlang::detect_language(&sample) == whichlang::Lang::Eng {
        return None;
    }
    let info = detect(&sample).filter(|info| info.is_reliable() && info.lang() != Lang::Eng)?;
    Some(code(info.lang()))
}

/// Whether one word in eight at least is one of the commonest of English; ends as soon as that is sure.
fn is_full_of_common_words(texts: &[&str]) -> bool {
    let (mut words, mut common) = (0, 0);
    let mut rest: usize = texts.iter().map(|text| text.len() + 1).sum();
    for text in texts {
        for word in (Words { text, at: 0 }) {
            words += 1;
            common += usize::from(is_common(word.key));
            // Each of the words to come takes two bytes at least.
            if common * 8 >= words + (rest - word.end) / 2 {
                return true;
            }
        }
        rest -= text.len() + 1;
    }
    common * 8 >= words
}

/// What a text is made of.
#[derive(Debug, Default)]
struct Tally<'t> {
    words: usize,
    letters: usize,
    /// Letters beyond ASCII.
    accented: usize,
    /// Function words of English.
    english: usize,
    /// The longest run of words without one.
    longest_run: usize,
    /// Those of them that are of English alone; the first one, and whether there is another.
    alone: usize,
    first_alone: Option<&'t str>,
    alone_differ: bool,
    /// Function words of the other languages.
    others: [usize; OTHERS.len()],
    /// Which of them there are, in bits: one word again and again may be a name or an abbreviation in English.
    kinds: [u64; OTHERS.len()],
}

impl<'t> Tally<'t> {
    fn of(texts: &[&'t str]) -> Self {
        let mut tally = Self::default();
        let mut run = 0;
        for (text, word) in texts.iter().flat_map(|text| Words { text, at: 0 }.map(move |word| (text, word))) {
            let function = FunctionWord::of(word.key);
            tally.add(&text[word.start..word.end], word.key, function);
            run = if function.is_english() { 0 } else { run + 1 };
            tally.longest_run = tally.longest_run.max(run);
        }
        tally
    }

    fn add(&mut self, word: &'t str, key: u64, function: FunctionWord) {
        self.words += 1;
        let letters = word.chars().count();
        self.letters += letters;
        self.accented += letters - word.bytes().filter(u8::is_ascii).count();
        self.english += usize::from(function.is_english());
        if function.is_english_alone() {
            self.alone += 1;
            let first = self.first_alone.get_or_insert(word);
            self.alone_differ |= !first.eq_ignore_ascii_case(word);
        }
        if let Some(other) = function.other() {
            self.others[other] += 1;
            self.kinds[other] |= bit(key);
        }
    }

    /// Whether the letters are those of English but for some names or words.
    fn is_plain(&self) -> bool {
        self.accented * 8 <= self.letters
    }

    /// Whether English function words are frequent, and everywhere.
    fn is_english(&self) -> bool {
        self.is_plain() && self.english * 8 >= self.words && self.longest_run <= LONGEST_RUN
    }

    /// Whether they are nearly so, with two different words that no other language writes, and hardly an accent.
    fn may_be_english(&self) -> bool {
        let spread = self.english * 8 >= self.words && self.longest_run <= LONGEST_RUN * 3 / 2;
        spread && self.alone_differ && self.accented * 50 <= self.letters
    }

    /// Another language whose function words are frequent while those of English are not.
    fn other(&self) -> Option<&'static str> {
        let (count, code, kinds) = (0..OTHERS.len()).map(|i| (self.others[i], OTHERS[i], self.kinds[i].count_ones())).max()?;
        let clear = kinds >= DIFFERENT && count >= ENOUGH && count * 12 >= self.words && count >= 3 * self.alone;
        (clear && self.is_plain()).then_some(code)
    }
}

/// The words of a text: what is between characters that are no letters, apart from web and mail addresses, whose words are
/// of no language.
struct Words<'t> {
    text: &'t str,
    at: usize,
}

/// One of them.
struct Word {
    start: usize,
    end: usize,
    /// The word as it is looked up among the function words.
    key: u64,
}

impl Iterator for Words<'_> {
    type Item = Word;

    #[inline(always)]
    fn next(&mut self) -> Option<Word> {
        let bytes = self.text.as_bytes();
        while let Some(&first) = bytes.get(self.at) {
            let start = self.at;
            if first.is_ascii() && !first.is_ascii_alphabetic() {
                self.at += 1;
                continue;
            }
            let (key, len) = letters(bytes, start);
            let end = start + len;
            // Most words end like this: no byte below the full stop goes on with a word or makes it an address.
            if len < 8 && bytes.get(end).is_some_and(|b| *b < b'.') {
                self.at = end + 1;
                return Some(Word { start, end, key });
            }
            if let Some(word) = self.unusual(key, len) {
                return Some(word);
            }
        }
        None
    }
}

impl Words<'_> {
    /// Reads on where a word begins, in whatever way it goes on after its first letters, of which so many are in ASCII. There
    /// is none if these are of an address, or were one character that is no letter.
    fn unusual(&mut self, key: u64, letters: usize) -> Option<Word> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut end = start + letters;
        if letters == 8 {
            // The word goes on, and no function word is as long.
            end += bytes[end..].iter().take_while(|b| b.is_ascii_alphabetic()).count();
        }
        if bytes.get(end).is_some_and(|b| !b.is_ascii()) {
            // Something beyond ASCII stands in the word or after it.
            let rest = &self.text[end..];
            end += rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        }
        if opens_address(key, &bytes[end..]) {
            self.at = end + bytes[end..].iter().take_while(|b| !b.is_ascii_whitespace()).count();
            return None;
        }
        // One character ends the word.
        self.at = self.text.ceil_char_boundary(end + 1);
        let short = end - start == letters && letters < 8;
        (end > start).then_some(Word { start, end, key: if short { key } else { OTHER_WORD } })
    }
}

/// Whether a word and what is after it are the beginning of an address.
#[inline]
fn opens_address(word: u64, after: &[u8]) -> bool {
    match after.first() {
        Some(b'@') => true,
        Some(b':') => after.starts_with(b"://"),
        Some(b'.') => word == WWW,
        _ => false,
    }
}

/// The beginning of the sender's own words.
fn own_words<'d>(document: &'d Document<'_>, zones: &[Vec<Stretch>]) -> Vec<&'d str> {
    let mut texts = Vec::new();
    let mut room = SAMPLE;
    let stretches = document.parts.iter().zip(zones).flat_map(|(part, list)| list.iter().map(move |s| (part, s)));
    for (part, stretch) in stretches.filter(|(_, s)| s.zone.is_own()) {
        if room == 0 {
            break;
        }
        let text = stretch.span.of(&part.text);
        let text = &text[..text.floor_char_boundary(room)];
        texts.push(text);
        room = room.saturating_sub(text.len() + 1);
    }
    texts
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The words as the standard library splits them, where no address is.
    fn split_plainly(text: &str) -> Vec<&str> {
        text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).collect()
    }

    /// How a word is looked up when it stands by itself.
    fn key(word: &str) -> u64 {
        let lower = word.to_ascii_lowercase();
        let short = word.len() < 8 && word.is_ascii();
        if short { lower.bytes().rev().fold(0, |key, byte| key << 8 | u64::from(byte)) } else { OTHER_WORD }
    }

    fn same_words(text: &str) -> Result<(), TestCaseError> {
        let words: Vec<_> = Words { text, at: 0 }.map(|w| (&text[w.start..w.end], w.key)).collect();
        let plainly: Vec<_> = split_plainly(text).into_iter().map(|w| (w, key(w))).collect();
        prop_assert_eq!(words, plainly);
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn words_are_split_as_the_standard_library_splits_them(text in "(the |The|yOu,|[a-zA-Z]{0,40}|é|ñandú |\u{212a}|[ .,1-]{0,3}|\\PC){0,30}") {
            prop_assume!(!text.contains('@'));
            same_words(&text)?;
        }

        #[test]
        fn ending_early_changes_no_answer(texts in proptest::collection::vec("(the |you,|[a-z]{1,4}[ .]|[xyz]{0,3} |é|[ .]{0,2}){0,40}", 0..4)) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let words: Vec<&str> = texts.iter().flat_map(|text| split_plainly(text)).collect();
            let common = words.iter().filter(|w| is_common(key(w))).count();
            prop_assert_eq!(is_full_of_common_words(&texts), common * 8 >= words.len());
        }
    }

    #[test]
    fn the_words_of_addresses_do_not_count() {
        let text = "See https://a.example/the/of?and=you or www.the.example, (mailto:the-of@you.example) the://";
        let words: Vec<_> = Words { text, at: 0 }.map(|w| &text[w.start..w.end]).collect();
        assert_eq!(words, ["See", "or", "mailto", "the"]);
        assert_eq!(Words { text: "the: 1@2 of :// and", at: 0 }.count(), 3);
    }

    #[test]
    fn a_mark_of_four_bytes_ends_a_word() {
        same_words("I\u{10a50}").unwrap();
    }
}
