//! Postings: which articles have a key, sorted by key and cut into pages.
//!
//! A key is looked for in the page that its own bits name, so every page that is asked for must be
//! there: what is not found was never put in, and a page that is missing is damage, not absence.

use std::ops::Range;

use hashbrown::HashMap;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::sealed::checksum;
use super::vocabulary::Vocabulary;
use crate::error::Result;
use crate::sketch::banding::{NUM_BANDS, bucket_key};
use crate::sketch::sketches::Sketches;
use crate::text::story::Stem;

/// Articles whose postings are in memory, at most.
pub const RECENT: u32 = 1 << 14;

/// 40 bits of a hash, of which the lowest two say what it is of. Of 10^9 postings one in 250 keys
/// meets a stranger's, which is verified away.
pub type Key = u64;

pub const KEY_BITS: u32 = 40;

/// Postings to a page on average, some 2 kB.
const POSTINGS_A_PAGE: u64 = 400;

/// What a key is made of.
#[derive(Clone, Copy)]
enum Kind {
    Id,
    Words,
    Sample,
    Stem,
    /// The first band; the others follow.
    Band,
}

fn key(kind: u64, value: &[u8]) -> Key {
    let hash = xxh3_64_with_seed(value, kind) >> (u64::BITS - KEY_BITS);
    let class = match kind {
        _ if kind == Kind::Id as u64 => OF_ID,
        _ if kind == Kind::Stem as u64 => OF_STEM,
        _ => OF_COPIES,
    };
    hash & !3 | class
}

/// What the lowest bits of a key say: ids are few to a key, and must all be found; copies share
/// whatever else is no stem.
const OF_STEM: Key = 0;
const OF_ID: Key = 1;
const OF_COPIES: Key = 2;

/// Whether a run hides what it has of a key beyond the first and the last, where it is found again
/// when these are gone. Of stems it is left out.
pub fn is_hidden(key: Key) -> bool {
    key & 3 == OF_COPIES
}

pub fn key_of_id(id: &str) -> Key {
    key(Kind::Id as u64, id.as_bytes())
}

/// Of an article's words as a whole.
pub fn key_of_words(digest: u128) -> Key {
    key(Kind::Words as u64, &digest.to_le_bytes())
}

pub fn key_of_sample(shingle: u32) -> Key {
    key(Kind::Sample as u64, &shingle.to_le_bytes())
}

pub fn key_of_stem(stem: Stem) -> Key {
    key(Kind::Stem as u64, &stem.to_le_bytes())
}

pub fn keys_of_bands(signature: &[u32]) -> impl Iterator<Item = Key> {
    (0..NUM_BANDS).map(|band| {
        key(Kind::Band as u64 + band as u64, &bucket_key(signature, band).to_le_bytes())
    })
}

/// Sampled shingles from which on an article, of some 130 words, needs no bands: copies share many.
pub const ENOUGH_SAMPLES: usize = 16;

/// Everything that an article is found by, from the sketches of it alone. Stems that are frequent
/// find nothing.
pub fn keys_of(id: &str, sketches: &Sketches, vocabulary: &Vocabulary) -> Result<Vec<Key>> {
    let mut buffer = Vec::new();
    let mut keys = vec![key_of_id(id)];
    if sketches.lengths[0] > 0 {
        keys.push(key_of_words(sketches.digests[0]));
    }
    if sketches.may_be_alike(0) {
        let samples = sketches.samples.get(0, &mut buffer)?;
        keys.extend(samples.iter().copied().map(key_of_sample));
        if samples.len() < ENOUGH_SAMPLES {
            keys.extend(keys_of_bands(sketches.signatures.get(0, &mut buffer)?));
        }
        let stems = sketches.stems.get(0, &mut buffer)?.iter().copied();
        keys.extend(stems.filter(|&stem| !vocabulary.is_frequent(stem)).map(key_of_stem));
    }
    Ok(keys)
}

