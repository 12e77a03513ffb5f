//! Command-line transcripts are files: `tests/cmd/*.toml` with what must come out beside them.

use std::io::Write;

#[test]
fn transcripts() {
    let cases = trycmd::TestCases::new();
    for (variable, folder) in crate::no_settings() {
        cases.env(variable, folder);
    }
    cases.case("tests/cmd/*.toml").run();
}

#[test]
fn every_rule_keeps_its_examples() {
    let output = crate::beholden().args(["rules", "test"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = crate::answering();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    for _ in 0..2_000 {
        if stdin.write_all(b"{\"text\":\"hello there\"}\n").is_err() {
            break;
        }
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty());
}

#[cfg(not(feature = "serve"))]
#[test]
fn serve_says_that_it_was_left_out() {
    let output = crate::beholden().args(["serve", "--http", "0"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8_lossy(&output.stderr),
        "beholden: serve: this beholden was built without it; cargo install beholden --features serve, on Unix\n"
    );
}
