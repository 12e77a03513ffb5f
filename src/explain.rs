//! Why a message has its verdict: what became of every cue, what each contribution is there for, and what would alter it.
//!
//! Nothing here decides anything. Composing and scoring tell what they decide while they decide it, and what would be
//! otherwise is found by judging again with rules switched off.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::cue::Cue;
use crate::document::Document;
use crate::engine::{Engine, Reading};
use crate::extraction::Cause;
use crate::finding::{Fate, compose, compose_and_tell};
use crate::format::GOODWILL;
use crate::report::{Contribution, Evidence, Report};
use crate::score::{Scored, UNIT};
use crate::verdict::Verdict;
use crate::words::{Level, Role, Tactic};

/// So many rules of a message are tried, alone and by twos, for the smallest change.
const MAX_TRIED: usize = 32;

/// Why a message has its verdict.
#[derive(Debug, Serialize)]
pub(crate) struct Explanation {
    pub report: Report,
    /// Every cue, in the order of the message, those that count nothing too.
    pub cues: Vec<ExplainedCue>,
    /// As in the report, each with what it is there for.
    pub contributions: Vec<ExplainedContribution>,
    /// What adds up to the log-odds of goodwill where there is no appeal.
    pub goodwill: Vec<GoodwillPart>,
    /// The verdict without each finding.
    pub without_finding: Vec<Otherwise>,
    /// The fewest rules without which the level would be another.
    pub smallest_change: Option<Otherwise>,
    /// The verdict with the overrides that were asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub what_if: Option<WhatIf>,
}

/// The verdict with some overrides.
#[derive(Debug, Serialize)]
pub(crate) struct WhatIf {
    pub overrides: Vec<String>,
    pub level: Option<Level>,
    pub risk: Option<u8>,
    pub score: Option<f64>,
    pub pressure_score: Option<f64>,
}

impl Explanation {
    /// The bare report, where there is nothing to explain.
    pub fn of(report: Report) -> Self {
        Self {
            report,
            cues: Vec::new(),
            contributions: Vec::new(),
            goodwill: Vec::new(),
            without_finding: Vec::new(),
            smallest_change: None,
            what_if: None,
        }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct ExplainedCue {
    #[serde(flatten)]
    pub evidence: Evidence,
    /// What became of it, one thing after the other.
    pub outcome: Vec<Outcome>,
}

/// One thing that became of a cue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Outcome {
    /// One word for programs.
    pub code: &'static str,
    /// The same for people.
    pub detail: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct ExplainedContribution {
    #[serde(flatten)]
    pub contribution: Contribution,
    pub because: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(crate) struct GoodwillPart {
    pub source: &'static str,
    pub value: f64,
}

/// The verdict without some rules.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Otherwise {
    /// The findings that they make, where these are what is left out.
    pub findings: Vec<Tactic>,
    /// The rules, switched off.
    pub off: Vec<String>,
    pub level: Level,
    pub risk: u8,
}

/// Explains the verdict on a document. The engine is the same afterwards.
pub(crate) fn explain(engine: &mut Engine, document: &Document<'_>) -> Explanation {
    let mut explanation = Explanation::of(engine.judge(document));
    let Some(level) = explanation.report.level else { return explanation };
    let reading = engine.read(document);
    let blocked = blocked(engine, document, &reading);
    let scored = engine.scorer.score(&engine.lexicon, &reading.cues, &reading.composition, &reading.surroundings);
    let message = Message { engine, document, reading: &reading, scored: &scored };
    let evidence = message.locate(&reading.cues);
    explanation.cues = message.cues(&evidence, &blocked);
    explanation.contributions = message.contributions(&explanation.report, &evidence);
    let goodwill = engine.scorer.goodwill_parts(&engine.lexicon, &reading.cues);
    explanation.goodwill =
        GOODWILL.iter().zip(goodwill).map(|(source, value)| GoodwillPart { source, value: value as f64 / UNIT }).collect();
    let mut trial = Trial { engine, document, reading: &reading };
    explanation.without_finding = trial.without_findings();
    explanation.smallest_change = trial.smallest(level);
    explanation
}

/// The cues that false friends take out: those that come to light when all rules that block are off.
fn blocked(engine: &mut Engine, document: &Document<'_>, reading: &Reading) -> Vec<Cue> {
    let blockers: Vec<usize> = (0..engine.lexicon.rules.len()).filter(|rule| engine.lexicon.family(*rule).blocks).collect();
    let open = with_off(engine, &blockers, |engine| engine.read(document));
    let key = |c: &Cue| (c.part, c.span, c.rule);
    let seen: BTreeSet<_> = reading.cues.iter().map(key).collect();
    open.cues.into_iter().filter(|c| !seen.contains(&key(c))).collect()
}

/// Does something with these rules switched off, and switches them back.
fn with_off<T>(engine: &mut Engine, rules: &[usize], act: impl FnOnce(&Engine) -> T) -> T {
    let before = engine.lexicon.off.clone();
    rules.iter().for_each(|rule| engine.lexicon.switch(*rule, true));
    let done = act(engine);
    engine.lexicon.off = before;
    done
}

/// A judged message.
struct Message<'a> {
    engine: &'a Engine,
    document: &'a Document<'a>,
    reading: &'a Reading,
    scored: &'a Scored,
}

impl Message<'_> {
    fn locate(&self, cues: &[Cue]) -> Vec<Evidence> {
        let Reading { composition, .. } = self.reading;
        let Engine { lexicon, scorer, .. } = self.engine;
        let verdict = Verdict { document: self.document, lexicon, scorer, cues, composition, scored: self.scored, capped: false };
        verdict.evidence(&(0..cues.len()).collect::<Vec<_>>())
    }

