//! Native core of `dedup`: finds the exact, syndicated and excerpted versions of news stories.
//!
//! The folders follow the way of an article: a dump is read into a corpus, candidates are found in it
//! by sketches of the texts, verified on the texts themselves, and the pass clusters what matches.
//! Imports go one way:
//!
//! ```text
//! python → synth, pass → index → candidate, dump → corpus → verify → sketch → text, memory → error
//! ```

pub mod candidate;
pub mod corpus;
pub mod dump;
pub mod error;
pub mod index;
pub mod memory;
pub mod pass;
pub mod progress;
#[cfg(feature = "python")]
mod python;
pub mod sketch;
pub mod stages;
pub mod synth;
pub mod text;
pub mod threads;
pub mod verify;
