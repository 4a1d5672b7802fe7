//! The figures, words and signs of a date.

use unicode_script::{Script, UnicodeScript};

use super::plain::is_letter;
use super::words;

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Kind {
    Number,
    Word,
    Sign,
}

#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    pub kind: Kind,
    pub text: &'a str,
    /// Whether a blank stands before it.
    pub gap: bool,
}

impl Token<'_> {
    pub fn is(&self, text: &str) -> bool {
        self.text == text
    }

    /// The value of a number of so many digits.
    pub fn number(&self, digits: std::ops::RangeInclusive<usize>) -> Option<i32> {
        (self.kind == Kind::Number && digits.contains(&self.text.len()))
            .then(|| self.text.parse().ok())?
    }
}

/// Most tokens of a date with all that stands around it.
const MOST: usize = 40;

/// None for a text of too many.
pub fn split(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::with_capacity(16);
    let (mut rest, mut gap) = (text, false);
    while let Some(first) = rest.chars().next() {
        if first.is_whitespace() {
            rest = &rest[first.len_utf8()..];
            gap = true;
            continue;
        }
        let kind = match first {
            '0'..='9' => Kind::Number,
            _ if is_letter(first) => Kind::Word,
            _ => Kind::Sign,
        };
        let length = match kind {
            Kind::Number => run(rest, |it| it.is_ascii_digit()),
            // Words in Chinese characters have no blanks between them.
            Kind::Word if is_han(first) => words::length_of_han(rest),
            Kind::Word => run(rest, |it| is_letter(it) && !is_han(it)),
            Kind::Sign => first.len_utf8(),
        };
        tokens.push(Token { kind, text: &rest[..length], gap });
        if tokens.len() > MOST {
            return None;
        }
        rest = &rest[length..];
        gap = false;
    }
    Some(tokens)
}

fn is_han(it: char) -> bool {
    !it.is_ascii() && it.script() == Script::Han
}

fn run(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|it| !belongs(it)).unwrap_or(text.len())
}
