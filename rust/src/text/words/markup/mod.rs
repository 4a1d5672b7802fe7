//! HTML that was left in a text. A tag is no word, and what a browser shows is what counts: the
//! text is read as if the tags were not there, and `&eacute;` were é.
//!
//! Nothing is moved. Each stretch of markup is overwritten by as many bytes, with the same bounds
//! of characters, so that a range of bytes of the one text is that of the other. A tag inside a
//! word must leave the word whole, and no visible filler does that: what is overwritten begins with
//! [`FILLER`], the one ASCII character that [`super::is_invisible`] knows, and no markup is found
//! across one, so that a text that was read so stays as it is.

mod elements;
mod references;

use std::borrow::Cow;
use std::ops::Range;

use elements::{HIDDEN, Kind};
use memchr::{memchr, memchr2, memmem};

use super::invisible::is_invisible;

/// DELETE, which no text shows.
pub const FILLER: u8 = 0x7f;

/// More of them has no tag that is one. It bounds the time that is lost on what looks like tags.
const MAX_ATTRIBUTES: usize = 100;

/// The text as a browser shows it, in as many bytes: markup is overwritten by what parts words and
/// sentences as it does, and character references by the character and invisible ones.
pub fn plain(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let Some(mut at) = memchr2(b'<', b'&', bytes) else { return Cow::Borrowed(text) };
    let mut finder = Finder::new(text);
    let mut shown: Option<Vec<u8>> = None;
    while let Some(offset) = memchr2(b'<', b'&', &bytes[at..]) {
        let start = at + offset;
        let found = match bytes[start] {
            b'&' => reference(&text[start..]).map(|(character, length)| {
                let shown = shown.get_or_insert_with(|| bytes.to_vec());
                show(&mut shown[start..start + length], character);
                start + length
            }),
            _ => finder.markup(start).map(|(end, kind)| {
                let shown = shown.get_or_insert_with(|| bytes.to_vec());
                hide(&mut shown[start..end], &text[start..end], kind);
                end
            }),
        };
        at = found.unwrap_or(start + 1);
        if let Some(end) = finder.section.take() {
            let shown = shown.get_or_insert_with(|| bytes.to_vec());
            hide(&mut shown[end..end + 3], "]]>", Kind::Box);
        }
    }
    match shown {
        None => Cow::Borrowed(text),
        Some(shown) => Cow::Owned(String::from_utf8(shown).expect("whole characters overwritten")),
    }
}

/// How many fillers stand at the front.
pub fn fillers(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| **byte == FILLER).count()
}

/// Overwrites markup, character by character.
fn hide(shown: &mut [u8], markup: &str, kind: Kind) {
    let blank = if kind == Kind::Inline { FILLER } else { b' ' };
    shown.fill(blank);
    if !markup.is_ascii() {
        for (at, character) in markup.char_indices() {
            let filler = match character.len_utf8() {
                1 => continue,
                2 => "\u{ad}",
                3 => "\u{200b}",
                _ => "\u{e0001}",
            };
            shown[at..at + filler.len()].copy_from_slice(filler.as_bytes());
        }
    }
    shown[0] = FILLER;
    if kind == Kind::Block {
        shown[1] = b'\n';
    }
}

/// Overwrites a character reference, which is longer than what it shows by two bytes or by one.
fn show(shown: &mut [u8], character: char) {
    shown.fill(FILLER);
    let character = if character == '\u{a0}' { ' ' } else { character };
    character.encode_utf8(&mut shown[1..]);
}

/// The range, made to hold the character references that begin and end it as a whole. `range` is
/// that of a word in `plain`, the text as it is shown.
pub fn with_references(text: &str, plain: &str, range: Range<usize>) -> Range<usize> {
    let decoded = |at: usize| text.as_bytes()[at] != plain.as_bytes()[at];
    let (mut start, mut end) = (range.start, range.end);
    if decoded(start) {
        start = text[..start].rfind('&').expect("a reference begins");
    }
    if decoded(end - 1) {
        end += text.as_bytes()[end - 1..].iter().position(|&it| it == b';').expect("and ends");
    }
    start..end
}

