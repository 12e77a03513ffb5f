//! Whether the sender's words are in a language that a lexicon exists for.

use whatlang::{Lang, detect};

use crate::document::Document;
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

/// The language's code, and whether it is one that can be judged. A text that is short or unclear is judged as English.
pub(crate) fn language(document: &Document<'_>, zones: &[Vec<Stretch>]) -> (Option<String>, bool) {
    let sample = own_words(document, zones);
    let english = || (Some("en".to_owned()), true);
    let words: Vec<String> =
        sample.split(|c: char| !c.is_alphabetic()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    let function = words.iter().filter(|w| FUNCTION_WORDS.contains(&w.as_str())).count();
    if function * 8 >= words.len() || sample.chars().filter(|c| c.is_alphabetic()).count() < MIN_LETTERS {
        return english();
    }
    match detect(&sample) {
        Some(info) if info.is_reliable() && info.lang() != Lang::Eng => (Some(code(info.lang())), false),
        _ => english(),
    }
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

/// ISO 639-1 where whatlang's 639-3 code has a common short form.
fn code(lang: Lang) -> String {
    match lang {
        Lang::Deu => "de",
        Lang::Fra => "fr",
        Lang::Spa => "es",
        Lang::Ita => "it",
        Lang::Por => "pt",
        Lang::Nld => "nl",
        Lang::Rus => "ru",
        Lang::Pol => "pl",
        Lang::Tur => "tr",
        Lang::Cmn => "zh",
        Lang::Jpn => "ja",
        Lang::Kor => "ko",
        Lang::Ara => "ar",
        Lang::Swe => "sv",
        Lang::Dan => "da",
        Lang::Nob => "nb",
        Lang::Fin => "fi",
        Lang::Ces => "cs",
        Lang::Ukr => "uk",
        Lang::Vie => "vi",
        other => other.code(),
    }
    .to_owned()
}
