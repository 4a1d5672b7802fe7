//! The matches of one article: candidates by its keys, each verified on the two texts.

use std::cmp::Ordering;

use hashbrown::{HashMap, HashSet};

use super::article::{Article, Options};
use super::content::{Body, Ready};
use super::meeting::{Meetings, Met, meet};
use super::postings::Key;
use super::record::{Glance, Record};
use super::vocabulary::Vocabulary;
use crate::candidate::samples::MIN_SHARED_SHARE;
use crate::candidate::story::first_look;
use crate::corpus;
use crate::corpus::rank::KeepRule;
use crate::error::{Error, Result};
use crate::sketch::banding::NUM_PERM;
use crate::sketch::signature::{Instructions, Permutations, SEED};
use crate::sketch::sketches::{Sketcher, Sketches};
use crate::text::{MIN_WORDS, date, shingle};
use crate::verify::furniture::Holders;
use crate::verify::judge::MIN_CONTAINMENT_OF_EDITED;
use crate::verify::{Bars, Comparison, Drops, Figures, MayGo, Relation, Verdict, sets};

/// Bands that a candidate shares at least. Of those that share one alone nearly all are strangers.
const MIN_BANDS: u32 = 2;

/// Matches that are compared anew by what the texts stored have of furniture, the best ones.
const NEAREST: usize = 16;

/// What decides which matches an article has, and which of them drop it.
pub struct Judge {
    pub sketcher: Sketcher,
    pub keep: KeepRule,
    pub bars: Bars,
    window: Option<u64>,
}

/// Where stored articles are looked up, many at a time, by their numbers in the order in which they
/// came.
pub trait Shelf {
    /// Fails once what is done here is to stop.
    fn go_on(&self) -> Result<()>;

    /// The articles that have each key, in their order: the last ones, at least `most` where there
    /// are.
    fn lists(&self, keys: &[Key], most: usize) -> Result<Vec<Vec<u32>>>;

    /// Those that are there, as for `records`.
    fn glances(&self, numbers: &[u32]) -> Result<Vec<(u32, Glance)>>;

    fn records(&self, numbers: &[u32]) -> Result<Vec<(u32, Record)>>;
}

/// A stored article that a given one is a version of.
#[derive(Clone)]
pub struct Found {
    pub number: u32,
    pub id: String,
    /// Of the given article, a, and this one, b.
    pub verdict: Verdict,
    /// Whether the given article is dropped for it, if it is for any: its keep rule has chosen, and it
    /// is no duplicate itself.
    pub drops: bool,
    /// Whether it would be, had the keep rule not chosen the given article.
    pub late: bool,
    /// Whether it may go for the given article, were that stored first.
    pub may_go: bool,
    /// The number of its first version.
    place: u32,
}

impl Found {
    /// Which of the two may be dropped for the other; of the given article it is said whether it is.
    pub fn may_go(&self) -> MayGo {
        MayGo::of(self.drops, self.may_go)
    }

    pub fn is_version(&self) -> bool {
        self.verdict.relation != Relation::Related
    }

    /// Whether the given article is nothing new beside it: dropped for it, or an exact copy that stays
    /// by the keep rule alone.
    pub fn makes_old(&self) -> bool {
        self.drops || self.late && self.verdict.relation == Relation::Exact
    }
}

/// What is most worth saying of an article by its matches, the best first: what it is dropped for, or
/// what came before it and is later by its date, or another version of it.
pub fn telling(found: &[Found]) -> Option<&Found> {
    let versions = || found.iter().filter(|it| it.is_version());
    let dropping = versions().find(|it| it.drops);
    dropping.or_else(|| versions().find(|it| it.late)).or_else(|| versions().next())
}

/// The article that one is a duplicate of, by its matches.
pub fn original_of(found: &[Found]) -> Option<u32> {
    found.iter().find(|it| it.drops).map(|it| it.number)
}

/// A match, and the sampled shingles of the one stored.
type Compared = (Found, Vec<u32>);

/// An article ready to be compared.
pub struct Side {
    /// The number of its first version, which says what came before it.
    place: u32,
    date: i64,
    ready: Ready,
}

impl Side {
    pub fn of(article: &Article, place: u32) -> Side {
        let ready = Ready::of(Body::Text(article.text.to_owned()));
        Side { place, date: article.date, ready }
    }

