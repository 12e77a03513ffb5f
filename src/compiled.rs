//! The embedded lexicon as the build script compiled it, so that an engine starts without reading its files.

use crate::aligned::{self, Aligned};
use crate::lexicon::Lexicon;

/// The lexicon of the embedded files.
pub(crate) fn lexicon() -> Lexicon {
    static COMPILED: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/lexicon.bin")));
    aligned::read(&COMPILED.0).expect("build.rs wrote it from the same types, and the tests read it")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedded;
    use crate::source::Source;

    #[test]
    fn it_is_what_the_embedded_files_say() {
        let mut read = Lexicon::new(&Source::read(embedded::LEXICONS.iter().copied()).unwrap());
        read.vocabulary.watch(lexicon().vocabulary.watched());
        assert!(aligned::write(&read).unwrap() == aligned::write(&lexicon()).unwrap());
    }
}
