//! Sketches: the little that is kept of a text, by which those that may be alike are found.

pub mod banding;
pub mod signature;
pub mod sketches;
