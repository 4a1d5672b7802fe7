//! The score: how likely a matched pair is to be a duplicate.

use super::{Figures, Relation};

/// Logistic regression of the label on containment; `docs/design.md` says on what it was fitted.
const INTERCEPT: f64 = -2.5;
const SLOPE: f64 = 7.5;

pub fn score(relation: Relation, figures: &Figures) -> f64 {
    match relation {
        Relation::Exact => 1.0,
        _ => 1.0 / (1.0 + (-INTERCEPT - SLOPE * figures.containment).exp()),
    }
}
