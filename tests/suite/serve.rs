//! `beholden serve`: what each wire answers, what happens at each limit, and how it reloads and stops.

use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::daemon::{Daemon, Mta, exchange, http, inserted, spamd};
use crate::filter::{ENGINE, PLAIN, PRESSURE, beholden};
use crate::programs::{folder, program, run, wait_for};
use crate::root;

const MAIL: &str = "Content-Type: message/rfc822\r\n";

/// What all wires must say of a message.
fn status(message: &str) -> String {
    let report = ENGINE.analyze_message(message.as_bytes());
    let score = f64::from(report.risk.unwrap()) / 10.0;
    let tests: Vec<String> = report.findings.iter().map(|f| f.tactic.name().to_uppercase()).collect();
    format!(
        "{}, score={score:.1} required=5.0 tests={} autolearn=no version={}",
        if score >= 5.0 { "Yes" } else { "No" },
        if tests.is_empty() { "none".to_owned() } else { tests.join(",") },
        env!("CARGO_PKG_VERSION")
    )
}

fn unfolded(text: &str) -> String {
    text.replace("\r\n\t", " ").replace("\n\t", " ")
}

#[test]
fn spamd_answers_every_method_in_every_version() {
    let daemon = Daemon::start(&["--spamd", "127.0.0.1:0"]);
    let report = ENGINE.analyze_message(PRESSURE.as_bytes());
    let score = format!("{:.1}", f64::from(report.risk.unwrap()) / 10.0);
    let spam = format!("Spam: True ; {score} / 5.0\r\n");
    assert_eq!(spamd(&daemon, "CHECK", "1.5", PRESSURE), format!("SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\n{spam}\r\n"));
    assert_eq!(spamd(&daemon, "CHECK", "1.2", PRESSURE), format!("SPAMD/1.1 0 EX_OK\r\n{spam}\r\n"));
    assert!(spamd(&daemon, "CHECK", "1.3", PLAIN).contains("\r\nSpam: False ; 0."));
    let body = |method: &str, version: &str, message: &str| {
        let answer = spamd(&daemon, method, version, message);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("SPAMD/1.1 0 EX_OK\r\n"), "{answer}");
        assert_eq!(head.contains(&format!("Content-length: {}\r\n", body.len())), version > "1.2", "{answer}");
        assert_eq!(head.lines().count(), if version > "1.2" { 3 } else { 2 }, "{answer}");
        body.to_owned()
    };
    let names: Vec<String> = report.findings.iter().map(|f| f.tactic.name().to_uppercase()).collect();
    assert_eq!(body("SYMBOLS", "1.5", PRESSURE), names.join(","));
    assert_eq!(body("SYMBOLS", "1.5", PLAIN), "");
    assert!(body("REPORT", "1.2", PRESSURE).contains("the least you could do"));
    assert!(body("REPORT_IFSPAM", "1.5", PRESSURE).contains("guilt"));
    assert_eq!(body("REPORT_IFSPAM", "1.5", PLAIN), "");
    let processed = body("PROCESS", "1.5", PRESSURE);
    let headers = body("HEADERS", "1.4", PRESSURE);
    assert!(processed.starts_with(&headers) && headers.ends_with("\r\n\r\n"));
    assert_eq!(processed[headers.len()..], PRESSURE[PRESSURE.find("\r\n\r\n").unwrap() + 4..]);
    let lines = unfolded(&headers);
    assert!(lines.starts_with(&format!("X-Spam-Status: {}\r\nX-Spam-Flag: YES\r\nX-Spam-Score: {score}\r\n", status(PRESSURE))));
    assert!(lines.contains("\r\nReceived: from a\r\nFrom: ") && !lines.contains("folded"), "{lines}");
    let plain = unfolded(&body("PROCESS", "1.2", PLAIN));
    assert!(plain.starts_with(&format!("X-Spam-Status: {}\r\nX-Spam-Score: 0.", status(PLAIN))), "{plain}");
    assert!(spamd(&daemon, "TELL", "1.5", PRESSURE).starts_with("SPAMD/1.1 69 Service Unavailable: TELL"));
    assert_eq!(exchange(&daemon, "spamd", b"PING SPAMC/1.2\r\n"), b"SPAMD/1.5 0 PONG\r\n");
    assert_eq!(exchange(&daemon, "spamd", b"SKIP SPAMC/1.2\r\n"), b"");
}

