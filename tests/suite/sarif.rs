//! `--format sarif` is SARIF 2.1.0 by the standard's own schema, and says what the reports say.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};

use crate::root;

fn schema() -> jsonschema::Validator {
    let text = fs::read_to_string(root().join("tests/sarif/sarif-schema-2.1.0.json")).unwrap();
    // A bracket too many in the pattern of a language, which strict readers of regular expressions refuse.
    let text = text.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}?$");
    jsonschema::validator_for(&serde_json::from_str(&text).unwrap()).unwrap()
}

fn scan(folder: &Path, args: &[&str]) -> (Value, Output) {
    let output = crate::beholden().current_dir(folder).args(["scan", "--format", "sarif"]).args(args).output().unwrap();
    (serde_json::from_slice(&output.stdout).unwrap(), output)
}

fn results(document: &Value) -> &Vec<Value> {
    document["runs"][0]["results"].as_array().unwrap()
}

fn notifications(document: &Value) -> &Vec<Value> {
    document["runs"][0]["invocations"][0]["toolExecutionNotifications"].as_array().unwrap()
}

fn locations(result: &Value) -> impl Iterator<Item = &Value> {
    result["locations"].as_array().unwrap().iter().chain(result["relatedLocations"].as_array().into_iter().flatten())
}

fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

const ASK: &str = "After all we have done for you, the least you could do is send $20.";

