//! `beholden filter`: the message comes out as it went in, but for our headers; and what procmail, maildrop and Sieve do with it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use beholden::Engine;

use crate::programs::{OpenFolder, files, folder, program, run};
use crate::root;

/// The library's own word on a message.
pub(crate) static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::new().unwrap());

/// Leans hard, and comes with forged headers.
pub(crate) const PRESSURE: &str = "Received: from a\r\nX-Beholden-Status: No, score=0.0\r\nFrom: a@example.org\r\nTo: b@example.org\r\n\
    x-beholden-level: none\r\n folded\r\nSubject: Your turn\r\nMessage-ID: <1@example.org>\r\n\r\n\
    After all we have done for you, the least you could do is send $20.\r\n";

/// Leans on nothing.
pub(crate) const PLAIN: &str = "From: a@example.org\r\nTo: b@example.org\r\nSubject: Tuesday\r\nMessage-ID: <2@example.org>\r\n\r\n\
    The meeting is at nine.\r\n";

pub(crate) fn beholden() -> &'static str {
    env!("CARGO_BIN_EXE_beholden")
}

fn filter(args: &[&str], message: &[u8]) -> Output {
    run(crate::beholden().arg("filter").args(args), message)
}

/// Takes our headers out again, with their folded lines.
fn without_ours(message: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut ours = false;
    let mut header = true;
    for line in message.split_inclusive(|b| *b == b'\n') {
        ours = header && (line.starts_with(b"X-Beholden-") || ours && line.starts_with(b"\t"));
        header &= !matches!(line, b"\n" | b"\r\n");
        if !ours {
            out.extend_from_slice(line);
        }
    }
    out
}

fn mails() -> Vec<PathBuf> {
    let mut mails: Vec<PathBuf> = ["corpus/mail", "corpus/samples", "tests/golden"]
        .iter()
        .flat_map(|f| fs::read_dir(root().join(f)).unwrap().map(|e| e.unwrap().path()))
        .filter(|p| p.extension().is_some_and(|e| e == "eml"))
        .collect();
    mails.sort();
    assert!(mails.len() > 40);
    mails
}

#[test]
fn every_mail_comes_out_byte_for_byte() {
    for path in mails() {
        let message = fs::read(&path).unwrap();
        let output = filter(&[], &message);
        assert!(output.status.success() && output.stderr.is_empty(), "{}", path.display());
        let mut bare = without_ours(&output.stdout);
        if path.ends_with("no-headers.eml") {
            bare.remove(0);
        }
        assert!(bare == message, "{} was changed", path.display());
        let added: Vec<&[u8]> = output.stdout.split(|b| *b == b'\n').filter(|l| l.starts_with(b"X-Beholden-")).collect();
        assert!(added.len() >= 2, "{}: {added:?}", path.display());
    }
}

