//! `beholden completions`: what a shell needs to complete the command line, made from the flags themselves.

use std::io::Write as _;

use crate::cli::args::{self, Completions};
use crate::cli::exit::{Exit, Stop};

/// Runs the command.
pub(crate) fn run(args: &Completions) -> Result<Exit, Stop> {
    // The generator panics where it can't write, so it writes into memory.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut args::command(), "beholden", &mut script);
    let mut out = std::io::stdout().lock();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Done)
}
