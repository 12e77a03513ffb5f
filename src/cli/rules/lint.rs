//! `beholden rules lint`: what is wrong with lexicon files and configurations, where, and how to mend it.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use crate::cli::args::RulesPaths;
use crate::cli::complain;
use crate::cli::config_file::{Config, Said, say};
use crate::cli::exit::{Exit, Stop};
use crate::cli::lexicons::{Asked, LexiconFile, config_path};
use crate::cli::rules::lexica::Lexica;
use crate::cli::visible::visible;
use crate::format::Complaint;
use crate::lexicon_files::{is_config, text};
use crate::lint::{Code, Finding, Severity, lint, no_lexicon, overrides, unreadable};

/// Runs the command.
pub(crate) fn run(args: &RulesPaths) -> Result<Exit, Stop> {
    let (named, paths): (Vec<PathBuf>, Vec<PathBuf>) = args.paths.iter().cloned().partition(|p| is_config(p) && !p.is_dir());
    let named = if named.is_empty() { config_path(&args.lexicons).into_iter().collect() } else { named };
    let (configs, mut errors) = configurations(&named);
    // A file that is named twice counts where it is named first.
    let mut asked = Asked { file: None, config: Config::default() };
    asked.add(&paths, "PATH");
    // Where each path stands that a configuration names: the number of the configuration, and the bytes.
    let mut places = Vec::new();
    for (number, config) in configs.iter().enumerate() {
        for (place, lexicon) in &config.said.lexicons {
            asked.add(&[config.folder.join(lexicon)], "lexicons");
            places.push((number, place.clone()));
        }
    }
    asked.add(&args.lexicons.lexicon, "--lexicon");
    let (lexica, unread) = Lexica::of(&asked);

    // What is one's own is looked at: the paths that are named, else what the configuration names. Without either it is the
    // embedded files.
    let own = if paths.is_empty() { places.len() } else { paths.len() };
    let (files, others): (Vec<_>, Vec<_>) = lexica.named.iter().partition(|f| f.of < own);
    let mut files: Vec<(&str, &str)> = files.into_iter().map(LexiconFile::pair).collect();
    let mut beside: Vec<(&str, &str)> = others.into_iter().map(LexiconFile::pair).collect();
    let into = if args.paths.is_empty() && configs.is_empty() { &mut files } else { &mut beside };
    into.splice(0..0, lexica.beside.iter().copied());
    let lexicons = files.len();
    let mut findings = lint(beside, &files);
    let all_read = unread.is_empty();
    for (of, error) in unread {
        match of.checked_sub(paths.len()).and_then(|of| places.get(of)) {
            Some((config, place)) => findings.push(no_lexicon(lexicons + config, place.clone(), error.to_string())),
            None => errors.push(error.to_string()),
        }
    }
    for (number, config) in configs.iter().enumerate() {
        findings.extend(config.broken.clone().map(|complaint| unreadable(lexicons + number, complaint)));
        if config.said.settings.is_empty() {
            continue;
        }
        match lexica.engine(&asked) {
            Ok(mut engine) => {
                let mut found = overrides(lexicons + number, &config.said.settings, &mut engine);
                // What is missing may have the rule that an override names.
                for finding in found.iter_mut().filter(|f| !all_read && f.code == Code::UnknownRule) {
                    finding.help.push_str(" (or a lexicon that can't be read has it: mend that first)");
                }
                findings.extend(found);
            }
            Err(e) => errors.push(format!("the overrides in {} can't be checked before this is mended: {e}", config.name)),
        }
    }
    // What only building finds: a weight out of all bounds, a name that the weights have for something else.
    let sound = errors.is_empty() && findings.iter().all(|f| f.code.what().1 != Severity::Error);
    if sound && !lexica.named.is_empty() {
        errors.extend(lexica.engine(&asked).err().map(|e| e.to_string()));
    }
    files.extend(configs.iter().map(|c| (c.name.as_str(), c.text.as_str())));
    findings.sort_by_key(|f| (f.file, f.place.start, f.code));
    write(&findings, &files)?;
    errors.iter().for_each(|e| complain(e));
    let wrong = findings.iter().any(|f| f.code.what().1 == Severity::Error);
    Ok(match (errors.is_empty(), wrong) {
        (false, _) => Exit::Failed,
        (true, true) => Exit::Reached,
        (true, false) => Exit::Done,
    })
}

