//! Native core of `dedup`: finds the exact, syndicated and excerpted versions of news stories.

pub mod banding;
pub mod candidate;
pub mod cluster;
pub mod corpus;
pub mod date;
pub mod error;
pub mod exact;
pub mod index;
pub mod ingest;
pub mod lists;
pub mod memory;
pub mod pipeline;
pub mod prepared;
pub mod progress;
#[cfg(feature = "python")]
mod python;
pub mod rank;
pub mod read;
pub mod shingle;
pub mod signature;
pub mod story;
pub mod synth;
pub mod temporary;
pub mod texts;
pub mod verify;
pub mod words;
pub mod write;
