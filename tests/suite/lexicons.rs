//! The lexicon format: its schema, its README's example, and what `rules` says of the lexicons.

use std::fs;
use std::process::Output;

use beholden::{Engine, Level};
use serde_json::Value;

use crate::root;

fn rules(args: &[&str]) -> Output {
    crate::beholden().current_dir(root()).arg("rules").args(args).output().unwrap()
}

fn schema() -> jsonschema::Validator {
    jsonschema::validator_for(&serde_json::from_str(&fs::read_to_string(root().join("lexicons/schema.json")).unwrap()).unwrap())
        .unwrap()
}

fn value(toml: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(toml).unwrap()).unwrap()
}

/// The file that the README works through.
fn example() -> String {
    let readme = fs::read_to_string(root().join("lexicons/README.md")).unwrap();
    readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap().to_owned()
}

#[test]
fn the_schema_is_that_of_the_types() {
    let made = String::from_utf8(rules(&["schema"]).stdout).unwrap();
    let path = root().join("lexicons/schema.json");
    if std::env::var_os("SNAPSHOTS").is_some_and(|s| s == "overwrite") {
        fs::write(&path, &made).unwrap();
    }
    assert!(fs::read_to_string(path).unwrap() == made, "SNAPSHOTS=overwrite cargo test rewrites lexicons/schema.json");
}

#[test]
fn every_file_fits_the_schema_and_says_its_format() {
    let schema = schema();
    let mut files = 0;
    for entry in fs::read_dir(root().join("lexicons/en")).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let value = value(&text);
        let errors: Vec<String> = schema.iter_errors(&value).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        assert!(text.starts_with("#:schema ../schema.json\n") && text.contains("\nformat = 1\n"), "{}", path.display());
        files += 1;
    }
    assert!(files > 50);
    for (from, to) in [
        ("format = 1", "format = 2"),
        ("role = \"gift\"", "role = \"bribe\""),
        ("allows = [\"You", "allow = [\"You"),
        ("[We", "We"),
    ] {
        assert!(example().contains(from));
        assert!(!schema.is_valid(&value(&example().replace(from, to))), "{to}");
    }
}

#[test]
fn the_readmes_example_works() {
    let path = std::env::temp_dir().join(format!("beholden-jam-{}.toml", std::process::id()));
    fs::write(&path, example()).unwrap();
    let passes = |command: &str| {
        let output = rules(&[command, path.to_str().unwrap()]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    };
    ["lint", "test"].into_iter().for_each(passes);
    // Examples are no mail: a rule for one zone is tested all the same.
    fs::write(&path, example().replace("tactic =", "zones = [\"own\"]\ntactic =")).unwrap();
    passes("test");
    fs::remove_file(path).unwrap();
    assert!(schema().is_valid(&value(&example())));
    let text = "We brought you a jar of marmalade. Now please send us $20.";
    let with = |toml: String| Engine::builder().lexicon("jam.toml", toml).build().unwrap().analyze(text);
    let fires = |toml: String| with(toml).contributions.iter().any(|c| c.source == "gift.jam");
    assert!(fires(example()));
    assert!(with(example()).level >= Some(Level::Appeal));
    assert!(!fires(example().replace("tactic =", "status = \"experimental\"\ntactic =")));
    assert!(!fires(example().replace("tactic =", "zones = [\"subject\"]\ntactic =")));
}

#[test]
fn the_embedded_lexicons_lint_clean_of_errors() {
    let output = rules(&["lint"]);
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("\n58 files, 0 errors, "), "{said}");
}

#[test]
fn rules_are_listed_and_shown() {
    let list: Value = serde_json::from_slice(&rules(&["list", "--format", "json"]).stdout).unwrap();
    let ids: std::collections::BTreeSet<&str> = list.as_array().unwrap().iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert!(ids.len() >= 150 && ids.len() == list.as_array().unwrap().len());
    let some: Value =
        serde_json::from_slice(&rules(&["list", "--tactic", "guilt", "--role", "obligation", "--format", "json"]).stdout)
            .unwrap();
    let some = some.as_array().unwrap();
    assert!(
        !some.is_empty() && some.len() < ids.len() && some.iter().all(|r| r["tactic"] == "guilt" && r["role"] == "obligation")
    );
    assert_eq!(rules(&["list", "--language", "de"]).stdout, b"");
    let shown: Value = serde_json::from_slice(&rules(&["show", "gift.free.information", "--format", "json"]).stdout).unwrap();
    assert!(shown["earned"]["hits"].as_u64() > Some(0) && shown["earned_with"]["messages"].as_u64() > Some(1_000));
    let wrong = rules(&["show", "gift.free.informatin"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("did you mean gift.free.information?"));
}
