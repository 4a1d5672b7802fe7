//! The pass: read, then exact copies → those in an index → candidates → verification → clusters.

pub mod cluster;
pub mod copies;
pub mod exact;
mod found;
pub mod ingest;
pub mod members;
mod results;
pub mod stories;

use std::borrow::Borrow;
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
use crate::corpus::texts::Texts;
use crate::corpus::{Corpus, Glances, Pair};
use crate::dump::read::records::{self, Choice};
use crate::dump::read::table::{self, Row};
use crate::dump::read::text_file;
use crate::error::{Error, Result};
use crate::index;
use crate::memory::column::Column;
use crate::memory::lists::Lists;
use crate::memory::temporary::TemporaryFile;
use crate::memory::{self, Memory, temporary};
use crate::progress::Progress;
use crate::sketch::banding::NUM_PERM;
use crate::sketch::signature::{Instructions, Permutations, SEED};
use crate::sketch::sketches::{Scratch, Sketcher};
use crate::threads::thread_pool;
use crate::verify::features::{Features, features, same_terms};
use crate::verify::furniture::Holders;
use crate::verify::row::{MatchRow, key_of, match_of, row};
use crate::verify::{Bars, Comparison, Match, Verdict};
use copies::bring_back;
pub use found::{Found, count_bounded, count_flagged};
use ingest::{Added, Answer, Storage, Stored};
use members::{Members, batch_end, orphan_pairs};
use results::{Results, id_pair};

/// Pairs verified by one thread at a time, in the order of their articles.
const PAIRS_AT_ONCE: usize = 256;

/// Bytes that a match takes when it is decided what is dropped.
const BYTES_A_MATCH: usize = 4 * size_of::<Match>();

/// Rounds of comparing an article with what its dropped match was dropped for.
pub const MAX_ROUNDS: usize = 4;

