//! Feature extraction: which features a composed message has, and what each is there for.

use std::collections::BTreeSet;

use crate::cue::Cue;
use crate::feature::{Features, LENGTHS, NOTHING_FOUND};
use crate::finding::{Composition, Order};
use crate::lexicon::Lexicon;
use crate::words::{Role, Tactic};

/// What stands around the cues of a message.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    /// The context stems of the sender's own words, each with the number of its sentence.
    pub contexts: Vec<(usize, u16)>,
    /// The number of the sender's own sentences.
    pub sentences: usize,
}

/// What a feature of a message is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// The kind of message that it is.
    Always,
    /// The finding of a tactic.
    Finding(Tactic),
    /// The cue with this index.
    Cue(usize),
    /// A word in the sentence with this number.
    Sentence(usize),
    /// So many of what it counts.
    Count(usize),
}

/// How many sentences from a finding counter-evidence may stand to count against it.
const BESIDE: usize = 2;

impl Features {
    /// The features of one message, each once, in order: repeating a cue adds nothing.
    pub fn of(&self, lexicon: &Lexicon, cues: &[Cue], composition: &Composition, surroundings: &Surroundings) -> BTreeSet<usize> {
        let mut out = BTreeSet::new();
        self.each(lexicon, cues, composition, surroundings, |feature, _| {
            out.insert(feature);
        });
        out
    }

    /// Tells every feature of a message with what it is there for, once for each cause.
    pub fn each(
        &self,
        lexicon: &Lexicon,
        cues: &[Cue],
        composition: &Composition,
        surroundings: &Surroundings,
        mut tell: impl FnMut(usize, Cause),
    ) {
        tell(0, Cause::Always);
        // Context stems count in the sentences of a finding: they support what was found and never make a finding.
        let found: BTreeSet<usize> = composition.findings.iter().flat_map(|f| &f.cues).map(|i| cues[*i].sentence).collect();
        for (sentence, context) in surroundings.contexts.iter().filter(|(sentence, _)| found.contains(sentence)) {
            tell(self.first_context + usize::from(*context) - 1, Cause::Sentence(*sentence));
        }
        let mut add = |name: &str, cause: Cause| {
            if let Some(feature) = self.by_name.get(name) {
                tell(*feature, cause);
            }
        };
        if composition.findings.is_empty() {
            add(NOTHING_FOUND, Cause::Always);
        }
        for finding in &composition.findings {
            let cause = Cause::Finding(finding.tactic);
            add(finding.tactic.name(), cause);
            if finding.distance == 0 {
                add("tie.same", cause);
            }
            if finding.distance <= 1 {
                add("tie.near", cause);
            }
            if finding.order == Order::RequestFirst {
                add("order.request_first", cause);
            }
            for i in finding.cues.iter().filter(|i| cues[**i].disguised) {
                add("disguise", Cause::Cue(*i));
            }
        }
        if let Some(pivot) = composition.tied {
            add("tie.pivot", Cause::Cue(pivot));
        }
        // Different ways of giving or obliging in one message say more than one way said often.
        let ways: BTreeSet<usize> = composition
            .findings
            .iter()
            .flat_map(|f| &f.cues)
            .map(|i| cues[*i].rule)
            .filter(|r| matches!(lexicon.family(*r).role, Role::Gift | Role::Obligation))
            .collect();
        if ways.len() >= 2 {
            add("breadth", Cause::Count(ways.len()));
        }
        if ways.len() >= 4 {
            add("breadth.4", Cause::Count(ways.len()));
        }
        let asks: BTreeSet<&str> = composition
            .findings
            .iter()
            .flat_map(|f| &f.cues)
            .map(|i| lexicon.family(cues[*i].rule))
            .filter(|f| f.role == Role::Request)
            .map(|f| f.name.as_str())
            .collect();
        if asks.len() >= 2 {
            add("asks", Cause::Count(asks.len()));
        }
        for (border, name) in LENGTHS {
            if surroundings.sentences >= border && !composition.findings.is_empty() {
                add(name, Cause::Count(surroundings.sentences));
            }
        }
        for (i, (cue, paired)) in cues.iter().zip(&composition.paired).enumerate() {
            if !cue.zone.is_own() || cue.negated {
                continue;
            }
            let family = lexicon.family(cue.rule);
            // Counter-evidence speaks to the finding that it stands beside; elsewhere it tells the kind of message at most.
            let beside = family.role == Role::Benign
                && found.range(cue.sentence.saturating_sub(BESIDE)..=cue.sentence + BESIDE).next().is_some();
            tell(self.of_rule(cue.rule) + usize::from(!*paired && !beside), Cause::Cue(i));
        }
    }
}
