//! The articles of a pass, as columns: where each lies, what it is called, and its sketches.
//! Texts are not kept; [`crate::texts`] reads them again.

use std::path::{Path, PathBuf};

use hashbrown::HashTable;
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use crate::error::Result;
use crate::lists::{Lists, SPILLED_AT_ONCE};
use crate::memory::Memory;
use crate::read::compression::Compression;
use crate::read::record::Fields;
use crate::read::table::Store;
use crate::shingle;
use crate::signature::Permutations;
use crate::story::{self, Content, STOP_WORD, Stem};
use crate::temporary::{self, TemporaryFile};
use crate::verify::MIN_WORDS;
use crate::words::Words;

/// Longest record or text taken, in bytes. The largest books are smaller; what is longer is no
/// article, and to hold it would break the bound on memory.
pub const MAX_RECORD: usize = 8 << 20;

pub const NO_DATE: i64 = i64::MIN;

#[derive(Serialize, Deserialize)]
pub enum Kind {
    /// Records of a JSONL file, at the file's own offsets or, for a compressed one, those of the
    /// spooled plain copy.
    Jsonl { fields: Fields, used: Used, spool: Option<PathBuf> },
    /// A text file that is one article.
    Text,
    /// Rows given by the caller, their number so far; their texts lie in `Corpus::rows`.
    Table { rows: u64 },
}

/// The names of the id and date fields that records of a file have.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Used {
    pub id: Vec<String>,
    pub date: Vec<String>,
}

#[derive(Serialize, Deserialize)]
pub struct Source {
    pub path: PathBuf,
    /// What the user calls the file, in ids and in messages.
    pub name: String,
    pub compression: Compression,
    pub kind: Kind,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Location {
    pub offset: u64,
    pub source: u32,
    pub length: u32,
    /// Line or row number, from 1.
    pub row: u64,
}

#[derive(Serialize, Deserialize)]
pub enum Raw {
    /// Bytes of the source, left where they are.
    At {
        offset: u64,
        length: u64,
    },
    Text(String),
    Bytes(Vec<u8>),
}

#[derive(Serialize, Deserialize)]
pub struct Rejection {
    pub source: u32,
    pub row: u64,
    pub reason: String,
    pub raw: Raw,
}

/// Ids, end to end in one string.
#[derive(Default, Serialize, Deserialize)]
pub struct Ids {
    bytes: String,
    ends: Vec<usize>,
}

impl Ids {
    pub fn push(&mut self, id: &str) {
        self.bytes.push_str(id);
        self.ends.push(self.bytes.len());
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn get(&self, index: usize) -> &str {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.bytes[start..self.ends[index]]
    }
}

/// What is kept of the texts themselves.
#[derive(Default, Serialize, Deserialize)]
pub struct Sketches {
    /// Number of words.
    pub lengths: Vec<u32>,
    pub digests: Vec<u128>,
    /// `NUM_PERM` values an article.
    pub signatures: Lists,
    /// Sampled shingles, sorted.
    pub samples: Lists,
    /// Distinct story shingles, sorted.
    pub stems: Lists,
}

/// Buffers that serve one text after another.
#[derive(Default)]
pub struct Scratch {
    pub words: Words,
    hashes: Vec<u64>,
    mixed: Vec<u32>,
    sampled: Vec<u32>,
    contents: Vec<Content>,
    stems: Vec<Stem>,
}

/// What is made of each text as it is read.
pub struct Sketcher {
    pub permutations: Permutations,
    /// Whether story shingles are wanted.
    pub stories: bool,
}

impl Sketches {
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    pub fn push(&mut self, text: &str, sketcher: &Sketcher, scratch: &mut Scratch) {
        scratch.words.read(text);
        self.push_words(sketcher, scratch);
    }

    /// Pushes what is made of the words in `scratch`.
    pub fn push_words(&mut self, sketcher: &Sketcher, scratch: &mut Scratch) {
        let Scratch { words, hashes, mixed, sampled, contents, stems } = scratch;
        shingle::hash_shingles(words, hashes);
        self.lengths.push(words.len() as u32);
        self.digests.push(digest(words));
        self.signatures.push_with(|values| sketcher.permutations.sign(hashes, mixed, values));
        sampled.clear();
        sampled.extend(shingle::sample(hashes));
        sampled.sort_unstable();
        sampled.dedup();
        self.samples.push(sampled);
        stems.clear();
        if sketcher.stories {
            story::read_contents(words, contents);
            gather_stems(contents, stems);
        }
        self.stems.push(stems);
    }

