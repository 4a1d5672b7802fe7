//! The matches of one article: candidates by its keys, each verified on the two texts.

use hashbrown::{HashMap, HashSet};

use super::article::{Article, Options};
use super::content::{Body, Ready};
use super::postings::{
    ENOUGH_SAMPLES, FIRST, Key, LAST, key_of_sample, key_of_stem, key_of_words, keys_of_bands,
};
use super::record::{Glance, Record};
use super::vocabulary::Vocabulary;
use crate::candidate::bucket::CROWD;
use crate::candidate::samples::MIN_SHARED_SHARE;
use crate::candidate::story::first_look;
use crate::candidate::story::rare_stems::MIN_SHARED as MIN_STEMS;
use crate::corpus;
use crate::corpus::rank::KeepRule;
use crate::error::Result;
use crate::sketch::banding::NUM_PERM;
use crate::sketch::signature::{Instructions, Permutations, SEED};
use crate::sketch::sketches::{Sketcher, Sketches};
use crate::text::{MIN_WORDS, date, shingle};
use crate::verify::furniture::{Holders, MANY};
use crate::verify::judge::MIN_CONTAINMENT_OF_EDITED;
use crate::verify::{Bars, Drops, Figures, MayGo, Relation, Verdict, sets};

/// Bands that a candidate shares at least. Of those that share one alone nearly all are strangers.
const MIN_BANDS: u32 = 2;

/// Share of an article's samples from which on another has nearly its text: of texts alike in length
/// what makes a Jaccard index of .65.
const SAME_TEXT: f64 = 0.79;

/// Share of the stems of two articles, of those of both, that makes of them nearly one text.
const SAME_STEMS: f64 = 0.85;

/// Articles that are told apart by it, at most.
const MOST_GROUPED: usize = 32;

/// Matches that are compared anew by what the texts stored have of furniture, the best ones.
const NEAREST: usize = 16;

/// Articles that a rare stem is looked up for, the last ones, and those that all stems together are.
const NEIGHBOURS: usize = 64;
const MOST_MET: usize = 1024;

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

/// What an article has in common with one that is stored.
#[derive(Default)]
struct Met {
    words: bool,
    bands: u32,
    samples: usize,
    /// Whether enough of them.
    stems: bool,
}

/// The articles that one meets by its keys, those that hold each sampled shingle, and how many stories
/// these are.
#[derive(Default)]
struct Meetings {
    met: HashMap<u32, Met>,
    lists: HashMap<u32, Vec<u32>>,
    holders: Holders,
}

