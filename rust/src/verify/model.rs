//! The models of score and coverage: boosted trees over the features of a pair, and what the time
//! between two articles says. `dedup/model.json` holds them, `benchmarks/fit_model.py` writes it.

use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use super::features::{Features, NAMES};

const SECONDS_A_DAY: f64 = 86_400.0;

/// More than log odds are off by where they are made of a probability: what has just that one reaches it.
const ROUNDING: f64 = 1e-6;

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

/// What the models see of a pair: the features of a against b and of b against a, and the seconds
/// between the two, where both dates are known.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    pub features: &'a [Features; 2],
    pub gap: Option<u64>,
}

/// Pairs that go through the trees together, and their sides, each in a lane of a register.
const PAIRS: usize = 4;
const SIDES: usize = 2 * PAIRS;

impl Models {
    /// The probability that the two of each pair are versions of one story; one below `least` may be
    /// any.
    pub fn score(&self, pairs: &[Input], least: f64) -> Vec<f64> {
        let least = libm::log(least / (1.0 - least));
        each(pairs, |pairs| self.score.symmetric(pairs, least))
    }

    /// For each pair the probability that a reader of b misses nothing of weight of a, and of a of b.
    pub fn covered(&self, pairs: &[Input]) -> Vec<[f64; 2]> {
        each(pairs, |pairs| self.covered.log_odds(pairs).map(|it| it.map(probability)))
    }

