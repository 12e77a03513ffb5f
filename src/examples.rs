//! What the rules are, and their own examples: each must match, at the span in brackets, or must not. An example between
//! `<` and `>` is the label of a button.

use crate::card::cards;
use crate::document::Document;
use crate::engine::{Engine, texts};
use crate::error::Error;
use crate::span::Span;
use crate::words::{Role, Tactic};

/// What one rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleInfo<'a> {
    /// The id that evidence names.
    pub id: &'a str,
    /// What its cues do.
    pub role: Role,
    /// The tactic that a pairing makes, if it makes one.
    pub tactic: Option<Tactic>,
    /// Why it is there, in a sentence.
    pub why: &'a str,
}

impl Engine {
    /// Every rule, in the order of the lexicon files.
    pub fn rules(&self) -> impl Iterator<Item = RuleInfo<'_>> {
        self.lexicon.rules.iter().map(|rule| {
            let family = &self.lexicon.families[rule.family];
            let why = if rule.why.is_empty() { &family.why } else { &rule.why };
            RuleInfo { id: &rule.id, role: family.role, tactic: family.tactic, why }
        })
    }

    /// What the examples of the rules say that the rules don't do, one line each with file and line. Rules are tested as their
    /// files have them, experimental ones and those for some zones too, whatever this engine was told to do otherwise.
    pub fn failed_examples(&self) -> Vec<String> {
        let tester = tester(texts(self.embedded, &self.added)).expect("building the engine read the same files");
        tester.failures().into_iter().map(|f| f.line).collect()
    }

    /// The same of a [`tester`], with the example that failed.
    pub(crate) fn failures(&self) -> Vec<Failure> {
        let mut failures = Vec::new();
        let cards = cards(texts(self.embedded, &self.added)).expect("building the engine read the same files");
        for ((index, rule), examples) in self.lexicon.rules.iter().enumerate().zip(cards) {
            let mut fail = |what: String, fault: Fault| {
                let line = format!("{}:{}: {}: {what}", rule.file, rule.line, rule.id);
                failures.push(Failure { rule: index, line, fault });
            };
            for example in &examples.matches {
                let (text, wanted) = unbracket(example);
                let found = self.spans_of(index, &text);
                match wanted {
                    None => fail(format!("no [span] is marked in {example:?}"), Fault::Unwritten),
                    Some(wanted) if !found.iter().any(|f| f.overlaps(wanted)) => {
                        fail(format!("does not match {example:?}"), Fault::Missed(text, wanted));
                    }
                    Some(wanted) if !found.iter().any(|f| overlap(*f, wanted) >= 0.5) => {
                        let shown: Vec<&str> = found.iter().map(|f| f.of(&text)).collect();
                        fail(format!("matches {shown:?}, not the span marked in {example:?}"), Fault::Taken(text));
                    }
                    Some(_) => {}
                }
            }
            for example in &examples.allows {
                if let Some(span) = self.spans_of(index, example).first() {
                    let what = format!("must allow {example:?} and matches {:?}", span.of(example));
                    fail(what, Fault::Taken(example.clone()));
                }
            }
        }
        failures
    }

    fn spans_of(&self, rule: usize, text: &str) -> Vec<Span> {
        let reading = self.read(&example_document(text));
        reading.cues.into_iter().filter(|c| c.rule == rule && !c.negated).map(|c| c.span).collect()
    }
}

/// An engine that is there to run examples: experimental rules count, and a rule makes cues in every zone, since an example
/// is read as a subject wherever its rule is for.
///
/// # Errors
/// A file can't be read, as with any engine.
pub(crate) fn tester<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Result<Engine, Error> {
    let builder = Engine::builder().embedded(false).experimental(true);
    let mut engine = texts.into_iter().fold(builder, |b, (name, text)| b.lexicon(name, text)).build()?;
    engine.lexicon.rules.iter_mut().for_each(|rule| rule.zones.clear());
    Ok(engine)
}

/// An example that a rule does not keep.
pub(crate) struct Failure {
    /// The number of the rule.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command explains it"))]
    pub rule: usize,
    /// File, line, rule and what is wrong.
    pub line: String,
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command explains it"))]
    pub fault: Fault,
}

/// What is wrong with an example, whose text stands without its brackets.
#[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command explains it"))]
pub(crate) enum Fault {
    /// No words of the example are marked.
    Unwritten,
    /// It should match, at these words, and does not.
    Missed(String, Span),
    /// It matches elsewhere than it should, or at all.
    Taken(String),
}

/// An example as a message: its words are the subject, so that nothing makes a quotation or a footer of them.
pub(crate) fn example_document(text: &str) -> Document<'_> {
    let mut document = Document::from_subject_and_text(text, "");
    if let Some(part) = document.parts.first_mut().filter(|_| text.starts_with('<') && text.ends_with('>')) {
        part.labels.push(Span::new(1, text.len() - 1));
    }
    document
}

/// The example without its brackets, and the span that they marked.
pub(crate) fn unbracket(example: &str) -> (String, Option<Span>) {
    match (example.find('['), example.find(']')) {
        (Some(open), Some(close)) if open < close => {
            let text = format!("{}{}{}", &example[..open], &example[open + 1..close], &example[close + 1..]);
            (text, Some(Span::new(open, close - 1)))
        }
        _ => (example.to_owned(), None),
    }
}

/// The share of the union of two spans that they have in common.
fn overlap(a: Span, b: Span) -> f64 {
    let common = a.end.min(b.end).saturating_sub(a.start.max(b.start));
    common as f64 / (a.len() + b.len() - common).max(1) as f64
}
