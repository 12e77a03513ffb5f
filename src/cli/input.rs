//! Paths to inputs: what a run will read, found on the way, in a stable order.

use std::collections::HashSet;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::{Walk, WalkBuilder};

use crate::cli::args::{Input, Scan};
use crate::cli::kind::{Name, by_name, in_folder};

/// Something to read, or why it can't be.
#[derive(Debug)]
pub(crate) enum Item {
    Stdin,
    File {
        path: PathBuf,
        name: Name,
        metadata: Option<Metadata>,
        /// It was named by the user, so it is read whatever it holds.
        named: bool,
    },
    /// A file in a folder that is neither text nor mail.
    Skipped,
    /// A link to a folder that is being read already.
    Loop {
        link: PathBuf,
        ancestor: PathBuf,
    },
    Error {
        path: PathBuf,
        cause: String,
    },
}

/// What of a scan's arguments decides what is read.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    paths: Vec<PathBuf>,
    pub input: Input,
    respect_ignore: bool,
    /// Our own file, which may lie in a scanned folder.
    state: Option<PathBuf>,
}

impl Wanted {
    pub fn new(args: &Scan) -> Self {
        Self {
            paths: if args.paths.is_empty() { vec![PathBuf::from("-")] } else { args.paths.clone() },
            input: args.input,
            respect_ignore: args.respect_ignore,
            state: args.state.as_deref().and_then(|p| p.canonicalize().ok()),
        }
    }

    /// The inputs, one at a time, so that a folder of any size needs no list.
    pub fn items(&self) -> impl Iterator<Item = Item> + '_ {
        self.paths.iter().flat_map(|path| -> Box<dyn Iterator<Item = Item> + '_> {
            if path.as_os_str() == "-" {
                Box::new(std::iter::once(Item::Stdin))
            } else if path.is_dir() {
                Box::new(self.folder(path))
            } else {
                let metadata = path.metadata().ok();
                Box::new(std::iter::once(Item::File { path: path.clone(), name: by_name(path), metadata, named: true }))
            }
        })
    }

    fn folder(&self, root: &Path) -> impl Iterator<Item = Item> + '_ {
        self.walk(root).filter_map(|entry| match entry {
            Ok(entry) if entry.file_type().is_some_and(|t| t.is_file()) => {
                let ours = self.state.as_ref().is_some_and(|state| {
                    state.file_name() == Some(entry.file_name()) && entry.path().canonicalize().is_ok_and(|p| p == *state)
                });
                (!ours).then(|| match in_folder(self.input, entry.path()) {
                    Some(name) => Item::File { metadata: entry.metadata().ok(), path: entry.into_path(), name, named: false },
                    None => Item::Skipped,
                })
            }
            // Folders; sockets and pipes hold no mail.
            Ok(_) => None,
            Err(error) => Some(problem(error, None)),
        })
    }

    fn walk(&self, root: &Path) -> Walk {
        // Links may lead to a folder in many ways, and without a count of what was read that grows without end.
        let read = Mutex::new(HashSet::new());
        let ignore = self.respect_ignore;
        WalkBuilder::new(root)
            // Dot folders are Maildir++ mail, so the walker's usual filters are off.
            .standard_filters(false)
            .ignore(ignore)
            .git_ignore(ignore)
            .git_exclude(ignore)
            .git_global(ignore)
            .parents(ignore)
            .require_git(false)
            .follow_links(true)
            .sort_by_file_path(Path::cmp)
            .filter_entry(move |entry| {
                let folder = entry.file_type().is_some_and(|t| t.is_dir());
                let real = || entry.path().canonicalize().unwrap_or_else(|_| entry.path().to_owned());
                !folder || read.lock().is_ok_and(|mut read| read.insert(real()))
            })
            .build()
    }
}

/// What the walker could not read, under the innermost path that it names.
fn problem(error: ignore::Error, path: Option<PathBuf>) -> Item {
    match error {
        ignore::Error::WithPath { path, err } => problem(*err, Some(path)),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => problem(*err, path),
        ignore::Error::Loop { ancestor, child } => Item::Loop { link: child, ancestor },
        ignore::Error::Io(error) => {
            let cause = error.get_ref().map_or_else(|| error.to_string(), ToString::to_string);
            // The walker wraps the system's error with the path, which the id already tells.
            let cause = match &path {
                Some(path) => cause.replace(&format!("IO error for operation on {}: ", path.display()), ""),
                None => cause,
            };
            Item::Error { path: path.unwrap_or_default(), cause }
        }
        other => Item::Error { path: path.unwrap_or_default(), cause: other.to_string() },
    }
}
