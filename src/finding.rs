//! Cues composed into findings: which gift carries which request, by order, nearness, condition and zone.

use serde::Serialize;

use crate::cue::Cue;
use crate::lexicon::Lexicon;
use crate::words::{Role, Tactic, Zone};

/// Whether the gift or the request comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum Order {
    /// The gift stands before the request, or both stand in one phrase.
    GiftFirst,
    /// The request stands before the gift.
    RequestFirst,
}

/// Cues composed into a tactic; indices are into the message's cues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Composed {
    pub tactic: Tactic,
    pub cues: Vec<usize>,
    /// Sentence borders between the closest gift and request.
    pub distance: usize,
    pub order: Order,
}

/// The findings that are being composed, one for each tactic at most, by its number.
type Drafts = [Option<Composed>; Tactic::ALL.len()];

/// What composing a message gives.
#[derive(Debug, Default)]
pub(crate) struct Composition {
    pub findings: Vec<Composed>,
    /// For each cue, whether it stands in a finding.
    pub paired: Vec<bool>,
    /// The pivot, if one does, that ties a gift to its request.
    pub tied: Option<usize>,
}

/// What composing decides on a cue, in the order in which it decides; of some cues it decides more than one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// These are not the sender's own words.
    OtherZone(Zone),
    /// A negation undoes it.
    Negated,
    /// Its family makes no finding: it asks, ties, disclaims or speaks against.
    MakesNone,
    /// It makes a finding with the request that is closest.
    Pairs { tactic: Tactic, request: usize, distance: usize },
    /// It makes a finding without a request within reach.
    Alone { tactic: Tactic },
    /// Nothing is asked anywhere in the sender's own words.
    NoRequest { tactic: Tactic },
    /// The closest request is further away than its family reaches, in sentence borders.
    TooFar { tactic: Tactic, request: usize, distance: usize, reach: usize },
    /// Its finding became part of another, whose tactic says what it is.
    Moves { from: Tactic, to: Tactic },
    /// It stands in or next to a finding's sentences, and becomes part of it.
    Beside { tactic: Tactic },
    /// It stands further away from a finding.
    NotBeside { tactic: Tactic },
}

/// Composes the sender's own cues, in one sweep over the message.
pub(crate) fn compose(lexicon: &Lexicon, cues: &[Cue]) -> Composition {
    compose_and_tell(lexicon, cues, |_, _| {})
}

/// Composes, and tells of each cue, by its index, what was decided.
pub(crate) fn compose_and_tell(lexicon: &Lexicon, cues: &[Cue], mut tell: impl FnMut(usize, Fate)) -> Composition {
    let counts = |c: &Cue| c.zone.is_own() && !c.negated;
    let requests: Vec<(usize, usize)> = cues
        .iter()
        .enumerate()
        .filter(|(_, c)| counts(c) && lexicon.family(c.rule).role == Role::Request)
        .map(|(i, c)| (c.sentence, i))
        .collect();
    let mut drafts = Drafts::default();
    for (i, cue) in cues.iter().enumerate() {
        if !counts(cue) {
            tell(i, if cue.negated { Fate::Negated } else { Fate::OtherZone(cue.zone) });
            continue;
        }
        let family = lexicon.family(cue.rule);
        let Some(tactic) = family.tactic else {
            tell(i, Fate::MakesNone);
            continue;
        };
        let nearest = nearest(&requests, cues, i);
        let near = nearest.filter(|(distance, _)| *distance <= family.reach);
        tell(
            i,
            match (near, nearest) {
                (Some((distance, request)), _) => Fate::Pairs { tactic, request, distance },
                _ if family.alone => Fate::Alone { tactic },
                (_, Some((distance, request))) => Fate::TooFar { tactic, request, distance, reach: family.reach },
                _ => Fate::NoRequest { tactic },
            },
        );
        if near.is_none() && !family.alone {
            continue;
        }
        let (distance, request) = near.map_or((0, None), |(d, r)| (d, Some(r)));
        let order = if request.is_some_and(|r| (cues[r].part, cues[r].span.start) < (cue.part, cue.span.start)) {
            Order::RequestFirst
        } else {
            Order::GiftFirst
        };
        let draft = drafts[tactic as usize].get_or_insert_with(|| Composed { tactic, cues: Vec::new(), distance, order });
        if distance < draft.distance {
            draft.distance = distance;
            draft.order = order;
        }
        draft.cues.push(i);
        draft.cues.extend(request);
    }
    called_in(lexicon, cues, &mut drafts, &mut tell);
    give_way(lexicon, cues, &mut drafts, &mut tell);
    let tied = tie(lexicon, cues, &mut drafts, &mut tell);
    let mut composition = Composition { findings: drafts.into_iter().flatten().collect(), paired: vec![false; cues.len()], tied };
    for finding in &mut composition.findings {
        finding.cues.sort_unstable();
        finding.cues.dedup();
        for i in &finding.cues {
            composition.paired[*i] = true;
        }
    }
    composition
}

