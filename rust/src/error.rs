//! What can go wrong in a pass, as facts.

use std::path::{Path, PathBuf};

#[derive(Debug)]
pub enum Error {
    /// A file could not be read.
    Read { path: PathBuf, source: std::io::Error },
    /// A result could not be written.
    Write { path: PathBuf, source: std::io::Error },
    /// A file is no longer what it was when the pass first read it.
    Changed { path: PathBuf },
    /// The caller asked the pass to stop.
    Cancelled,
    /// An index cannot be used, or not so.
    Index(String),
    /// The id of an article is that of another one in the index.
    Taken(String),
    /// The caller broke a rule of the interface.
    Misuse(String),
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn read(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.to_path_buf();
        move |source| Error::Read { path, source }
    }

    pub fn write(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
        let path = path.to_path_buf();
        move |source| Error::Write { path, source }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Read { path, source } => write!(f, "cannot read {}: {source}", path.display()),
            Error::Write { path, source } => write!(f, "cannot write {}: {source}", path.display()),
            Error::Changed { path } => write!(
                f,
                "{} changed while it was being read; run the pass again once it is complete",
                path.display()
            ),
            Error::Cancelled => f.write_str("cancelled"),
            Error::Index(what) | Error::Taken(what) | Error::Misuse(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Error {}