/// A configuration that is looked at.
struct Looked {
    name: String,
    /// From where its paths count.
    folder: PathBuf,
    text: String,
    said: Said,
    /// What is wrong with the whole of it.
    broken: Option<Complaint>,
}

/// Reads configurations as far as they can be read, and says which can't.
fn configurations(files: &[PathBuf]) -> (Vec<Looked>, Vec<String>) {
    let (mut configs, mut errors) = (Vec::new(), Vec::new());
    for file in files {
        let text = match text(file) {
            Ok(text) => text,
            Err(error) => {
                errors.push(error.to_string());
                continue;
            }
        };
        let (said, broken) = match say(&text) {
            Ok(said) => (said, None),
            Err(complaint) => (Said::default(), Some(complaint)),
        };
        let folder = file.parent().unwrap_or(Path::new("")).to_owned();
        configs.push(Looked { name: file.display().to_string(), folder, text, said, broken });
    }
    (configs, errors)
}

/// Every finding with its place, and how many there are.
fn write(findings: &[Finding], files: &[(&str, &str)]) -> std::io::Result<()> {
    let mut out = anstream::stdout().lock();
    let styled = std::io::stdout().is_terminal() || anstream::ColorChoice::global() == anstream::ColorChoice::Always;
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    for of_file in findings.chunk_by(|a, b| a.file == b.file) {
        let (name, text) = files[of_file[0].file];
        let lines = Lines::new(text);
        for finding in of_file {
            writeln!(out, "{}\n", render(&renderer, finding, name, &lines))?;
        }
    }
    let errors = findings.iter().filter(|f| f.code.what().1 == Severity::Error).count();
    let many = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let warnings = many(findings.len() - errors, "warning");
    writeln!(out, "{}, {}, {warnings}", many(files.len(), "file"), many(errors, "error"))?;
    out.flush()
}

/// A text and where its lines begin.
struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, starts: std::iter::once(0).chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect() }
    }

    /// The 1-based line of an offset, and where it begins.
    fn of(&self, offset: usize) -> (usize, usize) {
        let line = self.starts.partition_point(|start| *start <= offset);
        (line, self.starts[line - 1])
    }

    /// Where the line of an offset ends.
    fn end(&self, offset: usize) -> usize {
        self.starts.get(self.of(offset).0).map_or(self.text.len(), |next| next - 1)
    }
}

/// A long line is shown as far as this before and after the place.
const AROUND: usize = 70;

fn render(renderer: &Renderer, finding: &Finding, name: &str, lines: &Lines<'_>) -> String {
    let (id, severity, title) = finding.code.what();
    let level = if severity == Severity::Error { Level::ERROR } else { Level::WARNING };
    let text = lines.text;
    let place = finding.place.start.min(text.len())..finding.place.end.min(text.len());
    let ((line, start), end) = (lines.of(place.start), lines.end(place.end));
    // Patterns may be hundreds of letters long: the snippet is cut to what stands around the place.
    let from = border(text, place.start.saturating_sub(AROUND).max(start));
    let to = border(text, (place.end + AROUND).min(end));
    let shown = &text[from..to];
    let at = place.start - from..place.end - from;
    // Names and patterns are quoted there, and a file's own letters may steer a terminal; the snippet looks after itself.
    let [label, help, name] = [&finding.label, &finding.help, name].map(visible);
    let snippet = Snippet::source(shown).line_start(line).path(name).fold(false);
    let report = &[level
        .primary_title(title)
        .id(id)
        .element(snippet.annotation(AnnotationKind::Primary.span(at).label(label)))
        .element(Level::HELP.message(help))];
    renderer.render(report)
}

/// The border of a letter at or before an offset.
fn border(text: &str, offset: usize) -> usize {
    (0..=offset).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}