    pub fn stored(record: &Record) -> Result<Side> {
        let Record { place, date, ref content, .. } = *record;
        Ok(Side { place, date, ready: Ready::of(content.open()?) })
    }
}

impl Judge {
    /// None for options that there are not.
    pub fn new(options: &Options) -> Option<Judge> {
        let drops = Drops::named(&options.drop).ok()?;
        let &Options { min_score, min_covered, related, rewrites, window, .. } = options;
        let permutations = Permutations::new(NUM_PERM, SEED, Instructions::available()[0]);
        Some(Judge {
            sketcher: Sketcher { permutations, stories: rewrites },
            keep: KeepRule::named(&options.keep)?,
            bars: Bars { min_score, min_covered, related, drops },
            window,
        })
    }

    /// The matches of an article with those on a shelf of so many, the best first.
    pub fn matches(
        &self,
        shelf: &impl Shelf,
        vocabulary: &Vocabulary,
        articles: u32,
        own: Side,
        sketches: &Sketches,
    ) -> Result<Vec<Found>> {
        let mut meetings = meet(shelf, vocabulary, articles, sketches)?;
        let met = std::mem::take(&mut meetings.met);
        let candidates = self.candidates(shelf, met, own.date, sketches)?;
        self.compare(shelf, own, shelf.records(&candidates)?, meetings)
    }

    /// How an article that is stored by a number matches those on a shelf, by what became of it when
    /// it was: whether it is a duplicate, and of which.
    pub fn stand(
        &self,
        shelf: &impl Shelf,
        vocabulary: &Vocabulary,
        articles: u32,
        number: u32,
        record: &Record,
        sketches: &Sketches,
    ) -> Result<Vec<Found>> {
        let own = || Side::stored(record);
        let mut found = self.matches(shelf, vocabulary, articles, own()?, sketches)?;
        for it in &mut found {
            it.drops = record.original == Some(it.number);
            it.late &= it.number < number;
        }
        if let Some(original) = record.original
            && !found.iter().any(|it| it.drops)
        {
            // Too many others share what led to it, or it was stored since.
            let meetings = meet(shelf, vocabulary, articles, sketches)?;
            let original = shelf.records(&[original])?;
            if original.is_empty() {
                return Err(Error::Index("the index is damaged: an original is missing".into()));
            }
            let mut again = self.compare(shelf, own()?, original, meetings)?;
            again.iter_mut().for_each(|it| it.drops = true);
            found.splice(0..0, again);
        }
        Ok(found)
    }

    /// The matches of an article with some that are stored, the best first.
    fn compare(
        &self,
        shelf: &impl Shelf,
        mut own: Side,
        mut records: Vec<(u32, Record)>,
        mut meetings: Meetings,
    ) -> Result<Vec<Found>> {
        let mut found = self.compare_all(shelf, &mut own, &records, &meetings.holders)?;
        found.sort_by(|a, b| best_first(&a.0, &b.0));
        // What furniture a text has that the given one has not is looked up where it may matter.
        let edited = found.iter().filter(|it| it.0.verdict.relation != Relation::Exact);
        let nearest: HashSet<u32> = edited.take(NEAREST).map(|it| it.0.number).collect();
        let is_near = |it: &Compared| nearest.contains(&it.0.number);
        if meetings.learn(shelf, found.iter().filter(|it| is_near(it)).map(|it| &it.1[..]))? {
            records.retain(|it| nearest.contains(&it.0));
            found.retain(|it| !is_near(it));
            own.ready.forget_furniture();
            found.extend(self.compare_all(shelf, &mut own, &records, &meetings.holders)?);
            found.sort_by(|a, b| best_first(&a.0, &b.0));
        }
        Ok(found.into_iter().map(|it| it.0).collect())
    }

