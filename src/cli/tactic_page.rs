//! What each tactic is, in plain words: a page for whoever received such a message and for whoever writes one.

use std::borrow::Cow;
use std::io::Write as _;
use std::sync::LazyLock;

use serde::Deserialize;
use textwrap::{Options, WordSplitter};

use crate::cli::exit::{Exit, Stop};
use crate::{Role, Tactic};

/// Pages are as wide as a terminal is at least.
const WIDTH: usize = 80;

const FILE: &str = include_str!("../../lexicons/tactics.toml");

static PAGES: LazyLock<Vec<Page>> = LazyLock::new(|| {
    let file: File = toml::from_str(FILE).expect("the file ships with the program, and a test reads it");
    file.tactics
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "schema")]
    _schema: u32,
    tactics: Vec<Page>,
}

/// One tactic.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Page {
    pub name: Tactic,
    pub title: String,
    /// Why such wording leans, in a sentence.
    pub lean: String,
    /// How it works on people.
    pub pull: String,
    /// How to tell goodwill from leverage.
    pub goodwill: String,
    /// How to answer.
    pub answer: String,
    /// How to ask for the same thing honestly.
    pub ask: String,
    pub studies: Vec<Study>,
    mend: Mend,
}

/// A study, cited as text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Study {
    /// Authors, year, title, journal.
    pub cite: String,
    /// What it found, in a sentence.
    pub found: String,
}

/// What a writer does with the words.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Mend {
    gift: String,
    request: String,
    obligation: String,
}

impl Page {
    /// The page of a tactic.
    pub fn of(tactic: Tactic) -> &'static Page {
        // A test holds the file against the tactics, so the first page is never the wrong one.
        PAGES.iter().find(|p| p.name == tactic).unwrap_or(&PAGES[0])
    }

    /// What a writer does with words in a role, where there is anything to do.
    pub fn mend(&self, role: Role) -> Option<&str> {
        match role {
            Role::Gift => Some(&self.mend.gift),
            Role::Request => Some(&self.mend.request),
            Role::Obligation => Some(&self.mend.obligation),
            Role::Disclaimer | Role::Pivot | Role::Benign => None,
        }
    }

    /// The sections under their headings. Each is a paragraph.
    pub fn sections(&self) -> [(&'static str, &str); 4] {
        [
            ("How the pull works", &self.pull),
            ("Goodwill or leverage", &self.goodwill),
            ("How to answer", &self.answer),
            ("How to ask honestly", &self.ask),
        ]
    }
}

/// Prints the page of a tactic.
pub(crate) fn run(tactic: Tactic) -> Result<Exit, Stop> {
    let mut out = std::io::stdout().lock();
    out.write_all(text(Page::of(tactic)).as_bytes())?;
    out.flush()?;
    Ok(Exit::Done)
}

/// The page, wrapped.
fn text(page: &Page) -> String {
    let mut text = format!("{} ({})\n\n", page.title, page.name.name());
    let [pull, others @ ..] = page.sections().map(|(heading, body)| format!("{heading}\n{}\n", wrap(body, "  ", "  ")));
    text += &pull;
    text += "\nShown by\n";
    for study in &page.studies {
        text += &format!("{}\n{}\n", wrap(&study.found, "  - ", "    "), wrap(&study.cite, "    ", "    "));
    }
    for section in others {
        text.push('\n');
        text += &section;
    }
    text
}

/// A paragraph broken into lines, the first indented by one string and the rest by another.
pub(crate) fn wrap<'a>(paragraph: &'a str, first: &'a str, rest: &'a str) -> Cow<'a, str> {
    Cow::Owned(textwrap::fill(
        paragraph,
        Options::new(WIDTH).word_splitter(WordSplitter::NoHyphenation).initial_indent(first).subsequent_indent(rest),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tactic_has_one_page_in_the_order_of_the_tactics() {
        let names: Vec<Tactic> = PAGES.iter().map(|p| p.name).collect();
        assert_eq!(names, Tactic::ALL);
    }

    #[test]
    fn every_page_is_whole() {
        for page in PAGES.iter() {
            let name = page.name.name();
            for (heading, body) in page.sections() {
                assert!(body.ends_with(['.', '"']) && body.len() > 120, "{name}, {heading}: {body:?}");
            }
            assert!(page.answer.contains('"') || page.answer.contains("right answer"), "{name}: says no words to answer with");
            assert!(!page.studies.is_empty(), "{name} cites no study");
            for role in [Role::Gift, Role::Request, Role::Obligation] {
                assert!(page.mend(role).is_some_and(|m| m.ends_with('.')), "{name}");
            }
        }
    }

    /// Author, (year), title, and where it appeared as far as that could be verified, as text without an address.
    #[test]
    fn every_study_is_cited() {
        let citation = regex::Regex::new(r"^\p{Lu}[\p{L}' ]+(, \p{Lu}\..*)? \((19|20)\d\d\)\. .{20,}[.?]$").unwrap();
        for study in PAGES.iter().flat_map(|p| &p.studies) {
            assert!(citation.is_match(&study.cite), "{}", study.cite);
            assert!(study.found.ends_with('.') && !study.cite.contains("http"), "{study:?}");
        }
    }

    #[test]
    fn a_page_is_wrapped() {
        for page in PAGES.iter() {
            let text = text(page);
            assert!(text.lines().all(|l| l.chars().count() <= WIDTH), "{text}");
            assert!(text.contains("\nHow to answer\n  ") && text.contains("\nShown by\n  - "), "{text}");
        }
    }
}
