//! The list of messages in several orders, of which radio buttons show one. Each order is a table of its own, so that what is
//! seen, what is read aloud and where the Tab key goes agree, and no script is needed.

use std::cmp::Reverse;

use maud::{Markup, PreEscaped, html};

use crate::cli::html::chart::{bar, link};
use crate::cli::html::entry::Entry;
use crate::cli::html::visible::Visible;

const ORDERS: [(&str, &str); 5] = [
    ("risk", "riskiest first"),
    ("read", "as they were read"),
    ("name", "by name"),
    ("level", "by level"),
    ("tactic", "by tactic"),
];

/// The messages, which come riskiest first.
pub(super) fn list(entries: &[Entry]) -> Markup {
    let rows: Vec<String> = entries.iter().enumerate().map(|(i, e)| row(e, i + 1).into_string()).collect();
    html! {
        fieldset.orders {
            legend { "Order" }
            @for (i, (order, label)) in ORDERS.iter().enumerate() {
                label { input type="radio" name="order" id=(format!("order-{order}")) checked[i == 0]; " " (label) }
            }
        }
        @for (order, label) in ORDERS {
            table class=(format!("list by-{order}")) {
                caption { "Messages, " (label) }
                thead { tr { th scope="col" { "Message" } th scope="col" { "Level" } th scope="col" { "Risk" } th scope="col" { "Tactics" } } }
                tbody { @for i in order_of(entries, order) { (PreEscaped(&rows[i])) } }
            }
        }
    }
}

fn order_of(entries: &[Entry], order: &str) -> Vec<usize> {
    let mut places: Vec<usize> = (0..entries.len()).collect();
    match order {
        "read" => places.sort_by_key(|i| entries[*i].read),
        "name" => places.sort_by(|a, b| entries[*a].id.cmp(&entries[*b].id)),
        // The highest first, within a level the riskiest; what was not judged comes last.
        "level" => places.sort_by_key(|i| Reverse(entries[*i].level)),
        // By the strongest tactic; what has none comes last.
        "tactic" => places.sort_by_key(|i| Reverse(entries[*i].tactics.first().map(|t| Reverse(*t)))),
        _ => {}
    }
    places
}

fn row(entry: &Entry, number: usize) -> Markup {
    html! {
        tr {
            th scope="row" {
                @if entry.full.is_some() {
                    a href=(format!("#m{number}")) { bdi { (Visible(&entry.id)) } }
                } @else {
                    bdi { (Visible(&entry.id)) }
                }
            }
            td { (level(entry)) }
            td.count {
                @if let Some(risk) = entry.risk {
                    (bar(u64::from(risk), 100, entry.level.map_or("", |l| l.name()))) span.number { (risk) }
                }
            }
            td { @for (i, tactic) in entry.tactics.iter().enumerate() { @if i > 0 { ", " } (link(*tactic)) } }
        }
        "\n"
    }
}

/// The level in a word, or why there is none.
pub(super) fn level(entry: &Entry) -> Markup {
    match entry.level {
        Some(level) => html! { span class=(format!("level {}", level.name())) { (level.name()) } },
        None => html! { span.level { "not judged: " (entry.abstained.unwrap_or("unknown").replace('_', " ")) } },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;

    #[test]
    fn each_order_is_its_own() {
        let engine = Engine::new().unwrap();
        let entry = |id: &str, read: usize, text: &str| {
            let report = engine.analyze(text);
            Entry { read, ..Entry::new(&report, None, id.to_owned()) }
        };
        let mut entries = [
            entry("b", 2, "After all we have done for you, the least you could do is send $20."),
            entry("c", 0, "Take the survey and get a $5 gift card."),
            entry("a", 1, "The meeting is at nine."),
        ];
        assert_eq!(entries[1].tactics.first(), Some(&crate::Tactic::Exchange));
        assert_eq!(order_of(&entries, "risk"), [0, 1, 2]);
        assert_eq!(order_of(&entries, "read"), [1, 2, 0]);
        assert_eq!(order_of(&entries, "name"), [2, 0, 1]);
        assert_eq!(order_of(&entries, "tactic"), [1, 0, 2]);
        // Risk and level may differ, since thresholds are settings.
        entries[0].level = Some(crate::Level::Goodwill);
        entries[2].level = None;
        assert_eq!(order_of(&entries, "level"), [1, 0, 2]);
        entries[1].level = None;
        assert_eq!(order_of(&entries, "level"), [0, 1, 2]);
    }
}
