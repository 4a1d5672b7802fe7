//! Texts: their words, the shingles of these, the stories they tell, and dates.

pub mod date;
pub mod hash_sort;
pub mod shingle;
pub mod story;
pub mod words;

/// Shorter texts match only exactly: a headline, a caption or a greeting is soon shared.
pub const MIN_WORDS: usize = 20;