#[test]
fn what_is_written_fits_the_schema_of_the_standard() {
    let schema = schema();
    let fits = |document: &Value| {
        let errors: Vec<String> = schema.iter_errors(document).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    };
    let (document, output) = scan(&root(), &["corpus/mail", "corpus/samples", "no-such-file.eml"]);
    assert_eq!(output.status.code(), Some(2));
    fits(&document);
    assert!(results(&document).len() > 5 && notifications(&document).len() > 3);
    let invocation = &document["runs"][0]["invocations"][0];
    assert_eq!((&invocation["executionSuccessful"], &invocation["exitCode"]), (&json!(false), &json!(2)));
    let failure = notifications(&document).iter().find(|n| n["level"] == "error").unwrap();
    assert_eq!(failure["descriptor"]["id"], "unreadable");
    assert_eq!(failure["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], "no-such-file.eml");
    assert!(notifications(&document).iter().any(|n| n["message"]["text"].as_str().unwrap().starts_with("not judged (language")));
    let (empty, output) = scan(&folder("sarif-empty"), &["."]);
    assert!(output.status.success() && results(&empty).is_empty() && notifications(&empty).is_empty());
    fits(&empty);
    // The schema can say no.
    for (pointer, bad) in [
        ("/version", json!("2.0.0")),
        ("/runs/0/results/0/level", json!("awful")),
        ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", json!(0)),
        ("/runs/0/columnKind", json!("bytes")),
    ] {
        let mut document = document.clone();
        *document.pointer_mut(pointer).unwrap() = bad;
        assert!(!schema.is_valid(&document), "{pointer} may be anything");
    }
}

#[test]
fn rules_are_the_tactics_and_levels_are_told_as_loud_as_they_are() {
    let (document, _) = scan(&root(), &["corpus/samples"]);
    let rules = document["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), beholden::Tactic::ALL.len() + 1);
    for result in results(&document) {
        assert_eq!(rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()]["id"], result["ruleId"]);
        let wanted = match result["properties"]["level"].as_str().unwrap() {
            "pressure" => "error",
            "appeal" => "warning",
            _ => "note",
        };
        assert_eq!(result["level"], wanted);
        assert_eq!(result["rank"], result["properties"]["risk"]);
    }
    assert!(results(&document).iter().any(|r| r["level"] == "error"));
    assert!(results(&document).iter().any(|r| r["level"] == "warning"));
}

#[test]
fn regions_are_right_in_utf_16() {
    let folder = folder("sarif-regions");
    let text = format!("Dear 🐎 friend,\r\n\r\n日本 🎁🎁 {}", ASK.replace("you, the", "you,\r\nthe"));
    fs::write(folder.join("note.txt"), &text).unwrap();
    let units: Vec<u16> = text.encode_utf16().collect();
    let (document, _) = scan(&folder, &["note.txt"]);
    let mut wide = 0;
    for location in results(&document).iter().flat_map(locations) {
        let region = &location["physicalLocation"]["region"];
        let number = |name: &str| usize::try_from(region[name].as_u64().unwrap()).unwrap();
        let (start, end) = (number("charOffset"), number("charOffset") + number("charLength"));
        let snippet = region["snippet"]["text"].as_str().unwrap();
        assert_eq!(String::from_utf16(&units[start..end]).unwrap(), snippet);
        for (at, line, column) in [(start, "startLine", "startColumn"), (end, "endLine", "endColumn")] {
            let before: Vec<&[u16]> = units[..at].split(|u| *u == 10).collect();
            assert_eq!((number(line), number(column)), (before.len(), before[before.len() - 1].len() + 1), "{snippet}");
            wide += usize::from(number(line) == 3);
        }
    }
    assert!(wide > 0, "nothing stands after the wide characters of line 3");
}

#[test]
fn ids_are_artifacts_with_messages_of_an_mbox_as_fragments() {
    let folder = folder("sarif-ids");
    fs::write(folder.join("50% #1 ü?.txt"), ASK).unwrap();
    let one = format!("From a@example.org Mon Jan  1 00:00:00 2024\nSubject: One\n\n{ASK}\n\n");
    fs::write(folder.join("in box.mbox"), format!("{one}{one}")).unwrap();
    let (document, _) = scan(&folder, &["50% #1 ü?.txt", "in box.mbox"]);
    let mut uris: Vec<&str> = results(&document)
        .iter()
        .map(|r| r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap())
        .collect();
    uris.dedup();
    assert_eq!(uris, ["50%25%20%231%20%C3%BC%3F.txt", "in%20box.mbox#1", "in%20box.mbox#2"]);
}

#[test]
fn an_id_of_a_line_is_a_name_and_no_place() {
    let folder = folder("sarif-lines");
    let hostile = ["../../etc/passwd", "https://host.example/x", "//host/x", "", "C:\\x"];
    let mut lines: Vec<String> = hostile.iter().map(|id| json!({"id": id, "text": ASK}).to_string()).collect();
    lines.push(json!({"text": ASK}).to_string());
    lines.push("{\"id\":\"../bad\",\"text\":5}".to_owned());
    lines.push("nothing".to_owned());
    lines.push(json!({"id": "file:///x", "message": "MIME-Version: 1.0\nContent-Type: application/zip\n\nPK\n"}).to_string());
    fs::write(folder.join("in put.jsonl"), lines.join("\n")).unwrap();
    let (document, output) = scan(&folder, &["--input", "jsonl", "in put.jsonl"]);
    assert!(output.status.success());
    let schema = schema();
    assert!(schema.is_valid(&document));
    let place = |location: &Value| {
        let logical = location["logicalLocations"].as_array().map_or(&[][..], Vec::as_slice);
        let name = logical.iter().find(|l| l["kind"] == "message").map(|l| l["name"].as_str().unwrap().to_owned());
        (location["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap().to_owned(), name)
    };
    let mut places: Vec<_> = results(&document).iter().flat_map(locations).map(place).collect();
    places.dedup();
    let wanted = hostile.iter().map(|id| Some((*id).to_owned())).chain([None]);
    let wanted: Vec<_> = wanted.enumerate().map(|(i, id)| (format!("in%20put.jsonl#{}", i + 1), id)).collect();
    assert_eq!(places, wanted);
    let told: Vec<_> = notifications(&document).iter().map(|n| (n["level"].clone(), place(&n["locations"][0]))).collect();
    let at = |line: usize, id: Option<&str>| (format!("in%20put.jsonl#{line}"), id.map(str::to_owned));
    assert_eq!(
        told,
        [(json!("error"), at(7, Some("../bad"))), (json!("error"), at(8, None)), (json!("note"), at(9, Some("file:///x")))]
    );
}

#[test]
fn text_levels_and_order_obey_the_flags() {
    let (document, output) = scan(&root(), &["--no-text", "--only", "appeal", "--sort", "risk", "corpus/samples", "corpus/mail"]);
    let all = results(&document);
    assert!(all.len() > 2 && notifications(&document).is_empty());
    let ranks: Vec<i64> = all.iter().map(|r| r["rank"].as_i64().unwrap()).collect();
    assert!(ranks.windows(2).all(|pair| pair[0] >= pair[1]) && ranks.first() > ranks.last(), "{ranks:?}");
    assert!(all.iter().all(|r| r["level"] != "note"));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains("snippet") && !text.contains("address labels") && !text.contains("ponies"));
    assert!(text.contains("(line 3 and line 3)"));
}
