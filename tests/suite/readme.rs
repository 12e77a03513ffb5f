//! The README's first steps are run as they stand, in a folder with the samples and the files that the steps write.

use std::fs;
use std::path::Path;

use crate::programs::folder;
use crate::root;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

/// The files that the README gives: a block after a line that ends with a name between backquotes and a colon.
fn files(readme: &str) -> Vec<(String, String)> {
    let mut files = Vec::new();
    for (i, _) in readme.match_indices("`:\n\n```") {
        let name = readme[..i].rsplit('`').next().unwrap();
        let block = readme[i + 7..].split_once('\n').unwrap().1;
        if name.ends_with(".txt") || name.ends_with(".toml") {
            files.push((name.to_owned(), block.split("```").next().unwrap().to_owned()));
        }
    }
    files
}

/// `TRYCMD=overwrite` writes what the commands print into the README.
#[test]
fn every_command_that_the_readme_shows_does_what_it_shows() {
    let dir = folder("readme");
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let page = dir.join("README.md");
    fs::write(&page, &readme).unwrap();
    copy(&root().join("corpus/samples"), &dir.join("README.in/corpus/samples"));
    let files = files(&readme);
    assert_eq!(files.iter().map(|f| f.0.as_str()).collect::<Vec<_>>(), ["note.txt", "covered.toml"]);
    for (name, text) in files {
        fs::write(dir.join("README.in").join(name), text).unwrap();
    }
    let shown = readme.lines().filter(|l| l.starts_with("$ beholden ")).count();
    assert!(shown >= 4, "the README shows only {shown} commands");
    let ran = std::panic::catch_unwind(|| {
        let cases = trycmd::TestCases::new();
        for (variable, folder) in crate::no_settings() {
            cases.env(variable, folder);
        }
        cases.register_bin("beholden", Path::new(env!("CARGO_BIN_EXE_beholden"))).case(&page).run();
    });
    if std::env::var("TRYCMD").is_ok_and(|v| v == "overwrite") {
        fs::copy(&page, root().join("README.md")).unwrap();
    }
    assert!(ran.is_ok(), "the README shows something else; TRYCMD=overwrite cargo test readme writes it anew");
}
