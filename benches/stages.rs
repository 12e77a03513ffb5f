//! Every stage and the whole, in bytes a second, beside a bare scan of the same text in the same rounds.
//!
//! `cargo bench --bench stages`, or `BEHOLDEN_MAIL=folder cargo bench --bench stages` for raw mail of your own.

#![expect(clippy::print_stdout, reason = "printing figures is what it does")]

mod support;

use beholden::Engine;
use beholden::stages::{Prepared, workshop};
use mail_parser::{MessageParser, MimeHeaders as _};
use support::{ROUNDS, limit, limit_speed, messages, report, speed};

/// Reading apart what this project reads apart, with the crates for it and nothing else.
fn parse_alone(bytes: &[u8]) -> usize {
    let Some(message) = MessageParser::default().parse(bytes) else { return 0 };
    let html = message.parts.iter().filter(|p| p.is_content_type("text", "html")).filter_map(|p| p.text_contents());
    message.parts.len() + html.map(|text| html5gum::Tokenizer::new(text).flatten().count()).sum::<usize>()
}

fn main() {
    let engine = Engine::new().expect("the embedded lexicon compiles");
    let messages = messages();
    let prepared: Vec<Prepared<'_>> = messages.iter().map(|m| Prepared::new(&engine, m)).collect();
    let text = prepared.iter().map(Prepared::text).collect::<Vec<_>>().join("\n");
    let raw = messages.concat();
    let (on_text, on_raw) = (limit(&text), limit(&String::from_utf8_lossy(&raw)));
    let mut shop = workshop();
    let all = |stage: &mut dyn FnMut(&Prepared<'_>) -> usize| prepared.iter().map(stage).sum::<usize>();
    let json = |m: &Vec<u8>| serde_json::to_string(&engine.analyze_message(m)).map_or(0, |s| s.len());

    let mut limits = [Vec::new(), Vec::new()];
    let mut speeds: [Vec<f64>; 9] = Default::default();
    let mut alone = Vec::new();
    for _ in 0..ROUNDS {
        limits[0].push(limit_speed(&on_text, text.as_bytes()));
        limits[1].push(limit_speed(&on_raw, &raw));
        let rounds = [
            speed(text.len(), || all(&mut |p| p.zones())),
            speed(text.len(), || all(&mut |p| p.language())),
            speed(text.len(), || all(&mut |p| p.sentences())),
            speed(text.len(), || all(&mut |p| p.tokens(&mut shop))),
            speed(text.len(), || all(&mut |p| p.findings(&mut shop))),
            speed(text.len(), || all(&mut |p| p.score())),
            speed(text.len(), || all(&mut |p| p.judge())),
            speed(raw.len(), || messages.iter().map(|m| Prepared::document(m)).sum::<usize>()),
            speed(raw.len(), || messages.iter().map(json).sum::<usize>()),
        ];
        for (all, one) in speeds.iter_mut().zip(rounds) {
            all.push(one);
        }
        alone.push(speed(raw.len(), || messages.iter().map(|m| parse_alone(m)).sum::<usize>()));
    }

    println!("{} messages, {} bytes raw, {} bytes of text", messages.len(), raw.len(), text.len());
    report("limit: a bare scan of the text", &limits[0], &limits[0]);
    let names = ["zones", "language", "sentences", "sentences, tokens", "sentences, tokens, cues, findings", "score"];
    for (name, speeds) in names.iter().zip(&speeds) {
        report(name, speeds, &limits[0]);
    }
    report("text to report, all of it", &speeds[6], &limits[0]);
    report("limit: a bare scan of the raw bytes", &limits[1], &limits[1]);
    report("raw message to document", &speeds[7], &limits[1]);
    report("raw message to JSON, all of it", &speeds[8], &limits[1]);
    report("MIME parsing and HTML tokenising alone", &alone, &limits[1]);
    report("raw message to JSON, against those alone", &speeds[8], &alone);
}
