//! Whether the sender's words are in a language that a lexicon exists for.

use std::sync::LazyLock;

use whatlang::{Lang, detect};

use crate::document::Document;
use crate::plain::PlainWord;
use crate::span::Stretch;

/// How much of the own words is looked at, in bytes.
const SAMPLE: usize = 2048;

/// A text with fewer letters than this is judged whatever it seems to be.
const MIN_LETTERS: usize = 60;

/// Words that English can't do without; a fifth of ordinary English is made of them.
const FUNCTION_WORDS: &[&str] = &[
    "the", "and", "to", "of", "you", "your", "in", "is", "for", "this", "that", "with", "we", "our", "are", "have", "i", "it",
    "on", "be", "my", "not", "will", "as", "at", "from", "or", "by", "if", "can", "please", "me", "has", "was", "all",
];

/// Those of the function words that are no words of other languages in the Latin script.
const ENGLISH_ALONE: &[&str] = &["the", "you", "your", "this", "that", "with", "our", "are", "have", "from", "please"];

/// The language's code, and whether it is one that can be judged. A text that is short or unclear is judged as English.
pub(crate) fn language(document: &Document<'_>, zones: &[Vec<Stretch>]) -> (Option<String>, bool) {
    let sample = own_words(document, zones);
    let english = || (Some("en".to_owned()), true);
    let (words, function) = count_words(&sample);
    if function * 8 >= words || sample.chars().filter(|c| c.is_alphabetic()).count() < MIN_LETTERS {
        return english();
    }
    // A short way for most of what is left. What it calls English may be one of the many languages that it has not.
    if is_plain(&sample) && whichlang::detect_language(&sample) == whichlang::Lang::Eng {
        return english();
    }
    match detect(&sample) {
        Some(info) if info.is_reliable() && info.lang() != Lang::Eng => (Some(code(info.lang())), false),
        _ => english(),
    }
}

/// How many words a text has, and how many of them are function words.
fn count_words(text: &str) -> (usize, usize) {
    let bytes = text.as_bytes();
    let (mut words, mut function) = (0, 0);
    let mut at = 0;
    while at < bytes.len() {
        let plain = PlainWord::read(bytes, at);
        let next = at + plain.map_or(0, |p| p.len);
        match (plain, bytes.get(next)) {
            (Some(plain), None | Some(0..0x80)) => {
                words += 1;
                function += usize::from(plain.len <= 8 && KEYS[row(plain.chunks[0])].contains(&plain.chunks[0]));
                at = next + 1;
            }
            (None, Some(byte)) if byte.is_ascii() && !byte.is_ascii_alphabetic() => at += 1,
            _ => {
                // Something beyond ASCII stands in the word or after it, or the word is very long.
                let len = text[at..].find(|c: char| !c.is_alphabetic()).unwrap_or(text.len() - at);
                let word = &text[at..at + len];
                words += usize::from(len > 0);
                function += usize::from(FUNCTION_WORDS.iter().any(|f| f.eq_ignore_ascii_case(word)));
                at = text.ceil_char_boundary(at + len.max(1));
            }
        }
    }
    (words, function)
}

/// Whether a text has no accents, and two different words that no other language writes so.
fn is_plain(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    let mut own = words.filter_map(|w| ENGLISH_ALONE.iter().find(|e| e.eq_ignore_ascii_case(w)));
    text.is_ascii() && own.next().is_some_and(|first| own.any(|other| other != first))
}

/// The function words as [`PlainWord`] has them, by their first letter.
static KEYS: LazyLock<[Vec<u64>; 32]> = LazyLock::new(|| {
    let mut rows: [Vec<u64>; 32] = Default::default();
    for word in FUNCTION_WORDS.iter().filter_map(|w| PlainWord::read(w.as_bytes(), 0)) {
        rows[row(word.chunks[0])].push(word.chunks[0]);
    }
    rows
});

/// The row of a word's first letter.
fn row(chunk: u64) -> usize {
    (chunk & 31) as usize
}

/// The beginning of the sender's own words.
fn own_words(document: &Document<'_>, zones: &[Vec<Stretch>]) -> String {
    let mut sample = String::new();
    let stretches = document.parts.iter().zip(zones).flat_map(|(part, list)| list.iter().map(move |s| (part, s)));
    for (part, stretch) in stretches.filter(|(_, s)| s.zone.is_own()) {
        let room = SAMPLE.saturating_sub(sample.len());
        if room == 0 {
            break;
        }
        let text = stretch.span.of(&part.text);
        sample.push_str(&text[..text.floor_char_boundary(room)]);
        sample.push('\n');
    }
    sample
}

