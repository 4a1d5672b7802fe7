//! The models of score and coverage: boosted trees over the features of a pair, and what the time
//! between two articles says. `dedup/model.json` holds them, `benchmarks/fit_model.py` writes it.

use std::sync::LazyLock;

use serde::Deserialize;

use super::features::{Features, NAMES};

const SECONDS_A_DAY: f64 = 86_400.0;

pub static MODELS: LazyLock<Models> = LazyLock::new(|| {
    let file: File =
        serde_json::from_str(include_str!("../../../dedup/model.json")).expect("a test reads it");
    assert_eq!(file.features, NAMES, "features of dedup/model.json");
    let File { score, covered, related, .. } = file;
    Models { score: score.into(), covered: covered.into(), related: related.into() }
});

/// Of the file: trees as lists of nodes, each a split [value, feature, threshold, low, high] or a leaf
/// [value].
#[derive(Deserialize)]
struct File {
    features: Vec<String>,
    score: FileModel,
    covered: FileModel,
    related: FileModel,
}

#[derive(Deserialize)]
struct FileModel {
    gap: f64,
    usual_days: f64,
    most_days: f64,
    trees: Vec<Vec<FileNode>>,
}

#[derive(Deserialize)]
struct FileNode {
    value: f64,
    #[serde(default)]
    feature: u32,
    #[serde(default)]
    threshold: f64,
    #[serde(default)]
    low: u32,
    #[serde(default)]
    high: u32,
}

pub struct Models {
    score: Model,
    covered: Model,
    related: Model,
}

impl Models {
    /// The probability that two articles are versions of one story, by the features of a against b
    /// and of b against a; None if it is below `least`.
    pub fn score(&self, features: &[Features; 2], gap: Option<u64>, least: f64) -> Option<f64> {
        let least_log_odds = libm::log(least / (1.0 - least));
        self.score.symmetric(features, gap, least_log_odds).filter(|&score| score >= least)
    }

    /// The probability that a reader of b misses nothing of weight of a.
    pub fn covered(&self, features: &Features, gap: Option<u64>) -> f64 {
        probability(self.covered.log_odds(features, gap))
    }

    /// Whether two articles report one event.
    pub fn are_related(&self, features: &[Features; 2], gap: Option<u64>) -> bool {
        self.related.symmetric(features, gap, 0.0).is_some_and(|it| it >= 0.5)
    }

    /// What each feature adds to the log odds that a is covered, against its mean where the model was
    /// fitted.
    pub fn contributions(&self, features: &Features) -> Features {
        self.covered.contributions(features)
    }
}

struct Model {
    /// What the gap adds to the log odds, of ln(1 + days), against one of `usual_days`. Of unknown
    /// dates it is taken that they lie as far apart.
    gap: f64,
    usual_days: f64,
    most_days: f64,
    nodes: Vec<Node>,
    /// The root of each tree, and the most that the trees from there on can add.
    roots: Vec<(u32, f64)>,
}

/// A split or, without children, a leaf.
#[derive(Clone, Copy)]
struct Node {
    threshold: f64,
    /// Of a split the mean of the leaves below it.
    value: f64,
    /// Where to go at values up to the threshold, and above it: indices in `Model::nodes`, 0 for
    /// none.
    low: u32,
    high: u32,
    feature: u32,
}

impl From<FileModel> for Model {
    fn from(file: FileModel) -> Model {
        let FileModel { gap, usual_days, most_days, trees } = file;
        let (mut nodes, mut roots): (Vec<Node>, Vec<(u32, f64)>) = Default::default();
        for tree in trees {
            let root = nodes.len() as u32;
            let most = tree.iter().filter(|it| it.low == 0).map(|it| it.value);
            roots.push((root, most.fold(f64::MIN, f64::max)));
            nodes.extend(tree.into_iter().map(
                |FileNode { value, feature, threshold, low, high }| {
                    let place = |index: u32| if index == 0 { 0 } else { root + index };
                    Node { threshold, value, low: place(low), high: place(high), feature }
                },
            ));
        }
        let mut rest = 0.0;
        for (_, most) in roots.iter_mut().rev() {
            rest += *most;
            *most = rest;
        }
        Model { gap, usual_days, most_days, nodes, roots }
    }
}

impl Model {
    fn log_odds(&self, features: &Features, gap: Option<u64>) -> f64 {
        let trees = self.roots.iter().map(|&(root, _)| self.leaf(root, features));
        trees.fold(self.log_odds_of_gap(gap), |sum, value| sum + value)
    }

    /// What a tree gives.
    fn leaf(&self, root: u32, features: &Features) -> f64 {
        let mut node = &self.nodes[root as usize];
        while node.low != 0 {
            let low = features[node.feature as usize] <= node.threshold;
            node = &self.nodes[if low { node.low } else { node.high } as usize];
        }
        node.value
    }

    fn log_odds_of_gap(&self, gap: Option<u64>) -> f64 {
        // Logarithms by libm: the same on every machine.
        let days = gap.map_or(self.usual_days, |gap| gap as f64 / SECONDS_A_DAY);
        self.gap * (libm::log1p(days.min(self.most_days)) - libm::log1p(self.usual_days))
    }

    /// The probability for a pair, whichever of the two comes first; None once it is clear that the
    /// log odds stay below `least`.
    fn symmetric(&self, [x, y]: &[Features; 2], gap: Option<u64>, least: f64) -> Option<f64> {
        let mut sum = 2.0 * self.log_odds_of_gap(gap);
        for &(root, most) in &self.roots {
            if sum + 2.0 * most < 2.0 * least {
                return None;
            }
            sum += self.leaf(root, x) + self.leaf(root, y);
        }
        Some(probability(sum / 2.0))
    }

    /// After Saabas (2014): each split gives its feature the difference that it makes.
    fn contributions(&self, features: &Features) -> Features {
        let mut found = [0.0; NAMES.len()];
        for &(root, _) in &self.roots {
            let mut node = &self.nodes[root as usize];
            while node.low != 0 {
                let low = features[node.feature as usize] <= node.threshold;
                let next = &self.nodes[if low { node.low } else { node.high } as usize];
                found[node.feature as usize] += next.value - node.value;
                node = next;
            }
        }
        found
    }
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}
