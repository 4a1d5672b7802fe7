//! The articles of a pass, as columns: where each lies, what it is called, and its sketches.
//! Texts are not kept; [`texts`] reads them again.

pub mod compression;
pub mod dates;
pub mod encoding;
mod ids;
pub mod names;
pub mod outlets;
pub mod prepared;
pub mod rank;
pub mod record;
pub mod rows;
mod source;
pub mod texts;

use std::borrow::Cow;
use std::cmp::Reverse;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::memory::lists::Recent;
use crate::memory::{Memory, temporary};
use crate::sketch::sketches::{Scratch, Sketcher, Sketches};
use crate::text::date;
pub use crate::text::date::NO_DATE;
use dates::{Columns, Dates};
pub use ids::Ids;
use names::Names;
use outlets::Outlets;
use rank::Standing;
use rows::Store;
pub use source::{Frame, Kind, Location, MAX_RECORD, Raw, Records, Rejection, Source, scaled};

/// Two articles, by their numbers.
pub type Pair = (u32, u32);

/// The story shingles of the first articles of pairs, and those of the second.
pub type Glances<'a> = [Recent<'a>; 2];

/// Articles read together, before their ids are known to be new.
#[derive(Default)]
pub struct Batch {
    pub locations: Vec<Location>,
    /// An empty id stands for none.
    pub ids: Ids,
    pub dates: Dates,
    pub outlets: Outlets,
    /// Of the bytes of the articles that are copied by their places.
    pub hashes: Vec<u64>,
    pub sketches: Sketches,
    pub rejections: Vec<Rejection>,
}

impl Batch {
    /// Takes an article; its date is read here.
    #[allow(clippy::too_many_arguments, reason = "all that an article brings")]
    pub fn push(
        &mut self,
        location: Location,
        id: Option<&str>,
        date: Option<&str>,
        outlet: Option<&str>,
        text: &str,
        sketcher: &Sketcher,
        scratch: &mut Scratch,
    ) {
        self.outlets.push(self.locations.len(), outlet);
        self.locations.push(location);
        self.ids.push(id.unwrap_or(""));
        self.dates.push(date);
        self.sketches.push(text, sketcher, scratch);
    }
}

#[derive(Default, Serialize, Deserialize)]
pub struct Corpus {
    pub sources: Vec<Source>,
    /// The texts of table rows.
    pub rows: Store,
    pub locations: Vec<Location>,
    pub ids: Names,
    pub dates: Vec<i64>,
    pub outlets: Outlets,
    pub columns: Columns,
    pub sketches: Sketches,
    pub rejections: Vec<Rejection>,
    /// Whether an article whose id was seen before is rejected; else it is known as `id#2`.
    pub unique_ids: bool,
    #[serde(skip)]
    pub memory: Memory,
}

impl Corpus {
    /// A corpus without articles, which keeps the texts of rows in `rows`.
    pub fn new(rows: Store, memory: Memory, unique_ids: bool) -> Corpus {
        Corpus { rows, memory, unique_ids, ..Corpus::default() }
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
        corpus.ids.book_all();
        corpus.outlets.book_all();
        Ok(Some(corpus))
    }

    /// Reads the dates that had several readings, as far as all dates together tell which. Called
    /// when all is read; again after more is.
    pub fn settle_dates(&mut self) {
        self.columns.settle(&mut self.dates, &self.locations, &self.sources);
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

    /// Seconds from the second of two articles to the first, where both dates are known.
    pub fn later(&self, (a, b): Pair) -> Option<i64> {
        date::later(self.dates[a as usize], self.dates[b as usize])
    }

    /// Seconds between the publication of two articles, where both dates are known.
    pub fn gap(&self, (a, b): Pair) -> Option<u64> {
        gap(self.dates[a as usize], self.dates[b as usize])
    }

    /// For one thread that goes through pairs.
    pub fn glances(&self) -> Glances<'_> {
        std::array::from_fn(|_| Recent::new(&self.sketches.stems))
    }

    /// The articles of one source, in the order of their rows.
    pub fn articles_of(&self, source: u32) -> std::ops::Range<usize> {
        let before = |wanted: u32| self.locations.partition_point(|it| it.source < wanted);
        before(source)..before(source + 1)
    }

    /// Takes a batch of the last source over. An article whose id was seen before is known as `id#2`,
    /// or becomes a rejection where ids are to be unique.
    pub fn append(&mut self, batch: Batch) -> Result<()> {
        let Batch { locations, ids, dates, outlets, hashes, sketches, rejections } = batch;
        for (index, location) in locations.into_iter().enumerate() {
            let mut id = Cow::Borrowed(ids.get(index));
            if id.is_empty() {
                id = self.made_id(&location).into();
            }
            if let Err(earlier) = self.ids.push(&id) {
                if self.unique_ids {
                    self.rejections.push(self.repeated_id(&id, earlier, location));
                    continue;
                }
                self.ids.push_numbered(&id, earlier);
            }
            let checksum = &mut self.sources[location.source as usize].checksum;
            *checksum = checksum.wrapping_add(hashes.get(index).copied().unwrap_or(0));
            let date = self.columns.push(&dates, index, self.locations.len() as u32, &location);
            self.outlets.push(self.locations.len(), outlets.get(index));
            self.locations.push(location);
            self.dates.push(date);
            self.sketches.push_from(&sketches, index as u32)?;
        }
        self.rejections.extend(rejections);
        self.memory.articles = self.locations.len();
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

    /// What an article's place in an order goes by, without a key.
    pub fn standing(&self, article: u32) -> Standing<'_> {
        let place = article as usize;
        Standing {
            key: 0,
            words: Reverse(self.sketches.lengths[place]),
            id: self.ids.given(article),
            date: self.dates[place],
            digest: self.sketches.digests[place],
            place: article as u64,
        }
    }

    /// The article that has an id.
    pub fn find(&self, id: &str) -> Option<u32> {
        self.ids.find(id)
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
    Rejection { source, row, reason, raw: Raw { offset, length: length as u64 } }
}

/// Seconds between two dates, where both are known; none where one lies in the day of the other.
pub fn gap(a: i64, b: i64) -> Option<u64> {
    date::between(a, b).map(i64::unsigned_abs)
}
