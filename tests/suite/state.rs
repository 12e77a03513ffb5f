//! `--state`: a second run reads only what is new, and whatever ends a run loses nothing.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::Stdio;

use crate::batch::{PRESSURE, folder, ids, mail, put, scan, stderr};

const SCAN: [&str; 5] = ["--format", "jsonl", "--state", "seen.txt", "."];

fn letter(number: usize) -> String {
    format!("Message-ID: <{number}@example.org>\n{}", mail("x", &format!("Letter {number}. {PRESSURE}")))
}

fn from(letters: impl IntoIterator<Item = usize>) -> String {
    letters.into_iter().map(|n| format!("From a@example.org Mon Jan  1 00:00:00 2024\n{}\n", letter(n))).collect()
}

fn new_ids(dir: &Path) -> Vec<String> {
    let output = scan(dir, &SCAN);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    ids(&output)
}

#[test]
fn a_second_run_reports_only_what_is_new() {
    let dir = folder("state-new");
    put(&dir, "cur/1.host:2,", letter(1));
    put(&dir, "new/2.host", letter(2));
    put(&dir, "a.mbox", from(3..6));
    put(&dir, "same-1.txt", "hello");
    put(&dir, "same-2.txt", "hello");
    assert_eq!(new_ids(&dir).len(), 7);
    let output = scan(&dir, &SCAN);
    assert!(output.stdout.is_empty());
    assert!(stderr(&output).contains("0 messages: ") && stderr(&output).contains("; 5 unchanged files not read again\n"));
    // Read, answered and moved by a mail program: the same messages.
    fs::rename(dir.join("cur/1.host:2,"), dir.join("cur/1.host:2,RS")).unwrap();
    fs::rename(dir.join("new/2.host"), dir.join("cur/2.host:2,S")).unwrap();
    assert!(new_ids(&dir).is_empty());
    // Rewritten with a status, filed elsewhere, and with new mail behind it: only that is new.
    put(&dir, "Archive/cur/9.host:2,S", letter(2).replace("Subject", "Status: RO\nSubject"));
    put(&dir, "a.mbox", from(3..8));
    assert_eq!(new_ids(&dir), ["./a.mbox#4", "./a.mbox#5"]);
    // The same id under another body is another message.
    put(&dir, "b.eml", letter(1) + "P.S. You owe us.\n");
    put(&dir, "same-3.txt", "hello");
    assert_eq!(new_ids(&dir), ["./b.eml", "./same-3.txt"]);
    assert!(new_ids(&dir).is_empty());
    let state = fs::read_to_string(dir.join("seen.txt")).unwrap();
    assert!(state.starts_with("beholden state 1\n") && !state.contains("example.org"));
}

#[test]
fn unchanged_files_are_not_read_at_all() {
    let dir = folder("state-unread");
    let path = put(&dir, "cur/1.host:2,", letter(1));
    assert_eq!(new_ids(&dir).len(), 1);
    // Other words under the same size and time of change go unnoticed, so nobody looked.
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, letter(1).replace("Letter", "Leaves").replace("<1@", "<7@")).unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    assert!(new_ids(&dir).is_empty());
    // Touched, it is read, and found to be new.
    File::options().write(true).open(&path).unwrap().set_modified(time + std::time::Duration::from_secs(1)).unwrap();
    assert_eq!(new_ids(&dir).len(), 1);
}

#[test]
fn a_killed_run_loses_nothing() {
    let dir = folder("state-killed");
    put(&dir, "a.mbox", from(0..4_000));
    for n in 4_000..4_200 {
        put(&dir, &format!("b/{n}.eml"), letter(n));
    }
    let all: BTreeSet<String> = ids(&scan(&dir, &["--format", "jsonl", "."])).into_iter().collect();
    assert_eq!(all.len(), 4_200);
    let mut seen = BTreeSet::new();
    let mut killed = 0;
    for stop_after in [1, 700, 1_900] {
        let mut child = crate::beholden()
            .current_dir(&dir)
            .arg("scan")
            .args(SCAN)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut reader = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        for _ in 0..stop_after {
            line.clear();
            reader.read_line(&mut line).unwrap();
            seen.insert(id(&line).unwrap());
        }
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
        // What had left the process stands in the pipe; a line that was cut is no report.
        for line in reader.lines() {
            seen.extend(id(&line.unwrap()));
        }
    }
    assert_eq!(killed, 3, "the runs were meant to be stopped before their end");
    assert!(seen.len() < 4_200);
    let rest = new_ids(&dir);
    assert!(rest.len() < 4_200, "what was recorded is not repeated");
    seen.extend(rest);
    assert_eq!(seen, all);
    assert!(new_ids(&dir).is_empty());
}

fn id(line: &str) -> Option<String> {
    serde_json::from_str::<serde_json::Value>(line).ok().map(|l| l["id"].as_str().unwrap().to_owned())
}

#[test]
fn a_cut_last_line_costs_only_its_own_message() {
    let dir = folder("state-cut");
    for n in 0..3 {
        put(&dir, &format!("{n}.txt"), format!("Message {n}"));
    }
    assert_eq!(new_ids(&dir).len(), 3);
    let state = fs::read(dir.join("seen.txt")).unwrap();
    // A header and two keys for each message; the last message loses its second, then both, and then all is lost but half a header.
    for (cut, new) in [(1, 0), (20, 0), (33, 0), (34, 0), (35, 1), (50, 1), (66, 1), (67, 1), (33 * 6 + 5, 3)] {
        fs::write(dir.join("seen.txt"), &state[..state.len() - cut]).unwrap();
        assert_eq!(new_ids(&dir).len(), new, "cut by {cut}");
        assert!(new_ids(&dir).is_empty());
    }
}

#[test]
fn a_state_file_is_not_shared_and_no_other_file_is_written_to() {
    let dir = folder("state-other");
    let mine = "Dear diary,\n";
    put(&dir, "seen.txt", mine);
    let output = scan(&dir, &SCAN);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stderr(&output),
        "beholden: seen.txt:1: no state file: it does not begin `beholden state 1`; name a new one, or one that --state wrote\n"
    );
    assert_eq!(fs::read_to_string(dir.join("seen.txt")).unwrap(), mine);
    let locked = OpenOptions::new().append(true).create(true).open(dir.join("locked")).unwrap();
    locked.lock().unwrap();
    let output = scan(&dir, &["--state", "locked", "seen.txt"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("another run is using this state file"));
    let output = scan(&dir, &["--state", "new", "--input", "jsonl"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!dir.join("new").exists());
}

#[test]
fn errors_are_tried_again_and_sorted_output_is_recorded_too() {
    let dir = folder("state-errors");
    put(&dir, "a.mbox.gz", b"\x1f\x8b\x08 cut");
    put(&dir, "b.txt", "hello");
    let args = ["--format", "jsonl", "--sort", "risk", "--state", "seen.txt", "."];
    for run in 0..2 {
        let output = scan(&dir, &args);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(ids(&output).len(), 2 - run);
    }
    let mut state = OpenOptions::new().append(true).open(dir.join("seen.txt")).unwrap();
    writeln!(state, "junk").unwrap();
    drop(state);
    assert_eq!(ids(&scan(&dir, &args)), ["./a.mbox.gz"]);
}
