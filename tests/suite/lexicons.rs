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

/// A folder of the test's own, empty at first.
fn folder(name: &str) -> std::path::PathBuf {
    let path = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("lexicons-{name}"));
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(path.join("sub/deeper")).unwrap();
    path
}

#[test]
fn examples_are_tested_whatever_the_engine_was_told() {
    let zoned = example().replace("tactic =", "zones = [\"own\"]\nstatus = \"experimental\"\ntactic =");
    let with = |toml: &str| Engine::builder().lexicon("jam.toml", toml).without("gift.jam").build().unwrap().failed_examples();
    assert_eq!(with(&zoned), Vec::<String>::new());
    let failed = with(&zoned.replace("[We brought", "[You brought"));
    assert!(failed.len() == 1 && failed[0].starts_with("jam.toml:12: gift.jam.brought: does not match "), "{failed:?}");
}

#[test]
fn a_file_that_the_configuration_names_too_is_looked_at() {
    let dir = folder("named-twice");
    fs::write(dir.join("jam.toml"), example().replace("[We brought", "We brought")).unwrap();
    fs::write(dir.join("fig.toml"), example().replace("jam", "fig").replace("[We brought", "We brought")).unwrap();
    fs::write(dir.join("beholden.toml"), "lexicons = [\"jam.toml\", \"fig.toml\"]\n").unwrap();
    let said = |args: &[&str]| {
        let output = crate::beholden().current_dir(&dir).args(["rules", "lint"]).args(args).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let last = |text: &str| text.lines().last().unwrap().to_owned();
    let one = said(&["jam.toml"]);
    assert!(one.contains("--> jam.toml:") && !one.contains("--> fig.toml:"), "{one}");
    assert_eq!(last(&one), "2 files, 1 error, 0 warnings", "the configuration is looked at too");
    assert_eq!(last(&said(&[])), "3 files, 2 errors, 0 warnings");
    assert_eq!(last(&said(&["beholden.toml"])), "3 files, 2 errors, 0 warnings");
    assert_eq!(last(&said(&["jam.toml", "--no-config"])), "1 file, 1 error, 0 warnings");
}

/// Whoever names a folder names the same files, in the folders in it too, once each and without end.
#[cfg(unix)]
#[test]
fn every_command_finds_the_same_files_in_a_folder() {
    let dir = folder("folders");
    let jam = |name: &str| example().replace("\"jam\"", &format!("{name:?}")).replace("gift.jam", &format!("gift.{name}"));
    fs::write(dir.join("plum.toml"), jam("plum")).unwrap();
    fs::write(dir.join("sub/deeper/fig.toml"), jam("fig").replace("(bring|leave)", "bring")).unwrap();
    fs::write(dir.join("sub/notes.txt"), "no lexicon").unwrap();
    fs::write(dir.join("sub/beholden.toml"), "off = []\n").unwrap();
    std::os::unix::fs::symlink(dir.join("sub"), dir.join("sub/again")).unwrap();
    std::os::unix::fs::symlink(&dir, dir.join("round")).unwrap();
    std::os::unix::fs::symlink(dir.join("plum.toml"), dir.join("sub/linked.toml")).unwrap();
    let path = dir.to_str().unwrap();
    let linted = rules(&["lint", path]);
    let said = String::from_utf8_lossy(&linted.stdout).into_owned();
    assert!(said.ends_with("2 files, 0 errors, 0 warnings\n"), "{said}");
    let list: Value = serde_json::from_slice(&rules(&["list", "--lexicon", path, "--format", "json"]).stdout).unwrap();
    let of_folder = |file: &str| file.starts_with(path);
    let listed: Vec<&str> = list
        .as_array()
        .unwrap()
        .iter()
        .filter(|r| of_folder(r["file"].as_str().unwrap()))
        .map(|r| r["id"].as_str().unwrap())
        .collect();
    assert_eq!(listed, ["gift.plum.brought", "gift.fig.brought"]);
    let tested = rules(&["test", path]);
    assert!(
        tested.status.success()
            && String::from_utf8_lossy(&tested.stdout).starts_with(&format!("{} rules, ", list.as_array().unwrap().len()))
    );
    fs::write(dir.join("mail.txt"), "We brought you a jar of marmalade.").unwrap();
    let mail = dir.join("mail.txt");
    let scanned = crate::beholden()
        .current_dir(root())
        .args(["scan", "--format", "json", "--lexicon", path, mail.to_str().unwrap()])
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&scanned.stdout).unwrap();
    let cues: Vec<&str> = report[0]["cues"].as_array().unwrap().iter().map(|c| c["rule"].as_str().unwrap()).collect();
    assert!(cues.contains(&"gift.plum.brought") && cues.contains(&"gift.fig.brought"), "{report}");
}

