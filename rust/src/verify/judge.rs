//! The verdict on two texts: what they are to each other, how likely it is, and which may go.

use super::alignment::count_aligned;
use super::features::{Side, features};
use super::furniture::Holders;
use super::model::MODELS;
use super::verdict::{Drops, Figures, MayGo, Relation, Verdict};

/// Least containment of an excerpt that shares this many shingles, a passage of some 34 words, and
/// of one that shares fewer.
const MIN_CONTAINMENT: f64 = 1.0 / 3.0;
const MIN_SHARED: usize = 30;
const MIN_CONTAINMENT_OF_FEW: f64 = 0.7;

/// Share of the longer text's words, aligned, at which two texts are one that was edited all over,
/// and the containment from which on this is looked at.
const MIN_ALIGNED: f64 = 0.8;
pub const MIN_CONTAINMENT_OF_EDITED: f64 = 0.2;

/// The most that a correction is covered by a text that is none.
const MAX_OF_CORRECTION: f64 = 0.5;

/// What a pair must reach to be flagged, and one of it to go.
#[derive(Clone, Copy, Debug)]
pub struct Bars {
    /// Least score of two articles that are flagged.
    pub min_score: f64,
    /// Least coverage of an article that may go.
    pub min_covered: f64,
    /// Whether related articles are reported.
    pub related: bool,
    /// The relations whose articles may go.
    pub drops: Drops,
}

impl Bars {
    /// Which of two articles may be dropped for the other.
    pub fn may_go(&self, verdict: &Verdict) -> MayGo {
        let flagged = verdict.score >= self.min_score && self.drops.has(verdict.relation);
        let goes = |covered: f64| flagged && covered >= self.min_covered;
        MayGo::of(goes(verdict.covered_a), goes(verdict.covered_b))
    }

    /// The verdict on two articles that are no exact copies, if they are flagged, or related and that
    /// is asked for. `later` is the time from b to a in seconds, where both dates are known. With a
    /// and b in the other order the same comes out, turned.
    pub fn judge(
        &self,
        a: Side,
        b: Side,
        figures: &Figures,
        later: Option<i64>,
        holders: &Holders,
    ) -> Option<Verdict> {
        let gap = later.map(i64::unsigned_abs);
        let verdict = |relation, score, [covered_a, covered_b]: [f64; 2]| {
            let Figures { similarity, containment, .. } = *figures;
            Verdict { relation, score, covered_a, covered_b, similarity, containment }
        };
        let Some(features) = features(a, b, later, holders) else {
            // Without content words there are the shingles alone.
            let score = Some(figures.similarity).filter(|&score| score >= self.min_score)?;
            let covered =
                |it: Side| figures.shared as f64 / it.prepared.shingles.len().max(1) as f64;
            return Some(verdict(relation(a, b, figures), score, [covered(a), covered(b)]));
        };
        let covered = || {
            let [of_a, of_b] = features.each_ref().map(|it| MODELS.covered(it, gap));
            // What is right now is not in what was wrong.
            let most = |side: Side, other: Side| {
                if side.story.corrects && !other.story.corrects { MAX_OF_CORRECTION } else { 1.0 }
            };
            [of_a.min(most(a, b)), of_b.min(most(b, a))]
        };
        if let Some(score) = MODELS.score(&features, gap, self.min_score) {
            return Some(verdict(relation(a, b, figures), score, covered()));
        }
        (self.related && MODELS.are_related(&features, gap)).then(|| {
            let score = MODELS.score(&features, gap, 0.0).unwrap_or(0.0);
            verdict(Relation::Related, score, covered())
        })
    }
}

/// What two texts are to each other if they are versions of one story.
fn relation(a: Side, b: Side, figures: &Figures) -> Relation {
    let (a, b) = (a.prepared, b.prepared);
    let least = if figures.shared < MIN_SHARED { MIN_CONTAINMENT_OF_FEW } else { MIN_CONTAINMENT };
    let enough = figures.containment >= least;
    if enough && 2 * figures.shared >= a.shingles.len().max(b.shingles.len()) {
        return Relation::Syndicated;
    }
    let (shorter, longer) = (a.words.len().min(b.words.len()), a.words.len().max(b.words.len()));
    let bar = MIN_ALIGNED * longer as f64;
    // Aligning takes longer than all the rest.
    if figures.containment >= MIN_CONTAINMENT_OF_EDITED
        && shorter as f64 >= bar
        && count_aligned(&a.words, &b.words) as f64 >= bar
    {
        return Relation::Syndicated;
    }
    if enough { Relation::Excerpt } else { Relation::Rewritten }
}
