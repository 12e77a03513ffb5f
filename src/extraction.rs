//! Feature extraction: which features a composed message has, and what each is there for.

use crate::cue::Cue;
use crate::feature::{Features, General};
use crate::finding::{Composition, Order};
use crate::lexicon::Lexicon;
use crate::words::{Role, Tactic};

/// What stands around the cues of a message.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    /// The context stems of the sender's own words in sentences with cues, each with the number of its sentence.
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

/// Borders of a message's length in sentences: in a long message a gift and a request meet by chance.
const LENGTHS: [(usize, General); 3] = [(16, General::Length16), (32, General::Length32), (64, General::Length64)];

/// Most messages have fewer features, counted once for each cause.
const ORDINARY: usize = 32;

/// How many sentences from a finding counter-evidence may stand to count against it.
const BESIDE: usize = 2;

impl Features {
    /// The features of one message, each once, in order: repeating a cue adds nothing.
    pub fn of(&self, lexicon: &Lexicon, cues: &[Cue], composition: &Composition, surroundings: &Surroundings) -> Vec<usize> {
        let mut out = Vec::with_capacity(ORDINARY);
        self.each(lexicon, cues, composition, surroundings, |feature, _| out.push(feature));
        distinct(out)
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
        tell(General::Bias as usize, Cause::Always);
        let in_findings = || composition.findings.iter().flat_map(|f| &f.cues).map(|i| &cues[*i]);
        // Context stems count in the sentences of a finding: they support what was found and never make a finding.
        let found = distinct(in_findings().map(|c| c.sentence).collect());
        for (sentence, context) in surroundings.contexts.iter().filter(|(s, _)| found.binary_search(s).is_ok()) {
            tell(self.of_context(*context), Cause::Sentence(*sentence));
        }
        let mut add = |feature: General, cause: Cause| tell(feature as usize, cause);
        if composition.findings.is_empty() {
            add(General::NothingFound, Cause::Always);
        }
        for finding in &composition.findings {
            let cause = Cause::Finding(finding.tactic);
            if finding.distance == 0 {
                add(General::TieSame, cause);
            }
            if finding.distance <= 1 {
                add(General::TieNear, cause);
            }
            if finding.order == Order::RequestFirst {
                add(General::RequestFirst, cause);
            }
            for i in finding.cues.iter().filter(|i| cues[**i].disguised) {
                add(General::Disguise, Cause::Cue(*i));
            }
        }
        if let Some(pivot) = composition.tied {
            add(General::TiePivot, Cause::Cue(pivot));
        }
        // Different ways of giving or obliging in one message say more than one way said often.
        let rules = || in_findings().map(|c| c.rule);
        let gives = |rule: &usize| matches!(lexicon.family(*rule).role, Role::Gift | Role::Obligation);
        let ways = distinct(rules().filter(gives).collect()).len();
        if ways >= 2 {
            add(General::Breadth, Cause::Count(ways));
        }
        if ways >= 4 {
            add(General::Breadth4, Cause::Count(ways));
        }
        let families = rules().map(|rule| lexicon.rules[rule].family);
        let asks = distinct(families.filter(|f| lexicon.families[*f].role == Role::Request).collect()).len();
        if asks >= 2 {
            add(General::Asks, Cause::Count(asks));
        }
        for (border, length) in LENGTHS {
            if surroundings.sentences >= border && !composition.findings.is_empty() {
                add(length, Cause::Count(surroundings.sentences));
            }
        }
        for finding in &composition.findings {
            tell(Self::of_tactic(finding.tactic), Cause::Finding(finding.tactic));
        }
        for (i, (cue, paired)) in cues.iter().zip(&composition.paired).enumerate() {
            if !cue.zone.is_own() || cue.negated {
                continue;
            }
            let family = lexicon.family(cue.rule);
            // Counter-evidence speaks to the finding that it stands beside; elsewhere it tells the kind of message at most.
            let beside = family.role == Role::Benign && is_near(&found, cue.sentence);
            tell(self.of_rule(cue.rule) + usize::from(!*paired && !beside), Cause::Cue(i));
        }
    }
}

/// Whether a finding stands within reach of a sentence; the sentences of findings are in order.
fn is_near(found: &[usize], sentence: usize) -> bool {
    let next = found.partition_point(|s| *s + BESIDE < sentence);
    found.get(next).is_some_and(|s| *s <= sentence + BESIDE)
}

/// Numbers in order, each once.
fn distinct(mut numbers: Vec<usize>) -> Vec<usize> {
    numbers.sort_unstable();
    numbers.dedup();
    numbers
}
