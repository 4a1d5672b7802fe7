//! The right to write to an index, and a note of what was written last.

use std::fs::{File, TryLockError};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use super::store::{seal_value, unseal_value};
use crate::error::{Error, Result};

/// Holds the right to write to an index until it is dropped.
///
/// SQLite takes a log that is damaged for one that ends there, and would lose what was acknowledged
/// without a word. So the number of the last change stands in the file of the lock as well. After the
/// machine has started anew it counts for nothing: the end of the log may have been lost for good.
pub struct Writer {
    path: PathBuf,
    file: File,
    boot: String,
}

impl Writer {
    pub fn take(index: &Path) -> Result<Writer> {
        let path = path_of(index);
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|error| failed(&path, error))?;
        match file.try_lock() {
            Ok(()) => Ok(Writer { path, file, boot: boot() }),
            Err(TryLockError::WouldBlock) => Err(Error::Index(format!(
                "{} is open for writing elsewhere; wait for that to end, or open it read-only",
                index.display()
            ))),
            Err(TryLockError::Error(error)) => Err(failed(&path, error)),
        }
    }

    /// Notes the number of a change that is stored.
    pub fn note(&self, generation: u64) -> Result<()> {
        let note = seal_value(&(generation.to_le_bytes(), &self.boot), 0);
        self.file.write_all_at(&note, 0).map_err(|error| failed(&self.path, error))
    }

    /// The number of the last change noted since the machine was started.
    pub fn noted(index: &Path) -> Option<u64> {
        let note = std::fs::read(path_of(index)).ok()?;
        // Of one length, so that nothing is left of an earlier one.
        let (generation, at): ([u8; 8], String) = unseal_value(&note, 0)?;
        (at == boot()).then_some(u64::from_le_bytes(generation))
    }
}

/// Fails if an index lacks a change that was noted.
pub fn check_complete(index: &Path, noted: Option<u64>, generation: u64) -> Result<()> {
    if noted.is_none_or(|noted| generation >= noted) {
        return Ok(());
    }
    Err(Error::Index(format!(
        "{} lacks the last changes: its -wal file is damaged or gone, or it is an older copy; add \
         again what was added last, and remove {} to go on without it",
        index.display(),
        path_of(index).display()
    )))
}

fn path_of(index: &Path) -> PathBuf {
    let mut path = index.as_os_str().to_owned();
    path.push("-writer");
    PathBuf::from(path)
}

/// What tells one run of the machine from another, where there is such a thing.
fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default()
}

fn failed(path: &Path, error: std::io::Error) -> Error {
    Error::Index(format!("{}: {error}", path.display()))
}