/// The range without the markup, the blanks and what else is not seen at its ends; empty if there
/// is nothing more. `plain` is the text as it is shown.
pub fn without_ends(text: &str, plain: &str, range: Range<usize>) -> Range<usize> {
    let is_end = |character: char| character.is_whitespace() || is_invisible(character);
    let begun = plain[range.clone()].trim_start_matches(is_end);
    let start = range.end - begun.len();
    let length = begun.trim_end_matches(is_end).len();
    if length == 0 { start..start } else { with_references(text, plain, start..start + length) }
}

/// The character that the reference at the front of `text` shows, and the length of it.
fn reference(text: &str) -> Option<(char, usize)> {
    let numbered = |digits: &str, radix| {
        let mut number = digits.chars().map(|it| it.to_digit(radix));
        let number = number.try_fold(0_u32, |number, digit| {
            Some(number.saturating_mul(radix).saturating_add(digit?))
        });
        number.filter(|_| !digits.is_empty()).map(references::numbered)
    };
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let end = 1 + text.as_bytes()[1..].iter().take_while(|byte| is_part(byte)).count();
    if text.as_bytes().get(end) != Some(&b';') {
        return None;
    }
    let name = &text[1..end];
    let character = match name.strip_prefix('#') {
        Some(number) => match number.strip_prefix(['x', 'X']) {
            Some(digits) => numbered(digits, 16),
            None => numbered(number, 10),
        },
        None => references::named(name),
    };
    character.map(|it| (it, end + 1))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

/// What closes markup. Each is searched for once only, however often markup is opened.
#[derive(Clone, Copy)]
enum Closer {
    DoubleQuote,
    SingleQuote,
    Comment,
    Section,
    /// The closing tag of one of [`HIDDEN`].
    Hidden(usize),
}

struct Finder<'a> {
    text: &'a str,
    /// Of each closer the first one behind the place where it was searched for last; the length of
    /// the text if there is none.
    next: [Option<usize>; 4 + HIDDEN.len()],
    /// Where the CDATA section ends whose beginning was met.
    section: Option<usize>,
}

impl<'a> Finder<'a> {
    fn new(text: &'a str) -> Finder<'a> {
        Finder { text, next: [None; 4 + HIDDEN.len()], section: None }
    }

    /// Where the markup ends that begins with the < at `start`, and what it does to words.
    fn markup(&mut self, start: usize) -> Option<(usize, Kind)> {
        let bytes = self.text.as_bytes();
        let (end, kind) = match &bytes[start + 1..] {
            [b'!', b'-', b'-', ..] => {
                let end = self.find(Closer::Comment, start + 2)?;
                return Some((end + 3, Kind::Inline));
            }
            [b'!', b'[', b'C', b'D', b'A', b'T', b'A', b'[', ..] => {
                self.section = self.find(Closer::Section, start);
                return Some((start + 9, Kind::Box));
            }
            [b'!' | b'?', next, ..] if next.is_ascii_alphabetic() || *next == b'[' => {
                let length = memchr2(b'>', b'<', &bytes[start + 1..])? + 2;
                (bytes[start + length - 1] == b'>').then_some((start + length, Kind::Box))?
            }
            [b'/', ..] => self.closing_tag(start)?,
            [next, ..] if next.is_ascii_alphabetic() => self.tag(start)?,
            _ => return None,
        };
        let across = memchr(FILLER, &bytes[start..end]).is_some();
        let hidden = HIDDEN.iter().position(|name| self.opens(start, end, name));
        match hidden.and_then(|which| self.find(Closer::Hidden(which), end)) {
            _ if across => None,
            Some(closing) => {
                let end =
                    memchr(b'>', &bytes[closing..]).map_or(bytes.len(), |it| closing + it + 1);
                Some((end, kind))
            }
            None => Some((end, kind)),
        }
    }

    /// Whether the tag opens the element, and does not close it too.
    fn opens(&self, start: usize, end: usize, name: &str) -> bool {
        let tag = &self.text.as_bytes()[start + 1..end];
        tag.len() > name.len()
            && tag[..name.len()].eq_ignore_ascii_case(name.as_bytes())
            && (is_blank(tag[name.len()]) || matches!(tag[name.len()], b'>' | b'/'))
            && !tag.ends_with(b"/>")
    }

    fn closing_tag(&self, start: usize) -> Option<(usize, Kind)> {
        let (name_end, kind) = self.name(start + 2)?;
        let end = self.after_blanks(name_end);
        match self.text.as_bytes().get(end) {
            None => Some((end, kind)),
            Some(b'>') => Some((end + 1, kind)),
            Some(_) => None,
        }
    }

    fn name(&self, start: usize) -> Option<(usize, Kind)> {
        let bytes = &self.text.as_bytes()[start..];
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':');
        let end = start + bytes.iter().take_while(|byte| is_part(byte)).count();
        if !bytes.first()?.is_ascii_alphabetic() {
            return None;
        }
        Some((end, elements::kind(&self.text[start..end])?))
    }

