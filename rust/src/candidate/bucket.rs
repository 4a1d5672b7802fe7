//! Buckets of any size at a bounded cost.
//!
//! In a bucket of up to [`CROWD`] articles all pairs are looked at. A crowded bucket names a few
//! hubs, the first by the keep rule and the longest, which are those that a copy would be dropped
//! for; each article is then compared with the best hubs of all the crowded buckets it is in.

use std::cmp::Reverse;
use std::hint::black_box;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::articles::{Articles, read_block};
use crate::error::Result;
use crate::memory::lists::{Gathered, Lists};
use crate::memory::sorted::Sorter;

/// Articles from which on a bucket is crowded, and a shingle common. A wire story has fewer
/// versions that differ, and all pairs of such a bucket cost 2,016 comparisons of two sketches.
pub const CROWD: usize = 64;

/// Hubs of each sort in a crowded bucket.
const HUBS: usize = 2;

/// Hubs that one article is verified against in all.
const HUBS_AN_ARTICLE: usize = 4;

/// Buckets whose lists are brought into the cache together.
const BUCKETS_AHEAD: usize = 32;

/// How many buckets were crowded, and the pairs in them that were not looked at.
#[derive(Default, Clone, Copy, Serialize, Deserialize)]
pub struct Bounded {
    pub buckets: u64,
    pub pairs: u64,
}

impl Bounded {
    pub fn add(&mut self, other: &Bounded) {
        self.buckets += other.buckets;
        self.pairs += other.pairs;
    }

    /// Books the pairs that were left out of one bucket, if any.
    pub fn count_left_out(&mut self, pairs: usize) {
        self.buckets += (pairs > 0) as u64;
        self.pairs += pairs as u64;
    }

    /// Books a crowded bucket of so many articles.
    pub fn count(&mut self, size: usize, hubs: usize) {
        let (size, hubs) = (size as u64, hubs as u64);
        self.buckets += 1;
        self.pairs += size * (size - 1) / 2 - hubs * (size - hubs) - hubs * (hubs - 1) / 2;
    }
}

/// Calls `visit` with buckets that are not crowded and the lists of their members, gathered for as
/// many buckets at a time as fit into memory. Of a list what stands first and in `column` is looked at.
pub fn visit_small<'b, K: 'b>(
    articles: &Articles,
    lists: &Lists,
    buckets: impl Iterator<Item = &'b [K]>,
    member: impl Fn(&K) -> u32,
    column: usize,
    mut visit: impl FnMut(&[K], &Gathered) -> Result<()>,
) -> Result<()> {
    let most = lists_at_once(articles, lists);
    let mut buckets = buckets.peekable();
    let mut some: Vec<&[K]> = Vec::new();
    while buckets.peek().is_some() {
        some.clear();
        let mut members = 0;
        while let Some(bucket) = buckets.next_if(|_| members < most) {
            members += bucket.len();
            some.push(bucket);
        }
        let gathered = lists.gather(some.iter().copied().flatten().map(&member))?;
        for some in some.chunks(BUCKETS_AHEAD) {
            // Lists lie far apart: touched in one go, none is waited for alone.
            let lists = some.iter().copied().flatten().map(|it| gathered.get(member(it)));
            black_box(lists.fold(0, |all, list| all ^ list[0] ^ list[column]));
            some.iter().try_for_each(|bucket| visit(bucket, &gathered))?;
        }
    }
    Ok(())
}

/// Calls `visit` with the members of a bucket of any size and their lists, gathered for as many at a
/// time as fit into memory.
pub fn visit_members<K>(
    articles: &Articles,
    lists: &Lists,
    bucket: &[K],
    member: impl Fn(&K) -> u32,
    mut visit: impl FnMut(u32, &[u32]),
) -> Result<()> {
    for some in bucket.chunks(lists_at_once(articles, lists)) {
        let gathered = lists.gather(some.iter().map(&member))?;
        some.iter().map(&member).for_each(|member| visit(member, gathered.get(member)));
    }
    Ok(())
}

/// Lists of one width that a thread gathers at a time.
fn lists_at_once(articles: &Articles, lists: &Lists) -> usize {
    // A third of what a thread may take: its tables are there, too.
    let memory = articles.corpus.memory.for_stage() / rayon::current_num_threads() / 3;
    (memory / (size_of::<u32>() * lists.width().max(1))).max(1)
}

/// The hubs of a crowded bucket, without repeats: of members given as (rank by the keep rule, number of
/// words, article). Of those of one length the one kept first comes first.
pub fn hubs(members: impl Iterator<Item = (u32, u32, u32)> + Clone) -> Vec<u32> {
    let mut hubs = first_by(members.clone(), |&(rank, ..)| rank);
    hubs.extend(first_by(members, |&(rank, words, _)| (Reverse(words), rank)));
    hubs.sort_unstable();
    hubs.dedup();
    hubs
}

fn first_by<K: Ord>(
    members: impl Iterator<Item = (u32, u32, u32)>,
    key: impl Fn(&(u32, u32, u32)) -> K,
) -> Vec<u32> {
    let mut first: Vec<(u32, u32, u32)> = Vec::with_capacity(HUBS + 1);
    for member in members {
        let place = first.partition_point(|other| key(other) < key(&member));
        if place < HUBS {
            first.insert(place, member);
            first.truncate(HUBS);
        }
    }
    first.into_iter().map(|member| member.2).collect()
}

/// Calls `take` with each member, one of its best hubs, and their likeness. `hubs_of` gives (likeness,
/// hub) for the hubs of the crowded buckets that a member is in, by its list in `lists`.
pub fn visit_hubs(
    articles: &Articles,
    lists: &Lists,
    hubs_of: impl Fn(u32, &[u32]) -> Result<Vec<(usize, u32)>> + Sync,
    pairs: &Sorter<[u32; 2]>,
    take: impl Fn(u32, u32, usize) + Sync,
) -> Result<()> {
    articles.blocks(lists).into_par_iter().try_for_each(|members| {
        let mut local = pairs.local();
        let mut buffer = Vec::new();
        let block = read_block(lists, members, &mut buffer)?;
        for &article in members {
            let rank = |hub: u32| articles.keep_ranks[hub as usize];
            for (likeness, hub) in best_hubs(hubs_of(article, block.get(article))?, rank) {
                local.push(articles.pair(article, hub))?;
                take(article, hub, likeness);
            }
        }
        local.finish()
    })
}

/// Of the hubs that look like an article, those to verify. `hubs` holds (likeness, hub), `rank` is that by
/// the keep rule.
pub fn best_hubs(hubs: Vec<(usize, u32)>, rank: impl Fn(u32) -> u32) -> Vec<(usize, u32)> {
    most_alike(hubs, HUBS_AN_ARTICLE, rank)
}

/// So many of those that look like an article, given as (likeness, other): the first by the keep rule, for
/// which it would be dropped, and the most alike.
pub fn most_alike<L: Ord + Copy>(
    mut others: Vec<(L, u32)>,
    most: usize,
    rank: impl Fn(u32) -> u32,
) -> Vec<(L, u32)> {
    let Some(first) = others.iter().copied().min_by_key(|&(_, other)| rank(other)) else {
        return Vec::new();
    };
    others.sort_unstable_by_key(|&(likeness, other)| (Reverse(likeness), rank(other)));
    let mut best = vec![first];
    best.extend(others.into_iter().filter(|&(_, other)| other != first.1));
    best.truncate(most);
    best
}
