//! What is wrong with lexicon files, or likely to be: findings with a code, a place and a way to mend it. The codes are stable;
//! `lexicons/README.md` lists them.

mod examples;
mod patterns;
mod shape;
mod words;

use std::ops::Range;

use crate::trial::{Opened, Trial};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    /// It works and is likely not what was meant.
    Warning,
    /// The file can't be used, or a part of it can never do what it says.
    Error,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Code {
    Unreadable,
    UnknownKey,
    MissingKey,
    Twice,
    MissingExample,
    NoSpan,
    NoFormat,
    NoWhy,
    BadPattern,
    UnknownClass,
    EmptyPattern,
    OneLetter,
    StopWord,
    NeverMatches,
    SameStems,
    OppositeRole,
    Contested,
    Unexercised,
}

impl Code {
    /// Every code.
    #[cfg(test)]
    pub const ALL: [Code; 18] = [
        Code::Unreadable,
        Code::UnknownKey,
        Code::MissingKey,
        Code::Twice,
        Code::MissingExample,
        Code::NoSpan,
        Code::NoFormat,
        Code::NoWhy,
        Code::BadPattern,
        Code::UnknownClass,
        Code::EmptyPattern,
        Code::OneLetter,
        Code::StopWord,
        Code::NeverMatches,
        Code::SameStems,
        Code::OppositeRole,
        Code::Contested,
        Code::Unexercised,
    ];

