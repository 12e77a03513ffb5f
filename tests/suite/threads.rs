//! Eight threads share one engine and agree with each other and with a single one.

use std::fs;
use std::sync::Barrier;

use beholden::{Engine, Report};

use crate::root;

#[test]
fn eight_threads_share_an_engine_and_agree() {
    let mut mails: Vec<Vec<u8>> = ["corpus/mail", "corpus/samples", "tests/golden"]
        .iter()
        .flat_map(|f| fs::read_dir(root().join(f)).unwrap().map(|e| e.unwrap().path()))
        .filter(|p| p.extension().is_some_and(|e| e == "eml"))
        .map(|p| fs::read(p).unwrap())
        .collect();
    mails.sort();
    assert!(mails.len() > 40);
    let engine = Engine::builder().keep_text(true).build().unwrap();
    // The words that one message leaves in a cache must change nothing for the next, in whatever order they come.
    let barrier = Barrier::new(8);
    let answers: Vec<Vec<Report>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|thread| {
                let (engine, mails, barrier) = (&engine, &mails, &barrier);
                scope.spawn(move || {
                    barrier.wait();
                    let mut reports: Vec<(usize, Report)> = (0..mails.len() * 3)
                        .map(|i| (i * (2 * thread + 1) + thread * 7) % mails.len())
                        .map(|i| (i, engine.analyze_message(&mails[i])))
                        .collect();
                    reports.extend((0..mails.len()).map(|i| (i, engine.analyze_message(&mails[i]))));
                    reports.sort_by_key(|(i, _)| *i);
                    reports.dedup();
                    reports.into_iter().map(|(_, report)| report).collect()
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    let alone: Vec<Report> = mails.iter().map(|m| Engine::analyze_message(&engine, m)).collect();
    for reports in answers {
        assert!(reports == alone, "a thread's reports differ");
    }
}

#[test]
fn engine_and_report_go_between_threads() {
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Engine>();
    shared::<Report>();
    shared::<beholden::Error>();
}
