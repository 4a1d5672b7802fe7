//! The matches of one article: candidates by its keys, each verified on the two texts.

use std::cmp::Reverse;

use hashbrown::{HashMap, HashSet};

use super::postings::{
    ENOUGH_SAMPLES, FIRST, key_of_sample, key_of_stem, key_of_words, keys_of_bands,
};
use super::store::{Glance, Record, Store};
use super::{Article, Found, Index, Known, decompress};
use crate::candidate::bucket::CROWD;
use crate::candidate::rare_stems::MIN_SHARED as MIN_STEMS;
use crate::candidate::samples::{self, MIN_SHARED_SHARE};
use crate::corpus::{self, Sketches};
use crate::error::Result;
use crate::story::outline::{Outline, OutlineScratch};
use crate::verify::{self, Figures, Prepared, Surface, Verdict, rewrite, sets};

/// Bands that a candidate shares at least. Of those that share one alone nearly all are strangers.
const MIN_BANDS: u32 = 2;

/// Articles that a rare stem is looked up for, the last ones, and those that all stems together are.
const NEIGHBOURS: usize = 64;
const MOST_MET: usize = 1024;

/// What an article has in common with one that is stored.
#[derive(Default)]
struct Met {
    words: bool,
    bands: u32,
    samples: usize,
    /// Whether enough of them.
    stems: bool,
}

/// An article ready to be compared.
struct Side<'a> {
    id: &'a str,
    date: i64,
    text: &'a str,
    prepared: Prepared,
}

impl Index {
    pub(super) fn matches(
        &self,
        store: &Store,
        known: &Known,
        next: u32,
        article: &Article,
        sketches: &Sketches,
    ) -> Result<Vec<Found>> {
        let (met, common) = self.meet(store, known, next, sketches)?;
        let mut buffer = Vec::new();
        let sampled = sketches.samples.get(0, &mut buffer)?.len();
        // One in 8 samples of the shorter article, whose number is not known here: two are enough.
        let may_be_copy = |met: &Met| {
            met.words
                || met.bands >= MIN_BANDS
                || met.samples > 0
                    && met.samples * MIN_SHARED_SHARE >= sampled.min(2 * MIN_SHARED_SHARE)
        };
        let stems = Glance::of(article.date, sketches.stems.get(0, &mut buffer)?).stems();
        let mut candidates = Vec::new();
        for (number, met) in met {
            if may_be_copy(&met)
                || met.stems && self.may_be_rewrite(store, article, &stems, number)?
            {
                candidates.push(number);
            }
        }
        candidates.sort_unstable();
        let own = Side {
            id: article.id,
            date: article.date,
            text: article.text,
            prepared: Prepared::of(article.text),
        };
        let mut outlines = Outlines::default();
        let mut found = Vec::new();
        for number in candidates {
            let Some(record) = store.record(number)? else { continue };
            let text = decompress(store, &record)?;
            let prepared = Prepared::of(&text);
            let theirs = Side { id: &record.id, date: record.date, text: &text, prepared };
            if let Some(verdict) = self.verify(&own, &theirs, &common, &mut outlines) {
                let drops = self.goes(&own, &theirs, &record, &verdict);
                found.push(Found { id: record.id.clone(), verdict, drops });
            }
        }
        // Of equal ones the first stored stays first.
        found.sort_by(|a, b| {
            let (a, b) = (a.verdict, b.verdict);
            b.score.total_cmp(&a.score).then(a.relation.cmp(&b.relation))
        });
        Ok(found)
    }

    /// A first look at an article that shares rare stems with the given one.
    fn may_be_rewrite(
        &self,
        store: &Store,
        article: &Article,
        stems: &[u32],
        number: u32,
    ) -> Result<bool> {
        let Some(bars) = &self.bars else { return Ok(false) };
        let Some(glance) = store.glance(number)? else { return Ok(false) };
        let gap = corpus::gap(article.date, glance.date);
        let theirs = glance.stems();
        let shared = sets::count_shared(stems, &theirs);
        Ok(self.is_near(gap) && bars.pass_first_look(shared, stems.len(), theirs.len(), gap))
    }

    /// Whether two articles may be one story told twice, by the time between them.
    fn is_near(&self, gap: Option<u64>) -> bool {
        let Some((gap, window)) = gap.zip(self.options.window) else { return true };
        gap <= window
    }

