//! Compressed files, told by how they begin, or else by their ending.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::Path;

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use liblzma::bufread::XzDecoder;
use serde::{Deserialize, Serialize};

use super::encoding::Encoding;

#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub enum Compression {
    None,
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Compression {
    /// What a file is, whatever its ending says: servers and programs compress and decompress what
    /// they pass on, and leave its name.
    pub fn of(path: &Path) -> Compression {
        let mut head = Vec::new();
        let read = File::open(path).and_then(|file| file.take(HEAD).read_to_end(&mut head));
        let named = Compression::named(path);
        match Compression::of_bytes(&head) {
            Some(found) if read.is_ok() => found,
            // What is damaged at its beginning is no text.
            _ if is_text(&head) => Compression::None,
            _ => named,
        }
    }

    fn of_bytes(head: &[u8]) -> Option<Compression> {
        let signs: [(&[u8], Compression); 4] = [
            (b"\x1f\x8b\x08", Compression::Gzip),
            (b"\x28\xb5\x2f\xfd", Compression::Zstd),
            (b"BZh", Compression::Bzip2),
            (b"\xfd7zXZ\0", Compression::Xz),
        ];
        let found = signs.into_iter().find(|(sign, _)| head.starts_with(sign))?.1;
        (found != Compression::Bzip2 || !is_text(head)).then_some(found)
    }

    fn named(path: &Path) -> Compression {
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
            Compression::Gzip => {
                Box::new(Members::new(file, GzDecoder::new, GzDecoder::into_inner))
            }
            Compression::Zstd => Box::new(Members::new(file, zstd_frame, zstd::Decoder::finish)),
            Compression::Bzip2 => {
                Box::new(Members::new(file, BzDecoder::new, BzDecoder::into_inner))
            }
            Compression::Xz => Box::new(Members::new(file, XzDecoder::new, XzDecoder::into_inner)),
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

/// Of a file, to tell what it is.
const HEAD: u64 = 512;

/// Whether a file that begins so is no compressed one.
fn is_text(head: &[u8]) -> bool {
    let controls = |byte: &u8| byte.is_ascii_control() && !byte.is_ascii_whitespace();
    let is_marked = Encoding::of_mark(head).is_some();
    !head.is_empty() && (is_marked || !head.iter().any(controls))
}

fn zstd_frame(file: BufReader<File>) -> zstd::Decoder<'static, BufReader<File>> {
    zstd::Decoder::with_buffer(file).expect("there is memory for a decoder").single_frame()
}

/// The members of a compressed file, one after the other, so that damage in one costs nothing of
/// those before it. Tapes and block devices fill up with zeros.
struct Members<D> {
    member: Option<D>,
    open: fn(BufReader<File>) -> D,
    close: fn(D) -> BufReader<File>,
}

impl<D> Members<D> {
    fn new(
        file: File,
        open: fn(BufReader<File>) -> D,
        close: fn(D) -> BufReader<File>,
    ) -> Members<D> {
        Members { member: Some(open(BufReader::new(file))), open, close }
    }
}

impl<D: Read> Read for Members<D> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = member.read(bytes)?;
            if count > 0 || bytes.is_empty() {
                return Ok(count);
            }
            let ended = self.member.take().map(self.close);
            self.member = ended.map(next_member).transpose()?.flatten().map(self.open);
        }
        Ok(0)
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
