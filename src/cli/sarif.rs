//! Reports as SARIF 2.1.0: a result a finding, what can't be judged or read as notifications of the tool.
//!
//! The head goes out first and each result as soon as it is there; only the notifications wait for the end, where the
//! invocation that holds them stands.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::cli::exit::Exit;
use crate::cli::id::Id;
use crate::cli::reason::{self, Words};
use crate::cli::sarif_location::{Location, Message, whole};
use crate::cli::text::abstention;
use crate::{Evidence, Finding, Level, Report, Role, Tactic, Version};

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The rule of a message that reaches a level by the sum of its signs, with no finding that stands out.
const TOGETHER: &str = "signs_together";

/// What a message may need to be told of besides its findings, with what it means.
const NOTIFICATIONS: [(&str, &str); 2] =
    [("not_judged", "The message can't be judged."), ("unreadable", "The input can't be read.")];

/// A rule or a kind of notification.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    id: &'static str,
    short_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_configuration: Option<Configuration>,
}

#[derive(Debug, Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    short_description: Message,
    rules: Vec<Descriptor>,
    notifications: Vec<Descriptor>,
    properties: &'a Version,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'a> {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    rank: u8,
    properties: Properties<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Properties<'a> {
    level: Level,
    risk: Option<u8>,
    score: Option<f64>,
    pressure_score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contribution: Option<f64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<&'a str>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    descriptor: BTreeMap<&'static str, Value>,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
}

/// The document up to its first result.
pub(crate) fn head(version: &Version) -> Vec<u8> {
    let rule = |id, text| Descriptor {
        id,
        short_description: Message::new(text),
        default_configuration: Some(Configuration { level: "warning" }),
    };
    let mut rules: Vec<Descriptor> = Tactic::ALL.iter().map(|t| rule(t.name(), reason::meaning(*t))).collect();
    rules.push(rule(TOGETHER, "No one tactic stands out, but the signs together weigh enough."));
    let notifications = NOTIFICATIONS
        .map(|(id, text)| Descriptor { id, short_description: Message::new(text), default_configuration: None })
        .into();
    let driver = Driver {
        name: "beholden",
        version: version.beholden,
        semantic_version: version.beholden,
        short_description: Message::new("Detects reciprocity-based persuasion"),
        rules,
        notifications,
        properties: version,
    };
    let tool = json(&Tool { driver });
    let mut head = format!("{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"tool\":").into_bytes();
    head.extend(tool);
    head.extend_from_slice(b",\"columnKind\":\"utf16CodeUnits\",\"results\":[\n");
    head
}

/// The document after its last result.
pub(crate) fn tail(notifications: &[Vec<u8>], failed: bool, exit: Exit) -> Vec<u8> {
    let mut tail = format!("\n],\"invocations\":[{{\"executionSuccessful\":{},\"exitCode\":{}", !failed, exit as u8).into_bytes();
    tail.extend_from_slice(b",\"toolExecutionNotifications\":[");
    if !notifications.is_empty() {
        tail.push(b'\n');
    }
    tail.extend(notifications.join(&b",\n"[..]));
    tail.extend_from_slice(b"]}]}]}\n");
    tail
}

/// The results of one report, with a comma between two; nothing where nothing was found.
pub(crate) fn results(report: &Report, id: &Id, no_text: bool) -> Vec<u8> {
    let Some(level) = report.level else { return Vec::new() };
    let words = if no_text { Words::Withheld } else { Words::Quoted };
    let notes: Vec<&str> = report.notes.iter().map(|n| n.code).collect();
    let result = |rule: &'static str, message: Message, finding: Option<&Finding>| {
        let evidence = finding.map_or(&report.cues, |f| &f.evidence);
        let told: Vec<&Evidence> = evidence.iter().filter(|e| e.role != Role::Benign && !e.negated).collect();
        let mut locations: Vec<Location> = told.iter().map(|e| Location::new(report, id, e, words)).collect();
        // A result stands where something is given, or else where a debt is named; the rest of its evidence is related.
        let rank = |role: Role| match role {
            Role::Gift => 0,
            Role::Obligation => 1,
            Role::Request => 2,
            _ => 3,
        };
        let first = (0..told.len()).min_by_key(|i| rank(told[*i].role));
        let main = first.map_or_else(|| whole(id), |first| locations.remove(first));
        for (i, location) in locations.iter_mut().enumerate() {
            location.id = Some(i + 1);
        }
        json(&SarifResult {
            rule_id: rule,
            rule_index: Tactic::ALL.iter().position(|t| t.name() == rule).unwrap_or(Tactic::ALL.len()),
            level: severity(level),
            message,
            locations: vec![main.pointing_at(&locations)],
            related_locations: locations,
            rank: report.risk.unwrap_or(0),
            properties: Properties {
                level,
                risk: report.risk,
                score: report.score,
                pressure_score: report.pressure_score,
                contribution: finding.map(|f| f.contribution),
                notes: notes.clone(),
            },
        })
    };
    if report.findings.is_empty() && level >= Level::Appeal {
        return result(TOGETHER, Message::new("No one tactic stands out, but the signs together weigh enough."), None);
    }
    let all: Vec<Vec<u8>> =
        report.findings.iter().map(|f| result(f.tactic.name(), Message::literal(&reason::reason(f, words)), Some(f))).collect();
    all.join(&b",\n"[..])
}

/// That a message was not judged, and why.
pub(crate) fn not_judged(id: &Id, code: &str) -> Vec<u8> {
    notification(0, "note", &format!("not judged ({code}: {})", abstention(code)), id)
}

/// That an input can't be read, and why.
pub(crate) fn unreadable(id: &Id, cause: &str) -> Vec<u8> {
    notification(1, "error", cause, id)
}

fn notification(index: usize, level: &'static str, text: &str, id: &Id) -> Vec<u8> {
    let descriptor = BTreeMap::from([("id", Value::from(NOTIFICATIONS[index].0)), ("index", Value::from(index))]);
    json(&Notification { descriptor, level, message: Message::literal(text), locations: vec![whole(id)] })
}

/// How loud a result is, by the level of its message.
fn severity(level: Level) -> &'static str {
    match level {
        Level::Pressure => "error",
        Level::Appeal => "warning",
        Level::Goodwill | Level::None => "note",
    }
}

fn json(value: &impl Serialize) -> Vec<u8> {
    let written = serde_json::to_vec(value);
    debug_assert!(written.is_ok(), "these types are written without fail");
    written.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_told_as_loud_as_they_are() {
        assert_eq!(Level::ALL.map(severity), ["note", "note", "warning", "error"]);
    }
}
