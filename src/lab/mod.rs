//! The laboratory: labelled messages, measures, and the fitting of weights. Only the command uses it.

pub(crate) mod gold;
pub(crate) mod metrics;
pub(crate) mod fit;
pub(crate) mod eval;
pub(crate) mod predictions;
pub(crate) mod rule_table;
pub(crate) mod earned;
pub(crate) mod samples;
pub(crate) mod learn;
pub(crate) mod ablation;
