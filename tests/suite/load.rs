//! Many messages over many connections: every one answered, none mixed up, memory flat, also while others misbehave.
//!
//! The long form is `cargo test --release --features serve --test all -- --ignored --nocapture twenty_thousand`.

use std::fs;
use std::io::{Read as _, Write as _};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::daemon::{Daemon, Mta, inserted};
use crate::filter::ENGINE;
use crate::root;

const CONNECTIONS: usize = 32;

/// A message, and what every wire must say of it.
struct Sample {
    subject: String,
    text: String,
    status: String,
    report: Value,
}

impl Sample {
    fn message(&self, id: usize) -> String {
        let text = self.text.replace('\n', "\r\n");
        format!("From: a@example.org\r\nMessage-ID: <{id}@example.org>\r\nSubject: {}\r\n\r\n{text}\r\n", self.subject)
    }
}

/// Messages of the open corpus with verdicts that differ, so that an answer to another message shows.
fn samples() -> Vec<Sample> {
    let corpus = fs::read_to_string(root().join("corpus/open.jsonl")).unwrap();
    let rows = corpus.lines().step_by(5).map(|l| serde_json::from_str::<Value>(l).unwrap());
    let samples: Vec<Sample> = rows
        .map(|row| {
            let mut sample = Sample {
                subject: row["subject"].as_str().unwrap_or("").replace(['\r', '\n'], " "),
                text: row["text"].as_str().unwrap().to_owned(),
                status: String::new(),
                report: Value::Null,
            };
            let report = ENGINE.analyze_message(sample.message(0).as_bytes());
            let score = f64::from(report.risk.unwrap_or(0)) / 10.0;
            let tests: Vec<String> = report.findings.iter().map(|f| f.tactic.name().to_uppercase()).collect();
            let tests = if tests.is_empty() { "none".to_owned() } else { tests.join(",") };
            let yes = if score >= 5.0 { "Yes" } else { "No" };
            sample.status = format!("{yes}, score={score:.1} required=5.0 tests={tests} ");
            sample.report = serde_json::to_value(report).unwrap();
            sample
        })
        .collect();
    assert!(samples.len() > 50);
    samples
}

/// One message on the spamd wire, which has one connection for each.
fn by_spamd(daemon: &Daemon, sample: &Sample, id: usize) {
    let message = sample.message(id);
    let mut stream = daemon.connect("spamd");
    write!(stream, "PROCESS SPAMC/1.5\r\nContent-length: {}\r\n\r\n{message}", message.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.ends_with(&message), "message {id} came back as another or not at all:\n{answer}");
    // A list that needs more than a line is broken after a comma.
    let head = answer.replace(",\r\n\t", ",").replace("\r\n\t", " ");
    assert!(head.contains(&format!("\r\nX-Spam-Status: {}", sample.status)), "message {id}: not {}\n{head}", sample.status);
}

fn by_milter(mta: &mut Mta, sample: &Sample, id: usize) {
    let answers = mta.message(&sample.message(id));
    assert_eq!(answers.last().map(|a| a.0), Some(b'c'), "message {id}");
    let fields = inserted(&answers);
    assert!(fields[0].starts_with(&format!("X-Beholden-Status: {}", sample.status)), "message {id}: {fields:?}");
}

fn by_http(stream: &mut std::net::TcpStream, sample: &Sample, id: usize) {
    let body = json!({"id": id, "message": sample.message(id)}).to_string();
    let head = format!(
        "POST /v1/analyze HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all((head + &body).as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut piece = [0; 1 << 16];
    let report: Value = loop {
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "message {id} has no answer");
        answer.extend_from_slice(&piece[..read]);
        let text = String::from_utf8_lossy(&answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|l| l.to_lowercase().strip_prefix("content-length: ").map(|v| v.parse::<usize>().unwrap()));
        if body.len() >= length.unwrap() {
            break serde_json::from_str(body).unwrap();
        }
    };
    assert_eq!(report["id"], id);
    let mut wanted = sample.report.clone();
    wanted["id"] = json!(id);
    assert_eq!(report, wanted);
}

/// What a run measured.
struct Measured {
    times: Vec<Duration>,
    seconds: f64,
    memory_early: u64,
    memory_late: u64,
}

fn send(daemon: &Daemon, wire: &str, samples: &[Sample], count: usize) -> Measured {
    let next = AtomicUsize::new(0);
    let early = AtomicUsize::new(0);
    let start = Instant::now();
    let mut times: Vec<Duration> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CONNECTIONS)
            .map(|_| {
                scope.spawn(|| {
                    let mut times = Vec::new();
                    let mut mta = (wire == "milter").then(|| Mta::connect(daemon));
                    let mut http = (wire == "http").then(|| daemon.connect("http"));
                    loop {
                        let id = next.fetch_add(1, Ordering::Relaxed);
                        if id >= count {
                            return times;
                        }
                        if id == count / 4 {
                            early.store(daemon.memory() as usize, Ordering::Relaxed);
                        }
                        let sample = &samples[id % samples.len()];
                        let start = Instant::now();
                        match (&mut mta, &mut http) {
                            (Some(mta), _) => by_milter(mta, sample, id),
                            (_, Some(http)) => by_http(http, sample, id),
                            _ => by_spamd(daemon, sample, id),
                        }
                        times.push(start.elapsed());
                    }
                })
            })
            .collect();
        workers.into_iter().flat_map(|w| w.join().unwrap()).collect()
    });
    times.sort();
    assert_eq!(times.len(), count, "every message is answered");
    Measured {
        times,
        seconds: start.elapsed().as_secs_f64(),
        memory_early: early.load(Ordering::Relaxed) as u64,
        memory_late: daemon.memory(),
    }
}

