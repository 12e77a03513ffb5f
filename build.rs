//! Compiles the lexicon files with the library's own modules, so that an engine need not read them when it starts.

use std::path::Path;
use std::{env, fs, process};

macro_rules! modules {
    ($($name:ident $file:literal),* $(,)?) => {
        $(#[path = $file]
        #[allow(dead_code, reason = "the library needs the rest")]
        mod $name;)*
        const FILES: &[&str] = &[$($file),*];
    };
}

modules! {
    error "src/error.rs",
    words "src/words.rs",
    aligned "src/aligned.rs",
    flat "src/flat.rs",
    table "src/table.rs",
    plain "src/plain.rs",
    ending "src/ending.rs",
    stem "src/stem.rs",
    filter "src/filter.rs",
    short "src/short.rs",
    vocabulary "src/vocabulary.rs",
    interner "src/interner.rs",
    pattern "src/pattern.rs",
    symbol "src/symbol.rs",
    places "src/places.rs",
    sets "src/sets.rs",
    property "src/property.rs",
    occurrence "src/occurrence.rs",
    program "src/program.rs",
    common "src/common.rs",
    element "src/element.rs",
    posting "src/posting.rs",
    pairs "src/pairs.rs",
    presence "src/presence.rs",
    index "src/index.rs",
    format "src/format.rs",
    source "src/source.rs",
    lexicon "src/lexicon.rs",
    feature "src/feature.rs",
    weights "src/weights.rs",
    embedded "src/embedded.rs",
}

fn main() {
    for path in FILES.iter().chain(&["build.rs", "lexicons"]) {
        println!("cargo::rerun-if-changed={path}");
    }
    let source = source::Source::read(embedded::LEXICONS.iter().copied()).unwrap_or_else(|error| {
        println!("cargo::error={error}");
        process::exit(1)
    });
    let mut lexicon = lexicon::Lexicon::new(&source);
    // What the shipped weights watch is laid out here, and not by every engine that starts with them.
    match serde_json::from_str::<weights::Weights>(embedded::WEIGHTS) {
        Ok(weights) => lexicon.vocabulary.watch(&weights.contexts()),
        Err(error) => println!("cargo::error=lexicons/weights.json: {error}"),
    }
    let bytes = aligned::write(&lexicon).expect("plain data can be written");
    let folder = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR for build scripts");
    fs::write(Path::new(&folder).join("lexicon.bin"), bytes).expect("OUT_DIR can be written to");
}
