//! What both routes to rewrites look at: the telling stems of the articles, and these in time.

use std::ops::Range;

use rayon::prelude::*;

use super::first_look::FirstLook;
use super::vocabulary::Vocabulary;
use crate::candidate::articles::{Articles, read_block};
use crate::corpus::{Corpus, NO_DATE};
use crate::error::Result;
use crate::memory::lists::Lists;
use crate::memory::temporary::TemporaryFile;
use crate::text::story::Stem;

/// Articles that follow one in time in the list of a stem and are compared with it.
pub const NEIGHBOURS: usize = 64;

/// Articles that the rare stems of one may meet it with.
pub const MOST_MET: usize = 1024;

/// Blocks of members whose stems are sorted out together.
const BLOCKS_AT_ONCE: usize = 16;

/// The story shingles of a corpus by how common they are.
pub struct Stories {
    /// Of each article the stems that are not common, the rare ones first; no stems of an article
    /// that is no member.
    telling: Lists,
    /// How many of them are rare.
    rare: Vec<u32>,
}

impl Stories {
    pub fn new(articles: &Articles) -> Result<Stories> {
        let corpus = articles.corpus;
        let vocabulary = Vocabulary::of(articles)?;
        let mut telling = Lists::default();
        let mut rare = vec![0; corpus.len()];
        let mut buffer = Vec::new();
        let blocks = articles.blocks(&corpus.sketches.stems);
        for blocks in blocks.chunks(BLOCKS_AT_ONCE) {
            let of_block = |members: &&[u32]| sort_block(articles, members, &vocabulary);
            let sorted: Vec<Stories> = blocks.par_iter().map(of_block).collect::<Result<_>>()?;
            for (members, sorted) in blocks.iter().zip(sorted) {
                for (index, &article) in (0..).zip(*members) {
                    while telling.count() < article as usize {
                        telling.push(&[]);
                    }
                    telling.push(sorted.telling.get(index, &mut buffer)?);
                    rare[article as usize] = sorted.rare[index as usize];
                }
            }
            if corpus.is_spilled() {
                telling.spill(|| TemporaryFile::unnamed(&corpus.memory.folder))?;
            }
        }
        Ok(Stories { telling, rare })
    }

    /// The members in blocks whose stories can be read in one go.
    pub fn blocks<'a>(&self, articles: &'a Articles) -> Vec<&'a [u32]> {
        articles.blocks(&self.telling)
    }

    /// Calls `visit` with each member of a block, its stems that are not common and how many of
    /// them, the first, are rare.
    pub fn visit(&self, members: &[u32], mut visit: impl FnMut(u32, &[Stem], usize)) -> Result<()> {
        let mut buffer = Vec::new();
        let block = read_block(&self.telling, members, &mut buffer)?;
        for &article in members {
            visit(article, block.get(article), self.rare[article as usize] as usize);
        }
        Ok(())
    }

    /// Number of rare stems of all members.
    pub fn rare_in_all(&self) -> usize {
        self.rare.iter().map(|&rare| rare as usize).sum()
    }
}

