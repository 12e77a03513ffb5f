//! What an engine is told to do otherwise: weights, rules that are off, thresholds, allow-lists.

use std::sync::LazyLock;

use beholden::{Engine, EngineBuilder, Level, Report, Weight};

const PRESSURE: &str = "After all we have done for you, the least you could do is send $20.";

static PLAIN: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

fn judged(set: impl Fn(EngineBuilder) -> EngineBuilder, text: &str) -> Report {
    set(Engine::builder()).build().unwrap().analyze(text)
}

fn contribution(report: &Report, source: &str) -> Option<(f64, f64)> {
    report.contributions.iter().find(|c| c.source == source).map(|c| (c.value, c.pressure))
}

fn rules(report: &Report) -> Vec<&str> {
    report.findings.iter().flat_map(|f| &f.evidence).chain(&report.cues).map(|e| e.rule.as_str()).collect()
}

#[test]
fn nothing_set_changes_nothing() {
    assert_eq!(judged(|b| b, PRESSURE), PLAIN.analyze(PRESSURE));
    assert_eq!(PLAIN.version().settings, None);
    let set = Engine::builder().weight("tie.same", 1.0).build().unwrap();
    assert!(set.version().settings.as_ref().unwrap().starts_with("sha256:"));
    assert_eq!(set.version().weights, PLAIN.version().weights);
}

#[test]
fn a_weight_of_a_source_is_what_it_contributes() {
    let report = judged(|b| b.weight("obligation.guilt", 0.25).weight("bias", Weight::pressure(-3.0)), PRESSURE);
    assert_eq!(contribution(&report, "obligation.guilt"), Some((0.25, 0.25)));
    let (appeal, _) = contribution(&PLAIN.analyze(PRESSURE), "bias").unwrap();
    assert_eq!(contribution(&report, "bias"), Some((appeal, -3.0)), "what is not given stays");
    let sum: f64 = report.contributions.iter().map(|c| c.value).sum();
    assert!((sum - report.score.unwrap()).abs() < 1e-9);
}

#[test]
fn a_rule_with_a_weight_of_its_own_stands_beside_its_family() {
    let plain = PLAIN.analyze(PRESSURE);
    assert!(rules(&plain).contains(&"obligation.guilt.after_all") && rules(&plain).contains(&"obligation.guilt.least_you_can"));
    let report = judged(|b| b.weight("obligation.guilt.after_all", Weight::each(1.5, 0.5)), PRESSURE);
    assert_eq!(contribution(&report, "obligation.guilt.after_all"), Some((1.5, 0.5)));
    assert_eq!(
        contribution(&report, "obligation.guilt"),
        contribution(&plain, "obligation.guilt"),
        "the other rule still counts"
    );
    assert_eq!(report.findings[0].tactic, plain.findings[0].tactic);
}

#[test]
fn a_rule_that_weighs_nothing_is_off() {
    let zero = judged(|b| b.weight("obligation.guilt.after_all", 0.0), PRESSURE);
    assert!(!rules(&zero).contains(&"obligation.guilt.after_all"));
    let off = judged(|b| b.without("obligation.guilt.after_all"), PRESSURE);
    assert_eq!((&zero.findings, &zero.cues, zero.score), (&off.findings, &off.cues, off.score));
    let back = judged(|b| b.without("obligation.guilt").weight("obligation.guilt.after_all", 2.0), PRESSURE);
    assert!(rules(&back).contains(&"obligation.guilt.after_all"), "what is set last holds");
    assert!(!rules(&back).contains(&"obligation.guilt.least_you_can"), "the family is off");
}

#[test]
fn a_false_friend_that_is_off_blocks_nothing() {
    let text = "We won't ask you to send money. Here is a free guide for you.";
    assert!(!rules(&PLAIN.analyze(text)).contains(&"request.money.pay"));
    let report = judged(|b| b.without("benign.request_idle.warning"), text);
    assert!(rules(&report).contains(&"request.money.pay"), "{:?}", rules(&report));
}

#[test]
fn thresholds_are_set_by_level() {
    let p = PLAIN.analyze(PRESSURE).probability.unwrap().pressure;
    assert_eq!(judged(|b| b.threshold(Level::Pressure, p + 0.001), PRESSURE).level, Some(Level::Appeal));
    assert_eq!(judged(|b| b.threshold(Level::Pressure, p - 0.001), PRESSURE).level, Some(Level::Pressure));
}

#[test]
fn cues_within_an_allowed_phrase_are_left_out() {
    let whole = judged(|b| b.allow_phrase("After all we have done for you, the least you could do"), PRESSURE);
    assert!(!rules(&whole).iter().any(|r| r.starts_with("obligation.guilt")), "{:?}", rules(&whole));
    assert_eq!(whole.notes[0].code, "allowed_phrase");
    assert_eq!(whole.level, Some(Level::None));
    let wrapped = PRESSURE.replace("for you", "FOR\r\n  you");
    let report = judged(|b| b.allow_phrase("After all we have done for you"), &wrapped);
    assert!(!rules(&report).contains(&"obligation.guilt.after_all"), "{:?}", rules(&report));
    let beyond = judged(|b| b.allow_phrase("After all we"), PRESSURE);
    assert_eq!((&beyond.findings, &beyond.notes), (&PLAIN.analyze(PRESSURE).findings, &Vec::new()), "it reaches beyond");
}

#[test]
fn an_allowed_sender_is_not_judged() {
    let engine = Engine::builder().allow_sender("example.org").allow_sender("ann@example.net").build().unwrap();
    let code = |from: &str| engine.analyze_message(format!("{from}Subject: x\r\n\r\n{PRESSURE}\r\n").as_bytes()).abstained;
    for allowed in ["From: a@example.org\r\n", "From: A <b@news.EXAMPLE.org>\r\n", "From: Ann@example.net\r\n"] {
        assert_eq!(code(allowed), Some("allowed_sender"), "{allowed}");
    }
    for judged in [
        "From: bob@example.net\r\n",
        "From: \"a@example.org\" <a@example.com>\r\n",
        "From: a@example.org, a@example.com\r\n",
        "From: a@example.com\r\nFrom: a@example.org\r\n",
        "Sender: a@example.org\r\n",
        "",
    ] {
        assert_eq!(code(judged), None, "{judged}");
    }
    assert_eq!(engine.analyze(PRESSURE).level, Some(Level::Pressure), "text has no sender");
}

#[test]
fn what_can_not_be_set_is_an_error() {
    let error = |set: &dyn Fn(EngineBuilder) -> EngineBuilder| set(Engine::builder()).build().err().unwrap().to_string();
    assert_eq!(error(&|b| b.weight("gift.x", 1.0)), "weight: no rule or source is called \"gift.x\"");
    assert_eq!(error(&|b| b.weight("bias", f64::NAN)), "weight: the weight NaN of \"bias\" is not between -20 and 20");
    assert_eq!(error(&|b| b.without("gift")), "without: no rule or family is called \"gift\"");
    assert_eq!(error(&|b| b.threshold(Level::Appeal, 1.5)), "threshold: the threshold 1.5 is no probability from 0 to 1");
    assert_eq!(error(&|b| b.threshold(Level::None, 0.5)), "threshold: the level none has no threshold: it is what is left");
    assert_eq!(error(&|b| b.allow_phrase("!")), "allow_phrase: the phrase \"!\" has no word");
    assert!(error(&|b| b.allow_sender("*")).starts_with("allow_sender: \"*\" is neither an address"));
}