/// ISO 639-1 for whatlang's 639-3 codes.
const CODES: &[(&str, &str)] = &[
    ("epo", "eo"),
    ("eng", "en"),
    ("rus", "ru"),
    ("cmn", "zh"),
    ("spa", "es"),
    ("por", "pt"),
    ("ita", "it"),
    ("ben", "bn"),
    ("fra", "fr"),
    ("deu", "de"),
    ("ukr", "uk"),
    ("kat", "ka"),
    ("ara", "ar"),
    ("hin", "hi"),
    ("jpn", "ja"),
    ("heb", "he"),
    ("yid", "yi"),
    ("pol", "pl"),
    ("amh", "am"),
    ("jav", "jv"),
    ("kor", "ko"),
    ("nob", "nb"),
    ("dan", "da"),
    ("swe", "sv"),
    ("fin", "fi"),
    ("tur", "tr"),
    ("nld", "nl"),
    ("hun", "hu"),
    ("ces", "cs"),
    ("ell", "el"),
    ("bul", "bg"),
    ("bel", "be"),
    ("mar", "mr"),
    ("kan", "kn"),
    ("ron", "ro"),
    ("slv", "sl"),
    ("hrv", "hr"),
    ("srp", "sr"),
    ("mkd", "mk"),
    ("lit", "lt"),
    ("lav", "lv"),
    ("est", "et"),
    ("tam", "ta"),
    ("vie", "vi"),
    ("urd", "ur"),
    ("tha", "th"),
    ("guj", "gu"),
    ("uzb", "uz"),
    ("pan", "pa"),
    ("aze", "az"),
    ("ind", "id"),
    ("tel", "te"),
    ("pes", "fa"),
    ("mal", "ml"),
    ("ori", "or"),
    ("mya", "my"),
    ("nep", "ne"),
    ("sin", "si"),
    ("khm", "km"),
    ("tuk", "tk"),
    ("aka", "ak"),
    ("zul", "zu"),
    ("sna", "sn"),
    ("afr", "af"),
    ("lat", "la"),
    ("slk", "sk"),
    ("cat", "ca"),
    ("tgl", "tl"),
    ("hye", "hy"),
    ("cym", "cy"),
];

fn code(lang: Lang) -> String {
    let long = lang.code();
    CODES.iter().find(|c| c.0 == long).map_or(long, |c| c.1).to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the counting must give: the words as the standard library splits them, and how many are function words.
    fn counted_plainly(text: &str) -> (usize, usize) {
        let plain: Vec<String> =
            text.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
        (plain.len(), plain.iter().filter(|w| FUNCTION_WORDS.contains(&w.as_str())).count())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn words_are_counted_as_the_standard_library_splits_them(text in "(the |The|yOu,|[a-zA-Z]{0,40}|é|ñandú |\u{212a}|[ .,1-]{0,3}|\\PC){0,30}") {
            prop_assert_eq!(count_words(&text), counted_plainly(&text));
        }
    }

    #[test]
    fn other_languages_are_not_taken_for_english() {
        for text in [
            "Magandang hapon po at maraming salamat sa inyong tulong. Ipapadala namin ang bayad bukas ng umaga sa inyong tanggapan.",
            "Mae pawb yn hapus i weld y plant yn chwarae yn y parc gyda i gilydd ac maen nhw wedi bod yno drwy r bore heddiw.",
            "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor in dolore magna aliqua ut enim ad minim veniam.",
        ] {
            let document = Document::from_text(text);
            let (code, judged) = language(&document, &crate::zone::zones_of(&document));
            assert!(!judged && code.is_some_and(|c| c != "en"), "{text}");
        }
        assert!(is_plain("Words for YOU and from you") && !is_plain("You and you, i in is at") && !is_plain("café for you from"));
    }

    #[test]
    fn a_mark_of_four_bytes_ends_a_word() {
        let text = "I\u{10a50}";
        assert_eq!(count_words(text), counted_plainly(text));
    }

    #[test]
    fn every_language_has_its_short_code() {
        for lang in Lang::all() {
            assert_eq!(code(*lang).len(), 2, "{lang:?}");
        }
    }
}