    /// Every cue with what became of it: what composing said, or why it came to no composing.
    fn cues(&self, evidence: &[Evidence], blocked: &[Cue]) -> Vec<ExplainedCue> {
        let mut outcomes: Vec<Vec<Outcome>> = vec![Vec::new(); evidence.len()];
        let mut leaning: BTreeMap<(usize, Tactic), Vec<String>> = BTreeMap::new();
        compose_and_tell(&self.engine.lexicon, &self.reading.cues, |cue, fate| {
            outcomes[cue].push(outcome(fate, evidence[cue].role, evidence));
            if let Fate::Pairs { tactic, request, .. } = fate {
                let places: &mut Vec<String> = leaning.entry((request, tactic)).or_default();
                places.push(place(&evidence[cue]));
                places.dedup();
            }
        });
        for ((request, tactic), places) in leaning {
            let detail = format!("leaned on by {}: {}", places.join(", "), tactic.name());
            outcomes[request].push(Outcome { code: "leaned_on", detail });
        }
        let mut found: Vec<(&Cue, ExplainedCue)> = self
            .reading
            .cues
            .iter()
            .zip(evidence.iter().cloned().zip(outcomes))
            .map(|(cue, (evidence, mut outcome))| {
                outcome.dedup();
                (cue, ExplainedCue { evidence, outcome })
            })
            .collect();
        let left_out: Vec<Cue> = self.reading.left_out.iter().map(|(cue, _)| cue.clone()).collect();
        found.extend(left_out.iter().zip(self.locate(&left_out)).zip(&self.reading.left_out).map(
            |((cue, evidence), (_, phrase))| {
                let detail = format!("left out: it lies within allowed phrase {}", phrase + 1);
                (cue, ExplainedCue { evidence, outcome: vec![Outcome { code: "allowed_phrase", detail }] })
            },
        ));
        found.extend(blocked.iter().zip(self.locate(blocked)).map(|(cue, evidence)| {
            let detail = format!("left out: {} says that this means something else", self.blockers(cue).join(", "));
            (cue, ExplainedCue { evidence, outcome: vec![Outcome { code: "false_friend", detail }] })
        }));
        found.sort_by_key(|(cue, _)| (cue.part, cue.span, cue.rule));
        found.into_iter().map(|(_, explained)| explained).collect()
    }

