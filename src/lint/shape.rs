//! The shape of a file: its keys, and what must be there.

use std::collections::HashMap;
use std::ops::Range;

use serde::Deserialize as _;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer};

use super::{Code, Finding};
use crate::examples::unbracket;
use crate::feature::family_feature;
use crate::format::{FEATURES, File, GOODWILL, check_version, is_blank, line_of, setting};
use crate::near::near;
use crate::pattern::BUILT_IN;
use crate::trial::Opened;
use crate::words::Tactic;

/// Reads a file as far as that can be done, with its unknown keys and missing examples said and made good.
pub(crate) fn read(number: usize, text: &str, out: &mut Vec<Finding>) -> Option<File> {
    let unreadable = |place: Option<Range<usize>>, label: String| Finding {
        code: Code::Unreadable,
        file: number,
        place: place.unwrap_or(0..0),
        label,
        help: "the format is described in lexicons/README.md, and `beholden rules schema` prints it for editors".to_owned(),
    };
    // A later version of the format is said before what it looks like to this one.
    if let Err((place, label)) = check_version(text) {
        out.push(unreadable(place, label));
        return None;
    }
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
        Ok(file) => Some(file),
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
        let help = near(key.get_ref(), known.iter().map(String::as_str))
            .map_or_else(|| format!("take it out; {what} has: {}", known.join(", ")), |n| format!("did you mean `{n}`?"));
        let label = format!("{what} has no key `{}`", key.get_ref());
        out.push(Finding { code: Code::UnknownKey, file: number, place: key.span(), label, help });
    }
    for key in unknown {
        table.remove(key.as_str());
    }
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
    if file.family.as_deref().is_some_and(is_blank) {
        let help = "write a word that its rules have in common";
        push(Code::EmptyName, setting(text, "family"), "the family has no name", help);
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
        if is_blank(&rule.id) {
            let help = "write an id that reports can name, by custom role.family.what";
            push(Code::EmptyName, place.clone(), "the rule has no id", help);
        }
        if is_blank(&rule.why) && is_blank(&file.why) {
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
            for blank in examples.iter().filter(|e| is_blank(e.get_ref())) {
                push(Code::MissingExample, blank.span(), "it says nothing", "write an example, or take it out");
            }
            if examples.is_empty() {
                let help = match key {
                    "matches" => "add what it must match, the words in brackets: matches = [\"We [sent you a mug].\"]",
                    _ => "add what it must not match, the nearer to a match the better: allows = [\"You sent us a mug.\"]",
                };
                push(Code::MissingExample, place.clone(), &format!("no example in `{key}`"), help);
            }
        }
        for example in &rule.matches {
            if !is_blank(example.get_ref()) && unbracket(example.get_ref()).1.is_none_or(|s| s.is_empty()) {
                let help = "put [brackets] around the words that the rule is to match";
                push(Code::NoSpan, example.span(), "no span is marked", help);
            }
        }
    }
}

/// Names that mean something else, or nothing: of rules and classes that are called like something built in, of weights that
/// belong to nothing.
pub(crate) fn names(number: usize, file: &File, families: &[String], text: &str, out: &mut Vec<Finding>) {
    let mut push = |code, place, label: String, help: String| out.push(Finding { code, file: number, place, label, help });
    let is_source = |id: &str| {
        let family = id.strip_suffix(".lone").unwrap_or(id);
        let tactic = Tactic::ALL.iter().any(|t| t.name() == id);
        tactic || (FEATURES.contains(&id) && id != "tactic") || families.iter().any(|f| f == family)
    };
    for spanned in file.rule.iter().filter(|r| is_source(&r.get_ref().id)) {
        let label = format!("contributions have a source {:?}", spanned.get_ref().id);
        let help = "give the rule another id, by custom role.family.what, so that overrides can tell the two apart".to_owned();
        push(Code::TakenName, rule_head(text, spanned.span()), label, help);
    }
    for class in file.class.keys().filter(|c| BUILT_IN.contains(&c.get_ref().as_str())) {
        let label = format!("<{}> is built in", class.get_ref());
        push(Code::TakenName, class.span(), label, "give the class another name".to_owned());
    }
    for (table, known, keys) in [
        ("feature", FEATURES.as_slice(), file.feature.keys().collect::<Vec<_>>()),
        ("goodwill", GOODWILL.as_slice(), file.goodwill.keys().collect()),
    ] {
        for unknown in keys.into_iter().filter(|k| !known.contains(&k.get_ref().as_str())) {
            let help = near(unknown.get_ref(), known.iter().copied())
                .map_or_else(|| format!("take it out; it has: {}", known.join(", ")), |n| format!("did you mean `{n}`?"));
            push(Code::UnknownFeature, unknown.span(), format!("[{table}] has no {:?}", unknown.get_ref()), help);
        }
    }
}

/// The sources of contributions that the families of all files are.
pub(crate) fn families(opened: &[Opened<'_>]) -> Vec<String> {
    let named = |o: &Opened<'_>| Some(family_feature(o.file.role?, o.file.family.as_deref()?));
    opened.iter().filter_map(named).collect()
}

/// Families, rules and classes that two places define.
pub(crate) fn twice(opened: &[Opened<'_>], out: &mut Vec<Finding>) {
    let mut first: HashMap<(&str, &str), (usize, Range<usize>)> = HashMap::new();
    for (number, Opened { text, file, .. }) in opened.iter().enumerate() {
        let families = file.family.as_deref().filter(|_| !file.rule.is_empty()).map(|f| ("family", f, setting(text, "family")));
        let classes = file.class.keys().map(|c| ("class", c.get_ref().as_str(), c.span()));
        let rules = file.rule.iter().map(|r| ("rule", r.get_ref().id.as_str(), rule_head(text, r.span())));
        for (kind, name, place) in families.into_iter().chain(classes).chain(rules) {
            let Some((other, there)) = first.insert((kind, name), (number, place.clone())) else { continue };
            // Of the two the one that is looked at is to change, whichever came first.
            let (file, place, other, elsewhere) =
                if opened[number].wanted { (number, place, other, there) } else { (other, there, number, place) };
            let line = line_of(opened[other].text, elsewhere.start);
            let label = format!("{kind} {name:?} is defined at {}:{line} too", opened[other].name);
            out.push(Finding { code: Code::Twice, file, place, label, help: format!("give the {kind} another name") });
        }
    }
}

/// Where a rule begins: its `[[rule]]`, or as much of one that is written otherwise.
fn rule_head(text: &str, span: Range<usize>) -> Range<usize> {
    span.start..text.floor_char_boundary(span.end.min(span.start + "[[rule]]".len()))
}