#[test]
fn spamd_reads_what_clients_send() {
    let daemon = Daemon::start(&["--spamd", "127.0.0.1:0", "--max-size", "100000"]);
    let check = |headers: &[u8], body: &[u8]| {
        let mut stream = daemon.connect("spamd");
        stream.write_all(&[b"CHECK SPAMC/1.5\r\n", headers, b"\r\n", body].concat()).unwrap();
        stream.shutdown(std::net::Shutdown::Write).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    let zlib = |text: &str| {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let packed = zlib(PRESSURE);
    let length = format!("user: me\r\ncompress: zlib\r\ncontent-LENGTH: {}\r\n", packed.len());
    for answer in [check(length.as_bytes(), &packed), check(b"User: me\r\n", PRESSURE.as_bytes())] {
        assert!(answer.contains("Spam: True ; "), "{answer}");
    }
    assert_eq!(
        daemon.events_once("message", 2).iter().filter(|e| e["user"] == "me" && e["message_id"] == "<1@example.org>").count(),
        2
    );
    let bomb = zlib(&"x".repeat(1_000_000));
    let length = format!("Compress: zlib\r\nContent-length: {}\r\n", bomb.len());
    for (answer, wanted) in [
        (check(length.as_bytes(), &bomb), "SPAMD/1.1 65 Data error: the message is longer than 100000 bytes"),
        (check(b"Content-length: 100001\r\n", b""), "SPAMD/1.1 65 Data error: the message is longer than 100000 bytes"),
        (check(b"", &[b'x'; 200_000]), "SPAMD/1.1 65 Data error: the message is longer than 100000 bytes"),
        (
            check(b"Content-length: 1000\r\n", b"short"),
            "SPAMD/1.1 76 Bad header line: (Content-Length mismatch: Expected 1000 bytes, got 5",
        ),
        (check(b"Compress: zlib\r\nContent-length: 5\r\n", b"plain"), "SPAMD/1.1 76 Bad header line: the message is not zlib"),
        (check(b"Content-length: many\r\n", b""), "SPAMD/1.1 76 Bad header line: Content-length: many"),
        (check("X-A: b\r\n".repeat(1_001).as_bytes(), b""), "SPAMD/1.1 76 Bad header line: there are more than 1000 headers"),
        (
            check(format!("X: {}\r\n", "x".repeat(9_000)).as_bytes(), b""),
            "SPAMD/1.1 76 Bad header line: a line is longer than 8192",
        ),
    ] {
        assert!(answer.starts_with(wanted), "{answer}");
    }
    let garbage = exchange(&daemon, "spamd", b"\x16\x03\x01\x02\x00\x01\n");
    assert!(garbage.starts_with(b"SPAMD/1.1 76 Bad header line: no spamd request: "), "{}", String::from_utf8_lossy(&garbage));
}

#[test]
fn spamc_works_in_all_its_modes() {
    let Some(spamc) = program("spamc") else { return };
    let daemon = Daemon::start(&["--spamd", "127.0.0.1:0"]);
    let port = daemon.port("spamd");
    let spamc = |args: &[&str], message: &str| {
        let output = run(Command::new(&spamc).args(["-d", "127.0.0.1", "-p", &port]).args(args), message.as_bytes());
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let lf = PRESSURE.replace("\r\n", "\n");
    let score = f64::from(ENGINE.analyze_message(PRESSURE.as_bytes()).risk.unwrap()) / 10.0;
    assert_eq!(spamc(&["-c"], &lf), (1, format!("{score:.1}/5.0\n")));
    assert_eq!(spamc(&["-c"], PLAIN).0, 0);
    let (code, message) = spamc(&[], &lf);
    assert_eq!(code, 0);
    assert!(unfolded(&message).starts_with(&format!("X-Spam-Status: {}\nX-Spam-Flag: YES\n", status(PRESSURE))), "{message}");
    assert!(message.ends_with(&lf[lf.find("\n\n").unwrap()..]));
    assert_eq!(spamc(&["--headers"], &lf), (0, message.clone()));
    assert_eq!(spamc(&["-E"], &lf), (1, message));
    assert!(spamc(&["-y"], &lf).1.contains("GUILT"));
    assert!(spamc(&["-r"], &lf).1.contains("the least you could do"));
    assert!(spamc(&["-R"], &lf).1.contains("guilt"));
    assert!(!spamc(&["-r"], PLAIN).1.contains("points"));
    assert_eq!(spamc(&["-K"], "").0, 0);
    assert_eq!(spamc(&["-u", "somebody", "-c"], &lf).0, 1);
    wait_for("the user in the log", 5, || daemon.log().contains("\"user\":\"somebody\"").then_some(()));
    spamc(&["-L", "spam"], &lf);
    assert!(daemon.events_once("failed", 1)[0]["detail"].as_str().unwrap().starts_with("TELL: "));
}

#[test]
fn a_milter_adds_deletes_and_starts_anew_with_each_message() {
    let daemon = Daemon::start(&["--milter", "127.0.0.1:0"]);
    let mut mta = Mta::connect(&daemon);
    for round in 0..3 {
        let answers = mta.message(PRESSURE);
        let deleted: Vec<&(u8, Vec<u8>)> = answers.iter().filter(|a| a.0 == b'm').collect();
        assert_eq!(deleted.len(), 2, "round {round}");
        assert!(deleted.iter().any(|d| d.1 == b"\0\0\0\x01X-Beholden-Status\0\0"));
        assert!(deleted.iter().any(|d| d.1 == b"\0\0\0\x01x-beholden-level\0\0"));
        assert_eq!(answers.last().unwrap().0, b'c');
        let fields = inserted(&answers);
        assert_eq!(fields[0], format!("X-Beholden-Status: {}", status(PRESSURE)));
        assert_eq!(fields[2..], ["X-Beholden-Level: pressure"]);
        // The next message is given up half way; nothing of it may show in the one after.
        mta.before_end(PRESSURE);
        mta.send(b'A', b"");
        let answers = mta.message(PLAIN);
        assert_eq!(inserted(&answers)[0], format!("X-Beholden-Status: {}", status(PLAIN)));
        assert_eq!(answers.iter().filter(|a| a.0 == b'm').count(), 0);
        // The mail system keeps the connection for another client.
        mta.send(b'K', b"");
    }
    let mut twice = mta.message(&PRESSURE.replace("x-beholden-level", "X-BEHOLDEN-STATUS"));
    twice.retain(|a| a.0 == b'm');
    assert_eq!(twice.iter().map(|d| d.1[3]).collect::<Vec<_>>(), [2, 1], "the last goes first");
    mta.send(b'Q', b"");
    assert!(mta.receive().is_none());
    assert!(daemon.events_once("message", 7).iter().all(|e| e["queue_id"] == "QUEUEID"));
    Mta::negotiate(&daemon, 2).message(PLAIN);
    // Bytes that are not UTF-8 reach the analysis as they are.
    let mut mta = Mta::connect(&daemon);
    mta.ask(b'M', b"<a@example.org>\0");
    mta.ask(b'L', b"Subject\0After all we have done for you, the least you could do is send \xa320.\0");
    mta.ask(b'N', b"");
    mta.ask(b'B', b"Dear friend\r\n");
    let raw = b"Subject: After all we have done for you, the least you could do is send \xa320.\r\n\r\nDear friend\r\n";
    let risk = ENGINE.analyze_message(raw).risk.unwrap();
    assert_eq!(inserted(&mta.end())[1], format!("X-Beholden-Risk: {risk}"));
}

#[test]
fn a_milter_quarantines_and_rejects_only_when_asked() {
    let daemon = Daemon::start(&["--milter", "127.0.0.1:0", "--quarantine-at", "appeal", "--sa-compat"]);
    let answers = Mta::connect(&daemon).message(PRESSURE);
    assert!(answers.iter().any(|a| a.0 == b'q' && a.1.starts_with(b"beholden: pressure")));
    assert!(inserted(&answers)[0].starts_with("X-Spam-Status: Yes"));
    assert!(!Mta::connect(&daemon).message(PLAIN).iter().any(|a| a.0 == b'q'));
    let daemon = Daemon::start(&["--milter", "127.0.0.1:0", "--reject-at", "60"]);
    let mut mta = Mta::connect(&daemon);
    let answers = mta.message(PRESSURE);
    assert_eq!(answers.len(), 1);
    assert!(answers[0].0 == b'y' && answers[0].1.starts_with(b"550 5.7.1 Message rejected"), "{answers:?}");
    assert_eq!(mta.message(PLAIN).last().unwrap().0, b'c');
}

#[test]
fn a_milter_says_what_it_did_not_judge() {
    let daemon = Daemon::start(&["--milter", "127.0.0.1:0", "--max-size", "10000", "--max-headers", "20"]);
    let mut mta = Mta::connect(&daemon);
    let wanted = ["X-Beholden-Level: unknown", "X-Beholden-Abstained: too_large"];
    let long = format!("{PRESSURE}{}", "A line of words.\r\n".repeat(30_000));
    let answers = mta.message(&long);
    assert_eq!(inserted(&answers)[1..], wanted);
    assert_eq!(answers.iter().filter(|a| a.0 == b'm').count(), 2, "forged headers go all the same");
    let many = format!("{}{PLAIN}", "X-A: b\r\n".repeat(30));
    assert_eq!(inserted(&mta.message(&many))[1..], wanted);
    assert_eq!(inserted(&mta.message(PLAIN)).len(), 3);
    let failed = daemon.events_once("failed", 2);
    assert_eq!(failed[0]["error"], "too_large");
    assert_eq!(failed[1]["error"], "too_many_headers");
    // A packet that can't be one ends the connection.
    mta.0.write_all(b"\xff\xff\xff\xffgarbage").unwrap();
    assert!(mta.receive().is_none());
    wait_for("a log entry", 5, || daemon.events("failed").iter().any(|e| e["error"] == "protocol").then_some(()));
}

#[test]
fn http_answers_with_the_report() {
    let daemon = Daemon::start(&["--http", "0", "--max-size", "100000"]);
    let (code, head, body) = http(&daemon, "POST", "/v1/analyze", MAIL, PRESSURE.as_bytes());
    assert_eq!(code, 200);
    assert!(head.to_lowercase().contains("content-type: application/json"));
    let mut expected = serde_json::to_value(ENGINE.analyze_message(PRESSURE.as_bytes())).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), expected);
    let text = "Café! After all we have done for you, the least you could do is send $20.";
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    expected = serde_json::to_value(ENGINE.analyze(text)).unwrap();
    for (kind, body) in [("text/plain", text.as_bytes()), ("Text/Plain; charset=\"iso-8859-1\"", &latin)] {
        let (code, _, body) = http(&daemon, "POST", "/v1/analyze", &format!("Content-Type: {kind}\r\n"), body);
        assert_eq!((code, serde_json::from_str::<Value>(&body).unwrap()), (200, expected.clone()), "{kind}");
    }
    let json = "Content-Type: application/json; charset=utf-8\r\n";
    let (_, _, body) = http(&daemon, "POST", "/v1/analyze", json, br#"{"id":12345678901234567890123,"text":"hello there"}"#);
    assert!(body.contains("\"id\":12345678901234567890123,"), "{body}");
    let asked = json!({"id": [7], "message": PRESSURE}).to_string();
    let (_, _, body) = http(&daemon, "POST", "/v1/analyze", json, asked.as_bytes());
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&answer["id"], &answer["level"]), (&json!([7]), &json!("pressure")));
    let chunked = format!("{MAIL}Transfer-Encoding: chunked\r\n");
    let body = format!("{:x}\r\n{PRESSURE}\r\n0\r\n\r\n", PRESSURE.len());
    assert!(http(&daemon, "POST", "/v1/analyze", &chunked, body.as_bytes()).2.contains("\"level\":\"pressure\""));
    let (code, _, body) = http(&daemon, "GET", "/healthz", "", b"");
    assert_eq!((code, body.as_str()), (200, "ok\n"));
    let schema: Value = serde_json::from_str(&http(&daemon, "GET", "/v1/schema", "", b"").2).unwrap();
    assert_eq!(schema["title"], "Report");
    let large = vec![b'x'; 100_001];
    for (method, path, headers, body, code, cause) in [
        ("POST", "/v1/analyze", "", &b""[..], 415, "Content-Type is message/rfc822, text/plain or application/json"),
        ("POST", "/v1/analyze", "Content-Type: message/rfc822\r\nContent-Encoding: gzip\r\n", b"x", 415, "Content-Encoding"),
        ("POST", "/v1/analyze", json, b"{", 400, "EOF while parsing"),
        ("POST", "/v1/analyze", json, b"{}", 400, "exactly one of text, message, message_base64"),
        ("POST", "/v1/analyze", MAIL, &large, 413, "the message is longer than 100000 bytes"),
        ("GET", "/v1/analyze", "", b"", 405, "this takes POST"),
        ("POST", "/metrics", "", b"", 405, "this takes GET, HEAD"),
        ("GET", "/", "", b"", 404, "there are /v1/analyze"),
        ("GET", "/healthz", &"X-A: b\r\n".repeat(1_100), b"", 431, ""),
    ] {
        let (got, _, body) = http(&daemon, method, path, headers, body);
        assert_eq!(got, code, "{method} {path}: {body}");
        if code != 431 {
            let answer: Value = serde_json::from_str(&body).unwrap();
            assert!(answer["error"].as_str().unwrap().contains(cause), "{body}");
        }
    }
    let (_, head, metrics) = http(&daemon, "GET", "/metrics", "", b"");
    assert!(head.contains("application/openmetrics-text; version=1.0.0"));
    for line in [
        "# TYPE beholden_messages counter",
        "beholden_messages_total{wire=\"http\",level=\"pressure\"} 5",
        "beholden_judging_seconds_count{wire=\"http\"} 6",
        "beholden_errors_total{wire=\"http\",error=\"too_large\"} 1",
    ] {
        assert!(metrics.contains(line), "no {line} in\n{metrics}");
    }
    assert!(metrics.ends_with("# EOF\n"));
}

