//! Reading: files and rows become batches of articles.

mod framed;
mod layout;
mod lines;
pub mod plain;
pub mod records;
mod rows;
pub mod table;
pub mod text_file;
mod values;
