//! The plain bytes of a file: it itself, or a temporary copy decompressed and in UTF-8.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use crate::corpus::compression::{Compression, broken_reason};
use crate::corpus::encoding::Encoding;
use crate::error::{Error, Result};
use crate::memory::file::fill_at;
use crate::memory::temporary::named_file;
use crate::progress::Progress;

/// From the beginning of a file, for guesses.
pub const SAMPLE: usize = 1 << 20;

/// From the beginning of a file, to tell UTF-16.
pub const HEAD: usize = 64;

/// Bytes decompressed at a time.
const PIECE: usize = 512;

pub struct Plain {
    pub compression: Compression,
    pub file: File,
    pub length: u64,
    /// The copy, where there is one.
    pub copy: Option<PathBuf>,
    /// What the file says of itself by a byte order mark, or was said of it.
    pub encoding: Option<Encoding>,
    /// The length of the byte order mark.
    pub mark: u64,
    /// Why nothing can be read from the end of these bytes on, where something should be.
    pub broken: Option<String>,
}

impl Plain {
    /// Opens a file. A stream that ends early or is damaged gives what comes before.
    pub fn open(
        path: &Path,
        named: Option<Encoding>,
        folder: &Path,
        progress: &Progress,
    ) -> Result<Plain> {
        let compression = Compression::of(path);
        let mut reader = Reader::open(path, compression)?;
        let mut head = vec![0; HEAD];
        let filled = reader.fill(&mut head)?;
        head.truncate(filled);
        let marked = Encoding::of_mark(&head);
        let encoding = named.or(marked.map(|it| it.0)).or_else(|| Encoding::of_zeros(&head));
        let decoded = encoding.filter(|it| it.is_utf_16());
        let mark = marked.map_or(0, |it| it.1 as u64);
        if compression == Compression::None && decoded.is_none() {
            let file = File::open(path).map_err(Error::read(path))?;
            let length = file.metadata().map_err(Error::read(path))?.len();
            let (copy, broken) = (None, None);
            return Ok(Plain { compression, file, length, copy, encoding, mark, broken });
        }
        progress.start("read", 0);
        let (mut file, copy) = named_file(folder)?;
        let mut out = Copy { decoder: decoded.map(Encoding::decoder), text: String::new() };
        out.write(&head, false, &mut file).map_err(Error::write(&copy))?;
        let mut bytes = vec![0; 1 << 20];
        loop {
            progress.add(0)?;
            let filled = reader.fill(&mut bytes)?;
            let last = filled == 0;
            out.write(&bytes[..filled], last, &mut file).map_err(Error::write(&copy))?;
            if last {
                break;
            }
        }
        let length = file.metadata().map_err(Error::read(&copy))?.len();
        let mark = if decoded.is_some() { 0 } else { mark };
        let (copy, broken) = (Some(copy), reader.broken);
        Ok(Plain { compression, file, length, copy, encoding, mark, broken })
    }

    /// The first bytes.
    pub fn sample(&self, length: usize) -> std::io::Result<Vec<u8>> {
        let mut bytes = vec![0; (length as u64).min(self.length) as usize];
        let filled = fill_at(&self.file, &mut bytes, 0)?;
        bytes.truncate(filled);
        Ok(bytes)
    }
}

/// The beginning of a file, decompressed.
pub fn head(path: &Path, length: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let filled = Reader::open(path, Compression::of(path))?.fill(&mut bytes)?;
    bytes.truncate(filled);
    Ok(bytes)
}

/// A stream that ends where it is damaged, if it is compressed.
struct Reader<'a> {
    stream: Box<dyn Read>,
    path: &'a Path,
    compression: Compression,
    broken: Option<String>,
}

impl Reader<'_> {
    fn open(path: &Path, compression: Compression) -> Result<Reader<'_>> {
        let file = File::open(path).map_err(Error::read(path))?;
        let stream = compression.reader(file).map_err(Error::read(path))?;
        Ok(Reader { stream, path, compression, broken: None })
    }

    /// Fills bytes as far as the stream goes.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<usize> {
        let mut filled = 0;
        while filled < bytes.len() && self.broken.is_none() {
            // Little by little: what one call has made of a stream is lost when it finds damage.
            let piece = match self.compression {
                Compression::None => bytes.len(),
                _ => bytes.len().min(filled + PIECE),
            };
            match self.stream.read(&mut bytes[filled..piece]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) if self.compression == Compression::None => {
                    return Err(Error::read(self.path)(error));
                }
                Err(error) => self.broken = Some(broken_reason(&error)),
            }
        }
        Ok(filled)
    }
}

struct Copy {
    decoder: Option<encoding_rs::Decoder>,
    text: String,
}

impl Copy {
    fn write(&mut self, bytes: &[u8], last: bool, out: &mut File) -> std::io::Result<()> {
        let Some(decoder) = &mut self.decoder else { return out.write_all(bytes) };
        self.text.clear();
        // Three bytes of UTF-8 for two of UTF-16, at most, and those kept from the last call.
        self.text.reserve(bytes.len() * 2 + 16);
        let _ = decoder.decode_to_string(bytes, &mut self.text, last);
        out.write_all(self.text.as_bytes())
    }
}