    /// Whether the two of each pair report one event.
    pub fn are_related(&self, pairs: &[Input]) -> Vec<bool> {
        each(pairs, |pairs| self.related.symmetric(pairs, 0.0).map(|it| it >= 0.5))
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
/// that are not reached. To walk down a tree takes longer, since each step waits for the last. The
/// sides of some pairs go through a split side by side, in one register.
#[derive(Clone, Copy)]
struct Split {
    threshold: f64,
    feature: u32,
    /// The leaves, a bit each from the lowest, but for those below it at values up to the threshold.
    if_above: u64,
}

/// A tree: its splits, its leaves from those at low values on, and the most that the trees after it
/// can add.
struct Table {
    splits: Range<usize>,
    first_leaf: usize,
    rest: f64,
}

impl From<FileModel> for Model {
    fn from(file: FileModel) -> Model {
        let FileModel { gap, usual_days, most_days, trees } = file;
        let (mut splits, mut leaves, mut tables) = (Vec::new(), Vec::new(), Vec::new());
        for tree in &trees {
            let (first_split, first_leaf) = (splits.len(), leaves.len());
            list(tree, 0, first_leaf, &mut splits, &mut leaves);
            assert!(leaves.len() - first_leaf <= u64::BITS as usize, "leaves of a tree");
            tables.push(Table { splits: first_split..splits.len(), first_leaf, rest: 0.0 });
        }
        let (mut rest, mut end) = (0.0, leaves.len());
        for table in tables.iter_mut().rev() {
            table.rest = rest;
            rest += leaves[table.first_leaf..end].iter().copied().fold(f64::MIN, f64::max);
            end = table.first_leaf;
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
    /// What each side of some pairs gets for its features and gap.
    fn log_odds(&self, pairs: &[Input]) -> [[f64; 2]; PAIRS] {
        let mut sums = [[0.0; 2]; PAIRS];
        for (sums, pair) in sums.iter_mut().zip(pairs) {
            *sums = [self.log_odds_of_gap(pair.gap); 2];
        }
        let features = side_by_side(pairs);
        for table in &self.tables {
            for (sums, leaves) in sums.iter_mut().zip(self.leaves(table, &features)) {
                sums.iter_mut().zip(leaves).for_each(|(sum, leaf)| *sum += leaf);
            }
        }
        sums
    }

    fn log_odds_of_gap(&self, gap: Option<u64>) -> f64 {
        // Logarithms by libm: the same on every machine.
        let days = gap.map_or(self.usual_days, |gap| gap as f64 / SECONDS_A_DAY);
        self.gap * (libm::log1p(days.min(self.most_days)) - libm::log1p(self.usual_days))
    }

    /// The probability for each of some pairs, whichever of the two comes first; 0 for all, once it is
    /// clear that the log odds of all stay below `least`.
    fn symmetric(&self, pairs: &[Input], least: f64) -> [f64; PAIRS] {
        let mut sums = [f64::NEG_INFINITY; PAIRS];
        for (sum, pair) in sums.iter_mut().zip(pairs) {
            *sum = 2.0 * self.log_odds_of_gap(pair.gap);
        }
        let features = side_by_side(pairs);
        for table in &self.tables {
            for (sum, [x, y]) in sums.iter_mut().zip(self.leaves(table, &features)) {
                *sum += x + y;
            }
            if sums.iter().all(|sum| sum + 2.0 * table.rest < 2.0 * least - ROUNDING) {
                return [0.0; PAIRS];
            }
        }
        sums.map(|sum| probability(sum / 2.0))
    }

    /// What a tree gives for either side of some pairs.
    fn leaves(&self, table: &Table, features: &SideBySide) -> [[f64; 2]; PAIRS] {
        let left = leaves_left(&self.splits[table.splits.clone()], features);
        let leaves = &self.leaves[table.first_leaf..];
        let leaf = |side: usize| leaves[left[side].trailing_zeros() as usize];
        std::array::from_fn(|pair| [leaf(2 * pair), leaf(2 * pair + 1)])
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

/// Each feature of both sides of some pairs, side by side; where there is no pair, it is 0.
type SideBySide = [[f64; SIDES]; NAMES.len()];

fn side_by_side(pairs: &[Input]) -> SideBySide {
    let mut features = [[0.0; SIDES]; NAMES.len()];
    for (side, values) in pairs.iter().flat_map(|pair| pair.features).enumerate() {
        features.iter_mut().zip(values).for_each(|(of_all, value)| of_all[side] = *value);
    }
    features
}

/// The leaves that no split has crossed out on each side, a bit each.
fn leaves_left(splits: &[Split], features: &SideBySide) -> [u64; SIDES] {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the processor has what the function is compiled for.
        return unsafe { leaves_left_avx512(splits, features) };
    } else if is_x86_feature_detected!("avx2") {
        // SAFETY: as above.
        return unsafe { leaves_left_avx2(splits, features) };
    }
    leaves_left_plain(splits, features)
}

#[inline(always)]
fn leaves_left_plain(splits: &[Split], features: &SideBySide) -> [u64; SIDES] {
    let mut left = [u64::MAX; SIDES];
    for split in splits {
        let values = &features[split.feature as usize];
        for side in 0..SIDES {
            // By the sign of the difference: a comparison is made a branch.
            let above = (split.threshold - values[side]).to_bits() as i64 >> 63;
            left[side] &= split.if_above | !above as u64;
        }
    }
    left
}

// The same code, compiled for registers that hold all sides or half of them.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn leaves_left_avx512(splits: &[Split], features: &SideBySide) -> [u64; SIDES] {
    leaves_left_plain(splits, features)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn leaves_left_avx2(splits: &[Split], features: &SideBySide) -> [u64; SIDES] {
    leaves_left_plain(splits, features)
}

/// What is found of each pair, of so many at a time as go through the trees together.
fn each<T>(pairs: &[Input], find: impl Fn(&[Input]) -> [T; PAIRS]) -> Vec<T> {
    pairs.chunks(PAIRS).flat_map(|some| find(some).into_iter().take(some.len())).collect()
}

fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What a tree gives, step by step.
    fn walk(tree: &[FileNode], features: &Features) -> f64 {
        let mut node = &tree[0];
        while node.low != 0 {
            let low = features[node.feature as usize] <= node.threshold;
            node = &tree[if low { node.low } else { node.high } as usize];
        }
        node.value
    }

    /// Also what a split asks for.
    fn features() -> impl Strategy<Value = Features> {
        let splits = MODELS.covered.splits.iter().chain(&MODELS.score.splits);
        let thresholds: Vec<f64> = splits.map(|split| split.threshold).collect();
        let value = prop_oneof![0.0..1.0, 0.0..300.0, prop::sample::select(thresholds)];
        prop::collection::vec(value, NAMES.len()).prop_map(|it| it.try_into().unwrap())
    }

    proptest! {
        #[test]
        fn pairs_get_what_a_walk_down_each_tree_gives(
            pairs in prop::collection::vec(([features(), features()], any::<Option<u32>>()), 1..10),
            near in prop_oneof![Just(1.0), 0.9..1.1_f64],
        ) {
            let pairs: Vec<([Features; 2], Option<u64>)> =
                pairs.into_iter().map(|(features, gap)| (features, gap.map(u64::from))).collect();
            let inputs: Vec<Input> =
                pairs.iter().map(|(features, gap)| Input { features, gap: *gap }).collect();
            let Models { score, covered, .. } = &*MODELS;
            let least = (near * MODELS.score(&inputs[..1], 0.0)[0]).min(0.99);
            let scores = MODELS.score(&inputs, least);
            for ((pair, found), found_covered) in inputs.iter().zip(scores).zip(MODELS.covered(&inputs)) {
                let add = |sum: f64, tree: &Vec<FileNode>| {
                    sum + (walk(tree, &pair.features[0]) + walk(tree, &pair.features[1]))
                };
                let both = score.trees.iter().fold(2.0 * score.log_odds_of_gap(pair.gap), add);
                let expected = probability(both / 2.0);
                prop_assert!(found == expected || found < least && expected < least);
                for (side, found) in pair.features.iter().zip(found_covered) {
                    let add = |sum: f64, tree: &Vec<FileNode>| sum + walk(tree, side);
                    let sum = covered.trees.iter().fold(covered.log_odds_of_gap(pair.gap), add);
                    prop_assert_eq!(found, probability(sum));
                }
            }
            for some in inputs.chunks(PAIRS) {
                let features = side_by_side(some);
                prop_assert_eq!(
                    leaves_left(&covered.splits, &features),
                    leaves_left_plain(&covered.splits, &features)
                );
            }
        }
    }
}
