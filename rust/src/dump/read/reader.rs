//! A file of records that is being read: its records become articles, or rejections.

use std::fs::File;
use std::ops::Range;
use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use crate::corpus::encoding::Encoding;
use crate::corpus::record::{Form, Usage};
use crate::corpus::{Batch, Corpus, Location, MAX_RECORD, Raw, Rejection, scaled};
use crate::error::{Error, Result};
use crate::memory::file::fill_at;
use crate::progress::Progress;
use crate::sketch::sketches::{Scratch, Sketcher};

/// A file that is being read.
pub struct Reader<'a> {
    pub file: &'a File,
    pub path: &'a Path,
    pub length: u64,
    pub source: u32,
    pub form: &'a Form,
    pub encoding: Encoding,
    pub sketcher: &'a Sketcher,
    pub progress: &'a Progress,
    /// Of the articles that have none.
    pub date: Option<&'a str>,
    /// Whether the file ends where it should.
    pub whole: bool,
}

/// What was read of a stretch of a file.
#[derive(Default)]
pub struct Block {
    pub batch: Batch,
    pub rows: u64,
    pub usage: Usage,
}

impl Reader<'_> {
    /// Takes a record of a file that lies at an offset; its number is that of the block's last row.
    pub fn read_record(&self, bytes: &[u8], offset: u64, block: &mut Block, scratch: &mut Scratch) {
        let row = block.rows;
        match self.form.parse(bytes, self.encoding) {
            Ok(record) => {
                block.usage.count(&record.used);
                block.batch.hashes.push(xxh3_64(bytes));
                block.batch.push(
                    Location { offset, source: self.source, length: bytes.len() as u32, row },
                    record.id.as_deref(),
                    record.date.as_deref().or(self.date),
                    record.source.as_deref(),
                    &record.text,
                    self.sketcher,
                    scratch,
                )
            }
            Err(reason) => {
                let length = bytes.trim_ascii_end().len() as u64;
                self.reject(block, reason, offset, length);
            }
        }
    }

    pub fn reject(&self, block: &mut Block, reason: String, offset: u64, length: u64) {
        let raw = Raw { offset, length };
        let row = block.rows;
        block.batch.rejections.push(Rejection { source: self.source, row, reason, raw });
    }

    pub fn too_long(&self, block: &mut Block, offset: u64, length: u64) {
        let reason =
            format!("the record of {length} bytes is longer than the limit of {MAX_RECORD}");
        self.reject(block, reason, offset, length);
    }

    /// Takes over what was read of the next stretch; returns the number of rows so far.
    pub fn append(
        &self,
        corpus: &mut Corpus,
        usage: &mut Usage,
        mut block: Block,
        rows: u64,
    ) -> Result<u64> {
        block.batch.locations.iter_mut().for_each(|location| location.row += rows);
        block.batch.rejections.iter_mut().for_each(|rejection| rejection.row += rows);
        usage.merge(&block.usage);
        corpus.append(block.batch)?;
        Ok(rows + block.rows)
    }

    pub fn fill(&self, bytes: &mut [u8], offset: u64) -> Result<()> {
        let filled = fill_at(self.file, bytes, offset).map_err(Error::read(self.path))?;
        if filled < bytes.len() {
            return Err(Error::Changed { path: self.path.to_path_buf() });
        }
        Ok(())
    }

    pub fn bytes_at(&self, range: Range<u64>) -> Result<Vec<u8>> {
        let mut bytes = vec![0; (range.end - range.start) as usize];
        self.fill(&mut bytes, range.start)?;
        Ok(bytes)
    }

    /// Where the last line begins, the one that may have no end.
    pub fn last_line(&self, line_end: u8) -> Result<u64> {
        const BLOCK: u64 = scaled(1 << 20) as u64;
        let mut offset = self.length;
        let mut bytes = vec![0; BLOCK as usize];
        while offset > 0 {
            let start = offset.saturating_sub(BLOCK);
            let bytes = &mut bytes[..(offset - start) as usize];
            self.fill(bytes, start)?;
            if let Some(newline) = memchr::memrchr(line_end, bytes) {
                return Ok(start + newline as u64 + 1);
            }
            offset = start;
        }
        Ok(0)
    }
}
