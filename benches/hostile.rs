//! Text made to take long, against ordinary text of the same size. `cargo bench --bench hostile`.

#![expect(clippy::print_stdout, reason = "printing figures is what it does")]

mod support;

use std::time::Instant;

use beholden::Engine;
use beholden::stages::phrases;
use support::{ROUNDS, median, messages};

const BYTES: usize = 10_000_000;

fn repeated(unit: &str) -> String {
    let mut text = unit.repeat(BYTES.div_ceil(unit.len()));
    text.truncate(text.floor_char_boundary(BYTES));
    text
}

/// Words of random letters, the same at every run.
fn random_words() -> String {
    let mut state = 1u64;
    let mut next = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    let mut text = String::with_capacity(BYTES);
    while text.len() < BYTES {
        (0..3 + next(8)).for_each(|_| text.push(char::from(b'a' + next(26) as u8)));
        text.push(' ');
    }
    text
}

fn main() {
    let engine = Engine::new().expect("the embedded lexicon compiles");
    let ordinary = messages().iter().map(|m| String::from_utf8_lossy(m).into_owned()).collect::<Vec<_>>().join("\n");
    let ordinary = repeated(&ordinary);
    let seconds = |text: &str, html: bool| {
        let mail = format!("Subject: x\nContent-Type: text/{}; charset=utf-8\n\n{text}", if html { "html" } else { "plain" });
        let start = Instant::now();
        std::hint::black_box(engine.analyze_message(mail.as_bytes()));
        start.elapsed().as_secs_f64()
    };
    let inputs = [
        ("one line", ordinary.replace(['\n', '\r'], " "), false),
        ("all one letter", repeated("a"), false),
        ("all spaces", repeated(" "), false),
        ("random words", random_words(), false),
        ("gift please", repeated("gift please "), false),
        ("words of 500,000 letters", repeated(&("ay".repeat(250_000) + " ")), false),
        ("100,000 nested tags", repeated(&("<div>".repeat(100_000) + "text" + &"</div>".repeat(100_000))), true),
        ("every phrase of the lexicon", repeated(&(phrases().join(" ") + " ")), false),
        ("every phrase, no punctuation", repeated(&(phrases().join(" ").replace(['.', '!', '?', ',', '\n'], "") + " ")), false),
        ("single letters", repeated("g i f t "), false),
        ("numbers", repeated("1 2,3 $4 5% "), false),
        ("symbols after a word", format!("gift {}", repeated("\u{2605} % \u{1} ")), false),
        ("punctuation", repeated("-,;:()!? "), false),
        ("no space", repeated("a.b,c-d/e@f'g"), false),
    ];
    for (name, text, html) in &inputs {
        let ratios = (0..ROUNDS).map(|_| seconds(text, *html) / seconds(&ordinary, *html));
        println!("{name:<32} {:>6.2} times ordinary text", median(ratios.collect()));
    }
}
