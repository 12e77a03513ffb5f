//! The fast tools held against the plain ones.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;

use super::Reference;
use super::speaker::Speaker;
use crate::cue::find;
use crate::document::Document;
use crate::engine::Engine;
use crate::index::Desk;
use crate::occurrence::Occurrences;
use crate::sentence::Sentence;
use crate::span::Span;
use crate::tokenizer::Tokenizer;
use crate::words::Zone;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builder().keep_text(true).build().unwrap());
static REFERENCE: LazyLock<Reference> = LazyLock::new(|| Reference::new(ENGINE.lexicon.vocabulary.watched()));

/// Holds the fast report against the plain one; returns how many cues there were.
fn compare(document: &Document<'_>) -> usize {
    let fast = ENGINE.judge(document);
    let plain = ENGINE.judge_with(document, &mut REFERENCE.tools());
    assert_eq!(fast.findings, plain.findings, "{:?}", document.parts);
    let fast = crate::report::Report { parts: None, ..fast };
    assert_eq!(fast, plain, "{:?}", document.parts);
    fast.cues.len() + fast.findings.iter().map(|f| f.evidence.len()).sum::<usize>()
}

#[test]
fn the_corpus_is_read_alike() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut cues = 0;
    for file in ["open.jsonl", "measure.jsonl"] {
        for line in fs::read_to_string(corpus.join(file)).unwrap().lines() {
            let message: Value = serde_json::from_str(line).unwrap();
            let (subject, text) = (message["subject"].as_str().unwrap(), message["text"].as_str().unwrap());
            cues += compare(&Document::from_subject_and_text(subject, text));
        }
    }
    for folder in ["mail", "samples"] {
        for entry in fs::read_dir(corpus.join(folder)).unwrap() {
            cues += compare(&Document::from_message(&fs::read(entry.unwrap().path()).unwrap()));
        }
    }
    assert!(cues > 10_000, "{cues} cues");
}

/// Raw mail that lies elsewhere, named by the environment: `BEHOLDEN_MAIL=folder cargo test -- --ignored the_mail`.
#[test]
#[ignore = "it needs a folder of mail"]
fn the_mail_that_is_named_is_read_alike() {
    let mut folders = vec![std::path::PathBuf::from(std::env::var_os("BEHOLDEN_MAIL").unwrap())];
    let mut cues = 0;
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                cues += compare(&Document::from_message(&fs::read(path).unwrap()));
            }
        }
    }
    assert!(cues > 0);
}

#[test]
fn symbols_after_a_word_part_clauses_alike() {
    for text in [
        "gift \u{2605}, please",
        "gift \u{2605} please",
        "gift \u{2605}, \u{2605} please",
        ", \u{2605} gift",
        "gift \u{1}; (please",
    ] {
        let sentence = Sentence { span: Span::new(0, text.len()), zone: Zone::Own, label: false };
        let tokens = |shortcuts| Tokenizer::new(text, &ENGINE.lexicon.vocabulary, shortcuts).tokens(&sentence).to_vec();
        assert_eq!(tokens(true), tokens(false), "{text}");
    }
}

#[test]
fn every_pattern_is_found_alike() {
    let mut speaker = Speaker::new(&REFERENCE.source.interner, 1);
    let mut cues = 0;
    for (pattern, _) in &REFERENCE.source.patterns {
        // Alone, where the borders of the sentence are near, and among other words.
        let (alone, other) = (speaker.phrase(pattern), speaker.phrase(pattern));
        let text = format!("{alone}.\n\nMarmalade or {other} and {alone}\n\n{other}!");
        cues += compare(&Document::from_text(&text));
    }
    assert!(cues > 10_000, "{cues} cues");
}

/// Words, phrases and what stands between them, with disguises.
fn talk() -> impl Strategy<Value = String> {
    let word = prop::sample::select(REFERENCE.source.interner.written().collect::<Vec<_>>());
    let phrase = (any::<u64>(), 0..REFERENCE.source.patterns.len())
        .prop_map(|(seed, i)| Speaker::new(&REFERENCE.source.interner, seed).phrase(&REFERENCE.source.patterns[i].0));
    let disguise = (word.clone(), 0usize..7).prop_map(|(word, how)| match how {
        0 => word.to_uppercase(),
        1 => word.replace('e', "3").replace('i', "1").replace('o', "0"),
        2 => word.chars().flat_map(|c| [c, '\u{200b}']).collect(),
        3 => word.chars().flat_map(|c| [c, ' ']).collect(),
        4 => word.replace('a', "\u{430}").replace('e', "\u{435}"),
        5 => word.replace('e', "\u{e9}"),
        _ => word.replace('a', "@").replace('s', "$"),
    });
    let odd = prop::sample::select(vec![
        "don't",
        "you've",
        "it\u{2019}s",
        "let's",
        "o'clock",
        "dont",
        "im",
        "e-mail",
        "$20",
        "\u{20ac} 1,700",
        "USD 5 million",
        "a@b.example",
        "http://a.example/x",
        "www.b.example",
        "50%",
        "U.S.",
        "antidisestablishmentarianismsandmore",
        "x",
        "caf\u{e9}",
        "\u{1f600}",
        "\u{4f60}\u{597d}",
        "12th",
        "word\u{2014}word",
        "a/b",
        "(free)",
        "\"gift\"",
        "'quoted'",
    ]);
    let piece = prop_oneof![
        4 => word.prop_map(str::to_owned),
        3 => phrase,
        1 => disguise,
        1 => odd.prop_map(str::to_owned),
        1 => "[a-zA-Z]{1,9}",
    ];
    let between = prop::sample::select(vec![
        " ",
        " ",
        " ",
        " ",
        " ",
        ", ",
        ". ",
        "! ",
        "; ",
        ": ",
        "\n",
        "\r\n\r\n",
        " - ",
        " \u{2014} ",
        "...",
        " | ",
        "\u{a0}",
        "-",
        "\t",
        " (",
        ") ",
        "?!?!?!?!?!? ",
        ",",
    ]);
    prop::collection::vec((piece, between), 0..40).prop_map(|all| all.into_iter().flat_map(|(a, b)| [a, b.to_owned()]).collect())
}

