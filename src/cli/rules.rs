//! `beholden rules`: what the rules are, what is wrong with them, and every rule against its own examples.

mod lexica;
mod lint;
mod list;
mod worth;
mod show;
mod test;

use std::io::Write as _;

use crate::cli::args::{Rules, RulesCommand};
use crate::cli::exit::{Exit, Stop};
use crate::cli::schema;

/// Runs the command.
pub(crate) fn run(args: &Rules) -> Result<Exit, Stop> {
    match &args.command {
        RulesCommand::List(args) => list::run(args),
        RulesCommand::Show(args) => show::run(args),
        RulesCommand::Test(args) => test::run(args),
        RulesCommand::Lint(args) => lint::run(args),
        RulesCommand::Schema => {
            std::io::stdout().lock().write_all(schema::lexicon().as_bytes())?;
            Ok(Exit::Done)
        }
    }
}
