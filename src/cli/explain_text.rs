//! An explanation for people: cues, contributions, and what would alter the verdict.

use std::io::{self, Write};

use anstyle::Style;

use crate::cli::text::{abstention, name};
use crate::cli::visible::visible;
use crate::explain::{ExplainedContribution, ExplainedCue, Explanation, Otherwise, WhatIf, place};
use crate::{Level, Report, Thresholds};

/// So many characters of a cue's words are shown.
const SHOWN: usize = 60;

/// So many causes of a contribution are shown.
const CAUSES: usize = 3;

const BOLD: Style = Style::new().bold();

/// Writes an explanation.
pub(crate) fn write(out: &mut impl Write, explanation: &Explanation, thresholds: &Thresholds) -> io::Result<()> {
    let Explanation { report, cues, contributions, what_if, .. } = explanation;
    let id = name(report);
    match report.level {
        Some(level) => writeln!(out, "{BOLD}{id}{BOLD:#}: {}", verdict(Some(level), report.risk))?,
        None => {
            let code = report.abstained.unwrap_or("unknown");
            writeln!(out, "{BOLD}{id}{BOLD:#}: not judged ({code}: {})", abstention(code))?;
        }
    }
    for note in &report.notes {
        writeln!(out, "  note: {}: {}", note.code, visible(&note.detail))?;
    }
    if report.level.is_some() {
        probabilities(out, report, thresholds)?;
        cues_and_fates(out, cues)?;
        sums(out, report, contributions)?;
        goodwill(out, explanation)?;
        alternatives(out, explanation)?;
    }
    what_if.iter().try_for_each(|what_if| overridden(out, report, what_if))
}

fn verdict(level: Option<Level>, risk: Option<u8>) -> String {
    match (level, risk) {
        (Some(level), Some(risk)) => format!("{}, risk {risk} of 100", level.name()),
        _ => "not judged".to_owned(),
    }
}

fn probabilities(out: &mut impl Write, report: &Report, thresholds: &Thresholds) -> io::Result<()> {
    let Some(p) = &report.probability else { return Ok(()) };
    writeln!(out, "\n{BOLD}Levels{BOLD:#}: the highest whose probability reaches its threshold")?;
    for (level, probability, threshold) in [
        (Level::Pressure, p.pressure, thresholds.pressure),
        (Level::Appeal, p.appeal, thresholds.appeal),
        (Level::Goodwill, p.goodwill, thresholds.goodwill),
    ] {
        let reached = if probability >= threshold { "" } else { "  not reached" };
        writeln!(out, "  {:<9} {probability:.4}  from {threshold}{reached}", level.name())?;
    }
    Ok(())
}

fn cues_and_fates(out: &mut impl Write, cues: &[ExplainedCue]) -> io::Result<()> {
    writeln!(out, "\n{BOLD}Cues{BOLD:#}: {}", cues.len())?;
    for ExplainedCue { evidence, outcome } in cues {
        let words = evidence.text.as_deref().map(shown).unwrap_or_default();
        writeln!(out, "  {:<9} {:<10} \"{words}\" ({})", place(evidence), evidence.role.name(), evidence.rule)?;
        for step in outcome {
            writeln!(out, "            {}", step.detail)?;
        }
    }
    Ok(())
}

/// Words on one line, of a length that fits.
fn shown(text: &str) -> String {
    let line = visible(text).split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() > SHOWN { line.chars().take(SHOWN - 1).chain(['…']).collect() } else { line }
}

fn sums(out: &mut impl Write, report: &Report, contributions: &[ExplainedContribution]) -> io::Result<()> {
    writeln!(out, "\n{BOLD}{:<34} {:>8} {:>9}{BOLD:#}", "Contributions, in log-odds", "appeal", "pressure")?;
    for ExplainedContribution { contribution: c, because } in contributions {
        let more = because.len().saturating_sub(CAUSES);
        let mut causes = because[..because.len().min(CAUSES)].join(", ");
        if more > 0 {
            causes += &format!(", and {more} more");
        }
        writeln!(out, "  {:<32} {:>+8.3} {:>+9.3}  {causes}", c.source, c.value, c.pressure)?;
    }
    let (score, pressure) = (report.score.unwrap_or_default(), report.pressure_score.unwrap_or_default());
    writeln!(out, "  {:<32} {score:>+8.3} {pressure:>+9.3}", "score")?;
    writeln!(out, "  P(appeal) = 1 / (1 + e^-appeal); P(pressure) = P(appeal) / (1 + e^-pressure)")
}

fn goodwill(out: &mut impl Write, explanation: &Explanation) -> io::Result<()> {
    let parts: Vec<String> =
        explanation.goodwill.iter().filter(|p| p.value != 0.0).map(|p| format!("{} {:+.3}", p.source, p.value)).collect();
    let sum: f64 = explanation.goodwill.iter().map(|p| p.value).sum();
    writeln!(out, "  goodwill where there is no appeal: {} = {sum:+.3}", parts.join(", "))
}

fn alternatives(out: &mut impl Write, explanation: &Explanation) -> io::Result<()> {
    writeln!(out, "\n{BOLD}What would alter it{BOLD:#}")?;
    for otherwise in &explanation.without_finding {
        writeln!(out, "  {}", without(otherwise))?;
    }
    match &explanation.smallest_change {
        Some(otherwise) => writeln!(out, "  the smallest change: {}", without(otherwise)),
        None => writeln!(out, "  nothing that is here, left out, makes it another level"),
    }
}

/// What is left out, and the verdict then.
fn without(Otherwise { findings, off, level, risk }: &Otherwise) -> String {
    let names: Vec<&str> = findings.iter().map(|t| t.name()).collect();
    let what = match names[..] {
        [] => off.join(" and "),
        [one] => format!("the finding {one}"),
        _ => format!("the findings {}", names.join(" and ")),
    };
    format!("without {what}: {}, {risk}", level.name())
}

fn overridden(out: &mut impl Write, report: &Report, what_if: &WhatIf) -> io::Result<()> {
    writeln!(out, "\n{BOLD}What if{BOLD:#} {}", what_if.overrides.join(", "))?;
    let line = |level, risk, score: Option<f64>, pressure: Option<f64>| match (score, pressure) {
        (Some(score), Some(pressure)) => format!("{}, appeal {score:+.3}, pressure {pressure:+.3}", verdict(level, risk)),
        _ => verdict(level, risk),
    };
    writeln!(out, "  now:  {}", line(report.level, report.risk, report.score, report.pressure_score))?;
    writeln!(out, "  then: {}", line(what_if.level, what_if.risk, what_if.score, what_if.pressure_score))
}
