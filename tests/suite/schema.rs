//! `beholden schema` describes what is written: every report fits it, and what is no report does not.

use std::fs;

use beholden::Engine;
use serde_json::{Value, json};

use crate::root;

fn schema() -> Value {
    let output = crate::beholden().arg("schema").output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn every_report_fits_the_schema() {
    let schema = schema();
    assert!(jsonschema::meta::is_valid(&schema));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let fits = |name: &str, report: &Value| {
        let errors: Vec<String> = validator.iter_errors(report).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    };
    let golden: Value = serde_json::from_slice(&fs::read(root().join("tests/golden/labels.json")).unwrap()).unwrap();
    fits("labels.json", &golden);
    let engine = Engine::builder().keep_text(true).build().unwrap();
    let mut abstained = 0;
    for entry in ["corpus/mail", "tests/golden"].iter().flat_map(|folder| fs::read_dir(root().join(folder)).unwrap()) {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "eml") {
            let mut report = engine.analyze_message(&fs::read(&path).unwrap());
            abstained += usize::from(report.abstained.is_some());
            report.id = Some(json!({"any": ["JSON"]}));
            fits(&path.display().to_string(), &serde_json::to_value(&report).unwrap());
            report.strip_text();
            fits(&path.display().to_string(), &serde_json::to_value(&report).unwrap());
        }
    }
    assert!(abstained > 3);
    for (pointer, bad) in [
        ("/level", json!("awful")),
        ("/risk", json!(300)),
        ("/findings/0/tactic", json!("magic")),
        ("/findings/0/evidence/0/bytes", json!([1])),
        ("/findings/0/evidence/0/zone", json!(null)),
        ("/version", json!("0.1.0")),
    ] {
        let mut report = golden.clone();
        *report.pointer_mut(pointer).unwrap() = bad;
        assert!(!validator.is_valid(&report), "{pointer} may be anything");
    }
    for field in ["schema", "version", "level", "risk", "score", "findings", "contributions", "notes"] {
        let mut report = golden.clone();
        report.as_object_mut().unwrap().remove(field);
        assert!(!validator.is_valid(&report), "{field} may be missing");
    }
}
