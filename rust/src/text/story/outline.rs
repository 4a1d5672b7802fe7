//! What a story is compared by: its sentences, and the content words in them.

use std::ops::Range;

use super::cutter::{Piece, cut};
use super::{STOP_WORD, Stem, is_figure, read_contents};
use crate::text::hash_sort::sort_by_hash;
use crate::text::words::Words;

/// A content word where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token {
    pub stem: Stem,
    /// Index of the sentence, and of the word in the text.
    pub sentence: u32,
    pub word: u32,
    /// Index of its term.
    pub term: u32,
}

/// A stem of the text, however often it stands there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Term {
    pub stem: Stem,
    pub kind: Kind,
    /// Whether it stands inside quotation marks.
    pub quoted: bool,
    /// Its tokens, in `Outline::places`.
    first: u32,
    last: u32,
    /// The sentences that it stands in, in `Outline::in_sentences`.
    first_sentence: u32,
    last_sentence: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Figure,
    /// Begins with a capital inside a sentence.
    Name,
    Word,
}

#[derive(Default, Debug)]
pub struct Outline {
    pub tokens: Vec<Token>,
    /// Sorted by stem.
    pub terms: Vec<Term>,
    places: Vec<u32>,
    in_sentences: Vec<u32>,
    /// The sentences that have a content word, as bytes of the text where there is one.
    pub sentences: Vec<Range<usize>>,
    /// How many terms each sentence has.
    pub sentence_terms: Vec<u32>,
}

#[derive(Default)]
pub struct OutlineScratch {
    words: Words,
    contents: Vec<Stem>,
}

impl Outline {
    pub fn read(&mut self, text: &str, scratch: &mut OutlineScratch) {
        let (pieces, sentences) = cut(text, &mut scratch.words);
        self.read_words(&scratch.words, &pieces, &sentences, &mut scratch.contents);
    }

    /// As [`Outline::read`], of a text of which there are only the words and the pieces.
    pub fn read_cut(&mut self, words: &Words, pieces: &[Piece], scratch: &mut OutlineScratch) {
        self.read_words(words, pieces, &[], &mut scratch.contents);
    }

    fn read_words(
        &mut self,
        words: &Words,
        pieces: &[Piece],
        sentences: &[Range<usize>],
        contents: &mut Vec<Stem>,
    ) {
        let language = read_contents(words, contents);
        let capitals_tell = language.capitals_tell_names();
        self.tokens.clear();
        self.sentences.clear();
        let mut marks: Vec<(bool, bool)> = Vec::with_capacity(words.len());
        let mut start = 0;
        let mut last_sentence = None;
        for piece in pieces {
            let end = piece.end as usize;
            for (word, &stem) in (start..end).zip(&contents[start..end]) {
                if stem == STOP_WORD {
                    continue;
                }
                if last_sentence != Some(piece.sentence) {
                    last_sentence = Some(piece.sentence);
                    let bytes = sentences.get(piece.sentence as usize);
                    self.sentences.push(bytes.cloned().unwrap_or_default());
                }
                let sentence = self.sentences.len() as u32 - 1;
                self.tokens.push(Token { stem, sentence, word: word as u32, term: 0 });
                let opens = piece.opens && word == start;
                let name = capitals_tell && words.is_capital(word) && !opens;
                marks.push((name, piece.quoted));
            }
            start = end;
        }
        self.gather_terms(&marks);
    }

    /// `marks` says of each token whether it looks like a name and whether it is quoted.
    fn gather_terms(&mut self, marks: &[(bool, bool)]) {
        let Outline { tokens, terms, places, .. } = self;
        let stem_and_place = |(place, token): (u64, &Token)| (token.stem as u64) << 32 | place;
        let mut sorted: Vec<u64> = (0..).zip(tokens.iter()).map(stem_and_place).collect();
        sort_by_hash(&mut sorted, |item| (item >> 32) as u32);
        places.clear();
        places.extend(sorted.iter().map(|&it| it as u32));
        terms.clear();
        let mut first = 0;
        for group in sorted.chunk_by(|x, y| x >> 32 == y >> 32) {
            let stem = (group[0] >> 32) as Stem;
            let group = &places[first as usize..first as usize + group.len()];
            let kind = if is_figure(stem) {
                Kind::Figure
            } else if group.iter().any(|&place| marks[place as usize].0) {
                Kind::Name
            } else {
                Kind::Word
            };
            let quoted = group.iter().any(|&place| marks[place as usize].1);
            let last = first + group.len() as u32;
            terms.push(Term {
                stem,
                kind,
                quoted,
                first,
                last,
                first_sentence: 0,
                last_sentence: 0,
            });
            first = last;
        }
        for (index, term) in (0..).zip(terms.iter()) {
            for &place in &places[term.first as usize..term.last as usize] {
                tokens[place as usize].term = index;
            }
        }
        self.gather_sentences();
    }

    /// Works out which terms each sentence has, once the sentence of each token is known.
    pub fn gather_sentences(&mut self) {
        let Outline { tokens, terms, places, in_sentences, sentences, sentence_terms } = self;
        sentence_terms.clear();
        sentence_terms.resize(sentences.len(), 0);
        in_sentences.clear();
        for term in terms {
            term.first_sentence = in_sentences.len() as u32;
            let mut last_sentence = None;
            for &place in &places[term.first as usize..term.last as usize] {
                let sentence = tokens[place as usize].sentence;
                if last_sentence != Some(sentence) {
                    last_sentence = Some(sentence);
                    in_sentences.push(sentence);
                    sentence_terms[sentence as usize] += 1;
                }
            }
            term.last_sentence = in_sentences.len() as u32;
        }
    }

    /// The tokens of a term, in the order of the text.
    pub fn places(&self, term: &Term) -> &[u32] {
        &self.places[term.first as usize..term.last as usize]
    }

    /// The different sentences that a term stands in, in the order of the text.
    pub fn sentences_of(&self, term: &Term) -> &[u32] {
        &self.in_sentences[term.first_sentence as usize..term.last_sentence as usize]
    }
}
