//! How far a run is: files, messages, rate and time left, on a terminal's standard error and nowhere else.

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

/// A line that is redrawn while a run goes on. Clones show the same line.
#[derive(Clone)]
pub(crate) struct Progress {
    bar: ProgressBar,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    files: AtomicU64,
    messages: AtomicU64,
}

impl Progress {
    /// On standard error where that is a terminal, else nowhere. Whoever types the input needs none either.
    pub fn on_standard_error(reads_stdin: bool) -> Self {
        let typed = reads_stdin && io::stdin().is_terminal();
        let shown = io::stderr().is_terminal() && !typed;
        Self::on(if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() })
    }

    fn on(target: ProgressDrawTarget) -> Self {
        let counts = Arc::new(Counts::default());
        let bar = ProgressBar::with_draw_target(None, target);
        if !bar.is_hidden() {
            let shown = Arc::clone(&counts);
            let line = move |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                let _ = out.write_str(&shown.line(state.elapsed(), state.len().map(|total| (state.pos(), total))));
            };
            let style = ProgressStyle::with_template("{line}").unwrap_or_else(|_| ProgressStyle::default_spinner());
            bar.set_style(style.with_key("line", line));
            bar.enable_steady_tick(Duration::from_millis(250));
        }
        Self { bar, counts }
    }

    pub fn is_shown(&self) -> bool {
        !self.bar.is_hidden()
    }

    /// How many bytes there are in all.
    pub fn set_total(&self, bytes: u64) {
        self.bar.set_length(bytes);
    }

    /// So many bytes of input were read.
    pub fn read(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    pub fn done(&self, files: u64, messages: u64) {
        self.counts.files.fetch_add(files, Ordering::Relaxed);
        self.counts.messages.fetch_add(messages, Ordering::Relaxed);
    }

    /// Takes the line away while something else is written to the terminal.
    pub fn aside<T>(&self, write: impl FnOnce() -> T) -> T {
        if self.is_shown() { self.bar.suspend(write) } else { write() }
    }

    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    /// Counts what is read from a stream.
    pub fn counted<R: Read>(&self, source: R) -> Counted<R> {
        Counted { source, progress: self.clone() }
    }
}

impl Counts {
    fn line(&self, elapsed: Duration, bytes: Option<(u64, u64)>) -> String {
        let (files, messages) = (self.files.load(Ordering::Relaxed), self.messages.load(Ordering::Relaxed));
        let seconds = elapsed.as_secs_f64();
        let rate = if seconds > 0.0 { messages as f64 / seconds } else { 0.0 };
        let mut line = format!("{files} files, {messages} messages, {rate:.0} messages/s");
        // What is left takes as long a byte as what is done took; at first that says nothing yet.
        if let Some((read, total)) = bytes.filter(|(read, total)| *read > 0 && read <= total && seconds > 0.5) {
            let left = Duration::from_secs_f64(seconds * (total - read) as f64 / read as f64);
            let _ = write!(line, ", {} % read, {} left", read * 100 / total, HumanDuration(left));
        }
        line
    }
}

/// A stream whose bytes are counted.
pub(crate) struct Counted<R> {
    source: R,
    progress: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.source.read(buffer)?;
        self.progress.read(read as u64);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use indicatif::InMemoryTerm;

    #[test]
    fn the_line_tells_files_messages_rate_and_time_left() {
        let counts = Counts { files: AtomicU64::new(3), messages: AtomicU64::new(500) };
        let line = counts.line(Duration::from_secs(10), Some((1_000, 4_000)));
        assert_eq!(line, "3 files, 500 messages, 50 messages/s, 25 % read, 30 seconds left");
        assert_eq!(counts.line(Duration::from_secs(10), None), "3 files, 500 messages, 50 messages/s");
        assert_eq!(counts.line(Duration::ZERO, Some((0, 0))), "3 files, 500 messages, 0 messages/s");
    }

    #[test]
    fn it_is_drawn_stands_aside_and_goes() {
        let terminal = InMemoryTerm::new(5, 100);
        let progress = Progress::on(ProgressDrawTarget::term_like(Box::new(terminal.clone())));
        progress.done(1, 7);
        let drawn = || terminal.contents().contains("1 files, 7 messages");
        for _ in 0..100 {
            std::thread::sleep(Duration::from_millis(if drawn() { 0 } else { 50 }));
        }
        assert!(drawn(), "{}", terminal.contents());
        progress.aside(|| assert_eq!(terminal.contents(), ""));
        progress.finish();
        assert_eq!(terminal.contents(), "");
        assert!(!Progress::on(ProgressDrawTarget::hidden()).is_shown());
    }
}
