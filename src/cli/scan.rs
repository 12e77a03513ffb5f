//! `beholden scan`: read, judge in parallel, write in the order of the input.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use crate::cli::args::{Format, Input, Scan};
use crate::cli::exit::{Exit, Stop};
use crate::cli::input::Wanted;
use crate::cli::judge::Judge;
use crate::cli::output::Output;
use crate::cli::pool::Pool;
use crate::cli::progress::Progress;
use crate::cli::reader;
use crate::cli::render::Renderer;
use crate::cli::state::State;
use crate::cli::{complain, lexicons};
use crate::{Engine, Error};

/// Runs the command.
pub(crate) fn run(args: &Scan) -> Result<Exit, Stop> {
    check(args)?;
    let engine = engine(args)?;
    let version = engine.version().clone();
    let state = args.state.as_deref().map(|path| state(args, path)).transpose()?;
    let reads_stdin = args.paths.is_empty() || args.paths.iter().any(|p| p.as_os_str() == "-");
    if reads_stdin && io::stdin().is_terminal() {
        complain("reading standard input, which Ctrl-D ends; beholden scan --help shows what else can be read");
    }
    let progress = Progress::on_standard_error(reads_stdin);
    let judge = Judge { engine, renderer: Renderer::new(args), seen: state.as_ref().map(|s| s.seen.clone()) };
    let pool = Pool::new(args.jobs);
    let mut line = reader::start(Wanted::new(args), judge, pool, progress.clone()).map_err(|e| Error::at("reader", None, e))?;
    let mut output = Output::new(args, &version, state, progress);
    while let Some(outcome) = line.next(|| output.flush())? {
        output.write(outcome)?;
    }
    output.finish()
}

/// Refuses flags that would do nothing.
fn check(args: &Scan) -> Result<(), Error> {
    if args.advise && args.format != Format::Text {
        return Err(Error::at("--advise", None, "advice is for people; it goes with --format text alone"));
    }
    if args.with_text && !matches!(args.format, Format::Json | Format::Jsonl) {
        return Err(Error::at("--with-text", None, "only --format json and jsonl have a place for the decoded parts"));
    }
    Ok(())
}

fn engine(args: &Scan) -> Result<Engine, Error> {
    let keep = args.with_text || matches!(args.format, Format::Text | Format::Sarif | Format::Html);
    lexicons::builder(&args.lexicons)?.keep_text(keep).build()
}

fn state(args: &Scan, path: &Path) -> Result<State, Error> {
    if args.input == Input::Jsonl {
        return Err(Error::at("--state", None, "--input jsonl answers every line, so there is nothing to remember"));
    }
    State::open(path)
}
