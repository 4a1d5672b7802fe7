//! The file of an index: the one path that it goes by, and whether it is still the same.

#[cfg(unix)]
use std::os::unix::fs::MetadataExt;
#[cfg(windows)]
use std::os::windows::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The path of an index without links: of whichever name it is opened by, its log and its lock stand
/// beside the file itself.
pub fn real_path(path: &Path) -> Result<PathBuf> {
    let failed = |error: std::io::Error| Error::Index(format!("{}: {error}", path.display()));
    match path.canonicalize() {
        Ok(real) => Ok(real),
        // One that is to be made, or a link to where it is to be.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let path = match std::fs::read_link(path) {
                Ok(target) => path.with_file_name(target),
                Err(_) => path.to_path_buf(),
            };
            let folder = match path.parent() {
                Some(folder) if !folder.as_os_str().is_empty() => folder,
                _ => Path::new("."),
            };
            let name = path.file_name().ok_or_else(|| failed(error))?;
            let real = folder.canonicalize().map_err(|error| {
                Error::Index(format!("the folder of {}: {error}", path.display()))
            })?;
            Ok(real.join(name))
        }
        Err(error) => Err(failed(error)),
    }
}

/// A file of the same name with an ending behind it.
pub fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    PathBuf::from(path)
}

/// What tells a file from another, and whether it was written to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    changed: (i64, i64),
}

impl Stamp {
    #[cfg(windows)]
    pub fn of(path: &Path) -> Option<Stamp> {
        let it = std::fs::metadata(path).ok()?;
        Some(Stamp {
            device: 0,
            inode: it.creation_time(),
            size: it.file_size(),
            changed: (it.last_write_time() as i64, 0),
        })
    }

    #[cfg(unix)]
    pub fn of(path: &Path) -> Option<Stamp> {
        let it = std::fs::metadata(path).ok()?;
        Some(Stamp {
            device: it.dev(),
            inode: it.ino(),
            size: it.size(),
            changed: (it.mtime(), it.mtime_nsec()),
        })
    }

    pub fn is_same_file(&self, other: &Stamp) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

/// Fails for a file that has several names, which go by as many locks and logs.
pub fn check_one_name(path: &Path) -> Result<()> {
    #[cfg(unix)]
    let names = std::fs::metadata(path).map_or(1, |it| it.nlink());
    #[cfg(windows)]
    let names = u64::from(path.exists());
    if names <= 1 {
        return Ok(());
    }
    Err(Error::Index(format!(
        "{} has {names} names (hard links), and writers by several of them would not see each other; \
         remove the others, or open a copy of it",
        path.display()
    )))
}
