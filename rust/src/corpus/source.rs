//! Where articles come from, and where they lie there.

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::compression::Compression;
use super::encoding::Encoding;
use super::record::{Form, Usage};
use crate::memory::temporary::own_file;

/// Longest record or text taken, in bytes. The largest books are smaller; what is longer is no
/// article, and to hold it would break the bound on memory.
pub const MAX_RECORD: usize = scaled(8 << 20);

/// So many bytes; fewer for the fuzzer, so that it comes to what is longer.
pub const fn scaled(bytes: usize) -> usize {
    if cfg!(fuzzing) { bytes >> 12 } else { bytes }
}

#[derive(Serialize, Deserialize)]
pub enum Kind {
    Records(Box<Records>),
    /// A text file that is one article.
    Text,
    /// Rows given by the caller, their number so far; their texts lie in `Corpus::rows`.
    Table {
        rows: u64,
    },
}

/// A file of records, which lie at its own offsets or, where it is compressed or in UTF-16, at those
/// of a plain copy.
#[derive(Serialize, Deserialize)]
pub struct Records {
    /// None where nothing could be read.
    pub form: Option<Form>,
    pub frame: Frame,
    /// Of the file. The plain copy of one in UTF-16 is in UTF-8.
    pub encoding: Encoding,
    pub usage: Usage,
    /// The plain copy.
    #[serde(with = "own_file")]
    pub copy: Option<PathBuf>,
}

/// What stands around the records of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Frame {
    /// A record a line, or several, below a header that may be empty. Records bring their line ends.
    Lines { header: Range<u64> },
    /// JSON values end to end.
    Values,
    /// JSON values between these bytes, and this between two of them.
    Array { before: Vec<u8>, between: Vec<u8>, after: Vec<u8> },
}

#[derive(Serialize, Deserialize)]
pub struct Source {
    /// Not saved: who resumes a pass says where its files are.
    #[serde(skip)]
    pub path: PathBuf,
    /// What the user calls the file, in ids and in messages.
    pub name: String,
    pub compression: Compression,
    pub kind: Kind,
    /// Of the articles that have no date of their own: that of the folder, if it says one.
    pub date: Option<String>,
    /// The sum of the hashes of all articles' bytes, so that they are known when they are copied.
    pub checksum: u64,
}

impl Source {
    /// A file, of a kind that may be known only when it is read.
    pub fn file(path: &Path, name: &str, compression: Compression, kind: Kind) -> Source {
        let (path, name) = (path.to_path_buf(), name.to_owned());
        Source { path, name, compression, kind, date: None, checksum: 0 }
    }

    /// Rows that the caller gives, by a name.
    pub fn table(name: &str) -> Source {
        Source::file(name.as_ref(), name, Compression::None, Kind::Table { rows: 0 })
    }

    /// The file that the offsets are those of.
    pub fn plain_path(&self) -> &Path {
        match &self.kind {
            Kind::Records(records) => records.copy.as_ref().unwrap_or(&self.path),
            _ => &self.path,
        }
    }
}

impl Records {
    /// The fields that gave dates.
    pub fn date_fields(&self) -> Vec<&str> {
        let names = self.form.as_ref().map_or(&[][..], |form| &form.fields().date);
        let used = names.iter().zip(&self.usage.date).filter(|it| *it.1 > 0);
        used.map(|it| it.0.as_str()).collect()
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Location {
    pub offset: u64,
    pub source: u32,
    pub length: u32,
    /// Line or row number, from 1.
    pub row: u64,
}

/// What could not be read: bytes of the source, or of the texts of rows, left where they are.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Raw {
    pub offset: u64,
    pub length: u64,
}

#[derive(Serialize, Deserialize)]
pub struct Rejection {
    pub source: u32,
    pub row: u64,
    pub reason: String,
    pub raw: Raw,
}
