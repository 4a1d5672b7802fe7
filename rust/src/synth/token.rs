//! Texts as tokens: what versions are made of before they are written out.

use super::vocabulary::Term;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Function,
    Word,
    Name,
    Weekday,
    /// Figures: `term` is the number.
    Count,
    Tenths,
    Percent,
    Money,
    Year,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Token {
    pub term: Term,
    pub kind: Kind,
    pub marks: u8,
}

/// Marks around a token.
pub const OPEN_QUOTE: u8 = 1;
pub const GENITIVE: u8 = 2;
pub const COMMA: u8 = 4;
pub const STOP: u8 = 8;
pub const CLOSE_QUOTE: u8 = 16;
pub const DASH: u8 = 32;
pub const BREAK: u8 = 64;

impl Token {
    pub fn new(kind: Kind, term: Term) -> Token {
        Token { term, kind, marks: 0 }
    }

    pub fn is_figure(self) -> bool {
        matches!(self.kind, Kind::Count | Kind::Tenths | Kind::Percent | Kind::Money | Kind::Year)
    }

    pub fn has(self, mark: u8) -> bool {
        self.marks & mark != 0
    }
}

/// The sentences of a text.
pub fn sentences(text: &[Token]) -> impl Iterator<Item = &[Token]> {
    text.split_inclusive(|token| token.has(STOP))
}

/// Ends the text with a paragraph, where it has words.
pub fn end_paragraph(text: &mut [Token]) {
    if let Some(last) = text.last_mut() {
        last.marks |= STOP | BREAK;
    }
}
