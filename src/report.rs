//! The report, schema 1: level, risk, findings with evidence spans, and every contribution to the scores.

use serde::Serialize;

use crate::finding::Order;
use crate::words::{Level, Role, Tactic, Zone};

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
