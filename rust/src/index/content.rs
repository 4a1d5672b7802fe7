//! What an index keeps of a text, and what is compared.

use std::cell::RefCell;

use serde::{Deserialize, Serialize};
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::get_frame_content_size;

use crate::error::{Error, Result};
use crate::sketch::sketches::{Scratch, Sketcher, Sketches};
use crate::text::story::cutter::{self, Piece};
use crate::text::story::outline::OutlineScratch;
use crate::text::words::Words;
use crate::verify::Prepared;
use crate::verify::features::Side;
use crate::verify::furniture::Holders;
use crate::verify::story::Story;

/// Level of compression: a third of what is read is left.
const LEVEL: i32 = 3;

/// Bits of a byte that say of eight words which begin with a capital.
const BITS: usize = u8::BITS as usize;

thread_local! {
    // Made anew for each text, they take longer than the texts.
    static CODECS: RefCell<(Compressor<'static>, Decompressor<'static>)> = RefCell::new((
        Compressor::new(LEVEL).expect("memory for a compressor"),
        Decompressor::new().expect("memory for a decompressor"),
    ));
    static SCRATCH: RefCell<(Scratch, OutlineScratch)> = RefCell::default();
}

/// Compressed.
#[derive(Clone, Serialize, Deserialize)]
pub enum Content {
    Text(Vec<u8>),
    /// Only what verification reads: the words, and where the text was cut.
    Words(Vec<u8>),
}

#[derive(Serialize, Deserialize)]
struct Bare<'a> {
    joined: &'a [u8],
    capitals: Vec<u8>,
    pieces: Vec<Piece>,
}

impl Content {
    pub fn of(text: &str, keeps_text: bool) -> Content {
        if keeps_text {
            return Content::Text(compress(text.as_bytes()));
        }
        let mut words = Words::default();
        let (pieces, _) = cutter::cut(text, &mut words);
        let mut capitals = vec![0; words.len().div_ceil(BITS)];
        for word in (0..words.len()).filter(|&word| words.is_capital(word)) {
            capitals[word / BITS] |= 1 << (word % BITS);
        }
        let bare = Bare { joined: words.joined(), capitals, pieces };
        Content::Words(compress(&postcard::to_allocvec(&bare).expect("plain data in memory")))
    }

    pub fn open(&self) -> Result<Body> {
        self.read().ok_or_else(|| {
            Error::Index(
                "a stored text is damaged; make the index anew, or take a copy of it".into(),
            )
        })
    }

    fn read(&self) -> Option<Body> {
        match self {
            Content::Text(bytes) => Some(Body::Text(String::from_utf8(decompress(bytes)?).ok()?)),
            Content::Words(bytes) => {
                let bytes = decompress(bytes)?;
                let Bare { joined, capitals, pieces } = postcard::from_bytes(&bytes).ok()?;
                let mut words = Words::default();
                let is_capital = |word: usize| {
                    capitals.get(word / BITS).is_some_and(|bits| bits >> (word % BITS) & 1 == 1)
                };
                words.restore(joined, is_capital);
                Some(Body::Words(words, pieces))
            }
        }
    }
}

/// A text, or what is left of it.
pub enum Body {
    Text(String),
    Words(Words, Vec<Piece>),
}

impl Body {
    pub fn text(self) -> Option<String> {
        match self {
            Body::Text(text) => Some(text),
            Body::Words(..) => None,
        }
    }

    pub fn sketch(&self, sketcher: &Sketcher) -> Sketches {
        match self {
            Body::Text(text) => sketch(text, sketcher),
            Body::Words(words, _) => SCRATCH.with_borrow_mut(|(scratch, _)| {
                scratch.words.restore(words.joined(), |word| words.is_capital(word));
                let mut sketches = Sketches::default();
                sketches.push_words(sketcher, scratch);
                sketches
            }),
        }
    }
}

/// The sketches of one text.
pub fn sketch(text: &str, sketcher: &Sketcher) -> Sketches {
    SCRATCH.with_borrow_mut(|(scratch, _)| {
        let mut sketches = Sketches::default();
        sketches.push(text, sketcher, scratch);
        sketches
    })
}

/// An article ready to be compared.
pub struct Ready {
    pub prepared: Prepared,
    body: Body,
    story: Option<Story>,
}

impl Ready {
    pub fn of(mut body: Body) -> Ready {
        let prepared = match &mut body {
            Body::Text(text) => Prepared::of(text),
            Body::Words(words, _) => {
                let mut prepared = Prepared { words: std::mem::take(words), ..Prepared::default() };
                prepared.finish();
                prepared
            }
        };
        Ready { prepared, body, story: None }
    }

    /// Lets the article be judged with what is known of its furniture by then.
    pub fn forget_furniture(&mut self) {
        self.story = None;
    }

    /// The article as it is judged, with what is known of its furniture the first time.
    pub fn side(&mut self, holders: &Holders) -> Side<'_> {
        let Ready { prepared, body, story } = self;
        let story = story.get_or_insert_with(|| {
            SCRATCH.with_borrow_mut(|(_, scratch)| {
                let mut story = Story::default();
                match body {
                    Body::Text(text) => story.outline.read(text, scratch),
                    Body::Words(_, pieces) => {
                        story.outline.read_cut(&prepared.words, pieces, scratch);
                    }
                }
                story.finish(prepared, holders);
                story
            })
        });
        Side { prepared, story }
    }
}

fn compress(bytes: &[u8]) -> Vec<u8> {
    CODECS.with_borrow_mut(|(compressor, _)| compressor.compress(bytes).expect("memory to memory"))
}

fn decompress(bytes: &[u8]) -> Option<Vec<u8>> {
    let size = get_frame_content_size(bytes).ok()??;
    CODECS.with_borrow_mut(|(_, it)| it.decompress(bytes, size as usize).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn words_alone_are_read_like_the_text(text in r#"(?s)([A-Za-zß0-9.,"“”„ \n'’-]|\PC){0,300}"#) {
            let mut whole = Ready::of(Content::of(&text, true).open().unwrap());
            let mut bare = Ready::of(Content::of(&text, false).open().unwrap());
            prop_assert_eq!(whole.prepared.words.joined(), bare.prepared.words.joined());
            prop_assert_eq!(&whole.prepared.shingles, &bare.prepared.shingles);
            let capitals = |words: &Words| -> Vec<bool> {
                (0..words.len()).map(|word| words.is_capital(word)).collect()
            };
            prop_assert_eq!(capitals(&whole.prepared.words), capitals(&bare.prepared.words));
            let holders = Holders::default();
            let (whole, bare) =
                (&whole.side(&holders).story.outline, &bare.side(&holders).story.outline);
            prop_assert_eq!(&whole.tokens, &bare.tokens);
            prop_assert_eq!(&whole.terms, &bare.terms);
            prop_assert_eq!(&whole.sentence_terms, &bare.sentence_terms);
        }
    }
}
