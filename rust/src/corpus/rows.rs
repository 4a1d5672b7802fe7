//! The texts of rows that the caller reads, kept in memory or in a temporary file until the pass ends.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::memory::temporary::TemporaryFile;

/// Where the texts of rows lie.
#[derive(Serialize, Deserialize)]
pub enum Store {
    Memory(Vec<u8>),
    File(TemporaryFile),
}

impl Default for Store {
    fn default() -> Store {
        Store::Memory(Vec::new())
    }
}

impl Store {
    /// A store in a file of `folder`, or in memory.
    pub fn new(folder: Option<&Path>) -> Result<Store> {
        folder.map_or(Ok(Store::default()), |folder| Ok(Store::File(TemporaryFile::named(folder)?)))
    }

    /// Appends a text, or what should be one, and returns its offset.
    pub fn push(&mut self, text: &[u8]) -> Result<u64> {
        match self {
            Store::Memory(bytes) => {
                bytes.extend_from_slice(text);
                Ok((bytes.len() - text.len()) as u64)
            }
            Store::File(file) => {
                file.append(text)?;
                Ok(file.length() - text.len() as u64)
            }
        }
    }

    /// Fills `bytes` with the text at `offset`.
    pub fn read(&self, bytes: &mut [u8], offset: u64) -> Result<()> {
        match self {
            Store::Memory(all) => {
                bytes.copy_from_slice(&all[offset as usize..offset as usize + bytes.len()]);
                Ok(())
            }
            Store::File(file) => file.read(bytes, offset),
        }
    }
}
