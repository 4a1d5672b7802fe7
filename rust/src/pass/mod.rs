//! The pass: read, then exact copies → those in an index → candidates → verification → clusters.

pub mod cluster;
pub mod exact;
pub mod ingest;
pub mod stories;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hashbrown::HashSet;
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::candidate::bucket::Bounded;
use crate::candidate::story::first_look::FirstLook;
use crate::candidate::{self, Articles, Candidates};
use crate::corpus::prepared::PreparedReader;
use crate::corpus::rank::{self, KeepRule, Ranking};
use crate::corpus::rows::Store;
use crate::corpus::{Corpus, Ids, NO_DATE, Pair, Rejection};
use crate::dump::read::records::{self, Choice};
use crate::dump::read::table::{self, Row};
use crate::dump::read::text_file;
use crate::error::{Error, Result};
use crate::index::{self, Index};
use crate::memory::{Memory, temporary};
use crate::progress::Progress;
use crate::sketch::banding::NUM_PERM;
use crate::sketch::signature::{Instructions, Permutations, SEED};
use crate::sketch::sketches::{Scratch, Sketcher};
use crate::threads::thread_pool;
use crate::verify::features::{Features, features};
use crate::verify::furniture::Holders;
use crate::verify::judge::MIN_CONTAINMENT_OF_EDITED;
use crate::verify::{Bars, Figures, Match, Relation, Verdict};
use ingest::{Answer, Stored};
use stories::Version;

/// Pairs verified by one thread at a time, in the order of their articles.
const PAIRS_AT_ONCE: usize = 256;

/// Rounds of comparing an article with what its dropped match was dropped for.
const MAX_ROUNDS: usize = 4;

pub struct Options {
    pub keep: Option<KeepRule>,
    pub bars: Bars,
    /// Whether rewrites are looked for.
    pub rewrites: bool,
    /// Seconds between two articles of one story told twice, where both dates are known.
    pub window: Option<u64>,
    /// 0 is one for each processor.
    pub threads: usize,
    /// Bytes of memory that the pass should keep to.
    pub memory: Option<u64>,
    /// Whether an article whose id was seen before is rejected, not numbered.
    pub unique_ids: bool,
}

pub struct Pass {
    pub corpus: Corpus,
    pub progress: Arc<Progress>,
    sketcher: Sketcher,
    scratch: Scratch,
    options: Options,
    pool: rayon::ThreadPool,
    /// Whether the corpus was saved by an earlier pass.
    resumed: bool,
}

/// What a pass found.
pub struct Found {
    pub keep: KeepRule,
    /// Every flagged pair, and the related ones, by ids.
    pub matches: Vec<Match>,
    /// Every dropped article with the match to the one kept for it, by id.
    pub duplicates: Vec<(u32, Match)>,
    /// The versions of each story, by the ids of what is kept of it and of theirs.
    pub versions: Vec<Version>,
    /// Whether each article is kept.
    pub kept: Vec<bool>,
    /// Articles that were read and not taken.
    pub rejections: Vec<Rejection>,
    /// Ids of the articles of an index that are matched, numbered on from those of the corpus.
    pub stored: Ids,
    pub candidates: u64,
    pub bounded: Bounded,
}

impl Found {
    /// The counts of the summary, by name.
    pub fn counts(&self, corpus: &Corpus) -> Vec<(String, u64)> {
        let for_index =
            |(article, found): &&(u32, Match)| found.other(*article) as usize >= corpus.len();
        let for_index = self.duplicates.iter().filter(for_index).count() as u64;
        let dated = corpus.dates.iter().filter(|&&date| date != NO_DATE).count() as u64;
        let (flagged, flagged_pairs) = self.flagged(corpus);
        let mut counts = vec![
            ("read".to_owned(), corpus.records()),
            ("kept".to_owned(), self.kept.iter().filter(|kept| **kept).count() as u64),
            ("dropped".to_owned(), self.duplicates.len() as u64),
            ("rejected".to_owned(), (corpus.rejections.len() + self.rejections.len()) as u64),
            ("dropped_for_index".to_owned(), for_index),
            ("flagged".to_owned(), flagged),
            ("flagged_pairs".to_owned(), flagged_pairs),
            ("stories".to_owned(), self.stories().count() as u64),
            ("repeated_ids".to_owned(), corpus.ids.repeated()),
            ("dated".to_owned(), dated),
            ("without_words".to_owned(), corpus.sketches.without_words()),
            ("unread_dates".to_owned(), corpus.columns.unread().count),
            ("doubtful_dates".to_owned(), corpus.columns.doubtful().count),
            ("candidates".to_owned(), self.candidates),
            ("bounded_buckets".to_owned(), self.bounded.buckets),
            ("bounded_pairs".to_owned(), self.bounded.pairs),
        ];
        for relation in Relation::ALL {
            let has = |found: &&Match| found.verdict.relation == relation;
            let dropped = self.duplicates.iter().map(|(_, found)| found).filter(has).count();
            let matched = self.matches.iter().filter(has).count();
            counts.push((format!("dropped_{}", relation.name()), dropped as u64));
            counts.push((format!("matched_{}", relation.name()), matched as u64));
        }
        counts
    }

