//! Where reports go, in order, and what they add up to.

use std::cmp::Reverse;
use std::io::{self, IsTerminal as _, Write};

use crate::cli::args::{Format, Scan};
use crate::cli::exit::{Exit, Stop};
use crate::cli::judge::Outcome;
use crate::cli::progress::Progress;
use crate::cli::render::{Rank, Renderer};
use crate::cli::state::State;
use crate::cli::summary::Summary;
use crate::cli::{advice, complain, csv, html, sarif};
use crate::{Level, Version};

/// So many bytes are written at once.
const CHUNK: usize = 1 << 16;

/// So many messages at most are judged again if the run is killed.
const UNRECORDED: usize = 1024;

/// So many bad lines are told on standard error where the output answers each of them. Databases and other engines that run the
/// command may never read its standard error, and a full pipe would stop it.
const TOLD: u64 = 100;

/// Writes outcomes.
pub(crate) struct Output<'a> {
    args: &'a Scan,
    renderer: Renderer,
    progress: Progress,
    state: Option<State>,
    stdout: Box<dyn Write>,
    /// Reports share the terminal with the progress line.
    shares_terminal: bool,
    buffer: Vec<u8>,
    written: u64,
    /// Kept until the end for `--sort`.
    rows: Vec<(Option<Rank>, Vec<u8>)>,
    /// Kept until the end for SARIF, which has a place for them there.
    notifications: Vec<Vec<u8>>,
    /// The page of `--format html`.
    page: Option<html::Page>,
    /// Not all that was judged is on its way out, so nothing may be recorded as done.
    holding: bool,
    summary: Summary,
    highest: Option<Level>,
    failed: bool,
}

impl<'a> Output<'a> {
    pub fn new(args: &'a Scan, version: &Version, state: Option<State>, progress: Progress) -> Self {
        let stdout: Box<dyn Write> =
            if args.format == Format::Text { Box::new(anstream::stdout()) } else { Box::new(io::stdout()) };
        let mut buffer = Vec::with_capacity(CHUNK);
        if args.format == Format::Csv {
            buffer = csv::header();
            buffer.push(b'\n');
        } else if args.format == Format::Sarif {
            buffer = sarif::head(version);
        }
        Self {
            args,
            renderer: Renderer::new(args),
            shares_terminal: progress.is_shown() && io::stdout().is_terminal(),
            progress,
            state,
            stdout,
            buffer,
            written: 0,
            rows: Vec::new(),
            notifications: Vec::new(),
            page: (args.format == Format::Html).then(|| html::Page::new(args)),
            holding: args.sort.is_some() || args.format == Format::Html,
            summary: Summary::default(),
            highest: None,
            failed: false,
        }
    }

    pub fn write(&mut self, outcome: Outcome) -> Result<(), Stop> {
        match outcome {
            Outcome::Judged { rendered, done } => {
                self.highest = self.highest.max(rendered.level);
                self.summary.count(rendered.level);
                self.notifications.extend(rendered.notification);
                if let Some((page, entry)) = self.page.as_mut().zip(rendered.entry) {
                    page.add(*entry);
                }
                self.row(rendered.rank, rendered.bytes)?;
                self.done(&done)
            }
            Outcome::Failed { id, cause } => {
                self.say(&format!("{}: {cause}", id.plain()));
                self.failed = true;
                self.summary.errors += 1;
                let bytes = self.renderer.error(&id, &cause);
                if let Some(page) = &mut self.page {
                    page.failed(html::Failure { place: id.plain(), id: None, cause });
                }
                self.failure(bytes)
            }
            Outcome::BadLine { id, cause, file, number } => {
                // In its place, and only --strict makes it an error of the run.
                let place = format!("{file}:{number}");
                self.summary.bad_lines += 1;
                self.say_bad_line(&format!("{place}: {cause}"));
                self.failed |= self.args.strict;
                let bytes = self.renderer.error(&id, &cause);
                if let Some(page) = &mut self.page {
                    page.failed(html::Failure { place, id: id.given(), cause });
                }
                self.failure(bytes)
            }
            Outcome::Skipped => {
                self.summary.skipped += 1;
                Ok(())
            }
            Outcome::SeenMessage { done } => {
                self.summary.seen_messages += 1;
                self.done(&done)
            }
            Outcome::SeenFile => {
                self.summary.seen_files += 1;
                Ok(())
            }
            Outcome::FileEnd { done } => self.done(&done),
            Outcome::Remark(remark) => {
                self.say(&remark);
                Ok(())
            }
            Outcome::End => Ok(()),
        }
    }

