//! The calibrated model of rewrites: logistic regression, with its coefficients in
//! `dedup/rewrite_model.json`, fitted by `benchmarks/fit_rewrites.py`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::features::{Features, NAMES};

pub static MODEL: LazyLock<Model> = LazyLock::new(|| {
    let file: File = serde_json::from_str(include_str!("../../../dedup/rewrite_model.json"))
        .expect("a test reads the file");
    Model {
        rewritten: file.rewritten.in_order(),
        related: file.related.in_order(),
        usual: NAMES.map(|name| file.usual[name]),
    }
});

#[derive(Deserialize)]
struct File {
    rewritten: Coefficients,
    related: Coefficients,
    usual: BTreeMap<String, f64>,
}

#[derive(Deserialize)]
struct Coefficients {
    intercept: f64,
    weights: BTreeMap<String, f64>,
}

impl Coefficients {
    fn in_order(self) -> Logistic {
        Logistic { intercept: self.intercept, weights: NAMES.map(|name| self.weights[name]) }
    }
}

struct Logistic {
    intercept: f64,
    weights: Features,
}

impl Logistic {
    fn probability(&self, features: &Features) -> f64 {
        let terms = self.weights.iter().zip(features).map(|(weight, value)| weight * value);
        1.0 / (1.0 + (-self.intercept - terms.sum::<f64>()).exp())
    }
}

pub struct Model {
    rewritten: Logistic,
    related: Logistic,
    /// The mean of each feature over the pairs that the model was fitted on.
    usual: Features,
}

impl Model {
    /// The probability that one of the two is a rewrite of the other.
    pub fn score(&self, features: &Features) -> f64 {
        self.rewritten.probability(features)
    }

    /// Whether the two are more likely to report one event than not.
    pub fn is_related(&self, features: &Features) -> bool {
        self.related.probability(features) >= 0.5
    }

    /// What each feature adds to the log odds of the score, against its usual value.
    pub fn contributions(&self, features: &Features) -> Features {
        std::array::from_fn(|i| self.rewritten.weights[i] * (features[i] - self.usual[i]))
    }
}
