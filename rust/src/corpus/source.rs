//! Where articles come from, and where they lie there.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::compression::Compression;
use super::record::Fields;
use crate::memory::temporary::own_file;

/// Longest record or text taken, in bytes. The largest books are smaller; what is longer is no
/// article, and to hold it would break the bound on memory.
pub const MAX_RECORD: usize = 8 << 20;

#[derive(Serialize, Deserialize)]
pub enum Kind {
    /// Records of a JSONL file, at the file's own offsets or, for a compressed one, those of the
    /// spooled plain copy.
    Jsonl {
        fields: Fields,
        used: Used,
        #[serde(with = "own_file")]
        spool: Option<PathBuf>,
    },
    /// A text file that is one article.
    Text,
    /// Rows given by the caller, their number so far; their texts lie in `Corpus::rows`.
    Table { rows: u64 },
}

/// The names of the id and date fields that records of a file have.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Used {
    pub id: Vec<String>,
    pub date: Vec<String>,
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
}

#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct Location {
    pub offset: u64,
    pub source: u32,
    pub length: u32,
    /// Line or row number, from 1.
    pub row: u64,
}

#[derive(Serialize, Deserialize)]
pub enum Raw {
    /// Bytes of the source, left where they are.
    At {
        offset: u64,
        length: u64,
    },
    Text(String),
    Bytes(Vec<u8>),
}

#[derive(Serialize, Deserialize)]
pub struct Rejection {
    pub source: u32,
    pub row: u64,
    pub reason: String,
    pub raw: Raw,
}
