//! Reading the texts of articles again, wherever they lie.

use std::borrow::Cow;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::Corpus;
use super::compression::{Compression, broken_reason};
use super::prepared::Reading;
use super::record::Form;
use super::source::{Kind, Location, MAX_RECORD};
use crate::error::{Error, Result};
use crate::memory::file::fill_at;
use crate::sketch::sketches::digest;
use crate::text::story::cutter::{self, Piece};
use crate::text::words::Words;

/// Reads texts for one thread; the file last used stays open.
pub struct Texts<'a> {
    corpus: &'a Corpus,
    open: Option<(u32, File)>,
    bytes: Vec<u8>,
}

impl<'a> Texts<'a> {
    pub fn new(corpus: &'a Corpus) -> Texts<'a> {
        Texts { corpus, open: None, bytes: Vec::new() }
    }

    /// Puts the normalised words of an article into `words`, and returns its text. Fails when they
    /// are not those that were read at first.
    pub fn read(&mut self, article: u32, words: &mut Words) -> Result<Cow<'_, str>> {
        let corpus = self.corpus;
        let text = self.text(article)?;
        words.read(&text);
        check(corpus, article, words)?;
        Ok(text)
    }

    /// The text of an article.
    pub fn text(&mut self, article: u32) -> Result<Cow<'_, str>> {
        let corpus = self.corpus;
        let location = corpus.locations[article as usize];
        let source = &corpus.sources[location.source as usize];
        let changed = || Error::Changed { path: source.path.clone() };
        match &source.kind {
            Kind::Records(records) => {
                let bytes = self.record(location)?;
                let parse = |form: &'a Form| form.parse(bytes, records.encoding.of_records()).ok();
                Ok(records.form.as_ref().and_then(parse).ok_or_else(changed)?.text)
            }
            Kind::Text => {
                let text = read_text(&source.path, source.compression)?;
                Ok(text.map_err(|_| changed())?.into())
            }
            Kind::Table { .. } => {
                self.bytes.resize(location.length as usize, 0);
                corpus.rows.read(&mut self.bytes, location.offset)?;
                Ok(str::from_utf8(&self.bytes).map_err(|_| changed())?.into())
            }
        }
    }

    fn record(&mut self, location: Location) -> Result<&[u8]> {
        let source = &self.corpus.sources[location.source as usize];
        let path = source.plain_path();
        if self.open.as_ref().is_none_or(|(open, _)| *open != location.source) {
            self.open = Some((location.source, File::open(path).map_err(Error::read(path))?));
        }
        let Some((_, file)) = &self.open else { unreachable!("opened above") };
        self.bytes.resize(location.length as usize, 0);
        let filled = fill_at(file, &mut self.bytes, location.offset).map_err(Error::read(path))?;
        if filled < self.bytes.len() {
            return Err(Error::Changed { path: source.path.clone() });
        }
        Ok(&self.bytes)
    }
}

impl Reading for Texts<'_> {
    fn length(&self, article: u32) -> usize {
        self.corpus.locations[article as usize].length as usize
    }

    fn cut(&mut self, article: u32, words: &mut Words) -> Result<Vec<Piece>> {
        let corpus = self.corpus;
        let (pieces, _) = cutter::cut(&self.text(article)?, words);
        check(corpus, article, words)?;
        Ok(pieces)
    }
}

/// Fails if an article has other words than it had when it was first read.
fn check(corpus: &Corpus, article: u32, words: &Words) -> Result<()> {
    if digest(words) == corpus.sketches.digests[article as usize] {
        return Ok(());
    }
    let location = corpus.locations[article as usize];
    Err(Error::Changed { path: corpus.sources[location.source as usize].path.clone() })
}

/// The text of a file, or why it is no article and what was read of it.
pub fn read_text(
    path: &Path,
    compression: Compression,
) -> Result<std::result::Result<String, (String, Vec<u8>)>> {
    let file = File::open(path).map_err(Error::read(path))?;
    let reader = compression.reader(file).map_err(Error::read(path))?;
    let mut bytes = Vec::new();
    if let Err(error) = reader.take(MAX_RECORD as u64 + 1).read_to_end(&mut bytes) {
        if compression == Compression::None {
            return Err(Error::read(path)(error));
        }
        return Ok(Err((broken_reason(&error), bytes)));
    }
    if bytes.len() > MAX_RECORD {
        let reason = format!("the text is longer than the limit of {MAX_RECORD} bytes");
        return Ok(Err((reason, bytes)));
    }
    if bytes.contains(&0) {
        return Ok(Err(("a NUL byte; this is no text file".to_owned(), bytes)));
    }
    Ok(String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to() + 1;
        (format!("not UTF-8: bad byte at {at}"), error.into_bytes())
    }))
}
