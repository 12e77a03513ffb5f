//! Logistic regression pulled towards prior weights, with signs kept: cyclic coordinate descent on a convex loss.

use crate::feature::Sign;

/// One labelled row: the features that it has, each once.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub features: Vec<usize>,
    pub label: bool,
    pub weight: f64,
}

/// What to fit towards.
pub(crate) struct Prior<'a> {
    pub weights: &'a [f64],
    pub signs: &'a [Sign],
    /// Strength of the pull towards the prior, per feature.
    pub strength: f64,
    /// A feature met in fewer rows than this keeps its prior.
    pub min_rows: usize,
    /// The weak features.
    pub weak: std::ops::Range<usize>,
    /// What a weak feature must earn to have a weight at all (the strength of its absolute penalty).
    pub toll: f64,
    /// No weak feature weighs more than this, either way.
    pub weak_limit: f64,
}

/// How many sweeps over the features at the most; a few dozen reach the fixed point.
const SWEEPS: usize = 200;

/// Minimises the weighted log-loss plus strength/2 times the squared distance to the prior, plus the toll times the
/// absolute weight of weak features, within the signs and limits.
///
/// The loss is convex and its rough part is a sum over single weights, as is the box, so the fixed point of exact coordinate steps is the optimum; each step is a
/// Newton step on the quadratic bound of the logistic loss, which never overshoots (Jaakkola and Jordan 2000).
pub(crate) fn fit(rows: &[Row], prior: &Prior<'_>) -> Vec<f64> {
    let mut weights = prior.weights.to_vec();
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); weights.len()];
    for (i, row) in rows.iter().enumerate() {
        for f in &row.features {
            columns[*f].push(i);
        }
    }
    let mut scores: Vec<f64> = rows.iter().map(|r| r.features.iter().map(|f| weights[*f]).sum()).collect();
    for _ in 0..SWEEPS {
        let mut moved = 0.0f64;
        for (f, column) in columns.iter().enumerate() {
            if column.is_empty() || (f != 0 && column.len() < prior.min_rows) {
                continue;
            }
            // The bias is free of any prior.
            let pull = if f == 0 { 1e-6 } else { prior.strength };
            let (mut gradient, mut curvature) = (pull * (weights[f] - prior.weights[f]), pull);
            for i in column {
                let p = 1.0 / (1.0 + (-scores[*i]).exp());
                gradient += rows[*i].weight * (p - f64::from(u8::from(rows[*i].label)));
                curvature += rows[*i].weight * 0.25;
            }
            let mut next = weights[f] - gradient / curvature;
            if prior.weak.contains(&f) {
                let shrunk = (next.abs() - prior.toll / curvature).max(0.0);
                next = next.signum() * shrunk.min(prior.weak_limit);
            }
            match prior.signs[f] {
                Sign::Up => next = next.max(0.0),
                Sign::Down => next = next.min(0.0),
                Sign::Free => {}
            }
            let step = next - weights[f];
            if step != 0.0 {
                weights[f] = next;
                column.iter().for_each(|i| scores[*i] += step);
                moved = moved.max(step.abs());
            }
        }
        if moved < 1e-5 {
            break;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learns_keeps_signs_and_keeps_priors() {
        let row = |features: &[usize], label| Row { features: features.to_vec(), label, weight: 1.0 };
        let mut rows = Vec::new();
        for i in 0..40 {
            rows.push(row(&[0, 1], i % 10 != 0));
            rows.push(row(&[0, 2], i % 10 == 0));
        }
        rows.push(row(&[0, 3], true));
        let signs = [Sign::Free, Sign::Free, Sign::Up, Sign::Free];
        let prior = Prior {
            weights: &[0.0, 0.0, 0.5, -7.0],
            signs: &signs,
            strength: 0.1,
            min_rows: 10,
            weak: 0..0,
            toll: 0.0,
            weak_limit: 0.0,
        };
        let weights = fit(&rows, &prior);
        assert!(weights[1] > 1.0, "{weights:?}");
        assert!(weights[2] >= 0.0, "the sign is kept: {weights:?}");
        assert!((weights[3] + 7.0).abs() < 1e-12, "a rare feature keeps its prior: {weights:?}");
    }

    #[test]
    fn weak_features_pay_a_toll_and_stay_weak() {
        let row = |features: &[usize], label| Row { features: features.to_vec(), label, weight: 1.0 };
        let mut rows = Vec::new();
        for i in 0..100 {
            rows.push(row(&[0, 1], i % 10 != 0));
            rows.push(row(&[0, 2], i % 2 == 0));
            rows.push(row(&[0], i % 2 == 0));
        }
        let prior = Prior {
            weights: &[0.0; 3],
            signs: &[Sign::Free; 3],
            strength: 0.1,
            min_rows: 10,
            weak: 1..3,
            toll: 15.0,
            weak_limit: 0.5,
        };
        let weights = fit(&rows, &prior);
        assert!((weights[1] - 0.5).abs() < 1e-9, "a telling stem reaches the limit and no more: {weights:?}");
        assert!(weights[2] == 0.0, "a stem that tells little has no weight: {weights:?}");
    }
}
