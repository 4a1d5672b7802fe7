//! The encoding of a file's bytes.

use std::borrow::Cow;

use encoding_rs::{BIG5, GB18030, GBK, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An encoding in which a record can be read alone, since line ends and separators are the bytes
/// they are in ASCII; or UTF-16, whose files are read by way of a copy in UTF-8.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Encoding(&'static encoding_rs::Encoding);

impl Encoding {
    pub const UTF_8: Encoding = Encoding(UTF_8);

    /// The encoding of a name or one of its aliases, as the WHATWG has them ("latin1" is
    /// Windows-1252). None where the name means none, or one that ASCII cannot be read in.
    pub fn named(name: &str) -> Option<Encoding> {
        let name = name.trim().to_ascii_lowercase().replace('_', "-");
        // As Python has it.
        let label = if name == "utf-8-sig" { "utf-8" } else { &name };
        let found = encoding_rs::Encoding::for_label(label.as_bytes())?;
        (found.is_ascii_compatible() || Encoding(found).is_utf_16()).then_some(Encoding(found))
    }

    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What a byte order mark says, and its length.
    pub fn of_mark(bytes: &[u8]) -> Option<(Encoding, usize)> {
        encoding_rs::Encoding::for_bom(bytes).map(|(found, length)| (Encoding(found), length))
    }

    /// UTF-16 without a mark: every other byte of what is in ASCII there is zero.
    pub fn of_zeros(bytes: &[u8]) -> Option<Encoding> {
        let pairs = bytes.len() / 2;
        let zeros =
            |first: usize| bytes.iter().skip(first).step_by(2).filter(|&&it| it == 0).count();
        match (zeros(0), zeros(1)) {
            (0, zeros) if zeros * 2 > pairs => Some(Encoding(UTF_16LE)),
            (zeros, 0) if zeros * 2 > pairs => Some(Encoding(UTF_16BE)),
            _ => None,
        }
    }

    /// That of the bytes that records are read from: a file in UTF-16 is copied in UTF-8.
    pub fn of_records(self) -> Encoding {
        if self.is_utf_16() { Encoding::UTF_8 } else { self }
    }

    pub fn is_utf_16(self) -> bool {
        self.0 == UTF_16LE || self.0 == UTF_16BE
    }

    /// Guesses from the beginning of a file. UTF-8 unless most of the lines that are not ASCII
    /// cannot be.
    pub fn guess(bytes: &[u8]) -> Encoding {
        let (mut right, mut wrong) = (0u64, 0u64);
        let mut lines = bytes.split_inclusive(|&byte| byte == b'\n').peekable();
        let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
        while let Some(line) = lines.next() {
            if line.is_ascii() {
                continue;
            }
            match simdutf8::compat::from_utf8(line) {
                Ok(_) => right += 1,
                // The bytes may end within a character.
                Err(error) if lines.peek().is_none() && error.error_len().is_none() => {}
                Err(_) => wrong += 1,
            }
            detector.feed(line, false);
        }
        if wrong <= right {
            return Encoding::UTF_8;
        }
        detector.feed(b"", true);
        let guessed = Encoding(detector.guess(None, chardetng::Utf8Detection::Deny));
        if guessed.0.is_ascii_compatible() { guessed } else { Encoding::UTF_8 }
    }

    /// The same bytes with letters in the place of characters whose second byte may be that of a sign of
    /// ASCII, such as a backslash or a bracket.
    pub fn signs(self, bytes: &[u8]) -> Cow<'_, [u8]> {
        if ![SHIFT_JIS, GBK, GB18030, BIG5].contains(&self.0) || bytes.is_ascii() {
            return Cow::Borrowed(bytes);
        }
        // Katakana of one byte each.
        let is_single =
            |byte: u8| byte <= 0x80 || self.0 == SHIFT_JIS && (0xA0..=0xDF).contains(&byte);
        let mut signs = bytes.to_vec();
        let mut rest = &mut signs[..];
        while let Some((first, behind)) = rest.split_first_mut() {
            rest = behind;
            if !is_single(*first)
                && let Some(second @ 0x40..) = rest.first_mut()
            {
                (*first, *second) = (b'x', b'x');
                rest = &mut rest[1..];
            }
        }
        Cow::Owned(signs)
    }

    /// The text of bytes, or why they are none.
    pub fn decode(self, bytes: &[u8]) -> Result<Cow<'_, str>, String> {
        if self == Encoding::UTF_8 {
            return simdutf8::compat::from_utf8(bytes)
                .map(Cow::Borrowed)
                .map_err(|error| format!("not UTF-8: bad byte at {}", error.valid_up_to() + 1));
        }
        self.0
            .decode_without_bom_handling_and_without_replacement(bytes)
            .ok_or_else(|| format!("not {}: a byte that it does not have", self.name()))
    }

    /// The same text in UTF-8, what cannot be read as the replacement character.
    pub fn decode_lossy(self, bytes: &[u8]) -> Cow<'_, str> {
        self.0.decode_without_bom_handling(bytes).0
    }

    /// A decoder of a stream.
    pub fn decoder(self) -> encoding_rs::Decoder {
        self.0.new_decoder_with_bom_removal()
    }

    /// The bytes of UTF-8 text in UTF-16, after its byte order mark where it begins a file.
    pub fn encode_utf_16(self, text: &str, out: &mut Vec<u8>) {
        for unit in text.encode_utf16() {
            let bytes = if self.0 == UTF_16LE { unit.to_le_bytes() } else { unit.to_be_bytes() };
            out.extend_from_slice(&bytes);
        }
    }
}

impl Serialize for Encoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.name().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Encoding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Encoding::named(&name)
            .ok_or_else(|| serde::de::Error::custom(format!("no encoding {name:?}")))
    }
}