#[test]
fn limits_have_clear_answers() {
    let daemon = Daemon::on_all_wires(&["--timeout", "1", "--max-connections", "4"]);
    // Bytes that come one by one do not hold a connection for ever.
    for (wire, request, wanted) in [
        ("spamd", "CHECK SPAMC/1.5\r\nContent-length: 1000\r\n\r\nx", "SPAMD/1.1 79 Timeout: the request took longer than 1 s"),
        (
            "http",
            "POST /v1/analyze HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 9\r\n\r\nx",
            "HTTP/1.1 408",
        ),
    ] {
        let start = Instant::now();
        let answer = exchange(&daemon, wire, request.as_bytes());
        assert!(answer.starts_with(wanted.as_bytes()), "{wire}: {}", String::from_utf8_lossy(&answer));
        assert!(start.elapsed() < Duration::from_secs(10));
    }
    let mut mta = Mta::connect(&daemon);
    mta.ask(b'M', b"<a@example.org>\0");
    mta.ask(b'L', b"Subject\0x\0");
    assert!(mta.receive().is_none(), "a mail system that stops within a message is let go");
    wait_for("a log entry", 5, || daemon.events("failed").iter().any(|e| e["wire"] == "milter").then_some(()));
    assert!(Mta(daemon.connect("milter")).receive().is_none(), "nor is one waited for that never says what it speaks");
    assert!(daemon.events_once("failed", 4).iter().all(|e| e["error"] == "timeout"), "{}", daemon.log());
    // One connection too many.
    let held: Vec<Mta> = (0..4).map(|_| Mta::connect(&daemon)).collect();
    let answer = String::from_utf8(exchange(&daemon, "spamd", b"PING SPAMC/1.5\r\n")).unwrap();
    assert!(answer.starts_with("SPAMD/1.1 75 Temporary failure: there are 4 connections already"), "{answer}");
    let answer = String::from_utf8(exchange(&daemon, "http", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("Retry-After: 1"), "{answer}");
    assert!(Mta(daemon.connect("milter")).receive().is_none());
    drop(held);
    wait_for("a free place", 5, || (exchange(&daemon, "spamd", b"PING SPAMC/1.5\r\n") == b"SPAMD/1.5 0 PONG\r\n").then_some(()));
}

#[test]
fn a_stop_finishes_what_is_held() {
    let daemon = Daemon::on_all_wires(&[]);
    let mut spamd = daemon.connect("spamd");
    spamd.write_all(format!("CHECK SPAMC/1.5\r\nContent-length: {}\r\n\r\n", PRESSURE.len()).as_bytes()).unwrap();
    let mut http = daemon.connect("http");
    http.write_all(
        format!("POST /v1/analyze HTTP/1.1\r\nHost: x\r\n{MAIL}Content-Length: {}\r\n\r\n", PRESSURE.len()).as_bytes(),
    )
    .unwrap();
    let mut mta = Mta::connect(&daemon);
    mta.before_end(PRESSURE);
    let (mut idle, mut silent) = (Mta::connect(&daemon), daemon.connect("spamd"));
    std::thread::sleep(Duration::from_millis(300));
    daemon.signal("TERM");
    wait_for("stopping", 5, || (!daemon.events("stopping").is_empty()).then_some(()));
    assert!(idle.receive().is_none(), "who is between two messages is let go");
    assert_eq!(silent.read(&mut [0; 9]).unwrap(), 0);
    wait_for("closed ports", 5, || std::net::TcpStream::connect(daemon.address("spamd")).is_err().then_some(()));
    spamd.write_all(PRESSURE.as_bytes()).unwrap();
    let mut answer = String::new();
    spamd.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("Spam: True"), "{answer}");
    http.write_all(PRESSURE.as_bytes()).unwrap();
    answer.clear();
    http.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("\"level\":\"pressure\""), "{answer}");
    assert_eq!(mta.end().last().unwrap().0, b'c');
    assert!(mta.receive().is_none());
    let (status, log) = daemon.wait();
    assert_eq!(status.code(), Some(0));
    assert!(log.contains("\"stopped\"") && !log.contains("cut_off"), "{log}");
}

