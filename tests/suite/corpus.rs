//! The labelled corpus is sound. Labels are the truth: they are measured against, never written from output.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::root;

#[test]
fn labels_are_sound_and_broad() {
    let mut ids = BTreeSet::new();
    let (mut levels, mut tactics) = ([0usize; 4], BTreeSet::new());
    for entry in fs::read_dir(root().join("corpus")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "jsonl") {
            continue;
        }
        for (i, line) in fs::read_to_string(&path).unwrap().lines().enumerate() {
            let place = format!("{}:{}", path.display(), i + 1);
            let message: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{place}: {e}"));
            assert!(ids.insert(message["id"].as_str().unwrap().to_owned()), "{place}: the id stands twice");
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
    assert!(ids.len() >= 60, "{} messages", ids.len());
    assert!(levels.iter().all(|n| *n >= 5), "{levels:?}");
    assert_eq!(tactics.len(), 10, "{tactics:?}");
}
