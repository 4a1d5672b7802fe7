//! Reading the texts of articles again, wherever they lie.

use std::fs::File;

use crate::corpus::{self, Corpus, Kind};
use crate::error::{Error, Result};
use crate::read::table::Store;
use crate::read::{fill_at, record, text_file};
use crate::words::Words;

/// Reads texts for one thread; the file last used stays open.
pub struct Texts<'a> {
    corpus: &'a Corpus,
    rows: &'a Store,
    open: Option<(u32, File)>,
    bytes: Vec<u8>,
}

impl<'a> Texts<'a> {
    pub fn new(corpus: &'a Corpus, rows: &'a Store) -> Texts<'a> {
        Texts { corpus, rows, open: None, bytes: Vec::new() }
    }

    /// Puts the normalised words of an article into `words`. Fails when they are not those that
    /// were read at first.
    pub fn read(&mut self, article: u32, words: &mut Words) -> Result<()> {
        let corpus = self.corpus;
        let location = corpus.locations[article as usize];
        let source = &corpus.sources[location.source as usize];
        let changed = || Error::Changed { path: source.path.clone() };
        match &source.kind {
            Kind::Jsonl { fields, .. } => {
                let line = self.line(location)?;
                words.read(&record::parse(line, fields).map_err(|_| changed())?.text);
            }
            Kind::Text => {
                let text = text_file::read_text(&source.path, source.compression)?;
                words.read(&text.map_err(|_| changed())?);
            }
            Kind::Table { .. } => {
                self.bytes.resize(location.length as usize, 0);
                self.rows.read(&mut self.bytes, location.offset)?;
                words.read(str::from_utf8(&self.bytes).map_err(|_| changed())?);
            }
        }
        if corpus::digest(words) != corpus.sketches.digests[article as usize] {
            return Err(changed());
        }
        Ok(())
    }

    fn line(&mut self, location: corpus::Location) -> Result<&[u8]> {
        let source = &self.corpus.sources[location.source as usize];
        let path = match &source.kind {
            Kind::Jsonl { spool: Some(spool), .. } => spool,
            _ => source.path.as_path(),
        };
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
