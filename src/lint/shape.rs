//! The shape of a file: its keys, and what must be there.

use std::collections::HashMap;
use std::ops::Range;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::{Code, Finding};
use crate::examples::unbracket;
use crate::format::{File, read as read_strictly};
use crate::trial::Opened;

/// Reads a file as far as that can be done, with its unknown keys and missing examples said and made good.
pub(crate) fn read(number: usize, text: &str, out: &mut Vec<Finding>) -> Option<File> {
    let unreadable = |place: Option<Range<usize>>, label: String| Finding {
        code: Code::Unreadable,
        file: number,
        place: place.unwrap_or(0..0),
        label,
        help: "the format is described in lexicons/README.md, and `beholden rules schema` prints it for editors".to_owned(),
    };
    let mut root = match DeTable::parse(text) {
        Ok(root) => root,
        Err(error) => {
            out.push(unreadable(error.span(), error.message().to_owned()));
            return None;
        }
    };
    let schema = schemars::schema_for!(File).to_value();
    let keys = |pointer: &str| -> Vec<String> {
        schema.pointer(pointer).and_then(|p| p.as_object()).map(|p| p.keys().cloned().collect()).unwrap_or_default()
    };
    let (file_keys, rule_keys) = (keys("/properties"), keys("/$defs/Rule/properties"));
    let table = root.get_mut();
    drop_unknown(number, table, &file_keys, "a lexicon file", out);
    if let Some(rules) = table.get_mut("rule")
        && let DeValue::Array(rules) = rules.get_mut()
    {
        for rule in rules.iter_mut() {
            let place = rule.span();
            let DeValue::Table(rule) = rule.get_mut() else { continue };
            drop_unknown(number, rule, &rule_keys, "a rule", out);
            for key in ["matches", "allows"] {
                if !rule.contains_key(key) {
                    // An empty list is no better, and is said below.
                    let none = DeValue::Array(std::iter::empty::<Spanned<DeValue<'_>>>().collect());
                    rule.insert(Spanned::new(place.clone(), key.into()), Spanned::new(place.clone(), none));
                }
            }
        }
    }
    match File::deserialize(Deserializer::from(root)) {
        // A later version of the format is said before what it looks like to this one.
        Ok(file) if *file.format.get_ref() == crate::format::FORMAT => Some(file),
        Ok(_) => {
            let (place, label) = read_strictly(text).err().unwrap_or_default();
            out.push(unreadable(place, label));
            None
        }
        Err(error) => {
            let missing = error.message().starts_with("missing field");
            let mut finding = unreadable(error.span(), error.message().to_owned());
            if missing {
                finding.code = Code::MissingKey;
            }
            out.push(finding);
            None
        }
    }
}

/// Takes out the keys that a table can't have.
fn drop_unknown(number: usize, table: &mut DeTable<'_>, known: &[String], what: &str, out: &mut Vec<Finding>) {
    let mut unknown = Vec::new();
    for (key, _) in table.iter().filter(|(key, _)| !known.iter().any(|k| k == key.get_ref().as_ref())) {
        unknown.push(key.get_ref().to_string());
        let near = nearest(key.get_ref(), known);
        let help =
            near.map_or_else(|| format!("take it out; {what} has: {}", known.join(", ")), |n| format!("did you mean `{n}`?"));
        let label = format!("{what} has no key `{}`", key.get_ref());
        out.push(Finding { code: Code::UnknownKey, file: number, place: key.span(), label, help });
    }
    for key in unknown {
        table.remove(key.as_str());
    }
}

/// The known key that is a letter or two away.
fn nearest<'k>(key: &str, known: &'k [String]) -> Option<&'k str> {
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    let away = |name: &str| {
        let (a, b) = (letters(key), letters(name));
        let common = a.iter().filter(|c| b.contains(c)).count().min(b.iter().filter(|c| a.contains(c)).count());
        a.len().max(b.len()) - common
    };
    known.iter().map(|k| (away(k), k.as_str())).filter(|(d, k)| *d <= 2 && *d * 2 < k.len()).min().map(|(_, k)| k)
}