    /// The rules of the false friends that overlap a cue.
    fn blockers(&self, cue: &Cue) -> Vec<&str> {
        let lexicon = &self.engine.lexicon;
        let all = self.reading.cues.iter().chain(self.reading.left_out.iter().map(|(c, _)| c));
        let mut ids: Vec<&str> = all
            .filter(|c| lexicon.family(c.rule).blocks && c.part == cue.part && c.span.overlaps(cue.span))
            .map(|c| lexicon.rules[c.rule].id.as_str())
            .collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// The report's contributions, each with what it is there for.
    fn contributions(&self, report: &Report, evidence: &[Evidence]) -> Vec<ExplainedContribution> {
        let Reading { cues, composition, surroundings, .. } = self.reading;
        let features = &self.engine.scorer.features;
        let mut causes: BTreeMap<usize, Vec<Cause>> = BTreeMap::new();
        features.each(&self.engine.lexicon, cues, composition, surroundings, |feature, cause| {
            causes.entry(feature).or_default().push(cause);
        });
        let mut explained = Vec::new();
        for (contribution, (feature, _, _)) in report.contributions.iter().zip(&self.scored.parts) {
            let mut because: Vec<String> = Vec::new();
            for cause in causes.get(feature).into_iter().flatten() {
                let why = why(&contribution.source, *cause, evidence);
                if !because.contains(&why) {
                    because.push(why);
                }
            }
            explained.push(ExplainedContribution { contribution: contribution.clone(), because });
        }
        explained
    }
}

/// A decision in words.
fn outcome(fate: Fate, role: Role, evidence: &[Evidence]) -> Outcome {
    let (code, detail) = match fate {
        Fate::OtherZone(zone) => ("other_zone", format!("counts nothing: these are {} words, not the sender's own", zone.name())),
        Fate::Negated => ("negated", "counts nothing: a negation undoes it".to_owned()),
        Fate::MakesNone => ("makes_none", makes_none(role).to_owned()),
        Fate::Pairs { tactic, request, distance } => {
            let request = place(&evidence[request]);
            ("pairs", format!("makes {} with the request at {request}, {}", tactic.name(), sentences(distance)))
        }
        Fate::Alone { tactic } => {
            ("alone", format!("makes {} by itself: no request is in reach and none is needed", tactic.name()))
        }
        Fate::NoRequest { tactic } => ("no_request", format!("makes no {}: nothing is asked", tactic.name())),
        Fate::TooFar { tactic, request, distance, reach } => {
            let request = place(&evidence[request]);
            let far = sentences(distance);
            (
                "too_far",
                format!("makes no {}: the closest request, at {request}, is {far}, and it reaches {reach}", tactic.name()),
            )
        }
        Fate::Moves { from, to } => ("moves", format!("is part of {}, which {} gives way to", to.name(), from.name())),
        Fate::Beside { tactic } => ("beside", format!("stands in or next to the sentences of {}", tactic.name())),
        Fate::NotBeside { tactic } => ("not_beside", format!("stands too far from the sentences of {}", tactic.name())),
    };
    Outcome { code, detail }
}

/// What a cue is there for whose family makes no finding.
fn makes_none(role: Role) -> &'static str {
    match role {
        Role::Request => "asks: what gives or obliges may lean on it",
        Role::Pivot => "ties a finding that stands beside it",
        Role::Disclaimer => "disclaims: it weighs in a finding that stands beside it",
        Role::Benign => "speaks for a plain message, and makes no finding",
        Role::Gift | Role::Obligation => "makes no finding by itself",
    }
}

fn sentences(distance: usize) -> String {
    match distance {
        0 => "in the same sentence".to_owned(),
        1 => "one sentence away".to_owned(),
        n => format!("{n} sentences away"),
    }
}

/// Where a cue stands: `subject`, or line and column, with the part where there are several.
pub(crate) fn place(evidence: &Evidence) -> String {
    match evidence.part.as_deref() {
        Some("subject") => format!("subject:{}", evidence.column),
        None | Some("1") => format!("{}:{}", evidence.line, evidence.column),
        Some(part) => format!("part {part}, {}:{}", evidence.line, evidence.column),
    }
}

/// What a contribution is there for.
fn why(source: &str, cause: Cause, evidence: &[Evidence]) -> String {
    match cause {
        Cause::Always if source == "bias" => "where every message begins".to_owned(),
        Cause::Always => "no cue made a finding".to_owned(),
        Cause::Finding(tactic) => format!("the finding {}", tactic.name()),
        Cause::Cue(cue) => format!("{} at {}", evidence[cue].rule, place(&evidence[cue])),
        Cause::Sentence(_) => "a word in a finding's sentences".to_owned(),
        Cause::Count(n) => match source {
            "asks" => format!("{n} kinds of request"),
            "breadth" | "breadth.4" => format!("{n} ways of giving or obliging"),
            _ => format!("{n} sentences of the sender's own"),
        },
    }
}

