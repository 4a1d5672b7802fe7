//! Articles made ready to be compared, kept as long as pairs ask for them.

use hashbrown::HashMap;

use super::Pair;
use crate::error::Result;
use crate::text::story::cutter::Piece;
use crate::text::story::outline::OutlineScratch;
use crate::text::words::Words;
use crate::verify::features::Side;
use crate::verify::furniture::Holders;
use crate::verify::judge::MIN_CONTAINMENT_OF_EDITED;
use crate::verify::story::Story;
use crate::verify::{Comparison, Figures, Prepared};

/// Articles that a thread keeps ready for their next pair, and bytes that one takes for each of its
/// text, about.
const PREPARED_AT_ONCE: usize = 128;
const BYTES_A_BYTE: usize = 6;

/// Where the texts of articles are read.
pub trait Reading {
    /// Bytes of an article's text, about.
    fn length(&self, article: u32) -> usize;

    /// The words of an article, and its pieces.
    fn cut(&mut self, article: u32, words: &mut Words) -> Result<Vec<Piece>>;
}

/// Reads articles for comparison and keeps the last ones: the pairs of an article stand together,
/// and hubs come again and again.
pub struct PreparedReader<'a, T> {
    texts: T,
    holders: &'a Holders,
    ready: HashMap<u32, Ready>,
    spare: Vec<Ready>,
    scratch: OutlineScratch,
    time: u64,
    /// Bytes that the articles which are ready take, and that they may take.
    bytes: usize,
    most_bytes: usize,
}

#[derive(Default)]
pub struct Ready {
    /// Time of the last use.
    used: u64,
    bytes: usize,
    pieces: Vec<Piece>,
    pub prepared: Prepared,
    /// Made when the article is first judged.
    story: Story,
    has_story: bool,
}

impl<'a, T: Reading> PreparedReader<'a, T> {
    /// A reader that keeps articles ready in so many bytes.
    pub fn new(texts: T, holders: &'a Holders, most_bytes: usize) -> PreparedReader<'a, T> {
        PreparedReader {
            texts,
            holders,
            ready: HashMap::new(),
            spare: Vec::new(),
            scratch: OutlineScratch::default(),
            time: 0,
            bytes: 0,
            most_bytes,
        }
    }

    pub fn get(&mut self, (a, b): Pair) -> Result<(&Ready, &Ready)> {
        self.prepare(a)?;
        self.prepare(b)?;
        Ok((&self.ready[&a], &self.ready[&b]))
    }

    /// Two articles that are ready, as they are judged.
    pub fn sides(&mut self, (a, b): Pair) -> (Side<'_>, Side<'_>) {
        for article in [a, b] {
            let ready = self.ready.get_mut(&article).expect("prepared before");
            if !ready.has_story {
                let Ready { prepared, pieces, .. } = ready;
                ready.story.outline.read_cut(&prepared.words, pieces, &mut self.scratch);
                ready.story.finish(&ready.prepared, self.holders);
                ready.has_story = true;
            }
        }
        let side = |article: u32| {
            let Ready { prepared, story, .. } = &self.ready[&article];
            Side { prepared, story }
        };
        (side(a), side(b))
    }

    /// Compares two articles that are no exact copies, if they may be versions of one story: what
    /// shares little wording only where the two `are_alike`. `later` is the time from the second to
    /// the first in seconds, where both dates are known.
    pub fn compare(
        &mut self,
        pair: Pair,
        are_alike: impl FnOnce() -> Result<bool>,
        later: Option<i64>,
    ) -> Result<Option<Comparison>> {
        let (a, b) = self.get(pair)?;
        let figures = Figures::of(&a.prepared.shingles, &b.prepared.shingles);
        if figures.containment < MIN_CONTAINMENT_OF_EDITED && !are_alike()? {
            return Ok(None);
        }
        let holders = self.holders;
        let (a, b) = self.sides(pair);
        Ok(Some(Comparison::of(a, b, figures, later, holders)))
    }

    fn prepare(&mut self, article: u32) -> Result<()> {
        self.time += 1;
        if let Some(ready) = self.ready.get_mut(&article) {
            ready.used = self.time;
            return Ok(());
        }
        let length = self.texts.length(article);
        let mut ready = self.make_room(BYTES_A_BYTE * length);
        ready.used = self.time;
        ready.has_story = false;
        ready.pieces = self.texts.cut(article, &mut ready.prepared.words)?;
        ready.prepared.finish();
        self.ready.insert(article, ready);
        Ok(())
    }

    /// Empty buffers; once many articles are ready, of one that was not used for long.
    fn make_room(&mut self, bytes: usize) -> Ready {
        let other = self.time - 1;
        while self.bytes + bytes > self.most_bytes {
            // Buffers of long texts are not kept for shorter ones.
            self.spare.clear();
            let unused = self.ready.iter().filter(|(_, ready)| ready.used < other);
            let Some((&oldest, _)) = unused.min_by_key(|(_, ready)| ready.used) else { break };
            self.bytes -= self.ready.remove(&oldest).map_or(0, |ready| ready.bytes);
        }
        self.bytes += bytes;
        if self.ready.len() >= 2 * PREPARED_AT_ONCE {
            let long_ago = self.time - PREPARED_AT_ONCE as u64;
            let unused = self.ready.extract_if(|_, ready| ready.used < long_ago);
            for (_, ready) in unused {
                self.bytes -= ready.bytes;
                self.spare.push(ready);
            }
        }
        Ready { bytes, ..self.spare.pop().unwrap_or_default() }
    }
}