pub struct Options {
    pub keep: Option<KeepRule>,
    /// The sources of articles that are kept before others, whatever the rule.
    pub prefer_source: Vec<String>,
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
        let read = || records::read(corpus, path, name, choice, sketcher, progress);
        // To wake the threads takes longer than to read a file of one article.
        let is_small = std::fs::metadata(path).is_ok_and(|it| it.len() <= records::SMALL);
        let read = if is_small { read() } else { pool.install(read) };
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
            saved.memory.articles = saved.locations.len();
            self.corpus = saved;
            self.resumed = true;
        }
        Ok(self.resumed)
    }

    /// Finds the duplicates. What is read is saved first, if not all of it fits into memory, and so
    /// is what each stage finds, unless it was before the pass was interrupted. Articles that an
    /// index makes duplicates go first, for those stored.
    pub fn find(&mut self, index: Option<&dyn Storage>) -> Result<Found> {
        self.corpus.settle_dates();
        if self.corpus.is_spilled() && !self.resumed {
            self.corpus.save()?;
            memory::give_back();
        }
        let signatures = std::mem::take(&mut self.corpus.sketches.signatures);
        let found = self.pool.install(|| Finder::new(self, index)?.run(signatures));
        self.progress.stop();
        found
    }

    /// Stores all articles in an index that keeps by a rule, each compared with those before it; with
    /// `replace` in the place of what their ids have.
    pub fn add_to(&mut self, index: &dyn Storage, keep: KeepRule, replace: bool) -> Result<Found> {
        self.corpus.settle_dates();
        if !self.corpus.unique_ids && !replace {
            self.corpus.ids = self.pool.install(|| ingest::names(&self.corpus, index))?;
        }
        let corpus = &self.corpus;
        let added = self.pool.install(|| ingest::add(corpus, index, replace, &self.progress));
        self.progress.stop();
        let Added { stored, taken, replaced } = added?;
        let Stored { ids, matches, dropped, known } = stored;
        let id_ranks = rank::id_ranks(corpus, &ids);
        let mut kept = vec![true; corpus.len()];
        let gone = dropped.iter().map(|it| it.0).chain(taken.iter().copied());
        gone.for_each(|article| kept[article as usize] = false);
        let mut matches: Vec<MatchRow> =
            matches.iter().map(|found| row(id_pair(found, &id_ranks), found)).collect();
        let duplicate =
            |(article, found): &(u32, Match)| row((id_ranks[*article as usize], *article), found);
        let mut duplicates: Vec<MatchRow> = dropped.iter().map(duplicate).collect();
        matches.sort_unstable();
        duplicates.sort_unstable();
        let (matches, duplicates) = (matches.into(), duplicates.into());
        let ranks = self.pool.install(|| Ranking::of(corpus, keep, &[]).ranks);
        let versions = stories::versions(&matches, &duplicates, &kept, &ranks, &id_ranks, &[])?;
        let rejection = |&article: &u32| {
            let id = corpus.ids.get(article as usize);
            corpus.rejection(article, index::taken(id).to_string())
        };
        Ok(Found {
            keep,
            matches,
            duplicates,
            versions,
            kept,
            rejections: taken.iter().map(rejection).collect(),
            stored: ids,
            candidates: 0,
            bounded: Bounded::default(),
            known: known.len() as u64,
            replaced,
        })
    }

    /// The matches of some articles in an index.
    pub fn check_in(&self, index: &dyn Storage, articles: Range<u32>) -> Result<Vec<Answer>> {
        let articles: Vec<u32> = articles.collect();
        self.pool.install(|| ingest::check(&self.corpus, index, &articles, &self.progress))
    }

    /// The features of some pairs, each article against the other, as the models see them; of none
    /// where one has no content words.
    pub fn features(&self, pairs: &[Pair]) -> Result<Vec<Option<[Features; 2]>>> {
        self.pool.install(|| {
            let finder = Finder::new(self, None)?;
            let holders = finder.candidates(&self.corpus.sketches.signatures)?.holders;
            let features = |reader: &mut PreparedReader<Texts>, &pair: &Pair| {
                reader.get(pair)?;
                let (a, b) = reader.sides(pair);
                let (in_a, in_b) = same_terms(&a.story.outline, &b.story.outline);
                Ok(features([a, b], [&in_a, &in_b], self.corpus.later(pair), &holders))
            };
            pairs.par_iter().map_init(|| finder.reader(&holders), features).collect()
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
    fn new(pass: &'a Pass, index: Option<&dyn Storage>) -> Result<Finder<'a>> {
        let corpus = &pass.corpus;
        let keep = pass.options.keep.unwrap_or_else(|| KeepRule::default_for(corpus));
        let Options { window, rewrites, bars, .. } = pass.options;
        let look = rewrites.then(|| FirstLook::new(corpus, window, bars));
        let ranking = Ranking::of(corpus, keep, &pass.options.prefer_source);
        let representatives =
            pass.saved("exact", || exact::representatives(corpus, &ranking.ranks, &pass.progress))?;
        let stored = match index {
            None => Stored::default(),
            Some(index) => pass.saved("index", || {
                let of_articles = || (0..).zip(&representatives);
                let own = of_articles().filter(|(article, first)| article == *first);
                let copies = of_articles().filter(|(article, first)| article != *first);
                let copies: Vec<u32> = copies.map(|(article, _)| article).collect();
                let mut own: Vec<u32> = own.map(|(article, _)| article).collect();
                // A copy that is stored itself does not go where its words go.
                own.extend(ingest::known(corpus, index, &copies)?);
                own.sort_unstable();
                let answers = ingest::check(corpus, index, &own, &pass.progress)?;
                Ok(Stored::of(corpus, answers, |_| None))
            })?,
        };
        let id_ranks = rank::id_ranks(corpus, &stored.ids);
        Ok(Finder { pass, corpus, keep, ranking, representatives, stored, id_ranks, look })
    }

    fn run(self, signatures: Lists) -> Result<Found> {
        let candidates = if signatures.is_spilled() {
            let found = self.pass.saved("candidates", || self.candidates(&signatures))?;
            signatures.clear_spilled()?;
            memory::give_back();
            found
        } else {
            self.candidates(signatures)?
        };
        // Stems are still looked at when pairs are verified.
        self.corpus.sketches.samples.clear_spilled()?;
        let matches = self.pass.saved("verify", || self.verify_all(&candidates))?;
        memory::give_back();
        let mut results = Results::new(self.corpus);
        let compared = self.cluster(&candidates, &matches, &mut results)?;
        self.finish(results, compared, candidates.bounded)
    }

    fn reader<'b>(&'b self, holders: &'b Holders) -> PreparedReader<'b, Texts<'b>> {
        let memory = self.corpus.memory.for_stage() / rayon::current_num_threads();
        PreparedReader::new(Texts::new(self.corpus), holders, memory)
    }

    fn candidates(&self, signatures: impl Borrow<Lists>) -> Result<Candidates> {
        let ranks = &self.ranking.ranks;
        let mut articles = Articles::new(self.corpus, &self.representatives, ranks);
        // What is dropped for the index is out: nothing may be dropped for it. So is what is stored
        // itself: others were compared with it in the index, and it stays.
        let dropped = self.stored.dropped.iter().map(|it| it.0);
        let out: HashSet<u32> = dropped.chain(self.stored.known.iter().copied()).collect();
        articles.members.retain(|article| !out.contains(article));
        candidate::find(&articles, signatures, self.look.as_ref(), &self.pass.progress)
    }

    /// The matches among the candidates, in their order. The first number of a row's key is that of
    /// the candidate.
    fn verify_all(&self, candidates: &Candidates) -> Result<Column<MatchRow>> {
        let memory = &self.corpus.memory;
        let mut matches = Column::default();
        self.pass.progress.start("verify", candidates.pairs.len());
        candidates.pairs.for_each_part(|pairs| {
            let found = self.verify(pairs, &candidates.holders)?;
            matches.extend(found);
            if matches.memory() > memory.for_stage() {
                matches.spill(|| TemporaryFile::named(&memory.folder))?;
            }
            Ok(())
        })?;
        Ok(matches)
    }

    fn verify(&self, pairs: &[[u32; 3]], holders: &Holders) -> Result<Vec<MatchRow>> {
        let matches: Vec<Vec<MatchRow>> = pairs
            .par_chunks(PAIRS_AT_ONCE)
            .map_init(
                || (self.reader(holders), self.corpus.glances()),
                |(reader, glances), chunk| self.verify_some(chunk, reader, glances),
            )
            .collect::<Result<_>>()?;
        Ok(matches.concat())
    }

    /// Finds what is dropped, for as many of the articles that hang together as fit into memory at a
    /// time. Returns how many pairs were compared in all.
    fn cluster(
        &self,
        candidates: &Candidates,
        matches: &Column<MatchRow>,
        results: &mut Results,
    ) -> Result<u64> {
        let Candidates { pairs, holders, .. } = candidates;
        let progress = &self.pass.progress;
        progress.start("cluster", pairs.len());
        let at_once = (self.corpus.memory.for_stage() / BYTES_A_MATCH) as u64;
        let mut members = Members::new(self.corpus.len());
        let mut compared = pairs.len();
        let mut buffer = Vec::new();
        let (mut pair, mut row) = (0, 0);
        while pair < pairs.len() {
            let end = batch_end(pairs, pair, at_once)?;
            let pairs = pairs.read(pair..end, &mut buffer)?;
            let last = pairs[pairs.len() - 1][0];
            let row_end = matches.partition_point(row, |row| key_of(row).0 <= last)?;
            members.set(pairs);
            let numbered = |row: &MatchRow| {
                let found = match_of(row);
                Match { a: members.number(found.a), b: members.number(found.b), ..found }
            };
            let mut found: Vec<Match> = Vec::with_capacity((row_end - row) as usize);
            matches.for_each_part_of(row..row_end, |rows| {
                found.par_extend(rows.par_iter().map(numbered));
                Ok(())
            })?;
            compared += self.cluster_some(pairs, found, numbered, &members, holders, results)?;
            progress.add(pairs.len() as u64)?;
            (pair, row) = (end, row_end);
        }
        Ok(compared)
    }

    /// Finds what is dropped of articles that hang together with no others. Returns how many pairs
    /// were compared for it.
    fn cluster_some(
        &self,
        pairs: &[[u32; 3]],
        mut matches: Vec<Match>,
        numbered: impl Fn(&MatchRow) -> Match,
        members: &Members,
        holders: &Holders,
        results: &mut Results,
    ) -> Result<u64> {
        let ranking = Ranking {
            ranks: members.articles.iter().map(|&it| self.ranking.ranks[it as usize]).collect(),
            ties: members.articles.iter().map(|&it| self.ranking.ties[it as usize]).collect(),
        };
        let mut dropped_by = cluster::cluster(&mut matches, &ranking);
        let mut more: HashSet<[u32; 3]> = HashSet::new();
        for _ in 1..MAX_ROUNDS {
            let known = |pair: &[u32; 3]| pairs.binary_search(pair).is_ok() || more.contains(pair);
            let is_new =
                |&[first, a, b]: &[u32; 3]| !known(&[first, a, b]) && !known(&[first, b, a]);
            let orphans = orphan_pairs(&matches, &dropped_by).into_iter();
            let mut orphans: Vec<[u32; 3]> =
                orphans.map(|pair| members.pair(pair)).filter(is_new).collect();
            orphans.sort_unstable();
            if orphans.is_empty() {
                break;
            }
            self.pass.progress.start("verify", orphans.len() as u64);
            let found = self.verify(&orphans, holders)?;
            self.pass.progress.start("cluster", pairs.len() as u64);
            matches.extend(found.iter().map(&numbered));
            more.extend(orphans);
            dropped_by = cluster::cluster(&mut matches, &ranking);
        }
        for found in &mut matches {
            let article = |number: u32| members.articles[number as usize];
            (found.a, found.b) = (article(found.a), article(found.b));
        }
        for (&article, index) in members.articles.iter().zip(dropped_by) {
            if let Some(index) = index {
                results.drop(article, &matches[index], &self.id_ranks)?;
            }
        }
        let mut local = results.matches.local();
        for found in &matches {
            local.push(row(id_pair(found, &self.id_ranks), found))?;
        }
        local.finish()?;
        Ok(more.len() as u64)
    }

    fn verify_some(
        &self,
        pairs: &[[u32; 3]],
        reader: &mut PreparedReader<Texts>,
        glances: &mut Glances,
    ) -> Result<Vec<MatchRow>> {
        let (mut compared, mut of_pairs) = (Vec::new(), Vec::new());
        for pair in pairs {
            // A pair of long texts takes a while.
            self.pass.progress.add(1)?;
            if let Some(it) = self.compare((pair[1], pair[2]), reader, glances)? {
                compared.push(it);
                of_pairs.push(pair);
            }
        }
        let Options { bars, rewrites, .. } = &self.pass.options;
        let verdicts = bars.judge(&compared, *rewrites);
        let found = of_pairs.into_iter().zip(verdicts).filter_map(|(&[first, a, b], verdict)| {
            Some(row((first, 0), &self.match_of((a, b), verdict?)))
        });
        Ok(found.collect())
    }

    fn compare(
        &self,
        pair: Pair,
        reader: &mut PreparedReader<Texts>,
        glances: &mut Glances,
    ) -> Result<Option<Comparison>> {
        let (a, b) = pair;
        // Most of what falls here is told without reading the texts.
        if let Some(look) = &self.look
            && !look.may_be_copies(a, b, glances)?
        {
            return Ok(None);
        }
        let are_alike = || match &self.look {
            Some(look) => look.are_alike(a, b, glances),
            None => Ok(false),
        };
        reader.compare(pair, are_alike, self.corpus.later(pair))
    }

    /// The match with its articles in the order of their ids.
    fn match_of(&self, (x, y): Pair, verdict: Verdict) -> Match {
        let may_go = self.pass.options.bars.may_go(&verdict);
        Match { a: x, b: y, verdict, may_go }.in_order(&self.id_ranks)
    }

    /// Brings back in what was dropped for the index, and the exact copies: each goes where its
    /// words go.
    fn finish(self, mut results: Results, candidates: u64, bounded: Bounded) -> Result<Found> {
        let id_ranks = &self.id_ranks;
        for (article, found) in &self.stored.dropped {
            results.drop(*article, found, id_ranks)?;
        }
        for found in &self.stored.matches {
            results.add(found, id_ranks)?;
        }
        let copies = (0..).zip(&self.representatives).filter(|(copy, first)| copy != *first);
        for (copy, &first) in copies {
            // What is stored itself was compared with all others in the index.
            if self.stored.known.binary_search(&copy).is_ok() {
                continue;
            }
            let dropped = results.dropped(first)?;
            let add = |found: &Match| results.add(found, id_ranks);
            let bars = &self.pass.options.bars;
            if let Some(found) = bring_back(copy, first, dropped, bars, id_ranks, add)? {
                results.drop(copy, &found, id_ranks)?;
            }
        }
        let (matches, duplicates, kept) = results.finish()?;
        let ranks = &self.ranking.ranks;
        let known = &self.stored.known;
        let versions = stories::versions(&matches, &duplicates, &kept, ranks, id_ranks, known)?;
        Ok(Found {
            keep: self.keep,
            matches,
            duplicates,
            versions,
            kept,
            rejections: Vec::new(),
            known: self.stored.known.len() as u64,
            replaced: 0,
            stored: self.stored.ids,
            candidates,
            bounded,
        })
    }
}
