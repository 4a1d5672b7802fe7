//! Text files, an article each.

use std::path::Path;

use xxhash_rust::xxh3::xxh3_64;

use crate::corpus::compression::Compression;
use crate::corpus::texts::read_text;
use crate::corpus::{Batch, Corpus, Kind, Location, Raw, Rejection, Source};
use crate::error::Result;
use crate::sketch::sketches::{Scratch, Sketcher};

/// Reads a file as one article whose id is the file's name; returns its source number.
pub fn read(
    corpus: &mut Corpus,
    path: &Path,
    name: &str,
    date: Option<&str>,
    sketcher: &Sketcher,
    scratch: &mut Scratch,
) -> Result<u32> {
    let compression = Compression::of(path);
    let made = Source::file(path, name, compression, Kind::Text);
    let source = corpus.add_source(Source { date: date.map(str::to_owned), ..made });
    let mut batch = Batch::default();
    match read_text(path, compression)? {
        Ok(text) => {
            let location = Location { offset: 0, source, length: text.len() as u32, row: 1 };
            batch.hashes.push(xxh3_64(text.as_bytes()));
            batch.push(location, None, date, None, &text, sketcher, scratch);
        }
        Err((reason, bytes)) => batch.rejections.push(Rejection {
            source,
            row: 1,
            reason,
            raw: Raw { offset: 0, length: bytes.len() as u64 },
        }),
    }
    corpus.append(batch)?;
    Ok(source)
}
