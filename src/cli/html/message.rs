//! One message: its text with what was found marked in place, and the reasons beside it.

use std::cmp::Reverse;

use maud::{Markup, html};

use crate::cli::html::chart::{link, meaning};
use crate::cli::html::entry::{Entry, Full, Sign};
use crate::cli::html::excerpt::{Excerpt, Piece};
use crate::cli::html::list;
use crate::cli::html::visible::Visible;
use crate::cli::tactic_page::Page;
use crate::{Contribution, Evidence, Finding, Order, Role};

/// So many contributions stand by themselves; the rest is a sum.
const CONTRIBUTIONS: usize = 6;

/// The message, if more of it than its row is shown.
pub(super) fn message(entry: &Entry, number: usize) -> Markup {
    let Some(full) = &entry.full else { return html! {} };
    let id = format!("m{number}");
    html! {
        article.message id=(id) aria-labelledby=(format!("{id}-name")) {
            header {
                h3 id=(format!("{id}-name")) { bdi { (Visible(&entry.id)) } }
                p { (list::level(entry)) @if let Some(risk) = entry.risk { " risk " strong { (risk) } " of 100" } }
            }
            div.columns {
                div.text {
                    h4 { "The message" }
                    @if full.excerpts.is_empty() { p.note { "No text is shown." } }
                    @for excerpt in &full.excerpts { (text(excerpt, full, &id)) }
                    @if full.parts_left > 0 { p.note { (full.parts_left) " more parts hold text and nothing that is marked." } }
                }
                div.reasons {
                    h4 { "The reasons" }
                    @if let Some(level) = entry.level { p { (meaning(level)) } }
                    (reasons(full, &id))
                }
            }
        }
    }
}