/// What each misbehaving client sends before it leaves, trickles on or falls silent.
fn beginnings(wire: &str) -> Vec<Vec<u8>> {
    match wire {
        "spamd" => vec![
            b"CHECK SPAMC/1.5\r\nContent-length: 5000\r\n\r\nhalf a mess".to_vec(),
            b"PROCESS SPAMC/1.5\r\nContent-length: 4000000000\r\n\r\n".to_vec(),
            b"PROCESS SPAMC/1.5\r\nContent-length: 16000000\r\n\r\nless".to_vec(),
            b"CHECK SPAMC/1.5\r\nCompress: zlib\r\nContent-length: 4\r\n\r\nxxxx".to_vec(),
            b"\x00\xff\x16\x03garbage\r\n\r\n".to_vec(),
        ],
        "milter" => vec![
            b"\0\0\0\x0dO\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff\0\0\0\x05M<a>\0\0\0\0\x05LA\0b\0".to_vec(),
            b"\xff\xff\xff\xffO".to_vec(),
            b"\0\x0f\xff\xffB less".to_vec(),
            b"\0\0\0\0".to_vec(),
            b"GET / HTTP/1.1\r\n\r\n".to_vec(),
        ],
        _ => vec![
            b"POST /v1/analyze HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 5000\r\n\r\nless".to_vec(),
            b"POST /v1/analyze HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 99999999999\r\n\r\n".to_vec(),
            b"POST /v1/analyze HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 16000000\r\n\r\nless".to_vec(),
            b"POST /v1/analyze HTTP/1.1\r\nTransfer-Encoding: chunked\r\nHost: x\r\n\r\nzzzz\r\n".to_vec(),
            b"\x00\xff\x16\x03garbage\r\n\r\n".to_vec(),
        ],
    }
}

/// Keeps sending what no client should until told to stop, and never more than a bounded number of times.
fn misbehave(daemon: &Daemon, wire: &str, kind: usize, stop: &AtomicBool) -> usize {
    let beginnings = beginnings(wire);
    let mut count = 0;
    while count < 5_000 && !stop.load(Ordering::Relaxed) {
        let mut stream = daemon.connect(wire);
        let bytes = &beginnings[count % beginnings.len()];
        count += 1;
        match kind {
            // Leaves in the middle.
            0 => drop(stream.write_all(bytes)),
            // Sends byte after byte, slowly.
            1 => {
                for byte in bytes.iter().take(40) {
                    if stop.load(Ordering::Relaxed) || stream.write_all(&[*byte]).is_err() {
                        break;
                    }
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
            // Says what is to come, sends nothing more, and waits.
            _ => {
                let _ = stream.write_all(bytes);
                stream.set_read_timeout(Some(Duration::from_millis(700))).unwrap();
                let _ = stream.read(&mut [0; 512]);
            }
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    count
}

#[allow(clippy::print_stderr)]
fn load(count: usize) {
    let samples = samples();
    for wire in ["spamd", "milter", "http"] {
        for troubled in [false, true] {
            let daemon = Daemon::on_all_wires(&["--quiet", "--timeout", "5"]);
            let stop = AtomicBool::new(false);
            let (measured, bad) = std::thread::scope(|scope| {
                let (daemon, stop) = (&daemon, &stop);
                let kinds = if troubled { 0..6 } else { 0..0 };
                let bad: Vec<_> = kinds.map(|i| scope.spawn(move || misbehave(daemon, wire, i % 3, stop))).collect();
                let sent = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| send(daemon, wire, &samples, count)));
                stop.store(true, Ordering::Relaxed);
                let bad: usize = bad.into_iter().map(|b| b.join().unwrap()).sum();
                (sent.unwrap_or_else(|_| panic!("the load on {wire} failed; the log:\n{}", daemon.log())), bad)
            });
            let at = |share: f64| measured.times[((count - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
            eprintln!(
                "{wire}: {count} messages over {CONNECTIONS} connections{}: {:.0}/s, p50 {:.1} ms, p99 {:.1} ms, memory {} KiB at a quarter, {} KiB at the end",
                if troubled { format!(" beside {bad} bad ones") } else { String::new() },
                count as f64 / measured.seconds,
                at(0.5),
                at(0.99),
                measured.memory_early,
                measured.memory_late,
            );
            assert!(!troubled || bad > 10);
            let grown = measured.memory_late.saturating_sub(measured.memory_early);
            assert!(grown < 24 << 10, "{wire}: memory grew by {grown} KiB");
            assert!(daemon.memory() < 256 << 10, "{wire}: {} KiB", daemon.memory());
            let (status, log) = daemon.stop();
            assert_eq!(status.code(), Some(0), "{log}");
            assert!(!log.contains("panicked") && !log.contains("\"internal\""), "{log}");
        }
    }
}

#[test]
fn every_message_is_answered_and_none_mixed_up() {
    load(1_000);
}

#[test]
#[ignore = "takes minutes; run it in release"]
fn twenty_thousand_messages_are_answered_and_none_mixed_up() {
    load(20_000);
}
