//! The page as a whole: what it gathers while messages are judged, within bounds, and how it is put together.

use std::cmp::Reverse;

use data_encoding::BASE64;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use crate::Level;
use crate::cli::args::Scan;
use crate::cli::html::chart::{Counts, charts};
use crate::cli::html::entry::Entry;
use crate::cli::html::visible::Visible;
use crate::cli::html::{list, message, tactics};

/// So many of the riskiest messages are listed.
const LISTED: usize = 2_000;

/// So many of the riskiest messages are shown with their text and reasons.
const SHOWN: usize = 300;

/// So many failures are told one by one.
const FAILURES: usize = 100;

const STYLE: &str = include_str!("style.css");

/// What the page gathers.
pub(crate) struct Page {
    only: Option<Level>,
    no_text: bool,
    counts: Counts,
    entries: Vec<Entry>,
    /// Messages that `--only` let through.
    wanted: usize,
    failures: Vec<Failure>,
    failed: usize,
}

/// What could not be read.
pub(crate) struct Failure {
    pub place: String,
    /// Whose place it is, where that is not said yet.
    pub id: Option<String>,
    pub cause: String,
}

impl Page {
    pub fn new(args: &Scan) -> Self {
        Self {
            only: args.only.map(Level::from),
            no_text: args.no_text,
            counts: Counts::default(),
            entries: Vec::new(),
            wanted: 0,
            failures: Vec::new(),
            failed: 0,
        }
    }

    /// Counts a message and, where it is wanted, takes it up.
    pub fn add(&mut self, mut entry: Entry) {
        self.counts.add(&entry);
        if self.only.is_some_and(|only| entry.level < Some(only)) {
            return;
        }
        entry.read = self.wanted;
        self.wanted += 1;
        self.entries.push(entry);
        if self.entries.len() >= LISTED + SHOWN {
            self.bound();
        }
    }

    /// What could not be read.
    pub fn failed(&mut self, failure: Failure) {
        self.failed += 1;
        if self.failures.len() < FAILURES {
            self.failures.push(failure);
        }
    }

    /// Keeps the riskiest, and the text of the riskiest of those that have something to show. A message alone is shown
    /// whatever it is.
    fn bound(&mut self) {
        self.entries.sort_by_key(|e| (Reverse(e.rank), e.read));
        self.entries.truncate(LISTED);
        let alone = self.wanted == 1;
        let mut room = SHOWN;
        for entry in &mut self.entries {
            if room > 0 && (alone || entry.is_worth_showing()) {
                room -= 1;
            } else {
                entry.full = None;
            }
        }
    }

    /// The page.
    pub fn write(mut self) -> String {
        self.bound();
        let hash = BASE64.encode(&Sha256::digest(STYLE));
        let policy = format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'");
        let markup = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(policy);
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="referrer" content="no-referrer";
                    title { "beholden: what leans on the reader" }
                    style { (PreEscaped(STYLE)) }
                }
                "\n"
                body { (self.body()) }
            }
            "\n"
        };
        markup.into_string()
    }

    fn body(&self) -> Markup {
        html! {
            a.skip href="#messages" { "Skip to the messages" }
            header.page {
                h1 { "What leans on the reader" }
                p {
                    "People like to give something back to whoever gave them something. This page shows where messages lean on that: what is given, \
                     what is asked, and how hard the one leans on the other. It judges wording, not people."
                }
                nav aria-label="This page" {
                    a href="#summary" { "Summary" } " "
                    a href="#messages" { "Messages" } " "
                    a href="#tactics" { "Tactics" }
                }
            }
            "\n"
            main {
                section #summary aria-labelledby="summary-title" { h2 #summary-title { "Summary" } (charts(&self.counts)) (self.failures()) }
                "\n"
                section #messages aria-labelledby="messages-title" {
                    h2 #messages-title { "Messages" }
                    (self.bounds())
                    @if self.entries.len() > 1 { (list::list(&self.entries)) }
                    (legend())
                    @for (i, entry) in self.entries.iter().enumerate() { "\n" (message::message(entry, i + 1)) }
                }
                "\n"
                section #tactics aria-labelledby="tactics-title" {
                    h2 #tactics-title { "Tactics" }
                    p { "How each works, how to tell it from goodwill, and how to answer it or to ask without it." }
                    (tactics::pages())
                }
            }
            "\n"
            footer {
                p { "Made by beholden " (env!("CARGO_PKG_VERSION")) ". This page runs no script and loads nothing." }
            }
        }
    }

    fn failures(&self) -> Markup {
        html! {
            @if self.failed > 0 {
                h3 { "Not read" }
                ul.failures {
                    @for Failure { place, id, cause } in &self.failures {
                        li { bdi { (Visible(place)) } @if let Some(id) = id { " (id " bdi { (Visible(id)) } ")" } ": " (Visible(cause)) }
                    }
                }
                @if self.failed > self.failures.len() { p.note { "And " (self.failed - self.failures.len()) " more." } }
            }
        }
    }

    /// What is left out, and why.
    fn bounds(&self) -> Markup {
        let listed = self.entries.len();
        let shown = self.entries.iter().filter(|e| e.full.is_some()).count();
        html! {
            @if let Some(level) = self.only { p.note { "Only what reaches the level " (level.name()) " is listed (--only); the charts above count all " (self.counts.messages()) " messages." } }
            @if listed == 0 { p.note { "No message." } }
            @if self.wanted > listed { p.note { "The " (listed) " riskiest of " (self.wanted) " messages are listed." } }
            @if shown < listed {
                p.note {
                    "Below the list, " (shown) " of them " (if shown == 1 { "is" } else { "are" }) " shown in full: at most the " (SHOWN)
                    " riskiest, and none in which nothing was found."
                }
            }
            @if self.no_text { p.note { "Message text is left out (--no-text)." } }
        }
    }
}

