//! `beholden man`: the manual pages, made from the flags and their help.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use clap_mangen::Man as Page;

use crate::Error;
use crate::cli::args::{self, Man};
use crate::cli::exit::{Exit, Stop};

/// Runs the command.
pub(crate) fn run(args: &Man) -> Result<Exit, Stop> {
    match &args.folder {
        Some(folder) => write_all(folder)?,
        None => {
            let (_, page) = pages()?.swap_remove(0);
            let mut out = io::stdout().lock();
            out.write_all(&page)?;
            out.flush()?;
        }
    }
    Ok(Exit::Done)
}

fn write_all(folder: &Path) -> Result<(), Stop> {
    fs::create_dir_all(folder).map_err(|e| Error::at(&folder.display().to_string(), None, e))?;
    for (name, page) in pages()? {
        let path = folder.join(name);
        fs::write(&path, page).map_err(|e| Error::at(&path.display().to_string(), None, e))?;
    }
    Ok(())
}

/// Every page with its file name, that of the command itself first.
fn pages() -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut command = args::command().disable_help_subcommand(true);
    command.build();
    let mut commands = vec![command];
    let mut pages = Vec::new();
    while let Some(command) = commands.pop() {
        commands.extend(command.get_subcommands().cloned());
        let parts = command.get_after_long_help().or(command.get_after_help()).map(ToString::to_string).unwrap_or_default();
        let has_commands = command.has_subcommands();
        let page = Page::new(command);
        pages.push((page.get_filename(), rendered(&page, has_commands, &parts)?));
    }
    Ok(pages)
}

/// A page as the crate renders it, but for the parts of the help below the flags: examples keep their lines.
fn rendered(page: &Page, has_commands: bool, parts: &str) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    page.render_title(&mut out)?;
    page.render_name_section(&mut out)?;
    page.render_synopsis_section(&mut out)?;
    page.render_description_section(&mut out)?;
    page.render_options_section(&mut out)?;
    if has_commands {
        page.render_subcommands_section(&mut out)?;
    }
    for part in parts.split("\n\n") {
        let (title, lines) = part.split_once(":\n").unwrap_or(("Notes", part));
        writeln!(out, ".SH {}\n.nf", title.to_uppercase())?;
        for line in lines.lines() {
            writeln!(out, "{}", literal(line))?;
        }
        writeln!(out, ".fi")?;
    }
    page.render_version_section(&mut out)?;
    Ok(out)
}

/// A line that is set as it stands. The zero-width `\&` keeps a leading full stop or quote from being a request, and quotes and
/// dashes must stay those that a shell reads.
fn literal(line: &str) -> String {
    let escaped =
        line.replace('\\', "\\e").replace('-', "\\-").replace('\'', "\\(aq").replace('`', "\\(ga").replace('~', "\\(ti");
    format!("\\&{escaped}")
}
