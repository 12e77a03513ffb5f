//! The command line: flags in, reports out. Data goes to standard output, everything else to standard error.

mod help;
mod args;
mod exit;
mod id;
mod config_file;
mod lexicons;
mod headers;
mod compressed;
mod maildir;
mod mbox;
mod kind;
mod json_lines;
mod input;
mod state;
mod visible;
mod reason;
mod text;
mod csv;
mod sarif_location;
mod sarif;
mod tactic_page;
mod advise;
mod html;
mod render;
mod judge;
mod progress;
mod pool;
mod reader;
mod summary;
mod advice;
mod output;
mod scan;
mod filter;
mod schema;
mod config;
mod explain_text;
mod explain;
mod completions;
mod man;
#[cfg(all(feature = "serve", unix))]
mod serve;
mod rules;
mod eval;
mod learn;

use std::io::Write as _;
use std::process::ExitCode;

use args::{Color, Command};
use exit::Exit;
#[cfg(not(all(feature = "serve", unix)))]
use exit::Stop;

/// Runs the command on the process's arguments.
pub fn run() -> ExitCode {
    let cli = match args::parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = u8::try_from(error.exit_code()).unwrap_or(2);
            return if error.print().is_ok() { ExitCode::from(code) } else { ExitCode::SUCCESS };
        }
    };
    match cli.color {
        Color::Auto => {}
        Color::Always => anstream::ColorChoice::Always.write_global(),
        Color::Never => anstream::ColorChoice::Never.write_global(),
    }
    let result = match cli.command {
        Command::Scan(args) => scan::run(&args),
        Command::Filter(args) => return filter::run(&args),
        #[cfg(all(feature = "serve", unix))]
        Command::Serve(args) => serve::run(args),
        #[cfg(not(all(feature = "serve", unix)))]
        Command::Serve(_) => Err(Stop::Data(crate::Error::at(
            "serve",
            None,
            "this beholden was built without it; cargo install beholden --features serve, on Unix",
        ))),
        Command::Schema => schema::run(),
        Command::Explain(args) => explain::run(&args),
        Command::Config(args) => config::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Learn(args) => learn::run(&args),
    };
    match result {
        Ok(exit) => exit.into(),
        // Whoever reads the output has seen enough.
        Err(error) if error.is_closed_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::from(2)
        }
    }
}

/// One line on standard error, with nothing of a file's name that steers a terminal; a closed standard error is nobody's loss.
fn complain(message: &str) {
    let _ = writeln!(anstream::stderr().lock(), "beholden: {}", visible::visible_lines(message));
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}
