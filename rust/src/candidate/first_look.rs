//! A first look at two articles that may be one story told twice: their dates and story shingles
//! alone, which costs less than reading two texts.

use crate::corpus::Corpus;
use crate::error::Result;
use crate::story::Stem;
use crate::verify;
use crate::verify::rewrite::Bars;

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

    /// Whether two articles may be one story told twice. The buffers are scratch.
    pub fn are_alike(&self, a: u32, b: u32, buffers: &mut [Vec<Stem>; 2]) -> Result<bool> {
        let gap = self.corpus.gap((a, b));
        if !gap.is_none_or(|gap| self.is_within(gap)) {
            return Ok(false);
        }
        let stems = &self.corpus.sketches.stems;
        let [buffer_a, buffer_b] = buffers;
        let shared =
            verify::sets::count_shared(stems.get(a, buffer_a)?, stems.get(b, buffer_b)?) as f64;
        let share = |article| shared / stems.length(article).max(1) as f64;
        Ok(self.bars.pass_first_look(share(a).max(share(b)), share(a).min(share(b)), gap))
    }

    pub fn is_within(&self, gap: u64) -> bool {
        self.window.is_none_or(|window| gap <= window)
    }
}
