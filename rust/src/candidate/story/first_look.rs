//! A first look at two articles that may be one story told twice: their dates and story shingles
//! alone, which costs less than reading two texts.

use crate::corpus::{self, Corpus};
use crate::error::Result;
use crate::text::story::Stem;
use crate::verify::rewrite::Bars;
use crate::verify::sets;

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
        let (a, b) = (stems.get(a, buffer_a)?, stems.get(b, buffer_b)?);
        Ok(self.bars.pass_first_look(sets::count_shared(a, b), a.len(), b.len(), gap))
    }

    /// Whether two dates are near enough.
    pub fn are_within(&self, a: i64, b: i64) -> bool {
        corpus::gap(a, b).is_none_or(|gap| self.is_within(gap))
    }

    fn is_within(&self, gap: u64) -> bool {
        self.window.is_none_or(|window| gap <= window)
    }
}