    fn compare_all(
        &self,
        shelf: &impl Shelf,
        own: &mut Side,
        records: &[(u32, Record)],
        holders: &Holders,
    ) -> Result<Vec<Compared>> {
        let mut found = Vec::new();
        for (number, record) in records {
            shelf.go_on()?;
            let mut theirs = Side::stored(record)?;
            let Some(verdict) = self.verify(own, &mut theirs, holders) else { continue };
            let (mut drops, mut late) = self.choose(own, &theirs, &verdict);
            if record.original.is_some() {
                (drops, late) = (false, false);
            }
            let samples = shingle::sample(&theirs.ready.prepared.shingles).collect();
            let may_go = self.bars.may_go(&verdict).b();
            let (number, id, place) = (*number, record.id.clone(), record.place);
            found.push((Found { number, id, verdict, drops, late, may_go, place }, samples));
        }
        Ok(found)
    }

    /// What articles are kept by, the least first.
    pub fn rank(&self, side: &Side) -> (i64, u32) {
        let words = side.ready.prepared.words.len() as u32;
        (self.keep.key(side.place as u64, side.date, words), side.place)
    }

    /// The articles met that may be versions, in their order.
    fn candidates(
        &self,
        shelf: &impl Shelf,
        met: HashMap<u32, Met>,
        date: i64,
        sketches: &Sketches,
    ) -> Result<Vec<u32>> {
        let mut buffer = Vec::new();
        let sampled = sketches.samples.get(0, &mut buffer)?.len();
        // One in 8 samples of the shorter article, whose number is not known here: two are enough.
        let may_be_copy = |met: &Met| {
            met.words
                || met.bands >= MIN_BANDS
                || met.samples > 0
                    && met.samples * MIN_SHARED_SHARE >= sampled.min(2 * MIN_SHARED_SHARE)
        };
        let (mut candidates, mut others) = (Vec::new(), Vec::new());
        for (number, met) in met {
            if may_be_copy(&met) {
                candidates.push(number);
            } else if met.stems {
                others.push(number);
            }
        }
        if self.sketcher.stories {
            let own = Glance::of(date, sketches.stems.get(0, &mut buffer)?);
            others.sort_unstable();
            for (number, theirs) in shelf.glances(&others)? {
                let gap = corpus::gap(own.date, theirs.date);
                let (a, b) = (&own.stems, &theirs.stems);
                let shared = || sets::count_shared(a, b);
                if self.is_near(gap)
                    && first_look::pass(&self.bars, shared(), a.len(), b.len(), gap)
                {
                    candidates.push(number);
                }
            }
        }
        candidates.sort_unstable();
        Ok(candidates)
    }

    /// Whether two articles may be one story told twice, by the time between them.
    fn is_near(&self, gap: Option<u64>) -> bool {
        first_look::is_within(self.window, gap)
    }

    fn verify(&self, own: &mut Side, theirs: &mut Side, holders: &Holders) -> Option<Verdict> {
        let (a, b) = (&own.ready.prepared, &theirs.ready.prepared);
        if !a.words.is_empty() && a.words.joined() == b.words.joined() {
            return Some(Verdict::IDENTICAL);
        }
        let figures = Figures::of(&a.shingles, &b.shingles);
        let later = date::later(own.date, theirs.date);
        let long_enough = a.words.len().min(b.words.len()) >= MIN_WORDS;
        let may_be_alike =
            self.sketcher.stories && self.is_near(corpus::gap(own.date, theirs.date));
        if !long_enough || figures.containment < MIN_CONTAINMENT_OF_EDITED && !may_be_alike {
            return None;
        }
        let (a, b) = (own.ready.side(holders), theirs.ready.side(holders));
        let compared = Comparison::of(a, b, figures, later, holders);
        self.bars.judge(&[compared], self.sketcher.stories)[0]
    }

    /// Whether the given article is dropped for a stored one, if this is kept; and whether it stays
    /// by the keep rule alone.
    fn choose(&self, own: &Side, theirs: &Side, verdict: &Verdict) -> (bool, bool) {
        match self.bars.may_go(verdict) {
            MayGo::A => (true, false),
            MayGo::Either => {
                let stays = self.rank(own) < self.rank(theirs);
                (!stays, stays)
            }
            MayGo::B | MayGo::Neither => (false, false),
        }
    }
}

/// The best first; of equal ones the first stored.
pub fn best_first(a: &Found, b: &Found) -> Ordering {
    let order = |it: &Found| (it.verdict.relation, it.place);
    b.verdict.score.total_cmp(&a.verdict.score).then(order(a).cmp(&order(b)))
}
