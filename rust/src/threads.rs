//! The threads of a pass.

use crate::error::{Error, Result};

/// A pool of its own, for one pass: a process that forks between passes is left no dead threads.
pub fn thread_pool(threads: usize) -> Result<rayon::ThreadPool> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build()
        .map_err(|error| Error::Misuse(format!("cannot start {threads} threads: {error}")))
}
