//! What ships beside the command: completions, manual pages, the package, hooks for pre-commit and an action.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::programs::{folder, program};
use crate::root;

fn beholden(args: &[&str]) -> Output {
    crate::beholden().args(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn every_shell_has_completions_with_every_command() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = beholden(&["completions", shell]);
        let script = text(&output.stdout);
        for word in ["scan", "filter", "serve", "rules", "fail-on", "completions", "sa-compat"] {
            assert!(output.status.success() && script.contains(word), "{shell} lacks {word}");
        }
        let check = if shell == "powershell" || shell == "elvish" { None } else { program_here(shell) };
        if let Some(program) = check {
            let path = folder("completions").join(shell);
            fs::write(&path, &script).unwrap();
            let output = Command::new(program).arg("-n").arg(&path).output().unwrap();
            assert!(output.status.success(), "{shell}: {}", text(&output.stderr));
        }
    }
}

/// A shell that need not be there, in CI either.
fn program_here(name: &str) -> Option<std::path::PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|p| p.join(name)).find(|p| p.is_file())
}

#[test]
fn bash_completes_a_flag_and_its_values() {
    let Some(bash) = program("bash") else { return };
    let script = folder("bash").join("beholden");
    fs::write(&script, beholden(&["completions", "bash"]).stdout).unwrap();
    let complete = |words: &[&str]| {
        let last = words.len() - 1;
        let code = format!(
            "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD={last}; _beholden beholden \"${{COMP_WORDS[{last}]}}\" \
             \"${{COMP_WORDS[{}]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            last - 1
        );
        let output = Command::new(&bash).args(["-c", &code, "bash"]).arg(&script).args(words).output().unwrap();
        text(&output.stdout).lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(complete(&["beholden", "sca"]), ["scan"]);
    assert_eq!(complete(&["beholden", "scan", "--form"]), ["--format"]);
    assert!(complete(&["beholden", "scan", "--format", "js"]).contains(&"jsonl".to_owned()));
}

/// The commands that a help lists.
fn commands(args: &[&str]) -> Vec<String> {
    let help = text(&beholden(&[args, &["--help"]].concat()).stdout);
    let list = help.split("Commands:\n").nth(1).unwrap_or_default();
    let lines = list.lines().take_while(|l| l.starts_with("  "));
    lines.filter_map(|l| l.split_whitespace().next()).filter(|c| *c != "help").map(str::to_owned).collect()
}

#[test]
fn every_command_has_a_manual_page_with_examples() {
    let dir = folder("man").join("man1");
    assert!(beholden(&["man", dir.to_str().unwrap()]).status.success());
    let mut wanted = BTreeSet::from(["beholden.1".to_owned()]);
    for command in commands(&[]) {
        wanted.insert(format!("beholden-{command}.1"));
        wanted.extend(commands(&[&command]).into_iter().map(|c| format!("beholden-{command}-{c}.1")));
    }
    assert!(wanted.len() > 10, "{wanted:?}");
    let written: BTreeSet<String> =
        fs::read_dir(&dir).unwrap().map(|e| text(e.unwrap().file_name().as_encoded_bytes())).collect();
    assert_eq!(written, wanted);
    for name in &written {
        let page = fs::read_to_string(dir.join(name)).unwrap();
        assert!(page.contains("\n.SH EXAMPLES\n.nf\n"), "{name} has no examples");
    }
    assert_eq!(text(&beholden(&["man"]).stdout), fs::read_to_string(dir.join("beholden.1")).unwrap());
    if let Some(groff) = program_here("groff") {
        let output =
            Command::new(groff).args(["-man", "-Tascii", "-ww", "-P-cbou"]).arg(dir.join("beholden-scan.1")).output().unwrap();
        let page = text(&output.stdout);
        assert!(page.contains("    beholden scan --fail-on pressure newsletter.txt && echo fine\n"), "{page}");
        assert!(page.contains("echo '{\"id\":1,\"text\":\"Please give.\"}' |"), "quotes must stay those of a shell: {page}");
    }
}

#[test]
fn the_package_holds_what_it_builds_from() {
    let output = Command::new(env!("CARGO"))
        .args(["package", "--list", "--offline", "--allow-dirty"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let list = text(&output.stdout);
    let held: BTreeSet<&str> = list.lines().collect();
    let build = fs::read_to_string(root().join("build.rs")).unwrap();
    let modules: Vec<&str> = build.split('"').filter(|p| p.starts_with("src/")).collect();
    assert!(modules.len() > 10);
    let samples = ["corpus/samples/address-labels.eml", "lexicons/weights.json", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"];
    for path in modules.into_iter().chain(samples) {
        assert!(held.contains(path), "the package lacks {path}");
    }
    for entry in fs::read_dir(root().join("lexicons/en")).unwrap() {
        let name = format!("lexicons/en/{}", text(entry.unwrap().file_name().as_encoded_bytes()));
        assert!(held.contains(name.as_str()), "the package lacks {name}");
    }
    // The terms of `tests/sarif` are not those of the package.
    for folder in ["target/", ".ci/", "fuzz/", "python/", "tests/sarif/"] {
        assert!(!list.lines().any(|path| path.starts_with(folder)), "the package holds {folder}: {list}");
    }
    // Cargo says so of a target that is left out.
    assert!(!text(&output.stderr).contains("ignoring"), "{}", text(&output.stderr));
}

#[test]
fn the_wheel_has_this_version() {
    let manifest = fs::read_to_string(root().join("python/Cargo.toml")).unwrap();
    assert!(manifest.contains(&format!("\nversion = \"{}\"\n", env!("CARGO_PKG_VERSION"))), "{manifest}");
    let project = fs::read_to_string(root().join("python/pyproject.toml")).unwrap();
    assert!(project.contains("\ndynamic = [\"version\"]\n"), "the wheel must have the version of its crate: {project}");
}

/// Runs the action's script on one input.
fn action(dir: &Path, paths: &str, level: &str, report: &str) -> (Option<i32>, String) {
    let told = dir.join("output");
    let _ = fs::remove_file(&told);
    let status = Command::new(root().join(".github/actions/beholden/scan.sh"))
        .current_dir(dir)
        .env("BEHOLDEN", env!("CARGO_BIN_EXE_beholden"))
        .env("GITHUB_OUTPUT", &told)
        .envs(crate::no_settings())
        .env("INPUT_PATHS", paths)
        .env("INPUT_FAIL_ON", level)
        .env("INPUT_FORMAT", "jsonl")
        .env("INPUT_REPORT", report)
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap()
        .status;
    (status.code(), fs::read_to_string(told).unwrap_or_default())
}

const LEANS: &str = "After all we have done for you, the least you could do is send $20.\n";

#[test]
fn the_action_fails_from_its_level_on_and_writes_a_report() {
    let dir = folder("action");
    fs::write(dir.join("a b.txt"), LEANS).unwrap();
    fs::write(dir.join("plain.txt"), "The meeting is at nine.\n").unwrap();
    let reached = |told: &str| format!("reached={told}\n");
    assert_eq!(action(&dir, "plain.txt\n\na b.txt\n", "pressure", "report.jsonl"), (Some(1), reached("true")));
    assert_eq!(fs::read_to_string(dir.join("report.jsonl")).unwrap().lines().count(), 1);
    assert_eq!(action(&dir, "a b.txt", "never", ""), (Some(0), reached("true")));
    assert_eq!(action(&dir, "plain.txt", "never", ""), (Some(0), reached("false")));
    assert_eq!(action(&dir, "plain.txt\r\na b.txt\r\n", "pressure", ""), (Some(1), reached("true")));
    assert_eq!(action(&dir, "plain.txt", "appeal", ""), (Some(0), reached("false")));
    assert_eq!(action(&dir, "none.txt", "appeal", ""), (Some(2), reached("false")));
    assert_eq!(action(&dir, "none\"level\":\"pressure.txt\nplain.txt", "none", ""), (Some(2), reached("true")));
    assert_eq!(action(&dir, "none\"level\":\"pressure.txt\nplain.txt", "appeal", ""), (Some(2), reached("false")));
    assert_eq!(action(&dir, "none.txt\na b.txt", "pressure", ""), (Some(2), reached("true")));
    assert_eq!(action(&dir, "none.txt\na b.txt", "never", ""), (Some(2), reached("true")));
    assert_eq!(action(&dir, "$(touch ran)", "appeal", "").0, Some(2));
    assert!(!dir.join("ran").exists());
    assert_eq!(action(&dir, "\n", "appeal", ""), (Some(2), String::new()));
}

#[test]
fn the_action_keeps_to_the_schema_of_actions() {
    let Some(check) = program("check-jsonschema") else { return };
    let file = root().join(".github/actions/beholden/action.yml");
    let output = Command::new(check).args(["--builtin-schema", "vendor.github-actions"]).arg(&file).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stdout));
    // What a caller passes must not become a part of a script.
    let yaml = fs::read_to_string(file).unwrap();
    let runs: Vec<&str> = yaml.lines().filter(|l| l.trim_start().starts_with("run:")).collect();
    assert!(runs.len() == 2 && runs.iter().all(|l| !l.contains("${{")), "{runs:?}");
}

#[test]
fn pre_commit_stops_a_text_that_leans() {
    let (Some(pre_commit), Some(git)) = (program("pre-commit"), program("git")) else { return };
    let dir = folder("pre-commit");
    assert!(Command::new(&git).args(["init", "--quiet"]).current_dir(&dir).status().unwrap().success());
    fs::write(dir.join("leans.txt"), LEANS).unwrap();
    fs::write(dir.join("plain.md"), "The meeting is at nine.\n").unwrap();
    assert!(Command::new(&git).args(["add", "."]).current_dir(&dir).status().unwrap().success());
    let bin = Path::new(env!("CARGO_BIN_EXE_beholden")).parent().unwrap();
    let places = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths([bin.to_owned()].into_iter().chain(std::env::split_paths(&places))).unwrap();
    let run = |file: &str| {
        let output = Command::new(&pre_commit)
            .args(["try-repo", root().to_str().unwrap(), "beholden-system", "--files", file])
            .current_dir(&dir)
            .env("PATH", &path)
            .envs(crate::no_settings())
            .env("PRE_COMMIT_HOME", dir.join("home"))
            .env("PRE_COMMIT_COLOR", "never")
            .output()
            .unwrap();
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    };
    let (status, told) = run("leans.txt");
    assert!(status == Some(1) && told.contains("Failed") && told.contains("leans.txt: pressure"), "{told}");
    let (status, told) = run("plain.md");
    assert!(status == Some(0) && told.contains("Passed"), "{told}");
}
