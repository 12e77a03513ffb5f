//! Every shape that mail comes in: `corpus/mail/*.eml` beside what must be read out of it.
//!
//! What a message says is told by a lexicon of two words, "marmalade" and "quince", which stand nowhere else: so these
//! tests hold whatever the rules and weights of the day are. `SNAPSHOTS=overwrite cargo test` rewrites the JSON.

use std::fs;
use std::sync::LazyLock;

use beholden::{Engine, Evidence, Report};
use serde_json::{Value, json};

use crate::root;

const PROBE: &str = r#"
family = "probe"
role = "gift"
why = "Words for tests."

[[rule]]
id = "gift.probe.word"
why = "A word that no other rule knows."
patterns = ["marmalade", "quince"]
matches = ["Have some [marmalade]."]
allows = ["Have some jam."]

[[rule]]
id = "gift.probe.phrase"
why = "Words of one sentence."
patterns = ["marmalade toast"]
matches = ["Have some [marmalade toast]."]
allows = ["Marmalade! Toast!"]
"#;

/// Knows the test's words beside the embedded lexicon.
pub(crate) static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::builder().lexicon("probe.toml", PROBE).keep_text(true).build().unwrap());

/// The evidence of the test's words, in order.
pub(crate) fn probes(report: &Report) -> Vec<&Evidence> {
    let all = report.findings.iter().flat_map(|f| &f.evidence).chain(&report.cues);
    all.filter(|e| e.rule.starts_with("gift.probe.")).collect()
}

fn reading(report: &Report) -> Value {
    let probes: Vec<Value> = probes(report)
        .into_iter()
        .map(|e| json!({"part": e.part, "zone": e.zone, "text": e.text, "bytes": e.bytes, "chars": e.chars, "line": e.line, "column": e.column}))
        .collect();
    json!({
        "language": report.language,
        "judged": report.level.is_some(),
        "abstained": report.abstained,
        "notes": report.notes,
        "parts": report.parts,
        "probes": probes,
    })
}

#[test]
fn mails_are_read_as_their_readers_see_them() {
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|v| v == "overwrite");
    let mut entries: Vec<_> = fs::read_dir(root().join("corpus/mail")).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    let mut seen = 0;
    let mut differing = Vec::new();
    for path in entries.iter().filter(|p| p.extension().is_some_and(|e| e == "eml")) {
        seen += 1;
        let report = ENGINE.analyze_message(&fs::read(path).unwrap());
        for item in probes(&report) {
            let part = report.parts.iter().flatten().find(|p| p.part == item.part).unwrap();
            assert_eq!(Some(&part.text[item.bytes[0]..item.bytes[1]]), item.text.as_deref(), "{}", path.display());
        }
        let golden = path.with_extension("json");
        let text = serde_json::to_string_pretty(&reading(&report)).unwrap() + "\n";
        if overwrite {
            fs::write(&golden, &text).unwrap();
        }
        if text != fs::read_to_string(&golden).unwrap_or_default() {
            differing.push(format!("{}:\n{text}", golden.display()));
        }
    }
    assert!(seen >= 40, "{seen} golden mails");
    assert!(differing.is_empty(), "SNAPSHOTS=overwrite rewrites what differs:\n{}", differing.join("\n"));
}

#[test]
fn a_button_is_a_request_whatever_its_label_says() {
    let labels = |html: &str| -> Vec<String> {
        let report = ENGINE.analyze_message(format!("Subject: x\nContent-Type: text/html\n\n{html}").as_bytes());
        let all = report.findings.iter().flat_map(|f| &f.evidence).chain(&report.cues);
        all.filter(|e| e.role == beholden::Role::Request && e.zone == beholden::Zone::Own)
            .map(|e| e.text.clone().unwrap())
            .collect()
    };
    for (html, label) in [
        ("<p>There is marmalade on the table.</p><a class=button href=https://a.example/x>Toast and jam</a>", "Toast and jam"),
        ("<p>There is marmalade on the table.<p><a href=https://a.example/x>Toast</a> \u{bb}", "Toast"),
        ("There is marmalade on the table. <button>The breakfast room</button> It has a window.", "The breakfast room"),
        ("<form>There is marmalade on the table.<input type=submit value='Toast'></form>", "Toast"),
    ] {
        assert_eq!(labels(html), [label], "{html}");
    }
    for html in [
        "<p>There is marmalade on the table.</p><p>Toast and jam</p>",
        "<p>There is <a href=https://a.example/x>marmalade</a> on the table.</p>",
        "<p>There is marmalade on the table.</p><a class=button href=https://a.example/x>Unsubscribe</a>",
        "<p>There is marmalade on the table.</p><a href=mailto:ann@a.example>Ann</a>",
        "<p>There is marmalade on the table.</p><a href=https://a.example>https://a.example</a>",
    ] {
        assert!(labels(html).is_empty(), "{html}: {:?}", labels(html));
    }
    // A gift beside a button is a gift that leans on it.
    let report = ENGINE.analyze_message(b"Subject: x\nContent-Type: text/html\n\n<p>A free gift for you.<p><a class=btn href=https://a.example/x>The breakfast room</a>");
    assert!(report.findings.iter().flat_map(|f| &f.evidence).any(|e| e.rule == "request.button.label"), "{report:?}");
}
