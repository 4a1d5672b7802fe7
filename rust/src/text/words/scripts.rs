//! The path for text of any script, one character at a time, as the table ([`super::table`]) has it.
//! What that does not know, as marks in an unusual order, is left to the exact path
//! ([`super::unicode`]) with all between the nearest characters that part words.

use unicode_normalization::char::{canonical_combining_class, compose, decompose_canonical};

use super::ascii;
use super::class::{Class, Entry};
use super::table::{decode, entry, is_latin, spelling};
use super::unicode::{self, EAST_ASIAN_GRAM, SOUTHEAST_ASIAN_GRAM};
use super::word::CAPITAL;

/// Plain ASCII of more bytes is left to the faster path for it.
const WORTH_LEAVING: usize = 64;

/// A run of a script without spaces, normalised, and where its characters begin.
#[derive(Default)]
pub struct Unspaced {
    bytes: Vec<u8>,
    starts: Vec<u32>,
}

/// What is read of a text, and to where its words go.
struct Reader<'a> {
    text: &'a str,
    /// The next byte to be read.
    at: usize,
    buffer: &'a mut Vec<u8>,
    /// The bytes of the buffer that hold something.
    end: usize,
    starts: &'a mut Vec<u32>,
    run: &'a mut Unspaced,
    /// A place at which a word ends in any case, and what had been written when it was met.
    parted: Parted,
    /// Composed of what ends before the byte.
    composed: (usize, char),
}

#[derive(Clone, Copy)]
struct Parted {
    at: usize,
    end: usize,
    words: usize,
}

/// The word at hand.
#[derive(Clone, Copy)]
struct Word {
    /// Where it begins in the buffer, marked where it begins with a capital.
    start: u32,
    /// All flags of its characters.
    flags: u32,
    /// Of its last character but for marks: a letter, Hebrew, or a digit.
    last: Class,
}

/// Nothing that the table tells.
struct Unknown;

/// Appends the words of the text from a byte on at which none goes on, each followed by one space, up
/// to a blank behind which there is nothing but plain ASCII for a while, and returns where that is.
pub fn push_words(
    text: &str,
    at: usize,
    run: &mut Unspaced,
    buffer: &mut Vec<u8>,
    starts: &mut Vec<u32>,
) -> usize {
    let end = buffer.len();
    let parted = Parted { at, end, words: starts.len() };
    let composed = (usize::MAX, ' ');
    let mut reader = Reader { text, at, buffer, end, starts, run, parted, composed };
    while reader.read().is_err() {
        reader.read_exactly();
    }
    let Reader { at, end, .. } = reader;
    buffer.truncate(end);
    at
}

