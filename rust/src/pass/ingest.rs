//! A dump and an index: its articles compared with those stored, or stored themselves.

use std::ops::Range;

use hashbrown::HashMap;
use hashbrown::hash_map::Entry;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::corpus::names::{Names, numbered};
use crate::corpus::texts::Texts;
use crate::corpus::{Corpus, Ids};
use crate::error::Result;
use crate::index::{Article, Checked, Index, Outcome};
use crate::progress::Progress;
use crate::text::words::Words;
use crate::verify::Match;

/// Articles compared by one thread at a time.
const CHECKED_AT_ONCE: usize = 64;

/// Articles stored in one go, and bytes that their records take.
const ADDED_AT_ONCE: usize = 256;
const BYTES_AT_ONCE: u64 = 64 << 20;

/// Numbers of an id that are looked up in one go.
const NUMBERS_AT_ONCE: u32 = 16;

/// An article of a corpus, and what it has to do with those in an index.
pub type Answer = (u32, Checked);

/// An index, in a file or wherever.
pub trait Storage: Sync {
    fn check(&self, article: &Article, progress: &Progress) -> Result<Checked>;

    /// The digest of the words that are stored under each id, where there are any.
    fn words_of(&self, ids: &[&str]) -> Result<Vec<Option<u128>>>;

    /// What becomes of articles that are added one after the other.
    fn add_all(
        &self,
        articles: &[Article],
        replace: bool,
        progress: &Progress,
    ) -> Result<Vec<Outcome>>;
}

impl Storage for Index {
    fn check(&self, article: &Article, progress: &Progress) -> Result<Checked> {
        self.check(article, progress)
    }

    fn words_of(&self, ids: &[&str]) -> Result<Vec<Option<u128>>> {
        self.words_of(ids)
    }

    fn add_all(
        &self,
        articles: &[Article],
        replace: bool,
        progress: &Progress,
    ) -> Result<Vec<Outcome>> {
        self.add_all(articles, replace, progress)
    }
}

/// What articles of a corpus have to do with those stored, which are numbered on from its own.
#[derive(Default, Serialize, Deserialize)]
pub struct Stored {
    /// Ids of the stored articles that are not of the corpus.
    pub ids: Ids,
    pub matches: Vec<Match>,
    /// Every article dropped for a stored one, or an exact copy of it that came later.
    pub dropped: Vec<(u32, Match)>,
    /// Those that are stored themselves, in their order.
    pub known: Vec<u32>,
}

impl Stored {
    /// `own` finds the articles of the corpus that are stored themselves by being added.
    pub fn of(corpus: &Corpus, answers: Vec<Answer>, own: impl Fn(&str) -> Option<u32>) -> Stored {
        let mut stored = Stored::default();
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let Stored { ids, matches, dropped, known } = &mut stored;
        known.extend(answers.iter().filter(|it| it.1.is_known).map(|it| it.0));
        // One that was stored before stands for the one stored.
        let own = |id: &str| {
            own(id).or_else(|| corpus.find(id).filter(|it| known.binary_search(it).is_ok()))
        };
        // Of two such articles each tells of the other.
        let mut told: HashMap<(u32, u32), usize> = HashMap::new();
        for (article, Checked { is_known, found }) in answers {
            let id = corpus.ids.get(article as usize);
            let mut reason = None;
            for found in found {
                let drops = if is_known { found.drops } else { found.makes_old() };
                let (other, may_go) = (&found.id, found.may_go());
                let number = own(other).unwrap_or_else(|| {
                    *numbers.entry_ref(other).or_insert_with(|| {
                        ids.push(other);
                        (corpus.len() + ids.len() - 1) as u32
                    })
                });
                let found = Match { a: article, b: number, verdict: found.verdict, may_go };
                let found = if id <= &**other { found } else { found.turned() };
                match told.entry((article.min(number), article.max(number))) {
                    Entry::Vacant(entry) => {
                        entry.insert(matches.len());
                        matches.push(found);
                    }
                    Entry::Occupied(entry) if drops => matches[*entry.get()] = found,
                    Entry::Occupied(_) => {}
                }
                reason = reason.or(drops.then_some(found));
            }
            dropped.extend(reason.map(|found| (article, found)));
        }
        stored
    }
}

/// Compares articles with those stored.
pub fn check(
    corpus: &Corpus,
    index: &dyn Storage,
    articles: &[u32],
    progress: &Progress,
) -> Result<Vec<Answer>> {
    progress.start("index", articles.len() as u64);
    let answers: Vec<Vec<Answer>> = articles
        .par_chunks(CHECKED_AT_ONCE)
        .map_init(
            || (Texts::new(corpus), Words::default()),
            |(texts, words), chunk| {
                let check = |&article| {
                    progress.add(1)?;
                    let text = texts.read(article, words)?;
                    Ok((article, index.check(&given(corpus, article, &text), progress)?))
                };
                chunk.iter().map(check).collect()
            },
        )
        .collect::<Result<_>>()?;
    Ok(answers.into_iter().flatten().collect())
}