impl Meetings {
    /// Learns how many stories hold the sampled shingles of others; false if that says nothing more.
    fn learn<'a>(
        &mut self,
        shelf: &impl Shelf,
        of_others: impl Iterator<Item = &'a [u32]> + Clone,
    ) -> Result<bool> {
        let Meetings { lists, holders, .. } = self;
        let is_new = |sample: &&u32| !lists.contains_key(*sample);
        let new: HashSet<u32> = of_others.clone().flatten().filter(is_new).copied().collect();
        let mut new: Vec<u32> = new.into_iter().collect();
        new.sort_unstable();
        let keys: Vec<Key> = new.iter().copied().map(key_of_sample).collect();
        let found = shelf.lists(&keys, usize::MAX)?;
        // What few hold is no furniture.
        let may_be_more = found.iter().any(|list| list.len() as u32 >= MANY);
        lists.extend(new.into_iter().zip(found));
        if !may_be_more {
            return Ok(false);
        }
        let mut is_more = false;
        for samples in of_others {
            for (sample, count) in count_holders(shelf, samples, lists)? {
                let known = holders.0.entry(sample).or_default();
                is_more |= *known < count;
                *known = count.max(*known);
            }
        }
        Ok(is_more)
    }
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
        let mut drops = Drops::default();
        for name in &options.drop {
            drops.0[Relation::named(name)? as usize] = true;
        }
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

    /// The matches of an article with one that is stored.
    pub fn match_one(
        &self,
        shelf: &impl Shelf,
        vocabulary: &Vocabulary,
        articles: u32,
        own: Side,
        sketches: &Sketches,
        other: (u32, Record),
    ) -> Result<Vec<Found>> {
        let meetings = meet(shelf, vocabulary, articles, sketches)?;
        self.compare(shelf, own, vec![other], meetings)
    }

    /// The matches of an article with some that are stored, the best first.
    fn compare(
        &self,
        shelf: &impl Shelf,
        mut own: Side,
        mut records: Vec<(u32, Record)>,
        mut meetings: Meetings,
    ) -> Result<Vec<Found>> {
        let mut found = self.compare_all(&mut own, &records, &meetings.holders)?;
        sort(&mut found);
        // What furniture a text has that the given one has not is looked up where it may matter.
        let edited = found.iter().filter(|it| it.0.verdict.relation != Relation::Exact);
        let nearest: HashSet<u32> = edited.take(NEAREST).map(|it| it.0.number).collect();
        let is_near = |it: &Compared| nearest.contains(&it.0.number);
        if meetings.learn(shelf, found.iter().filter(|it| is_near(it)).map(|it| &it.1[..]))? {
            records.retain(|it| nearest.contains(&it.0));
            found.retain(|it| !is_near(it));
            own.ready.forget_furniture();
            found.extend(self.compare_all(&mut own, &records, &meetings.holders)?);
            sort(&mut found);
        }
        Ok(found.into_iter().map(|it| it.0).collect())
    }

    fn compare_all(
        &self,
        own: &mut Side,
        records: &[(u32, Record)],
        holders: &Holders,
    ) -> Result<Vec<Compared>> {
        let mut found = Vec::new();
        for (number, record) in records {
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
        (self.keep.key(side.place, side.date, words), side.place)
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
        let Some((gap, window)) = gap.zip(self.window) else { return true };
        gap <= window
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
        let verdict = self.bars.judge(a, b, &figures, later, holders)?;
        (self.sketcher.stories || verdict.relation.is_copy()).then_some(verdict)
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

/// The best first; of equal ones the first stored stays first.
fn sort(found: &mut [Compared]) {
    found.sort_by(|(a, _), (b, _)| {
        let order = |it: &Found| (it.verdict.relation, it.place);
        b.verdict.score.total_cmp(&a.verdict.score).then(order(a).cmp(&order(b)))
    });
}

/// What meets an article by its keys.
fn meet(
    shelf: &impl Shelf,
    vocabulary: &Vocabulary,
    articles: u32,
    sketches: &Sketches,
) -> Result<Meetings> {
    let mut meetings = Meetings::default();
    let Meetings { met, lists: of_samples, holders } = &mut meetings;
    if sketches.lengths[0] == 0 {
        return Ok(meetings);
    }
    // In one go: the digest, the bands, the samples.
    let mut keys = vec![key_of_words(sketches.digests[0])];
    let mut buffer = Vec::new();
    let mut samples: &[u32] = &[];
    if sketches.may_be_alike(0) {
        samples = sketches.samples.get(0, &mut buffer)?;
        if samples.len() < ENOUGH_SAMPLES {
            keys.extend(keys_of_bands(sketches.signatures.get(0, &mut Vec::new())?));
        }
    }
    let first_sample = keys.len();
    keys.extend(samples.iter().copied().map(key_of_sample));
    let lists = shelf.lists(&keys, usize::MAX)?;
    for (index, list) in lists.into_iter().enumerate() {
        if index >= first_sample {
            hubs(&list).for_each(|number| met.entry(number).or_default().samples += 1);
            of_samples.insert(samples[index - first_sample], list);
        } else if index > 0 {
            hubs(&list).for_each(|number| met.entry(number).or_default().bands += 1);
        } else {
            // Of many copies no more than a run keeps.
            ends(&list, LAST).for_each(|number| met.entry(number).or_default().words = true);
        }
    }
    holders.0 = count_holders(shelf, samples, of_samples)?;
    if sketches.may_be_alike(0) {
        for number in met_by_stems(shelf, vocabulary, articles, sketches)? {
            met.entry(number).or_default().stems = true;
        }
    }
    Ok(meetings)
}

/// How many stories hold each sampled shingle of an article, where many do: the article with all that
/// hold nearly its text are one, and so are others of nearly one text. `lists` has those that hold each.
fn count_holders(
    shelf: &impl Shelf,
    samples: &[u32],
    lists: &HashMap<u32, Vec<u32>>,
) -> Result<HashMap<u32, u32>> {
    let many = |sample: &u32| lists[sample].len() as u32 + 1 >= MANY;
    if !samples.iter().any(many) {
        return Ok(HashMap::new());
    }
    let mut shared: HashMap<u32, usize> = HashMap::new();
    for &number in samples.iter().flat_map(|sample| &lists[sample]) {
        *shared.entry(number).or_default() += 1;
    }
    let is_other = |number: &u32| (shared[number] as f64) < SAME_TEXT * samples.len() as f64;
    let others = |list: &Vec<u32>| -> Vec<u32> { list.iter().copied().filter(is_other).collect() };
    let held: Vec<(u32, Vec<u32>)> = samples
        .iter()
        .filter(|sample| many(sample))
        .map(|sample| (*sample, others(&lists[sample])))
        .filter(|(_, others)| others.len() as u32 + 1 >= MANY)
        .collect();
    let stories = stories_of(shelf, held.iter().flat_map(|it| it.1.iter().copied()).collect())?;
    let count = |(sample, mut others): (u32, Vec<u32>)| {
        others.iter_mut().for_each(|it| *it = stories.get(it).copied().unwrap_or(*it));
        others.sort_unstable();
        others.dedup();
        (sample, others.len() as u32 + 1)
    };
    Ok(held.into_iter().map(count).filter(|it| it.1 >= MANY).collect())
}

/// For each of some articles the first of nearly the same text; of very many none, which tell many
/// stories anyway.
fn stories_of(shelf: &impl Shelf, articles: HashSet<u32>) -> Result<HashMap<u32, u32>> {
    let mut stories = HashMap::new();
    if articles.len() > MOST_GROUPED {
        return Ok(stories);
    }
    let mut articles: Vec<u32> = articles.into_iter().collect();
    articles.sort_unstable();
    let glances = shelf.glances(&articles)?;
    for (place, (number, glance)) in glances.iter().enumerate() {
        let is_same = |(_, other): &&(u32, Glance)| {
            let (a, b) = (&glance.stems, &other.stems);
            let shared = sets::count_shared(a, b);
            shared as f64 >= SAME_STEMS * (a.len() + b.len() - shared) as f64
        };
        let first = glances[..place].iter().find(is_same).map_or(*number, |it| stories[&it.0]);
        stories.insert(*number, first);
    }
    Ok(stories)
}

/// The articles that share enough of the rarest stems of one.
fn met_by_stems(
    shelf: &impl Shelf,
    vocabulary: &Vocabulary,
    articles: u32,
    sketches: &Sketches,
) -> Result<Vec<u32>> {
    let mut buffer = Vec::new();
    let stems = sketches.stems.get(0, &mut buffer)?.iter();
    let telling = stems.filter(|stem| !vocabulary.is_frequent(**stem));
    let mut counted: Vec<(usize, u32)> =
        telling.map(|&stem| (vocabulary.estimate(stem, articles), stem)).collect();
    // The rarest say most.
    counted.sort_unstable();
    let mut expected = 0;
    let looked_up = counted.iter().take_while(|&&(count, _)| {
        expected += count.min(NEIGHBOURS);
        expected <= MOST_MET
    });
    let keys: Vec<Key> = looked_up.map(|&(_, stem)| key_of_stem(stem)).collect();
    let mut lists = shelf.lists(&keys, NEIGHBOURS)?;
    lists.sort_by_key(Vec::len);
    let mut numbers: Vec<u32> = Vec::new();
    for list in lists {
        let last = &list[list.len().saturating_sub(NEIGHBOURS)..];
        if numbers.len() + last.len() > MOST_MET {
            break;
        }
        numbers.extend(last);
    }
    numbers.sort_unstable();
    let often = numbers.chunk_by(|x, y| x == y).filter(|it| it.len() >= MIN_STEMS as usize);
    Ok(often.map(|meeting| meeting[0]).collect())
}

/// The articles of a list that are looked at: of a crowded one the first and as many of the last.
fn hubs(list: &[u32]) -> impl Iterator<Item = u32> {
    let last = if list.len() > CROWD { FIRST } else { list.len() };
    ends(list, last)
}

/// The first articles of a list, and so many of the last.
fn ends(list: &[u32], last: usize) -> impl Iterator<Item = u32> {
    let first = FIRST.min(list.len());
    let last = list.len().saturating_sub(last).max(first);
    list[..first].iter().chain(&list[last..]).copied()
}
