//! The right to write to an index, and a note of what was written last.

use std::cell::Cell;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use super::file::{Stamp, beside};
use super::sealed::{seal_value, unseal_value};
use crate::error::{Error, Result};
use crate::memory::file::{read_at, write_at};

/// Where in the file of the lock stands who holds it, and in how many bytes.
const HOLDER: u64 = 4096;
const HOLDER_BYTES: usize = 256;

/// Holds the right to write to an index until it is dropped.
///
/// SQLite takes a log that is damaged for one that ends there, and would lose what was acknowledged
/// without a word. So the number of the last change stands in the file of the lock as well. After the
/// machine has started anew it counts for nothing: the end of the log may have been lost for good.
pub struct Writer {
    index: PathBuf,
    file: File,
    boot: String,
    process: u32,
    /// The file of the index when this process was last done with it: no other writes to it.
    seen: Cell<Option<Stamp>>,
}

impl Writer {
    pub fn take(index: &Path) -> Result<Writer> {
        let path = path_of(index);
        let file = File::options().create(true).truncate(false).read(true).write(true).open(&path);
        let file = file.map_err(|error| failed(&path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(Error::Index(format!(
                    "{} is open for writing {}; wait for that to end, or open it read-only",
                    index.display(),
                    holder(&file)
                )));
            }
            Err(TryLockError::Error(error)) => return Err(failed(&path, error)),
        }
        let process = std::process::id();
        let writer = Writer {
            index: index.to_path_buf(),
            file,
            boot: boot(),
            process,
            seen: Cell::new(None),
        };
        let mut holder = format!("{process} {}", host()).into_bytes();
        holder.resize(HOLDER_BYTES, b' ');
        write_at(&writer.file, &holder, HOLDER).map_err(|error| failed(&path, error))?;
        Ok(writer)
    }

    /// Notes the number of a change that is stored.
    pub fn note(&self, generation: u64) -> Result<()> {
        let note = seal_value(&(generation.to_le_bytes(), &self.boot), 0);
        let note = [&(note.len() as u16).to_le_bytes()[..], &note].concat();
        write_at(&self.file, &note, 0).map_err(|error| failed(&path_of(&self.index), error))
    }

    /// The number of the last change noted since the machine was started.
    pub fn noted(index: &Path) -> Option<u64> {
        let bytes = std::fs::read(path_of(index)).ok()?;
        let (length, rest) = bytes.split_first_chunk()?;
        let note = rest.get(..u16::from_le_bytes(*length) as usize)?;
        let (generation, at): ([u8; 8], String) = unseal_value(note, 0)?;
        (at == boot()).then_some(u64::from_le_bytes(generation))
    }

    /// Fails if another program wrote into the file since this process did.
    pub fn check_untouched(&self) -> Result<()> {
        if self.seen.get().is_none_or(|seen| Some(seen) == Stamp::of(&self.index)) {
            return Ok(());
        }
        Err(Error::Index(format!(
            "{} was overwritten while it was open; open it again",
            self.index.display()
        )))
    }

    /// To be called when this process has written to the file.
    pub fn remember(&self) {
        self.seen.set(Stamp::of(&self.index));
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        // A child has the lock, too, from a fork: it is let go for all, but by the one that took it.
        if self.process == std::process::id() {
            let _ = self.file.unlock();
        }
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
    beside(index, "-writer")
}

/// As "by process 4711 on host desk".
fn holder(file: &File) -> String {
    let mut bytes = [0; HOLDER_BYTES];
    let _ = read_at(file, &mut bytes, HOLDER);
    let text = String::from_utf8_lossy(&bytes);
    match text.trim_matches(['\0', ' ']).split_once(' ') {
        Some((process, host))
            if process == std::process::id().to_string() && host == self::host() =>
        {
            "by this process".to_owned()
        }
        Some((process, host)) => format!("by process {process} on {host}"),
        None => "elsewhere".to_owned(),
    }
}

fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    if name.trim().is_empty() { "this machine".to_owned() } else { name.trim().to_owned() }
}

/// What tells one run of the machine from another, where there is such a thing.
fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default()
}

fn failed(path: &Path, error: std::io::Error) -> Error {
    Error::Index(format!("{}: {error}", path.display()))
}
