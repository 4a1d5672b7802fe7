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
use crate::index::{Article, Found, Index};
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

/// An article of a corpus with its matches in an index, the best first.
pub type Answer = (u32, Vec<Found>);

/// What articles of a corpus have to do with those stored, which are numbered on from its own.
#[derive(Default, Serialize, Deserialize)]
pub struct Stored {
    /// Ids of the stored articles that are not of the corpus.
    pub ids: Ids,
    pub matches: Vec<Match>,
    /// Every article dropped for a stored one.
    pub dropped: Vec<(u32, Match)>,
}

impl Stored {
    /// `own` finds the articles of the corpus that are stored themselves.
    pub fn of(
        corpus: &Corpus,
        answers: impl IntoIterator<Item = Answer>,
        own: impl Fn(&str) -> Option<u32>,
    ) -> Stored {
        let mut stored = Stored::default();
        let mut numbers: HashMap<String, u32> = HashMap::new();
        let Stored { ids, matches, dropped } = &mut stored;
        for (article, found) in answers {
            let id = corpus.ids.get(article as usize);
            let mut reason = None;
            for found in found {
                let (other, drops, may_go) = (&found.id, found.drops, found.may_go());
                let number = own(other).unwrap_or_else(|| {
                    *numbers.entry_ref(other).or_insert_with(|| {
                        ids.push(other);
                        (corpus.len() + ids.len() - 1) as u32
                    })
                });
                let found = Match { a: article, b: number, verdict: found.verdict, may_go };
                let found = if id <= &**other { found } else { found.turned() };
                matches.push(found);
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
    index: &Index,
    articles: &[u32],
    progress: &Progress,
) -> Result<Vec<Answer>> {
    progress.start("index", articles.len() as u64);
    let answers: Vec<Vec<Answer>> = articles
        .par_chunks(CHECKED_AT_ONCE)
        .map_init(
            || (Texts::new(corpus), Words::default()),
            |(texts, words), chunk| {
                progress.add(chunk.len() as u64)?;
                let check = |&article| {
                    let text = texts.read(article, words)?;
                    Ok((article, index.check(&given(corpus, article, &text))?))
                };
                chunk.iter().map(check).collect()
            },
        )
        .collect::<Result<_>>()?;
    Ok(answers.into_iter().flatten().collect())
}

/// What is stored under an id and the numbers of it.
struct Numbers {
    /// Those of the same words.
    by_words: HashMap<u128, Vec<u32>>,
    next: u32,
}

impl Numbers {
    fn of(id: &str, index: &Index) -> Result<Numbers> {
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
pub fn names(corpus: &Corpus, index: &Index) -> Result<Names> {
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

/// Stores all articles, one after the other. Returns what each matched that was stored before it,
/// and those that were not stored since their id is that of other words.
pub fn add(corpus: &Corpus, index: &Index, progress: &Progress) -> Result<(Stored, Vec<u32>)> {
    progress.start("add", corpus.len() as u64);
    let (mut answers, mut refused) = (Vec::new(), Vec::new());
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
        let found = index.add_all(&articles)?;
        progress.add(found.len() as u64)?;
        for (article, found) in numbers.zip(found) {
            match found {
                Some(found) => answers.push((article, found)),
                None => refused.push(article),
            }
        }
    }
    // The stored article of an id that is refused is another one.
    let own = |id: &str| corpus.find(id).filter(|it| refused.binary_search(it).is_err());
    let stored = Stored::of(corpus, answers, own);
    Ok((stored, refused))
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
