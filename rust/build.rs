//! Makes the table of `text/words/table.rs`, by which most text is read: what each
//! character does to a word, and what it becomes in one, asked of the very crates that the exact
//! path uses (`text/words/unicode.rs`).

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use caseless::Caseless;
use unicode_normalization::char::canonical_combining_class;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};
use unicode_script::UnicodeScript;
use unicode_segmentation::UnicodeSegmentation;

#[path = "src/text/words/class.rs"]
mod class;
#[path = "src/text/words/invisible.rs"]
mod invisible;

use class::{BLOCK, CHARACTERS, Class, Entry, Unspaced, plain};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/text/words/class.rs");
    println!("cargo::rerun-if-changed=src/text/words/invisible.rs");
    let mut entries = Vec::new();
    let mut spellings = vec![vec![0_u64; BLOCK]];
    // Of each block where its entries and where its spellings are.
    let mut places = Vec::new();
    for first in (0..CHARACTERS).step_by(BLOCK) {
        let block = (first..first + BLOCK).map(|it| char::from_u32(it as u32).map(row));
        let (own, spelt): (Vec<u32>, Vec<u64>) =
            block.map(|it| it.unwrap_or((Entry::new(Class::Unknown, 0).0, 0))).unzip();
        places.push((place_of(own, &mut entries), place_of(spelt, &mut spellings)));
    }
    let mut code = String::new();
    let entries = entries.concat();
    let spellings = spellings.concat();
    writeln!(code, "static PLACES: [(u8, u8); {}] = {places:?};", places.len()).unwrap();
    writeln!(code, "static ENTRIES: [u32; {}] = {entries:?};", entries.len()).unwrap();
    writeln!(code, "static SPELLINGS: [u64; {}] = {spellings:?};", spellings.len()).unwrap();
    let folder = std::env::var_os("OUT_DIR").expect("cargo gives a folder");
    fs::write(Path::new(&folder).join("characters.rs"), code)
        .expect("the folder can be written to");
}

/// The number of a block among those that differ.
fn place_of<T: PartialEq>(block: Vec<T>, known: &mut Vec<Vec<T>>) -> u8 {
    let place = known.iter().position(|it| *it == block).unwrap_or_else(|| {
        known.push(block);
        known.len() - 1
    });
    place.try_into().expect("few blocks differ")
}

/// All that the table has of a character.
fn row(character: char) -> (u32, u64) {
    let (mut entry, spelling) = entry(character);
    entry |= (class::place_of(character.script()) as u32) << 16;
    if character.is_numeric() {
        entry |= Entry::NUMERIC;
    }
    (entry, spelling)
}

/// The entry of a character, and how it is spelt in a word where that is not as it stands.
fn entry(character: char) -> (u32, u64) {
    let unknown = (Entry::new(Class::Unknown, 0).0, 0);
    if invisible::is_invisible(character) {
        return (Entry::new(Class::Invisible, 0).0, 0);
    }
    let normal: String = std::iter::once(character).nfkc().map(plain).collect();
    if normal.chars().any(invisible::is_invisible) {
        return unknown;
    }
    let parts: Vec<Class> = normal.chars().map(class).collect();
    let ccc = canonical_combining_class(normal.chars().last().expect("not empty"));
    let class = match parts[..] {
        [class] => class,
        // No two of them join.
        _ if parts.iter().all(|it| it.parts_words()) && parts[0] != Class::SingleQuote => {
            Class::Other
        }
        [Class::Letter, ref rest @ ..]
            if rest.iter().all(|it| matches!(it, Class::Letter | Class::Mark)) =>
        {
            Class::Letter
        }
        // The Thai and the Lao vowel am.
        [Class::Mark, Class::Southeast] => Class::SoutheastTwo,
        _ => return unknown,
    };
    let changes = normal.chars().ne(std::iter::once(character));
    if ccc != 0 && parts.last() != Some(&Class::Mark) {
        return unknown;
    }
    // What it becomes may do more than the table tells: compose, or go to another place.
    let composes = |it: char| is_nfkc_quick(std::iter::once(it)) != IsNormalized::Yes;
    let decomposes = normal.nfd().count() > 1;
    if !changes && composes(character) && decomposes
        || changes
            && (matches!(class, Class::Mark | Class::EastAsian | Class::Southeast)
                || normal.chars().take(1).any(composes))
    {
        return unknown;
    }
    let mut entry = Entry::new(class, ccc);
    let first = normal.chars().next().expect("not empty");
    if normal.chars().any(char::is_alphanumeric) {
        entry = entry.with(Entry::ALPHANUMERIC);
    }
    if first.is_uppercase() {
        entry = entry.with(Entry::UPPER_CASE);
    }
    if !changes && composes(character) {
        entry = entry.with(Entry::MAY_COMPOSE);
    }
    let folded: String = normal.chars().default_case_fold().collect();
    if folded.chars().eq(std::iter::once(character)) {
        return (entry.0, 0);
    }
    if folded.len() > class::LONGEST_SPELLING {
        return unknown;
    }
    let mut spelling = [0; 8];
    spelling[..folded.len()].copy_from_slice(folded.as_bytes());
    spelling[7] = folded.len() as u8 | if changes { class::NORMALISED } else { 0 };
    (entry.with(Entry::IS_SPELT).0, u64::from_le_bytes(spelling))
}

