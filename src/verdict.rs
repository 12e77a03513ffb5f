//! A verdict, and which of its findings and cues the report shows.

use crate::cue::Cue;
use crate::document::Document;
use crate::feature::Features;
use crate::finding::{Composed, Composition};
use crate::lexicon::Lexicon;
use crate::score::{Scored, Scorer};
use crate::words::{Role, Zone};

/// At most this many spans of a role stand in a message's findings.
const MAX_SPANS_A_ROLE: usize = 4;

/// A finding that contributes less than this share of the strongest one's is not reported as a finding. The value is where
/// tactic F1 on the readable labelled messages was best.
const FAINT: f64 = 0.35;

/// At most this many cues outside of findings are reported.
pub(crate) const MAX_CUES_REPORTED: usize = 32;

/// So many of them are hidden ones, if there are.
const MAX_HIDDEN_REPORTED: usize = 8;

/// Everything that a report is written from.
pub(crate) struct Verdict<'a> {
    pub document: &'a Document<'a>,
    pub lexicon: &'a Lexicon,
    pub scorer: &'a Scorer,
    pub cues: &'a [Cue],
    pub composition: &'a Composition,
    pub scored: &'a Scored,
    pub capped: bool,
}

impl Verdict<'_> {
    /// The lone cues to show, those that are not within a finding. Some room is kept for hidden ones, which come last.
    pub fn first_lone(&self, within: &[bool]) -> Vec<usize> {
        let lone =
            |hidden: bool| (0..within.len()).filter(move |i| !within[*i] && (self.cues[*i].zone == Zone::Hidden) == hidden);
        let room = MAX_CUES_REPORTED - lone(true).take(MAX_HIDDEN_REPORTED).count();
        let mut first = Vec::with_capacity(within.len().min(MAX_CUES_REPORTED));
        first.extend(lone(false).take(room).chain(lone(true)).take(MAX_CUES_REPORTED));
        first
    }

    /// The findings that weigh something beside the strongest, each with what it contributes; a faint one is a matter of its
    /// cues alone.
    pub fn clear(&self) -> Vec<(&Composed, i64)> {
        let mut findings: Vec<(&Composed, i64)> = self.composition.findings.iter().map(|f| (f, self.contribution(f))).collect();
        let strongest = findings.iter().map(|(_, contribution)| *contribution).max().unwrap_or(0) as f64;
        // Where every contribution is negative, a share of the strongest would exclude the strongest itself.
        let floor = (FAINT * strongest).min(strongest);
        findings.retain(|(_, contribution)| *contribution as f64 >= floor);
        findings
    }

    /// For each finding the cues to show: the weightiest, at most four a role in the message and none over another.
    pub fn shown(&self, findings: &[(&Composed, i64)]) -> (Vec<Vec<usize>>, bool) {
        let mut chosen: Vec<usize> = Vec::new();
        let mut capped = false;
        // Each finding first shows what makes it that tactic; then the weightiest cues of all follow.
        let makers = findings.iter().filter_map(|(f, _)| {
            let own = f.cues.iter().filter(|i| self.lexicon.family(self.cues[**i].rule).tactic == Some(f.tactic));
            own.min_by_key(|i| self.rank(**i)).copied()
        });
        let mut rest: Vec<usize> = findings.iter().flat_map(|(f, _)| &f.cues).copied().collect();
        rest.sort_unstable();
        rest.dedup();
        rest.sort_by_cached_key(|i| self.rank(*i));
        for i in makers.chain(rest) {
            if self.stand_in(&chosen, i).is_some() {
                continue;
            }
            let role = self.role(i);
            if chosen.iter().filter(|j| self.role(**j) == role).count() < MAX_SPANS_A_ROLE {
                chosen.push(i);
            } else {
                capped = true;
            }
        }
        let of_finding = |(f, _): &(&Composed, i64)| {
            let mut mine: Vec<usize> = f.cues.iter().filter_map(|i| self.stand_in(&chosen, *i)).collect();
            mine.sort_unstable();
            mine.dedup();
            mine
        };
        (findings.iter().map(of_finding).collect(), capped)
    }

    fn role(&self, cue: usize) -> Role {
        self.lexicon.family(self.cues[cue].rule).role
    }

    /// The chosen cue that shows what this one would show: itself, or one of its role whose phrase overlaps.
    fn stand_in(&self, chosen: &[usize], cue: usize) -> Option<usize> {
        let (own, role) = (&self.cues[cue], self.role(cue));
        let same = |j: &&usize| {
            let other = &self.cues[**j];
            self.role(**j) == role && other.part == own.part && other.phrase.overlaps(own.phrase)
        };
        chosen.iter().find(same).copied()
    }

    /// Weightiest first, then as they stand in the message.
    fn rank(&self, cue: usize) -> (std::cmp::Reverse<i64>, usize) {
        let feature = self.scorer.features.of_rule(self.cues[cue].rule);
        (std::cmp::Reverse(self.scorer.weight(feature)), cue)
    }

    /// What the tactic itself and its gift, obligation and tie families add.
    fn contribution(&self, finding: &Composed) -> i64 {
        let features = &self.scorer.features;
        let makers = finding.cues.iter().map(|i| self.cues[*i].rule);
        let makers = makers.filter(|r| self.lexicon.family(*r).tactic == Some(finding.tactic));
        let mut wanted: Vec<usize> = makers.map(|r| features.of_rule(r)).collect();
        wanted.push(Features::of_tactic(finding.tactic));
        wanted.sort_unstable();
        wanted.dedup();
        self.scored.parts.iter().filter(|p| wanted.binary_search(&p.0).is_ok()).map(|p| p.1).sum()
    }
}
