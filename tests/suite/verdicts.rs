//! Verdicts that must not slip: the samples, near-twins, and the project's corpus as a whole.

use std::fs;

use beholden::{Engine, Level, Role, Tactic};
use serde_json::Value;

use crate::root;

fn level(text: &str) -> Level {
    Engine::new().unwrap().analyze(text).level.unwrap()
}

#[test]
fn samples_are_what_they_are() {
    let engine = Engine::new().unwrap();
    let read = |name: &str| fs::read(root().join("corpus/samples").join(name)).unwrap();
    let labels = engine.analyze_message(&read("address-labels.eml"));
    assert_eq!(labels.level, Some(Level::Pressure));
    assert!(labels.findings.iter().any(|f| f.tactic == Tactic::Guilt));
    let roles: Vec<Role> = labels.findings.iter().flat_map(|f| &f.evidence).map(|e| e.role).collect();
    assert!(roles.contains(&Role::Gift) && roles.contains(&Role::Request) && roles.contains(&Role::Obligation));
    assert_eq!(engine.analyze_message(&read("open-bargain.txt")).level, Some(Level::Appeal));
    assert!(engine.analyze_message(&read("real-kindness.txt")).level < Some(Level::Appeal));
    assert!(engine.analyze_message(&read("a-warning-about-a-scam.eml")).level < Some(Level::Appeal));
}

#[test]
fn one_change_flips_the_verdict() {
    assert_eq!(level("You owe us one, so please lend me your car on Friday."), Level::Pressure);
    assert!(level("You owe us nothing. The car is back on Friday.") < Level::Appeal);
    assert!(
        level(
            "> You owe us one, so please lend me your car on Friday.\n\nI have said no to him and will say so again, if he asks."
        ) < Level::Appeal
    );
}

/// A floor, not a target: the figure of the day stands in the notes. Falling under it means that something broke.
#[test]
fn the_corpus_is_mostly_judged_right() {
    let engine = Engine::new().unwrap();
    let text = fs::read_to_string(root().join("corpus/open.jsonl")).unwrap();
    let (mut right, mut all) = (0, 0);
    for line in text.lines() {
        let message: Value = serde_json::from_str(line).unwrap();
        let report = engine.analyze_with_subject(message["subject"].as_str().unwrap(), message["text"].as_str().unwrap());
        right += usize::from((report.level >= Some(Level::Appeal)) == (message["level"].as_u64() >= Some(2)));
        all += 1;
    }
    assert!(right * 100 >= all * 75, "{right} of {all} on the right side");
}
