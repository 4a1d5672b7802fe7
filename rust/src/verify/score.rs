//! The score: how likely a matched pair is to be a duplicate.

use super::verdict::{Figures, Relation};

/// Logistic regression on containment, fitted by `benchmarks/fit_score.py`.
const INTERCEPT: f64 = -3.62;
const SLOPE: f64 = 11.76;

pub fn score(relation: Relation, figures: &Figures) -> f64 {
    match relation {
        Relation::Exact => 1.0,
        _ => 1.0 / (1.0 + (-INTERCEPT - SLOPE * figures.containment).exp()),
    }
}
