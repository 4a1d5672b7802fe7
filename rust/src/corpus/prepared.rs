//! Articles made ready to be compared, kept as long as pairs ask for them.

use hashbrown::HashMap;

use super::texts::Texts;
use super::{Corpus, Pair};
use crate::error::Result;
use crate::text::story::Stem;
use crate::text::story::outline::{OutlineScratch, Piece};
use crate::verify::Prepared;
use crate::verify::features::Side;
use crate::verify::furniture::Holders;
use crate::verify::story::Story;

/// Articles that a thread keeps ready for their next pair.
const PREPARED_AT_ONCE: usize = 128;

/// Reads articles for comparison and keeps the last ones: the pairs of an article stand together,
/// and hubs come again and again.
pub struct PreparedReader<'a> {
    texts: Texts<'a>,
    holders: &'a Holders,
    ready: HashMap<u32, Ready>,
    spare: Vec<Ready>,
    scratch: OutlineScratch,
    pub stems: [Vec<Stem>; 2],
    time: u64,
}

#[derive(Default)]
pub struct Ready {
    /// Time of the last use.
    used: u64,
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
            stems: Default::default(),
            time: 0,
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
        let mut ready = self.make_room();
        ready.used = self.time;
        ready.has_story = false;
        ready.pieces = self.texts.cut(article, &mut ready.prepared.words)?;
        ready.prepared.finish();
        self.ready.insert(article, ready);
        Ok(())
    }

    /// Empty buffers; once many articles are ready, of one that was not used for long.
    fn make_room(&mut self) -> Ready {
        if self.ready.len() >= 2 * PREPARED_AT_ONCE {
            let long_ago = self.time - PREPARED_AT_ONCE as u64;
            let unused = self.ready.extract_if(|_, ready| ready.used < long_ago);
            self.spare.extend(unused.map(|(_, ready)| ready));
        }
        self.spare.pop().unwrap_or_default()
    }
}
