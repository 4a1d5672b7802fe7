//! Verification of rewrites: how likely two stories are one told twice.

use super::features::{Features, SECONDS_A_DAY, features};
use super::model::MODEL;
use super::verdict::{Drops, Figures, MayGo, Relation, Verdict};
use crate::text::story::outline::Outline;

/// From where on a pair is flagged, and an article of it may go.
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

/// Least share of the lesser story's stems that related articles have in common.
const LEAST_SHARED_OF_RELATED: f64 = 0.25;

impl Bars {
    /// Whether a pair may get past a bar, by the stems it shares and the number that each has: by the
    /// share of the lesser's and the fuller's stems that the other has. Fitted to what gets past the default bar: of that 99.9% pass here, and few of
    /// the other candidates, where reading two texts costs a hundred times as much.
    pub fn pass_first_look(&self, shared: usize, a: usize, b: usize, gap: Option<u64>) -> bool {
        let share = |of: usize| shared as f64 / of.max(1) as f64;
        let (of_lesser, of_fuller) = (share(a.min(b)), share(a.max(b)));
        let days = gap.unwrap_or(0) as f64 / SECONDS_A_DAY;
        let log_odds = 10.4 * of_lesser + 6.1 * of_fuller - 3.8 * days.ln_1p() - 5.6;
        let lowered = (self.min_score / (1.0 - self.min_score)).ln() - (0.78_f64 / 0.22).ln();
        log_odds >= lowered || self.related && of_lesser >= LEAST_SHARED_OF_RELATED
    }

    /// Which of two articles may be dropped for the other.
    pub fn may_go(&self, verdict: &Verdict) -> MayGo {
        let flagged = verdict.score >= self.min_score && self.drops.has(verdict.relation);
        let goes = |covered: f64| flagged && covered >= self.min_covered;
        MayGo::of(goes(verdict.covered_a), goes(verdict.covered_b))
    }

    pub fn relation(&self, features: &Features) -> Option<Relation> {
        if MODEL.score(features) >= self.min_score {
            Some(Relation::Rewritten)
        } else if self.related && MODEL.is_related(features) {
            Some(Relation::Related)
        } else {
            None
        }
    }
}

/// The relation of two stories that are no copies. Which is named first makes no difference.
pub fn verify(
    a: &Outline,
    b: &Outline,
    figures: &Figures,
    gap: Option<u64>,
    bars: &Bars,
) -> Option<Verdict> {
    let features = features(a, b, figures, gap)?;
    let Figures { similarity, containment, .. } = *figures;
    let score = MODEL.score(&features);
    let relation = bars.relation(&features)?;
    let (covered_a, covered_b) =
        super::covered_by_length(relation, score, a.tokens.len(), b.tokens.len());
    Some(Verdict { relation, score, covered_a, covered_b, similarity, containment })
}
