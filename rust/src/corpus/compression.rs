//! Compressed files, told by their ending.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub enum Compression {
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    pub fn of(path: &Path) -> Compression {
        match path.extension().and_then(|ending| ending.to_str()) {
            Some("gz") => Compression::Gzip,
            Some("zst") => Compression::Zstd,
            Some("bz2") => Compression::Bzip2,
            Some("xz") => Compression::Xz,
            _ => Compression::None,
        }
    }

    /// A reader of the plain bytes. Files of several members, as `cat a.gz b.gz` makes, are read
    /// to their end.
    pub fn reader(self, file: File) -> io::Result<Box<dyn Read>> {
        Ok(match self {
            Compression::None => Box::new(file),
            Compression::Gzip => {
                Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::new(file)))
            }
            Compression::Zstd => Box::new(zstd::Decoder::new(file)?),
            Compression::Bzip2 => {
                Box::new(bzip2::bufread::MultiBzDecoder::new(BufReader::new(file)))
            }
            Compression::Xz => {
                Box::new(liblzma::bufread::XzDecoder::new_multi_decoder(BufReader::new(file)))
            }
        })
    }

    /// A writer at the usual level of each format's own command.
    pub fn writer(self, file: File) -> io::Result<Box<dyn CompressedWrite>> {
        let file = BufWriter::with_capacity(1 << 20, file);
        Ok(match self {
            Compression::None => Box::new(file),
            Compression::Gzip => {
                Box::new(flate2::write::GzEncoder::new(file, flate2::Compression::new(6)))
            }
            Compression::Zstd => Box::new(zstd::Encoder::new(file, 3)?),
            Compression::Bzip2 => {
                Box::new(bzip2::write::BzEncoder::new(file, bzip2::Compression::best()))
            }
            Compression::Xz => Box::new(liblzma::write::XzEncoder::new(file, 6)),
        })
    }
}

/// A writer whose end must be written, and may fail.
pub trait CompressedWrite: Write {
    fn finish(self: Box<Self>) -> io::Result<()>;
}

impl CompressedWrite for BufWriter<File> {
    fn finish(mut self: Box<Self>) -> io::Result<()> {
        self.flush()
    }
}

impl CompressedWrite for flate2::write::GzEncoder<BufWriter<File>> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        (*self).finish()?.flush()
    }
}

impl CompressedWrite for zstd::Encoder<'static, BufWriter<File>> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        (*self).finish()?.flush()
    }
}

impl CompressedWrite for bzip2::write::BzEncoder<BufWriter<File>> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        (*self).finish()?.flush()
    }
}

impl CompressedWrite for liblzma::write::XzEncoder<BufWriter<File>> {
    fn finish(self: Box<Self>) -> io::Result<()> {
        (*self).finish()?.flush()
    }
}

pub fn broken_reason(error: &std::io::Error) -> String {
    format!("the compressed stream ends early or is damaged here: {error}")
}