/// The stories of one block. A stem that only one article has finds nothing: it is left out of the
/// rare ones.
fn sort_block(articles: &Articles, members: &[u32], vocabulary: &Vocabulary) -> Result<Stories> {
    let (most, most_if_rare) = vocabulary.most();
    let mut sorted = Stories { telling: Lists::default(), rare: Vec::with_capacity(members.len()) };
    let (mut buffer, mut rare, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let block = read_block(&articles.corpus.sketches.stems, members, &mut buffer)?;
    for &article in members {
        rare.clear();
        others.clear();
        for &stem in block.get(article) {
            match vocabulary.count(stem) {
                count if (2..=most_if_rare).contains(&count) => rare.push((count, stem)),
                count if count <= most => others.push(stem),
                _ => {}
            }
        }
        sorted.rare.push(sort_rare(&mut rare) as u32);
        sorted.telling.push_with(|telling| {
            telling.extend(rare.iter().map(|&(_, stem)| stem));
            telling.extend_from_slice(&others);
        });
    }
    Ok(sorted)
}

/// Sorts the rare stems of an article, each after the number of articles that it is in, and returns how
/// many of them, the first, are looked at: of many the rarest, which say most and stand in short lists.
pub fn sort_rare(rare: &mut [(u32, Stem)]) -> usize {
    rare.sort_unstable();
    let mut met = 0;
    let fits = |&&(count, _): &&(u32, Stem)| {
        met += NEIGHBOURS.min(count as usize);
        met <= MOST_MET
    };
    rare.iter().take_while(fits).count()
}

/// Calls `visit` with the members of a bucket, in the order of time, and those after them that are near,
/// up to so many. Returns how many pairs were left out. What is near to a member ends where the first
/// comes that is not.
pub fn visit_near(
    members: usize,
    most: usize,
    is_near: impl Fn(usize, usize) -> bool,
    mut visit: impl FnMut(usize, usize) -> Result<()>,
) -> Result<usize> {
    let mut left_out = 0;
    for member in 0..members {
        let near = count_near(member, members, &is_near);
        (member + 1..=member + near.min(most)).try_for_each(|other| visit(member, other))?;
        left_out += near.saturating_sub(most);
    }
    Ok(left_out)
}

/// How many of the members after one are near to it.
pub fn count_near(member: usize, members: usize, is_near: impl Fn(usize, usize) -> bool) -> usize {
    let (mut end, mut after) = (member + 1, members);
    while end < after {
        let middle = (end + after) / 2;
        (end, after) = if is_near(member, middle) { (middle + 1, after) } else { (end, middle) };
    }
    end - member - 1
}

/// The members in the order of their dates, undated ones first, then ids. A place is an index here.
pub struct InTime {
    pub articles: Vec<u32>,
    /// The place of each article.
    pub places: Vec<u32>,
    near_until: Vec<u32>,
    undated: u32,
}

impl InTime {
    pub fn new(corpus: &Corpus, members: &[u32], look: &FirstLook) -> InTime {
        let mut articles = members.to_vec();
        let date = |article: u32| corpus.dates[article as usize];
        articles.par_sort_unstable_by_key(|&article| corpus.standing(article).in_time());
        let dates: Vec<i64> = articles.iter().map(|&article| date(article)).collect();
        let near_until = (0..dates.len())
            .map(|place| {
                // Of those after it: the later they begin, the farther they are.
                let is_near = |&other: &i64| look.are_within(dates[place], other);
                (place + dates[place..].partition_point(is_near)) as u32
            })
            .collect();
        let mut places = vec![u32::MAX; corpus.len()];
        for (place, &article) in (0..).zip(&articles) {
            places[article as usize] = place;
        }
        let undated = dates.partition_point(|&date| date == NO_DATE) as u32;
        InTime { articles, places, near_until, undated }
    }

    /// The places cut into so many slices or a few more, none with both dated and undated articles
    /// unless it is the only one.
    pub fn slices(&self, number: usize) -> Vec<Range<u32>> {
        let all = self.articles.len() as u32;
        if number <= 1 {
            return std::iter::once(0..all).filter(|slice| !slice.is_empty()).collect();
        }
        let length = all.div_ceil(number as u32).max(1);
        let cut = |from: u32, to: u32| {
            let starts = (from..to).step_by(length as usize);
            starts.map(move |start| start..to.min(start + length))
        };
        cut(0, self.undated).chain(cut(self.undated, all)).collect()
    }

    pub fn is_dated(&self, place: u32) -> bool {
        place >= self.undated
    }

    /// The first place after a place that is not within the window.
    pub fn near_until(&self, place: u32) -> u32 {
        self.near_until[place as usize]
    }

    /// As [`visit_near`], of members whose low half is their place.
    pub fn visit_near(
        &self,
        bucket: &[u64],
        most: usize,
        visit: impl FnMut(usize, usize) -> Result<()>,
    ) -> Result<usize> {
        let is_near =
            |at: usize, other: usize| (bucket[other] as u32) < self.near_until(bucket[at] as u32);
        visit_near(bucket.len(), most, is_near, visit)
    }

    /// The first place after a slice that is not within the window of any of its places: not always
    /// that of the last one, since a date without a time reaches on from the end of its day.
    pub fn slice_near_until(&self, slice: &Range<u32>) -> u32 {
        let places = &self.near_until[slice.start as usize..slice.end as usize];
        places.iter().copied().max().unwrap_or(slice.end)
    }
}
