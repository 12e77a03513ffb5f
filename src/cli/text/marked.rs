//! Passages on a terminal: each row with its marks under it, and arrows in the margin.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::cli::text::passage::{self, Mark, Passage};
use crate::cli::text::rails::{self, Rail};
use crate::cli::text::rows::{self, Row};
use crate::{Report, Role};

/// Between the number of the line and the text: space, bar, space.
const BAR: usize = 3;

/// Marks of one role on one row.
#[derive(Debug, Clone)]
struct Item {
    start: usize,
    end: usize,
    role: Role,
    /// After the marks, or alone where there are none.
    label: Option<String>,
    /// The arrows that begin or end here.
    rails: Vec<usize>,
}

impl Item {
    /// The columns that it needs for itself.
    fn taken(&self) -> (usize, usize) {
        let label = self.label.as_ref().map_or(0, |l| 1 + l.len());
        (if self.rails.is_empty() { self.start } else { 0 }, self.end + label + 1)
    }
}

/// Writes a report's passages.
pub(crate) fn write(out: &mut impl Write, report: &Report, width: usize) -> io::Result<()> {
    let marks = passage::marks(report);
    let (rails, lanes) = rails::rails(report, &marks);
    let passages = passage::passages(report, &marks, width);
    let numbers = passages.iter().map(|p| p.name.len()).max().unwrap_or(0).max(4);
    let margin = numbers + BAR + 2 * lanes;
    let room = width.saturating_sub(margin).max(8);
    let mut drawing = Drawing { report, marks: &marks, rails: &rails, lanes, numbers, room, open: BTreeSet::new() };
    if !passages.is_empty() {
        drawing.row(out, "", "")?;
    }
    let mut last: Option<&Passage> = None;
    for passage in &passages {
        // Passages that do not follow each other are held apart, so that they are not read as one.
        if last.is_some_and(|l| l.part != passage.part || l.name.parse().ok().map(|n: usize| n + 1) != passage.name.parse().ok())
        {
            drawing.row(out, "", "")?;
        }
        last = Some(passage);
        drawing.passage(out, passage)?;
    }
    Ok(())
}

struct Drawing<'a> {
    report: &'a Report,
    marks: &'a [Mark],
    rails: &'a [Rail],
    lanes: usize,
    numbers: usize,
    room: usize,
    /// The arrows that have begun and not ended.
    open: BTreeSet<usize>,
}

