//! Temporary files: what does not fit into memory, and the state from which a pass can go on.

use std::fs::File;
use std::io::{BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::file::fill_at;
use crate::error::{Error, Result};

/// A file to which is appended, and which is read from anywhere.
pub struct TemporaryFile {
    file: File,
    path: PathBuf,
    length: u64,
}

impl TemporaryFile {
    /// A file of which nothing is left when the process ends, however it does.
    pub fn unnamed(folder: &Path) -> Result<TemporaryFile> {
        let file = tempfile::tempfile_in(folder).map_err(Error::write(folder))?;
        Ok(TemporaryFile { file, path: folder.to_path_buf(), length: 0 })
    }

    /// A file that lasts as long as the folder, and can be saved with the state of a pass.
    pub fn named(folder: &Path) -> Result<TemporaryFile> {
        let (file, path) = named_file(folder)?;
        Ok(TemporaryFile { file, path, length: 0 })
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    pub fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.file.write_all(bytes).map_err(Error::write(&self.path))?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Fills `bytes` with what stands from an offset on.
    pub fn read(&self, bytes: &mut [u8], offset: u64) -> Result<()> {
        let filled = fill_at(&self.file, bytes, offset).map_err(Error::read(&self.path))?;
        if filled < bytes.len() {
            return Err(Error::Changed { path: self.path.clone() });
        }
        Ok(())
    }

    /// Gives the disk back; nothing can be read any more.
    pub fn clear(&self) -> Result<()> {
        self.file.set_len(0).map_err(Error::write(&self.path))
    }

    fn open(path: PathBuf, length: u64) -> std::io::Result<TemporaryFile> {
        let mut file = File::options().read(true).write(true).open(&path)?;
        file.seek(SeekFrom::Start(length))?;
        Ok(TemporaryFile { file, path, length })
    }
}

/// A new file of a folder, for writing and reading, and its path.
pub fn named_file(folder: &Path) -> Result<(File, PathBuf)> {
    let file = tempfile::NamedTempFile::new_in(folder).map_err(Error::write(folder))?;
    file.keep().map_err(|error| Error::write(folder)(error.error))
}

impl Serialize for TemporaryFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        (&self.path, self.length).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TemporaryFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let (path, length) = Deserialize::deserialize(deserializer)?;
        TemporaryFile::open(path, length).map_err(D::Error::custom)
    }
}

/// Saves what a stage of a pass found, whole or not at all.
pub fn save(folder: &Path, stage: &str, found: &impl Serialize) -> Result<()> {
    let path = checkpoint(folder, stage);
    let (file, unfinished) = named_file(folder)?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    postcard::to_io(found, &mut out)
        .map_err(|error| Error::Misuse(format!("cannot save the pass: {error}")))?;
    let file = out.into_inner().map_err(|error| Error::write(&path)(error.into_error()))?;
    // What it speaks of lies in other files, which a crash of the machine must not take either.
    file.sync_all().map_err(Error::write(&path))?;
    std::fs::rename(unfinished, &path).map_err(Error::write(&path))
}

/// What a stage found before the pass was interrupted, if it had ended.
pub fn load<T: DeserializeOwned>(folder: &Path, stage: &str) -> Result<Option<T>> {
    let path = checkpoint(folder, stage);
    if !path.exists() {
        return Ok(None);
    }
    let bytes = std::fs::read(&path).map_err(Error::read(&path))?;
    let damaged = |error| {
        let path = path.display();
        Error::Misuse(format!("cannot resume, {path} is damaged ({error}); run without --resume"))
    };
    postcard::from_bytes(&bytes).map(Some).map_err(damaged)
}

fn checkpoint(folder: &Path, stage: &str) -> PathBuf {
    folder.join(format!("{stage}.checkpoint"))
}
