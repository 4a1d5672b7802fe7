//! Rows that the caller reads, of Parquet, CSV, or a list in memory.

use rayon::prelude::*;

use crate::corpus::{Batch, Corpus, Kind, Location, MAX_RECORD, Raw, Rejection, Source};
use crate::error::{Error, Result};
use crate::sketch::sketches::{Scratch, Sketcher};

/// One row as the caller gives it: its text, or why there is none with what stood there.
pub struct Row<'a> {
    pub text: std::result::Result<&'a str, (String, String)>,
    pub id: Option<&'a str>,
    pub date: Option<&'a str>,
    /// Its outlet.
    pub source: Option<&'a str>,
}

/// Appends rows to a table source.
pub fn read(corpus: &mut Corpus, source: u32, rows: &[Row], sketcher: &Sketcher) -> Result<()> {
    let Corpus { sources, rows: store, .. } = corpus;
    let last = sources.len().checked_sub(1) == Some(source as usize);
    let Some(Source { kind: Kind::Table { rows: known }, date, .. }) =
        sources.last_mut().filter(|_| last)
    else {
        return Err(Error::Misuse("rows can only be added to the last source, a table".to_owned()));
    };
    let first = *known + 1;
    *known += rows.len() as u64;
    let offsets: Vec<u64> = rows
        .iter()
        .map(|row| match &row.text {
            Ok(text) => store.push(text.as_bytes()),
            Err((_, raw)) => store.push(raw.as_bytes()),
        })
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
                    Location { offset: offsets[index], source, length: 0, row: row_number },
                    row,
                    date.as_deref(),
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
pub fn reject(
    corpus: &mut Corpus,
    source: u32,
    row: u64,
    reason: String,
    raw: &[u8],
) -> Result<()> {
    if let Kind::Table { rows } = &mut corpus.sources[source as usize].kind {
        *rows = row.max(*rows);
    }
    let raw = Raw { offset: corpus.rows.push(raw)?, length: raw.len() as u64 };
    corpus.rejections.push(Rejection { source, row, reason, raw });
    Ok(())
}

/// The text of a row, or why it is no article and what stood there.
pub fn text_of<'a>(row: &'a Row) -> std::result::Result<&'a str, (String, &'a str)> {
    match &row.text {
        Err((reason, raw)) => Err((reason.clone(), raw)),
        Ok(text) if text.len() > MAX_RECORD => {
            Err((format!("the text is longer than the limit of {MAX_RECORD} bytes"), text))
        }
        Ok(text) => Ok(text),
    }
}

fn push_row(
    batch: &mut Batch,
    place: Location,
    row: &Row,
    date: Option<&str>,
    sketcher: &Sketcher,
    scratch: &mut Scratch,
) {
    match text_of(row) {
        Err((reason, raw)) => {
            let Location { offset, source, row, .. } = place;
            let raw = Raw { offset, length: raw.len() as u64 };
            batch.rejections.push(Rejection { source, row, reason, raw });
        }
        Ok(text) => {
            let location = Location { length: text.len() as u32, ..place };
            let date = row.date.or(date);
            batch.push(location, row.id, date, row.source, text, sketcher, scratch);
        }
    }
}
