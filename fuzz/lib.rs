//! What every target asks of a report.

use std::sync::LazyLock;

use beholden::{Engine, Report};

/// Built once; reports carry the text that their offsets count.
pub static ENGINE: LazyLock<Engine> =
    LazyLock::new(|| Engine::builder().keep_text(true).build().expect("the embedded data compile"));

/// Either a level or a reason, parts that are named once, and evidence whose text stands at its offsets.
pub fn check(report: &Report) {
    assert_eq!(report.level.is_none(), report.abstained.is_some());
    let parts = report.parts.as_ref().expect("the engine keeps the text");
    for (i, part) in parts.iter().enumerate() {
        assert!(parts[..i].iter().all(|p| p.part != part.part), "{:?} stands twice", part.part);
    }
    for item in report.findings.iter().flat_map(|f| &f.evidence).chain(&report.cues) {
        let part = parts.iter().find(|p| p.part == item.part).expect("evidence stands in a part");
        let shown = item.text.as_deref().expect("nothing was stripped");
        assert_eq!(&part.text[item.bytes[0]..item.bytes[1]], shown);
        assert_eq!(part.text[..item.bytes[0]].chars().count(), item.chars[0]);
        assert_eq!(part.text[..item.bytes[0]].encode_utf16().count(), item.utf16[0]);
        assert_eq!(part.text[..item.bytes[0]].matches('\n').count() + 1, item.line);
    }
}