impl Drawing<'_> {
    fn passage(&mut self, out: &mut impl Write, passage: &Passage) -> io::Result<()> {
        let Some(part) = self.report.parts.as_deref().unwrap_or_default().get(passage.part) else { return Ok(()) };
        // Two columns are kept for the signs that the line goes on.
        let rows = rows::wrap(&part.text, passage.span, self.room.saturating_sub(2).max(6));
        let here: Vec<usize> = (0..self.marks.len()).filter(|i| self.marks[*i].part == passage.part).collect();
        let marked = |row: &Row| here.iter().any(|i| row.columns(self.marks[*i].span).is_some());
        let end = rows.iter().rposition(marked).map_or(0, |i| i + 1);
        let mut name = passage.name.as_str();
        for (i, row) in rows[..end].iter().enumerate() {
            let lead = if i == 0 && passage.cut.0 { "…" } else { "" };
            let tail = if i + 1 == end && (end < rows.len() || passage.cut.1) { "…" } else { "" };
            let text = format!("{lead}{}{tail}", row.text().trim_end());
            self.row(out, name, &text)?;
            name = "";
            let last = rows[..end].get(i + 1..).unwrap_or_default();
            for line in self.lines(row, last, &here, lead.chars().count()) {
                self.marks(out, &line)?;
            }
        }
        Ok(())
    }

    /// The marks under a row, on as few lines as hold them.
    fn lines(&self, row: &Row, later: &[Row], here: &[usize], shift: usize) -> Vec<Vec<Item>> {
        let mut lines: Vec<Vec<Item>> = Vec::new();
        for i in here {
            let mark = &self.marks[*i];
            let Some((start, end)) = row.columns(mark.span) else { continue };
            let begins = row.cells.iter().any(|c| c.at == mark.span.start);
            let ends = self.ends_in(row, later, mark);
            let label = ends.then(|| self.label(mark));
            let rails: Vec<usize> = if begins {
                (0..self.rails.len()).filter(|r| self.rails[*r].from == *i || self.rails[*r].to == *i).collect()
            } else {
                Vec::new()
            };
            let mut item = Item { start: start + shift, end: end + shift, role: mark.role, label: None, rails };
            let mut under = None;
            match label {
                Some(text) if item.end + 1 + text.len() <= self.room => {
                    item.label = Some(text);
                }
                Some(text) => {
                    let at = item.end.saturating_sub(text.len());
                    under = Some(Item { start: at, end: at, role: mark.role, label: Some(text), rails: vec![] });
                }
                None => {}
            }
            place(&mut lines, item, 0);
            if let Some(under) = under {
                let from = lines.len();
                place(&mut lines, under, from);
            }
        }
        lines
    }

    /// Whether a mark's last column is on this row: none of the rows that follow hold more of it.
    fn ends_in(&self, row: &Row, later: &[Row], mark: &Mark) -> bool {
        let next = later.first().or(Some(row)).and_then(|r| r.cells.first()).map_or(usize::MAX, |c| c.at);
        let reaches = row.cells.last().map_or(0, |c| c.at + 1);
        let more = later.iter().any(|r| r.columns(mark.span).is_some());
        let on_a_later_line = later.is_empty() && next <= mark.span.end && {
            let text = self.report.parts.as_deref().unwrap_or_default().get(mark.part).map_or("", |p| p.text.as_str());
            text.get(reaches.min(mark.span.end)..mark.span.end).is_some_and(|rest| rest.contains('\n'))
        };
        !more && !on_a_later_line
    }

    fn label(&self, mark: &Mark) -> String {
        if self.report.findings.len() < 2 || mark.findings.is_empty() {
            return mark.role.name().to_owned();
        }
        let numbers: Vec<String> = mark.findings.iter().map(usize::to_string).collect();
        format!("{} [{}]", mark.role.name(), numbers.join(","))
    }

    /// The number of a line, its bar, and what is in the margin.
    fn row(&self, out: &mut impl Write, name: &str, text: &str) -> io::Result<()> {
        let margin: String = (0..self.lanes).map(|lane| if self.is_open(lane) { "| " } else { "  " }).collect();
        let line = format!("{name:>width$} | {margin}{text}", width = self.numbers);
        writeln!(out, "{}", line.trim_end())
    }

    fn is_open(&self, lane: usize) -> bool {
        self.open.iter().any(|r| self.rails[*r].lane == lane)
    }

    /// One line of marks, with the arrow that begins or ends on it.
    fn marks(&mut self, out: &mut impl Write, items: &[Item]) -> io::Result<()> {
        write!(out, "{:>width$} | ", "", width = self.numbers)?;
        let turning: Vec<usize> = items.iter().flat_map(|i| i.rails.iter().copied()).collect();
        let first_lane = turning.iter().map(|r| self.rails[*r].lane).min();
        let ends = turning.iter().any(|r| self.open.contains(r) == (self.rails[*r].from < self.rails[*r].to));
        let mut margin = String::new();
        for lane in 0..self.lanes {
            let turns = turning.iter().any(|r| self.rails[*r].lane == lane);
            let across = first_lane.is_some_and(|first| first < lane);
            margin.push(if turns {
                '+'
            } else if self.is_open(lane) {
                '|'
            } else if across {
                '-'
            } else {
                ' '
            });
            margin.push(if turns || across { '-' } else { ' ' });
        }
        for rail in &turning {
            if !self.open.remove(rail) {
                self.open.insert(*rail);
            }
        }
        let mut items: Vec<&Item> = items.iter().collect();
        items.sort_by_key(|i| i.start);
        let mut column = 0;
        let mut pending = margin;
        for item in items {
            let style = style(item.role);
            let filler = if item.rails.is_empty() { " " } else { "-" };
            pending.push_str(&filler.repeat(item.start.saturating_sub(column)));
            if ends && !item.rails.is_empty() {
                pending.pop();
                pending.push('>');
            }
            let marks = mark(item.role).repeat(item.end - item.start);
            let shown = match &item.label {
                Some(label) if marks.is_empty() => label.clone(),
                Some(label) => format!("{marks} {label}"),
                None => marks,
            };
            column = item.start + shown.len();
            write!(out, "{pending}{style}{shown}{style:#}")?;
            pending.clear();
        }
        writeln!(out)
    }
}

/// Puts an item on the first line, from one on, that has room for it.
fn place(lines: &mut Vec<Vec<Item>>, item: Item, from: usize) {
    let (start, end) = item.taken();
    let free = |line: &Vec<Item>| line.iter().all(|other| other.taken().1 <= start || end <= other.taken().0);
    match lines.iter().skip(from).position(free) {
        Some(at) => lines[from + at].push(item),
        None => lines.push(vec![item]),
    }
}

/// The sign under the words of a role.
fn mark(role: Role) -> &'static str {
    match role {
        Role::Gift => "^",
        Role::Request => "~",
        Role::Obligation => "!",
        _ => "=",
    }
}

fn style(role: Role) -> Style {
    let color = match role {
        Role::Gift => AnsiColor::Green,
        Role::Request => AnsiColor::Yellow,
        Role::Obligation => AnsiColor::Red,
        _ => AnsiColor::Cyan,
    };
    Style::new().fg_color(Some(color.into()))
}
