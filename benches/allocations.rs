//! How often an ordinary message makes the engine ask for memory, once it is warm. `cargo bench --bench allocations`.

#![expect(clippy::print_stdout, reason = "printing figures is what it does")]

mod support;

use std::alloc::System;

use beholden::Engine;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use support::messages;

#[global_allocator]
static MEMORY: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let engine = Engine::new().expect("the embedded lexicon compiles");
    let messages = messages();
    messages.iter().for_each(|m| drop(engine.analyze_message(m)));
    let (mut read, mut held) = (0, 0);
    for message in &messages {
        let region = Region::new(MEMORY);
        let report = engine.analyze_message(message);
        read += region.change().allocations + region.change().reallocations;
        let region = Region::new(MEMORY);
        std::hint::black_box(report.clone());
        held += region.change().allocations;
    }
    let each = |n: usize| n as f64 / messages.len() as f64;
    println!("{:.0} allocations for each message; its report is made of {:.0}", each(read), each(held));
}