/// What must be there and is not.
pub(crate) fn check(number: usize, text: &str, file: &File, out: &mut Vec<Finding>) {
    let mut push = |code, place, label: &str, help: &str| {
        out.push(Finding { code, file: number, place, label: label.to_owned(), help: help.to_owned() });
    };
    let head = 0..text.lines().next().map_or(0, str::len);
    if file.format.span().is_empty() {
        push(Code::NoFormat, head.clone(), "it is read as format 1", "write `format = 1` at the head of the file");
    }
    for (key, missing) in [("family", file.family.is_none()), ("role", file.role.is_none())] {
        if missing && !file.rule.is_empty() {
            let label = format!("a file with rules needs `{key}`");
            push(Code::MissingKey, head.clone(), &label, &format!("write `{key} = \"...\"` at the head of the file"));
        }
    }
    for spanned in &file.rule {
        let rule = spanned.get_ref();
        // The mark of a rule's head is enough: the whole rule is long.
        let place = rule_head(text, spanned.span());
        if rule.why.is_empty() && file.why.is_empty() {
            push(
                Code::NoWhy,
                place.clone(),
                "nothing says what it is for",
                "add `why`, in a sentence, to the rule or to its file",
            );
        }
        if rule.patterns.is_empty() {
            push(Code::MissingKey, place.clone(), "no pattern", "add a pattern, or take the rule out");
        }
        for (key, examples) in [("matches", &rule.matches), ("allows", &rule.allows)] {
            if examples.is_empty() {
                let help = match key {
                    "matches" => "add what it must match, the words in brackets: matches = [\"We [sent you a mug].\"]",
                    _ => "add what it must not match, the nearer to a match the better: allows = [\"You sent us a mug.\"]",
                };
                push(Code::MissingExample, place.clone(), &format!("no example in `{key}`"), help);
            }
        }
        for example in &rule.matches {
            if unbracket(example.get_ref()).1.is_none_or(|s| s.is_empty()) {
                let help = "put [brackets] around the words that the rule is to match";
                push(Code::NoSpan, example.span(), "no span is marked", help);
            }
        }
    }
}

/// Families, rules and classes that two places define.
pub(crate) fn twice(opened: &[Opened<'_>], out: &mut Vec<Finding>) {
    let mut first: HashMap<(&str, &str), (usize, Range<usize>)> = HashMap::new();
    for (number, Opened { text, file, .. }) in opened.iter().enumerate() {
        let families = file.family.as_deref().filter(|_| !file.rule.is_empty()).map(|f| ("family", f, line(text, "family")));
        let classes = file.class.keys().map(|c| ("class", c.as_str(), line(text, c)));
        let rules = file.rule.iter().map(|r| ("rule", r.get_ref().id.as_str(), rule_head(text, r.span())));
        for (kind, name, place) in families.into_iter().chain(classes).chain(rules) {
            let Some((other, there)) = first.insert((kind, name), (number, place.clone())) else { continue };
            // Of the two the one that is looked at is to change, whichever came first.
            let (file, place, other) = if opened[number].wanted { (number, place, other) } else { (other, there, number) };
            let label = format!("{kind} {name:?} is defined in {} too", opened[other].name);
            out.push(Finding { code: Code::Twice, file, place, label, help: format!("give the {kind} another name") });
        }
    }
}

/// Where a rule begins: its `[[rule]]`, or as much of one that is written otherwise.
fn rule_head(text: &str, span: Range<usize>) -> Range<usize> {
    span.start..text.floor_char_boundary(span.end.min(span.start + "[[rule]]".len()))
}

/// The first line that sets a key.
fn line(text: &str, key: &str) -> Range<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.split('=').next().is_some_and(|k| k.trim() == key) {
            return at..at + line.trim_end().len();
        }
        at += line.len();
    }
    0..0
}
