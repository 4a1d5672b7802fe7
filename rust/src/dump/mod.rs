//! Dumps: read into a corpus, and written without the duplicates.

pub mod read;
pub mod write;