    /// The versions of one story after the other.
    pub fn stories(&self) -> impl Iterator<Item = &[Version]> {
        self.versions.chunk_by(|x, y| x.head == y.head)
    }

    /// How an article that is no head has its story in common with the head of it.
    pub fn match_of(&self, version: &Version) -> &Match {
        let index = version.index as usize;
        if version.dropped { &self.duplicates[index].1 } else { &self.matches[index] }
    }

    /// How many articles of the corpus are kept and flagged with another that is kept or stored, and
    /// how many such pairs there are.
    fn flagged(&self, corpus: &Corpus) -> (u64, u64) {
        let is_kept = |article: u32| self.kept.get(article as usize).is_none_or(|kept| *kept);
        let mut flagged = vec![false; corpus.len()];
        let mut pairs = 0;
        for found in self.matches.iter().filter(|it| is_kept(it.a) && is_kept(it.b)) {
            if found.verdict.relation != Relation::Related {
                pairs += 1;
                for article in [found.a, found.b] {
                    flagged.get_mut(article as usize).into_iter().for_each(|it| *it = true);
                }
            }
        }
        (flagged.into_iter().filter(|flagged| *flagged).count() as u64, pairs)
    }
}

impl Pass {
    /// A pass that puts what it does not hold in memory into `folder`; without one it holds all.
    pub fn new(options: Options, folder: Option<&Path>) -> Result<Pass> {
        let fastest = Instructions::available()[0];
        let permutations = Permutations::new(NUM_PERM, SEED, fastest);
        Ok(Pass {
            corpus: Corpus::new(
                Store::new(folder)?,
                Memory::new(options.memory, folder.map(Path::to_path_buf)),
                options.unique_ids,
            ),
            progress: Arc::default(),
            sketcher: Sketcher { permutations, stories: options.rewrites },
            scratch: Scratch::default(),
            pool: thread_pool(options.threads)?,
            options,
            resumed: false,
        })
    }

    pub fn read_records(&mut self, path: &Path, name: &str, choice: Choice) -> Result<u32> {
        let Pass { corpus, sketcher, progress, pool, .. } = self;
        let read = pool.install(|| records::read(corpus, path, name, choice, sketcher, progress));
        progress.stop();
        read
    }

    pub fn read_text_file(&mut self, path: &Path, name: &str, date: Option<&str>) -> Result<u32> {
        let Pass { corpus, sketcher, scratch, progress, .. } = self;
        progress.start("read", 1);
        let read = text_file::read(corpus, path, name, date, sketcher, scratch);
        progress.stop();
        read
    }

    pub fn read_rows(&mut self, source: u32, rows: &[Row]) -> Result<()> {
        let Pass { corpus, sketcher, progress, pool, .. } = self;
        progress.start("read", 0);
        let read = pool.install(|| table::read(corpus, source, rows, sketcher));
        progress.stop();
        read
    }

    /// Takes over what an interrupted pass in the same folder had read; false if it had not read all.
    /// `paths` are those of its sources, in their order.
    pub fn resume(&mut self, paths: Vec<PathBuf>) -> Result<bool> {
        if let Some(mut saved) = Corpus::load(&self.corpus.memory.folder)? {
            if saved.sources.len() != paths.len() {
                let message = "cannot resume, the state is of other inputs; run without --resume";
                return Err(Error::Misuse(message.to_owned()));
            }
            for (source, path) in saved.sources.iter_mut().zip(paths) {
                source.path = path;
            }
            std::mem::swap(&mut saved.memory, &mut self.corpus.memory);
            self.corpus = saved;
            self.resumed = true;
        }
        Ok(self.resumed)
    }

