//! The lexicon format, version 1: what a TOML file of rules may say. `lexicons/README.md` explains it to those who write rules,
//! and `lexicons/schema.json` is made from these types.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};
use toml::Spanned;

use crate::error::Error;
use crate::words::{Role, Tactic, Zone};

/// The version of the format that is read.
pub(crate) const FORMAT: u32 = 1;

/// The features that are no family, which `[feature]` gives priors to; `tactic` is every tactic's.
pub(crate) const FEATURES: [&str; 14] = [
    "bias",
    "tie.same",
    "tie.near",
    "tie.pivot",
    "breadth",
    "breadth.4",
    "asks",
    "disguise",
    "nothing_found",
    "order.request_first",
    "length.16",
    "length.32",
    "length.64",
    "tactic",
];

/// What the chance of goodwill is made of, in the order of its weights; `[goodwill]` gives priors to them.
pub(crate) const GOODWILL: [&str; 4] = ["bias", "gift", "thanks", "kindness"];

/// The weight of a feature on the two scores, in log-odds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) struct Prior {
    /// What it adds to the log-odds of an appeal.
    #[serde(default)]
    pub appeal: f64,
    /// What it adds to the log-odds of pressure, given an appeal.
    #[serde(default)]
    pub pressure: f64,
}

/// Whether a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) enum Status {
    /// It makes cues.
    #[default]
    Active,
    /// It is read and its examples are tested, and it contributes nothing.
    Experimental,
}

impl Status {
    /// The name that the files write.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command shows it"))]
    pub fn name(self) -> &'static str {
        match self {
            Status::Active => "active",
            Status::Experimental => "experimental",
        }
    }
}

/// The language that a file's patterns are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(crate) enum Language {
    /// English.
    #[default]
    En,
}

impl Language {
    /// The code that the files write.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command shows it"))]
    pub fn code(self) -> &'static str {
        match self {
            Language::En => "en",
        }
    }
}

/// One file of a beholden lexicon: one family of rules, or the classes, forms and features that all families use.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema), schemars(title = "beholden lexicon", rename = "Lexicon"))]
pub(crate) struct File {
    /// The version of this format: 1.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "reading looked at it"))]
    #[serde(default = "format")]
    #[cfg_attr(feature = "cli", schemars(with = "u32", range(min = 1, max = 1)))]
    pub format: Spanned<u32>,
    /// The language of the patterns.
    #[serde(default)]
    pub language: Language,
    /// The name of the family, one word in lower case. Its rules share a weight. A file with rules needs it.
    #[cfg_attr(feature = "cli", schemars(length(min = 1)))]
    pub family: Option<String>,
    /// What the cues of the family do. A file with rules needs it.
    pub role: Option<Role>,
    /// The tactic that a finding with such a cue is; without one the cue only supports or weakens others.
    pub tactic: Option<Tactic>,
    /// Why the family is there: the pull that it names, in plain words.
    #[serde(default)]
    pub why: String,
    /// The study or the text that `why` rests on, where there is one.
    #[serde(default)]
    pub source: String,
    /// The weight that the family has in a finding before anything is learned; `learn` pulls the learned weight towards it.
    #[serde(default)]
    pub prior: Prior,
    /// The same for a cue that is in no finding.
    #[serde(default)]
    pub lone: Prior,
    /// A match removes overlapping gift, request and obligation cues (false friends).
    #[serde(default)]
    pub blocks: bool,
    /// How many sentences away a request may be; 0 for the default, which is 3.
    #[serde(default)]
    pub reach: usize,
    /// The cue makes a finding without a request: it carries both sides, or names the debt.
    #[serde(default)]
    pub alone: bool,
    /// Where a finding of one of these tactics stands, this family makes none of its own.
    #[serde(default)]
    pub yields_to: Vec<Tactic>,
    /// Whether the family counts; a rule may say otherwise for itself.
    #[serde(default)]
    pub status: Status,
    /// The zones in which the family makes cues: all where there are none. A rule may say otherwise for itself.
    #[serde(default)]
    pub zones: Vec<Zone>,
    /// The rules.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "Vec<RuleSource>"))]
    pub rule: Vec<Spanned<RuleSource>>,
    /// Named word classes, which patterns of every file write as `<name>`: words or short patterns.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "BTreeMap<String, Vec<String>>"))]
    pub class: BTreeMap<Spanned<String>, Vec<Spanned<String>>>,
    /// Irregular forms and spellings that the stemmer does not join: lemma = [forms].
    #[serde(default)]
    pub forms: BTreeMap<String, Vec<String>>,
    /// Priors of features that are no family.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "BTreeMap<String, Prior>"))]
    pub feature: BTreeMap<Spanned<String>, Prior>,
    /// Priors of the chance of goodwill.
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "BTreeMap<String, f64>"))]
    pub goodwill: BTreeMap<Spanned<String>, f64>,
    /// Words whose stems may be learned as context.
    #[serde(default)]
    pub context: Vec<String>,
}

