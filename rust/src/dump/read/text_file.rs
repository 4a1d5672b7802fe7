//! Text files, an article each.

use std::path::Path;

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