#[test]
fn a_reload_takes_good_lexicons_and_keeps_the_old_ones_for_bad() {
    let dir = folder("serve-reload");
    let probe = fs::read_to_string(root().join("tests/suite/probe.toml")).unwrap();
    fs::write(dir.join("first.toml"), probe.replace("probe", "first").replace("marmalade", "pumpernickel")).unwrap();
    let daemon = Daemon::on_all_wires(&["--lexicon", dir.to_str().unwrap()]);
    let message = "Subject: x\r\n\r\nYou owe us marmalade.\r\n";
    let full = || spamd(&daemon, "CHECK", "1.5", message).contains("Spam: True ; 10.0 / 5.0");
    assert!(!full());
    let mut mta = Mta::connect(&daemon);
    fs::copy(root().join("tests/suite/probe.toml"), dir.join("probe.toml")).unwrap();
    daemon.signal("HUP");
    wait_for("a reload", 20, || (daemon.events("reloaded").len() == 1).then_some(()));
    assert!(full());
    assert!(inserted(&mta.message(message))[0].contains("score=10.0"), "open connections get the new lexicons too");
    fs::write(dir.join("bad.toml"), "family = \"x\"\nrole = \"gift\"\ncolour = 3\n").unwrap();
    daemon.signal("HUP");
    wait_for("a failed reload", 20, || (daemon.events("reload_failed").len() == 1).then_some(()));
    let said = &daemon.events("reload_failed")[0];
    assert!(said["error"].as_str().unwrap().contains("bad.toml:3: unknown field `colour`"), "{said}");
    assert_eq!(said["kept"], daemon.events("reloaded")[0]["lexicon"]);
    assert!(full());
    assert!(http(&daemon, "GET", "/metrics", "", b"").2.contains("beholden_reloads_total{outcome=\"failed\"} 1"));
}