    /// Whether an article is long enough to match otherwise than exactly.
    pub fn may_be_alike(&self, article: u32) -> bool {
        self.lengths[article as usize] as usize >= MIN_WORDS
    }

    fn push_from(&mut self, other: &Sketches, article: u32) -> Result<()> {
        self.lengths.push(other.lengths[article as usize]);
        self.digests.push(other.digests[article as usize]);
        let Sketches { signatures, samples, stems, .. } = other;
        let lists = [
            (&mut self.signatures, signatures),
            (&mut self.samples, samples),
            (&mut self.stems, stems),
        ];
        let mut buffer = Vec::new();
        for (own, other) in lists {
            own.push(other.get(article, &mut buffer)?);
        }
        Ok(())
    }

    /// Moves the lists to temporary files once they take too much memory.
    fn spill(&mut self, memory: &Memory) -> Result<()> {
        let bytes: usize =
            [&self.signatures, &self.samples, &self.stems].iter().map(|lists| lists.memory()).sum();
        if bytes > if self.stems.is_spilled() { SPILLED_AT_ONCE } else { memory.for_sketches() } {
            self.spill_all(memory)?;
        }
        Ok(())
    }

    fn spill_all(&mut self, memory: &Memory) -> Result<()> {
        let lists = [&mut self.signatures, &mut self.samples, &mut self.stems];
        lists.into_iter().try_for_each(|lists| lists.spill(|| TemporaryFile::named(&memory.folder)))
    }
}

/// The distinct stems of a text, sorted.
fn gather_stems(contents: &[Content], stems: &mut Vec<Stem>) {
    stems.resize(contents.len(), STOP_WORD);
    let mut count = 0;
    for content in contents {
        // Every other word is a stop word: without a branch nothing is guessed wrong.
        stems[count] = content.stem;
        count += (content.stem != STOP_WORD) as usize;
    }
    stems.truncate(count);
    stems.sort_unstable();
    stems.dedup();
}

pub fn digest(words: &Words) -> u128 {
    xxh3_128(words.joined())
}

/// Articles read together, before their ids are known to be new.
#[derive(Default)]
pub struct Batch {
    pub locations: Vec<Location>,
    /// An empty id stands for none.
    pub ids: Ids,
    pub dates: Vec<i64>,
    pub sketches: Sketches,
    pub rejections: Vec<Rejection>,
    pub unread_dates: u64,
}

impl Batch {
    /// Takes an article; its date is read here.
    pub fn push(
        &mut self,
        location: Location,
        id: Option<&str>,
        date: Option<&str>,
        text: &str,
        sketcher: &Sketcher,
        scratch: &mut Scratch,
    ) {
        self.locations.push(location);
        self.ids.push(id.unwrap_or(""));
        let seconds = date.map(crate::date::parse);
        self.unread_dates += (seconds == Some(None)) as u64;
        self.dates.push(seconds.flatten().unwrap_or(NO_DATE));
        self.sketches.push(text, sketcher, scratch);
    }
}

#[derive(Default, Serialize, Deserialize)]
pub struct Corpus {
    pub sources: Vec<Source>,
    /// The texts of table rows.
    pub rows: Store,
    pub locations: Vec<Location>,
    pub ids: Ids,
    pub dates: Vec<i64>,
    pub sketches: Sketches,
    pub rejections: Vec<Rejection>,
    pub unread_dates: u64,
    #[serde(skip)]
    pub memory: Memory,
    #[serde(skip)]
    by_id: HashTable<u32>,
}

impl Corpus {
    /// A corpus without articles, which keeps the texts of rows in `rows`.
    pub fn new(rows: Store, memory: Memory) -> Corpus {
        Corpus { rows, memory, ..Corpus::default() }
    }

    /// Whether not all fits into memory.
    pub fn is_spilled(&self) -> bool {
        self.sketches.stems.is_spilled()
    }

    /// Saves the corpus with the temporary files that it has.
    pub fn save(&mut self) -> Result<()> {
        self.sketches.spill_all(&self.memory)?;
        temporary::save(&self.memory.folder, "read", self)
    }

    /// The corpus that was saved in a folder for temporary files, if one was.
    pub fn load(folder: &Path) -> Result<Option<Corpus>> {
        let Some(mut corpus) = temporary::load::<Corpus>(folder, "read")? else {
            return Ok(None);
        };
        for article in 0..corpus.len() as u32 {
            let Corpus { by_id, ids, .. } = &mut corpus;
            let hash_of = |&other: &u32| hash_id(ids.get(other as usize));
            by_id.insert_unique(hash_id(ids.get(article as usize)), article, hash_of);
        }
        Ok(Some(corpus))
    }

