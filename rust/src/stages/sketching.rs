//! Articles → sketches: what is made of each text by itself.

use sha2::{Digest, Sha256};

use crate::corpus::dates;
use crate::dump::read::table::{Row, text_of};
use crate::error::Result;
use crate::sketch::sketches::{Scratch, Sketcher, Sketches};
use crate::text::date::{NO_DATE, Reading};

/// What is known of a date: the orders that it proves, as bits, and whether it waits for one that others
/// prove or cannot be read.
pub const OPEN: u8 = 1 << 6;
pub const UNREAD: u8 = 1 << 7;

#[derive(Default)]
pub struct Sketched {
    /// Of each row why it is no article; if it is one, the next of all below is its own.
    pub reasons: Vec<Option<String>>,
    /// Seconds since 1970 with the day first, and with the month first.
    pub day_first: Vec<i64>,
    pub month_first: Vec<i64>,
    pub known: Vec<u8>,
    /// SHA-256 of the words: what has it in common has the words in common.
    pub proofs: Vec<[u8; 32]>,
    pub sketches: Sketches,
}

/// Sketches of rows, each with its text, if it has one, and its date.
pub fn sketch(rows: &[Row], sketcher: &Sketcher) -> Result<Sketched> {
    let mut found = Sketched::default();
    let mut scratch = Scratch::default();
    for row in rows {
        let text = match text_of(row) {
            Ok(text) => text,
            Err((reason, _)) => {
                found.reasons.push(Some(reason));
                continue;
            }
        };
        found.reasons.push(None);
        let (day_first, month_first, known) = match dates::reading(row.date) {
            Reading::At(seconds, order) => {
                (seconds, seconds, order.map_or(0, |order| 1 << order as u8))
            }
            Reading::Open { day_first, month_first } => {
                (day_first.unwrap_or(NO_DATE), month_first.unwrap_or(NO_DATE), OPEN)
            }
            Reading::Unread => (NO_DATE, NO_DATE, UNREAD),
        };
        found.day_first.push(day_first);
        found.month_first.push(month_first);
        found.known.push(known);
        found.sketches.push(text, sketcher, &mut scratch);
        found.proofs.push(Sha256::digest(scratch.words.joined()).into());
    }
    Ok(found)
}