impl Reader<'_> {
    /// Reads on, from where no word is at hand.
    fn read(&mut self) -> Result<(), Unknown> {
        let mut special = self.at;
        while let Some((character, length)) = self.next() {
            let known = entry(character);
            match known.class() {
                Class::Letter | Class::Hebrew | Class::Digit => {
                    self.read_word()?;
                    continue;
                }
                Class::Invisible | Class::SoutheastSign => (),
                Class::EastAsian => {
                    self.read_east_asian()?;
                    continue;
                }
                Class::Southeast => {
                    self.read_southeast()?;
                    continue;
                }
                Class::Unknown | Class::Mark | Class::SoutheastTwo => return Err(Unknown),
                _ => {
                    let blank = matches!(character, 0x20 | 0x0a | 0x0d | 0x09);
                    let at = self.at + if blank { length } else { 0 };
                    self.parted = Parted { at, end: self.end, words: self.starts.len() };
                    if blank {
                        if special <= self.at {
                            special = ascii::find_special(self.text.as_bytes(), self.at)
                                .unwrap_or(self.text.len());
                        }
                        if special.saturating_sub(self.at) > WORTH_LEAVING || self.is_latin(special)
                        {
                            return Ok(());
                        }
                    }
                }
            }
            self.at += length;
        }
        Ok(())
    }

    /// The next character, and its bytes.
    #[inline(always)]
    fn next(&self) -> Option<(u32, usize)> {
        decode(&self.text.as_bytes()[self.at..])
    }

    fn is_latin(&self, at: usize) -> bool {
        let decoded = decode(&self.text.as_bytes()[at..]);
        decoded.is_some_and(|(character, _)| {
            is_latin(character) && entry(character).class() == Class::Letter
        })
    }

    /// Writes the first `length` of the bytes.
    #[inline(always)]
    fn write(&mut self, bytes: [u8; 8], length: usize) {
        if self.end + 8 > self.buffer.len() {
            self.grow();
        }
        self.buffer[self.end..self.end + 8].copy_from_slice(&bytes);
        self.end += length;
    }

    #[cold]
    fn grow(&mut self) {
        let more = (self.text.len() - self.at).max(64);
        self.buffer.resize(self.end + more + 16, 0);
    }

    /// Writes a character as it is spelt in a word.
    #[inline(always)]
    fn spell(&mut self, character: u32, known: Entry, length: usize) {
        if known.has(Entry::IS_SPELT) {
            let (bytes, length, _) = spelling(character);
            self.write(bytes, length);
        } else if let Some(bytes) = self.text.as_bytes()[self.at..].first_chunk::<8>() {
            self.write(*bytes, length);
        } else {
            let mut bytes = [0; 8];
            bytes[..length].copy_from_slice(&self.text.as_bytes()[self.at..self.at + length]);
            self.write(bytes, length);
        }
    }

    fn read_word(&mut self) -> Result<(), Unknown> {
        let start = self.end as u32;
        let mut word: Option<Word> = None;
        // What may join what is before and behind it, and where it was written.
        let mut joint: Option<(Class, usize)> = None;
        while let Some((character, length)) = self.next() {
            let known = entry(character);
            let class = known.class();
            match class {
                Class::Letter | Class::Hebrew | Class::Digit => {
                    if let (Some(word), Some((joint, _))) = (word, joint)
                        && !joins(word.last, joint, class)
                    {
                        break;
                    }
                    joint = None;
                    let capital = if known.has(Entry::UPPER_CASE) { CAPITAL } else { 0 };
                    let before =
                        word.unwrap_or(Word { start: start | capital, flags: 0, last: class });
                    word = Some(Word { flags: before.flags | known.0, last: class, ..before });
                    if known.has(Entry::MAY_COMPOSE) {
                        self.combine(character, known, length)?;
                    } else {
                        self.spell(character, known, length);
                    }
                }
                Class::Mark => {
                    if joint.is_some() {
                        return Err(Unknown);
                    }
                    if let Some(word) = &mut word {
                        word.flags |= known.0;
                    }
                    self.combine(character, known, length)?;
                }
                Class::Invisible => (),
                Class::MidLetter
                | Class::MidNumber
                | Class::MidBoth
                | Class::SingleQuote
                | Class::DoubleQuote
                    if joint.is_none() =>
                {
                    joint = Some((class, self.end));
                    self.spell(character, known, length);
                }
                Class::Unknown => return Err(Unknown),
                _ => break,
            }
            self.at += length;
        }
        let word = word.expect("it begins with one of its characters");
        match joint {
            // UAX #29, WB7a.
            Some((Class::SingleQuote, _)) if word.last == Class::Hebrew => (),
            Some((_, before)) => self.end = before,
            None => (),
        }
        if word.flags & Entry::ALPHANUMERIC == 0 {
            self.end = start as usize;
            return Ok(());
        }
        self.write([b' '; 8], 1);
        self.starts.push(word.start);
        Ok(())
    }

    /// Writes a character that may become one with that before it, or have to go before it.
    fn combine(&mut self, character: u32, known: Entry, length: usize) -> Result<(), Unknown> {
        let Some((before, composed)) = self.compose(character, known)? else {
            self.spell(character, known, length);
            return Ok(());
        };
        let (entry_before, known) = (entry(before as u32), entry(composed as u32));
        if known.class() != entry_before.class() {
            return Err(Unknown);
        }
        let spelt = |it: char, known: Entry| match known.has(Entry::IS_SPELT) {
            true => {
                let (bytes, length, _) = spelling(it as u32);
                (bytes, length)
            }
            false => {
                let mut bytes = [0; 8];
                let length = it.encode_utf8(&mut bytes).len();
                (bytes, length)
            }
        };
        self.end -= spelt(before, entry_before).1;
        let (bytes, count) = spelt(composed, known);
        self.write(bytes, count);
        self.composed = (self.at + length, composed);
        Ok(())
    }

    /// The character before the one at hand, and what both become; None where both stay as they are.
    fn compose(&self, character: u32, known: Entry) -> Result<Option<(char, char)>, Unknown> {
        let (place, composed) = self.composed;
        let before = match place == self.at {
            true => composed,
            false => self.text[..self.at].chars().next_back().ok_or(Unknown)?,
        };
        let entry_before = entry(before as u32);
        let (class, class_before) = (known.combining_class(), entry_before.combining_class());
        if entry_before.class() == Class::Invisible {
            return Err(Unknown);
        }
        if class_before != 0 {
            // Behind a mark only other marks compose.
            let stays = class == 0 || class_before <= class && !known.has(Entry::MAY_COMPOSE);
            return if stays { Ok(None) } else { Err(Unknown) };
        }
        if !known.has(Entry::MAY_COMPOSE) {
            return Ok(None);
        }
        if entry_before.has(Entry::IS_SPELT) && spelling(before as u32).2 {
            return Err(Unknown);
        }
        let character = char::from_u32(character).ok_or(Unknown)?;
        if let Some(composed) = compose(before, character) {
            return Ok(Some((before, composed)));
        }
        let mut last = before;
        decompose_canonical(before, |part| last = part);
        let stays = class == 0 || canonical_combining_class(last) <= class;
        if stays { Ok(None) } else { Err(Unknown) }
    }

    fn read_east_asian(&mut self) -> Result<(), Unknown> {
        self.run.bytes.clear();
        while let Some((character, length)) = self.next() {
            match entry(character).class() {
                // All of the table are of three bytes.
                Class::EastAsian => {
                    let bytes = &self.text.as_bytes()[self.at..self.at + 3];
                    self.run.bytes.extend_from_slice(bytes);
                }
                Class::Invisible => (),
                Class::Unknown | Class::Mark | Class::SoutheastTwo => return Err(Unknown),
                _ => break,
            }
            self.at += length;
        }
        const LENGTH: usize = 3 * EAST_ASIAN_GRAM;
        let run = std::mem::take(&mut self.run.bytes);
        if run.len() <= LENGTH {
            self.write_gram(&run);
        } else {
            for start in (0..=run.len() - LENGTH).step_by(3) {
                self.write_gram(&run[start..start + LENGTH]);
            }
        }
        self.run.bytes = run;
        Ok(())
    }

    #[inline(always)]
    fn write_gram(&mut self, gram: &[u8]) {
        self.starts.push(self.end as u32);
        if self.end + gram.len() + 8 > self.buffer.len() {
            self.grow();
        }
        self.buffer[self.end..self.end + gram.len()].copy_from_slice(gram);
        self.end += gram.len();
        self.buffer[self.end] = b' ';
        self.end += 1;
    }

    fn read_southeast(&mut self) -> Result<(), Unknown> {
        self.run.bytes.clear();
        self.run.starts.clear();
        while let Some((character, length)) = self.next() {
            let known = entry(character);
            let start = self.run.bytes.len() as u32;
            match known.class() {
                Class::Southeast => (),
                Class::Mark => {
                    let stays = self.compose(character, known)?.is_none();
                    if !stays || known.has(Entry::IS_SPELT) {
                        return Err(Unknown);
                    }
                }
                Class::SoutheastTwo => {
                    let (bytes, length, _) = spelling(character);
                    let first = std::str::from_utf8(&bytes[..length]).map_err(|_| Unknown)?;
                    let first = first.chars().next().ok_or(Unknown)?.len_utf8();
                    self.run.starts.extend([start, start + first as u32]);
                    self.run.bytes.extend_from_slice(&bytes[..length]);
                    self.at += 3;
                    continue;
                }
                Class::Invisible => {
                    self.at += length;
                    continue;
                }
                Class::Unknown => return Err(Unknown),
                _ => break,
            }
            self.run.starts.push(start);
            self.run.bytes.extend_from_slice(&self.text.as_bytes()[self.at..self.at + length]);
            self.at += length;
        }
        let Unspaced { bytes, starts } = std::mem::take(self.run);
        let last = bytes.len() as u32;
        let count = SOUTHEAST_ASIAN_GRAM.min(starts.len());
        let ends = starts[count..].iter().chain([&last]);
        for (&start, &end) in starts.iter().zip(ends) {
            self.write_gram(&bytes[start as usize..end as usize]);
        }
        *self.run = Unspaced { bytes, starts };
        Ok(())
    }

    /// Reads what the table does not know by the exact path, from the last place where words part to
    /// the next.
    #[cold]
    fn read_exactly(&mut self) {
        let Parted { at, end, words } = self.parted;
        self.buffer.truncate(end);
        self.starts.truncate(words);
        while let Some((_, length)) = self.next() {
            self.at += length;
            let parts = |(next, _)| entry(next).class() == Class::Other;
            if self.next().is_none_or(parts) {
                break;
            }
        }
        unicode::push_words(&self.text[at..self.at], self.buffer, self.starts);
        self.end = self.buffer.len();
        self.parted = Parted { at: self.at, end: self.end, words: self.starts.len() };
        self.composed = (usize::MAX, ' ');
    }
}

/// Whether what is between two characters joins them (UAX #29, WB6 to 12).
#[inline(always)]
fn joins(before: Class, joint: Class, after: Class) -> bool {
    let letters = before != Class::Digit && after != Class::Digit;
    let digits = before == Class::Digit && after == Class::Digit;
    match joint {
        Class::MidLetter => letters,
        Class::MidNumber => digits,
        Class::MidBoth | Class::SingleQuote => letters || digits,
        _ => before == Class::Hebrew && after == Class::Hebrew,
    }
}
