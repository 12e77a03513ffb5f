//! The lexicon loader: any text is an engine that judges, or an error that names the file.
//!
//! `cargo +nightly fuzz run -s none lexicon fuzz/corpus/lexicon lexicons/en -- -max_len=8192 -timeout=20`
#![no_main]

use beholden::Engine;
use beholden_fuzz::check;
use libfuzzer_sys::fuzz_target;

/// The classes that the seeds name.
const CLASSES: &str = include_str!("../../lexicons/en/classes.toml");

fuzz_target!(|toml: &str| {
    let builder = Engine::builder().embedded(false).lexicon("classes.toml", CLASSES).lexicon("fuzz.toml", toml);
    match builder.keep_text(true).build() {
        // What a rule matches is likeliest to stand in its own examples.
        Ok(engine) => check(&engine.analyze(toml)),
        Err(error) => assert!(["fuzz.toml", "classes.toml"].contains(&error.file()), "{error}"),
    }
});
