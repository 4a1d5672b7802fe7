//! Temporary files: what does not fit into memory, and the state from which a pass can go on.

use std::cell::RefCell;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::file::fill_at;
use crate::error::{Error, Result};

/// A file to which is appended, and which is read from anywhere.
pub struct TemporaryFile {
    file: File,
    path: PathBuf,
    length: u64,
    /// Whether another process made it: it is then read, and never written to.
    resumed: bool,
}

impl TemporaryFile {
    /// A file of which nothing is left when the process ends, however it does.
    pub fn unnamed(folder: &Path) -> Result<TemporaryFile> {
        let file = tempfile::tempfile_in(folder).map_err(Error::write(folder))?;
        Ok(TemporaryFile { file, path: folder.to_path_buf(), length: 0, resumed: false })
    }

    /// A file that lasts as long as the folder, and can be saved with the state of a pass.
    pub fn named(folder: &Path) -> Result<TemporaryFile> {
        let (file, path) = named_file(folder)?;
        Ok(TemporaryFile { file, path, length: 0, resumed: false })
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

    /// Gives the disk back, if the file is of this pass; nothing can be read any more.
    pub fn clear(&self) -> Result<()> {
        if self.resumed {
            return Ok(());
        }
        self.file.set_len(0).map_err(Error::write(&self.path))
    }
}

/// A new file of a folder, for writing and reading, and its path.
pub fn named_file(folder: &Path) -> Result<(File, PathBuf)> {
    let file = tempfile::NamedTempFile::new_in(folder).map_err(Error::write(folder))?;
    file.keep().map_err(|error| Error::write(folder)(error.error))
}

impl Serialize for TemporaryFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        (own_file::name(&self.path), self.length).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for TemporaryFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let (name, length): (String, u64) = Deserialize::deserialize(deserializer)?;
        let path = own_file::path(&name).map_err(D::Error::custom)?;
        let file = File::open(&path).map_err(D::Error::custom)?;
        Ok(TemporaryFile { file, path, length, resumed: true })
    }
}

/// The path of a file of the pass's own folder, saved by its name alone: whatever a state says, it
/// leads nowhere else.
pub mod own_file {
    use super::*;

    thread_local! {
        /// The folder of the state that is being loaded.
        pub(super) static FOLDER: RefCell<PathBuf> = const { RefCell::new(PathBuf::new()) };
    }

    pub(super) fn name(path: &Path) -> &str {
        // Names that `tempfile` makes are ASCII.
        path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
    }

    pub(super) fn path(name: &str) -> std::result::Result<PathBuf, String> {
        let path = FOLDER.with_borrow(|folder| folder.join(name));
        let is_own = Path::new(name).file_name().is_some_and(|last| last == name);
        match path.symlink_metadata() {
            Ok(metadata) if is_own && metadata.is_file() => Ok(path),
            _ => Err(format!("{name:?} is no file of its folder")),
        }
    }

    pub fn serialize<S: Serializer>(
        path: &Option<PathBuf>,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        path.as_deref().map(name).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> std::result::Result<Option<PathBuf>, D::Error> {
        let name: Option<String> = Deserialize::deserialize(deserializer)?;
        name.map(|name| path(&name)).transpose().map_err(D::Error::custom)
    }
}

/// Writes on, and hashes what it writes.
struct Hashed<W> {
    out: W,
    hash: Xxh3,
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.hash.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

/// Saves what a stage of a pass found, whole or not at all, and a hash of it behind it.
pub fn save(folder: &Path, stage: &str, found: &impl Serialize) -> Result<()> {
    let path = checkpoint(folder, stage);
    let (file, unfinished) = named_file(folder)?;
    let out = BufWriter::with_capacity(1 << 20, file);
    let mut out = Hashed { out, hash: Xxh3::new() };
    postcard::to_io(found, &mut out)
        .map_err(|error| Error::Misuse(format!("cannot save the pass: {error}")))?;
    let Hashed { mut out, hash } = out;
    out.write_all(&hash.digest().to_le_bytes()).map_err(Error::write(&path))?;
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
    let damaged = |reason: String| {
        let path = path.display();
        Error::Misuse(format!(
            "cannot resume, {path} is damaged ({reason}); it is left as it is; run without --resume"
        ))
    };
    let hashed = bytes.split_last_chunk::<8>();
    let Some((found, _)) = hashed.filter(|(found, hash)| xxh3_64(found).to_le_bytes() == **hash)
    else {
        return Err(damaged("its checksum is another".to_owned()));
    };
    own_file::FOLDER.set(folder.to_path_buf());
    postcard::from_bytes(found).map(Some).map_err(|error| damaged(error.to_string()))
}

fn checkpoint(folder: &Path, stage: &str) -> PathBuf {
    folder.join(format!("{stage}.checkpoint"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A state whose bytes are right by their hash, but name a file of someone else's.
    #[test]
    fn a_state_leads_to_no_file_outside_its_folder() {
        let outside = tempfile::tempdir().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let victim = outside.path().join("victim");
        std::fs::write(&victim, "mine").unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(&victim, folder.path().join("link")).unwrap();
        std::fs::create_dir(folder.path().join("folder")).unwrap();
        let victim_path = victim.to_str().unwrap();
        let beside = format!("../{}/victim", outside.path().file_name().unwrap().to_str().unwrap());
        for name in [victim_path, &beside, "link", "folder", "nothing", "..", ".", ""] {
            save(folder.path(), "read", &(name, 4_u64)).unwrap();
            let loaded = load::<TemporaryFile>(folder.path(), "read");
            assert!(matches!(loaded, Err(Error::Misuse(_))), "{name}");
        }
        assert_eq!(std::fs::read(&victim).unwrap(), b"mine");
    }

    #[test]
    fn a_file_comes_back_with_its_folder_and_is_only_read() {
        let parent = tempfile::tempdir().unwrap();
        let (before, after) = (parent.path().join("before"), parent.path().join("after"));
        std::fs::create_dir(&before).unwrap();
        let mut file = TemporaryFile::named(&before).unwrap();
        file.append(b"words").unwrap();
        save(&before, "read", &file).unwrap();
        std::fs::rename(&before, &after).unwrap();
        let mut loaded = load::<TemporaryFile>(&after, "read").unwrap().unwrap();
        let mut bytes = [0; 5];
        loaded.clear().unwrap();
        loaded.read(&mut bytes, 0).unwrap();
        assert_eq!(&bytes, b"words");
        assert!(loaded.append(b"more").is_err());
    }

    #[test]
    fn a_state_with_any_byte_changed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        save(folder.path(), "read", &(7_u64, "found")).unwrap();
        let path = checkpoint(folder.path(), "read");
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            std::fs::write(&path, &bytes).unwrap();
            assert!(load::<(u64, String)>(folder.path(), "read").is_err());
            std::fs::write(&path, &whole[..at]).unwrap();
            assert!(load::<(u64, String)>(folder.path(), "read").is_err());
        }
    }
}
