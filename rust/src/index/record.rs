//! An article as it is stored.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::article::Article;
use super::content::Content;
use super::sealed::{seal, unseal};
use crate::text::story::Stem;

#[derive(Clone, Serialize, Deserialize)]
pub struct Record {
    pub id: String,
    pub date: i64,
    /// When it was stored, in seconds.
    pub stored: i64,
    /// The number of the first version of it, which says what came before it.
    pub place: u32,
    /// The number of the article that this one is a duplicate of. That one is none itself.
    pub original: Option<u32>,
    pub content: Content,
}

impl Record {
    pub fn of(article: &Article, place: u32, keeps_text: bool) -> Record {
        Record {
            id: article.id.to_owned(),
            date: article.date,
            stored: now(),
            place,
            original: None,
            content: Content::of(article.text, keeps_text),
        }
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |it| it.as_secs() as i64)
}

/// What tells most strangers from versions without a look at the text.
#[derive(Clone)]
pub struct Glance {
    pub date: i64,
    /// Three bytes of each stem, which are as good as four for a first look, sorted.
    pub stems: Vec<u32>,
}

const STEM_BYTES: usize = 3;

impl Glance {
    pub fn of(date: i64, stems: &[Stem]) -> Glance {
        let mut stems: Vec<u32> = stems.iter().map(|stem| stem & 0xff_ffff).collect();
        stems.sort_unstable();
        stems.dedup();
        Glance { date, stems }
    }

    /// Its bytes, as they are stored at a place.
    pub fn seal(&self, place: u64) -> Vec<u8> {
        let short = |stem: &u32| -> [u8; STEM_BYTES] { *stem.to_le_bytes().first_chunk().unwrap() };
        let stems: Vec<_> = self.stems.iter().map(short).collect();
        seal(&[&self.date.to_le_bytes()[..], stems.as_flattened()].concat(), place)
    }

    /// None when the bytes are damaged, or those of another place.
    pub fn unseal(bytes: &[u8], place: u64) -> Option<Glance> {
        let (date, stems) = unseal(bytes, place)?.split_first_chunk()?;
        let stem = |&[a, b, c]: &[u8; STEM_BYTES]| u32::from_le_bytes([a, b, c, 0]);
        let stems = stems.as_chunks().0.iter().map(stem).collect();
        Some(Glance { date: i64::from_le_bytes(*date), stems })
    }
}