    /// Finds the duplicates. What is read is saved first, if not all of it fits into memory, and so
    /// is what each stage finds, unless it was before the pass was interrupted. Articles that an
    /// index makes duplicates go first, for those stored.
    pub fn find(&mut self, index: Option<&Index>) -> Result<Found> {
        self.corpus.settle_dates();
        if self.corpus.is_spilled() && !self.resumed {
            self.corpus.save()?;
        }
        let found = self.pool.install(|| Finder::new(self, index)?.run());
        self.progress.stop();
        found
    }

    /// Stores all articles in an index, each compared with those before it.
    pub fn add_to(&mut self, index: &Index) -> Result<Found> {
        self.corpus.settle_dates();
        if !self.corpus.unique_ids {
            self.corpus.ids = self.pool.install(|| ingest::names(&self.corpus, index))?;
        }
        let corpus = &self.corpus;
        let added = self.pool.install(|| ingest::add(corpus, index, &self.progress));
        self.progress.stop();
        let (stored, refused) = added?;
        let Stored { ids, mut matches, dropped: mut duplicates } = stored;
        let id_ranks = rank::id_ranks(corpus, &ids);
        sort_by_ids(&mut matches, &mut duplicates, &id_ranks);
        let mut kept = vec![true; corpus.len()];
        let gone = duplicates.iter().map(|it| it.0).chain(refused.iter().copied());
        gone.for_each(|article| kept[article as usize] = false);
        let ranks = self.pool.install(|| Ranking::of(corpus, index.judge.keep).ranks);
        let versions = stories::versions(&matches, &duplicates, &kept, &ranks, &id_ranks);
        let rejection = |&article: &u32| {
            let id = corpus.ids.get(article as usize);
            corpus.rejection(article, index::refused(id).to_string())
        };
        Ok(Found {
            keep: index.judge.keep,
            matches,
            duplicates,
            versions,
            kept,
            rejections: refused.iter().map(rejection).collect(),
            stored: ids,
            candidates: 0,
            bounded: Bounded::default(),
        })
    }

    /// The matches of some articles in an index.
    pub fn check_in(&self, index: &Index, articles: Range<u32>) -> Result<Vec<Answer>> {
        let articles: Vec<u32> = articles.collect();
        self.pool.install(|| ingest::check(&self.corpus, index, &articles, &self.progress))
    }

    /// The features of some pairs, each article against the other, as the models see them; of none
    /// where one has no content words.
    pub fn features(&self, pairs: &[Pair]) -> Result<Vec<Option<[Features; 2]>>> {
        self.pool.install(|| {
            let finder = Finder::new(self, None)?;
            let holders = finder.candidates()?.holders;
            let features = |reader: &mut PreparedReader, &pair: &Pair| {
                reader.get(pair)?;
                let (a, b) = reader.sides(pair);
                Ok(features(a, b, self.corpus.later(pair), &holders))
            };
            let reader = || PreparedReader::new(&self.corpus, &holders);
            pairs.par_iter().map_init(reader, features).collect()
        })
    }

    /// What a stage finds; of a pass that does not fit into memory it is saved, and taken from there
    /// when the pass is resumed.
    fn saved<T: Serialize + DeserializeOwned>(
        &self,
        stage: &str,
        find: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let folder = &self.corpus.memory.folder;
        if self.resumed
            && let Some(found) = temporary::load(folder, stage)?
        {
            return Ok(found);
        }
        let found = find()?;
        if self.corpus.is_spilled() {
            temporary::save(folder, stage, &found)?;
        }
        Ok(found)
    }
}

struct Finder<'a> {
    pass: &'a Pass,
    corpus: &'a Corpus,
    keep: KeepRule,
    ranking: Ranking,
    /// For each article the one that stands for its words.
    representatives: Vec<u32>,
    /// What the index has of them.
    stored: Stored,
    /// The place of each article, the stored ones too, in the order of their ids.
    id_ranks: Vec<u32>,
    look: Option<FirstLook<'a>>,
}

