//! Maildir: one message a file in `cur` and `new`, whose names change with their flags. Nothing here writes or renames.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

fn folder(path: &Path) -> Option<&OsStr> {
    path.parent().and_then(Path::file_name)
}

/// Whether a path names a delivered message of a Maildir.
pub(crate) fn holds(path: &Path) -> bool {
    folder(path).is_some_and(|d| d == "cur" || d == "new")
}

/// Whether a path stands in a Maildir's `tmp`, where messages are only half written.
pub(crate) fn is_being_delivered(path: &Path) -> bool {
    folder(path).is_some_and(|d| d == "tmp")
        && path.parent().and_then(Path::parent).is_some_and(|root| root.join("cur").is_dir() && root.join("new").is_dir())
}

/// The path of a message as it stays when it is read, answered or flagged: without `cur` or `new`, without flags.
pub(crate) fn lasting(path: &Path) -> PathBuf {
    let (true, Some(name)) = (holds(path), path.file_name()) else { return path.to_owned() };
    let name = name.to_string_lossy();
    // The colon of `:2,FLAGS` is written as `;` or `!` where the file system allows no colon.
    let unique = [":2,", ";2,", "!2,"].iter().find_map(|mark| name.rfind(mark)).map_or(&*name, |at| &name[..at]);
    path.parent().and_then(Path::parent).unwrap_or(Path::new("")).join(unique)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_and_the_move_from_new_to_cur_leave_a_message_the_same() {
        let new = lasting(Path::new("Mail/.Sent/new/1700.M1P2.host"));
        assert_eq!(new, Path::new("Mail/.Sent/1700.M1P2.host"));
        for renamed in
            ["Mail/.Sent/cur/1700.M1P2.host:2,", "Mail/.Sent/cur/1700.M1P2.host:2,RS", "Mail/.Sent/cur/1700.M1P2.host;2,F"]
        {
            assert_eq!(lasting(Path::new(renamed)), new);
        }
        assert_eq!(lasting(Path::new("a/b:2,S")), Path::new("a/b:2,S"));
    }
}