/// The request closest to a cue, in sentences and then in bytes; on a tie the one that follows.
fn nearest(requests: &[(usize, usize)], cues: &[Cue], of: usize) -> Option<(usize, usize)> {
    let sentence = cues[of].sentence;
    let after = requests.partition_point(|(s, _)| *s < sentence);
    let within = requests[after..].iter().take_while(|(s, _)| *s == sentence).take(8);
    let gap = |i: usize| cues[i].span.start.abs_diff(cues[of].span.start);
    if let Some((_, request)) = within.min_by_key(|(_, r)| gap(*r)) {
        return Some((0, *request));
    }
    let next = requests.get(after).map(|(s, r)| (s - sentence, *r));
    let previous = after.checked_sub(1).map(|p| (sentence - requests[p].0, requests[p].1));
    match (previous, next) {
        (Some(p), Some(n)) => Some(if p.0 < n.0 { p } else { n }),
        (p, n) => p.or(n),
    }
}

/// A favour that is named next to a debt is the favour that is called in, not a gift of its own.
fn called_in(lexicon: &Lexicon, cues: &[Cue], drafts: &mut Drafts, tell: &mut impl FnMut(usize, Fate)) {
    let is_found = |tactic: &Tactic| drafts[*tactic as usize].is_some();
    let Some(debt) = [Tactic::FavorDebt, Tactic::PayForward].into_iter().find(is_found) else { return };
    let Some(gifts) = &drafts[Tactic::GiftThenRequest as usize] else { return };
    let handed_over = |i: &usize| lexicon.family(cues[*i].rule).name == "given";
    if !gifts.cues.iter().any(handed_over) {
        join(lexicon, cues, drafts, Tactic::GiftThenRequest, debt, tell);
    }
}

/// Makes a finding part of another.
fn join(lexicon: &Lexicon, cues: &[Cue], drafts: &mut Drafts, from: Tactic, to: Tactic, tell: &mut impl FnMut(usize, Fate)) {
    let moved = drafts[from as usize].take().map(|d| d.cues).unwrap_or_default();
    for i in moved.iter().filter(|i| lexicon.family(cues[**i].rule).tactic.is_some()) {
        tell(*i, Fate::Moves { from, to });
    }
    if let Some(finding) = &mut drafts[to as usize] {
        finding.cues.extend(moved);
    }
}

/// A finding made by families that all yield to a tactic which is found too becomes part of that: a fortune of which the
/// reader is promised a share is a promised return, not a confidence.
fn give_way(lexicon: &Lexicon, cues: &[Cue], drafts: &mut Drafts, tell: &mut impl FnMut(usize, Fate)) {
    for tactic in Tactic::ALL {
        let Some(draft) = &drafts[tactic as usize] else { continue };
        let makers = || draft.cues.iter().map(|i| lexicon.family(cues[*i].rule)).filter(|f| f.tactic == Some(tactic));
        let heir = Tactic::ALL
            .into_iter()
            .find(|other| *other != tactic && drafts[*other as usize].is_some() && makers().all(|f| f.yields_to.contains(other)));
        if let Some(heir) = heir {
            join(lexicon, cues, drafts, tactic, heir, tell);
        }
    }
}

/// Adds pivots and disclaimers that stand in a finding's sentences; says which pivot ties one.
fn tie(lexicon: &Lexicon, cues: &[Cue], drafts: &mut Drafts, tell: &mut impl FnMut(usize, Fate)) -> Option<usize> {
    let mut tied = None;
    for finding in drafts.iter_mut().flatten() {
        let tactic = finding.tactic;
        let mut sentences: Vec<usize> = finding.cues.iter().map(|i| cues[*i].sentence).collect();
        sentences.sort_unstable();
        let mut extra = Vec::new();
        for (i, cue) in cues.iter().enumerate() {
            let family = lexicon.family(cue.rule);
            if !matches!(family.role, Role::Pivot | Role::Disclaimer) || family.tactic.is_some() || !cue.zone.is_own() {
                continue;
            }
            let at = sentences.partition_point(|s| *s < cue.sentence);
            let close =
                sentences.get(at).is_some_and(|s| s - cue.sentence <= 1) || at > 0 && cue.sentence - sentences[at - 1] <= 1;
            tell(i, if close { Fate::Beside { tactic } } else { Fate::NotBeside { tactic } });
            if close {
                extra.push(i);
                if family.role == Role::Pivot && family.name == "pivots" {
                    tied.get_or_insert(i);
                }
            }
        }
        finding.cues.extend(extra);
    }
    tied
}
