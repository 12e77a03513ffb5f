//! Time is linear in the text and grows much more slowly than the number of patterns does. `cargo bench --bench growth`.

#![expect(clippy::print_stdout, reason = "printing figures is what it does")]

mod support;

use beholden::Engine;
use beholden::stages::engine_with;
use support::{ROUNDS, limit, limit_speed, median, messages, speed};

/// About so many bytes of running text.
fn text(bytes: usize, messages: &[Vec<u8>]) -> String {
    let mut out = String::new();
    for message in messages.iter().cycle() {
        out.push_str(&String::from_utf8_lossy(message));
        if out.len() >= bytes {
            break;
        }
    }
    out.truncate(out.floor_char_boundary(bytes));
    out
}

fn main() {
    let messages = messages();
    let sample = text(2 << 20, &messages);
    let limit = limit(&sample);
    println!("by the number of patterns, 2 MiB in messages of 2 KiB");
    for patterns in [300, 1_500, 5_000, usize::MAX] {
        let engine = engine_with(patterns).expect("the embedded lexicon compiles");
        let pieces: Vec<&str> = pieces(&sample);
        let ratios = (0..ROUNDS).map(|_| {
            let own = speed(sample.len(), || pieces.iter().map(|p| engine.analyze(p).cues.len()).sum::<usize>());
            own / limit_speed(&limit, sample.as_bytes())
        });
        let shown = if patterns == usize::MAX { "all".to_owned() } else { patterns.to_string() };
        println!("{shown:>8} patterns: {:.3} of the limit", median(ratios.collect()));
    }
    println!("by the size of the message");
    let engine = Engine::new().expect("the embedded lexicon compiles");
    for bytes in [1_000, 10_000, 100_000, 1_000_000, 10_000_000] {
        let text = text(bytes, &messages);
        let runs = (10_000_000 / bytes).min(1_000);
        let speeds =
            (0..ROUNDS).map(|_| speed(runs * bytes, || (0..runs).map(|_| engine.analyze(&text).cues.len()).sum::<usize>()));
        println!("{bytes:>9} bytes: {:.1} MB/s", median(speeds.collect()) / 1e6);
    }
}

/// The text in pieces of about 2 KiB.
fn pieces(mut text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    while !text.is_empty() {
        let (piece, rest) = text.split_at(text.floor_char_boundary(2_048.min(text.len())));
        out.push(piece);
        text = rest;
    }
    out
}