/// One way of saying.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema), schemars(rename = "Rule"))]
pub(crate) struct RuleSource {
    /// Its name in reports, by custom role.family.what.
    #[cfg_attr(feature = "cli", schemars(length(min = 1)))]
    pub id: String,
    /// Why it is there, in a sentence; without it the family's reason is shown.
    #[serde(default)]
    pub why: String,
    /// The study or the text that it rests on, where there is one other than the family's.
    #[serde(default)]
    pub source: String,
    /// Whether it counts; without it the family's status.
    pub status: Option<Status>,
    /// The zones in which it makes cues; without it the family's.
    pub zones: Option<Vec<Zone>>,
    /// The patterns: words (matched by stem), =word (this form), (a|b), x?, x*, ..N (up to N tokens), <class>, ^ and $ (the
    /// sentence's ends), `,` (a clause's border), <label> (the beginning of a button's label).
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>", length(min = 1), inner(length(min = 1))))]
    pub patterns: Vec<Spanned<String>>,
    /// Examples that it must match, with the words that it is to match in [brackets]. `<Text>` is the label of a button.
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>", length(min = 1), inner(regex(pattern = r"\[[^\[\]]+\]"))))]
    pub matches: Vec<Spanned<String>>,
    /// Examples that it must not match, the nearer to a match the better.
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>", length(min = 1), inner(length(min = 1))))]
    pub allows: Vec<Spanned<String>>,
}

fn format() -> Spanned<u32> {
    Spanned::new(0..0, FORMAT)
}

/// What is wrong with a text, and the bytes that it is about, where they are known.
pub(crate) type Complaint = (Option<Range<usize>>, String);

/// Whether a text says that it is of a format that is read, or nothing of its format.
///
/// # Errors
/// It is of another version.
pub(crate) fn check_version(text: &str) -> Result<(), Complaint> {
    /// What a file of any version says.
    #[derive(Deserialize)]
    struct Head {
        #[serde(default = "format")]
        format: Spanned<u32>,
    }
    match toml::from_str(text) {
        Ok(Head { format }) if *format.get_ref() != FORMAT => {
            let cause = format!("lexicon format {} is not known; this beholden reads format {FORMAT}", format.get_ref());
            Err((Some(format.span()), cause))
        }
        _ => Ok(()),
    }
}

/// Reads a file as far as its types go.
///
/// # Errors
/// It is no TOML, or not of this format.
pub(crate) fn read(text: &str) -> Result<File, Complaint> {
    check_version(text)?;
    toml::from_str(text).map_err(|e| (e.span(), e.message().to_owned()))
}

/// Reads a named file.
///
/// # Errors
/// It can't be read, or something that must be there is not; the error names the file and its line.
pub(crate) fn parse(name: &str, text: &str) -> Result<File, Error> {
    let error = |(span, cause): Complaint| Error::at(name, span.map(|s| line_of(text, s.start)), cause);
    let file = read(text).map_err(error)?;
    check(&file).map_err(error)?;
    Ok(file)
}

/// What the types can't say: names that are no names, examples that are not there.
fn check(file: &File) -> Result<(), Complaint> {
    for (table, known, keys) in [
        ("feature", FEATURES.as_slice(), file.feature.keys().collect::<Vec<_>>()),
        ("goodwill", GOODWILL.as_slice(), file.goodwill.keys().collect()),
    ] {
        if let Some(unknown) = keys.into_iter().find(|k| !known.contains(&k.get_ref().as_str())) {
            let cause = format!("[{table}] has no {:?}; it has {}", unknown.get_ref(), known.join(", "));
            return Err((Some(unknown.span()), cause));
        }
    }
    if file.family.as_deref().is_some_and(is_blank) {
        return Err((None, "`family` is empty".to_owned()));
    }
    for spanned in &file.rule {
        let rule = spanned.get_ref();
        let fail = |cause: String| Err((Some(spanned.span()), cause));
        if is_blank(&rule.id) {
            return fail("a rule's `id` is empty".to_owned());
        }
        for (key, examples) in [("matches", &rule.matches), ("allows", &rule.allows)] {
            if examples.is_empty() {
                return fail(format!("rule {:?} has no example in `{key}`", rule.id));
            }
            if let Some(blank) = examples.iter().find(|e| is_blank(e.get_ref())) {
                return Err((Some(blank.span()), format!("an example in `{key}` of rule {:?} is empty", rule.id)));
            }
        }
    }
    Ok(())
}

/// Whether a text says nothing.
pub(crate) fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// The 1-based line of an offset.
pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1
}

/// The first line of a file that sets a key, in bytes; empty, at its beginning, where none does so plainly.
pub(crate) fn setting(text: &str, key: &str) -> Range<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.split_once('=').is_some_and(|(k, _)| k.trim() == key) {
            return at..at + line.trim_end().len();
        }
        at += line.len();
    }
    0..0
}
