//! One integration binary; each module guards one promise.
#![allow(missing_docs, clippy::unwrap_used)]

#[path = "suite/architecture.rs"]
mod architecture;
#[path = "suite/bad_input.rs"]
mod bad_input;
#[path = "suite/batch.rs"]
mod batch;
#[cfg(unix)]
#[path = "suite/browser.rs"]
mod browser;
#[path = "suite/command.rs"]
mod command;
#[path = "suite/config.rs"]
mod config;
#[path = "suite/corpus.rs"]
mod corpus;
#[cfg(all(feature = "serve", unix))]
#[path = "suite/daemon.rs"]
mod daemon;
#[path = "suite/explain.rs"]
mod explain;
#[cfg(unix)]
#[path = "suite/filter.rs"]
mod filter;
#[path = "suite/golden.rs"]
mod golden;
#[path = "suite/hostile.rs"]
mod hostile;
#[path = "suite/html_report.rs"]
mod html_report;
#[path = "suite/languages.rs"]
mod languages;
#[path = "suite/lexicons.rs"]
mod lexicons;
#[cfg(all(feature = "serve", unix))]
#[path = "suite/load.rs"]
mod load;
#[path = "suite/mail.rs"]
mod mail;
#[cfg(all(feature = "serve", unix))]
#[path = "suite/mail_systems.rs"]
mod mail_systems;
#[path = "suite/memory.rs"]
mod memory;
#[cfg(unix)]
#[path = "suite/programs.rs"]
mod programs;
#[path = "suite/properties.rs"]
mod properties;
#[cfg(unix)]
#[path = "suite/readme.rs"]
mod readme;
#[path = "suite/same_text.rs"]
mod same_text;
#[path = "suite/sarif.rs"]
mod sarif;
#[path = "suite/schema.rs"]
mod schema;
#[cfg(all(feature = "serve", unix))]
#[path = "suite/serve.rs"]
mod serve;
#[path = "suite/settings.rs"]
mod settings;
#[cfg(unix)]
#[path = "suite/shipping.rs"]
mod shipping;
#[path = "suite/state.rs"]
mod state;
#[path = "suite/terminal.rs"]
mod terminal;
#[path = "suite/threads.rs"]
mod threads;
#[path = "suite/verdicts.rs"]
mod verdicts;

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The folder that the package stands in.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Where a user's settings are looked for, set to a folder that nobody fills.
fn no_settings() -> impl Iterator<Item = (&'static str, &'static str)> {
    ["XDG_CONFIG_HOME", "APPDATA"].into_iter().map(|variable| (variable, concat!(env!("CARGO_TARGET_TMPDIR"), "/no-settings")))
}

/// The command, away from the settings of whoever runs the tests.
fn beholden() -> Command {
    // Found upward from here, it would alter what half of the tests see.
    let own = root().ancestors().map(|folder| folder.join("beholden.toml")).find(|file| file.exists());
    assert!(own.is_none(), "{own:?} is in force here; move it away while the tests run");
    let mut command = Command::new(env!("CARGO_BIN_EXE_beholden"));
    command.envs(no_settings());
    command
}

/// The command as it answers JSON Lines, with every stream in the test's hands.
fn answering() -> Child {
    beholden()
        .args(["scan", "--input", "jsonl", "--format", "jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}
