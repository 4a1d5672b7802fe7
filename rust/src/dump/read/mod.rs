//! Reading: files and rows become batches of articles.

mod framed;
pub mod layout;
mod lines;
pub mod plain;
mod reader;
pub mod records;
mod rows;
pub mod table;
pub mod text_file;
mod values;
