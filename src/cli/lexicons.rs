//! Lexicons of the user's own, beside the embedded ones.

use std::path::{Path, PathBuf};

use crate::cli::args::LexiconArgs;
use crate::engine::EngineBuilder;
use crate::{Engine, Error};

/// A builder with the embedded lexicons and those that were named.
///
/// # Errors
/// A path can't be read; the error names it.
pub(crate) fn builder(args: &LexiconArgs) -> Result<EngineBuilder, Error> {
    let mut builder = Engine::builder();
    for path in &args.lexicon {
        for file in files(path)? {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(&file).map_err(|e| Error::at(&name, None, e))?;
            builder = builder.lexicon(name, text);
        }
    }
    Ok(builder)
}

/// The file itself, or the `.toml` files of a folder in the order of their names.
fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let error = |e| Error::at(&path.display().to_string(), None, e);
    let mut files = Vec::new();
    for entry in path.read_dir().map_err(error)? {
        let file = entry.map_err(error)?.path();
        if file.extension().is_some_and(|e| e == "toml") {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(Error::at(&path.display().to_string(), None, "the folder holds no .toml file"));
    }
    files.sort();
    Ok(files)
}
