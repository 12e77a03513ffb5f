//! Folders, mbox, Maildir and compressed files by the hundred: what is read, under which id, in which order.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde_json::Value;

pub(crate) const PRESSURE: &str = "After all we have done for you, the least you could do is send $20.";

/// An empty folder of the test's own.
pub(crate) fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("batch").join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

pub(crate) fn put(dir: &Path, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

pub(crate) fn mail(subject: &str, body: &str) -> String {
    format!("From: a@example.org\nSubject: {subject}\n\n{body}\n")
}

fn mbox(bodies: &[&str]) -> String {
    bodies.iter().map(|b| format!("From a@example.org Mon Jan  1 00:00:00 2024\n{}\n", mail("x", b))).collect()
}

fn gzip(bytes: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &str) -> Vec<u8> {
    compress_to_vec(bytes.as_bytes(), CompressionLevel::Fastest)
}

/// Runs `beholden scan` inside a folder, so that ids are short.
pub(crate) fn scan(dir: &Path, args: &[&str]) -> Output {
    crate::beholden().current_dir(dir).arg("scan").args(args).stdin(Stdio::null()).output().unwrap()
}

pub(crate) fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

pub(crate) fn ids(output: &Output) -> Vec<String> {
    lines(output).iter().map(|l| l["id"].as_str().unwrap().to_owned()).collect()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_folder_gives_its_text_and_mail_in_order_and_counts_the_rest() {
    let dir = folder("kinds");
    put(&dir, "b.txt", "hello there");
    put(&dir, "a.eml", mail("x", "hello"));
    put(&dir, "c.MBOX", mbox(&["one", "two"]));
    put(&dir, "d.eml.gz", gzip(&mail("x", PRESSURE)));
    put(&dir, "e.txt.zst", zstd(PRESSURE));
    put(&dir, "f.mbox.gz", gzip(&mbox(&["one", PRESSURE])));
    put(&dir, "g.mbox.zst", zstd(&mbox(&["one", PRESSURE])));
    put(&dir, "Inbox", mbox(&["three"]));
    put(&dir, "17", mail("x", "by number"));
    put(&dir, "00017.7c53336b37003a9286aba55d2945844c", mail("x", "by hash"));
    put(&dir, "Maildir/cur/1.host:2,S", mail("x", "seen"));
    put(&dir, "Maildir/new/2.host", "no header at all");
    put(&dir, "Maildir/.Sent/cur/3.host:2,", gzip(&mail("x", PRESSURE)));
    for skipped in ["README", "notes.md", "logo.png", "rows.jsonl", "Inbox.msf", "all.tar.gz", "Maildir/tmp/4"] {
        put(&dir, skipped, "not mail");
    }
    put(&dir, "Maildir/tmp/5.host", mail("x", "half writ"));
    put(&dir, "core.txt", b"\x7fELF\0\0\0\0");
    let before = listing(&dir);
    let output = scan(&dir, &["--format", "jsonl", "."]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let wanted = [
        ("./00017.7c53336b37003a9286aba55d2945844c", "none"),
        ("./17", "none"),
        ("./Inbox#1", "none"),
        ("./Maildir/.Sent/cur/3.host:2,", "pressure"),
        ("./Maildir/cur/1.host:2,S", "none"),
        ("./Maildir/new/2.host", "none"),
        ("./a.eml", "none"),
        ("./b.txt", "none"),
        ("./c.MBOX#1", "none"),
        ("./c.MBOX#2", "none"),
        ("./d.eml.gz", "pressure"),
        ("./e.txt.zst", "pressure"),
        ("./f.mbox.gz#1", "none"),
        ("./f.mbox.gz#2", "pressure"),
        ("./g.mbox.zst#1", "none"),
        ("./g.mbox.zst#2", "pressure"),
    ];
    let seen: Vec<(String, String)> =
        lines(&output).iter().map(|l| (l["id"].as_str().unwrap().to_owned(), l["level"].as_str().unwrap().to_owned())).collect();
    assert_eq!(seen, wanted.map(|(id, level)| (id.to_owned(), level.to_owned())));
    assert_eq!(
        stderr(&output),
        "beholden: 16 messages: 5 pressure, 0 appeal, 0 goodwill, 11 none, 0 not judged; 9 files skipped as neither text nor mail\n"
    );
    assert_eq!(listing(&dir), before, "a scan renames and writes nothing");
}

fn listing(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(listing(&path));
        }
        found.push(path);
    }
    found.sort();
    found
}

#[test]
fn a_named_file_is_always_read() {
    let dir = folder("named");
    put(&dir, "notes.md", PRESSURE);
    put(&dir, "mail.log", mail("x", PRESSURE));
    put(&dir, "old.archive", mbox(&[PRESSURE, "two"]));
    put(&dir, "logo.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    let output = scan(&dir, &["--format", "jsonl", "old.archive", "notes.md", "mail.log", "logo.png"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(ids(&output), ["old.archive#1", "old.archive#2", "notes.md", "mail.log", "logo.png"]);
    let lines = lines(&output);
    for pressing in [0, 2, 3] {
        assert_eq!(lines[pressing]["level"], "pressure", "{pressing}");
    }
    assert_eq!((&lines[4]["level"], &lines[4]["abstained"]), (&Value::Null, &Value::from("no_text")));
}

#[test]
fn the_flag_says_what_the_input_is() {
    let dir = folder("flag");
    put(&dir, "a", mbox(&[PRESSURE]));
    let part = |input: &str| {
        let output = scan(&dir, &["--format", "jsonl", "--with-text", "--input", input, "a"]);
        let line = lines(&output).remove(0);
        (
            line["id"].as_str().unwrap().to_owned(),
            line["parts"].as_array().unwrap().last().unwrap()["text"].as_str().unwrap().to_owned(),
        )
    };
    assert_eq!(part("text"), ("a".to_owned(), mbox(&[PRESSURE])));
    assert_eq!(part("mbox"), ("a#1".to_owned(), format!("{PRESSURE}\n")));
    assert_eq!(part("message").0, "a");
    assert_eq!(part("auto"), part("mbox"));
}

#[test]
fn a_body_line_that_begins_from_is_no_message_and_quoting_is_undone() {
    let dir = folder("from");
    let body = "Dear all,\n\nFrom the start it was a gift.\n\nFrom a@example.org Mon\n\n>From you we ask $20.\n>>From here on";
    put(&dir, "a.mbox", mbox(&[body, "two"]));
    let output = scan(&dir, &["--format", "jsonl", "--with-text", "a.mbox"]);
    assert_eq!(ids(&output), ["a.mbox#1", "a.mbox#2"]);
    let wanted = body.replace("\n>From", "\nFrom").replace("\n>>From", "\n>From") + "\n";
    assert_eq!(lines(&output)[0]["parts"].as_array().unwrap().last().unwrap()["text"], wanted);
}

#[test]
fn standard_input_may_be_an_mbox_or_compressed() {
    let run = |bytes: &[u8]| {
        let mut child = crate::beholden()
            .args(["scan", "--format", "jsonl"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        ids(&child.wait_with_output().unwrap())
    };
    assert_eq!(run(mbox(&["one", "two"]).as_bytes()), ["-#1", "-#2"]);
    assert_eq!(run(&gzip(&mbox(&["one", "two"]))), ["-#1", "-#2"]);
    assert_eq!(run(&zstd(&mail("x", "one"))), ["-"]);
    assert_eq!(run(b"text"), ["-"]);
    assert_eq!(run(b""), ["-"]);
}

/// A folder of many messages of very different size in every kind of file.
fn many(name: &str) -> PathBuf {
    let dir = folder(name);
    for i in 0..300 {
        let body = format!("Message {i}.\n{}", [PRESSURE, "We meet at nine. "][i % 2].repeat(1 + (i * i) % 97));
        put(&dir, &format!("{}/{i}.eml", i % 7), mail("x", &body));
    }
    let bodies: Vec<String> = (0..1_500).map(|i| format!("Letter {i}. {}", [PRESSURE, ""][i % 2])).collect();
    put(&dir, "3/100.mbox.gz", gzip(&mbox(&bodies.iter().map(String::as_str).collect::<Vec<_>>())));
    put(&dir, "3/200.txt", PRESSURE.repeat(3_000));
    dir
}

#[test]
fn the_output_is_the_same_whatever_the_number_of_threads() {
    let dir = many("threads");
    for format in ["text", "json", "jsonl", "csv"] {
        let one = scan(&dir, &["--format", format, "--jobs", "1", "."]);
        assert_eq!(one.status.code(), Some(0));
        assert!(one.stdout.len() > 100_000);
        for jobs in ["2", "9", "0"] {
            let other = scan(&dir, &["--format", format, "--jobs", jobs, "."]);
            assert!(one.stdout == other.stdout && one.stderr == other.stderr, "{format} differs with --jobs {jobs}");
        }
    }
    let ids = ids(&scan(&dir, &["--format", "jsonl", "3"]));
    let at = ids.iter().position(|id| id == "3/100.mbox.gz#1").unwrap();
    let letters: Vec<String> = (1..=1_500).map(|n| format!("3/100.mbox.gz#{n}")).collect();
    assert_eq!(ids[at..at + 1_500], letters);
}

#[test]
fn what_cannot_be_read_is_named_in_its_place_and_the_rest_goes_on() {
    let dir = folder("broken");
    put(&dir, "a.txt", "hello");
    let whole = gzip(&mbox(&[&"one ".repeat(20_000), "two"]));
    put(&dir, "b.mbox.gz", &whole[..whole.len() - 9]);
    put(&dir, "c.txt.gz", "this is not gzip");
    put(&dir, "d.eml.zst", &zstd(&mail("x", &"word ".repeat(50_000)))[..40]);
    put(&dir, "z.txt", PRESSURE);
    let gone = usize::from(cfg!(unix));
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere.txt", dir.join("e.txt")).unwrap();
    let output = scan(&dir, &["--format", "jsonl", "--fail-on", "pressure", "."]);
    assert_eq!(output.status.code(), Some(2), "an error outweighs --fail-on");
    let lines = lines(&output);
    let errors: Vec<&str> = lines.iter().filter(|l| l["error"].is_string()).map(|l| l["id"].as_str().unwrap()).collect();
    assert_eq!(errors[..2], ["./b.mbox.gz", "./d.eml.zst"]);
    assert_eq!(errors.len(), 2 + gone);
    assert_eq!(lines.last().unwrap()["level"], "pressure");
    assert_eq!(lines[1]["id"], "./b.mbox.gz#1", "what was read before the error is judged");
    let stderr = stderr(&output);
    for id in errors {
        assert!(stderr.contains(&format!("beholden: {id}: ")), "{stderr}");
    }
    assert!(stderr.contains(&format!("; {} errors\n", 2 + gone)), "{stderr}");
}

#[cfg(unix)]
#[test]
fn links_neither_loop_nor_multiply() {
    use std::os::unix::fs::symlink;
    let dir = folder("links");
    // Eight folders that all lead to each other have 8! ways through them.
    for i in 0..8 {
        put(&dir, &format!("{i}/a.txt"), "hello");
        for j in 0..8 {
            symlink(dir.join(j.to_string()), dir.join(format!("{i}/to{j}"))).unwrap();
        }
    }
    let output = scan(&dir, &["--format", "jsonl", "."]);
    assert_eq!(output.status.code(), Some(0));
    let mut ids = ids(&output);
    assert_eq!(ids.len(), 8, "{ids:?}");
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 8);
    // A folder that was itself named may be a link.
    symlink(dir.join("3"), dir.join("named")).unwrap();
    assert_eq!(self::ids(&scan(&dir, &["--format", "jsonl", "named"]))[0], "named/a.txt");
}

#[test]
fn ignore_files_count_only_on_request() {
    let dir = folder("ignore");
    put(&dir, ".gitignore", "*.txt\n");
    put(&dir, ".ignore", "b.eml\n");
    for name in ["a.txt", "b.eml", "c.eml", ".Sent/d.eml"] {
        put(&dir, name, mail("x", "hello"));
    }
    let all = scan(&dir, &["--format", "jsonl", "."]);
    assert_eq!(ids(&all), ["./.Sent/d.eml", "./a.txt", "./b.eml", "./c.eml"]);
    let some = scan(&dir, &["--format", "jsonl", "--respect-ignore", "."]);
    assert_eq!(ids(&some), ["./.Sent/d.eml", "./c.eml"]);
}

#[test]
fn the_riskiest_come_first_on_request() {
    let dir = many("sort");
    let sorted = scan(&dir, &["--format", "json", "--sort", "risk", "."]);
    let mut sorted: Vec<Value> = serde_json::from_slice(&sorted.stdout).unwrap();
    assert_eq!(sorted.len(), 1_801);
    let risks: Vec<i64> = sorted.iter().map(|l| l["risk"].as_i64().unwrap_or(-1)).collect();
    assert!(risks.is_sorted_by(|a, b| a >= b));
    assert!(risks[0] > 50 && risks[1_800] < 10);
    let mut plain = lines(&scan(&dir, &["--format", "jsonl", "."]));
    for rows in [&mut plain, &mut sorted] {
        rows.sort_by_key(|l| l["id"].to_string());
    }
    assert_eq!(plain, sorted, "sorting changes the order and nothing else");
}

#[test]
fn only_what_reaches_the_level_is_written_and_all_of_it_counts() {
    let dir = many("only");
    let output = scan(&dir, &["--format", "jsonl", "--only", "pressure", "--fail-on", "pressure", "."]);
    assert_eq!(output.status.code(), Some(1));
    assert!(lines(&output).iter().all(|l| l["level"] == "pressure"));
    let all = lines(&scan(&dir, &["--format", "jsonl", "."]));
    assert_eq!(lines(&output).len(), all.iter().filter(|l| l["level"] == "pressure").count());
    assert!(stderr(&output).starts_with("beholden: 1801 messages: "), "{}", stderr(&output));
    let none = scan(&dir, &["--format", "json", "--only", "pressure", "0/0.eml", "0/7.eml", "1/1.eml"]);
    assert_eq!(none.status.code(), Some(0));
    let rows: Vec<Value> = serde_json::from_slice(&none.stdout).unwrap();
    assert!(rows.len() < 3);
    let empty = folder("empty");
    let output = scan(&empty, &["--format", "json", "."]);
    assert_eq!((output.status.code(), &*output.stdout), (Some(0), &b"[]\n"[..]));
}

#[test]
fn csv_has_a_row_for_every_message_and_error() {
    let dir = folder("csv");
    put(&dir, "a, \"b\".eml", mail("x", PRESSURE));
    put(&dir, "c.txt", "hello");
    let args = ["--format", "csv", "a, \"b\".eml", "c.txt", "missing.txt"];
    let output = scan(&dir, &args);
    assert_eq!(output.status.code(), Some(2));
    let mut table = csv::Reader::from_reader(&*output.stdout);
    let columns = table.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
    let cell = |row: usize, column: &str| &rows[row][columns.iter().position(|c| c == column).unwrap()];
    assert_eq!(rows.len(), 3);
    assert_eq!((cell(0, "id"), cell(0, "level")), ("a, \"b\".eml", "pressure"));
    let json = lines(&scan(&dir, &["--format", "jsonl", "a, \"b\".eml"])).remove(0);
    for column in ["risk", "score", "pressure_score"] {
        assert_eq!(cell(0, column), json[column].to_string(), "{column}");
    }
    assert_eq!(cell(0, "p_appeal"), json["probability"]["appeal"].to_string());
    assert!(cell(0, "tactics").split(' ').any(|t| t == "guilt"));
    assert!(cell(0, "evidence").contains("obligation: After all we have done"), "{}", cell(0, "evidence"));
    assert_eq!((cell(1, "level"), cell(1, "evidence"), cell(1, "error")), ("none", "", ""));
    assert_eq!((cell(2, "id"), cell(2, "level")), ("missing.txt", ""));
    assert!(cell(2, "error").starts_with("No such file"));
    let output = scan(&dir, &["--format", "csv", "--no-text", "a, \"b\".eml"]);
    assert!(!String::from_utf8(output.stdout).unwrap().contains("After all"));
}

#[test]
fn a_line_is_answered_before_the_next_is_sent() {
    let mut child = crate::answering();
    let mut stdin = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut ask = |line: &str| -> Value {
        stdin.write_all(line.as_bytes()).unwrap();
        serde_json::from_str(&answers.next().unwrap().unwrap()).unwrap()
    };
    assert_eq!(ask("{\"id\":1,\"text\":\"hello\"}\n")["id"], 1);
    assert_eq!(ask("\n")["error"], "the line is no JSON object, as {\"id\":1,\"text\":\"...\"} is");
    assert_eq!(ask("{}\n")["id"], 3);
    assert_eq!(ask("{\"id\":{\"b\":1,\"a\":[2.50]},\"message\":\"Subject: x\\n\\nhello\"}\n")["id"]["b"], 1);
    drop(stdin);
    assert!(answers.next().is_none());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_closed_output_ends_the_run_though_the_input_stays_open() {
    let mut child = crate::answering();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"{\"text\":\"hello there\"}\n").unwrap();
    let status = child.wait().unwrap();
    assert!(status.success());
    drop(stdin);
}

#[test]
fn a_message_over_the_limit_is_judged_by_its_beginning_and_says_so() {
    let dir = folder("huge");
    let attachment = format!(
        "--b\nContent-Type: application/octet-stream\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n{}",
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJz\n".repeat((66 << 20) / 61)
    );
    let text = format!("--b\nContent-Type: text/plain\n\n{PRESSURE}\n");
    let message =
        |parts: [&str; 2]| format!("From: a@example.org\nContent-Type: multipart/mixed; boundary=b\n\n{}--b--\n", parts.concat());
    put(&dir, "a.eml", message([&text, &attachment]));
    put(&dir, "b.eml", message([&attachment, &text]));
    let lines = lines(&scan(&dir, &["--format", "jsonl", "."]));
    assert_eq!((&lines[0]["level"], &lines[1]["abstained"]), (&Value::from("pressure"), &Value::from("too_large")));
    for line in lines {
        assert!(line["notes"].as_array().unwrap().iter().any(|n| n["code"] == "size_limit"), "{line}");
    }
}

#[test]
fn the_charset_of_bare_text_is_guessed_and_said() {
    let dir = folder("charsets");
    let text = "Liebe M\u{fc}llers, sch\u{f6}ne Gr\u{fc}\u{df}e aus der Schweiz, wir sind gut angekommen.";
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let wide: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    // "Hello, dear friends! Thank you for your help, we are very glad." in Windows-1251.
    let cyrillic: Vec<u8> = "\u{417}\u{434}\u{440}\u{430}\u{432}\u{441}\u{442}\u{432}\u{443}\u{439}\u{442}\u{435}, \u{434}\u{43e}\u{440}\u{43e}\u{433}\u{438}\u{435} \u{434}\u{440}\u{443}\u{437}\u{44c}\u{44f}! \u{421}\u{43f}\u{430}\u{441}\u{438}\u{431}\u{43e} \u{437}\u{430} \u{43f}\u{43e}\u{43c}\u{43e}\u{449}\u{44c}, \u{43c}\u{44b} \u{43e}\u{447}\u{435}\u{43d}\u{44c} \u{440}\u{430}\u{434}\u{44b}."
        .chars()
        .map(|c| if c.is_ascii() { c as u8 } else { u8::try_from(u32::from(c) - 0x350).unwrap() })
        .collect();
    put(&dir, "a-latin-1.txt", latin);
    put(&dir, "b-utf-16.txt", wide);
    put(&dir, "c-windows-1251.txt", cyrillic);
    put(&dir, "d-utf-8.txt", text);
    let output = scan(&dir, &["--format", "jsonl", "--with-text", "."]);
    assert_eq!(output.status.code(), Some(0));
    let lines = lines(&output);
    let guessed: Vec<&str> = lines.iter().map(|l| l["notes"][0]["detail"].as_str().unwrap_or("")).collect();
    assert_eq!(guessed, ["text: windows-1252", "text: UTF-16LE", "text: windows-1251", ""]);
    for i in [0, 1, 3] {
        assert_eq!(lines[i]["parts"][0]["text"], text);
    }
    assert!(lines[2]["parts"][0]["text"].as_str().unwrap().starts_with("\u{417}\u{434}\u{440}\u{430}\u{432}"));
}