    /// Writes out all that is ready, then records it as done.
    pub fn flush(&mut self) -> Result<(), Stop> {
        if !self.buffer.is_empty() {
            let (stdout, buffer) = (&mut self.stdout, &self.buffer);
            let mut write = || stdout.write_all(buffer).and_then(|()| stdout.flush());
            if self.shares_terminal {
                self.progress.aside(write)?
            } else {
                write()?
            }
            self.buffer.clear();
        }
        match &mut self.state {
            Some(state) if !self.holding => Ok(state.record()?),
            _ => Ok(()),
        }
    }

    /// Writes what was kept to be sorted, and tells the sum.
    pub fn finish(mut self) -> Result<Exit, Stop> {
        let mut rows = std::mem::take(&mut self.rows);
        rows.sort_by_key(|row| Reverse(row.0));
        for (_, bytes) in rows {
            self.emit(&bytes)?;
        }
        let exit = self.exit();
        if self.args.format == Format::Sarif {
            self.buffer.extend(sarif::tail(&self.notifications, self.failed, exit));
        } else if self.args.format == Format::Json {
            self.buffer.extend_from_slice(if self.written == 0 { b"[]\n" } else { b"\n]\n" });
        }
        if let Some(page) = self.page.take() {
            self.buffer.extend_from_slice(page.write().as_bytes());
        }
        self.holding = false;
        self.progress.finish();
        self.flush()?;
        if self.summary.is_worth_telling() {
            complain(&self.summary.to_string());
        }
        for advice in advice::on(&self.args.paths, &self.summary) {
            complain(advice);
        }
        Ok(exit)
    }

    fn exit(&self) -> Exit {
        if self.failed {
            Exit::Failed
        } else if self.args.fail_on.is_some_and(|level| self.highest >= Some(level.into())) {
            Exit::Reached
        } else {
            Exit::Done
        }
    }

    fn failure(&mut self, bytes: Vec<u8>) -> Result<(), Stop> {
        if self.args.format == Format::Sarif {
            self.notifications.push(bytes);
            return Ok(());
        }
        self.row(None, bytes)
    }

    fn row(&mut self, rank: Option<Rank>, bytes: Vec<u8>) -> Result<(), Stop> {
        if bytes.is_empty() {
            return Ok(());
        }
        if self.args.sort.is_some() {
            self.rows.push((rank, bytes));
            return Ok(());
        }
        self.emit(&bytes)
    }

    fn emit(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        let (before, after): (&[u8], &[u8]) = match (self.args.format, self.written) {
            (Format::Text, 0) => (b"", b""),
            (Format::Text, _) => (b"\n", b""),
            (Format::Json, 0) => (b"[\n", b""),
            (Format::Sarif, 0) => (b"", b""),
            (Format::Json | Format::Sarif, _) => (b",\n", b""),
            // A page has no rows.
            (Format::Jsonl | Format::Csv | Format::Html, _) => (b"", b"\n"),
        };
        for piece in [before, bytes, after] {
            self.buffer.extend_from_slice(piece);
        }
        self.written += 1;
        if self.buffer.len() >= CHUNK { self.flush() } else { Ok(()) }
    }

    fn done(&mut self, keys: &[crate::cli::state::Key]) -> Result<(), Stop> {
        let Some(state) = &mut self.state else { return Ok(()) };
        state.done(keys);
        if state.pending() >= UNRECORDED && !self.holding { self.flush() } else { Ok(()) }
    }

    fn say_bad_line(&self, message: &str) {
        let is_answered = matches!(self.args.format, Format::Json | Format::Jsonl | Format::Csv | Format::Sarif | Format::Html);
        match self.summary.bad_lines.checked_sub(TOLD + 1).filter(|_| is_answered) {
            None => self.say(message),
            Some(0) => self.say("further bad lines are answered in the output alone"),
            Some(_) => {}
        }
    }

    fn say(&self, message: &str) {
        self.progress.aside(|| complain(message));
    }
}
