//! Messages to measure on, the limit to measure against, and a clock.

// Each bench is a program of its own and uses some of this.
#![allow(dead_code)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

/// How often everything is measured; medians are printed.
pub const ROUNDS: usize = 5;

/// Raw messages: the files of the folder that `BEHOLDEN_MAIL` names, or the labelled corpus as plain mail.
pub fn messages() -> Vec<Vec<u8>> {
    if let Some(folder) = std::env::var_os("BEHOLDEN_MAIL") {
        let mut paths = Vec::new();
        walk(Path::new(&folder), &mut paths);
        paths.sort();
        return paths.iter().map(|p| fs::read(p).expect("the file can be read")).collect();
    }
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut out = Vec::new();
    for file in ["open.jsonl", "measure.jsonl"] {
        for line in fs::read_to_string(corpus.join(file)).expect("the corpus ships with the project").lines() {
            let message: serde_json::Value = serde_json::from_str(line).expect("the corpus is JSON");
            let field = |name: &str| message[name].as_str().unwrap_or("").to_owned();
            out.push(format!("From: a@b.example\nSubject: {}\n\n{}\n", field("subject"), field("text")).into_bytes());
        }
    }
    out
}

pub fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder can be listed") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            walk(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// A bare scan for the 1,500 commonest words of over four letters and word pairs of the text that is scanned.
pub fn limit(text: &str) -> AhoCorasick {
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let mut counts: HashMap<String, usize> = HashMap::new();
    for word in words.iter().filter(|w| w.chars().count() > 4) {
        *counts.entry((*word).to_owned()).or_default() += 1;
    }
    for pair in words.windows(2) {
        *counts.entry(pair.join(" ")).or_default() += 1;
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::Standard)
        .kind(Some(AhoCorasickKind::DFA))
        .build(counts.iter().take(1_500).map(|(phrase, _)| phrase))
        .expect("1,500 short phrases make an automaton")
}

/// Bytes a second of the limit, the best of three.
pub fn limit_speed(limit: &AhoCorasick, bytes: &[u8]) -> f64 {
    (0..3).map(|_| speed(bytes.len(), || limit.find_overlapping_iter(bytes).count())).fold(0.0, f64::max)
}

/// Bytes a second.
pub fn speed<T>(bytes: usize, run: impl FnOnce() -> T) -> f64 {
    let start = Instant::now();
    std::hint::black_box(run());
    bytes as f64 / start.elapsed().as_secs_f64()
}

pub fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers[numbers.len() / 2]
}

/// A line of the table: speeds, and ratios to the limit of the same round.
pub fn report(name: &str, speeds: &[f64], limits: &[f64]) {
    let ratios = speeds.iter().zip(limits).map(|(s, l)| s / l).collect();
    println!("{name:<44} {:>9.1} MB/s {:>8.3} of the limit", median(speeds.to_vec()) / 1e6, median(ratios));
}
