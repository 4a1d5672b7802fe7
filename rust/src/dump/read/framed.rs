//! Files whose records must be found one after the other: they are then read by all threads.

use rayon::prelude::*;

use super::reader::{Block, Reader};
use crate::corpus::record::Usage;
use crate::corpus::{Corpus, MAX_RECORD, scaled};
use crate::error::Result;
use crate::sketch::sketches::Scratch;

/// Bytes searched at a time. No record that is taken is longer, nor its neighbours beside it.
pub const WINDOW: usize = 2 * MAX_RECORD;

/// Bytes that one thread reads at a time.
const STRETCH: usize = scaled(256 << 10);

/// Finds records.
pub trait Framer {
    /// What begins the bytes, which are those up to the end of the file where `whole`. None when it
    /// takes more bytes to tell.
    fn next(&mut self, bytes: &[u8], whole: bool) -> Option<Piece>;

    /// Gives up on what begins the bytes, which are many; the next piece is found somewhere behind.
    fn give_up(&mut self);
}

/// So many bytes of a file.
pub struct Piece {
    pub length: usize,
    pub kind: PieceKind,
}

pub enum PieceKind {
    Record,
    /// What should be one, but is none.
    Bad(&'static str),
    /// What stands between records.
    Between,
    /// Between records; behind it there are none.
    Last,
}

struct Span {
    start: usize,
    length: usize,
    bad: Option<&'static str>,
}

/// Reads the records from an offset on. Returns their number, and where the last of them ends, or the
/// beginning where there is none.
pub fn read(
    reader: &Reader,
    start: u64,
    framer: &mut dyn Framer,
    corpus: &mut Corpus,
    usage: &mut Usage,
) -> Result<(u64, u64)> {
    let mut bytes = Vec::new();
    let (mut offset, mut rows, mut over, mut end) = (start, 0, false, start);
    // What is given up, from here on.
    let mut lost: Option<u64> = None;
    reader.progress.add(start)?;
    while !over {
        let known = bytes.len();
        let left = reader.length - offset - known as u64;
        let more = ((WINDOW - known) as u64).min(left) as usize;
        bytes.resize(known + more, 0);
        reader.fill(&mut bytes[known..], offset + known as u64)?;
        reader.progress.add(more as u64)?;
        let whole = reader.whole && left == more as u64;
        let (mut spans, mut at) = (Vec::new(), 0);
        let signs = reader.encoding.signs(&bytes);
        while let Some(Piece { length, kind }) = framer.next(&signs[at..], whole) {
            let bad = match kind {
                PieceKind::Record => None,
                PieceKind::Bad(reason) => Some(reason),
                PieceKind::Between | PieceKind::Last => {
                    at += length;
                    over |= matches!(kind, PieceKind::Last);
                    if over || length == 0 {
                        break;
                    }
                    continue;
                }
            };
            if let Some(from) = lost.take() {
                rows = reject_lost(reader, corpus, usage, from, offset + at as u64, rows)?;
            }
            spans.push(Span { start: at, length, bad });
            at += length;
            end = offset + at as u64;
        }
        rows = read_spans(reader, &bytes, offset, spans, corpus, usage, rows)?;
        over |= left == more as u64;
        if at == 0 && !over {
            // Longer than any record.
            lost.get_or_insert(offset);
            framer.give_up();
            at = bytes.len();
        }
        bytes.drain(..at);
        offset += at as u64;
    }
    if let Some(from) = lost {
        rows = reject_lost(reader, corpus, usage, from, reader.length, rows)?;
    }
    Ok((rows, end))
}

fn reject_lost(
    reader: &Reader,
    corpus: &mut Corpus,
    usage: &mut Usage,
    from: u64,
    to: u64,
    rows: u64,
) -> Result<u64> {
    let mut block = Block { rows: 1, ..Block::default() };
    reader.too_long(&mut block, from, to - from);
    reader.append(corpus, usage, block, rows)
}

fn read_spans(
    reader: &Reader,
    bytes: &[u8],
    offset: u64,
    spans: Vec<Span>,
    corpus: &mut Corpus,
    usage: &mut Usage,
    mut rows: u64,
) -> Result<u64> {
    let mut stretches: Vec<&[Span]> = Vec::new();
    let mut rest = spans.as_slice();
    while !rest.is_empty() {
        let mut length = 0;
        let fits = |span: &&Span| {
            length += span.length;
            length - span.length < STRETCH
        };
        let count = rest.iter().take_while(fits).count();
        let (stretch, others) = rest.split_at(count);
        stretches.push(stretch);
        rest = others;
    }
    let read_stretch = |scratch: &mut Scratch, stretch: &&[Span]| {
        let mut block = Block::default();
        for &Span { start, length, bad } in *stretch {
            block.rows += 1;
            let offset = offset + start as u64;
            match bad {
                Some(reason) => {
                    let record = bytes[start..start + length].trim_ascii_end();
                    reader.reject(&mut block, reason.to_owned(), offset, record.len() as u64);
                }
                None if length > MAX_RECORD => {
                    reader.too_long(&mut block, offset, length as u64);
                }
                None => {
                    let record = &bytes[start..start + length];
                    reader.read_record(record, offset, &mut block, scratch);
                }
            }
        }
        block
    };
    let blocks: Vec<Block> = match stretches.as_slice() {
        [stretch] => vec![read_stretch(&mut Scratch::default(), stretch)],
        _ => stretches.par_iter().map_init(Scratch::default, read_stretch).collect(),
    };
    for block in blocks {
        rows = reader.append(corpus, usage, block, rows)?;
    }
    Ok(rows)
}
