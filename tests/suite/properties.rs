//! What must hold for any text and any bytes.

use std::sync::LazyLock;

use beholden::{Engine, Evidence, Report};
use proptest::prelude::*;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::builder().keep_text(true).build().unwrap());

/// Text of arbitrary characters mixed with the words that make findings.
fn text() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("a free gift for you".to_owned()),
        Just("please donate today".to_owned()),
        Just("you owe us".to_owned()),
        Just("after all we have done for you".to_owned()),
        Just("cl\u{200b}aim your pri\u{ad}ze".to_owned()),
        Just("𝗳𝗿𝗲𝗲 g1ft".to_owned()),
        Just("f r e e".to_owned()),
        Just("> quoted".to_owned()),
        Just("On Monday, Bob wrote:".to_owned()),
        Just("\r\n".to_owned()),
        Just("\n\n".to_owned()),
        Just(". ".to_owned()),
        Just("$1,000".to_owned()),
        any::<String>(),
        "[a-zäöüé'’.,!?\\-@/ 0-9]{0,20}",
    ];
    prop::collection::vec(word, 0..24).prop_map(|words| words.join(" "))
}

fn evidence(report: &Report) -> impl Iterator<Item = &Evidence> {
    report.findings.iter().flat_map(|f| &f.evidence).chain(&report.cues)
}

/// The offsets of a span by slow and plain counting.
fn check_offsets(report: &Report) {
    for item in evidence(report) {
        let part = report.parts.as_ref().unwrap().iter().find(|p| p.part == item.part).unwrap();
        let quoted = item.text.as_deref().unwrap();
        assert_eq!(&part.text[item.bytes[0]..item.bytes[1]], quoted);
        let chars: String = part.text.chars().skip(item.chars[0]).take(item.chars[1] - item.chars[0]).collect();
        assert_eq!(chars, quoted);
        let units: Vec<u16> = part.text.encode_utf16().collect();
        assert_eq!(String::from_utf16(&units[item.utf16[0]..item.utf16[1]]).unwrap(), quoted);
        let line = part.text.split('\n').nth(item.line - 1).unwrap();
        let from: String = line.chars().skip(item.column - 1).collect();
        assert!(from.starts_with(quoted.split('\n').next().unwrap()));
    }
}

fn check_sums(report: &Report) {
    let sum = |f: fn(&beholden::Contribution) -> f64| (report.contributions.iter().map(f).sum::<f64>() * 1000.0).round() / 1000.0;
    assert_eq!(Some(sum(|c| c.value)), report.score);
    assert_eq!(Some(sum(|c| c.pressure)), report.pressure_score);
    let p = report.probability.unwrap();
    let sigma = |x: f64| 1.0 / (1.0 + (-x).exp());
    assert!((p.appeal - sigma(report.score.unwrap())).abs() < 1e-4);
    assert!((p.pressure - sigma(report.score.unwrap()) * sigma(report.pressure_score.unwrap())).abs() < 1e-4);
    assert!(p.goodwill + 1e-4 >= p.appeal && p.appeal + 1e-4 >= p.pressure);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn offsets_agree_in_every_unit(text in text()) {
        let report = ENGINE.analyze(&text);
        check_offsets(&report);
        if report.level.is_some() {
            check_sums(&report);
        }
    }

    #[test]
    fn the_same_input_gives_the_same_bytes(text in text()) {
        let once = serde_json::to_string(&ENGINE.analyze(&text)).unwrap();
        let twice = serde_json::to_string(&ENGINE.analyze(&text)).unwrap();
        prop_assert_eq!(once, twice);
    }

    #[test]
    fn any_bytes_are_a_message(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        check_offsets(&ENGINE.analyze_message(&bytes));
    }

    #[test]
    fn any_body_under_headers_is_a_message(
        kind in prop_oneof![Just("text/plain; charset=iso-8859-1"), Just("text/html"), Just("multipart/mixed; boundary=x"), Just("application/pgp")],
        encoding in prop_oneof![Just("7bit"), Just("base64"), Just("quoted-printable")],
        body in prop::collection::vec(prop_oneof![any::<Vec<u8>>(), Just(b"\r\n--x\r\n\r\n".to_vec()), Just(b"Here is a free gift. Please donate.".to_vec())], 0..6),
    ) {
        let mut bytes = format!("Subject: =?utf-8?q?You_owe_us?=\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n").into_bytes();
        bytes.extend(body.concat());
        check_offsets(&ENGINE.analyze_message(&bytes));
    }
}

#[test]
fn findings_are_met_by_the_generator() {
    let report = ENGINE.analyze("Here is a free gift for you 😀. Now please donate $20 today, after all we have done for you.");
    assert!(!report.findings.is_empty());
    check_offsets(&report);
    check_sums(&report);
}

#[test]
fn eight_threads_share_an_engine() {
    let text = "Enclosed is a gift for you. Now please send us $20. You owe us that.";
    let one = ENGINE.analyze(text);
    std::thread::scope(|scope| {
        let handles: Vec<_> = (0..8).map(|_| scope.spawn(|| (0..50).all(|_| ENGINE.analyze(text) == one))).collect();
        assert!(handles.into_iter().all(|h| h.join().unwrap()));
    });
}