#[test]
fn a_forged_verdict_gives_way_to_the_true_one() {
    let output = filter(&["--sa-compat", "--required", "4"], PRESSURE.as_bytes());
    let text = String::from_utf8(output.stdout).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap().replace("\r\n\t", " ");
    let lines: Vec<&str> = head.split("\r\n").collect();
    let report = ENGINE.analyze_message(PRESSURE.as_bytes());
    let tests: Vec<String> = report.findings.iter().map(|f| f.tactic.name().to_uppercase()).collect();
    let risk = report.risk.unwrap();
    let status = format!(
        "Yes, score={:.1} required=4.0 tests={} autolearn=no version={}",
        f64::from(risk) / 10.0,
        tests.join(","),
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(lines[0], format!("X-Spam-Status: {status}"));
    assert_eq!(lines[1], "X-Spam-Flag: YES");
    assert_eq!(lines[2], format!("X-Spam-Score: {:.1}", f64::from(risk) / 10.0));
    assert_eq!(lines[3], format!("X-Beholden-Status: {status}"));
    assert_eq!(lines[4], format!("X-Beholden-Risk: {risk}"));
    assert_eq!(lines[5..8], ["X-Beholden-Level: pressure", "Received: from a", "From: a@example.org"]);
    assert_eq!(text.to_lowercase().matches("x-beholden-").count(), 3);
    assert!(text.is_ascii());
}

#[test]
fn what_goes_wrong_lets_the_message_through() {
    let dir = folder("filter-wrong");
    let bad = dir.join("bad.toml");
    fs::write(&bad, "family = \"x\"\nrole = \"gift\"\ncolour = 3\n").unwrap();
    for (args, cause) in [
        (["--lexicon", bad.to_str().unwrap()], "bad.toml:3: unknown field `colour`"),
        (["--lexicon", "no-such-folder"], "no-such-folder: No such file"),
        (["--max-size", "60"], "it is longer than 60 bytes"),
    ] {
        for (strict, code) in [(false, 0), (true, 75)] {
            let mut args = args.to_vec();
            if strict {
                args.push("--strict");
            }
            let output = filter(&args, PRESSURE.as_bytes());
            assert_eq!(output.status.code(), Some(code), "{args:?}");
            assert_eq!(output.stdout, PRESSURE.as_bytes(), "{args:?}");
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains(cause) && said.ends_with("; the message passed unchanged\n"), "{said}");
        }
    }
    let output = run(Command::new("sh").args(["-c", "\"$0\" filter > /dev/full", beholden()]), PRESSURE.as_bytes());
    assert_eq!(output.status.code(), Some(75), "a message that can't be written must not count as delivered");
}

#[test]
fn a_lexicon_folder_is_added() {
    let dir = folder("filter-lexicon");
    fs::copy(root().join("tests/suite/probe.toml"), dir.join("probe.toml")).unwrap();
    fs::write(dir.join("notes.txt"), "no lexicon").unwrap();
    let message = b"Subject: x\n\nYou owe us marmalade.\n";
    let status = |args: &[&str]| String::from_utf8(filter(args, message).stdout).unwrap().lines().next().unwrap().to_owned();
    assert!(status(&["--lexicon", dir.to_str().unwrap()]).starts_with("X-Beholden-Status: Yes, score=10.0"));
    assert!(!status(&[]).starts_with("X-Beholden-Status: Yes, score=10.0"));
}

/// The README's configuration of a program, with our paths in it.
pub(crate) fn readme_block(after: &str, replace: &[(&str, &str)]) -> String {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let at = readme.find(after).unwrap_or_else(|| panic!("the README has no {after:?}"));
    let start = at + readme[at..].find("```").unwrap();
    let start = start + readme[start..].find('\n').unwrap() + 1;
    let block = &readme[start..start + readme[start..].find("```").unwrap()];
    replace.iter().fold(block.to_owned(), |block, (from, to)| {
        assert!(block.contains(from), "the README's block after {after:?} has no {from:?}:\n{block}");
        block.replace(from, to)
    })
}

fn lf(message: &str) -> String {
    message.replace("\r\n", "\n")
}

fn assert_filed(dir: &Path, flagged: &str, rest: &str) {
    let one = |folder: &str| {
        let found: Vec<String> = [folder.to_owned(), format!("{folder}/new")].iter().flat_map(|f| files(&dir.join(f))).collect();
        assert_eq!(found.len(), 1, "{folder} in {}: {found:?}", dir.display());
        found[0].clone()
    };
    let flagged = one(flagged);
    assert!(flagged.contains("Subject: Your turn") && flagged.contains("X-Beholden-Level: pressure"), "{flagged}");
    assert_eq!(flagged.to_lowercase().matches("x-beholden-level:").count(), 1, "{flagged}");
    let rest = one(rest);
    assert!(rest.contains("Subject: Tuesday") && rest.contains("X-Beholden-Level: none"), "{rest}");
}

