//! Lexicon files on disk: which of them a path stands for, and what they say. All that takes paths asks here, so that every
//! command, and a program that links the library, read the same files.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use crate::error::Error;

/// The name of a configuration file, which is no lexicon.
pub(crate) const CONFIG_NAME: &str = "beholden.toml";

/// Reads lexicon files as `--lexicon` does: name and text of the file itself, or of the `.toml` files of a folder and of the
/// folders in it, in the order of their names, for [`EngineBuilder::lexicon`](crate::EngineBuilder::lexicon).
///
/// Links to folders are not followed, since they may lead round in a circle; what begins with a dot is left out, and a
/// `beholden.toml` beside its lexicons is none of them.
///
/// ```no_run
/// let mut builder = beholden::Engine::builder();
/// for (name, text) in beholden::lexicon_files("rules")? {
///     builder = builder.lexicon(name, text);
/// }
/// let engine = builder.build()?;
/// # Ok::<(), beholden::Error>(())
/// ```
///
/// # Errors
/// A file or a folder can't be read, a file is no UTF-8, which is said with the line, or the folder holds no lexicon.
pub fn lexicon_files(path: impl AsRef<Path>) -> Result<Vec<(String, String)>, Error> {
    files(path.as_ref())?.iter().map(|file| Ok((file.display().to_string(), text(file)?))).collect()
}

/// The files that a path stands for, by the rules of [`lexicon_files`].
///
/// # Errors
/// The folder can't be read, or holds none.
pub(crate) fn files(path: &Path) -> Result<Vec<PathBuf>, Error> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    // What is still to be looked at, the next one last. No recursion: a folder decides how deep it is.
    let mut ahead = inside(path)?;
    while let Some((entry, is_folder)) = ahead.pop() {
        if is_folder {
            ahead.extend(inside(&entry)?);
        } else if entry.extension().is_some_and(|e| e == "toml") && !is_config(&entry) && entry.is_file() {
            files.push(entry);
        }
    }
    if files.is_empty() {
        return Err(Error::at(&path.display().to_string(), None, "the folder holds no .toml file"));
    }
    Ok(files)
}

/// What stands in a folder and whether it is a folder itself, which a link to one is not, from the last name to the first.
fn inside(folder: &Path) -> Result<Vec<(PathBuf, bool)>, Error> {
    let unread = |e| Error::at(&folder.display().to_string(), None, e);
    let mut found = Vec::new();
    for entry in folder.read_dir().map_err(unread)? {
        let entry = entry.map_err(unread)?;
        if !starts_with_dot(&entry.file_name()) {
            found.push((entry.path(), entry.file_type().map_err(unread)?.is_dir()));
        }
    }
    found.sort_by(|(a, _), (b, _)| b.file_name().cmp(&a.file_name()));
    Ok(found)
}

fn starts_with_dot(name: &OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// An empty folder of this run.
    fn empty(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("beholden-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_folder_stands_for_the_lexicons_in_it_at_any_depth() {
        let root = empty("nested");
        for inner in ["b/c", ".hidden", "d.toml"] {
            fs::create_dir_all(root.join(inner)).unwrap();
        }
        let own = ["a.toml", "b/c/deep.toml", "b/one.toml", "b.toml", "d.toml/in.toml", "z.toml"];
        let others = ["beholden.toml", "b/beholden.toml", "b/.dot.toml", ".hidden/x.toml", "notes.txt"];
        for name in own.iter().chain(&others) {
            fs::write(root.join(name), name).unwrap();
        }
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&root, root.join("b/round")).unwrap();
            std::os::unix::fs::symlink(root.join("nowhere"), root.join("gone.toml")).unwrap();
        }
        let found = lexicon_files(&root).unwrap();
        // A folder stands where its name does: `b` before `b.toml`.
        assert_eq!(found.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>(), own);
        assert_eq!(found[0].0, root.join("a.toml").display().to_string());
        assert_eq!(lexicon_files(root.join("beholden.toml")).unwrap().len(), 1, "what is named is read");
        fs::remove_dir_all(&root).unwrap();
    }

    #[test]
    fn what_can_not_be_read_is_said_with_its_place() {
        let folder = empty("unread");
        assert_eq!(lexicon_files(&folder).unwrap_err().cause(), "the folder holds no .toml file");
        let file = folder.join("x.toml");
        fs::write(&file, b"format = 1\nfamily = \"\xff\"\n").unwrap();
        let error = lexicon_files(&folder).unwrap_err();
        assert_eq!(error.file(), file.display().to_string());
        assert_eq!((error.line(), error.cause()), (Some(2), "not UTF-8: byte 0xff; save the file as UTF-8"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
