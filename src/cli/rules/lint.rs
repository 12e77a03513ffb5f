//! `beholden rules lint`: what is wrong with lexicon files, where, and how to mend it.

use std::io::{IsTerminal as _, Write as _};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::cli::args::RulesPaths;
use crate::cli::exit::{Exit, Stop};
use crate::cli::rules::lexica::Lexica;
use crate::lint::{Finding, Severity, lint};

/// Runs the command.
pub(crate) fn run(args: &RulesPaths) -> Result<Exit, Stop> {
    let lexica = Lexica::read(&args.paths)?;
    let named: Vec<(&str, &str)> = lexica.named.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    // Without a file of one's own the embedded ones are looked at.
    let (beside, files) = if named.is_empty() { (Vec::new(), lexica.beside) } else { (lexica.beside, named) };
    let findings = lint(beside, &files);
    let mut out = anstream::stdout().lock();
    let styled = std::io::stdout().is_terminal() || anstream::ColorChoice::global() == anstream::ColorChoice::Always;
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    for finding in &findings {
        let (name, text) = files[finding.file];
        writeln!(out, "{}\n", render(&renderer, finding, name, text))?;
    }
    let errors = findings.iter().filter(|f| f.code.what().1 == Severity::Error).count();
    let many = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let warnings = many(findings.len() - errors, "warning");
    writeln!(out, "{}, {}, {warnings}", many(files.len(), "file"), many(errors, "error"))?;
    out.flush()?;
    Ok(if errors == 0 { Exit::Done } else { Exit::Reached })
}

/// A long line is shown as far as this before and after the place.
const AROUND: usize = 70;

fn render(renderer: &Renderer, finding: &Finding, name: &str, text: &str) -> String {
    let (id, severity, title) = finding.code.what();
    let level = if severity == Severity::Error { Level::ERROR } else { Level::WARNING };
    let place = finding.place.start.min(text.len())..finding.place.end.min(text.len());
    let line = text[..place.start].matches('\n').count() + 1;
    let start = text[..place.start].rfind('\n').map_or(0, |i| i + 1);
    let end = text[place.end..].find('\n').map_or(text.len(), |i| place.end + i);
    // Patterns may be hundreds of letters long: the snippet is cut to what stands around the place.
    let from = border(text, place.start.saturating_sub(AROUND).max(start));
    let to = border(text, (place.end + AROUND).min(end));
    let shown = &text[from..to];
    let at = place.start - from..place.end - from;
    let snippet = Snippet::source(shown).line_start(line).path(name).fold(false);
    let report = &[level
        .primary_title(title)
        .id(id)
        .element(snippet.annotation(AnnotationKind::Primary.span(at).label(finding.label.as_str())))
        .element(Level::HELP.message(finding.help.as_str()))];
    renderer.render(report)
}

/// The border of a letter at or before an offset.
fn border(text: &str, offset: usize) -> usize {
    (0..=offset).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}
