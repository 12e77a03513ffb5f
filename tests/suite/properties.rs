//! What must hold for any text, any bytes and any lexicon: the properties of `fuzz/`, for where there is no fuzzer.

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

/// Pieces that make markup, sound and broken, with words that make findings.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "<p>",
        "</p>",
        "<div style='display:none'>",
        "<div>",
        "</div>",
        "<table><tr><td>",
        "<td bgcolor=black>",
        "</table>",
        "<br>",
        "<b>",
        "</i>",
        "<font color=white>",
        "</font>",
        "<style>.x{display:none}td.x{color:#fff}</style>",
        "<span class=x>",
        "<a href=x class=button>",
        "</a>",
        "<img alt='a free gift'>",
        "<blockquote type=cite>",
        "</blockquote>",
        "<!-- a free gift -->",
        "<!--",
        "-->",
        "<script>",
        "</script>",
        "<pre>",
        "<li>",
        "<input type=submit value='Claim it'>",
        "&amp;",
        "&#x200b;",
        "&nbsp;",
        "&zwnj;",
        "&#",
        "<",
        ">",
        "\"",
        "\r\n",
        " ",
        "<noscript>",
        "</noscript>",
        "<textarea>",
        "<p style='",
        "'>",
        "é",
        "\u{1f600}",
        "a free gift",
        "you owe us",
        "please donate",
        "On 1 May Bob wrote:",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// Pieces that make the structure of mail, sound and broken.
fn structure() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        &b"Subject: =?utf-8?q?a_free_gift?=\r\n"[..],
        b"Subject: caf\xe9\n",
        b"From: a@b.example\n",
        b" folded\n",
        b"junk\n",
        b"\r\n",
        b"\n",
        b"Content-Type: multipart/mixed; boundary=x\n\n",
        b"Content-Type: multipart/alternative; boundary=\"y\"\r\n\r\n",
        b"Content-Type: multipart/digest\n",
        b"Content-Type: message/rfc822\n\n",
        b"Content-Type: text/html; charset=utf-16\n\n",
        b"Content-Type: text/plain; charset=koi8-r; format=flowed\n\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: quoted-printable\n",
        b"Content-Disposition: attachment\n",
        b"--x\n",
        b"--y\r\n",
        b"--x--\n",
        b"--y--",
        b"YSBmcmVlIGdpZnQ=\n",
        b"a =66ree=\n gift =E9 =\n",
        b"<p>a free gift<div hidden>please donate",
        b"Here is a free gift. Please donate.\r",
        b"\xff\xfe\xe9\xd0",
        b"-----BEGIN PGP MESSAGE-----\n",
        b"-----END PGP MESSAGE-----\n",
        b"> you owe us\n",
        b"---------- Forwarded message ---------\n",
        b"-- \n",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn any_markup_is_a_message(html in markup()) {
        let mail = format!("Content-Type: text/html; charset=utf-8\n\n{html}");
        check_offsets(&ENGINE.analyze_message(mail.as_bytes()));
    }

    #[test]
    fn any_structure_is_a_message(bytes in structure()) {
        let report = ENGINE.analyze_message(&bytes);
        check_offsets(&report);
        // A part is named once, or its offsets would lead nowhere.
        let parts = report.parts.unwrap();
        for (i, part) in parts.iter().enumerate() {
            prop_assert!(parts[..i].iter().all(|p| p.part != part.part), "{:?} stands twice", part.part);
        }
        prop_assert_eq!(report.level.is_none(), report.abstained.is_some());
    }
}

