//! Cues: matches of lexicon rules in a sentence, with false friends taken out and negation noted.

use crate::index::Desk;
use crate::lexicon::Lexicon;
use crate::occurrence::{Occurrences, Seen};
use crate::places::Places;
use crate::span::Span;
use crate::token::Token;
use crate::tokenizer::MAX_SENTENCE_TOKENS;
use crate::words::{Role, Zone};

/// One lexicon match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cue {
    /// Index of the part in the document.
    pub part: usize,
    pub rule: usize,
    /// What the rule matched.
    pub span: Span,
    /// The match with the words around it that a reader needs to see, within its clause.
    pub phrase: Span,
    pub zone: Zone,
    /// Sentence number, counted through the whole message.
    pub sentence: usize,
    pub negated: bool,
    pub disguised: bool,
}

/// More cues than this in one message are not looked at, and a note says so.
pub(crate) const MAX_CUES: usize = 5_000;

/// How many tokens before a cue a negation may stand.
const NEGATION_REACH: usize = 4;

/// A match of a pattern, in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Match {
    pub start: usize,
    pub end: usize,
    pub rule: usize,
    /// The pattern names a negation itself.
    pub negative: bool,
}

/// A sentence, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Index of the part in the document.
    pub part: usize,
    pub zone: Zone,
    /// Its number in the message.
    pub sentence: usize,
}

/// Whoever finds matches in a sentence.
pub(crate) trait Matcher {
    /// Adds every match of every pattern, in any order.
    fn find(&mut self, tokens: &[Token], found: &mut Vec<Match>);
}

/// Adds the cues of one sentence. `found` is memory that is used again.
pub(crate) fn cues(
    lexicon: &Lexicon,
    tokens: &[Token],
    place: Place,
    matcher: &mut impl Matcher,
    found: &mut Vec<Match>,
    out: &mut Vec<Cue>,
) {
    found.clear();
    matcher.find(tokens, found);
    if found.is_empty() {
        return;
    }
    if !lexicon.off.is_empty() {
        found.retain(|m| !lexicon.off[m.rule]);
    }
    found.retain(|m| lexicon.rules[m.rule].zones.is_empty() || lexicon.rules[m.rule].zones.contains(&place.zone));
    first_of_each(found);
    unblock(lexicon, found);
    out.extend(found.iter().map(|m| {
        let matched = &tokens[m.start..m.end];
        let family = lexicon.family(m.rule);
        let can_negate = matches!(family.role, Role::Gift | Role::Request | Role::Obligation) || family.tactic.is_some();
        Cue {
            part: place.part,
            rule: m.rule,
            span: Span::new(matched[0].span.start, matched[matched.len() - 1].span.end),
            phrase: phrase(tokens, m.start, m.end),
            zone: place.zone,
            sentence: place.sentence,
            negated: can_negate && !m.negative && is_negated(lexicon, tokens, m.start, m.end),
            disguised: matched.iter().any(|t| t.disguised),
        }
    }));
}

/// A match is as short as its rule needs; the phrase around it says what is given or asked: up to so many words before and
/// after, within the clause. Both were chosen by the overlap with labelled spans.
const WORDS_BEFORE: usize = 2;
const WORDS_AFTER: usize = 6;

fn phrase(tokens: &[Token], start: usize, end: usize) -> Span {
    let from =
        (start.saturating_sub(WORDS_BEFORE)..start).rev().take_while(|i| !tokens[i + 1].after_break).last().unwrap_or(start);
    let to = (end..tokens.len().min(end + WORDS_AFTER)).take_while(|i| !tokens[*i].after_break).last().map_or(end, |i| i + 1);
    Span::new(tokens[from].span.start, tokens[to - 1].span.end)
}

/// Looks for patterns where the index says that they are worth trying.
pub(crate) struct Indexed<'a> {
    pub lexicon: &'a Lexicon,
    pub scratch: &'a mut Scratch,
}

/// What matching writes on and leaves behind: memory that is used again.
#[derive(Default)]
pub(crate) struct Scratch {
    desk: Desk,
    short: Occurrences<1>,
    long: Occurrences<5>,
}

/// The longest sentence fits.
const _: () = assert!(MAX_SENTENCE_TOKENS <= Occurrences::<5>::MOST);

impl Matcher for Indexed<'_> {
    fn find(&mut self, tokens: &[Token], found: &mut Vec<Match>) {
        let Scratch { desk, short, long } = &mut *self.scratch;
        if tokens.len() <= Occurrences::<1>::MOST {
            find(self.lexicon, tokens, short, desk, found);
        } else {
            find(self.lexicon, tokens, long, desk, found);
        }
    }
}

/// Adds the matches in a sentence, by places of so many words of bits.
pub(crate) fn find<const W: usize>(
    lexicon: &Lexicon,
    tokens: &[Token],
    sentence: &mut Occurrences<W>,
    desk: &mut Desk,
    found: &mut Vec<Match>,
) {
    let Lexicon { programs, index, properties, vocabulary, .. } = lexicon;
    let seen = tokens.iter().map(|t| Seen { word: t.word, kind: t.kind, after_break: t.after_break, label: t.label });
    let sentence = sentence.read(properties, vocabulary.stem_count(), seen);
    let mut look = |pattern, anchors| {
        programs.matches(pattern, &sentence, anchors, |start, end| {
            let (rule, negative) = programs.rule(pattern);
            found.push(Match { start, end, rule, negative });
        });
    };
    index.candidates(&sentence, desk, &mut look);
    if !sentence.labels.is_empty() {
        lexicon.labels.iter().for_each(|pattern| look(*pattern as usize, Places::at(1)));
    }
}

/// Of one rule's overlapping matches the first, and the longest of those that begin together; in order of place.
fn first_of_each(found: &mut Vec<Match>) {
    if found.len() > 1 {
        found.sort_unstable_by_key(|m| (m.rule, m.start, std::cmp::Reverse(m.end), !m.negative));
        found.dedup_by(|b, a| a.rule == b.rule && b.start < a.end);
        found.sort_unstable();
    }
}

/// Takes out what a false friend covers: "free" in "feel free" gives nothing.
fn unblock(lexicon: &Lexicon, matches: &mut Vec<Match>) {
    let blocks = |m: &&Match| lexicon.family(m.rule).blocks;
    if matches.iter().any(|m| blocks(&m)) {
        let blockers: Vec<Match> = matches.iter().filter(blocks).copied().collect();
        matches.retain(|m| {
            matches!(lexicon.family(m.rule).role, Role::Benign | Role::Disclaimer)
                || !blockers.iter().any(|b| b.start < m.end && m.start < b.end)
        });
    }
}

/// Whether a negation stands shortly before the match, in its clause, or in a gap within it.
fn is_negated(lexicon: &Lexicon, tokens: &[Token], start: usize, end: usize) -> bool {
    let negator = |i: usize| lexicon.negators.contains(&tokens[i].word.stem) && !is_idle_negation(lexicon, tokens, i);
    if (start..end).any(negator) {
        return true;
    }
    let mut i = start;
    while i > 0 && start - i < NEGATION_REACH && !tokens[i].after_break {
        i -= 1;
        if negator(i) {
            return true;
        }
    }
    false
}

/// Whether the negator at `at` undoes nothing: "not only", "don't miss", "why not", "no cost".
fn is_idle_negation(lexicon: &Lexicon, tokens: &[Token], at: usize) -> bool {
    let stem = |i: usize| tokens.get(i).map_or(0, |t| t.word.stem);
    lexicon.idle_after.contains(&stem(at + 1)) || (at > 0 && lexicon.idle_before.contains(&stem(at - 1)))
}
