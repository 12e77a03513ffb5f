//! The message path: any bytes are a message that is judged or abstained from.
//!
//! `cargo +nightly fuzz run -s none message fuzz/corpus/message corpus/mail corpus/samples -- -max_len=16384 -timeout=20 -dict=fuzz/mail.dict`
//! (the first folder takes what is found, the others are seeds and are not written to).
#![no_main]

use beholden_fuzz::{ENGINE, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| check(&ENGINE.analyze_message(bytes)));
