//! What a first guess at the command may have missed: said after the run, on standard error, and only where it helps.

use std::path::{Path, PathBuf};

use crate::cli::summary::Summary;

const FOLDER: &str = "of a folder, .txt, .eml, .mbox, Maildir mail, names without an extension and their .gz and .zst are read (.jsonl with \
     --input jsonl); name a file to have it read whatever it is called";
const TEXT: &str = "to judge a piece of text, pipe it in: echo 'the text' | beholden scan";
const DOCUMENT: &str =
    "documents and pictures hold no plain text; convert them first, as in: pdftotext letter.pdf - | beholden scan";

/// Endings of what people may take for text.
const DOCUMENTS: &[&str] = &["pdf", "doc", "docx", "odt", "rtf", "msg", "pst", "png", "jpg", "jpeg", "gif", "webp", "zip"];

/// Sentences that say what to do.
pub(crate) fn on(paths: &[PathBuf], summary: &Summary) -> Vec<&'static str> {
    let mut advice = Vec::new();
    if summary.is_nothing() && paths.iter().any(|p| p.is_dir()) {
        advice.push(FOLDER);
    }
    if summary.errors > 0 && paths.iter().any(|p| p.as_os_str().to_string_lossy().contains(' ') && !p.exists()) {
        advice.push(TEXT);
    }
    if summary.not_judged > 0 && paths.iter().any(|p| is_document(p)) {
        advice.push(DOCUMENT);
    }
    advice
}

fn is_document(path: &Path) -> bool {
    path.extension().is_some_and(|e| DOCUMENTS.iter().any(|d| e.eq_ignore_ascii_case(d)))
}