    /// A tag with its attributes. "a<b and c>d" is none: an element of one letter has no
    /// attributes, or one that has a value.
    fn tag(&mut self, start: usize) -> Option<(usize, Kind)> {
        let bytes = self.text.as_bytes();
        let (mut at, kind) = self.name(start + 1)?;
        let is_letter = at == start + 2;
        let (mut named, mut valued, mut after_quote) = (false, false, false);
        for _ in 0..MAX_ATTRIBUTES {
            let parted = after_quote;
            let next = self.after_blanks(at);
            let parted = parted || next > at;
            at = next;
            let Some(&byte) = bytes.get(at) else {
                return valued.then_some((at, kind));
            };
            if matches!(byte, b'>' | b'/') {
                let end = if byte == b'/' { self.after_blanks(at + 1) } else { at };
                let is_tag = bytes.get(end) == Some(&b'>') && (valued || !named || !is_letter);
                return is_tag.then_some((end + 1, kind));
            }
            if !parted || !(byte.is_ascii_alphabetic() || b"_:@\"'".contains(&byte)) {
                return None;
            }
            let ends = |byte: &u8| is_blank(*byte) || b"/>=<".contains(byte);
            at += bytes[at..].iter().position(ends).unwrap_or(bytes.len() - at);
            named = true;
            after_quote = false;
            let equals = self.after_blanks(at);
            if bytes.get(equals) != Some(&b'=') {
                continue;
            }
            valued = true;
            at = self.after_blanks(equals + 1);
            match bytes.get(at) {
                Some(quote @ (b'"' | b'\'')) => {
                    let closer =
                        if *quote == b'"' { Closer::DoubleQuote } else { Closer::SingleQuote };
                    let Some(end) = self.find(closer, at + 1) else {
                        // The text was cut off here, or a quote forgotten.
                        let cut = memchr2(b'<', b'>', &bytes[at..]).is_none();
                        return cut.then_some((bytes.len(), kind));
                    };
                    at = end + 1;
                    after_quote = true;
                }
                _ => {
                    let ends = |byte: &u8| is_blank(*byte) || b"<>\"'`".contains(byte);
                    at += bytes[at..].iter().position(ends).unwrap_or(bytes.len() - at);
                }
            }
        }
        None
    }

    fn after_blanks(&self, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at..];
        at + rest.iter().take_while(|byte| is_blank(**byte)).count()
    }

    /// The first closer from a place on.
    fn find(&mut self, closer: Closer, from: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let slot = match closer {
            Closer::DoubleQuote => 0,
            Closer::SingleQuote => 1,
            Closer::Comment => 2,
            Closer::Section => 3,
            Closer::Hidden(which) => 4 + which,
        };
        let known = self.next[slot].filter(|&known| known >= from);
        let found = known.unwrap_or_else(|| {
            let rest = &bytes[from..];
            let offset = match closer {
                Closer::DoubleQuote => memchr(b'"', rest),
                Closer::SingleQuote => memchr(b'\'', rest),
                Closer::Comment => memmem::find(rest, b"-->"),
                Closer::Section => memmem::find(rest, b"]]>"),
                Closer::Hidden(which) => {
                    let closes = |&at: &usize| {
                        let (name, rest) = (HIDDEN[which].as_bytes(), &rest[at + 2..]);
                        let own = rest.get(..name.len());
                        own.is_some_and(|own| own.eq_ignore_ascii_case(name))
                            && rest.get(name.len()).is_none_or(|it| !it.is_ascii_alphanumeric())
                    };
                    memmem::find_iter(rest, b"</").find(closes)
                }
            };
            offset.map_or(bytes.len(), |offset| from + offset)
        });
        self.next[slot] = Some(found);
        (found < bytes.len()).then_some(found)
    }
}

#[cfg(test)]
pub mod tests;
