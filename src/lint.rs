//! What is wrong with lexicon files, or likely to be: findings with a code, a place and a way to mend it. The codes are stable;
//! `lexicons/README.md` lists them.

mod code;
mod examples;
mod keys;
mod overlap;
mod overrides;
mod patterns;
mod shape;
mod words;

pub(crate) use code::{Code, Severity};
pub(crate) use overrides::{no_lexicon, overrides, unreadable};

use std::ops::Range;

use crate::trial::{Opened, Trial};

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
    let families = shape::families(&opened);
    for (number, Opened { text, file, .. }) in opened.iter().enumerate().filter(|(_, o)| o.wanted) {
        shape::names(number, file, &families, text, &mut deeper);
    }
    let words = words::written(&opened);
    let known: Vec<&str> = words.iter().map(|w| w.text.as_str()).collect();
    let trial = Trial::new(&opened, &known);
    words::check(&trial, &opened, &words, &mut deeper);
    patterns::check(&trial, &opened, &mut deeper);
    overlap::check(&trial, &opened, &mut deeper);
    examples::check(&trial, &opened, &mut deeper);
    found.extend(deeper.into_iter().filter(|f| opened[f.file].wanted).map(|f| Finding { file: numbers[f.file], ..f }));
    found.sort_by_key(|f| (f.file, f.place.start, f.code));
    found
}

/// Where the letters of a string stand that a file writes between quotes. Where it is written with escapes the place of each
/// can't be told, and the whole is meant.
struct Letters {
    place: Range<usize>,
    first: Option<usize>,
}

impl Letters {
    /// The letters of `value`, which the file writes at `place` with its quotes.
    fn new(text: &str, place: Range<usize>, value: &str) -> Self {
        let written = text.get(place.clone()).unwrap_or_default();
        let quotes = if written.starts_with("\"\"\"") || written.starts_with("'''") { 3 } else { 1 };
        let plain = written.get(quotes..).is_some_and(|w| w.starts_with(value));
        Self { first: plain.then_some(place.start + quotes), place }
    }

    /// The place of some of them.
    fn at(&self, within: Range<usize>) -> Range<usize> {
        self.first.map_or_else(|| self.place.clone(), |first| first + within.start..first + within.end)
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
            ("\"jar of marmalade\", \"<you>\"", "L205"),
            ("\"jar of marmalade\", \"jar for <yu>\"", "L202"),
            ("\"jar of marmalade\", \"jar (of\"", "L201"),
        ] {
            assert!(codes(&lexicon(patterns, "")).contains(&code), "{patterns}: {:?}", codes(&lexicon(patterns, "")));
        }
        assert_eq!(codes(&lexicon("\"jar of marmalade\"", "tactics = 1")), ["L102"]);
        assert_eq!(codes("format = 2\ncolour = 3\n"), ["L101"], "what another version may say is not known");
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
    fn a_name_is_no_other_things_and_not_empty() {
        for (from, to, code) in [
            ("id = \"gift.x.y\"", "id = \"\"", "L109"),
            ("family = \"x\"", "family = \" \"", "L109"),
            ("id = \"gift.x.y\"", "id = \"gift.x\"", "L110"),
            ("id = \"gift.x.y\"", "id = \"bias\"", "L110"),
            ("id = \"gift.x.y\"", "id = \"guilt\"", "L110"),
            ("[\"Jam\"]", "[\"Jam\"]\n[class]\nmoney = [\"coin\"]", "L110"),
            ("[\"Jam\"]", "[\"Jam\"]\n[feature]\nbais = { appeal = 1 }", "L111"),
            ("[\"Jam\"]", "[\"Jam\"]\n[goodwill]\nluck = 1.0", "L111"),
            ("[\"Jam\"]", "[\"Jam\"]\n[class]\nidle = [\"jar (of\"]", "L201"),
            ("[\"Jam\"]", "[\"Jam\", \" \"]", "L105"),
            ("[\"Jam\"]", "[]", "L105"),
        ] {
            let toml = lexicon("\"jar of marmalade\"", "");
            assert!(toml.contains(from), "{from}");
            assert_eq!(codes(&toml.replace(from, to)), [code], "{to}");
        }
    }

