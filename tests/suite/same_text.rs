//! The same words give the same verdict, however they are sent.

use std::fs;
use std::sync::LazyLock;

use beholden::{Engine, Report};
use proptest::prelude::*;
use serde_json::Value;

use crate::root;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

const FILLER: &str = "<div style='display:none'>The wind is from the east. You owe us a favour: here is a free gift, so please donate $20 now.</div>";

fn quoted_printable(text: &str) -> String {
    let octets: Vec<String> = text.bytes().map(|b| if b == b'\n' { "=0A=\n".to_owned() } else { format!("={b:02X}") }).collect();
    // Soft breaks wherever they fall.
    octets.chunks(24).map(|line| line.concat()).collect::<Vec<_>>().join("=\n")
}

fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Vec<String> = text
        .as_bytes()
        .chunks(3)
        .map(|c| {
            let bits = c.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - c.len()));
            let digit = |i: usize| char::from(DIGITS[(bits >> (18 - 6 * i) & 63) as usize]);
            (0..4).map(|i| if i <= c.len() { digit(i) } else { '=' }).collect()
        })
        .collect();
    digits.chunks(19).map(|line| line.concat()).collect::<Vec<_>>().join("\n")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

fn html(text: &str) -> String {
    format!("<html><body>{}</body></html>", escaped(text).replace('\n', "<br>\n"))
}

/// Hidden words around, between and within the lines.
fn padded(text: &str) -> String {
    let between = "<span style='font-size:0px'>owe gift</span><!-- you owe us --><br>\n";
    format!("<html><body>{FILLER}{}{FILLER}</body></html>", escaped(text).replace('\n', between))
}

fn mail(subject: &str, kind: &str, encoding: &str, body: &str) -> Vec<u8> {
    let subject =
        if subject.is_empty() { String::new() } else { format!("Subject: =?utf-8?b?{}?=\n", base64(subject).replace('\n', "")) };
    format!("From: a@b.example\n{subject}Content-Type: {kind}; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{body}")
        .into_bytes()
}

/// The text in every wrapping, by name.
fn wrappings(subject: &str, text: &str) -> Vec<(&'static str, Vec<u8>)> {
    vec![
        ("plain", mail(subject, "text/plain", "8bit", text)),
        ("base64", mail(subject, "text/plain", "base64", &base64(text))),
        ("quoted-printable", mail(subject, "text/plain", "quoted-printable", &quoted_printable(text))),
        ("quoted-printable HTML", mail(subject, "text/html", "quoted-printable", &quoted_printable(&html(text)))),
        ("padded HTML", mail(subject, "text/html", "base64", &base64(&padded(text)))),
    ]
}

/// What may not depend on the wrapping: levels, scores, and the words of the evidence that is not hidden.
fn verdict(report: &Report) -> (Option<beholden::Level>, Option<f64>, Option<f64>, Vec<String>) {
    let squeezed = |s: &str| s.split_whitespace().collect::<Vec<_>>().join(" ");
    let evidence = report.findings.iter().flat_map(|f| &f.evidence);
    let words = evidence.filter_map(|e| e.text.as_deref()).map(squeezed).collect();
    (report.level, report.score, report.pressure_score, words)
}

#[test]
fn the_corpus_is_judged_alike_in_every_wrapping() {
    let corpus = fs::read_to_string(root().join("corpus/open.jsonl")).unwrap();
    let mut compared = 0;
    for line in corpus.lines().step_by(3) {
        let message: Value = serde_json::from_str(line).unwrap();
        let (subject, text) = (message["subject"].as_str().unwrap(), message["text"].as_str().unwrap());
        let bare = verdict(&ENGINE.analyze_with_subject(subject, text));
        for (name, mail) in wrappings(subject, text) {
            assert_eq!(verdict(&ENGINE.analyze_message(&mail)), bare, "{} as {name}", message["id"]);
            compared += 1;
        }
    }
    assert!(compared > 1_000, "{compared} compared");
}

#[test]
fn hidden_words_are_said_to_be_there() {
    let report = ENGINE.analyze_message(&mail("", "text/html", "8bit", &padded("See you on Monday.\nBring a hat, it may rain.")));
    assert_eq!(report.level, Some(beholden::Level::None));
    assert!(report.notes.iter().any(|n| n.code == "hidden_cues"));
    assert!(report.cues.iter().any(|e| e.zone == beholden::Zone::Hidden));
    assert!(report.findings.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn transfer_encodings_change_nothing(text in "(you owe us|a free gift|please donate|[a-zé€щ\u{200b}\u{ad} .,!?\n-]{0,20}){0,12}") {
        let bare = ENGINE.analyze_message(&mail("", "text/plain", "8bit", &text));
        for (name, wrapped) in wrappings("", &text).into_iter().take(3) {
            prop_assert_eq!(&ENGINE.analyze_message(&wrapped), &bare, "{}", name);
        }
    }

    #[test]
    fn hidden_filler_changes_no_score(text in "(you owe us|a free gift|please donate|On Monday Bob wrote:|> so|[a-z .,!?\n-]{0,20}){0,12}") {
        let bare = ENGINE.analyze_message(&mail("", "text/html", "8bit", &html(&text)));
        let filled = ENGINE.analyze_message(&mail("", "text/html", "8bit", &padded(&text)));
        prop_assert_eq!(verdict(&filled), verdict(&bare));
    }
}