    /// The stable code, how bad it is, and what it says.
    pub fn what(self) -> (&'static str, Severity, &'static str) {
        use Severity::{Error, Warning};
        match self {
            Code::Unreadable => ("L101", Error, "the file can't be read"),
            Code::UnknownKey => ("L102", Error, "unknown key"),
            Code::MissingKey => ("L103", Error, "a key is missing"),
            Code::Twice => ("L104", Error, "defined twice"),
            Code::MissingExample => ("L105", Error, "a rule without examples"),
            Code::NoSpan => ("L106", Error, "an example without a marked span"),
            Code::NoFormat => ("L107", Warning, "no format version"),
            Code::NoWhy => ("L108", Warning, "a rule without a reason"),
            Code::BadPattern => ("L201", Error, "a pattern that can't be read"),
            Code::UnknownClass => ("L202", Error, "a class that is not defined"),
            Code::EmptyPattern => ("L203", Error, "an empty pattern"),
            Code::OneLetter => ("L204", Error, "a pattern of one letter"),
            Code::StopWord => ("L205", Error, "a pattern that is a stop word alone"),
            Code::NeverMatches => ("L206", Warning, "a word that can never match"),
            Code::SameStems => ("L207", Warning, "patterns that fold to the same stems"),
            Code::OppositeRole => ("L208", Error, "the same pattern in an opposite role"),
            Code::Contested => ("L209", Warning, "an example that a rule of an opposite role takes too"),
            Code::Unexercised => ("L210", Warning, "a pattern that no example exercises"),
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub code: Code,
    /// The number of the file among those that were looked at.
    pub file: usize,
    /// The bytes of the file that it is about.
    pub place: Range<usize>,
    /// What is wrong here.
    pub label: String,
    /// How to mend it.
    pub help: String,
}

/// Looks at named files. Those beside them only lend their classes and rules.
pub(crate) fn lint<'t>(beside: impl IntoIterator<Item = (&'t str, &'t str)>, files: &[(&'t str, &'t str)]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut opened = Vec::new();
    // The number among `files` of each that could be opened.
    let mut numbers = Vec::new();
    for (number, (name, text)) in files.iter().enumerate() {
        if let Some(file) = shape::read(number, text, &mut found) {
            shape::check(number, text, &file, &mut found);
            opened.push(Opened { name, text, wanted: true, file });
            numbers.push(number);
        }
    }
    for (name, text) in beside {
        // What is wrong with a file that is not looked at is not said.
        if let Ok(file) = crate::format::read(text) {
            opened.push(Opened { name, text, wanted: false, file });
            numbers.push(usize::MAX);
        }
    }
    let mut deeper = Vec::new();
    shape::twice(&opened, &mut deeper);
    let words = words::written(&opened);
    let known: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
    let trial = Trial::new(&opened, &known);
    words::check(&trial, &opened, &words, &mut deeper);
    patterns::check(&trial, &opened, &mut deeper);
    examples::check(&trial, &opened, &mut deeper);
    found.extend(deeper.into_iter().filter(|f| opened[f.file].wanted).map(|f| Finding { file: numbers[f.file], ..f }));
    found.sort_by_key(|f| (f.file, f.place.start, f.code));
    found
}

/// The bytes of `within`, counted in a string of the file that stands at `place` with its quotes. Where the string is written
/// with escapes its bytes can't be told, and the whole is meant.
fn inside(text: &str, place: &Range<usize>, value: &str, within: Range<usize>) -> Range<usize> {
    let written = text.get(place.clone()).unwrap_or_default();
    let quotes = if written.starts_with("\"\"\"") || written.starts_with("'''") { 3 } else { 1 };
    match written.find(value) {
        Some(at) if at == quotes => place.start + at + within.start..place.start + at + within.end,
        _ => place.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The codes that a lexicon gives, beside a class that it may name.
    fn codes(toml: &str) -> Vec<&'static str> {
        let beside = [("c.toml", "format = 1\n[class]\nyou = [\"you\"]\n")];
        lint(beside, &[("x.toml", toml)]).iter().map(|f| f.code.what().0).collect()
    }

    fn lexicon(patterns: &str, more: &str) -> String {
        format!(
            "format = 1\nfamily = \"x\"\nrole = \"gift\"\nwhy = \"It tests.\"\n{more}\n[[rule]]\nid = \"gift.x.y\"\npatterns = [{patterns}]\n\
             matches = [\"[Jars of marmalade] for you\"]\nallows = [\"Jam\"]\n"
        )
    }

    #[test]
    fn each_fault_has_its_code() {
        assert_eq!(codes(&lexicon("\"jar of marmalade\"", "")), Vec::<&str>::new());
        for (patterns, code) in [
            ("\"jar of marmalade\", \"\"", "L203"),
            ("\"jar of marmalade\", \"j\"", "L204"),
            ("\"jar of marmalade\", \"the\"", "L205"),
            ("\"jar of (marmalade|can't|caf\u{e9})\"", "L206"),
            ("\"jar of marmalade\", \"jars of marmalades\"", "L207"),
            ("\"jar of marmalade\", \"pot of honey\"", "L210"),
            ("\"jar of marmalade\", \"jar for <yu>\"", "L202"),
            ("\"jar of marmalade\", \"jar (of\"", "L201"),
        ] {
            assert!(codes(&lexicon(patterns, "")).contains(&code), "{patterns}: {:?}", codes(&lexicon(patterns, "")));
        }
        assert_eq!(codes(&lexicon("\"jar of marmalade\"", "tactics = 1")), ["L102"]);
        assert_eq!(codes("format = 2"), ["L101"]);
        assert_eq!(codes("family = "), ["L101"]);
        let bare = "format = 1\nfamily = \"x\"\nwhy = \"x\"\n[[rule]]\nid = \"a\"\npatterns = [\"jar\"]\nmatches = [\"Jar\"]\n";
        assert_eq!(codes(bare), ["L103", "L105", "L106"]);
    }

    #[test]
    fn a_finding_stands_at_the_word_that_it_is_about() {
        let toml = lexicon("\"jar of (marmalade|caf\u{e9})\"", "");
        let found = lint([], &[("x.toml", &toml)]);
        assert_eq!(&toml[found[0].place.clone()], "caf\u{e9}");
        assert!(found[0].help.contains("`cafe`"), "{}", found[0].help);
    }

    #[test]
    fn every_code_is_documented() {
        let readme = include_str!("../lexicons/README.md");
        for code in Code::ALL {
            let (id, _, title) = code.what();
            assert!(readme.contains(&format!("`{id}`")) && readme.contains(title), "{id} {title}");
        }
    }
}
