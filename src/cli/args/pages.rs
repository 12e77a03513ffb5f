//! The flags of `completions` and `man`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

use crate::cli::help;

/// Print what a shell needs to complete this command line; the shell reads it when it starts.
#[derive(Debug, Args)]
#[command(after_long_help = help::COMPLETIONS)]
pub(crate) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Print the manual page of the command itself, or write one for every command into a folder.
#[derive(Debug, Args)]
#[command(after_long_help = help::MAN)]
pub(crate) struct Man {
    /// Where to write all pages; the folder is made if it is missing
    #[arg(value_name = "DIR")]
    pub folder: Option<PathBuf>,
}
