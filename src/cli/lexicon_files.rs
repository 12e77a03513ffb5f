//! Lexicon files on disk: which of them a path stands for, and what they say. Every command asks here, so that all of them
//! read the same files.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use crate::Error;

/// The name of a configuration file, which is no lexicon.
pub(crate) const CONFIG_NAME: &str = "beholden.toml";

/// The file itself, or the `.toml` files of a folder and of the folders in it, in the order of their names. Links to folders
/// are not followed, since they may lead round in a circle; what begins with a dot is left out, and a configuration beside its
/// lexicons is none of them.
///
/// # Errors
/// The folder can't be read, or holds none.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut walk = WalkBuilder::new(path);
    walk.standard_filters(false).hidden(true).follow_links(false).sort_by_file_name(Ord::cmp);
    let mut files = Vec::new();
    for entry in walk.build() {
        let file = entry.map_err(|e| Error::at(&path.display().to_string(), None, e))?.into_path();
        let is_lexicon = file.extension().is_some_and(|e| e == "toml") && !is_config(&file);
        if is_lexicon && file.is_file() {
            files.push(file);
        }
    }
    if files.is_empty() {
        return Err(Error::at(&path.display().to_string(), None, "the folder holds no .toml file"));
    }
    Ok(files)
}

/// Whether a file is a configuration by its name.
pub(crate) fn is_config(file: &Path) -> bool {
    file.file_name().is_some_and(|n| n == CONFIG_NAME)
}

/// What a file says.
///
/// # Errors
/// It can't be read, or is no UTF-8, which is said with the line.
pub(crate) fn text(file: &Path) -> Result<String, Error> {
    let name = file.display().to_string();
    let bytes = std::fs::read(file).map_err(|e| Error::at(&name, None, e))?;
    String::from_utf8(bytes).map_err(|e| {
        let (sound, rest) = e.as_bytes().split_at(e.utf8_error().valid_up_to());
        let line = sound.iter().filter(|b| **b == b'\n').count() + 1;
        let byte = rest.first().map_or_else(String::new, |b| format!(": byte {b:#04x}"));
        Error::at(&name, Some(line), format!("not UTF-8{byte}; save the file as UTF-8"))
    })
}