    #[test]
    fn a_stop_word_in_a_class_is_named() {
        let toml = lexicon("\"jar of marmalade\", \"<thing>\"", "") + "[class]\nthing = [\"marmalade\", \"the\", \"tea cosy\"]\n";
        let found = lint([], &[("x.toml", &toml)]);
        assert_eq!(found[0].label, "the stop word \"the\" of <thing> is all that it needs");
        assert!(!codes(&toml.replace("\"the\", ", "")).contains(&"L205"));
    }

    #[test]
    fn a_pattern_within_one_of_an_opposite_role_is_said() {
        let benign = |pattern: &str| {
            let toml = lexicon(&format!("{pattern:?}"), "").replace("family = \"x\"", "family = \"z\"").replace("gift", "benign");
            toml.replace("[Jars of marmalade] for you", "[Marmalade]")
        };
        let takes = |gift: &str, against: &str, more: &str| {
            let gift = lexicon(gift, "");
            let against = benign(against).replace("why =", &format!("{more}\nwhy ="));
            let found = lint([("gift.toml", gift.as_str())], &[("x.toml", against.as_str())]);
            found.iter().any(|f| f.code == Code::Contained)
        };
        assert!(takes("\"jar of marmalade\"", "no jar of marmalade here", ""));
        assert!(takes("\"(jar|pot) of ..2 marmalade\"", "no jar of ..1 marmalade here", ""), "what matches more takes it too");
        assert!(!takes("\"jar of ..1 marmalade\"", "no jar of ..2 marmalade here", ""), "what matches less may not");
        assert!(!takes("\"jar of marmalade\"", "no (jar|pot) of marmalade here", ""));
        assert!(!takes("\"jar of =marmalades\"", "no jar of marmalade here", ""));
        assert!(!takes("\"jar of marmalade\"", "no jar of marmalade here", "blocks = true"), "false friends are there for that");
        assert!(!takes("\"jar of marmalade\"", "no jar , of marmalade here", ""));
    }

    /// Many alternatives, in a group, in a class and as patterns: every one is looked at.
    #[test]
    fn a_lexicon_of_many_words_is_linted_whole() {
        const MANY: usize = 20_000;
        let word = |i: usize| -> String {
            let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
            ['q', letter(i), 'x', letter(i / 26), 'z', letter(i / 676), 'k', letter(i / 17_576)].iter().collect()
        };
        let words: Vec<String> = (0..MANY).map(word).collect();
        let quoted = |of: &dyn Fn(&str) -> String| words.iter().map(|w| format!("{:?}", of(w))).collect::<Vec<_>>().join(",\n");
        let gift = lexicon(&format!("\"jar of (marmalade|{}|can't)\", \"pot of <many>\"", words.join("|")), "")
            + &format!("[class]\nmany = [\"caf\u{e9}\", {}]\n", quoted(&str::to_owned));
        // Every word is a pattern of its own too, with an example that the gift's pattern takes.
        let benign = format!(
            "format = 1\nfamily = \"z\"\nrole = \"benign\"\nwhy = \"x\"\n[[rule]]\nid = \"benign.z.y\"\npatterns = [{}]\n\
             matches = [{}]\nallows = [\"Jam\"]\n",
            quoted(&|w| format!("tin of {w}")),
            quoted(&|w| format!("[tin of {w}, jar of {w}]")),
        );
        let found = lint([], &[("gift.toml", &gift), ("benign.toml", &benign)]);
        let mut counts = std::collections::BTreeMap::new();
        found.iter().for_each(|f| *counts.entry(f.code.what().0).or_insert(0) += 1);
        // Each benign example is contested; the class's pattern is without an example.
        assert_eq!(counts, [("L206", 2), ("L209", MANY), ("L210", 1)].into(), "{:?}", &found[..found.len().min(3)]);
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
