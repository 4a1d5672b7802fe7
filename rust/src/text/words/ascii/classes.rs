//! What the bytes of a run are.

/// The classes of 64 bytes, a bit for each.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub struct Classes {
    pub letters: u64,
    pub digits: u64,
    /// Join two letters (UAX #29 MidLetter and MidNumLetQ).
    pub mid_letters: u64,
    /// Join two digits (UAX #29 MidNum and MidNumLetQ).
    pub mid_numbers: u64,
}

/// Which of 64 bytes belong to a word, from their classes and those of their neighbours.
pub fn words_among(before: &Classes, here: &Classes, after: &Classes) -> u64 {
    let between =
        |before: u64, here: u64, after: u64| (here << 1 | before >> 63) & (here >> 1 | after << 63);
    let joins = here.mid_letters & between(before.letters, here.letters, after.letters)
        | here.mid_numbers & between(before.digits, here.digits, after.digits);
    here.letters | here.digits | joins
}

/// Set in all that a word of a run can hold but capitals: small letters, digits, and what joins.
pub const LOWER_CASE: u8 = 0x20;
