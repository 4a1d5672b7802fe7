//! The models of score and coverage: boosted trees over the features of a pair, and what the time
//! between two articles says. `dedup/model.json` holds them, `benchmarks/fit_model.py` writes it.

use std::ops::Range;
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

#[derive(Clone, Copy, Deserialize)]
struct FileNode {
    /// Of a split the mean of the leaves below it.
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

    /// The probability that a reader of b misses nothing of weight of a, and of a of b.
    pub fn covered(&self, features: &[Features; 2], gap: Option<u64>) -> [f64; 2] {
        self.covered.log_odds(features, gap).map(probability)
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
    trees: Vec<Vec<FileNode>>,
    /// The same trees, as they are evaluated.
    splits: Vec<Split>,
    leaves: Vec<f64>,
    tables: Vec<Table>,
}

/// After QuickScorer (Lucchese et al., 2015): every split is looked at, and crosses out the leaves
/// that are not reached. To walk down a tree takes longer, since each step waits for the last. Both
/// sides of a pair go through a split side by side, in one register.
#[derive(Clone, Copy)]
struct Split {
    threshold: f64,
    feature: u32,
    /// The leaves, a bit each from the lowest, but for those below it at values up to the threshold.
    if_above: u64,
}

/// A tree: its splits, its leaves from those at low values on, and the most that it and the trees
/// after it can add.
struct Table {
    splits: Range<usize>,
    first_leaf: usize,
    most: f64,
}

impl From<FileModel> for Model {
    fn from(file: FileModel) -> Model {
        let FileModel { gap, usual_days, most_days, trees } = file;
        let (mut splits, mut leaves, mut tables) = (Vec::new(), Vec::new(), Vec::new());
        for tree in &trees {
            let (first_split, first_leaf) = (splits.len(), leaves.len());
            list(tree, 0, first_leaf, &mut splits, &mut leaves);
            assert!(leaves.len() - first_leaf <= u64::BITS as usize, "leaves of a tree");
            let most = leaves[first_leaf..].iter().copied().fold(f64::MIN, f64::max);
            tables.push(Table { splits: first_split..splits.len(), first_leaf, most });
        }
        let mut rest = 0.0;
        for table in tables.iter_mut().rev() {
            rest += table.most;
            table.most = rest;
        }
        Model { gap, usual_days, most_days, trees, splits, leaves, tables }
    }
}

/// Lists the splits and the leaves of a tree from a node on.
fn list(
    tree: &[FileNode],
    node: u32,
    first_leaf: usize,
    splits: &mut Vec<Split>,
    leaves: &mut Vec<f64>,
) {
    let FileNode { value, feature, threshold, low, high } = tree[node as usize];
    if low == 0 {
        leaves.push(value);
        return;
    }
    let bits_below = |leaf: usize| (1_u64 << (leaf - first_leaf)) - 1;
    let before = bits_below(leaves.len());
    list(tree, low, first_leaf, splits, leaves);
    let if_above = !(bits_below(leaves.len()) & !before);
    splits.push(Split { threshold, feature, if_above });
    list(tree, high, first_leaf, splits, leaves);
}

impl Model {
    fn log_odds(&self, features: &[Features; 2], gap: Option<u64>) -> [f64; 2] {
        let features = side_by_side(features);
        let leaves = self.tables.iter().map(|table| self.leaves(table, &features));
        let add = |[x, y]: [f64; 2], [of_x, of_y]: [f64; 2]| [x + of_x, y + of_y];
        leaves.fold([self.log_odds_of_gap(gap); 2], add)
    }

    /// What a tree gives for either side.
    fn leaves(&self, table: &Table, features: &SideBySide) -> [f64; 2] {
        let left = leaves_left(&self.splits[table.splits.clone()], features);
        left.map(|left| self.leaves[table.first_leaf + left.trailing_zeros() as usize])
    }

    fn log_odds_of_gap(&self, gap: Option<u64>) -> f64 {
        // Logarithms by libm: the same on every machine.
        let days = gap.map_or(self.usual_days, |gap| gap as f64 / SECONDS_A_DAY);
        self.gap * (libm::log1p(days.min(self.most_days)) - libm::log1p(self.usual_days))
    }

    /// The probability for a pair, whichever of the two comes first; None once it is clear that the
    /// log odds stay below `least`.
    fn symmetric(&self, features: &[Features; 2], gap: Option<u64>, least: f64) -> Option<f64> {
        let features = side_by_side(features);
        let mut sum = 2.0 * self.log_odds_of_gap(gap);
        for table in &self.tables {
            if sum + 2.0 * table.most < 2.0 * least {
                return None;
            }
            let [x, y] = self.leaves(table, &features);
            sum += x + y;
        }
        Some(probability(sum / 2.0))
    }

    /// After Saabas (2014): each split gives its feature the difference that it makes.
    fn contributions(&self, features: &Features) -> Features {
        let mut found = [0.0; NAMES.len()];
        for tree in &self.trees {
            let mut node = &tree[0];
            while node.low != 0 {
                let low = features[node.feature as usize] <= node.threshold;
                let next = &tree[if low { node.low } else { node.high } as usize];
                found[node.feature as usize] += next.value - node.value;
                node = next;
            }
        }
        found
    }
}

/// The leaves that no split has crossed out on either side, a bit each. Apart from what looks at them: then
/// both sides stay in one register.
#[inline(never)]
fn leaves_left(splits: &[Split], features: &SideBySide) -> [u64; 2] {
    splits.iter().fold([u64::MAX; 2], |left, split| {
        let values = &features[split.feature as usize];
        [0, 1].map(|side| {
            // By the sign of the difference: a comparison is made a branch.
            let above = (split.threshold - values[side]).to_bits() as i64 >> 63;
            left[side] & (split.if_above | !above as u64)
        })
    })
}

/// Each feature of both sides.
type SideBySide = [[f64; 2]; NAMES.len()];

fn side_by_side([x, y]: &[Features; 2]) -> SideBySide {
    std::array::from_fn(|feature| [x[feature], y[feature]])
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}
