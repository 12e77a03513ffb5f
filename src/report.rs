//! The report, schema 1: level, risk, findings with evidence spans, and every contribution to the scores.

use serde::Serialize;

use crate::count::count;
use crate::cue::Cue;
use crate::document::Document;
use crate::finding::{Composed, Composition, Order};
use crate::lexicon::Lexicon;
use crate::score::{Scored, Scorer, UNIT};
use crate::words::{Level, Role, Tactic, Zone};

/// At most this many spans of a role stand in a message's findings.
const MAX_SPANS_A_ROLE: usize = 4;

/// A finding that contributes less than this share of the strongest one's is not reported as a finding. The value is where
/// tactic F1 on the readable labelled messages was best.
const FAINT: f64 = 0.35;

/// At most this many cues outside of findings are reported.
const MAX_CUES_REPORTED: usize = 32;

/// So many of them are hidden ones, if there are.
const MAX_HIDDEN_REPORTED: usize = 8;

/// What was found in one message.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Report {
    /// Version of this shape: 1.
    pub schema: u32,
    /// What judged the message.
    pub version: Version,
    /// Who the message is: a path, or what the caller set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<serde_json::Value>,
    /// The language of the sender's words, as an ISO 639-1 code where one exists.
    pub language: Option<String>,
    /// The level, or nothing where the message can't be judged.
    pub level: Option<Level>,
    /// Why the message can't be judged: `language`, `no_text`, `encrypted`, `too_large`, or `allowed_sender` where the
    /// configuration says that this sender's mail is not to be judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstained: Option<&'static str>,
    /// The manipulation-risk rating, 0 to 100: round(100 x (0.3 P(appeal) + 0.7 P(pressure))).
    pub risk: Option<u8>,
    /// Log-odds of level >= appeal: the sum of `contributions[].value`.
    pub score: Option<f64>,
    /// Log-odds of pressure, given appeal: the sum of `contributions[].pressure`.
    pub pressure_score: Option<f64>,
    /// The probabilities of reaching each level.
    pub probability: Option<Probability>,
    /// Cues composed into tactics.
    pub findings: Vec<Finding>,
    /// Evidence in no finding: goodwill, lone gifts, counter-evidence.
    pub cues: Vec<Evidence>,
    /// What adds up to the scores.
    pub contributions: Vec<Contribution>,
    /// What the reader of the report should know about how the message was read.
    pub notes: Vec<Note>,
    /// The texts that the offsets refer to, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<Vec<PartText>>,
}

/// The version of the program and of its data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Version {
    /// The version of this crate.
    pub beholden: &'static str,
    /// The hash of the lexicon files.
    pub lexicon: String,
    /// The hash of the weights file.
    pub weights: String,
    /// The hash of what the configuration changes: weights, rules, allow-lists, thresholds. Absent where it changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub settings: Option<String>,
}

/// Probabilities of reaching a level.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[non_exhaustive]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Probability {
    /// P(level >= goodwill).
    pub goodwill: f64,
    /// P(level >= appeal), the logistic function of `score`.
    pub appeal: f64,
    /// P(level = pressure), P(appeal) times the logistic function of `pressure_score`.
    pub pressure: f64,
}

/// A tactic with its evidence.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Finding {
    /// The tactic.
    pub tactic: Tactic,
    /// What the tactic and its own cues add to the score, in log-odds.
    pub contribution: f64,
    /// Sentence borders between the closest gift and request.
    pub distance: usize,
    /// Which of the two comes first.
    pub order: Order,
    /// The spans, in the order of the message.
    pub evidence: Vec<Evidence>,
}

/// One cue on the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// What the cue does.
    pub role: Role,
    /// The id of the lexicon rule.
    pub rule: String,
    /// The IMAP number of the part, `subject`, or nothing for bare text; an enclosed message's number for its Subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<String>,
    /// Whose words it stands in.
    pub zone: Zone,
    /// A negation undoes it, so it counts for nothing.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub negated: bool,
    /// Exactly the text at the offsets; left out on request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// UTF-8 byte offsets into the part's text, 0-based, half-open.
    pub bytes: [usize; 2],
    /// The same in characters (Unicode scalar values).
    pub chars: [usize; 2],
    /// The same in UTF-16 code units.
    pub utf16: [usize; 2],
    /// The line of the first byte, from 1; only LF ends a line.
    pub line: usize,
    /// The column of the first byte, from 1, in characters.
    pub column: usize,
}

/// What one source adds to the two scores, in log-odds.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Contribution {
    /// A tactic, a family of cues (`.lone` outside of findings), a tie, or `bias`; a rule that was given a weight of its own.
    pub source: String,
    /// Added to `score`.
    pub value: f64,
    /// Added to `pressure_score`.
    pub pressure: f64,
}

