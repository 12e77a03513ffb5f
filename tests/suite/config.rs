//! `beholden.toml`: where it is found, and who heeds it.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

const PRESSURE: &str = "From: a@example.org\nSubject: x\n\nAfter all we have done for you, the least you could do is send $20.\n";

/// A folder of the test's own, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("beholden-config-{name}-{}", std::process::id()));
        fs::create_dir_all(path.join("a/b")).unwrap();
        fs::create_dir_all(path.join("user/beholden")).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), text).unwrap();
    }

    fn run(&self, folder: &str, args: &[&str]) -> Output {
        run(&self.0.join(folder), &self.0.join("user"), args)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(folder: &Path, user: &Path, args: &[&str]) -> Output {
    let mut child = crate::beholden()
        .args(args)
        .current_dir(folder)
        .env("XDG_CONFIG_HOME", user)
        .env("HOME", user)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that fails on its configuration reads nothing.
    let _ = child.stdin.take().unwrap().write_all(PRESSURE.as_bytes());
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[cfg(unix)]
#[test]
fn the_nearest_file_is_in_force() {
    let folder = Folder::new("nearest");
    let first_line = |args: &[&str]| said(&folder.run("a/b", args)).lines().next().unwrap_or_default().to_owned();
    assert!(first_line(&["config"]).starts_with("configuration: none; no beholden.toml is here or in a folder above, nor is "));
    folder.write("user/beholden/beholden.toml", "[thresholds]\nappeal = 0.1\n");
    assert_eq!(first_line(&["config"]), format!("configuration: {}", folder.0.join("user/beholden/beholden.toml").display()));
    folder.write("beholden.toml", "[thresholds]\nappeal = 0.2\n");
    assert_eq!(first_line(&["config"]), "configuration: ../../beholden.toml");
    folder.write("a/beholden.toml", "[thresholds]\nappeal = 0.3\n");
    assert_eq!(first_line(&["config"]), "configuration: ../beholden.toml");
    assert_eq!(first_line(&["config", "--config", "../../beholden.toml"]), "configuration: ../../beholden.toml");
    assert!(first_line(&["config", "--no-config"]).starts_with("configuration: none"));
}

#[test]
fn every_command_heeds_it() {
    let folder = Folder::new("heeds");
    folder.write("beholden.toml", "lexicons = [\"own\"]\n[allow]\nsenders = [\"example.org\"]\n");
    fs::create_dir_all(folder.0.join("own")).unwrap();
    fs::copy(crate::root().join("tests/suite/probe.toml"), folder.0.join("own/probe.toml")).unwrap();
    for args in [&["scan", "--input", "message", "--fail-on", "pressure"][..], &["filter"], &["explain"]] {
        let output = folder.run("a", args);
        assert!(output.status.success() && said(&output).contains("allowed_sender"), "{args:?}: {}", said(&output));
        let mut ignored = args.to_vec();
        ignored.push("--no-config");
        let output = folder.run("a", &ignored);
        assert!(said(&output).contains("pressure") && !said(&output).contains("allowed_sender"), "{args:?}: {}", said(&output));
    }
    folder.write(
        "gold.jsonl",
        "{\"id\":\"1\",\"source\":\"x\",\"subject\":\"\",\"text\":\"hello\",\"level\":0,\"tactics\":[],\"spans\":[]}\n",
    );
    folder.write("beholden.toml", "off = [\"no.such.rule\"]\n");
    let output = folder.run("", &["eval", "gold.jsonl"]);
    assert!(said(&output).contains("beholden.toml:1: no rule or family is called \"no.such.rule\""), "{}", said(&output));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_bad_file_stops_everything_but_mail() {
    let folder = Folder::new("bad");
    folder.write("latin.toml", b"format = 1\nwhy = \"caf\xe9\"\n");
    for (text, wanted) in [
        ("\nlexicons = [\"gone.toml\"]\n", "beholden.toml:2: gone.toml: No such file"),
        ("[allow]\nphrases = [\"fine\",\n\"...\"]\n", "beholden.toml:3: the phrase \"...\" has no word"),
        ("[allow]\nsenders = [\"everybody\"]\n", "beholden.toml:2: \"everybody\" is neither an address"),
        ("[weights]\n\"gift.nothing\" = 1\n", "beholden.toml:2: no rule or source is called \"gift.nothing\""),
        ("[weights]\nbias = 21\n", "beholden.toml:2: the weight 21 of \"bias\" is not between -20 and 20"),
        ("[thresholds]\nappeal = 2\n", "beholden.toml:2: the threshold 2 is no probability from 0 to 1"),
        ("colour = 1\n", "beholden.toml:1: unknown field `colour`"),
        ("off = []\n# caf\u{e9}\n", "beholden.toml:2: not UTF-8: byte 0xe9"),
        ("lexicons = [\"latin.toml\"]\n", "latin.toml:2: not UTF-8: byte 0xe9"),
    ] {
        // As Latin-1, where a character goes beyond ASCII.
        folder.write("beholden.toml", text.chars().map(|c| c as u8).collect::<Vec<_>>());
        for command in ["config", "scan", "explain"] {
            let output = folder.run("", &[command]);
            assert!(said(&output).contains(wanted) && output.status.code() == Some(2), "{command}: {}", said(&output));
            assert!(output.stdout.is_empty(), "{command}: {}", said(&output));
        }
        let output = folder.run("", &["filter"]);
        assert!(output.status.success() && said(&output).contains(wanted), "{}", said(&output));
        assert_eq!(String::from_utf8_lossy(&output.stdout), PRESSURE, "mail passes unchanged");
    }
}