#[test]
fn a_reload_reads_the_configuration_again() {
    let dir = folder("serve-config");
    let file = dir.join("beholden.toml");
    fs::write(&file, "[allow]\nsenders = [\"example.net\"]\n").unwrap();
    let daemon = Daemon::on_all_wires(&["--config", file.to_str().unwrap()]);
    let message = b"From: a@example.com\r\n\r\nAfter all we have done for you, the least you could do is send $20.\r\n";
    let allowed = || http(&daemon, "POST", "/v1/analyze", MAIL, message).2.contains("\"abstained\":\"allowed_sender\"");
    assert!(!allowed());
    fs::write(&file, "[allow]\nsenders = [\"example.com\"]\n").unwrap();
    daemon.signal("HUP");
    wait_for("a reload", 20, || (daemon.events("reloaded").len() == 1).then_some(()));
    assert!(allowed());
    fs::write(&file, "[allow]\nsenders = [\"nobody\"]\n").unwrap();
    daemon.signal("HUP");
    wait_for("a failed reload", 20, || (daemon.events("reload_failed").len() == 1).then_some(()));
    assert!(daemon.events("reload_failed")[0]["error"].as_str().unwrap().contains("beholden.toml:2: \"nobody\" is neither"));
    assert!(allowed(), "the old settings go on");
}