/// A message that is judged again with rules switched off.
struct Trial<'a> {
    engine: &'a mut Engine,
    document: &'a Document<'a>,
    reading: &'a Reading,
}

impl Trial<'_> {
    /// The verdict without these rules.
    fn without(&mut self, rules: &[usize]) -> (Level, u8) {
        // A rule that blocks keeps others out: only then the message has to be read again to know what is there without it. A
        // message that was capped is judged by the cues that were read, since so many trials of a long one take minutes.
        let again = !self.reading.capped && rules.iter().any(|rule| self.engine.lexicon.family(*rule).blocks);
        let Reading { cues, surroundings, .. } =
            if again { &with_off(self.engine, rules, |engine| engine.read(self.document)) } else { self.reading };
        let cues: Vec<Cue> = cues.iter().filter(|c| !rules.contains(&c.rule)).cloned().collect();
        let Engine { lexicon, scorer, .. } = &*self.engine;
        let composition = compose(lexicon, &cues);
        let scored = scorer.score(lexicon, &cues, &composition, surroundings);
        (scored.level(&scorer.thresholds), scored.risk())
    }

    fn otherwise(&mut self, findings: Vec<Tactic>, rules: &[usize]) -> Otherwise {
        let (level, risk) = self.without(rules);
        let off = rules.iter().map(|rule| self.engine.lexicon.rules[*rule].id.clone()).collect();
        Otherwise { findings, off, level, risk }
    }

    /// The rules whose cues make a finding, for each finding.
    fn makers(&self) -> Vec<(Tactic, Vec<usize>)> {
        let lexicon = &self.engine.lexicon;
        let rules = |cues: &[usize]| {
            let rules: BTreeSet<usize> = cues.iter().map(|i| self.reading.cues[*i].rule).collect();
            rules.into_iter().filter(|rule| lexicon.family(*rule).tactic.is_some()).collect()
        };
        self.reading.composition.findings.iter().map(|f| (f.tactic, rules(&f.cues))).collect()
    }

    fn without_findings(&mut self) -> Vec<Otherwise> {
        self.makers().into_iter().map(|(tactic, rules)| self.otherwise(vec![tactic], &rules)).collect()
    }

    /// The fewest rules without which the level is another, and of as few those that change the risk least. Where neither one
    /// nor two suffice, whole findings go, at each step the one without which the risk is lowest.
    fn smallest(&mut self, level: Level) -> Option<Otherwise> {
        let counting = self.reading.cues.iter().filter(|c| c.zone.is_own() && !c.negated);
        let rules: BTreeSet<usize> = counting.map(|c| c.rule).collect();
        let rules: Vec<usize> = rules.into_iter().take(MAX_TRIED).collect();
        let (_, risk) = self.without(&[]);
        let ones = rules.iter().map(|r| vec![*r]).collect::<Vec<_>>();
        let twos = (0..rules.len()).flat_map(|i| (i + 1..rules.len()).map(move |j| (i, j)));
        let twos = twos.map(|(i, j)| vec![rules[i], rules[j]]).collect::<Vec<_>>();
        for sets in [ones, twos] {
            let altered: Vec<(Vec<usize>, (Level, u8))> = sets
                .into_iter()
                .map(|set| (self.without(&set), set))
                .filter(|(v, _)| v.0 != level)
                .map(|(v, set)| (set, v))
                .collect();
            if let Some((set, _)) = altered.into_iter().min_by_key(|(_, (_, other))| other.abs_diff(risk)) {
                return Some(self.otherwise(Vec::new(), &set));
            }
        }
        let mut makers = self.makers();
        let (mut findings, mut off) = (Vec::new(), Vec::new());
        while !makers.is_empty() {
            let joined = |more: &[usize]| {
                let all: BTreeSet<usize> = off.iter().chain(more).copied().collect();
                all.into_iter().collect::<Vec<_>>()
            };
            let (_, next) = (0..makers.len()).map(|i| (self.without(&joined(&makers[i].1)).1, i)).min()?;
            let (tactic, rules) = makers.remove(next);
            off = joined(&rules);
            findings.push(tactic);
            if self.without(&off).0 != level {
                return Some(self.otherwise(findings, &off));
            }
        }
        None
    }
}
