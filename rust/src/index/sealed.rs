//! What is stored, with a checksum before it: of the bytes, and of the place where they stand, so that
//! nothing passes for another.

use serde::Serialize;
use serde::de::DeserializeOwned;
use xxhash_rust::xxh3::xxh3_64;

/// The bytes of a value, as they are stored in some place.
pub fn seal_value(value: &impl Serialize, place: u64) -> Vec<u8> {
    seal(&postcard::to_allocvec(value).expect("plain data in memory"), place)
}

/// None when the bytes are damaged, or those of another place.
pub fn unseal_value<T: DeserializeOwned>(sealed: &[u8], place: u64) -> Option<T> {
    postcard::from_bytes(unseal(sealed, place)?).ok()
}

/// A value with its checksum before it.
pub fn seal(value: &[u8], place: u64) -> Vec<u8> {
    [&checksum(value, place)[..], value].concat()
}

pub fn unseal(sealed: &[u8], place: u64) -> Option<&[u8]> {
    let (found, value) = sealed.split_at_checked(size_of::<u64>())?;
    (found == checksum(value, place)).then_some(value)
}

/// A checksum of what stands at some place.
pub fn checksum(bytes: &[u8], place: u64) -> [u8; size_of::<u64>()] {
    xxh3_64(&[&xxh3_64(bytes).to_le_bytes()[..], &place.to_le_bytes()].concat()).to_le_bytes()
}