impl<'a> Finder<'a> {
    fn new(pass: &'a Pass, index: Option<&Index>) -> Result<Finder<'a>> {
        let corpus = &pass.corpus;
        let keep = pass.options.keep.unwrap_or_else(|| KeepRule::default_for(corpus));
        let Options { window, rewrites, bars, .. } = pass.options;
        let look = rewrites.then(|| FirstLook::new(corpus, window, bars));
        let ranking = Ranking::of(corpus, keep);
        let representatives =
            pass.saved("exact", || exact::representatives(corpus, &ranking.ranks, &pass.progress))?;
        let stored = match index {
            None => Stored::default(),
            Some(index) => pass.saved("index", || {
                let own = (0..).zip(&representatives).filter(|(article, first)| article == *first);
                let own: Vec<u32> = own.map(|(article, _)| article).collect();
                let answers = ingest::check(corpus, index, &own, &pass.progress)?;
                Ok(Stored::of(corpus, answers, |_| None))
            })?,
        };
        let id_ranks = rank::id_ranks(corpus, &stored.ids);
        Ok(Finder { pass, corpus, keep, ranking, representatives, stored, id_ranks, look })
    }

    fn run(self) -> Result<Found> {
        let candidates = self.pass.saved("candidates", || self.candidates())?;
        // Stems are still looked at when pairs are verified.
        let sketches = &self.corpus.sketches;
        sketches.signatures.clear_spilled()?;
        sketches.samples.clear_spilled()?;
        let Candidates { mut pairs, bounded, holders } = candidates;
        let mut matches = self.pass.saved("verify", || self.verify(&pairs, &holders))?;
        let mut compared: HashSet<Pair> = pairs.drain(..).collect();
        let mut dropped_by = self.cluster(&mut matches);
        for _ in 1..MAX_ROUNDS {
            let pairs = orphan_pairs(&matches, &dropped_by, &compared);
            if pairs.is_empty() {
                break;
            }
            matches.extend(self.verify(&pairs, &holders)?);
            compared.extend(pairs);
            dropped_by = self.cluster(&mut matches);
        }
        let drops = dropped_by.iter().map(|index| index.map(|index| matches[index])).collect();
        Ok(self.finish(matches, drops, compared.len() as u64, bounded))
    }

    fn candidates(&self) -> Result<Candidates> {
        let length_ranks = Ranking::of(self.corpus, KeepRule::Longest).ranks;
        let ranks = &self.ranking.ranks;
        let mut articles = Articles::new(self.corpus, &self.representatives, ranks, &length_ranks);
        // What is dropped for the index is out: nothing may be dropped for it.
        let gone: HashSet<u32> = self.stored.dropped.iter().map(|it| it.0).collect();
        articles.members.retain(|article| !gone.contains(article));
        candidate::find(&articles, self.look.as_ref(), &self.pass.progress)
    }

    /// Puts the matches into the order in which their articles are kept, which unlike that of their
    /// ids never depends on the order of the input, and finds for each article the one that drops it.
    fn cluster(&self, matches: &mut [Match]) -> Vec<Option<usize>> {
        self.pass.progress.start("cluster", self.corpus.len() as u64);
        let rank = |article: u32| self.ranking.ranks[article as usize];
        matches.par_sort_unstable_by_key(|found| {
            let (a, b) = (rank(found.a), rank(found.b));
            (a.min(b), a.max(b))
        });
        cluster::cluster(matches, &self.ranking)
    }

    fn verify(&self, pairs: &[Pair], holders: &Holders) -> Result<Vec<Match>> {
        let progress = &self.pass.progress;
        progress.start("verify", pairs.len() as u64);
        let matches: Vec<Vec<Match>> = pairs
            .par_chunks(PAIRS_AT_ONCE)
            .map_init(
                || PreparedReader::new(self.corpus, holders),
                |reader, chunk| {
                    let verify = |&pair| self.verify_pair(pair, holders, reader);
                    let matches = chunk.iter().map(verify).filter_map(Result::transpose).collect();
                    progress.add(chunk.len() as u64)?;
                    matches
                },
            )
            .collect::<Result<_>>()?;
        Ok(matches.concat())
    }

    fn verify_pair(
        &self,
        pair: Pair,
        holders: &Holders,
        reader: &mut PreparedReader,
    ) -> Result<Option<Match>> {
        let (first, second) = pair;
        // Most of what falls here is told without reading the texts.
        if let Some(look) = &self.look
            && !look.may_be_copies(first, second, &mut reader.stems)?
        {
            return Ok(None);
        }
        let (a, b) = reader.get(pair)?;
        let figures = Figures::of(&a.prepared.shingles, &b.prepared.shingles);
        if figures.containment < MIN_CONTAINMENT_OF_EDITED {
            let Some(look) = &self.look else { return Ok(None) };
            if !look.are_alike(first, second, &mut reader.stems)? {
                return Ok(None);
            }
        }
        let (a, b) = reader.sides(pair);
        let bars = &self.pass.options.bars;
        let verdict = bars.judge(a, b, &figures, self.corpus.later(pair), holders);
        let wanted = |verdict: &Verdict| self.pass.options.rewrites || verdict.relation.is_copy();
        Ok(verdict.filter(wanted).map(|verdict| self.match_of(pair, verdict)))
    }

    /// The match with its articles in the order of their ids.
    fn match_of(&self, (x, y): Pair, verdict: Verdict) -> Match {
        let may_go = self.pass.options.bars.may_go(&verdict);
        self.in_order(Match { a: x, b: y, verdict, may_go })
    }

    fn in_order(&self, found: Match) -> Match {
        let id_rank = |article: u32| self.id_ranks[article as usize];
        if id_rank(found.a) < id_rank(found.b) { found } else { found.turned() }
    }

    /// Brings back in what was dropped for the index, and the exact copies: each goes where its
    /// words go.
    fn finish(
        mut self,
        mut matches: Vec<Match>,
        mut drops: Vec<Option<Match>>,
        candidates: u64,
        bounded: Bounded,
    ) -> Found {
        matches.append(&mut self.stored.matches);
        for &(article, found) in &self.stored.dropped {
            drops[article as usize] = Some(found);
        }
        let copies = (0..).zip(&self.representatives).filter(|(copy, first)| copy != *first);
        for (copy, &first) in copies {
            let exact = self.match_of((copy, first), Verdict::IDENTICAL);
            matches.push(exact);
            drops[copy as usize] = match drops[first as usize] {
                Some(found) => {
                    let found = if found.a == first { found } else { found.turned() };
                    let inherited = self.in_order(Match { a: copy, ..found });
                    matches.push(inherited);
                    Some(inherited)
                }
                None => Some(exact).filter(|exact| exact.may_drop(copy)),
            };
        }
        let kept: Vec<bool> = drops.iter().map(Option::is_none).collect();
        let mut duplicates: Vec<(u32, Match)> =
            (0..).zip(drops).filter_map(|(article, found)| Some((article, found?))).collect();
        sort_by_ids(&mut matches, &mut duplicates, &self.id_ranks);
        let ranks = &self.ranking.ranks;
        let versions = stories::versions(&matches, &duplicates, &kept, ranks, &self.id_ranks);
        Found {
            keep: self.keep,
            matches,
            duplicates,
            versions,
            kept,
            rejections: Vec::new(),
            stored: self.stored.ids,
            candidates,
            bounded,
        }
    }
}

/// Puts matches and duplicates into the order of their ids.
fn sort_by_ids(matches: &mut [Match], duplicates: &mut [(u32, Match)], id_ranks: &[u32]) {
    matches.par_sort_unstable_by_key(|found| id_pair(found, id_ranks));
    duplicates.par_sort_unstable_by_key(|it| id_ranks[it.0 as usize]);
}

fn id_pair(found: &Match, id_ranks: &[u32]) -> (u32, u32) {
    (id_ranks[found.a as usize], id_ranks[found.b as usize])
}

/// Pairs not yet compared of an article that is kept and one that a match of it was dropped for.
/// In crowded buckets few pairs are looked at, and a copy can miss the one that is kept.
fn orphan_pairs(
    matches: &[Match],
    dropped_by: &[Option<usize>],
    compared: &HashSet<Pair>,
) -> Vec<Pair> {
    let kept_for = |article: u32| {
        let found = &matches[dropped_by[article as usize]?];
        Some(found.other(article))
    };
    let orphan = |article: u32, other: u32| match (kept_for(article), kept_for(other)) {
        (None, Some(kept)) if kept != article => Some((article, kept)),
        _ => None,
    };
    let known = |&(a, b): &Pair| compared.contains(&(a, b)) || compared.contains(&(b, a));
    let mut pairs: Vec<Pair> = matches
        .iter()
        .filter(|found| found.verdict.relation != Relation::Related)
        .flat_map(|found| [orphan(found.a, found.b), orphan(found.b, found.a)])
        .flatten()
        .filter(|pair| !known(pair))
        .map(|(a, b)| (a.max(b), a.min(b)))
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}