/// Something about how the message was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Note {
    /// `depth_limit`, `size_limit`, `capped`, `hidden_cues`, `charset_guessed`, `broken_encoding`, `attachment_skipped` or
    /// `allowed_phrase`.
    pub code: &'static str,
    /// In words or as a number.
    pub detail: String,
}

/// The text of one part, as the offsets count it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct PartText {
    /// The IMAP number of the part, `subject`, or nothing for bare text; an enclosed message's number for its Subject.
    pub part: Option<String>,
    /// Its decoded text.
    pub text: String,
}

impl Report {
    /// Removes message text, for logs that must not hold any.
    pub fn strip_text(&mut self) {
        self.parts = None;
        let evidence = self.findings.iter_mut().flat_map(|f| f.evidence.iter_mut()).chain(self.cues.iter_mut());
        for item in evidence {
            item.text = None;
        }
    }
}

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
    /// Writes the report.
    pub fn report(&self, version: Version, language: Option<String>) -> Report {
        let mut notes: Vec<Note> =
            self.document.notes.iter().map(|(code, detail)| Note { code, detail: detail.clone() }).collect();
        notes.extend(hidden_note(self.lexicon, self.cues));
        let findings = self.clear();
        let (shown, mut capped) = self.shown(&findings);
        let mut within = vec![false; self.cues.len()];
        findings.iter().flat_map(|f| &f.cues).for_each(|i| within[*i] = true);
        let lone: Vec<usize> = (0..self.cues.len()).filter(|i| !within[*i]).collect();
        capped |= lone.len() > MAX_CUES_REPORTED;
        if capped || self.capped {
            notes.push(Note { code: "capped", detail: format!("{} cues found, the first of them shown", self.cues.len()) });
        }
        let lone = self.first_lone(&lone);
        let mut wanted: Vec<usize> = shown.iter().flatten().chain(&lone).copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        let places = self.locate(&wanted);
        let find = |i: &usize| self.evidence(*i, &places);
        let level = self.scored.level(&self.scorer.thresholds);
        let mut report = Report {
            schema: 1,
            version,
            id: None,
            language,
            level: Some(level),
            abstained: None,
            risk: Some(self.scored.risk()),
            score: Some(units(self.scored.score)),
            pressure_score: Some(units(self.scored.pressure_score)),
            probability: Some(Probability {
                goodwill: rounded(self.scored.p_goodwill),
                appeal: rounded(self.scored.p_appeal),
                pressure: rounded(self.scored.p_pressure),
            }),
            findings: findings
                .iter()
                .zip(&shown)
                .map(|(f, shown)| Finding {
                    tactic: f.tactic,
                    contribution: units(self.contribution(f)),
                    distance: f.distance,
                    order: f.order,
                    evidence: shown.iter().map(find).collect(),
                })
                .collect(),
            cues: lone.iter().map(find).collect(),
            contributions: self
                .scored
                .parts
                .iter()
                .map(|(f, value, pressure)| Contribution {
                    source: self.scorer.features.list[*f].name.clone(),
                    value: units(*value),
                    pressure: units(*pressure),
                })
                .collect(),
            notes,
            parts: None,
        };
        report.findings.sort_by(|a, b| b.contribution.total_cmp(&a.contribution));
        report
    }

    /// The lone cues to show. Some room is kept for hidden ones, which come last.
    fn first_lone(&self, lone: &[usize]) -> Vec<usize> {
        let (hidden, seen): (Vec<usize>, Vec<usize>) = lone.iter().partition(|i| self.cues[**i].zone == Zone::Hidden);
        let room = MAX_CUES_REPORTED - hidden.len().min(MAX_HIDDEN_REPORTED);
        let seen = &seen[..seen.len().min(room)];
        seen.iter().chain(&hidden).copied().take(MAX_CUES_REPORTED).collect()
    }

    /// The findings that weigh something beside the strongest; a faint one is a matter of its cues alone.
    fn clear(&self) -> Vec<&Composed> {
        let findings = &self.composition.findings;
        let contributions: Vec<i64> = findings.iter().map(|f| self.contribution(f)).collect();
        let strongest = contributions.iter().copied().max().unwrap_or(0);
        // Where every contribution is negative, a share of the strongest would exclude the strongest itself.
        let floor = (FAINT * strongest as f64).min(strongest as f64);
        findings.iter().zip(&contributions).filter(|(_, c)| **c as f64 >= floor).map(|(f, _)| f).collect()
    }

    /// For each finding the cues to show: the weightiest, at most four a role in the message and none over another.
    fn shown(&self, findings: &[&Composed]) -> (Vec<Vec<usize>>, bool) {
        let mut chosen: Vec<usize> = Vec::new();
        let mut capped = false;
        // Each finding first shows what makes it that tactic; then the weightiest cues of all follow.
        let makers = findings.iter().filter_map(|f| {
            let own = f.cues.iter().filter(|i| self.lexicon.family(self.cues[**i].rule).tactic == Some(f.tactic));
            own.min_by_key(|i| self.rank(**i)).copied()
        });
        let mut rest: Vec<usize> = findings.iter().flat_map(|f| &f.cues).copied().collect();
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
        let of_finding = |f: &&Composed| {
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
        wanted.push(features.of_tactic(finding.tactic));
        wanted.sort_unstable();
        wanted.dedup();
        self.scored.parts.iter().filter(|p| wanted.binary_search(&p.0).is_ok()).map(|p| p.1).sum()
    }

    /// Evidence for the wanted cues, with every kind of offset.
    #[cfg_attr(not(feature = "cli"), allow(dead_code, reason = "only the command asks for it"))]
    pub(crate) fn all_evidence(&self, wanted: &[usize]) -> Vec<Evidence> {
        let places = self.locate(wanted);
        wanted.iter().map(|cue| self.evidence(*cue, &places)).collect()
    }

    /// Where the wanted cues begin and end, each place after the number of its part, in order, found in one pass over each part.
    fn locate(&self, wanted: &[usize]) -> Vec<(usize, Place)> {
        let mut points: Vec<(usize, usize)> = wanted
            .iter()
            .flat_map(|i| [(self.cues[*i].part, self.cues[*i].phrase.start), (self.cues[*i].part, self.cues[*i].phrase.end)])
            .collect();
        points.sort_unstable();
        points.dedup();
        let mut places = Vec::with_capacity(points.len());
        let mut at = Place::default();
        let mut part = usize::MAX;
        for (p, byte) in &points {
            if *p != part {
                part = *p;
                at = Place::default();
            }
            at.advance(&self.document.parts[part].text, *byte);
            places.push((*p, at));
        }
        places
    }

    /// A cue, with every kind of offset.
    fn evidence(&self, cue: usize, places: &[(usize, Place)]) -> Evidence {
        let cue = &self.cues[cue];
        let place = |byte: usize| {
            places
                .binary_search_by_key(&(cue.part, byte), |(part, place)| (*part, place.byte))
                .map_or(Place::default(), |i| places[i].1)
        };
        let (start, end) = (place(cue.phrase.start), place(cue.phrase.end));
        let part = &self.document.parts[cue.part];
        Evidence {
            role: self.lexicon.family(cue.rule).role,
            rule: self.lexicon.rules[cue.rule].id.clone(),
            part: part.id.clone(),
            zone: cue.zone,
            negated: cue.negated,
            text: Some(cue.phrase.of(&part.text).to_owned()),
            bytes: [start.byte, end.byte],
            chars: [start.chars, end.chars],
            utf16: [start.utf16, end.utf16],
            line: start.line + 1,
            column: start.column + 1,
        }
    }
}

