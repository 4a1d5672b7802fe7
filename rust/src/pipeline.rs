//! The pass: read, then exact copies → candidates → verification → clusters.

use std::path::Path;
use std::sync::Arc;

use hashbrown::HashSet;
use rayon::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::banding::NUM_PERM;
use crate::candidate::bucket::Bounded;
use crate::candidate::first_look::FirstLook;
use crate::candidate::samples::{self, Common};
use crate::candidate::{self, Articles, Candidates, Pair};
use crate::cluster::{self, Drops, Match};
use crate::corpus::{Corpus, NO_DATE, Scratch, Sketcher};
use crate::error::{Error, Result};
use crate::exact;
use crate::memory::Memory;
use crate::prepared::{PreparedReader, Ready};
use crate::progress::Progress;
use crate::rank::{self, KeepRule, Ranking};
use crate::read::jsonl::{self, FieldChoice};
use crate::read::table::{self, Row, Store};
use crate::read::text_file;
use crate::signature::{Instructions, Permutations};
use crate::temporary;
use crate::verify::rewrite::{self, Bars};
use crate::verify::{self, Figures, Relation, Surface, Verdict};

/// Seed of the permutations, datasketch's default.
pub const SEED: u32 = 1;

/// Pairs verified by one thread at a time, in the order of their articles.
const PAIRS_AT_ONCE: usize = 256;

/// Rounds of comparing an article with what its dropped match was dropped for.
const MAX_ROUNDS: usize = 4;

pub struct Options {
    pub keep: Option<KeepRule>,
    pub drops: Drops,
    /// Whether rewrites are looked for, and from what score on, and whether related articles are.
    pub rewrites: Option<Bars>,
    /// Seconds between two articles of one story told twice, where both dates are known.
    pub window: Option<u64>,
    /// 0 is one for each processor.
    pub threads: usize,
    /// Bytes of memory that the pass should keep to.
    pub memory: Option<u64>,
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
    /// Every verified pair, by ids.
    pub matches: Vec<Match>,
    /// Every dropped article with the match to the one kept for it, by id.
    pub duplicates: Vec<(u32, Match)>,
    /// Whether each article is kept.
    pub kept: Vec<bool>,
    pub candidates: u64,
    pub bounded: Bounded,
}

impl Found {
    /// The counts of the summary, by name.
    pub fn counts(&self, corpus: &Corpus) -> Vec<(String, u64)> {
        let dated = corpus.dates.iter().filter(|&&date| date != NO_DATE).count() as u64;
        let mut counts = vec![
            ("read".to_owned(), corpus.records()),
            ("kept".to_owned(), self.kept.iter().filter(|kept| **kept).count() as u64),
            ("dropped".to_owned(), self.duplicates.len() as u64),
            ("rejected".to_owned(), corpus.rejections.len() as u64),
            ("dated".to_owned(), dated),
            ("unread_dates".to_owned(), corpus.unread_dates),
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
            ),
            progress: Arc::default(),
            sketcher: Sketcher { permutations, stories: options.rewrites.is_some() },
            scratch: Scratch::default(),
            pool: thread_pool(options.threads)?,
            options,
            resumed: false,
        })
    }

    pub fn read_jsonl(&mut self, path: &Path, name: &str, choice: &FieldChoice) -> Result<u32> {
        let Pass { corpus, sketcher, progress, pool, .. } = self;
        let read = pool.install(|| jsonl::read(corpus, path, name, choice, sketcher, progress));
        progress.stop();
        read
    }

    pub fn read_text_file(&mut self, path: &Path, name: &str) -> Result<u32> {
        let Pass { corpus, sketcher, scratch, progress, .. } = self;
        progress.start("read", 1);
        let read = text_file::read(corpus, path, name, sketcher, scratch);
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
    pub fn resume(&mut self) -> Result<bool> {
        if let Some(mut saved) = Corpus::load(&self.corpus.memory.folder)? {
            std::mem::swap(&mut saved.memory, &mut self.corpus.memory);
            self.corpus = saved;
            self.resumed = true;
        }
        Ok(self.resumed)
    }

    /// Finds the duplicates. What is read is saved first, if not all of it fits into memory, and so
    /// is what each stage finds, unless it was before the pass was interrupted.
    pub fn find(&mut self) -> Result<Found> {
        if self.corpus.is_spilled() && !self.resumed {
            self.corpus.save()?;
        }
        let found = self.pool.install(|| Finder::new(self).run());
        self.progress.stop();
        found
    }
}