/// Pieces that make lexicon files, sound and broken.
fn lexicon() -> impl Strategy<Value = String> {
    let mark = prop::sample::select(vec![
        "(", ")", "|", "?", "*", "^", "$", ",", "..2", "..", "..9", "=", "<b>", "<", ">", " ", "-", "'", "e-mail", "\u{e9}", "1",
    ]);
    let word = prop::sample::select(vec![
        "gift",
        "=gift",
        "you",
        "not",
        "(gift | you)",
        "(a ..1 gift)?",
        "gift*",
        "<money>",
        "<label>",
        "<a>",
        "..2 you",
        "you $",
    ]);
    let piece = prop_oneof![1 => mark, 4 => word];
    let pattern = prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.join(" "));
    (prop::collection::vec(pattern, 4), any::<bool>(), "[a-z=\\[\\]\"\n ]{0,12}").prop_map(|(p, sound, junk)| {
        let junk = if sound { String::new() } else { junk };
        format!(
            "family = \"x\"\nrole = \"gift\"\ntactic = \"exchange\"\nalone = true\n{junk}\n[[rule]]\nid = \"gift.x.y\"\npatterns = [\"{}\", \"{}\"]\n\
             matches = [\"[gift]\"]\nallows = [\"x\"]\n[class]\na = [\"{}\"]\nb = [\"{}\", \"<a>\"]\n",
            p[0], p[1], p[2], p[3]
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_lexicon_is_an_engine_or_an_error(toml in lexicon()) {
        match Engine::builder().embedded(false).lexicon("x.toml", toml.as_str()).keep_text(true).build() {
            Ok(engine) => check_offsets(&engine.analyze("A gift, not you: e-mail you $5 1 gift you gift.")),
            Err(error) => prop_assert_eq!(error.file(), "x.toml"),
        }
    }
}

/// What reviews and fuzzing found lexicons to break.
#[test]
fn odd_lexicons_are_engines_or_errors() {
    let build = |toml: String| Engine::builder().embedded(false).lexicon("x.toml", toml).build();
    let rule = |pattern: &str| {
        format!(
            "family = \"x\"\nrole = \"gift\"\n[[rule]]\nid = \"gift.x.x\"\npatterns = [{pattern:?}]\nmatches = [\"[a]\"]\nallows = [\"b\"]\n"
        )
    };
    let nested = format!("quince {}you{} marmalade", "(".repeat(8), ")*".repeat(8));
    let error = build(rule(&nested)).err().unwrap().to_string();
    assert!(error.contains("a repeat within a repeat"), "{error}");
    let far = format!("quince {} marmalade", "(you ..8 you ..8 you)* ".repeat(40));
    build(rule(&far)).unwrap().analyze("A quince for you and marmalade.");
    // Groups within groups over gaps: walked from each place by itself they would take longer than anybody waits.
    let deep = format!("lemon {}kiwi{}", "..8 (mango ".repeat(14), "|plum fig)".repeat(14));
    build(rule(&deep)).unwrap().analyze(&format!("lemon {} plum fig fig fig", "mango ".repeat(40)));
    // Gaps that reach further than is looked take nothing from what is near.
    let gaps = "..8 ".repeat(8);
    let report = build(rule(&format!("mango {gaps} papaya {gaps} guava"))).unwrap().analyze("A mango papaya guava.");
    assert_eq!(report.cues.len(), 1);
    // A border takes no token, and a match takes at least one.
    for pattern in ["<label>", "<label> quince?"] {
        let engine = build(rule(pattern)).unwrap();
        engine.analyze_message(b"Subject: x\nContent-Type: text/html\n\n<p>Here it is.</p><button>Take a look</button>");
    }
    // More pairs of words than the index has room for.
    let words: Vec<String> = (0..120).map(|i| format!("w{}{}", (b'a' + i / 26) as char, (b'a' + i % 26) as char)).collect();
    let classes: String = (0..60).map(|i| format!("c{i} = {:?}\n", &words[i..i + 60])).collect();
    let patterns: Vec<String> = (0..900).map(|i| format!("<c{}> ..{} <c{}>", i % 60, i / 60 % 8, i * 7 % 60)).collect();
    let many = format!(
        "family = \"x\"\nrole = \"gift\"\n[[rule]]\nid = \"gift.x.x\"\npatterns = {patterns:?}\nmatches = [\"[a]\"]\nallows = [\"b\"]\n[class]\n{classes}"
    );
    let report = build(many).unwrap().analyze(&words.join(" "));
    assert!(!report.cues.is_empty());
}

#[test]
fn the_generator_makes_lexicons_of_both_kinds() {
    use proptest::strategy::ValueTree as _;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let sound = (0..500)
        .filter(|_| {
            let toml = lexicon().new_tree(&mut runner).unwrap().current();
            Engine::builder().embedded(false).lexicon("x.toml", toml).build().is_ok()
        })
        .count();
    assert!((5..495).contains(&sound), "{sound} of 500");
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
