//! What is kept of the texts themselves.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_128;

use super::banding::NUM_PERM;
use super::signature::Permutations;
use crate::error::Result;
use crate::memory::Memory;
use crate::memory::lists::{Lists, SPILLED_AT_ONCE};
use crate::memory::temporary::TemporaryFile;
use crate::text::hash_sort::sort_by_hash;
use crate::text::story::{self, STOP_WORD, Stem};
use crate::text::words::Words;
use crate::text::{MIN_WORDS, shingle};

#[derive(Serialize, Deserialize)]
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

impl Default for Sketches {
    fn default() -> Sketches {
        Sketches {
            lengths: Vec::new(),
            digests: Vec::new(),
            signatures: Lists::of_width(NUM_PERM),
            samples: Lists::default(),
            stems: Lists::default(),
        }
    }
}

/// Buffers that serve one text after another.
#[derive(Default)]
pub struct Scratch {
    pub words: Words,
    hashes: Vec<u64>,
    mixed: Vec<u32>,
    sampled: Vec<u32>,
    contents: Vec<Stem>,
    stems: Vec<Stem>,
}

/// What is made of each text as it is read.
pub struct Sketcher {
    pub permutations: Permutations,
    /// Whether story shingles are wanted.
    pub stories: bool,
}

impl Sketches {
    /// How many articles have no words at all.
    pub fn without_words(&self) -> u64 {
        let none = digest(&Words::default());
        self.digests.iter().filter(|&&it| it == none).count() as u64
    }

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

    pub fn push_from(&mut self, other: &Sketches, article: u32) -> Result<()> {
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
    pub fn spill(&mut self, memory: &Memory) -> Result<()> {
        let bytes: usize =
            [&self.signatures, &self.samples, &self.stems].iter().map(|lists| lists.memory()).sum();
        let most = memory.for_sketches();
        if bytes > if self.stems.is_spilled() { most.min(SPILLED_AT_ONCE) } else { most } {
            self.spill_all(memory)?;
        }
        Ok(())
    }

    pub fn spill_all(&mut self, memory: &Memory) -> Result<()> {
        let lists = [&mut self.signatures, &mut self.samples, &mut self.stems];
        lists.into_iter().try_for_each(|lists| lists.spill(|| TemporaryFile::named(&memory.folder)))
    }
}

/// The distinct stems of a text, sorted.
fn gather_stems(contents: &[Stem], stems: &mut Vec<Stem>) {
    stems.resize(contents.len(), STOP_WORD);
    let mut count = 0;
    for &stem in contents {
        // Every other word is a stop word: without a branch nothing is guessed wrong.
        stems[count] = stem;
        count += (stem != STOP_WORD) as usize;
    }
    stems.truncate(count);
    sort_by_hash(stems, |stem| *stem);
    stems.dedup();
}

pub fn digest(words: &Words) -> u128 {
    xxh3_128(words.joined())
}
