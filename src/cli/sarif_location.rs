//! Where evidence stands, in the terms of SARIF: a file and a region, in UTF-16 code units.

use serde::Serialize;

use crate::cli::id::Id;
use crate::cli::reason::Words;
use crate::{Evidence, Report, Role};

/// A text, as everything for people is written in SARIF.
#[derive(Debug, Serialize)]
pub(crate) struct Message {
    text: String,
}

impl Message {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into() }
    }

    /// Words of a message, which must not be taken for a link or a placeholder.
    pub fn literal(text: &str) -> Self {
        let mut out = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                '{' | '}' => out.extend([c, c]),
                '[' | ']' | '\\' => out.extend(['\\', c]),
                _ => out.push(c),
            }
        }
        Self { text: out }
    }
}

/// A place in a message.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<Logical>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    relationships: Vec<Relationship>,
    #[serde(skip)]
    role: Option<Role>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Debug, Serialize)]
struct Artifact {
    uri: String,
}

/// The message, where it has a name of its own, or the part of it that the region counts in.
#[derive(Debug, Serialize)]
struct Logical {
    name: String,
    kind: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
    char_offset: usize,
    char_length: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Message>,
}

#[derive(Debug, Serialize)]
struct Relationship {
    target: usize,
    kinds: [&'static str; 1],
    description: Message,
}

/// The message as a whole.
pub(crate) fn whole(id: &Id) -> Location {
    Location {
        id: None,
        physical_location: Physical { artifact_location: Artifact { uri: id.uri() }, region: None },
        logical_locations: id.given().map(|name| Logical { name, kind: "message" }).into_iter().collect(),
        message: None,
        relationships: Vec::new(),
        role: None,
    }
}

impl Location {
    /// Where one piece of evidence stands.
    pub fn new(report: &Report, id: &Id, evidence: &Evidence, words: Words) -> Self {
        let mut location = whole(id);
        location.physical_location.region = region(report, evidence, words);
        location.logical_locations.extend(evidence.part.iter().map(|part| Logical { name: part.clone(), kind: "part" }));
        location.message = Some(Message::new(format!("{} ({})", evidence.role.name(), evidence.rule)));
        location.role = Some(evidence.role);
        location
    }

    /// The same with arrows to the requests among the other locations of its result.
    pub fn pointing_at(mut self, others: &[Location]) -> Self {
        if self.role != Some(Role::Request) {
            let requests = others.iter().filter(|o| o.role == Some(Role::Request)).filter_map(|o| o.id);
            let arrow =
                |target| Relationship { target, kinds: ["relevant"], description: Message::new("is what the ask leans on") };
            self.relationships = requests.map(arrow).collect();
            self.id = Some(0);
        }
        self
    }
}

/// The region of evidence in the text of its part.
fn region(report: &Report, evidence: &Evidence, words: Words) -> Option<Region> {
    let part = report.parts.iter().flatten().find(|p| p.part == evidence.part)?;
    let [start, end] = evidence.bytes;
    let column = |at: usize| {
        let line = part.text[..at].rfind('\n').map_or(0, |i| i + 1);
        1 + part.text[line..at].encode_utf16().count()
    };
    let text = &part.text[start..end];
    Some(Region {
        start_line: evidence.line,
        start_column: column(start),
        end_line: evidence.line + text.matches('\n').count(),
        end_column: column(end),
        char_offset: evidence.utf16[0],
        char_length: evidence.utf16[1] - evidence.utf16[0],
        snippet: (words == Words::Quoted).then(|| Message::new(text)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_a_message_are_no_link_and_no_placeholder() {
        assert_eq!(Message::literal("see [here](http://x.example) {0}").text, "see \\[here\\](http://x.example) {{0}}");
    }
}
