//! The models of score and coverage: boosted trees over the features of a pair, and what the time
//! between two articles says. `dedup/model.json` holds them, `benchmarks/fit_model.py` writes it.

use std::sync::LazyLock;

use serde::Deserialize;

use super::features::{Features, NAMES};

const SECONDS_A_DAY: f64 = 86_400.0;

pub static MODELS: LazyLock<Models> = LazyLock::new(|| {
    let models: Models =
        serde_json::from_str(include_str!("../../../dedup/model.json")).expect("a test reads it");
    assert_eq!(models.features, NAMES, "features of dedup/model.json");
    models
});

#[derive(Deserialize)]
pub struct Models {
    features: Vec<String>,
    /// Whether two articles are versions of one story.
    score: Model,
    /// Whether a reader of b misses nothing of weight of a.
    covered: Model,
    /// Whether they report one event at all.
    related: Model,
}

impl Models {
    /// Of the features of a against b and of b against a: the score, and how far each is covered by
    /// the other.
    pub fn judge(&self, features: &[Features; 2], gap: Option<u64>) -> (f64, [f64; 2]) {
        let covered = features.each_ref().map(|it| probability(self.covered.log_odds(it, gap)));
        (self.score.symmetric(features, gap), covered)
    }

    pub fn are_related(&self, features: &[Features; 2], gap: Option<u64>) -> bool {
        self.related.symmetric(features, gap) >= 0.5
    }

    /// What each feature adds to the log odds that a is covered, against its mean where the model was
    /// fitted.
    pub fn contributions(&self, features: &Features) -> Features {
        self.covered.contributions(features)
    }
}

#[derive(Deserialize)]
struct Model {
    /// What a day more adds, of ln(1 + days), against a gap of `usual_days`. Of unknown dates it is
    /// taken that they lie as far apart.
    gap: f64,
    usual_days: f64,
    most_days: f64,
    trees: Vec<Vec<Node>>,
}

/// A split or, without children, a leaf. In the file the fields stand in their order, without names.
#[derive(Deserialize)]
struct Node {
    /// Of a split the mean of the leaves below it.
    value: f64,
    #[serde(default)]
    feature: usize,
    #[serde(default)]
    threshold: f64,
    /// Where to go at values up to the threshold, and above it.
    #[serde(default)]
    low: usize,
    #[serde(default)]
    high: usize,
}

impl Node {
    fn is_leaf(&self) -> bool {
        self.low == 0
    }
}

impl Model {
    fn log_odds(&self, features: &Features, gap: Option<u64>) -> f64 {
        let mut sum = self.log_odds_of_gap(gap);
        for tree in &self.trees {
            let mut node = &tree[0];
            while !node.is_leaf() {
                let low = features[node.feature] <= node.threshold;
                node = &tree[if low { node.low } else { node.high }];
            }
            sum += node.value;
        }
        sum
    }

    fn log_odds_of_gap(&self, gap: Option<u64>) -> f64 {
        // Logarithms by libm: the same on every machine.
        let days = gap.map_or(self.usual_days, |gap| gap as f64 / SECONDS_A_DAY);
        self.gap * (libm::log1p(days.min(self.most_days)) - libm::log1p(self.usual_days))
    }

    /// The probability for a pair, whichever of the two comes first.
    fn symmetric(&self, [x, y]: &[Features; 2], gap: Option<u64>) -> f64 {
        probability((self.log_odds(x, gap) + self.log_odds(y, gap)) / 2.0)
    }

    /// After Saabas (2014): each split gives its feature the difference that it makes.
    fn contributions(&self, features: &Features) -> Features {
        let mut found = [0.0; NAMES.len()];
        for tree in &self.trees {
            let mut node = &tree[0];
            while !node.is_leaf() {
                let low = features[node.feature] <= node.threshold;
                let next = &tree[if low { node.low } else { node.high }];
                found[node.feature] += next.value - node.value;
                node = next;
            }
        }
        found
    }
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}
