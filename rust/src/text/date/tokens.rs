//! The figures, words and signs of a date.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, is_combining_mark};
use unicode_script::{Script, UnicodeScript};

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

/// Small letters without accents, the figures 0 to 9 whatever the script, one sign for the dashes:
/// what a name is looked up by. Says whether figures of another script were among them.
pub fn plain(text: &str) -> (Cow<'_, str>, bool) {
    if text.is_ascii() {
        let plain = match text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => Cow::Owned(text.to_ascii_lowercase()),
            false => Cow::Borrowed(text),
        };
        return (plain, false);
    }
    let mut other_figures = false;
    let plain = text
        .nfkd()
        .filter(|&it| !is_accent(it) && !is_ignorable(it))
        .flat_map(char::to_lowercase)
        .filter(|&it| !is_accent(it))
        .map(|it| match it {
            'ı' => 'i',
            'ς' => 'σ',
            '’' | '‘' | 'ʼ' | '′' => '\'',
            '‐'..='―' | '−' => '-',
            '،' | '、' | '，' => ',',
            '。' => '.',
            // As Arabic keyboards write the letters of Persian, and the other way round.
            'ي' | 'ى' => 'ی',
            'ك' => 'ک',
            _ => match figure(it) {
                Some(figure) => {
                    other_figures |= !it.is_ascii();
                    figure
                }
                None => it,
            },
        })
        .nfc()
        .collect();
    (Cow::Owned(plain), other_figures)
}

/// A mark that one may leave out: those of several scripts, and the dots below letters of India. The
/// other marks there are vowels.
fn is_accent(it: char) -> bool {
    is_combining_mark(it)
        && (it.script() == Script::Inherited || canonical_combining_class(it) == NUKTA)
}

const NUKTA: u8 = 7;

/// Whether a character is of a word.
pub fn is_letter(it: char) -> bool {
    it.is_ascii_alphabetic() || (!it.is_ascii() && (it.is_alphabetic() || is_combining_mark(it)))
}

/// Marks of direction and the like, which are not seen.
fn is_ignorable(it: char) -> bool {
    matches!(it, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{640}')
}

/// The zeros of the scripts that dates of news are written in.
const ZEROS: [u32; 14] = [
    0x30, 0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0x1040,
    0x17e0,
];

fn figure(it: char) -> Option<char> {
    let of = |zero: u32| (it as u32).checked_sub(zero).filter(|&value| value < 10);
    ZEROS.into_iter().find_map(of).and_then(|value| char::from_digit(value, 10))
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
