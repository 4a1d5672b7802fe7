//! A first look at two articles that may be one story told twice: their dates and story shingles
//! alone, which costs less than reading two texts.

use crate::corpus::{self, Corpus, Glances};
use crate::error::Result;
use crate::verify::{Bars, sets};

const SECONDS_A_DAY: f64 = 86_400.0;

/// The score that the first look is fitted to; a lower bar lets more pass.
const FITTED_SCORE: f64 = 0.7;

/// Least share of the lesser story's stems that related articles have in common.
const LEAST_SHARED_OF_RELATED: f64 = 0.25;

/// Whether a pair may get past a bar, by the stems it shares and the number that each has: by the
/// share of the lesser's and the fuller's stems that the other has. Reading two texts costs a
/// hundred times as much.
pub fn pass(bars: &Bars, shared: usize, a: usize, b: usize, gap: Option<u64>) -> bool {
    let share = |of: usize| shared as f64 / of.max(1) as f64;
    let (of_lesser, of_fuller) = (share(a.min(b)), share(a.max(b)));
    let days = gap.unwrap_or(0) as f64 / SECONDS_A_DAY;
    let log_odds = 10.4 * of_lesser + 6.1 * of_fuller - 3.8 * days.ln_1p() - 5.6;
    let logit = |score: f64| (score / (1.0 - score)).ln();
    log_odds >= logit(bars.min_score) - logit(FITTED_SCORE)
        || bars.related && of_lesser >= LEAST_SHARED_OF_RELATED
}

pub struct FirstLook<'a> {
    corpus: &'a Corpus,
    /// Seconds between two articles of one story, where both dates are known.
    window: Option<u64>,
    pub bars: Bars,
}

impl<'a> FirstLook<'a> {
    pub fn new(corpus: &'a Corpus, window: Option<u64>, bars: Bars) -> FirstLook<'a> {
        FirstLook { corpus, window, bars }
    }

    /// Whether two articles may be one story told twice.
    pub fn are_alike(&self, a: u32, b: u32, glances: &mut Glances) -> Result<bool> {
        let gap = self.corpus.gap((a, b));
        Ok(is_within(self.window, gap) && self.share_enough(a, b, gap, glances)?)
    }

    /// Whether two articles that share wording may be versions of one story, whenever they came.
    pub fn may_be_copies(&self, a: u32, b: u32, glances: &mut Glances) -> Result<bool> {
        self.share_enough(a, b, None, glances)
    }

    fn share_enough(
        &self,
        a: u32,
        b: u32,
        gap: Option<u64>,
        [first, second]: &mut Glances,
    ) -> Result<bool> {
        let (a, b) = (first.get(a)?, second.get(b)?);
        Ok(pass(&self.bars, sets::count_shared(a, b), a.len(), b.len(), gap))
    }

    /// Whether two dates are near enough.
    pub fn are_within(&self, a: i64, b: i64) -> bool {
        is_within(self.window, corpus::gap(a, b))
    }
}

/// Whether two articles are near enough in time, or may be.
pub fn is_within(window: Option<u64>, gap: Option<u64>) -> bool {
    gap.zip(window).is_none_or(|(gap, window)| gap <= window)
}
