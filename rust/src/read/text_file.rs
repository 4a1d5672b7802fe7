//! Text files, an article each.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::compression::Compression;
use crate::corpus::{
    Batch, Corpus, Kind, Location, MAX_RECORD, Raw, Rejection, Scratch, Sketcher, Source,
};
use crate::error::{Error, Result};

/// Reads a file as one article whose id is the file's name; returns its source number.
pub fn read(
    corpus: &mut Corpus,
    path: &Path,
    name: &str,
    sketcher: &Sketcher,
    scratch: &mut Scratch,
) -> Result<u32> {
    let compression = Compression::of(path);
    let source = corpus.add_source(Source {
        path: path.to_path_buf(),
        name: name.to_owned(),
        compression,
        kind: Kind::Text,
    });
    let mut batch = Batch::default();
    match read_text(path, compression)? {
        Ok(text) => {
            let location = Location { offset: 0, source, length: text.len() as u32, row: 1 };
            batch.push(location, None, None, &text, sketcher, scratch);
        }
        Err((reason, bytes)) => batch.rejections.push(Rejection {
            source,
            row: 1,
            reason,
            raw: Raw::Text(String::from_utf8_lossy(&bytes).into_owned()),
        }),
    }
    corpus.append(batch)?;
    Ok(source)
}

/// The text of a file, or why it is no article and what was read of it.
pub fn read_text(
    path: &Path,
    compression: Compression,
) -> Result<std::result::Result<String, (String, Vec<u8>)>> {
    let file = File::open(path).map_err(Error::read(path))?;
    let reader = compression.reader(file).map_err(Error::read(path))?;
    let mut bytes = Vec::new();
    if let Err(error) = reader.take(MAX_RECORD as u64 + 1).read_to_end(&mut bytes) {
        if compression == Compression::None {
            return Err(Error::read(path)(error));
        }
        return Ok(Err((super::jsonl::broken_reason(&error), bytes)));
    }
    if bytes.len() > MAX_RECORD {
        let reason = format!("the text is longer than the limit of {MAX_RECORD} bytes");
        return Ok(Err((reason, bytes)));
    }
    if bytes.contains(&0) {
        return Ok(Err(("a NUL byte; this is no text file".to_owned(), bytes)));
    }
    Ok(String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to() + 1;
        (format!("not UTF-8: bad byte at {at}"), error.into_bytes())
    }))
}