#[test]
fn a_file_that_is_no_utf8_is_said_with_its_line_and_stops_no_other() {
    let dir = folder("latin1");
    let (latin1, good) = (dir.join("latin1.toml"), dir.join("good.toml"));
    fs::write(&latin1, b"family = \"x\"\n# caf\xe9\n").unwrap();
    fs::write(&good, example()).unwrap();
    let output = rules(&["lint", latin1.to_str().unwrap(), good.to_str().unwrap()]);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.contains("latin1.toml:2: not UTF-8: byte 0xe9; save the file as UTF-8"), "{errors}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1 file, 0 errors, 0 warnings\n");
    assert_eq!(output.status.code(), Some(2));
    let output = rules(&["test", latin1.to_str().unwrap(), good.to_str().unwrap()]);
    assert!(String::from_utf8_lossy(&output.stdout).ends_with(", 0 failed examples\n") && output.status.code() == Some(2));
}

#[test]
fn a_lexicon_steers_no_terminal() {
    let dir = folder("escapes");
    let path = dir.join("escapes.toml");
    let toml =
        example().replace("gift.jam.brought", "gift.jam.\\u001b[2J").replace("[We brought you", "[You \\u202e\\u001b[2J brought");
    fs::write(&path, &toml).unwrap();
    fs::write(dir.join("again.toml"), toml.replace("\"jam\"", "\"jelly\"")).unwrap();
    for args in [&["test", path.to_str().unwrap()][..], &["lint", dir.to_str().unwrap()], &["test", dir.to_str().unwrap()]] {
        let output = rules(args);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("\\u{1b}[2J") && !said.contains(['\u{1b}', '\u{202e}']), "{args:?}: {said}");
    }
}

#[test]
fn weights_and_counts_say_with_which_lexicon_they_were_made() {
    let dir = folder("learned");
    let (gold, weights, earned) = (dir.join("gold.jsonl"), dir.join("weights.json"), dir.join("earned.json"));
    let open = fs::read_to_string(root().join("corpus/open.jsonl")).unwrap();
    fs::write(&gold, open.split_inclusive('\n').take(60).collect::<String>()).unwrap();
    let run = |args: &[&str], output: &std::path::Path| -> Value {
        let mut command = crate::beholden();
        let done = command.current_dir(&dir).args(args).arg(&gold).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        serde_json::from_str(&fs::read_to_string(output).unwrap()).unwrap()
    };
    // A configuration is nothing to what is learned.
    fs::write(dir.join("beholden.toml"), "off = [\"no.such.rule\"]\n").unwrap();
    let learned = run(&["learn", "-o", weights.to_str().unwrap()], &weights);
    let version = Engine::new().unwrap().version().clone();
    assert_eq!(learned["learned"]["lexicon"], version.lexicon.as_str());
    let counts = run(&["eval", "--no-config", "--rules", "--earned", earned.to_str().unwrap()], &earned);
    assert_eq!((&counts["lexicon"], &counts["weights"]), (&version.lexicon.as_str().into(), &version.weights.as_str().into()));
    let rules = counts["rules"].as_object().unwrap();
    assert_eq!(rules.len(), Engine::new().unwrap().rules().count());
    assert!(rules.values().any(|r| r["hits"] == 0) && rules.values().any(|r| r["hits"] != 0));
}

#[test]
fn what_rules_earned_is_of_every_embedded_rule() {
    let earned: Value = serde_json::from_str(&fs::read_to_string(root().join("lexicons/earned.json")).unwrap()).unwrap();
    let list: Value = serde_json::from_slice(&rules(&["list", "--format", "json"]).stdout).unwrap();
    for rule in list.as_array().unwrap() {
        let id = rule["id"].as_str().unwrap();
        assert!(earned["rules"].get(id).is_some(), "{id} was not measured; lexicons/README.md says how to do that");
    }
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
