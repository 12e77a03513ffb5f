//! The page of `--format html` in a real browser: a mailbox made to break out of it runs nothing and calls nobody.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::html_report::{PAYLOADS, hostile_lines, page_of};
use crate::programs::{folder, program};

/// A server that counts who calls.
struct Counting {
    place: String,
    calls: Arc<AtomicUsize>,
}

impl Counting {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let place = format!("http://{}", listener.local_addr().unwrap());
        let calls = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&calls);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                counter.fetch_add(1, Ordering::SeqCst);
                let Ok(mut stream) = stream else { continue };
                std::thread::spawn(move || {
                    let _ = stream.read(&mut [0; 4096]);
                    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                });
            }
        });
        Self { place, calls }
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

/// The page as the browser has it once it has run whatever runs in it.
fn dump(chromium: &Path, profile: &Path, page: &Path) -> String {
    let output = Command::new(chromium)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
        ])
        .args(["--virtual-time-budget=4000", "--dump-dom"])
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(dom.contains("</html>"), "chromium: {}", String::from_utf8_lossy(&output.stderr));
    dom
}

#[test]
fn a_hostile_mailbox_runs_nothing_and_calls_nobody() {
    let Some(chromium) = program("chromium") else { return };
    let folder = folder("browser");
    let profile = folder.join("profile");
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path
    };

    // The payloads are live: as they are, they call and run. Without this the rest would show nothing.
    let server = Counting::start();
    let live: String = PAYLOADS.iter().take(5).map(|p| p.replace("PLACE", &server.place)).collect();
    let dom = dump(&chromium, &profile, &write("live.html", &format!("<!DOCTYPE html><title>live</title><p>{live}</p>")));
    assert!(server.calls() >= 3 && dom.contains("<title>owned</title>"), "{} calls\n{dom}", server.calls());

    // As JSON Lines, with the payload in the id too.
    let server = Counting::start();
    let lines = hostile_lines(&server.place);
    let page = page_of(&lines, &[]);
    let dom = dump(&chromium, &profile, &write("report.html", &page));
    assert!(page.contains(&server.place), "the addresses are shown");
    assert_eq!(server.calls(), 0);
    assert_untouched(&dom, &page);

    // As a folder of mail, with the payload in the name of the file.
    let mails = folder.join("mails");
    fs::create_dir(&mails).unwrap();
    for (i, payload) in PAYLOADS.iter().enumerate() {
        let payload = payload.replace("PLACE", &server.place);
        let name = format!("{i} {}.eml", payload.replace(['/', '\0'], "\u{2215}"));
        let mail = format!(
            "Subject: Our gift {}\nContent-Type: text/html; charset=utf-8\n\n<p>{payload}</p><p>After all we have done for you, {}, the \
             least you could do is send $20.</p>\n",
            payload.replace('\n', " "),
            payload.replace('&', "&amp;").replace('<', "&lt;")
        );
        fs::write(mails.join(name), mail).unwrap();
    }
    let output = crate::beholden().args(["scan", "--format", "html"]).arg(&mails).output().unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.matches("<article").count() >= PAYLOADS.len() / 2, "{}", String::from_utf8_lossy(&output.stderr));
    let dom = dump(&chromium, &profile, &write("mails.html", &page));
    assert_eq!(server.calls(), 0);
    assert_untouched(&dom, &page);
}

/// What the browser made of the page is the page.
fn assert_untouched(dom: &str, page: &str) {
    assert!(dom.contains("<title>beholden: what leans on the reader</title>"), "the title was changed");
    for tag in ["<script", "<img", "<iframe", "<link", "<base", "<object", "<form", "<template"] {
        assert!(!dom.contains(tag), "{tag} got into the page");
    }
    for tag in ["<article", "<mark", "<style", "<svg", "<a ", "<input", "<meta"] {
        assert_eq!(dom.matches(tag).count(), page.matches(tag).count(), "{tag}");
    }
}