fn text(excerpt: &Excerpt, full: &Full, id: &str) -> Markup {
    let signs = full.signs.as_slice();
    let marks_of = |i: usize| match excerpt.pieces.get(i) {
        Some(Piece::Words { marks, .. }) => marks.as_slice(),
        _ => &[],
    };
    html! {
        h5 { (excerpt.name) }
        p.words lang=[&full.report.language] dir="auto" {
            @for (i, piece) in excerpt.pieces.iter().enumerate() {
                @match piece {
                    Piece::Left(count) => span.left { "[" (count) " characters left out]" },
                    Piece::Words { text, marks } if marks.is_empty() => (Visible(text)),
                    Piece::Words { text, marks } => {
                        @let before = if i == 0 { &[] } else { marks_of(i - 1) };
                        mark class=(class(signs, marks)) {
                            @for mark in marks.iter().filter(|m| !before.contains(m)) {
                                a.tag id=(format!("{id}t{}", mark + 1)) href=(format!("#{id}s{}", mark + 1)) { (name(signs, *mark)) }
                            }
                            (Visible(text))
                            @for mark in marks.iter().filter(|m| !marks_of(i + 1).contains(m)) {
                                span.end { " (end of " (name(signs, *mark)) ")" }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The classes of the roles that lie over words, and whether all are in no finding.
fn class(signs: &[Sign], marks: &[usize]) -> String {
    let mut roles: Vec<&str> = marks.iter().map(|m| signs[*m].evidence.role.name()).collect();
    roles.sort_unstable();
    roles.dedup();
    if marks.iter().all(|m| signs[*m].alone) {
        roles.push("alone");
    }
    roles.join(" ")
}

/// "gift 1": signs are numbered through the message.
fn name(signs: &[Sign], sign: usize) -> String {
    format!("{} {}", signs[sign].evidence.role.name(), sign + 1)
}

fn reasons(full: &Full, id: &str) -> Markup {
    html! {
        @for finding in &full.report.findings {
            div.finding {
                h5 { (link(finding.tactic)) }
                p { (Page::of(finding.tactic).lean) }
                p.note { (made_of(finding, &full.signs, id)) (distance(finding)) }
            }
        }
        @if !full.signs.is_empty() {
            h5 { "The words" }
            ol.signs { @for (i, sign) in full.signs.iter().enumerate() { (line(sign, i, full, id)) } }
        }
        @if !full.report.contributions.is_empty() { (sums(&full.report.contributions)) }
        @if !full.report.notes.is_empty() {
            h5 { "How it was read" }
            ul.notes { @for note in &full.report.notes { li { (note.code.replace('_', " ")) ": " (Visible(&note.detail)) } } }
        }
    }
}

fn made_of(finding: &Finding, signs: &[Sign], id: &str) -> Markup {
    let place = |e: &Evidence| {
        signs.iter().position(|s| (s.evidence.bytes, s.evidence.role, &s.evidence.part) == (e.bytes, e.role, &e.part))
    };
    let mut places: Vec<usize> = finding.evidence.iter().filter_map(place).collect();
    places.sort_unstable();
    places.dedup();
    html! {
        @for (i, sign) in places.iter().enumerate() {
            @if i > 0 { ", " }
            a href=(format!("#{id}s{}", sign + 1)) { (name(signs, *sign)) }
        }
        @if !places.is_empty() { ". " }
    }
}

/// How the gift and the request stand to each other, where there are both.
fn distance(finding: &Finding) -> String {
    let has = |roles: &[Role]| finding.evidence.iter().any(|e| roles.contains(&e.role));
    if !has(&[Role::Gift, Role::Obligation]) || !has(&[Role::Request]) {
        return String::new();
    }
    let first = match (finding.distance, finding.order) {
        (0, _) => return "All in one sentence.".to_owned(),
        (_, Order::RequestFirst) => "The request comes first",
        _ => "The request comes after",
    };
    format!("{first}, {} sentence{} away.", finding.distance, if finding.distance == 1 { "" } else { "s" })
}

fn line(sign: &Sign, i: usize, full: &Full, id: &str) -> Markup {
    let evidence = &sign.evidence;
    let role = evidence.role.name();
    html! {
        li id=(format!("{id}s{}", i + 1)) {
            span class=(format!("role {role}")) {
                @if full.excerpts.is_empty() { (role) } @else { a href=(format!("#{id}t{}", i + 1)) { (role) } }
            }
            @if let Some(words) = &evidence.text { " " q dir="auto" { (Visible(words.trim())) } }
            " "
            span.note {
                @if evidence.part.as_deref() != Some("subject") { "line " (evidence.line) ", " } @else { "subject, " }
                @if !evidence.zone.is_own() { (evidence.zone.name()) ", " }
                "rule " code { (evidence.rule) }
                @if sign.alone { ", in no finding" }
            }
        }
    }
}

/// The weightiest contributions, and the sum of the others.
fn sums(contributions: &[Contribution]) -> Markup {
    let mut sorted: Vec<&Contribution> = contributions.iter().collect();
    sorted.sort_by_key(|c| Reverse(((c.value.abs() + c.pressure.abs()) * 1_000.0) as u64));
    let (shown, others) = sorted.split_at(CONTRIBUTIONS.min(sorted.len()));
    let sum = |of: &[&Contribution], what: fn(&Contribution) -> f64| number(of.iter().map(|c| what(c)).sum());
    html! {
        table.sums {
            caption { "What adds up, in log-odds" }
            thead { tr { th scope="col" { "Source" } th scope="col" { "Appeal" } th scope="col" { "Pressure" } } }
            tbody {
                @for c in shown { tr { th scope="row" { code { (c.source) } } td { (number(c.value)) } td { (number(c.pressure)) } } }
                @if !others.is_empty() {
                    tr { th scope="row" { (others.len()) " others" } td { (sum(others, |c| c.value)) } td { (sum(others, |c| c.pressure)) } }
                }
            }
            tfoot {
                tr { th scope="row" { "Sum" } td { (sum(&sorted, |c| c.value)) } td { (sum(&sorted, |c| c.pressure)) } }
            }
        }
    }
}

fn number(value: f64) -> String {
    format!("{value:+.2}").replace('-', "\u{2212}")
}
