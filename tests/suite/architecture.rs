//! The invariants of the source tree.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::root;

/// The modules in the order in which lib.rs names them, which is the order of the data flow.
fn modules() -> Vec<String> {
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let modules: Vec<String> = lib
        .lines()
        .filter_map(|l| l.trim_start_matches("pub ").strip_prefix("mod "))
        .filter_map(|l| l.strip_suffix(';'))
        .map(str::to_owned)
        .collect();
    assert!(modules.len() > 10, "the modules of lib.rs were not found: {modules:?}");
    modules
}

fn sources(dir: &Path, out: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

/// The crate modules that a source text names.
fn imports(text: &str, modules: &[String]) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for (i, module) in modules.iter().enumerate() {
        for at in text.match_indices(&format!("crate::{module}")) {
            let next = text[at.0 + 7 + module.len()..].chars().next();
            if next.is_none_or(|c| c != '_' && !c.is_alphanumeric()) {
                found.insert(i);
            }
        }
    }
    found
}

#[test]
fn no_module_imports_a_later_one() {
    let modules = modules();
    let src = root().join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut checked = 0;
    for file in files {
        let relative = file.strip_prefix(&src).unwrap();
        let name = relative.iter().next().unwrap().to_string_lossy().trim_end_matches(".rs").to_owned();
        let Some(own) = modules.iter().position(|m| *m == name) else {
            assert!(name == "lib" || name == "main", "{} is no module of lib.rs", relative.display());
            continue;
        };
        checked += 1;
        let text = fs::read_to_string(&file).unwrap();
        for import in imports(&text, &modules) {
            assert!(import <= own, "{} imports {}, which comes later in the data flow", relative.display(), modules[import]);
        }
    }
    assert!(checked > 15);
}

#[test]
fn the_checker_sees_an_upward_import() {
    let modules = ["span".to_owned(), "engine".to_owned()];
    assert_eq!(imports("use crate::engine::Engine;", &modules), BTreeSet::from([1]));
    assert_eq!(imports("use crate::engines;", &modules), BTreeSet::new());
}

/// The sources that name a crate, apart from their comments.
fn naming(name: &str, files: &[(String, String)]) -> BTreeSet<String> {
    let names = |text: &str| text.lines().any(|l| !l.trim_start().starts_with("//") && l.contains(&format!("{name}::")));
    files.iter().filter(|(_, text)| names(text)).map(|(path, _)| path.clone()).collect()
}

#[test]
fn only_the_arguments_know_clap() {
    let src = root().join("src");
    let mut paths = Vec::new();
    sources(&src, &mut paths);
    let files: Vec<(String, String)> = paths
        .iter()
        .map(|p| (p.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/"), fs::read_to_string(p).unwrap()))
        .collect();
    let known = naming("clap", &files);
    assert!(known.len() > 5 && known.iter().all(|path| path.starts_with("cli/args/")), "{known:?}");
    let elsewhere = [("cli/scan.rs".to_owned(), "use clap::Args;".to_owned()), ("a".to_owned(), "// clap::Args".to_owned())];
    assert_eq!(naming("clap", &elsewhere), BTreeSet::from(["cli/scan.rs".to_owned()]), "the check sees it");
}

#[test]
fn the_embedded_lexicons_are_the_directory() {
    let table = fs::read_to_string(root().join("src/embedded.rs")).unwrap();
    let listed: BTreeSet<String> = table
        .split("lexicons![")
        .nth(1)
        .and_then(|t| t.split("];").next())
        .unwrap()
        .split(',')
        .map(|n| n.trim().trim_matches('"').to_owned())
        .filter(|n| !n.is_empty())
        .collect();
    let files: BTreeSet<String> = fs::read_dir(root().join("lexicons/en"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "toml"))
        .map(|p| p.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(listed, files);
}

#[test]
fn the_changelog_has_this_version() {
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).unwrap();
    let headings: Vec<&str> = changelog.lines().filter(|l| l.starts_with("## ")).collect();
    assert_eq!(headings[0], "## [Unreleased]");
    assert!(headings[1].starts_with(&format!("## [{}] - ", env!("CARGO_PKG_VERSION"))), "{headings:?}");
    let kinds = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
    for kind in changelog.lines().filter_map(|l| l.strip_prefix("### ")) {
        assert!(kinds.contains(&kind), "Keep a Changelog has no {kind:?}");
    }
}