/// Chunks of what the tokenizer's short ways know, and of what they must leave alone.
fn chunks() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "a",
        "I",
        "the",
        "Gift",
        "dont",
        "cannot",
        "im",
        "it",
        "let",
        "won",
        "t",
        "s",
        "ll",
        "re",
        "e",
        "mail",
        "www",
        "http",
        "free",
        "ticket",
        "USD",
        "dollars",
        "us",
        "million",
        "12",
        "5",
        "2002",
        "1",
        "two",
        "antidisestablishmentarianism",
        "f\u{fc}r",
        "\u{434}\u{430}",
        "fre\u{200b}e",
        "e\u{301}",
    ]);
    let mark = prop::sample::select(vec![
        " ",
        " ",
        " ",
        " ",
        "\t",
        "\u{a0}",
        "\u{2003}",
        "'",
        "\u{2019}",
        "`",
        "\u{b4}",
        "-",
        "--",
        ".",
        ",",
        ";",
        ":",
        "(",
        ")",
        "[",
        "]",
        "\"",
        "\u{201c}",
        "\u{201d}",
        "\u{2018}",
        "\u{2013}",
        "\u{2014}",
        "\u{2026}",
        "\u{2022}",
        "/",
        "://",
        "@",
        "!",
        "*",
        "|",
        "$",
        "\u{20ac}",
        "%",
        "_",
        "+",
        "#",
        "&",
        "<",
        ">",
        "~",
        "\u{1}",
        "\u{1f600}",
    ]);
    let piece = prop_oneof![2 => word, 3 => mark];
    prop::collection::vec(piece, 0..24).prop_map(|all| all.concat())
}

#[test]
fn places_of_one_word_and_of_several_find_the_same() {
    let (mut short, mut long, mut desk) = (Occurrences::<1>::default(), Occurrences::<5>::default(), Desk::default());
    let mut total = 0;
    let mut speaker = Speaker::new(&REFERENCE.source.interner, 2);
    for (pattern, _) in &REFERENCE.source.patterns {
        let text = speaker.phrase(pattern);
        let sentence = Sentence { span: Span::new(0, text.len()), zone: Zone::Own, label: false };
        let mut tokenizer = Tokenizer::new(&text, &ENGINE.lexicon.vocabulary, true);
        let tokens = tokenizer.tokens(&sentence);
        if tokens.len() > Occurrences::<1>::MOST {
            continue;
        }
        let (mut by_one, mut by_several) = (Vec::new(), Vec::new());
        find(&ENGINE.lexicon, tokens, &mut short, &mut desk, &mut by_one);
        find(&ENGINE.lexicon, tokens, &mut long, &mut desk, &mut by_several);
        total += by_one.len();
        assert_eq!(by_one, by_several, "{text}");
    }
    assert!(total > 1_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn generated_text_is_read_alike(text in talk()) {
        compare(&Document::from_text(&text));
    }

    #[test]
    fn short_ways_give_the_tokens_of_the_long_one(text in chunks()) {
        let sentence = Sentence { span: Span::new(0, text.len()), zone: Zone::Own, label: false };
        let tokens = |shortcuts| {
            Tokenizer::new(&text, &ENGINE.lexicon.vocabulary, shortcuts).tokens(&sentence).to_vec()
        };
        prop_assert_eq!(tokens(true), tokens(false));
    }

    #[test]
    fn sentences_read_together_have_the_tokens_that_each_has_alone(texts in prop::collection::vec(chunks(), 1..5)) {
        let text = texts.concat();
        let ends = texts.iter().scan(0, |end, text| {
            *end += text.len();
            Some((*end - text.len(), *end))
        });
        let sentences: Vec<Sentence> =
            ends.map(|(start, end)| Sentence { span: Span::new(start, end), zone: Zone::Own, label: false }).collect();
        for shortcuts in [true, false] {
            let tokenizer = || Tokenizer::new(&text, &ENGINE.lexicon.vocabulary, shortcuts);
            let (mut alone, mut together) = (tokenizer(), tokenizer());
            for (sentence, tokens) in together.each(&sentences) {
                prop_assert_eq!(alone.tokens(sentence), tokens);
            }
        }
    }

    #[test]
    fn any_text_is_read_alike(text in any::<String>()) {
        compare(&Document::from_text(&text));
    }
}
