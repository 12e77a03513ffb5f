//! The report for people: what a terminal shows, what a pipe and so a screen reader gets, and what never comes through.

use std::fs;
use std::process::{Command, Output};

use unicode_width::UnicodeWidthStr as _;

use crate::root;

fn scan(args: &[&str]) -> Command {
    let mut command = crate::beholden();
    command.current_dir(root()).env("COLUMNS", "80").env_remove("NO_COLOR").env_remove("CLICOLOR_FORCE").args(args);
    command
}

fn shown(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The text without our own colours; any other escape stays.
pub(crate) fn without_colour(bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec()).unwrap();
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find("\u{1b}[") {
        out.push_str(&rest[..at]);
        let code = &rest[at + 2..];
        let end = code.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(code.len());
        match code[end..].strip_prefix('m') {
            Some(after) => rest = after,
            None => {
                out.push_str("\u{1b}[");
                rest = code;
            }
        }
    }
    out + rest
}

/// `SNAPSHOTS=overwrite` rewrites these too. The risk is left out, since learning changes it.
#[test]
fn golden_mails_are_shown_as_they_were() {
    let mut seen = 0;
    for entry in fs::read_dir(root().join("tests/golden")).unwrap() {
        let mail = entry.unwrap().path();
        if mail.extension().is_none_or(|e| e != "eml") {
            continue;
        }
        seen += 1;
        let name = format!("tests/golden/{}", mail.file_name().unwrap().to_string_lossy());
        let marked = without_colour(&scan(&["--color", "always", "scan", &name]).output().unwrap().stdout);
        let plain = shown(&scan(&["scan", &name]).output().unwrap());
        let text = format!("{marked}\n{plain}");
        let text: Vec<String> = text.lines().map(|l| l.split(", risk ").next().unwrap_or_default().to_owned() + "\n").collect();
        let golden = mail.with_extension("txt");
        if std::env::var("SNAPSHOTS").is_ok_and(|v| v == "overwrite") {
            fs::write(&golden, text.concat()).unwrap();
        }
        let wanted = fs::read_to_string(&golden).unwrap_or_default();
        assert_eq!(text.concat(), wanted, "{} differs; SNAPSHOTS=overwrite rewrites it", golden.display());
    }
    assert!(seen > 2);
}

#[test]
fn marks_differ_without_colour_and_no_line_is_too_wide() {
    let mail = ["corpus/mail", "corpus/samples", "tests/golden/html-only.eml"];
    for (columns, most) in [("80", 80), ("50", 50), ("300", 100), ("7", 40)] {
        for colour in ["always", "never"] {
            let output = scan(&["--color", colour, "scan"]).args(mail).env("COLUMNS", columns).output().unwrap();
            let text = without_colour(&output.stdout);
            let most = if colour == "never" { 80 } else { most };
            // The names of the files are as long as they are.
            for line in text.lines().filter(|l| !l.starts_with("corpus/") && !l.starts_with("tests/")) {
                assert!(line.width() <= most, "{columns}: {line}");
            }
            if colour == "always" {
                for mark in ["^^ gift", "~~ request", "!! obligation", "====", " disclaimer"] {
                    assert!(text.contains(mark) || columns != "80", "{mark}");
                }
                assert!(text.lines().any(|l| l.contains("->~~")), "no arrow points at a request");
            } else {
                let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
                for mark in ["[gift: ", "[request: ", "[obligation: ", "[disclaimer: "] {
                    assert!(words.contains(mark), "{mark}");
                }
                assert!(
                    !text.contains("^^")
                        && !text.contains("~~")
                        && !text.lines().any(|l| l.contains(" | ") && !l.starts_with("Line"))
                );
            }
        }
    }
}

#[test]
fn marks_stand_under_their_words_among_wide_and_combining_characters() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join("terminal-wide.txt");
    fs::write(&path, "日本語 cafe\u{301} 👩‍👧: after all we have done for you, could you send us $20?\n").unwrap();
    let output = scan(&["--color", "always", "scan"]).arg(&path).output().unwrap();
    let text = without_colour(&output.stdout);
    let line = text.lines().find(|l| l.contains("| ") && l.contains("日本語")).unwrap();
    let marks = text.lines().find(|l| l.contains("~~")).unwrap();
    let start = line.find("could you").unwrap();
    assert_eq!(marks.find('~').unwrap(), line[..start].width(), "\n{line}\n{marks}");
    assert_eq!(marks.matches('~').count(), line[start..].width(), "to the end of the row");
}

#[test]
fn nothing_in_a_message_or_a_name_steers_the_terminal() {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("terminal-hostile");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let name = "a\u{1b}]0;owned\u{7}\u{202e}.eml";
    let body = "Subject: =?utf-8?q?A_gift=1b[2J_for_you=9b?=\nContent-Type: text/plain; charset=utf-8\n\n\
        After all we have done \u{1b}[31mfor you,\u{7}\u{8}\u{9b}5n \u{202e}could\u{85} you send us \u{1b}]8;;http://x.example\u{1b}\\$20?\r\
        The least you could \u{7f}do is send $20.\u{2028}\n";
    fs::write(folder.join(name), body).unwrap();
    let mut shows = 0;
    for colour in ["always", "never"] {
        for more in [&[][..], &["--no-text"]] {
            let output =
                scan(&["--color", colour, "scan", ".", "no\u{1b}[2Jne"]).args(more).current_dir(&folder).output().unwrap();
            for bytes in [&output.stdout, &output.stderr] {
                let text = without_colour(bytes);
                let bad = |c: char| c != '\n' && (c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c));
                assert!(!text.contains(bad), "{colour}: {text:?}");
                // Words in our own colours cannot hide such a sequence of the message.
                assert!(!String::from_utf8_lossy(bytes).contains("[2Jfor"));
            }
            let text = without_colour(&output.stdout);
            assert!(text.contains(r"a\u{1b}]0;owned\u{7}\u{202e}.eml: pressure"), "{text}");
            shows += usize::from(text.contains(r"\u{1b}[31mfor"));
        }
    }
    assert_eq!(shows, 2, "the text is shown, and only without --no-text");
}

#[test]
fn without_text_the_sentences_name_lines() {
    for colour in ["always", "never"] {
        let output = scan(&["--color", colour, "scan", "--no-text", "corpus/samples/address-labels.eml"]).output().unwrap();
        let text = without_colour(&output.stdout);
        assert!(text.contains("comes the ask (line 5)") && !text.contains("ponies") && !text.contains('"'), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_terminal_gets_marks_and_one_that_can_do_nothing_sentences() {
    let Some(script) = crate::programs::program("script") else { return };
    for (term, colour, marked, coloured) in
        [("xterm", "auto", true, true), ("xterm", "never", true, false), ("dumb", "auto", false, false)]
    {
        let line = format!("{} --color {colour} scan corpus/samples/address-labels.eml", env!("CARGO_BIN_EXE_beholden"));
        let output = Command::new(&script)
            .args(["-qec", &line, "/dev/null"])
            .current_dir(root())
            .env("TERM", term)
            .envs(crate::no_settings())
            .env_remove("NO_COLOR")
            .env_remove("CI")
            .stdin(std::process::Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(text.contains("^^^"), marked, "{term} {colour}: {text}");
        assert_eq!(text.contains("\u{1b}[3"), coloured, "{term} {colour}: {text}");
    }
}