/// What the marks mean, each shown as it is used.
fn legend() -> Markup {
    html! {
        p.legend {
            "Marked are what is given (" mark.gift { "gift" } "), what is asked (" mark.request { "request" } "), words of debt, guilt or thanks used \
             as a lever (" mark.obligation { "obligation" } ") and words that free the reader (" mark.disclaimer { "disclaimer" } "). What stands in no \
             finding is marked by " mark.gift.alone { "a line alone" } "."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;

    fn page() -> Page {
        Page {
            only: None,
            no_text: false,
            counts: Counts::default(),
            entries: Vec::new(),
            wanted: 0,
            failures: Vec::new(),
            failed: 0,
        }
    }

    #[test]
    fn the_policy_lets_in_the_style_and_nothing_else() {
        let written = page().write();
        let style = written.split("<style>").nth(1).and_then(|s| s.split("</style>").next()).unwrap();
        let hash = BASE64.encode(&Sha256::digest(style));
        assert!(written.contains(&format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">"
        )));
        assert!(!style.contains("url(") && !style.contains("@import") && !style.contains('<'));
    }

    #[test]
    fn a_large_folder_is_held_to_its_riskiest() {
        let engine = Engine::new().unwrap();
        let report = engine.analyze("After all we have done for you, the least you could do is send $20.");
        let nothing = engine.analyze("The meeting is at nine.");
        let mut page = page();
        let total = LISTED + 2 * SHOWN + 7;
        for i in 0..total {
            // What comes later is riskier, so that what is kept is not simply what came first.
            let report = if i % 2 == 0 { &report } else { &nothing };
            page.add(Entry::new(report, Some((0, i as u32)), format!("m{i}")).in_full(report, false));
            assert!(page.entries.len() <= LISTED + SHOWN);
        }
        page.bound();
        assert_eq!(page.entries.len(), LISTED);
        assert_eq!((page.entries[0].id.as_str(), page.entries[0].read), (format!("m{}", total - 1).as_str(), total - 1));
        let shown: Vec<usize> = page.entries.iter().filter(|e| e.full.is_some()).map(|e| e.read).collect();
        assert_eq!(shown.len(), SHOWN);
        assert!(shown.iter().all(|read| read % 2 == 0 && *read >= total - 2 * SHOWN - 2));
        assert_eq!(page.counts.levels[Level::Pressure as usize], total.div_ceil(2) as u64);
        let written = page.write();
        assert!(written.contains(&format!("The {LISTED} riskiest of {total} messages are listed.")));
    }

    #[test]
    fn a_message_alone_is_shown_though_nothing_was_found_in_it() {
        let engine = Engine::builder().keep_text(true).build().unwrap();
        let add = |page: &mut Page| {
            let report = engine.analyze("The meeting is at nine.");
            page.add(Entry::new(&report, Some((0, 0)), "a".to_owned()).in_full(&report, false));
        };
        let mut one = page();
        add(&mut one);
        assert!(one.write().contains("The meeting is at nine."));
        let mut two = page();
        add(&mut two);
        add(&mut two);
        assert!(!two.write().contains("The meeting is at nine."));
    }
}