#[test]
fn logs_hold_no_message_text_unless_asked() {
    for (args, wanted) in [(vec![], false), (vec!["--log-text"], true)] {
        let daemon = Daemon::on_all_wires(&args);
        spamd(&daemon, "CHECK", "1.5", PRESSURE);
        http(&daemon, "POST", "/v1/analyze", MAIL, PRESSURE.as_bytes());
        Mta::connect(&daemon).message(PRESSURE);
        wait_for("three entries", 5, || (daemon.events("message").len() == 3).then_some(()));
        let log = daemon.log();
        assert_eq!(log.contains("the least you could do"), wanted, "{log}");
        assert!(log.contains("\"message_id\":\"<1@example.org>\"") && (wanted || !log.contains("Your turn")), "{log}");
    }
    let daemon = Daemon::on_all_wires(&[]);
    assert!(daemon.events("not_loopback").is_empty());
    let daemon = Daemon::start(&["--http", "0.0.0.0:0"]);
    assert_eq!(daemon.events_once("not_loopback", 1).len(), 1, "a warning when others can reach it");
}

#[test]
fn a_socket_in_the_file_system_comes_and_goes() {
    let dir = folder("serve-socket");
    let path = dir.join("socket");
    let address = format!("unix:{}", path.display());
    let mut daemon = Daemon::start(&["--spamd", &address]);
    let ping = || {
        let mut stream = UnixStream::connect(&path).unwrap();
        stream.write_all(b"PING SPAMC/1.5\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    assert_eq!(ping(), "SPAMD/1.5 0 PONG\r\n");
    // Another one may not take it away from a living one, but from a dead one.
    let second = Command::new(beholden()).args(["serve", "--spamd", &address]).output().unwrap();
    assert_eq!(second.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&second.stderr).contains("socket: Address already in use"));
    daemon.kill();
    let daemon = Daemon::start(&["--spamd", &address]);
    assert_eq!(ping(), "SPAMD/1.5 0 PONG\r\n");
    daemon.stop();
    assert!(!path.exists());
    // What is no socket stays.
    fs::write(&path, "mine").unwrap();
    assert_eq!(Command::new(beholden()).args(["serve", "--spamd", &address]).output().unwrap().status.code(), Some(2));
    assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
}

#[test]
fn what_can_not_be_served_is_said() {
    for (args, cause) in [
        (vec![], "name at least one of --spamd, --milter and --http"),
        (vec!["--http", "here"], "here: an address is HOST:PORT, PORT or unix:PATH"),
        (vec!["--http", "0", "--lexicon", "none.toml"], "none.toml: No such file"),
        (vec!["--http", "0", "--reject-at", "lots"], "neither a level"),
    ] {
        let output = Command::new(beholden()).arg("serve").args(&args).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(cause), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn miltertest_finds_the_headers() {
    let Some(miltertest) = program("miltertest") else { return };
    let daemon = Daemon::start(&["--milter", "127.0.0.1:0"]);
    let script = folder("miltertest").join("script.lua");
    let text = fs::read_to_string(root().join("tests/suite/milter.lua")).unwrap();
    fs::write(&script, text.replace("PORT", &daemon.port("milter"))).unwrap();
    let output = Command::new(miltertest).arg("-s").arg(&script).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("all as it should be"), "{said}");
}

#[test]
fn http_connections_may_be_kept() {
    let daemon = Daemon::start(&["--http", "0"]);
    let mut stream = daemon.connect("http");
    for _ in 0..3 {
        let request = format!("POST /v1/analyze HTTP/1.1\r\nHost: x\r\n{MAIL}Content-Length: {}\r\n\r\n{PLAIN}", PLAIN.len());
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let mut piece = [0; 65536];
        while !answer.ends_with(b"}") {
            let read = stream.read(&mut piece).unwrap();
            assert!(read > 0);
            answer.extend_from_slice(&piece[..read]);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\n"));
    }
}
