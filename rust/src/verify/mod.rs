//! Verification: the exact figures of a pair, the verdict on it, and what speaks for it.

pub mod alignment;
mod common_order;
mod correction;
pub mod evidence;
pub mod features;
pub mod furniture;
pub mod judge;
pub mod model;
pub mod passages;
mod prepared;
pub mod row;
pub mod sentences;
pub mod sets;
pub mod story;
mod verdict;

pub use judge::{Bars, Comparison};
pub use prepared::Prepared;
pub use verdict::{Drops, Figures, Match, MayGo, Relation, Verdict};

use crate::text::MIN_WORDS;
use crate::text::story::outline::OutlineScratch;
use features::Side;
use furniture::Holders;
use story::Story;

/// An article with all that it is compared by.
#[derive(Default)]
pub struct Article {
    pub prepared: Prepared,
    pub story: Story,
}

impl Article {
    /// Reads a text of which nothing is known but itself.
    pub fn of(text: &str) -> Article {
        let mut article = Article { prepared: Prepared::of(text), story: Story::default() };
        article.story.outline.read(text, &mut OutlineScratch::default());
        article.story.finish(&article.prepared, &Holders::default());
        article
    }

    pub fn side(&self) -> Side<'_> {
        Side { prepared: &self.prepared, story: &self.story }
    }
}

/// Compares two texts as a pass over them alone does: their figures, and the verdict if they are
/// flagged, or related and that is asked for. `later` is the time from b to a in seconds, where both
/// dates are known.
pub fn compare(
    a: &Article,
    b: &Article,
    later: Option<i64>,
    bars: &Bars,
) -> (Figures, Option<Verdict>) {
    let (x, y) = (&a.prepared, &b.prepared);
    let figures = Figures::of(&x.shingles, &y.shingles);
    if !x.words.is_empty() && x.words.joined() == y.words.joined() {
        return (figures, Some(Verdict::IDENTICAL));
    }
    // Shorter texts match only exactly.
    let long_enough = x.words.len().min(y.words.len()) >= MIN_WORDS;
    let judge = || {
        let compared = Comparison::of(a.side(), b.side(), figures, later, &Holders::default());
        bars.judge(&[compared], true)[0]
    };
    (figures, long_enough.then(judge).flatten())
}
