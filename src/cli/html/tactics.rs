//! The pages of the tactics, inside the report.

use maud::{Markup, html};

use crate::Tactic;
use crate::cli::tactic_page::Page;

pub(super) fn pages() -> Markup {
    html! { div.pages { @for tactic in Tactic::ALL { (page(Page::of(tactic))) "\n" } } }
}

fn page(page: &Page) -> Markup {
    let name = page.name.name();
    let [(pull, how), others @ ..] = page.sections();
    html! {
        section.tactic id=(format!("tactic-{name}")) aria-labelledby=(format!("tactic-{name}-title")) {
            h3 id=(format!("tactic-{name}-title")) { (page.title) }
            p.lean { (page.lean) }
            h4 { (pull) }
            p { (how) }
            ul.studies { @for study in &page.studies { li { (study.found) " " cite { (study.cite) } } } }
            @for (heading, text) in others { h4 { (heading) } p { (text) } }
            p.back { a href="#messages" { "Back to the messages" } }
        }
    }
}