/// The key and the number of an article.
pub type Posting = (Key, u32);

/// Articles of one key that a page shows: the first, which are those that others are duplicates of,
/// and the last.
pub const FIRST: usize = 8;
pub const LAST: usize = 64;

/// Postings that a page hides at most, since a group must begin within its first 16 MB.
const MOST_HIDDEN: usize = 1 << 22;

/// Parts sorted postings into those that a page shows, and those that it hides.
pub fn parted(postings: &[Posting]) -> (Vec<Posting>, Vec<Posting>) {
    let (mut shown, mut hidden) = (Vec::with_capacity(postings.len()), Vec::new());
    for of_key in postings.chunk_by(|x, y| x.0 == y.0) {
        let count = of_key.len();
        if count <= FIRST + LAST {
            shown.extend(of_key);
            continue;
        }
        shown.extend(&of_key[..FIRST]);
        shown.extend(&of_key[count - LAST..]);
        if is_hidden(of_key[0].0) {
            let room = MOST_HIDDEN - hidden.len();
            hidden.extend(of_key[FIRST..count - LAST].iter().rev().take(room).rev());
        }
    }
    (shown, hidden)
}

/// The postings of the last articles, in memory.
#[derive(Default)]
pub struct Recent {
    /// One more than the index of the last posting of each key.
    last: HashMap<Key, u32>,
    postings: Vec<Posting>,
    /// For each posting, what `last` was before it.
    before: Vec<u32>,
}

impl Recent {
    pub fn push(&mut self, keys: &[Key], article: u32) {
        for &key in keys {
            self.postings.push((key, article));
            let before = self.last.insert(key, self.postings.len() as u32);
            self.before.push(before.unwrap_or(0));
        }
    }

    /// The articles that have a key, the last first.
    pub fn list(&self, key: Key) -> impl Iterator<Item = u32> {
        let mut next = self.last.get(&key).copied().unwrap_or(0);
        std::iter::from_fn(move || {
            let index = next.checked_sub(1)? as usize;
            next = self.before[index];
            Some(self.postings[index].1)
        })
    }

    /// In the order in which they came.
    pub fn postings(&self) -> &[Posting] {
        &self.postings
    }
}

/// Number of pages that so many postings are cut into.
pub fn pages_for(postings: u64) -> u64 {
    postings.div_ceil(POSTINGS_A_PAGE).max(1)
}

/// The page that a key is in, of so many.
pub fn page_of(key: Key, pages: u64) -> u64 {
    ((key as u128 * pages as u128) >> KEY_BITS) as u64
}

/// The first key of a page, of so many; behind the last page the end of all keys.
pub fn first_key(page: u64, pages: u64) -> Key {
    ((page as u128) << KEY_BITS).div_ceil(pages as u128) as u64
}

/// Postings to a group, before which a page is not decoded to look up a key.
const GROUP: usize = 32;

/// The bit of the number of groups that says whether the page hides others.
const HIDES_BIT: u32 = u64::BITS - 1;

/// Bits of a directory entry that say where in the page a group begins; the others are its first key.
const OFFSET_BITS: u32 = u64::BITS - KEY_BITS;

/// The bytes of a page: a checksum, the number of groups, a directory of them, then the postings,
/// each the difference of its key to the last one, and of its article where the keys are the same.
/// `place` is its own in the index, so that no page passes for another; `hides` says whether there
/// is a page of what it hides.
pub fn encode(postings: &[Posting], hides: bool, place: u64) -> Vec<u8> {
    let (mut directory, mut groups): (Vec<u64>, Vec<u8>) = (Vec::new(), Vec::new());
    for group in postings.chunks(GROUP) {
        let (mut last_key, mut last_article) = (group[0].0, 0);
        directory.push(last_key << OFFSET_BITS | groups.len() as u64);
        for &(key, article) in group {
            push_number(key - last_key, &mut groups);
            let base = if key == last_key { last_article } else { 0 };
            push_number((article - base) as u64, &mut groups);
            (last_key, last_article) = (key, article);
        }
    }
    let directory: Vec<u8> = directory.into_iter().flat_map(u64::to_le_bytes).collect();
    let count = (directory.len() / size_of::<u64>()) as u64 | (hides as u64) << HIDES_BIT;
    let page = [&count.to_le_bytes()[..], &directory, &groups].concat();
    [&checksum(&page, place)[..], &page].concat()
}

