//! Compressed files, told by their ending.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use flate2::bufread::GzDecoder;
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
        let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
        match ending.as_ref().and_then(|ending| ending.to_str()) {
            Some("gz") => Compression::Gzip,
            Some("zst") => Compression::Zstd,
            Some("bz2") => Compression::Bzip2,
            Some("xz") => Compression::Xz,
            _ => Compression::None,
        }
    }

    /// A reader of the plain bytes. Files of several members, as `cat a.gz b.gz` makes, are read
    /// to their end, and what stands behind them is an error, but for zeros that fill a block.
    pub fn reader(self, file: File) -> io::Result<Box<dyn Read>> {
        Ok(match self {
            Compression::None => Box::new(file),
            Compression::Gzip => Box::new(Members::new(BufReader::new(file))),
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

/// The members of a gzip file, one after the other. Tapes and block devices fill up with zeros.
struct Members {
    member: Option<GzDecoder<BufReader<File>>>,
}

impl Members {
    fn new(file: BufReader<File>) -> Members {
        Members { member: Some(GzDecoder::new(file)) }
    }
}

impl Read for Members {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(member) = &mut self.member else { return Ok(0) };
            let count = member.read(bytes)?;
            if count > 0 || bytes.is_empty() {
                return Ok(count);
            }
            self.member = match self.member.take() {
                Some(member) => next_member(member.into_inner())?.map(GzDecoder::new),
                None => None,
            };
        }
    }
}

/// The file at its next member, if there is one.
fn next_member(mut file: BufReader<File>) -> io::Result<Option<BufReader<File>>> {
    loop {
        let bytes = file.fill_buf()?;
        let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
        if bytes.is_empty() {
            return Ok(None);
        }
        if zeros < bytes.len() {
            file.consume(zeros);
            return Ok(Some(file));
        }
        file.consume(zeros);
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