    /// What meets an article by its keys, and those of its sampled shingles that are common.
    fn meet(
        &self,
        store: &Store,
        known: &Known,
        next: u32,
        sketches: &Sketches,
    ) -> Result<(HashMap<u32, Met>, HashSet<u32>)> {
        let mut met: HashMap<u32, Met> = HashMap::new();
        let mut common = HashSet::new();
        let mut buffer = Vec::new();
        let list = |key| self.list(store, known, next, key, usize::MAX);
        if sketches.lengths[0] > 0 {
            for number in list(key_of_words(sketches.digests[0]))? {
                met.entry(number).or_default().words = true;
            }
        }
        if !sketches.may_be_alike(0) {
            return Ok((met, common));
        }
        let samples = sketches.samples.get(0, &mut buffer)?;
        if samples.len() < ENOUGH_SAMPLES {
            let mut buffer = Vec::new();
            for key in keys_of_bands(sketches.signatures.get(0, &mut buffer)?) {
                for number in hubs(list(key)?) {
                    met.entry(number).or_default().bands += 1;
                }
            }
        }
        for &sample in samples {
            let list = list(key_of_sample(sample))?;
            if list.len() > CROWD {
                common.insert(sample);
            }
            for number in hubs(list) {
                met.entry(number).or_default().samples += 1;
            }
        }
        let stems = sketches.stems.get(0, &mut buffer)?.iter();
        let mut lists: Vec<Vec<u32>> = stems
            .filter(|stem| !known.frequent.contains(*stem))
            .map(|&stem| self.list(store, known, next, key_of_stem(stem), NEIGHBOURS))
            .collect::<Result<_>>()?;
        // The rarest say most.
        lists.sort_by_key(Vec::len);
        let mut meetings: Vec<u32> = Vec::new();
        for list in lists {
            let last = &list[list.len().saturating_sub(NEIGHBOURS)..];
            if meetings.len() + last.len() > MOST_MET {
                break;
            }
            meetings.extend(last);
        }
        meetings.sort_unstable();
        for meeting in meetings.chunk_by(|x, y| x == y) {
            if meeting.len() >= MIN_STEMS as usize {
                met.entry(meeting[0]).or_default().stems = true;
            }
        }
        Ok((met, common))
    }

    fn verify(
        &self,
        own: &Side,
        theirs: &Side,
        common: &HashSet<u32>,
        outlines: &mut Outlines,
    ) -> Option<Verdict> {
        let (a, b) = (&own.prepared, &theirs.prepared);
        let figures = Figures::of(&a.shingles, &b.shingles);
        let gap = corpus::gap(own.date, theirs.date);
        let common =
            || samples::is_mostly_common(&a.shingles, &b.shingles, |key| common.contains(&key));
        match verify::compare_surface(a, b, figures, gap, common) {
            Surface::Copy(verdict) => Some(verdict),
            Surface::Template => None,
            Surface::Unlike => {
                let bars = self.bars.as_ref()?;
                let long_enough = a.words.len().min(b.words.len()) >= verify::MIN_WORDS;
                if !long_enough || !self.is_near(gap) {
                    return None;
                }
                outlines.read(own.text, theirs.text);
                rewrite::verify(&outlines.own, &outlines.theirs, &figures, gap, bars)
            }
        }
    }

    /// Whether the given article is dropped for a stored one.
    fn goes(&self, own: &Side, theirs: &Side, record: &Record, verdict: &Verdict) -> bool {
        if record.duplicate_of.is_some() || !self.drops.has(verdict.relation) {
            return false;
        }
        let (words, their_words) = (own.prepared.words.len(), theirs.prepared.words.len());
        let size = |side: &Side| (side.prepared.shingles.len(), side.prepared.words.len());
        let is_shorter = (size(own), Reverse(own.id)) < (size(theirs), Reverse(theirs.id));
        let alike = verify::are_alike_in_length(words, their_words);
        if verdict.relation.lets_only_the_shorter_go(alike) {
            return is_shorter;
        }
        // The one stored came first.
        self.keep.key(0, theirs.date, their_words as u32)
            <= self.keep.key(1, own.date, words as u32)
    }
}

/// The articles of a list that are looked at: of a crowded one the first and as many of the last.
fn hubs(list: Vec<u32>) -> Vec<u32> {
    if list.len() <= CROWD {
        return list;
    }
    [&list[..FIRST], &list[list.len() - FIRST..]].concat()
}

/// The outlines of the given article and of the one it is compared with.
#[derive(Default)]
struct Outlines {
    own: Outline,
    theirs: Outline,
    has_own: bool,
    scratch: OutlineScratch,
}

impl Outlines {
    fn read(&mut self, own: &str, theirs: &str) {
        if !self.has_own {
            self.own.read(own, &mut self.scratch);
            self.has_own = true;
        }
        self.theirs.read(theirs, &mut self.scratch);
    }
}
