//! How many messages reach each level and use each tactic, as tables with bars.

use maud::{Markup, html};

use crate::cli::html::entry::Entry;
use crate::cli::tactic_page;
use crate::{Level, Tactic};

/// What is counted over all messages, listed or not.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub levels: [u64; 4],
    pub not_judged: u64,
    pub tactics: [u64; 10],
}

impl Counts {
    pub fn add(&mut self, entry: &Entry) {
        match entry.level {
            Some(level) => self.levels[level as usize] += 1,
            None => self.not_judged += 1,
        }
        for tactic in &entry.tactics {
            self.tactics[*tactic as usize] += 1;
        }
    }

    pub fn messages(&self) -> u64 {
        self.levels.iter().sum::<u64>() + self.not_judged
    }
}

/// What a level means, in a sentence.
pub(super) fn meaning(level: Level) -> &'static str {
    match level {
        Level::None => "No gift, favour, bargain or debt is put to the reader.",
        Level::Goodwill => "Something is given or thanked for, and nothing asked back leans on it.",
        Level::Appeal => "A gift, favour or bargain is tied to a request, openly.",
        Level::Pressure => "Debt, guilt or bait is used against a free no.",
    }
}

pub(super) fn charts(counts: &Counts) -> Markup {
    let most = counts.messages().max(1);
    html! {
        div.charts {
            table.chart {
                caption { "Messages by level" }
                thead { tr { th scope="col" { "Level" } th scope="col" { "Messages" } th.meaning scope="col" { "Meaning" } } }
                tbody {
                    @for level in Level::ALL.into_iter().rev() {
                        @let count = counts.levels[level as usize];
                        tr {
                            th scope="row" { span class=(format!("level {}", level.name())) { (level.name()) } }
                            td.count { (bar(count, most, level.name())) span.number { (count) } }
                            td.meaning { (meaning(level)) }
                        }
                    }
                    @if counts.not_judged > 0 {
                        tr {
                            th scope="row" { span.level { "not judged" } }
                            td.count { (bar(counts.not_judged, most, "unjudged")) span.number { (counts.not_judged) } }
                            td.meaning { "Another language, no text, encrypted, too large, or an allowed sender." }
                        }
                    }
                }
            }
            @if counts.tactics.iter().any(|n| *n > 0) { (tactics(counts)) }
        }
    }
}

fn tactics(counts: &Counts) -> Markup {
    let most = counts.tactics.iter().copied().max().unwrap_or(0).max(1);
    let mut found: Vec<Tactic> = Tactic::ALL.into_iter().filter(|t| counts.tactics[*t as usize] > 0).collect();
    found.sort_by_key(|t| std::cmp::Reverse(counts.tactics[*t as usize]));
    html! {
        table.chart {
            caption { "Messages by tactic" }
            thead { tr { th scope="col" { "Tactic" } th scope="col" { "Messages" } } }
            tbody {
                @for tactic in found {
                    tr {
                        th scope="row" { (link(tactic)) }
                        td.count {
                            (bar(counts.tactics[tactic as usize], most, "tactic")) span.number { (counts.tactics[tactic as usize]) }
                        }
                    }
                }
            }
        }
    }
}

/// A tactic's title, leading to its page within this one.
pub(super) fn link(tactic: Tactic) -> Markup {
    html! { a href=(format!("#tactic-{}", tactic.name())) { (tactic_page::Page::of(tactic).title) } }
}

/// A bar for the eye; the number stands beside it.
pub(super) fn bar(part: u64, whole: u64, kind: &str) -> Markup {
    let width = if part == 0 { 0.0 } else { (100.0 * part as f64 / whole as f64).clamp(1.0, 100.0) };
    html! {
        svg.bar viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false" {
            rect.track width="100" height="10" {}
            rect class=(kind) width=(format!("{width:.1}")) height="10" {}
        }
    }
}
