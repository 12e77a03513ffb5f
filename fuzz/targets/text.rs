//! The normaliser: whatever disguises its words, evidence stands at its offsets in the text as it came.
//!
//! `cargo +nightly fuzz run -s none text fuzz/corpus/text corpus/mail corpus/samples -- -max_len=8192 -timeout=20`
#![no_main]

use beholden_fuzz::{ENGINE, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| check(&ENGINE.analyze(text)));