impl Report {
    /// A report on what can't be judged.
    pub(crate) fn abstained(document: &Document<'_>, version: Version, language: Option<String>, code: &'static str) -> Self {
        Report {
            schema: 1,
            version,
            id: None,
            language,
            level: None,
            abstained: Some(code),
            risk: None,
            score: None,
            pressure_score: None,
            probability: None,
            findings: Vec::new(),
            cues: Vec::new(),
            contributions: Vec::new(),
            notes: document.notes.iter().map(|(code, detail)| Note { code, detail: detail.clone() }).collect(),
            parts: None,
        }
    }
}

/// That words which the reader can't see give, ask or oblige, if they do.
pub(crate) fn hidden_note(lexicon: &Lexicon, cues: &[Cue]) -> Option<Note> {
    let leans = |c: &&Cue| matches!(lexicon.family(c.rule).role, Role::Gift | Role::Request | Role::Obligation);
    let count = cues.iter().filter(|c| c.zone == Zone::Hidden && !c.negated).filter(leans).count();
    (count > 0).then(|| Note { code: "hidden_cues", detail: count.to_string() })
}

/// A place in a text, counted in every unit.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    byte: usize,
    chars: usize,
    utf16: usize,
    line: usize,
    column: usize,
}

impl Place {
    fn advance(&mut self, text: &str, to: usize) {
        let passed = &text[self.byte..to];
        if passed.is_ascii() {
            let bytes = passed.as_bytes();
            self.chars += bytes.len();
            self.utf16 += bytes.len();
            self.line += count(bytes, |b| b == b'\n');
            self.column = match memchr::memrchr(b'\n', bytes) {
                Some(last) => bytes.len() - last - 1,
                None => self.column + bytes.len(),
            };
            self.byte = to;
            return;
        }
        for c in passed.chars() {
            self.chars += 1;
            self.utf16 += c.len_utf16();
            if c == '\n' {
                self.line += 1;
                self.column = 0;
            } else {
                self.column += 1;
            }
        }
        self.byte = to;
    }
}

fn units(thousandths: i64) -> f64 {
    thousandths as f64 / UNIT
}

fn rounded(probability: f64) -> f64 {
    (probability * 10_000.0).round() / 10_000.0
}
