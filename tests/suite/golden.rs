//! Golden reports: a mail beside the JSON that it must give, without figures that learning changes, and one kept whole.
//!
//! `SNAPSHOTS=overwrite cargo test` rewrites them; read the difference before you commit it.

use std::fs;

use beholden::Engine;
use serde_json::Value;

use crate::root;

/// The one report that is compared with all its figures.
const WHOLE: &str = "labels";

#[test]
fn mails_give_their_golden_reports() {
    let engine = Engine::new().unwrap();
    let overwrite = std::env::var("SNAPSHOTS").is_ok_and(|v| v == "overwrite");
    let mut seen = 0;
    let mut entries: Vec<_> = fs::read_dir(root().join("tests/golden")).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries.iter().filter(|p| p.extension().is_some_and(|e| e == "eml")) {
        seen += 1;
        let mut report = serde_json::to_value(engine.analyze_message(&fs::read(path).unwrap())).unwrap();
        if path.file_stem().unwrap() != WHOLE {
            strip(&mut report);
        }
        let golden = path.with_extension("json");
        let text = serde_json::to_string_pretty(&report).unwrap() + "\n";
        if overwrite {
            fs::write(&golden, &text).unwrap();
        }
        let wanted = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(text, wanted, "{} differs; SNAPSHOTS=overwrite rewrites it", golden.display());
    }
    assert!((3..=20).contains(&seen), "{seen} golden mails");
}

fn strip(report: &mut Value) {
    let object = report.as_object_mut().unwrap();
    for key in ["version", "risk", "score", "pressure_score", "probability", "contributions"] {
        object.remove(key);
    }
    for finding in object["findings"].as_array_mut().unwrap() {
        finding.as_object_mut().unwrap().remove("contribution");
    }
}

/// Whether everything that `shown` says is said by `whole` too; of a list a part may be shown.
fn is_part(shown: &Value, whole: &Value) -> bool {
    match (shown, whole) {
        (Value::Object(a), Value::Object(b)) => a.iter().all(|(key, value)| b.get(key).is_some_and(|w| is_part(value, w))),
        (Value::Array(a), Value::Array(b)) => a.iter().all(|value| b.iter().any(|w| is_part(value, w))),
        _ => shown == whole,
    }
}

#[test]
fn the_readme_shortens_a_report_and_changes_nothing_in_it() {
    let mail = fs::read(root().join("corpus/samples/address-labels.eml")).unwrap();
    let mut report = Engine::new().unwrap().analyze_message(&mail);
    report.id = Some("address-labels.eml".into());
    let report = serde_json::to_value(report).unwrap();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let start = readme.find("```json\n").unwrap() + 8;
    let shown: Value = serde_json::from_str(readme[start..].split("```").next().unwrap()).unwrap();
    assert!(is_part(&shown, &report), "the README's report says what this one does not:\n{report}");
}
