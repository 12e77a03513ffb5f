//! `beholden explain`: what it prints adds up, and what it says would be otherwise is otherwise.

use std::path::{Path, PathBuf};

use beholden::{Engine, EngineBuilder, Report};
use serde_json::Value;

use crate::root;

fn explained(path: &Path, args: &[&str]) -> Value {
    let output = crate::beholden().args(["explain", "--no-config", "--format", "json"]).args(args).arg(path).output().unwrap();
    assert!(output.status.success(), "{}: {}", path.display(), String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The mails that explanations are held against: of every level, and of every shape.
fn mails() -> Vec<PathBuf> {
    let folders = ["corpus/samples", "corpus/mail", "tests/golden"];
    let mut paths: Vec<PathBuf> =
        folders.iter().flat_map(|f| std::fs::read_dir(root().join(f)).unwrap()).map(|e| e.unwrap().path()).collect();
    paths.retain(|p| p.extension().is_some_and(|e| e == "eml" || e == "txt"));
    paths.sort();
    assert!(paths.len() > 8, "{paths:?}");
    paths
}

fn judged(builder: EngineBuilder, path: &Path) -> Report {
    let bytes = std::fs::read(path).unwrap();
    let engine = builder.build().unwrap();
    if path.extension().is_some_and(|e| e == "txt") {
        engine.analyze(std::str::from_utf8(&bytes).unwrap())
    } else {
        engine.analyze_message(&bytes)
    }
}

#[test]
fn contributions_sum_to_the_scores_and_each_has_a_cause() {
    for path in mails() {
        let explanation = explained(&path, &[]);
        let report = &explanation["report"];
        let real = serde_json::to_value(judged(Engine::builder(), &path)).unwrap();
        for key in ["level", "risk", "score", "findings", "contributions"] {
            assert_eq!(report[key], real[key], "{}: {key}", path.display());
        }
        let contributions = explanation["contributions"].as_array().unwrap();
        for (total, part) in [("score", "value"), ("pressure_score", "pressure")] {
            let sum: f64 = contributions.iter().map(|c| c[part].as_f64().unwrap()).sum();
            assert!((sum - report[total].as_f64().unwrap_or_default()).abs() < 1e-9, "{}: {total}", path.display());
        }
        for c in contributions {
            assert!(!c["because"].as_array().unwrap().is_empty(), "{}: {c}", path.display());
        }
        for cue in explanation["cues"].as_array().unwrap() {
            assert!(!cue["outcome"].as_array().unwrap().is_empty(), "{}: {cue}", path.display());
        }
    }
}

#[test]
fn a_verdict_without_rules_is_that_of_a_run_without_them() {
    let mut compared = 0;
    for path in mails() {
        let explanation = explained(&path, &[]);
        let level = &explanation["report"]["level"];
        let smallest = &explanation["smallest_change"];
        for otherwise in explanation["without_finding"].as_array().unwrap().iter().chain(smallest.is_object().then_some(smallest))
        {
            compared += 1;
            let off = otherwise["off"].as_array().unwrap().iter().map(|rule| rule.as_str().unwrap());
            let report = judged(off.fold(Engine::builder(), |builder, rule| builder.without(rule)), &path);
            assert_eq!(otherwise["level"], report.level.unwrap().name(), "{}: {otherwise}", path.display());
            assert_eq!(otherwise["risk"], report.risk.unwrap(), "{}: {otherwise}", path.display());
        }
        assert!(smallest.is_null() || smallest["level"] != *level, "{}: {smallest}", path.display());
    }
    assert!(compared > 10, "{compared}");
}

#[test]
fn what_if_is_a_run_with_the_override() {
    let path = root().join("corpus/samples/address-labels.eml");
    let args = ["--what-if", "obligation.guilt.after_all=0", "--what-if", "bias=-2.5", "--what-if", "gift.given=off"];
    let what_if = &explained(&path, &args)["what_if"];
    let builder = Engine::builder().weight("obligation.guilt.after_all", 0.0).weight("bias", -2.5).without("gift.given");
    let report = judged(builder, &path);
    assert_eq!(what_if["level"], report.level.unwrap().name());
    assert_eq!(what_if["risk"], report.risk.unwrap());
    assert_eq!(what_if["score"], report.score.unwrap());
    assert_ne!(report.score, judged(Engine::builder(), &path).score);
}

#[test]
fn it_explains_what_a_scan_judges() {
    use std::io::Write as _;
    use std::process::Stdio;

    const LEANS: &[u8] = b"After all I did for you, the least you could do is lend me $20.";
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(LEANS).unwrap();
    let inputs = [
        ("packed", packed.finish().unwrap(), Some("pressure")),
        ("latin", [b"Caf\xe9: ".as_slice(), LEANS].concat(), Some("pressure")),
        ("binary", [b"%PDF-1.4\n\0\0\0\0".as_slice(), LEANS].concat(), None),
    ];
    for (name, bytes, level) in inputs {
        let asked = |command: &str| -> Value {
            let mut child = crate::beholden()
                .args([command, "--no-config", "--format", "json", "-"])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            child.stdin.take().unwrap().write_all(&bytes).unwrap();
            serde_json::from_slice(&child.wait_with_output().unwrap().stdout).unwrap()
        };
        let (report, explanation) = (&asked("scan")[0], &asked("explain")["report"]);
        assert_eq!(report["level"].as_str(), level, "{name}");
        assert_eq!(report["notes"].as_array().unwrap().len(), usize::from(name == "latin"), "{name}");
        for key in ["level", "risk", "score", "notes", "abstained"] {
            assert_eq!(report[key], explanation[key], "{name}: {key}");
        }
    }
}
