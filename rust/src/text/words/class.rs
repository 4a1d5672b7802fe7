//! What a character does to words, as the table has it. The build script, which makes the table, and
//! the crate, which reads it, use each a part of this.

#![allow(dead_code)]

use unicode_script::{Script, UnicodeScript};

/// Those of the languages that are told apart; the first stands for what is of no script or of many,
/// the second for any other.
pub const SCRIPTS: [Script; 14] = [
    Script::Common,
    Script::Unknown,
    Script::Latin,
    Script::Arabic,
    Script::Armenian,
    Script::Bengali,
    Script::Cyrillic,
    Script::Devanagari,
    Script::Greek,
    Script::Gujarati,
    Script::Han,
    Script::Hangul,
    Script::Hebrew,
    Script::Thai,
];

/// The place of a script in [`SCRIPTS`].
pub fn place_of(script: Script) -> u8 {
    match script {
        Script::Common | Script::Inherited => 0,
        _ => SCRIPTS.iter().position(|&known| known == script).unwrap_or(1) as u8,
    }
}

/// Scripts written without spaces between words, whose runs become overlapping n-grams.
#[derive(Clone, Copy, PartialEq)]
pub enum Unspaced {
    EastAsian,
    SoutheastAsian,
}

impl Unspaced {
    pub fn of(character: char) -> Option<Unspaced> {
        if character.is_ascii() {
            return None;
        }
        // The prolonged sound mark belongs to both kanas, so that its script is Common.
        if character == 'ー' {
            return Some(Unspaced::EastAsian);
        }
        match character.script() {
            Script::Han | Script::Hiragana | Script::Katakana => Some(Unspaced::EastAsian),
            Script::Thai | Script::Lao | Script::Khmer | Script::Myanmar => {
                Some(Unspaced::SoutheastAsian)
            }
            _ => None,
        }
    }
}

/// The typographic apostrophes made plain: the same quotation is set either way.
pub fn plain(character: char) -> char {
    match character {
        '\u{2018}' | '\u{2019}' | '\u{2bc}' => '\'',
        other => other,
    }
}

/// The characters that the table knows, and of how many each block of it is made.
pub const CHARACTERS: usize = 0x20000;
pub const BLOCK: usize = 0x100;

/// Bytes of the longest spelling in the table.
pub const LONGEST_SPELLING: usize = 7;

/// Set in the last byte of a spelling, which is its length, where NFKC changed the character.
pub const NORMALISED: u8 = 0x80;

/// The names are those of UAX #29 where it has one.
#[derive(Clone, Copy, PartialEq, Debug)]
#[repr(u8)]
pub enum Class {
    /// Only the exact path knows.
    Unknown,
    /// Parts words.
    Other,
    Invisible,
    Letter,
    Hebrew,
    Digit,
    /// Extend or Format, and seen.
    Mark,
    MidLetter,
    MidNumber,
    /// MidNumLet.
    MidBoth,
    SingleQuote,
    DoubleQuote,
    /// Scripts without spaces, as `unicode.rs` knows them.
    EastAsian,
    Southeast,
    /// A mark and a character of such a script.
    SoutheastTwo,
    /// A sign of such a script: it parts words, and with a mark belongs to what is before it.
    SoutheastSign,
}

impl Class {
    /// Whether two of them part words, whatever stands beside.
    pub fn parts_words(self) -> bool {
        use Class::*;
        matches!(self, Other | MidLetter | MidNumber | MidBoth | SingleQuote)
    }
}

/// A class, flags, from the eighth bit on the combining class of the last character of the spelling,
/// and from the sixteenth on the place of the script.
#[derive(Clone, Copy, PartialEq)]
pub struct Entry(pub u32);

impl Entry {
    pub const ALPHANUMERIC: u32 = 1 << 4;
    pub const UPPER_CASE: u32 = 1 << 5;
    /// It is spelt otherwise in a word than it stands in the text.
    pub const IS_SPELT: u32 = 1 << 6;
    /// It may become one character with the one before (NFKC_Quick_Check=Maybe).
    pub const MAY_COMPOSE: u32 = 1 << 7;
    /// A digit or another number, as it stands.
    pub const NUMERIC: u32 = 1 << 20;

    pub const fn new(class: Class, combining_class: u8) -> Entry {
        Entry(class as u32 | (combining_class as u32) << 8)
    }

    pub const fn with(self, flag: u32) -> Entry {
        Entry(self.0 | flag)
    }

    pub const fn has(self, flag: u32) -> bool {
        self.0 & flag != 0
    }

    pub const fn combining_class(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// The place in [`SCRIPTS`] of what it is written in, as it stands.
    pub const fn script(self) -> u8 {
        (self.0 >> 16 & 0xf) as u8
    }

    #[inline(always)]
    pub fn class(self) -> Class {
        use Class::*;
        const CLASSES: [Class; 16] = [
            Unknown,
            Other,
            Invisible,
            Letter,
            Hebrew,
            Digit,
            Mark,
            MidLetter,
            MidNumber,
            MidBoth,
            SingleQuote,
            DoubleQuote,
            EastAsian,
            Southeast,
            SoutheastTwo,
            SoutheastSign,
        ];
        CLASSES[self.0 as usize & 15]
    }
}
