//! Reading: files and rows become batches of articles.

pub mod jsonl;
pub mod table;
pub mod text_file;