/// A pool of its own, for one pass: a process that forks between passes is left no dead threads.
pub fn thread_pool(threads: usize) -> Result<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Error::Misuse(format!("cannot start {threads} threads: {error}")))
}

struct Finder<'a> {
    pass: &'a Pass,
    corpus: &'a Corpus,
    keep: KeepRule,
    ranking: Ranking,
    /// The place of each article in the order of their ids.
    id_ranks: Vec<u32>,
    look: Option<FirstLook<'a>>,
}

impl<'a> Finder<'a> {
    fn new(pass: &'a Pass) -> Finder<'a> {
        let corpus = &pass.corpus;
        let keep = pass.options.keep.unwrap_or_else(|| KeepRule::default_for(corpus));
        let Options { window, rewrites, .. } = pass.options;
        let look = rewrites.map(|bars| FirstLook::new(corpus, window, bars));
        let (ranking, id_ranks) = (Ranking::of(corpus, keep), rank::id_ranks(corpus));
        Finder { pass, corpus, keep, ranking, id_ranks, look }
    }

    fn run(&self) -> Result<Found> {
        let (representatives, candidates) = self.saved("candidates", || {
            let ranks = &self.ranking.ranks;
            let length_ranks = Ranking::of(self.corpus, KeepRule::Longest).ranks;
            let representatives = exact::representatives(self.corpus, ranks, &self.pass.progress)?;
            let articles = Articles::new(self.corpus, &representatives, ranks, &length_ranks);
            let candidates = candidate::find(&articles, self.look.as_ref(), &self.pass.progress)?;
            Ok((representatives, candidates))
        })?;
        // Stems are still looked at when pairs are verified.
        let sketches = &self.corpus.sketches;
        sketches.signatures.clear_spilled()?;
        sketches.samples.clear_spilled()?;
        let Candidates { mut pairs, bounded, common } = candidates;
        let mut matches = self.saved("verify", || self.verify(&pairs, &common))?;
        let mut compared: HashSet<Pair> = pairs.drain(..).collect();
        let mut dropped_by = self.cluster(&mut matches);
        for _ in 1..MAX_ROUNDS {
            let pairs = orphan_pairs(&matches, &dropped_by, &compared);
            if pairs.is_empty() {
                break;
            }
            matches.extend(self.verify(&pairs, &common)?);
            compared.extend(pairs);
            dropped_by = self.cluster(&mut matches);
        }
        let drops = dropped_by.iter().map(|index| index.map(|index| matches[index])).collect();
        Ok(self.finish(matches, drops, &representatives, compared.len() as u64, bounded))
    }

    /// What a stage finds; of a pass that does not fit into memory it is saved, and taken from there
    /// when the pass is resumed.
    fn saved<T: Serialize + DeserializeOwned>(
        &self,
        stage: &str,
        find: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let folder = &self.corpus.memory.folder;
        if self.pass.resumed
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

    /// Puts the matches into the order of their ids, and finds for each article the one that drops it.
    fn cluster(&self, matches: &mut [Match]) -> Vec<Option<usize>> {
        self.pass.progress.start("cluster", self.corpus.len() as u64);
        matches.par_sort_unstable_by_key(|found| self.id_pair(found));
        cluster::cluster(matches, &self.ranking, self.pass.options.drops)
    }

    fn id_pair(&self, found: &Match) -> (u32, u32) {
        (self.id_ranks[found.a as usize], self.id_ranks[found.b as usize])
    }

    fn verify(&self, pairs: &[Pair], common: &Common) -> Result<Vec<Match>> {
        let progress = &self.pass.progress;
        progress.start("verify", pairs.len() as u64);
        let matches: Vec<Vec<Match>> = pairs
            .par_chunks(PAIRS_AT_ONCE)
            .map_init(
                || PreparedReader::new(self.corpus),
                |reader, chunk| {
                    let verify = |&pair| self.verify_pair(pair, common, reader);
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
        common: &Common,
        reader: &mut PreparedReader,
    ) -> Result<Option<Match>> {
        let (a, b) = reader.get(pair)?;
        let figures = Figures::of(&a.prepared.shingles, &b.prepared.shingles);
        let common = || {
            let is_common = |key| common.contains_key(&key);
            !common.is_empty()
                && samples::is_mostly_common(&a.prepared.shingles, &b.prepared.shingles, is_common)
        };
        let gap = self.corpus.gap(pair);
        let verdict = match verify::compare_surface(&a.prepared, &b.prepared, figures, gap, common)
        {
            Surface::Copy(verdict) => Some(verdict),
            Surface::Template => None,
            Surface::Unlike => match &self.look {
                Some(look) if look.are_alike(pair.0, pair.1, &mut reader.stems)? => {
                    let (a, b) = reader.outlines(pair);
                    rewrite::verify(a, b, &figures, gap, &look.bars)
                }
                _ => None,
            },
        };
        let Some(verdict) = verdict else { return Ok(None) };
        let (a, b) = reader.get(pair)?;
        let size = |article: u32, ready: &Ready| {
            let (shingles, words) = (ready.prepared.shingles.len(), ready.prepared.words.len());
            (shingles, words, std::cmp::Reverse(self.id_ranks[article as usize]))
        };
        let shorter = if size(pair.0, a) < size(pair.1, b) { pair.0 } else { pair.1 };
        let alike = verify::are_alike_in_length(a.prepared.words.len(), b.prepared.words.len());
        Ok(Some(self.match_of(pair, verdict, shorter, alike)))
    }

    /// The match with its articles in the order of their ids.
    fn match_of(&self, (x, y): Pair, verdict: Verdict, shorter: u32, alike: bool) -> Match {
        let id_rank = |article: u32| self.id_ranks[article as usize];
        let (a, b) = if id_rank(x) < id_rank(y) { (x, y) } else { (y, x) };
        let only_shorter = verdict.relation.lets_only_the_shorter_go(alike);
        Match { a, b, verdict, only: only_shorter.then_some(shorter) }
    }

    /// Brings the exact copies back in: each goes where its words go.
    fn finish(
        &self,
        mut matches: Vec<Match>,
        mut drops: Vec<Option<Match>>,
        representatives: &[u32],
        candidates: u64,
        bounded: Bounded,
    ) -> Found {
        let copies = (0..).zip(representatives).filter(|(copy, first)| copy != *first);
        for (copy, &first) in copies {
            let exact = self.match_of((copy, first), IDENTICAL, copy, true);
            matches.push(exact);
            drops[copy as usize] = match drops[first as usize] {
                Some(found) => {
                    let inherited =
                        self.match_of((copy, found.other(first)), found.verdict, copy, true);
                    matches.push(inherited);
                    Some(inherited)
                }
                None => Some(exact).filter(|_| self.pass.options.drops.has(Relation::Exact)),
            };
        }
        matches.par_sort_unstable_by_key(|found| self.id_pair(found));
        let kept = drops.iter().map(Option::is_none).collect();
        let mut duplicates: Vec<(u32, Match)> =
            (0..).zip(drops).filter_map(|(article, found)| Some((article, found?))).collect();
        duplicates.par_sort_unstable_by_key(|it| self.id_ranks[it.0 as usize]);
        Found { keep: self.keep, matches, duplicates, kept, candidates, bounded }
    }
}

const IDENTICAL: Verdict =
    Verdict { relation: Relation::Exact, score: 1.0, similarity: 1.0, containment: 1.0 };

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
