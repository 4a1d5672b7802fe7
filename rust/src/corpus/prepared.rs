//! Articles made ready to be compared, kept as long as pairs ask for them.

use hashbrown::HashMap;

use super::texts::Texts;
use super::{Corpus, Glances, Pair};
use crate::error::Result;
use crate::text::story::outline::{OutlineScratch, Piece};
use crate::verify::Prepared;
use crate::verify::features::Side;
use crate::verify::furniture::Holders;
use crate::verify::story::Story;

/// Articles that a thread keeps ready for their next pair, and bytes that one takes for each of its
/// text, about.
const PREPARED_AT_ONCE: usize = 128;
const BYTES_A_BYTE: usize = 6;

/// Reads articles for comparison and keeps the last ones: the pairs of an article stand together,
/// and hubs come again and again.
pub struct PreparedReader<'a> {
    texts: Texts<'a>,
    holders: &'a Holders,
    ready: HashMap<u32, Ready>,
    spare: Vec<Ready>,
    scratch: OutlineScratch,
    pub glances: Glances<'a>,
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

impl<'a> PreparedReader<'a> {
    pub fn new(corpus: &'a Corpus, holders: &'a Holders) -> PreparedReader<'a> {
        PreparedReader {
            texts: Texts::new(corpus),
            holders,
            ready: HashMap::new(),
            spare: Vec::new(),
            scratch: OutlineScratch::default(),
            glances: corpus.glances(),
            time: 0,
            bytes: 0,
            most_bytes: corpus.memory.for_stage() / rayon::current_num_threads(),
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
