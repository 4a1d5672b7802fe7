//! What a story is compared by: its sentences, and the content words in them.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::{Content, Lexicon, Stem, Weekdays, is_figure};
use crate::words::Words;

/// A content word where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Token {
    pub stem: Stem,
    /// Index of the sentence, and of the word in the text.
    pub sentence: u32,
    pub word: u32,
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
    /// The sentences that have a content word, as bytes of the text.
    pub sentences: Vec<Range<usize>>,
    /// The weekdays that are named, and the one named first.
    pub weekdays: Weekdays,
    pub first_weekday: Weekdays,
}

#[derive(Default)]
pub struct OutlineScratch {
    words: Words,
    lexicon: Lexicon,
    contents: Vec<Option<Content>>,
}

/// A stretch of one sentence that is wholly inside quotation marks or wholly outside.
struct Piece {
    bytes: Range<usize>,
    sentence: usize,
    quoted: bool,
    /// Whether its first word has a capital in any case.
    opens: bool,
}

impl Outline {
    pub fn read(&mut self, text: &str, scratch: &mut OutlineScratch) {
        let OutlineScratch { words, lexicon, contents } = scratch;
        let (sentences, pieces) = cut(text);
        let ends = words.read_pieces(pieces.iter().map(|piece| &text[piece.bytes.clone()]));
        lexicon.read(words, contents);
        self.tokens.clear();
        self.sentences.clear();
        let mut marks: Vec<(bool, bool)> = Vec::with_capacity(words.len());
        let mut start = 0;
        let mut last_sentence = None;
        for (piece, end) in pieces.iter().zip(ends) {
            for word in start..end {
                let Some(Content { stem, .. }) = contents[word] else { continue };
                if last_sentence != Some(piece.sentence) {
                    last_sentence = Some(piece.sentence);
                    self.sentences.push(sentences[piece.sentence].clone());
                }
                let sentence = self.sentences.len() as u32 - 1;
                self.tokens.push(Token { stem, sentence, word: word as u32 });
                let name = words.is_capital(word) && !(piece.opens && word == start);
                marks.push((name, piece.quoted));
            }
            start = end;
        }
        let named = contents.iter().flatten().map(|content| content.weekday);
        let mut named = named.filter(|&weekday| weekday != 0);
        self.first_weekday = named.next().unwrap_or(0);
        self.weekdays = named.fold(self.first_weekday, |all, weekday| all | weekday);
        self.gather_terms(&marks);
    }

    /// `marks` says of each token whether it looks like a name and whether it is quoted.
    fn gather_terms(&mut self, marks: &[(bool, bool)]) {
        let Outline { tokens, terms, places, .. } = self;
        let stem = |place: u32| tokens[place as usize].stem;
        places.clear();
        places.extend(0..tokens.len() as u32);
        places.sort_unstable_by_key(|&place| (stem(place), place));
        terms.clear();
        let mut first = 0;
        for group in places.chunk_by(|&x, &y| stem(x) == stem(y)) {
            let stem = stem(group[0]);
            let kind = if is_figure(stem) {
                Kind::Figure
            } else if group.iter().any(|&place| marks[place as usize].0) {
                Kind::Name
            } else {
                Kind::Word
            };
            let quoted = group.iter().any(|&place| marks[place as usize].1);
            let last = first + group.len() as u32;
            terms.push(Term { stem, kind, quoted, first, last });
            first = last;
        }
    }

    /// The tokens of a term, in the order of the text.
    pub fn places(&self, term: &Term) -> &[u32] {
        &self.places[term.first as usize..term.last as usize]
    }
}

/// The sentences of a text, and its pieces: cut at the ends of sentences and at quotation marks.
fn cut(text: &str) -> (Vec<Range<usize>>, Vec<Piece>) {
    let mut sentences: Vec<Range<usize>> = Vec::new();
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut quote = None;
    for (at, part) in text.split_sentence_bound_indices() {
        let end = at + part.len();
        // Elsewhere the cut could go through what is one word.
        let ends_word = |last: char| last.is_whitespace() || matches!(last, '。' | '！' | '？' | '｡');
        if end == text.len() || part.ends_with(ends_word) {
            cut_sentence(text, start..end, sentences.len(), &mut quote, &mut pieces);
            sentences.push(start..end);
            start = end;
        }
    }
    (sentences, pieces)
}

/// Cuts one sentence at quotation marks. `quote` is the mark that is open; a new line closes it,
/// since each paragraph of a long quotation opens it anew.
fn cut_sentence(
    text: &str,
    range: Range<usize>,
    sentence: usize,
    quote: &mut Option<char>,
    pieces: &mut Vec<Piece>,
) {
    let mut start = range.start;
    let mut opens = true;
    for (at, mark) in text[range.clone()].char_indices() {
        let at = range.start + at;
        if mark == '\n' {
            *quote = None;
        }
        if !matches!(mark, '"' | '“' | '”' | '„' | '«' | '»' | '「' | '」' | '『' | '』') {
            continue;
        }
        pieces.push(Piece { bytes: start..at, sentence, quoted: quote.is_some(), opens });
        opens = quote.is_none();
        *quote = match *quote {
            // It closes a German quotation, and opens any other.
            Some('“') if mark == '“' => Some('“'),
            Some(_) => None,
            None => Some(mark),
        };
        start = at;
    }
    pieces.push(Piece { bytes: start..range.end, sentence, quoted: quote.is_some(), opens });
}
