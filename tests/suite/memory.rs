//! Memory stays flat however many messages there are. The long form of this measurement, with a million short messages, is
//! `cargo test --release -- --ignored --nocapture a_million_messages`.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead as _, BufReader, BufWriter, Write};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::root;

/// Writes message `number`, made from the first so many letters of one in the open corpus.
fn write(out: &mut impl Write, kind: &str, number: usize, rows: &[Value], letters: usize) -> std::io::Result<()> {
    let row = &rows[number % rows.len()];
    let text = row["text"].as_str().unwrap();
    let text = &text[..text.floor_char_boundary(letters)];
    let subject = row["subject"].as_str().unwrap_or("");
    let subject = &subject[..subject.floor_char_boundary(letters)];
    match kind {
        "jsonl" => writeln!(out, "{}", json!({"id": number, "subject": subject, "text": text})),
        _ => {
            let text = text.replace("\nFrom ", "\n>From ");
            writeln!(
                out,
                "From a@example.org Mon Jan  1 00:00:00 2024\nMessage-ID: <{number}@example.org>\nSubject: {subject}\n\n{text}\n"
            )
        }
    }
}

/// The most memory in KiB that a scan of so many messages ever held.
fn peak(kind: &'static str, count: usize, letters: usize) -> u64 {
    let mut child = crate::beholden()
        .args(["scan", "--input", kind, "--format", "jsonl", "--jobs", "2"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || {
        let corpus = fs::read_to_string(root().join("corpus/open.jsonl")).unwrap();
        let rows: Vec<Value> = corpus.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let mut out = BufWriter::new(stdin);
        // An mbox message ends where the next begins, so one more is sent.
        for number in 0..=count {
            write(&mut out, kind, number, &rows, letters).unwrap();
        }
        out.flush().unwrap();
        out
    });
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    let mut line = Vec::new();
    for number in 0..count {
        line.clear();
        answers.read_until(b'\n', &mut line).unwrap();
        assert!(line.starts_with(b"{\"schema\":1,"), "{kind} {number}: {}", String::from_utf8_lossy(&line));
    }
    // The input is still open, so the process is still there to be asked.
    let out = writer.join().unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap();
    let peak = peak.trim().trim_end_matches("kB").trim().parse().unwrap();
    drop(out);
    let mut rest = Vec::new();
    std::io::Read::read_to_end(&mut answers, &mut rest).unwrap();
    assert!(child.wait().unwrap().success());
    peak
}

#[test]
fn memory_does_not_grow_with_the_number_of_messages() {
    for kind in ["mbox", "jsonl"] {
        let (few, many) = (peak(kind, 1_000, usize::MAX), peak(kind, 10_000, usize::MAX));
        // Kept reports alone would be some 9,000 times 1.5 kB.
        assert!(many < few + 4_096, "{kind}: {few} KiB for 1,000 messages, {many} KiB for 10,000");
    }
}

/// Letters of a short message: judging it takes little, and what is kept of a message does not depend on its length.
const SHORT: usize = 24;

#[test]
#[ignore = "takes minutes"]
#[allow(clippy::print_stdout)]
fn a_million_messages() {
    for kind in ["mbox", "jsonl"] {
        let peaks = [1_000, 100_000, 1_000_000].map(|count| (count, peak(kind, count, SHORT)));
        for (count, peak) in peaks {
            println!("{kind}: {count} messages, at most {peak} KiB");
        }
        assert!(peaks[2].1 < peaks[0].1 + 16_384);
    }
}
