//! Files of a record a line, read in blocks by all threads at once.
//!
//! A block owns the lines that begin in it. Lines are found by their offsets, so that any thread
//! can read any block, and a record's bytes are read again later from the same place.

use rayon::prelude::*;

use super::reader::{Block, Reader};
use crate::corpus::record::Usage;
use crate::corpus::{Corpus, MAX_RECORD, scaled};
use crate::error::{Error, Result};
use crate::memory::file::fill_at;
use crate::sketch::sketches::Scratch;

const BLOCK: u64 = scaled(1 << 20) as u64;

/// Blocks that are read before their articles are taken over, which happens while the next are read, and the
/// bytes that one and the next take: sketches of short articles are longer than these. So what waits in
/// memory is bounded.
const BLOCKS_AT_ONCE: usize = 32;
const BYTES_A_BLOCK: usize = 4 * BLOCK as usize;

/// Reads the lines from an offset on. Returns their number, and where the last of them ends.
pub fn read(
    reader: &Reader,
    start: u64,
    corpus: &mut Corpus,
    usage: &mut Usage,
) -> Result<(u64, u64)> {
    let lines = Lines { reader, start };
    let blocks = reader.length.div_ceil(BLOCK);
    let mut rows = 0;
    let at_once = corpus.memory.at_once(BYTES_A_BLOCK, BLOCKS_AT_ONCE);
    let at_once = at_once.max(rayon::current_num_threads());
    if blocks == 1 {
        let block = lines.read_block(0, &mut Vec::new(), &mut Scratch::default())?;
        rows = reader.append(corpus, usage, block, rows)?;
        return Ok((rows, reader.length));
    }
    let read_from = |first: u64| {
        (first..blocks.min(first + at_once as u64))
            .into_par_iter()
            .map_init(Default::default, |(bytes, scratch), block| {
                lines.read_block(block * BLOCK, bytes, scratch)
            })
            .collect::<Result<Vec<Block>>>()
    };
    let mut wave = Vec::new();
    for first in (0..blocks + at_once as u64).step_by(at_once) {
        let mut append = || {
            wave.drain(..).try_for_each(|block| {
                rows = reader.append(corpus, usage, block, rows)?;
                Ok(())
            })
        };
        let (next, appended) = rayon::join(|| read_from(first), &mut append);
        appended?;
        wave = next?;
    }
    Ok((rows, reader.length))
}

struct Lines<'a> {
    reader: &'a Reader<'a>,
    start: u64,
}

impl Lines<'_> {
    fn read_block(&self, start: u64, bytes: &mut Vec<u8>, scratch: &mut Scratch) -> Result<Block> {
        let Lines { reader, start: first } = *self;
        let end = reader.length.min(start + BLOCK);
        // One byte more in front tells whether a line begins right at the start.
        let before = start.saturating_sub(1);
        bytes.resize((end - before) as usize, 0);
        reader.fill(bytes, before)?;
        let mut block = Block::default();
        let mut at = match start {
            0 => first as usize,
            _ => memchr::memchr(b'\n', bytes).map_or(bytes.len(), |newline| newline + 1),
        };
        while at < (end - before) as usize {
            let offset = before + at as u64;
            let line_end = match memchr::memchr(b'\n', &bytes[at..]) {
                Some(length) => at + length + 1,
                None => self.extend_line(bytes, before, at)?,
            };
            block.rows += 1;
            let line = &bytes[at..line_end];
            if line.len() > MAX_RECORD {
                let length = self.line_length(offset)?;
                reader.too_long(&mut block, offset, length);
                at = (offset + length + 1 - before) as usize;
                continue;
            }
            if !line.trim_ascii().is_empty() {
                reader.read_record(line, offset, &mut block, scratch);
            }
            at = line_end;
        }
        reader.progress.add(end - start)?;
        Ok(block)
    }

    /// Reads on until the line that begins at `at` ends, or is longer than a record may be.
    /// Returns the line's end in `bytes`.
    fn extend_line(&self, bytes: &mut Vec<u8>, before: u64, at: usize) -> Result<usize> {
        loop {
            let known = bytes.len();
            let more = BLOCK.min(self.reader.length - before - known as u64) as usize;
            if more == 0 || known - at > MAX_RECORD {
                return Ok(known);
            }
            bytes.resize(known + more, 0);
            self.reader.fill(&mut bytes[known..], before + known as u64)?;
            if let Some(length) = memchr::memchr(b'\n', &bytes[known..]) {
                return Ok(known + length + 1);
            }
        }
    }

    /// Length of a line too long to hold, without its end.
    fn line_length(&self, offset: u64) -> Result<u64> {
        let mut bytes = vec![0; BLOCK as usize];
        let mut at = offset;
        loop {
            let filled =
                fill_at(self.reader.file, &mut bytes, at).map_err(Error::read(self.reader.path))?;
            match memchr::memchr(b'\n', &bytes[..filled]) {
                Some(length) => return Ok(at + length as u64 - offset),
                None if filled == 0 => return Ok(at - offset),
                None => at += filled as u64,
            }
        }
    }
}
