//! Arrows in the margin, each from what is given to what is asked.

use crate::cli::text::passage::Mark;
use crate::{Finding, Order, Report, Role};

/// At most this many arrows run side by side; the numbers of the findings tell the rest.
const LANES: usize = 3;

/// An arrow between two marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rail {
    pub from: usize,
    pub to: usize,
    /// Its place in the margin, from the left.
    pub lane: usize,
}

impl Rail {
    fn ends(&self) -> (usize, usize) {
        (self.from.min(self.to), self.from.max(self.to))
    }
}

/// The arrows of a report, and how many run side by side.
pub(crate) fn rails(report: &Report, marks: &[Mark]) -> (Vec<Rail>, usize) {
    let mut rails: Vec<Rail> = Vec::new();
    for (i, finding) in report.findings.iter().enumerate() {
        let Some((from, to)) = pair(finding, i + 1, marks) else { continue };
        if !rails.iter().any(|r| (r.from, r.to) == (from, to)) {
            rails.push(Rail { from, to, lane: LANES });
        }
    }
    // The short ones run next to the text.
    rails.sort_by_key(|r| r.ends().1 - r.ends().0);
    let mut placed: Vec<Rail> = Vec::new();
    for mut rail in rails {
        let free = |lane: &usize| {
            placed.iter().filter(|p| p.lane == *lane).all(|p| p.ends().1 < rail.ends().0 || rail.ends().1 < p.ends().0)
        };
        if let Some(lane) = (0..LANES).find(free) {
            rail.lane = lane;
            placed.push(rail);
        }
    }
    let lanes = placed.iter().map(|r| r.lane + 1).max().unwrap_or(0);
    placed.iter_mut().for_each(|r| r.lane = lanes - 1 - r.lane);
    (placed, lanes)
}

/// The gift, or the debt where there is none, and the request nearest to it.
fn pair(finding: &Finding, number: usize, marks: &[Mark]) -> Option<(usize, usize)> {
    let of = |role: Role| {
        let mine = move |(_, m): &(usize, &Mark)| m.role == role && m.findings.contains(&number);
        marks.iter().enumerate().filter(mine).map(|(i, _)| i).collect::<Vec<_>>()
    };
    let givers = Some(of(Role::Gift)).filter(|g| !g.is_empty()).unwrap_or_else(|| of(Role::Obligation));
    let pairs = givers.iter().flat_map(|from| of(Role::Request).into_iter().map(move |to| (*from, to)));
    let apart = |(from, to): &(usize, usize)| {
        let (a, b) = (&marks[*from], &marks[*to]);
        a.part != b.part || !a.span.overlaps(b.span)
    };
    pairs.filter(apart).min_by_key(|(from, to)| {
        let (a, b) = (&marks[*from], &marks[*to]);
        let order = (from < to) != (finding.order == Order::GiftFirst);
        (a.part != b.part, order, a.span.start.abs_diff(b.span.start))
    })
}
