//! The `beholden` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    beholden::cli::run()
}
