//! Bad input gets a clear error or a valid report, exit status 2 where it is an error, and the rest of the run goes on.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use beholden::Engine;
use serde_json::Value;

fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn scan(args: &[&str]) -> Output {
    crate::beholden().arg("scan").args(["--format", "json"]).args(args).output().unwrap()
}

fn reports(output: &Output) -> Vec<Value> {
    serde_json::from_slice(&output.stdout).unwrap()
}

#[test]
fn a_missing_path_fails_and_the_rest_goes_on() {
    let dir = folder("missing");
    let good = dir.join("good.txt");
    fs::write(&good, "hello").unwrap();
    let output = scan(&["no-such-file.txt", good.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-file.txt: No such file"));
    let reports = reports(&output);
    assert_eq!(reports[0]["id"], "no-such-file.txt");
    assert!(reports[0]["error"].is_string());
    assert_eq!(reports[1]["level"], "none");
}

#[cfg(unix)]
#[test]
fn a_directory_loop_is_named_and_does_no_harm() {
    let dir = folder("loop");
    fs::write(dir.join("a.txt"), "hello").unwrap();
    std::os::unix::fs::symlink(&dir, dir.join("again")).unwrap();
    let output = scan(&[dir.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "all that there is was read");
    assert!(String::from_utf8_lossy(&output.stderr).contains("again: a loop"), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(reports(&output).len(), 1);
}

#[test]
fn odd_text_is_text() {
    let engine = Engine::new().unwrap();
    for text in ["", "\0\0\0", " \n \n", "\u{feff}", "!!!!!!", "....", "\u{200b}\u{200b}", "''''", "$$$ %%% @@@"] {
        assert!(engine.analyze(text).level.is_some(), "{text:?}");
    }
    assert_eq!(engine.analyze_message(b"\xff\xfe\x00 not utf-8").level, Some(beholden::Level::None));
    assert_eq!(engine.analyze_message(b"").findings.len(), 0);
    assert_eq!(engine.analyze_message(b"Subject: \r\n\r\n").abstained, Some("no_text"));
}

#[test]
fn long_lines_are_judged_in_linear_time() {
    // A quadratic step would take hours here, so ending at all is the assertion.
    let engine = Engine::new().unwrap();
    for unit in ["a", " ", "gift please ", "you owe us ", "f r e e ", "\"", "x1!", "> "] {
        let text = unit.repeat(1_000_000 / unit.len());
        assert!(engine.analyze(&text).level.is_some());
    }
}

#[test]
fn a_bad_json_line_is_answered_in_its_place() {
    let dir = folder("jsonl");
    let path = dir.join("in.jsonl");
    fs::write(&path, "{\"id\":7,\"text\":\"hi\"}\n{\"id\":\"b\",\"text\":\n{\"id\":null,\"words\":1}\n{\"text\":\"x\"}\n")
        .unwrap();
    let run = |strict: bool| {
        let mut command = crate::beholden();
        command.args(["scan", "--input", "jsonl", "--format", "jsonl"]).arg(&path);
        if strict {
            command.arg("--strict");
        }
        command.output().unwrap()
    };
    let output = run(false);
    assert_eq!(output.status.code(), Some(0));
    let lines: Vec<Value> = String::from_utf8(output.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[0]["id"], 7);
    assert!(lines[1]["error"].is_string() && lines[1]["id"] == 2);
    assert!(lines[2]["error"].as_str().unwrap().contains("exactly one of"));
    assert_eq!(lines[3]["id"], 4);
    assert!(String::from_utf8_lossy(&output.stderr).contains("in.jsonl:2: "));
    assert_eq!(run(true).status.code(), Some(2));
}

#[test]
fn bad_lines_do_not_fill_standard_error_where_the_output_answers_them() {
    let dir = folder("many_bad_lines");
    let path = dir.join("in.jsonl");
    fs::write(&path, "{\"id\":1,\"text\":null}\n".repeat(5000)).unwrap();
    let run = |format: &str| {
        let mut command = crate::beholden();
        command.args(["scan", "--input", "jsonl", "--format", format]).arg(&path).output().unwrap()
    };
    let lines = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect::<Vec<_>>();
    for (format, rows) in [("jsonl", 5000), ("csv", 5001)] {
        let output = run(format);
        assert_eq!(lines(&output.stdout).len(), rows);
        let said = lines(&output.stderr);
        assert!(said[99].contains("in.jsonl:100: "), "{}", said[99]);
        assert_eq!(said[100], "beholden: further bad lines are answered in the output alone");
        assert!(said[101].contains("5000 bad lines answered with an error"), "{}", said[101]);
    }
    // Text for people has no rows for them.
    assert!(lines(&run("text").stderr)[4999].contains("in.jsonl:5000: "));
}

#[test]
fn a_lexicon_with_a_wrong_key_names_file_line_and_cause() {
    let bad = "family = \"x\"\nrole = \"gift\"\ncolour = 3\n";
    let error = Engine::builder().lexicon("mine.toml", bad).build().err().unwrap();
    assert_eq!(error.file(), "mine.toml");
    assert_eq!(error.line(), Some(3));
    assert!(error.to_string().starts_with("mine.toml:3: unknown field `colour`"), "{error}");
    let bad = "family = \"x\"\nrole = \"gift\"\n[[rule]]\nid = \"gift.x.y\"\npatterns = [\n  \"give <nobody-knows>\",\n]\nmatches = [\"[give]\"]\nallows = [\"x\"]\n";
    let error = Engine::builder().lexicon("mine.toml", bad).build().err().unwrap();
    assert_eq!(error.to_string(), "mine.toml:6: no class <nobody-knows>");
    let error = Engine::builder().weights("w.json", "{\n\"thresholds\": 1}").build().err().unwrap();
    assert!(error.to_string().starts_with("w.json:2: "), "{error}");
}

#[test]
fn a_rule_without_examples_or_a_name_is_refused() {
    let rule = "family = \"x\"\nrole = \"gift\"\n[[rule]]\nid = \"gift.x.y\"\npatterns = [\"gift\"]\nmatches = [\"[Gift]\"]\nallows = [\n\"Jam\"]\n";
    assert!(Engine::builder().embedded(false).lexicon("mine.toml", rule).build().is_ok());
    let experimental = rule.replace("id =", "status = \"experimental\"\nid =");
    for (rule, below) in [(rule, 0), (experimental.as_str(), 1)] {
        let place = |line: usize| format!("mine.toml:{line}: ");
        for (from, to, wanted) in [
            ("[\n\"Jam\"]", "[]", place(3) + "rule \"gift.x.y\" has no example in `allows`"),
            ("[\"[Gift]\"]", "[]", place(3) + "rule \"gift.x.y\" has no example in `matches`"),
            ("\"Jam\"", "\" \"", place(8 + below) + "an example in `allows` of rule \"gift.x.y\" is empty"),
            ("\"gift.x.y\"", "\"\"", place(3) + "a rule's `id` is empty"),
            ("family = \"x\"", "family = \"\"", "mine.toml: `family` is empty".to_owned()),
        ] {
            assert!(rule.contains(from), "{from}");
            assert_eq!(cause(&rule.replace(from, to)), wanted);
        }
    }
}

#[test]
fn a_name_that_means_something_else_is_refused() {
    let rule = "family = \"x\"\nrole = \"gift\"\n[[rule]]\nid = \"gift.x.y\"\npatterns = [\"gift\"]\nmatches = [\"[Gift]\"]\nallows = [\"Jam\"]\n";
    for (from, to, wanted) in [
        ("gift.x.y", "gift.x", "mine.toml:3: rule \"gift.x\" has the name of a source of contributions: give it another id"),
        ("gift.x.y", "bias", "mine.toml:3: rule \"bias\" has the name of a source of contributions: give it another id"),
        (
            "[\"Jam\"]\n",
            "[\"Jam\"]\n[class]\nmoney = [\"coin\"]\n",
            "mine.toml:9: class <money> is built in: give yours another name",
        ),
        ("[\"Jam\"]\n", "[\"Jam\"]\n[class]\nidle = [\"(\"]\n", "mine.toml:9: a group lacks its )"),
        (
            "[\"Jam\"]\n",
            "[\"Jam\"]\n[goodwill]\nluck = 1.0\n",
            "mine.toml:9: [goodwill] has no \"luck\"; it has bias, gift, thanks, kindness",
        ),
        (
            "[\"Jam\"]\n",
            "[\"Jam\"]\n[[rule]]\nid = \"gift.x.y\"\npatterns = [\"gift\"]\nmatches = [\"[Gift]\"]\nallows = [\"Jam\"]\n",
            "mine.toml:8: rule \"gift.x.y\" is defined twice, first in mine.toml:3",
        ),
    ] {
        assert!(rule.contains(from), "{from}");
        assert_eq!(cause(&rule.replace(from, to)), wanted);
    }
    let twice = Engine::builder().embedded(false).lexicon("a.toml", rule).lexicon("b.toml", rule.replace("gift.x.y", "gift.x.z"));
    assert_eq!(twice.build().err().unwrap().to_string(), "b.toml:1: family \"x\" is defined twice, first in a.toml:1");
}

#[test]
fn a_weight_that_no_sum_holds_is_refused() {
    for weight in ["inf", "nan", "1e300", "-101.0"] {
        let lexicon = format!(
            "family = \"x\"\nrole = \"gift\"\nprior = {{ appeal = {weight} }}\n[[rule]]\nid = \"gift.x.y\"\npatterns = [\"gift\"]\nmatches = [\"[Gift]\"]\nallows = [\"x\"]\n"
        );
        assert!(cause(&lexicon).ends_with("log-odds lie within 100 of 0"), "{}", cause(&lexicon));
    }
}

/// Built without the embedded lexicons, which these lexicons don't need.
fn cause(lexicon: &str) -> String {
    Engine::builder().embedded(false).lexicon("mine.toml", lexicon).build().err().unwrap().to_string()
}

#[test]
fn a_lexicon_that_grows_without_end_is_refused() {
    let rule = |pattern: &str| {
        format!(
            "family = \"x\"\nrole = \"gift\"\n[[rule]]\nid = \"gift.x.y\"\npatterns = [\"{pattern}\"]\nmatches = [\"[Gift]\"]\nallows = [\"x\"]\n"
        )
    };
    let nested = rule(&format!("{}a{}", "(".repeat(1_000_000), ")".repeat(1_000_000)));
    assert_eq!(cause(&nested), "mine.toml:5: groups are nested deeper than 16");
    let endless = rule("<a>") + "[class]\na = [\"gift <a> <a>\"]\n";
    assert_eq!(cause(&endless), "mine.toml:9: class <a> contains itself");
    // Ten classes, each ten of the next: ten thousand million words.
    let mut bomb = rule("<c0>") + "[class]\nc10 = [\"gift\"]\n";
    for i in 0..10 {
        bomb += &format!("c{i} = [\"{}\"]\n", format!("<c{}> ", i + 1).repeat(10));
    }
    assert!(cause(&bomb).ends_with("more than 4096 pieces once its classes are written out"), "{}", cause(&bomb));
}

#[test]
fn a_lexicon_can_stand_alone() {
    let lexicon = "family = \"x\"\nrole = \"gift\"\nprior = { appeal = 9 }\ntactic = \"free_offer\"\nalone = true\n[[rule]]\nid = \"gift.x.y\"\npatterns = [\"marmalade\"]\nmatches = [\"[Marmalade]\"]\nallows = [\"Jam\"]\n[feature]\nbias = { appeal = -4 }\n[goodwill]\nbias = -4.0\n";
    let engine = Engine::builder().embedded(false).lexicon("mine.toml", lexicon).build().unwrap();
    assert_eq!(engine.rules().count(), 1);
    assert!(engine.failed_examples().is_empty());
    assert_eq!(engine.analyze("Here is a free gift. Please donate.").level, Some(beholden::Level::None));
    assert_eq!(engine.analyze("Marmalade.").level, Some(beholden::Level::Appeal));
}
