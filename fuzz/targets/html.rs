//! The HTML path: any bytes are markup that is rendered, in UTF-8 or in an undeclared charset.
//!
//! `cargo +nightly fuzz run -s none html fuzz/corpus/html corpus/mail corpus/samples -- -max_len=16384 -timeout=20 -dict=fuzz/mail.dict`
#![no_main]

use beholden_fuzz::{ENGINE, check};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mail = [b"Subject: x\nContent-Type: text/html\n\n", bytes].concat();
    check(&ENGINE.analyze_message(&mail));
});
