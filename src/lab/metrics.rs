//! Measures of quality, each a plain function of labels and predictions.

/// Precision, recall and F1 of yes-or-no predictions; F1 is 0 where nothing was found.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Counts {
    pub hit: f64,
    pub predicted: f64,
    pub gold: f64,
}

impl Counts {
    pub fn precision(self) -> f64 {
        ratio(self.hit, self.predicted)
    }

    pub fn recall(self) -> f64 {
        ratio(self.hit, self.gold)
    }

    pub fn f1(self) -> f64 {
        ratio(2.0 * self.hit, self.predicted + self.gold)
    }
}

fn ratio(a: f64, b: f64) -> f64 {
    if b == 0.0 { 0.0 } else { a / b }
}

/// Counts over pairs of (gold, predicted).
pub(crate) fn counts(pairs: impl Iterator<Item = (bool, bool)>) -> Counts {
    pairs.fold(Counts::default(), |mut c, (gold, predicted)| {
        c.hit += f64::from(u8::from(gold && predicted));
        c.predicted += f64::from(u8::from(predicted));
        c.gold += f64::from(u8::from(gold));
        c
    })
}

/// Average precision: the mean of precision at each positive, best score first; equal scores are taken together.
pub(crate) fn average_precision(scored: &[(bool, f64)]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| b.1.total_cmp(&a.1));
    let positives = sorted.iter().filter(|s| s.0).count() as f64;
    let (mut seen, mut hits, mut sum, mut i) = (0.0, 0.0, 0.0, 0);
    while i < sorted.len() {
        let tied = sorted[i..].iter().take_while(|s| s.1 == sorted[i].1).count();
        let new = sorted[i..i + tied].iter().filter(|s| s.0).count() as f64;
        seen += tied as f64;
        hits += new;
        sum += new * hits / seen;
        i += tied;
    }
    ratio(sum, positives)
}

/// Area under the ROC curve: the chance that a positive scores above a negative, ties counted half.
pub(crate) fn auc(scored: &[(bool, f64)]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
    let (mut below, mut wins, mut i) = (0.0, 0.0, 0);
    while i < sorted.len() {
        let tied = sorted[i..].iter().take_while(|s| s.1 == sorted[i].1).count();
        let positive = sorted[i..i + tied].iter().filter(|s| s.0).count() as f64;
        let negative = tied as f64 - positive;
        wins += positive * (below + negative / 2.0);
        below += negative;
        i += tied;
    }
    let positives = sorted.iter().filter(|s| s.0).count() as f64;
    ratio(wins, positives * (sorted.len() as f64 - positives))
}

/// Mean squared error of a probability.
pub(crate) fn brier(scored: &[(bool, f64)]) -> f64 {
    ratio(scored.iter().map(|(y, p)| (f64::from(u8::from(*y)) - p).powi(2)).sum(), scored.len() as f64)
}

/// Expected calibration error over ten bins of equal mass.
pub(crate) fn calibration_error(scored: &[(bool, f64)]) -> f64 {
    let mut sorted = scored.to_vec();
    sorted.sort_by(|a, b| a.1.total_cmp(&b.1));
    let n = sorted.len();
    let bins = (0..10).map(|b| &sorted[b * n / 10..(b + 1) * n / 10]);
    bins.map(|bin| {
        let observed = bin.iter().filter(|s| s.0).count() as f64;
        let expected: f64 = bin.iter().map(|s| s.1).sum();
        (observed - expected).abs()
    })
    .sum::<f64>()
        / n.max(1) as f64
}

/// Quadratic weighted kappa between two readings of levels 0 to 3.
pub(crate) fn weighted_kappa(pairs: &[(usize, usize)]) -> f64 {
    let mut table = [[0.0f64; 4]; 4];
    for (a, b) in pairs {
        table[*a][*b] += 1.0;
    }
    let n = pairs.len() as f64;
    let row = |i: usize| table[i].iter().sum::<f64>();
    let column = |j: usize| table.iter().map(|r| r[j]).sum::<f64>();
    let (mut observed, mut expected) = (0.0, 0.0);
    for (i, cells) in table.iter().enumerate() {
        for (j, cell) in cells.iter().enumerate() {
            let weight = (i as f64 - j as f64).powi(2);
            observed += weight * cell;
            expected += weight * row(i) * column(j) / n.max(1.0);
        }
    }
    1.0 - ratio(observed, expected)
}

/// The share of `span` that the union of `others` covers, in bytes.
pub(crate) fn covered(span: (usize, usize), others: &[(usize, usize)]) -> f64 {
    let mut hits: Vec<(usize, usize)> = others.iter().map(|o| (o.0.max(span.0), o.1.min(span.1))).filter(|o| o.0 < o.1).collect();
    hits.sort_unstable();
    let (mut total, mut end) = (0, 0);
    for (a, b) in hits {
        let a = a.max(end);
        if b > a {
            total += b - a;
            end = b;
        }
    }
    ratio(total as f64, (span.1 - span.0) as f64)
}

/// A deterministic generator for bootstrap samples (SplitMix64, Steele et al. 2014).
pub(crate) struct SplitMix(pub u64);

impl SplitMix {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }
}

/// The 2.5 and 97.5 percentiles of a measure over 500 resamples of `n` items.
pub(crate) fn bootstrap(n: usize, measure: impl Fn(&[usize]) -> f64) -> (f64, f64) {
    let mut random = SplitMix(20_021_011);
    let mut values: Vec<f64> = (0..500)
        .map(|_| {
            let sample: Vec<usize> = (0..n).map(|_| random.below(n)).collect();
            measure(&sample)
        })
        .collect();
    values.sort_by(f64::total_cmp);
    (values[12], values[487])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values() {
        let scored = [(true, 0.9), (false, 0.8), (true, 0.7), (false, 0.1)];
        assert!((average_precision(&scored) - (1.0 + 2.0 / 3.0) / 2.0).abs() < 1e-12);
        assert!((auc(&scored) - 0.75).abs() < 1e-12);
        assert!((auc(&[(true, 0.5), (false, 0.5)]) - 0.5).abs() < 1e-12);
        assert!((weighted_kappa(&[(0, 0), (3, 3), (1, 1)]) - 1.0).abs() < 1e-12);
        assert!((covered((0, 10), &[(0, 3), (2, 5), (9, 20)]) - 0.6).abs() < 1e-12);
        let c = counts([(true, true), (true, false), (false, true)].into_iter());
        assert!((c.f1() - 0.5).abs() < 1e-12 && (c.precision() - 0.5).abs() < 1e-12 && (c.recall() - 0.5).abs() < 1e-12);
        assert!((brier(&[(true, 0.8), (false, 0.2)]) - 0.04).abs() < 1e-12);
    }
}