/// What a normalised character does to words, told by where texts with it break.
fn class(it: char) -> Class {
    let whole = |text: String| text.split_word_bounds().count() == 1;
    let alphanumeric = it.is_alphanumeric();
    if it == '_' {
        return Class::Unknown;
    }
    if matches!(it, '\n' | '\r') || !whole(format!("{it}\u{301}")) {
        // A mark stands by itself behind them.
        return Class::Other;
    }
    if whole(format!("。{it}")) {
        return Class::Mark;
    }
    let unspaced = Unspaced::of(it);
    let joins_letter = whole(format!("a{it}"));
    let joins_katakana = whole(format!("カ{it}"));
    if unspaced == Some(Unspaced::EastAsian) {
        let alone = !joins_letter && !whole(format!("{it}a"));
        // Three bytes each.
        return if alphanumeric && alone && it.len_utf8() == 3 {
            Class::EastAsian
        } else {
            Class::Unknown
        };
    }
    if unspaced == Some(Unspaced::SoutheastAsian) {
        let alone = !joins_letter && !whole(format!("{it}{it}"));
        return match alphanumeric {
            true if alone => Class::Southeast,
            false if alone && is_other(it) => Class::SoutheastSign,
            _ => Class::Unknown,
        };
    }
    if joins_katakana {
        return Class::Unknown;
    }
    if joins_letter && whole(format!("1{it}")) {
        return if whole(format!("1,{it}")) {
            Class::Digit
        } else if whole(format!("{it}'")) {
            Class::Hebrew
        } else {
            Class::Letter
        };
    }
    if joins_letter {
        return Class::Unknown;
    }
    let letters = whole(format!("a{it}a"));
    let digits = whole(format!("1{it}1"));
    match (letters, digits) {
        (true, true) if whole(format!("א{it}")) => Class::SingleQuote,
        (true, true) => Class::MidBoth,
        (true, false) => Class::MidLetter,
        (false, true) => Class::MidNumber,
        (false, false) if whole(format!("א{it}א")) => Class::DoubleQuote,
        (false, false) if !alphanumeric && is_other(it) => Class::Other,
        (false, false) => Class::Unknown,
    }
}

/// Whether a character that is in no word parts all that stands beside it.
fn is_other(it: char) -> bool {
    let beside = [it, 'a', 'א', '1', 'カ', '_', 'ก', '中', '.', '\'', ',', '"', ':'];
    // Blanks end words before any rule is asked.
    let mut beside = beside.iter().filter(|&&beside| beside != ' ');
    beside.all(|&beside| {
        [format!("{beside}{it}"), format!("{it}{beside}")]
            .iter()
            .all(|text| text.split_word_bounds().count() == 2)
    })
}