/// A page whose checksum is right.
pub struct Page<'a> {
    pub hides: bool,
    directory: &'a [[u8; size_of::<u64>()]],
    groups: &'a [u8],
}

impl<'a> Page<'a> {
    /// None when the page is damaged.
    pub fn open(bytes: &'a [u8], place: u64) -> Option<Page<'a>> {
        let (found, page) = bytes.split_at_checked(size_of::<u64>())?;
        let (count, rest) = page.split_first_chunk()?;
        let count = u64::from_le_bytes(*count);
        let hides = count >> HIDES_BIT == 1;
        let count = (count & !(1 << HIDES_BIT)) as usize;
        // A flipped bit can make any number of it.
        let bytes = count.checked_mul(size_of::<u64>())?;
        let (directory, groups) = rest.split_at_checked(bytes)?;
        let directory = directory.as_chunks().0;
        (found == checksum(page, place)).then_some(Page { hides, directory, groups })
    }

    /// Appends the articles that have a key, in their order.
    pub fn list(&self, key: Key, found: &mut Vec<u32>) {
        let first = self.first_group(key);
        self.read_from(first, |(own, article)| {
            if own == key {
                found.push(article);
            }
            own <= key
        });
    }

    /// Appends the postings whose keys are in a range.
    pub fn read(&self, keys: Range<Key>, found: &mut Vec<Posting>) {
        self.read_from(self.first_group(keys.start), |posting| {
            if keys.contains(&posting.0) {
                found.push(posting);
            }
            posting.0 < keys.end
        });
    }

    /// The first group that may have a key.
    fn first_group(&self, key: Key) -> usize {
        let before = |it: &[u8; 8]| u64::from_le_bytes(*it) >> OFFSET_BITS < key;
        self.directory.partition_point(before).saturating_sub(1)
    }

    /// Reads the postings from a group on until `goes_on` is false.
    fn read_from(&self, first: usize, mut goes_on: impl FnMut(Posting) -> bool) {
        let entry = |group: usize| self.directory.get(group).map(|it| u64::from_le_bytes(*it));
        let start = |entry: u64| (entry & ((1 << OFFSET_BITS) - 1)) as usize;
        for group in first..self.directory.len() {
            let (Some(own), next) = (entry(group), entry(group + 1)) else { return };
            let end = next.map_or(self.groups.len(), start);
            let mut rest = self.groups.get(start(own)..end).unwrap_or_default();
            let (mut key, mut article) = (own >> OFFSET_BITS, 0_u32);
            while !rest.is_empty() {
                let step = take_number(&mut rest);
                // What was sealed damaged says anything, and ends nothing.
                key = key.wrapping_add(step);
                let before = if step == 0 { article } else { 0 };
                article = before.wrapping_add(take_number(&mut rest) as u32);
                if !goes_on((key, article)) {
                    return;
                }
            }
        }
    }
}

/// Seven bits to a byte, the lowest first (LEB128).
fn push_number(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..u64::BITS).step_by(7) {
        let Some((&byte, rest)) = bytes.split_first() else { break };
        *bytes = rest;
        number |= ((byte & 0x7f) as u64) << shift;
        if byte < 0x80 {
            break;
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::sealed::seal;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pages_give_what_they_took(
            mut postings in prop::collection::vec((0..1_u64 << KEY_BITS, any::<u32>()), 0..200),
            place: u64, hides: bool, damaged in any::<prop::sample::Index>(), bit in 0..8_u32,
        ) {
            let repeated = postings.first().map(|&(key, _)| key);
            postings.extend(repeated.map(|key| (key, 7)));
            postings.sort_unstable();
            postings.dedup();
            let mut bytes = encode(&postings, hides, place);
            let page = Page::open(&bytes, place).unwrap();
            prop_assert_eq!(page.hides, hides);
            let mut all = Vec::new();
            page.read(0..1 << KEY_BITS, &mut all);
            prop_assert_eq!(&all, &postings);
            for &(key, _) in &postings {
                let mut found = Vec::new();
                page.list(key, &mut found);
                let of_key = postings.iter().filter(|it| it.0 == key);
                prop_assert_eq!(found, of_key.map(|it| it.1).collect::<Vec<_>>());
                let mut after = Vec::new();
                page.read(key + 1..1 << KEY_BITS, &mut after);
                let expected = postings.iter().filter(|it| it.0 > key).copied();
                prop_assert_eq!(after, expected.collect::<Vec<_>>());
            }
            prop_assert!(Page::open(&bytes, place ^ 1).is_none());
            let damaged = damaged.index(bytes.len());
            bytes[damaged] ^= 1 << bit;
            prop_assert!(Page::open(&bytes, place).is_none());
        }

        #[test]
        fn what_was_sealed_damaged_is_read_as_anything(
            own: u64, groups in prop::collection::vec(prop_oneof![Just(u8::MAX), any::<u8>()], 0..60),
        ) {
            let page = [&1_u64.to_le_bytes()[..], &own.to_le_bytes(), &groups].concat();
            let bytes = seal(&page, 0);
            let mut found = Vec::new();
            Page::open(&bytes, 0).unwrap().read(0..u64::MAX, &mut found);
            prop_assert!(found.len() <= groups.len());
        }

        #[test]
        fn a_key_shows_its_first_and_last(counts in prop::collection::vec(0..200_u32, 0..8)) {
            let of_key = |(key, &count): (u64, &u32)| (0..count).map(move |it| (key, it));
            let postings: Vec<Posting> = (0..).zip(&counts).flat_map(of_key).collect();
            let (first, last) = (FIRST as u32, LAST as u32);
            let is_shown =
                |&(key, it): &Posting| it < first || it + last >= counts[key as usize];
            let (shown, hidden) = parted(&postings);
            let expected: Vec<Posting> = postings.iter().copied().filter(is_shown).collect();
            prop_assert_eq!(shown, expected);
            let is_hidden = |it: &Posting| !is_shown(it) && it.0 & 3 == OF_COPIES;
            let expected: Vec<Posting> = postings.iter().copied().filter(is_hidden).collect();
            prop_assert_eq!(hidden, expected);
        }

        #[test]
        fn pages_begin_with_their_first_key(pages in 1..1_u64 << 31, page: u64) {
            let page = page % pages;
            prop_assert_eq!(page_of(first_key(page, pages), pages), page);
            prop_assert_eq!(first_key(pages, pages), 1 << KEY_BITS);
            if page > 0 {
                prop_assert_eq!(page_of(first_key(page, pages) - 1, pages), page - 1);
            }
        }

        #[test]
        fn recent_postings_are_listed(given in prop::collection::vec((0..9_u64, 0..1_u32), 0..60)) {
            let mut recent = Recent::default();
            for (article, &(key, _)) in (0..).zip(&given) {
                recent.push(&[key], article);
            }
            for key in 0..9 {
                let expected: Vec<u32> =
                    (0..).zip(&given).filter(|(_, it)| it.0 == key).map(|(at, _)| at).collect();
                let mut found: Vec<u32> = recent.list(key).collect();
                found.reverse();
                prop_assert_eq!(found, expected);
            }
            prop_assert_eq!(recent.postings().len(), given.len());
        }
    }
}