    pub fn len(&self) -> usize {
        self.locations.len()
    }

    pub fn is_empty(&self) -> bool {
        self.locations.is_empty()
    }

    /// Number of records read, rejected ones included.
    pub fn records(&self) -> u64 {
        (self.len() + self.rejections.len()) as u64
    }

    pub fn add_source(&mut self, source: Source) -> u32 {
        self.sources.push(source);
        (self.sources.len() - 1) as u32
    }

    /// Seconds between the publication of two articles, where both dates are known.
    pub fn gap(&self, (a, b): (u32, u32)) -> Option<u64> {
        gap(self.dates[a as usize], self.dates[b as usize])
    }

    /// The articles of one source, in the order of their rows.
    pub fn articles_of(&self, source: u32) -> std::ops::Range<usize> {
        let before = |wanted: u32| self.locations.partition_point(|it| it.source < wanted);
        before(source)..before(source + 1)
    }

    /// Takes a batch of the last source over; an article whose id was seen before becomes a rejection.
    pub fn append(&mut self, batch: Batch) -> Result<()> {
        let Batch { locations, ids, dates, sketches, rejections, unread_dates } = batch;
        for (index, location) in locations.into_iter().enumerate() {
            let given = ids.get(index);
            let made;
            let id = if given.is_empty() {
                made = self.made_id(&location);
                &made
            } else {
                given
            };
            if let Some(earlier) = self.claim(id) {
                self.rejections.push(self.repeated_id(id, earlier, location));
                continue;
            }
            self.ids.push(id);
            self.locations.push(location);
            self.dates.push(dates[index]);
            self.sketches.push_from(&sketches, index as u32)?;
        }
        self.rejections.extend(rejections);
        self.unread_dates += unread_dates;
        self.sketches.spill(&self.memory)
    }

    /// The id of an article that brings none.
    fn made_id(&self, location: &Location) -> String {
        let source = &self.sources[location.source as usize];
        match source.kind {
            Kind::Text => source.name.clone(),
            _ => format!("{}:{}", source.name, location.row),
        }
    }

    /// The id of an article, or of one in an index: those, `stored`, are numbered on from here.
    pub fn id<'a>(&'a self, article: u32, stored: &'a Ids) -> &'a str {
        let article = article as usize;
        match article.checked_sub(self.len()) {
            None => self.ids.get(article),
            Some(place) => stored.get(place),
        }
    }

    /// The article that has an id.
    pub fn find(&self, id: &str) -> Option<u32> {
        let same = |&other: &u32| self.ids.get(other as usize) == id;
        self.by_id.find(hash_id(id), same).copied()
    }

    /// Books the id for the next article, or returns the article that has it.
    fn claim(&mut self, id: &str) -> Option<u32> {
        let earlier = self.find(id);
        if earlier.is_none() {
            let Corpus { by_id, ids, locations, .. } = self;
            let hash_of = |&other: &u32| hash_id(ids.get(other as usize));
            by_id.insert_unique(hash_id(id), locations.len() as u32, hash_of);
        }
        earlier
    }

    fn repeated_id(&self, id: &str, earlier: u32, location: Location) -> Rejection {
        let first = self.locations[earlier as usize];
        let name = &self.sources[first.source as usize].name;
        rejection(location, format!("the id {id:?} was seen before, at {name}:{}", first.row))
    }

    /// All records rejected, these too, in the order of the input.
    pub fn rejections_with<'a>(&'a self, more: &'a [Rejection]) -> Vec<&'a Rejection> {
        let mut all: Vec<&Rejection> = self.rejections.iter().chain(more).collect();
        all.sort_by_key(|rejection| (rejection.source, rejection.row));
        all
    }

    /// An article as a record that is rejected after all.
    pub fn rejection(&self, article: u32, reason: String) -> Rejection {
        rejection(self.locations[article as usize], reason)
    }
}

fn rejection(location: Location, reason: String) -> Rejection {
    let Location { offset, source, length, row } = location;
    Rejection { source, row, reason, raw: Raw::At { offset, length: length as u64 } }
}

/// Seconds between two dates, where both are known.
pub fn gap(a: i64, b: i64) -> Option<u64> {
    (a != NO_DATE && b != NO_DATE).then(|| a.abs_diff(b))
}

fn hash_id(id: &str) -> u64 {
    xxh3_64(id.as_bytes())
}
