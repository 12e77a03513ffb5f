//! The labelled corpus is sound. Labels are the truth: they are measured against, never written from output.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::root;

#[test]
fn labels_are_sound_and_broad() {
    let mut ids = BTreeSet::new();
    let (mut levels, mut tactics, mut settings) = ([0usize; 4], BTreeSet::new(), BTreeSet::new());
    for entry in fs::read_dir(root().join("corpus")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "jsonl") {
            continue;
        }
        for (i, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let place = format!("{}:{}", path.display(), i + 1);
            let message: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{place}: {e}"));
            assert!(ids.insert(message["id"].as_str().unwrap().to_owned()), "{place}: the id stands twice");
            settings.insert(message["setting"].as_str().unwrap().to_owned());
            assert_eq!(message["split"], path.file_stem().unwrap().to_str().unwrap(), "{place}: the split is the file's name");
            let level = message["level"].as_u64().unwrap() as usize;
            levels[level] += 1;
            let named = message["tactics"].as_array().unwrap();
            assert_eq!(level >= 2, !named.is_empty(), "{place}: tactics stand at level 2 and 3, and only there");
            tactics.extend(named.iter().map(|t| t.as_str().unwrap().to_owned()));
            let text = message["text"].as_str().unwrap();
            for span in message["spans"].as_array().unwrap() {
                assert!(text.contains(span["quote"].as_str().unwrap()), "{place}: {span} is no quote");
                assert!(level > 0, "{place}: a span at level 0");
            }
        }
    }
    assert!(ids.len() >= 400, "{} messages", ids.len());
    assert!(settings.len() >= 20, "{settings:?}");
    assert!(levels.iter().all(|n| *n >= 5), "{levels:?}");
    assert_eq!(tactics.len(), 10, "{tactics:?}");
}

/// The measuring half was fixed before it was first scored: whoever changes it changes the benchmark.
#[test]
fn the_measuring_half_is_the_one_that_was_committed() {
    let text = fs::read(root().join("corpus/measure.jsonl")).unwrap();
    let hash: String = Sha256::digest(&text).iter().map(|b| format!("{b:02x}")).collect();
    let readme = fs::read_to_string(root().join("corpus/README.md")).unwrap();
    assert!(readme.contains(&format!("sha256:{hash}")), "corpus/README.md names another hash than {hash}");
}
