//! How much memory a pass may take, and where it puts what does not fit.

pub mod column;
pub mod file;
pub mod lists;
pub mod sorted;
pub mod temporary;

use std::path::PathBuf;

/// Below it a stage would go through the corpus hundreds of times.
const LEAST_FOR_STAGE: usize = 1 << 20;

/// Bytes that an article takes in any case.
const BYTES_AN_ARTICLE: usize = 160;

pub struct Memory {
    limit: usize,
    /// Articles that there are.
    pub articles: usize,
    /// Folder of the temporary files.
    pub folder: PathBuf,
}

impl Default for Memory {
    fn default() -> Memory {
        Memory::new(None, None)
    }
}

impl Memory {
    /// No limit, and the system's folder for temporary files, unless given.
    pub fn new(limit: Option<u64>, folder: Option<PathBuf>) -> Memory {
        let limit = limit.map_or(usize::MAX, |limit| limit.try_into().unwrap_or(usize::MAX));
        Memory { limit, articles: 0, folder: folder.unwrap_or_else(std::env::temp_dir) }
    }

    /// Bytes that the sketches of a pass may take. A third, as for what a stage makes for itself, and for
    /// what it finds.
    pub fn for_sketches(&self) -> usize {
        self.left() / 3
    }

    /// How many of something a stage may have at once that takes so many bytes, one at least.
    pub fn at_once(&self, bytes: usize, most: usize) -> usize {
        (self.for_stage() / bytes).clamp(1, most)
    }

    /// Bytes that a stage may take for itself.
    pub fn for_stage(&self) -> usize {
        (self.left() / 3).max(LEAST_FOR_STAGE)
    }

    /// What the articles leave of the limit; a quarter of it in any case, or a stage would never end.
    fn left(&self) -> usize {
        self.limit.saturating_sub(BYTES_AN_ARTICLE * self.articles).max(self.limit / 4)
    }
}

/// Gives the system back what the allocator holds and nobody uses: glibc keeps it for more of the like, but
/// each stage asks for other sizes.
pub fn give_back() {
    // SAFETY: it changes nothing that is in use, and any thread may call it at any time.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    unsafe {
        libc::malloc_trim(0);
    }
}
