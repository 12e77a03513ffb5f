//! What a run adds up to: the counts that standard error is told at its end.

use std::fmt;

use crate::Level;

/// Counts by outcome.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    levels: [u64; 4],
    pub not_judged: u64,
    pub skipped: u64,
    pub seen_files: u64,
    pub seen_messages: u64,
    pub bad_lines: u64,
    pub errors: u64,
}

impl Summary {
    pub fn count(&mut self, level: Option<Level>) {
        match level {
            Some(level) => self.levels[level as usize] += 1,
            None => self.not_judged += 1,
        }
    }

    pub fn messages(&self) -> u64 {
        self.levels.iter().sum::<u64>() + self.not_judged
    }

    /// There was nothing to judge, and nothing that failed.
    pub fn is_nothing(&self) -> bool {
        self.messages() + self.errors + self.bad_lines + self.seen_files + self.seen_messages == 0
    }

    /// One message or one failed file needs no sum.
    pub fn is_worth_telling(&self) -> bool {
        let others = self.skipped + self.seen_files + self.seen_messages + self.bad_lines;
        self.messages() + self.errors != 1 || others > 0
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", counted(self.messages(), "message"))?;
        for level in Level::ALL.iter().rev() {
            write!(f, "{} {}, ", self.levels[*level as usize], level.name())?;
        }
        write!(f, "{} not judged", self.not_judged)?;
        let rest = [
            (self.seen_files, "unchanged file", "not read again"),
            (self.seen_messages, "message", "reported before"),
            (self.skipped, "file", "skipped as neither text nor mail"),
            (self.bad_lines, "bad line", "answered with an error"),
        ];
        for (count, what, did) in rest.iter().filter(|r| r.0 > 0) {
            write!(f, "; {} {did}", counted(*count, what))?;
        }
        if self.errors > 0 {
            write!(f, "; {}", counted(self.errors, "error"))?;
        }
        Ok(())
    }
}

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_names_levels_and_only_what_happened_besides() {
        let mut summary = Summary::default();
        for level in [Some(Level::Pressure), Some(Level::None), Some(Level::None), None] {
            summary.count(level);
        }
        assert_eq!(summary.to_string(), "4 messages: 1 pressure, 0 appeal, 0 goodwill, 2 none, 1 not judged");
        (summary.skipped, summary.errors) = (1, 2);
        assert!(summary.to_string().ends_with("not judged; 1 file skipped as neither text nor mail; 2 errors"));
        assert!(!Summary { errors: 1, ..Summary::default() }.is_worth_telling());
        assert!(Summary::default().is_worth_telling());
    }
}
