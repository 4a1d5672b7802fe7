//! Rows that the caller reads, of Parquet, CSV, or a list in memory. Their texts are kept in
//! memory or in a temporary file until the pass ends.

use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::corpus::{
    Batch, Corpus, Kind, Location, MAX_RECORD, Raw, Rejection, Scratch, Sketcher, Source,
};
use crate::error::{Error, Result};
use crate::temporary::TemporaryFile;

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

    /// Appends a text and returns its offset.
    fn push(&mut self, text: &str) -> Result<u64> {
        match self {
            Store::Memory(bytes) => {
                bytes.extend_from_slice(text.as_bytes());
                Ok((bytes.len() - text.len()) as u64)
            }
            Store::File(file) => {
                file.append(text.as_bytes())?;
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

/// One row as the caller gives it: its text, or why there is none with what stood there.
pub struct Row<'a> {
    pub text: std::result::Result<&'a str, (String, String)>,
    pub id: Option<&'a str>,
    pub date: Option<&'a str>,
}

/// Appends rows to a table source.
pub fn read(corpus: &mut Corpus, source: u32, rows: &[Row], sketcher: &Sketcher) -> Result<()> {
    let Corpus { sources, rows: store, .. } = corpus;
    let last = sources.len().checked_sub(1) == Some(source as usize);
    let Some(Source { kind: Kind::Table { rows: known }, .. }) =
        sources.last_mut().filter(|_| last)
    else {
        return Err(Error::Misuse("rows can only be added to the last source, a table".to_owned()));
    };
    let first = *known + 1;
    *known += rows.len() as u64;
    let offsets: Vec<u64> = rows
        .iter()
        .map(|row| row.text.as_ref().map_or(Ok(0), |text| store.push(text)))
        .collect::<Result<_>>()?;
    let batches: Vec<Batch> = rows
        .par_iter()
        .enumerate()
        .fold(
            || (Batch::default(), Scratch::default()),
            |(mut batch, mut scratch), (index, row)| {
                let row_number = first + index as u64;
                push_row(
                    &mut batch,
                    source,
                    row_number,
                    offsets[index],
                    row,
                    sketcher,
                    &mut scratch,
                );
                (batch, scratch)
            },
        )
        .map(|(batch, _)| batch)
        .collect();
    batches.into_iter().try_for_each(|batch| corpus.append(batch))
}

/// Books a row that the caller could not read. Row 0 stands for the whole table.
pub fn reject(corpus: &mut Corpus, source: u32, row: u64, reason: String, raw: Raw) {
    if let Kind::Table { rows } = &mut corpus.sources[source as usize].kind {
        *rows = row.max(*rows);
    }
    corpus.rejections.push(Rejection { source, row, reason, raw });
}

fn push_row(
    batch: &mut Batch,
    source: u32,
    row_number: u64,
    offset: u64,
    row: &Row,
    sketcher: &Sketcher,
    scratch: &mut Scratch,
) {
    let mut reject = |reason, raw| {
        batch.rejections.push(Rejection { source, row: row_number, reason, raw: Raw::Text(raw) });
    };
    match &row.text {
        Err((reason, raw)) => reject(reason.clone(), raw.clone()),
        Ok(text) if text.len() > MAX_RECORD => {
            let reason = format!("the text is longer than the limit of {MAX_RECORD} bytes");
            reject(reason, (*text).to_owned());
        }
        Ok(text) => {
            let location = Location { offset, source, length: text.len() as u32, row: row_number };
            batch.push(location, row.id, row.date, text, sketcher, scratch);
        }
    }
}
