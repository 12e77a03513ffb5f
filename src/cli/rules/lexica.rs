//! The lexicon files that a command of `rules` is about, and those that they stand beside.

use std::path::{Path, PathBuf};

use crate::Error;
use crate::embedded::LEXICONS;

/// Files with their names and texts.
pub(crate) type Texts = Vec<(String, String)>;

/// The files that were named, and the embedded ones beside them.
pub(crate) struct Lexica {
    /// The embedded files, without those that a named one stands for.
    pub beside: Vec<(&'static str, &'static str)>,
    /// The files that were named; none for the embedded ones alone.
    pub named: Texts,
}

impl Lexica {
    /// Reads files and folders. A file of a checkout's own `lexicons/en` stands for the embedded one of its name.
    pub fn read(paths: &[PathBuf]) -> Result<Self, Error> {
        let mut files = Vec::new();
        for path in paths {
            let before = files.len();
            collect(path, &mut files)?;
            if files.len() == before {
                return Err(Error::at(&path.display().to_string(), None, "the folder holds no .toml file"));
            }
        }
        let mut named = Texts::new();
        let mut beside = LEXICONS.to_vec();
        for file in files {
            let name = file.display().to_string();
            let text = std::fs::read_to_string(&file).map_err(|e| Error::at(&name, None, e))?;
            let whole = file.canonicalize().unwrap_or(file);
            beside.retain(|(embedded, _)| !whole.ends_with(embedded));
            named.push((name, text));
        }
        Ok(Self { beside, named })
    }

    /// Every file, the embedded ones first.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.beside.iter().copied().chain(self.named.iter().map(|(n, t)| (n.as_str(), t.as_str())))
    }
}

/// The file itself, or the `.toml` files of a folder and its folders, in the order of their names. Links to folders within it
/// are not followed: they may lead round in a circle.
fn collect(path: &Path, out: &mut Vec<PathBuf>) -> Result<(), Error> {
    if !path.is_dir() {
        out.push(path.to_owned());
        return Ok(());
    }
    let error = |e| Error::at(&path.display().to_string(), None, e);
    let entries: Result<Vec<PathBuf>, _> = path.read_dir().map_err(error)?.map(|e| e.map(|e| e.path())).collect();
    let mut entries = entries.map_err(error)?;
    entries.sort();
    for entry in entries {
        if (entry.is_dir() && !entry.is_symlink()) || (!entry.is_dir() && entry.extension().is_some_and(|e| e == "toml")) {
            collect(&entry, out)?;
        }
    }
    Ok(())
}