#[test]
fn procmail_files_the_flagged_message() {
    let Some(procmail) = program("procmail") else { return };
    let dir = folder("procmail");
    let recipe = readme_block("procmail", &[("beholden filter", &format!("{} filter", beholden()))]);
    let rc = dir.join("rc");
    fs::write(&rc, format!("MAILDIR={0}\nDEFAULT={0}/inbox/\nLOGFILE={0}/log\nSHELL=/bin/sh\n{recipe}", dir.display())).unwrap();
    for message in [PRESSURE, PLAIN] {
        let output = run(Command::new(&procmail).arg("-m").arg(&rc).current_dir(&dir), lf(message).as_bytes());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_filed(&dir, "pressure", "inbox");
}

#[test]
fn maildrop_files_the_flagged_message() {
    let Some(maildrop) = program("maildrop") else { return };
    let dir = folder("maildrop");
    for folder in ["Maildir", "Maildir/.pressure"] {
        for sub in ["cur", "new", "tmp"] {
            fs::create_dir_all(dir.join(folder).join(sub)).unwrap();
        }
    }
    let rules = readme_block(
        "maildrop",
        &[("beholden filter", &format!("{} filter", beholden())), ("$HOME", &dir.display().to_string())],
    );
    let rc = dir.join("mailfilter");
    fs::write(&rc, format!("{rules}\nto \"{}/Maildir\"\n", dir.display())).unwrap();
    fs::set_permissions(&rc, fs::Permissions::from_mode(0o600)).unwrap();
    for message in [PRESSURE, PLAIN] {
        let output = run(Command::new(&maildrop).arg(&rc).current_dir(&dir).env("HOME", &dir), lf(message).as_bytes());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_filed(&dir.join("Maildir"), ".pressure", ".");
}

#[test]
fn sieve_files_the_flagged_message() {
    let Some(sieve_test) = program("sieve-test") else { return };
    // Dovecot reads no mail as root, so another user must reach all of it.
    let open = OpenFolder::new("sieve");
    let dir = &open.0;
    // Programs for Sieve are named, not pathed: the administrator puts them in a folder.
    let bin = dir.join("bin");
    fs::create_dir_all(&bin).unwrap();
    fs::copy(beholden(), bin.join("beholden")).unwrap();
    let config = dir.join("dovecot.conf");
    fs::write(
        &config,
        format!(
            "base_dir = {0}/run\nstate_dir = {0}/run\nmail_location = maildir:{0}/Maildir\nmail_home = {0}\nmail_uid = 65534\nmail_gid = 65534\nlog_path = /dev/stderr\n\
             plugin {{\n  sieve_plugins = sieve_extprograms\n  sieve_extensions = +vnd.dovecot.filter +vnd.dovecot.execute\n  \
             sieve_filter_bin_dir = {0}/bin\n  sieve_execute_bin_dir = {0}/bin\n}}\n",
            dir.display()
        ),
    )
    .unwrap();
    for (form, after) in [("filter", "Sieve"), ("execute", "`execute :pipe`")] {
        let script = dir.join(format!("{form}.sieve"));
        fs::write(&script, readme_block(after, &[])).unwrap();
        for (message, filed) in [(PRESSURE, true), (PLAIN, false)] {
            let mail = dir.join("mail.eml");
            fs::write(&mail, lf(message)).unwrap();
            let output = Command::new(&sieve_test)
                .args(["-c", config.to_str().unwrap(), "-x", "+vnd.dovecot.filter +vnd.dovecot.execute"])
                .args(["-P", "sieve_extprograms"])
                .args([&script, &mail])
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{form}: {said}");
            assert_eq!(said.contains("store message in folder: pressure"), filed, "{form}: {said}");
        }
    }
}

#[test]
fn a_message_of_megabytes_passes_whole() {
    let message = format!("Subject: x\n\n{}", "A line of no interest at all.\n".repeat(100_000));
    for size in ["1000", "2999999", "3000000000"] {
        let output = filter(&["--max-size", size], message.as_bytes());
        assert!(output.status.success());
        assert!(without_ours(&output.stdout) == message.as_bytes(), "--max-size {size}");
    }
}