/// Those of some articles that are stored themselves, under their ids with their words.
pub fn known(corpus: &Corpus, index: &dyn Storage, articles: &[u32]) -> Result<Vec<u32>> {
    let known = |chunk: &[u32]| {
        let ids: Vec<&str> = chunk.iter().map(|&it| corpus.ids.get(it as usize)).collect();
        let words = index.words_of(&ids)?;
        let is_same =
            |it: &(&u32, Option<u128>)| it.1 == Some(corpus.sketches.digests[*it.0 as usize]);
        Ok(chunk.iter().zip(words).filter(is_same).map(|it| *it.0).collect())
    };
    let found: Vec<Vec<u32>> =
        articles.par_chunks(ADDED_AT_ONCE).map(known).collect::<Result<_>>()?;
    Ok(found.concat())
}

/// What is stored under an id and the numbers of it.
struct Numbers {
    /// Those of the same words.
    by_words: HashMap<u128, Vec<u32>>,
    next: u32,
}

impl Numbers {
    fn of(id: &str, index: &dyn Storage) -> Result<Numbers> {
        let mut numbers = Numbers { by_words: HashMap::new(), next: 1 };
        loop {
            let next = numbers.next..numbers.next + NUMBERS_AT_ONCE;
            let ids: Vec<String> = next.map(|number| numbered(id, number)).collect();
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            for words in index.words_of(&ids)? {
                let Some(words) = words else { return Ok(numbers) };
                numbers.by_words.entry(words).or_default().push(numbers.next);
                numbers.next += 1;
            }
        }
    }
}

/// What the articles of a corpus are called in an index. One whose id is stored with other words
/// goes by the number of it that is stored with its own, or else by the next that is free. So it
/// changes nothing to add a corpus again, in whatever order.
pub fn names(corpus: &Corpus, index: &dyn Storage) -> Result<Names> {
    let mut names = Names::default();
    let mut numbers: HashMap<&str, Numbers> = HashMap::new();
    let articles: Vec<u32> = (0..corpus.len() as u32).collect();
    for chunk in articles.chunks(ADDED_AT_ONCE) {
        let own: Vec<&str> = chunk.iter().map(|&it| corpus.ids.get(it as usize)).collect();
        let stored = index.words_of(&own)?;
        for ((&article, own), stored) in chunk.iter().zip(own).zip(stored) {
            let given = corpus.ids.given(article);
            let words = corpus.sketches.digests[article as usize];
            let may_be = |stored: Option<u128>| stored.is_none_or(|stored| stored == words);
            let mut take = |name: &str| {
                let named = if name == given { names.push(name) } else { names.push_renamed(name) };
                named.is_ok()
            };
            if may_be(stored) && take(own) {
                continue;
            }
            let Numbers { by_words, next } = match numbers.entry(given) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => entry.insert(Numbers::of(given, index)?),
            };
            loop {
                let stored = by_words.get_mut(&words).and_then(Vec::pop);
                let name = numbered(given, stored.unwrap_or(*next));
                *next += stored.is_none() as u32;
                if index.words_of(&[&name])?.into_iter().all(may_be) && take(&name) {
                    break;
                }
            }
        }
    }
    Ok(names)
}

/// What became of the articles of a corpus.
#[derive(Default)]
pub struct Added {
    pub stored: Stored,
    /// Those that were not stored since their id is that of other words.
    pub taken: Vec<u32>,
    pub replaced: u64,
}

/// Stores all articles, one after the other, those that have their ids replaced if `replace`.
pub fn add(
    corpus: &Corpus,
    index: &dyn Storage,
    replace: bool,
    progress: &Progress,
) -> Result<Added> {
    progress.start("add", corpus.len() as u64);
    let (mut answers, mut taken, mut replaced) = (Vec::new(), Vec::new(), 0);
    let mut known = Vec::new();
    let (mut texts, mut words) = (Texts::new(corpus), Words::default());
    let mut next = 0;
    while next < corpus.len() {
        let batch = batch_from(corpus, next);
        next = batch.end;
        let read = |article| Ok(texts.read(article, &mut words)?.into_owned());
        let numbers = batch.start as u32..batch.end as u32;
        let read: Vec<String> = numbers.clone().map(read).collect::<Result<_>>()?;
        let articles: Vec<Article> =
            numbers.clone().zip(&read).map(|(it, text)| given(corpus, it, text)).collect();
        let outcomes = index.add_all(&articles, replace, progress)?;
        progress.add(outcomes.len() as u64)?;
        for (article, outcome) in numbers.zip(outcomes) {
            replaced += matches!(outcome, Outcome::Replaced(_)) as u64;
            known.extend(matches!(outcome, Outcome::Known(_)).then_some(article));
            match outcome.found() {
                // The answer is the one that it had when it came.
                Some(found) => answers.push((article, Checked { is_known: false, found })),
                None => taken.push(article),
            }
        }
    }
    // The stored article of an id that is taken is another one.
    let own = |id: &str| corpus.find(id).filter(|it| taken.binary_search(it).is_err());
    let stored = Stored { known, ..Stored::of(corpus, answers, own) };
    Ok(Added { stored, taken, replaced })
}

fn batch_from(corpus: &Corpus, first: usize) -> Range<usize> {
    let mut bytes = 0;
    let fits = |article: &usize| {
        bytes += corpus.locations[*article].length as u64;
        *article == first || bytes <= BYTES_AT_ONCE
    };
    let end = corpus.len().min(first + ADDED_AT_ONCE);
    first..first + (first..end).take_while(fits).count()
}

fn given<'a>(corpus: &'a Corpus, article: u32, text: &'a str) -> Article<'a> {
    let id = corpus.ids.get(article as usize);
    Article { id, date: corpus.dates[article as usize], text }
}
