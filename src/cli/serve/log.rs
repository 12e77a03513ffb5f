//! The log: one JSON object a line on standard error.

use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::Report;
use crate::cli::headers::Verdict;

/// Writes events. Message text stands in none unless it was asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Log {
    /// Leave out messages that were judged.
    pub quiet: bool,
    /// Write the evidence of each message.
    pub text: bool,
}

impl Log {
    /// Something that goes as it should.
    pub fn event(self, event: &str, fields: Value) {
        write("info", event, fields);
    }

    /// Something that somebody should know.
    pub fn problem(self, event: &str, fields: Value) {
        write("warning", event, fields);
    }

    /// A message that was judged.
    pub fn message(self, mut fields: Value, report: &Report, verdict: &Verdict, seconds: f64) {
        if self.quiet {
            return;
        }
        fields["level"] = json!(report.level);
        fields["risk"] = json!(report.risk);
        if let Some(code) = report.abstained {
            fields["abstained"] = json!(code);
        }
        fields["flagged"] = json!(verdict.flagged);
        fields["tests"] = json!(verdict.tests);
        fields["seconds"] = json!((seconds * 1e6).round() / 1e6);
        if self.text {
            let evidence = report.findings.iter().flat_map(|f| &f.evidence);
            fields["evidence"] = evidence.map(|e| json!({"role": e.role, "rule": e.rule, "text": e.text})).collect();
        }
        write("info", "message", fields);
    }
}

fn write(severity: &str, event: &str, fields: Value) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64());
    let mut line = json!({"time": (now * 1e3).round() / 1e3, "severity": severity, "event": event});
    if let (Value::Object(line), Value::Object(fields)) = (&mut line, fields) {
        line.extend(fields);
    }
    // A closed standard error is nobody's loss.
    let _ = std::io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}
