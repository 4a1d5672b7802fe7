//! Labelled synthetic news: corpora of any size, the same bytes for the same seed on any machine.
//!
//! A corpus is a sequence of blocks, each made from the seed and its number alone; a longer corpus
//! begins with the shorter one.

mod block;
mod calendar;
mod founding;
mod function_words;
mod name;
mod random;
mod retelling;
mod story;
mod token;
mod version;
mod vocabulary;
mod world;
mod writer;

use std::sync::LazyLock;

use rayon::prelude::*;

use crate::error::Result;
use crate::threads::thread_pool;
use world::World;

static WORLD: LazyLock<World> = LazyLock::new(World::new);

/// Blocks made at a time by each thread, 5 MB: enough that none waits long for the others.
const BLOCKS_A_THREAD: usize = 2;

/// A corpus, made chunk by chunk.
pub struct Synthesis {
    seed: u64,
    left: u64,
    block: u64,
    pool: rayon::ThreadPool,
}

impl Synthesis {
    pub fn new(articles: u64, seed: u64, threads: usize) -> Result<Synthesis> {
        Ok(Synthesis { seed, left: articles, block: 0, pool: thread_pool(threads)? })
    }

    /// The next records, a line of JSON each; None at the end.
    pub fn next_chunk(&mut self) -> Option<Vec<u8>> {
        if self.left == 0 {
            return None;
        }
        let most = (self.pool.current_num_threads() * BLOCKS_A_THREAD) as u64;
        let blocks = self.left.div_ceil(block::ARTICLES as u64).min(most);
        let numbers = (self.block..self.block + blocks).into_par_iter();
        let make = |number| block::make(&WORLD, self.seed, number);
        let made: Vec<_> = self.pool.install(|| numbers.map(make).collect());
        self.block += blocks;
        let mut chunk = Vec::with_capacity(made.iter().map(|block| block.bytes.len()).sum());
        for block in made {
            let articles = self.left.min(block::ARTICLES as u64) as usize;
            chunk.extend_from_slice(&block.bytes[..block.ends[articles - 1]]);
            self.left -= articles as u64;
        }
        Some(chunk)
    }
}
