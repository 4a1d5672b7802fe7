//! The stages of a pass that goes over many machines, as functions of what one task holds.
//!
//! Each takes rows and gives rows, knows nothing of who moves them, and judges by the rules of the pass
//! itself: none is written here. An article is known by its number, its place in the order in which
//! articles are kept. Rows that need one another are brought together by a bucket, a number below that
//! of the buckets; where there are many small ones, as where a shingle stands, all those of one task that
//! go to one bucket travel as the bytes of one row.

pub mod choosing;
pub mod furniture;
pub mod joining;
pub mod looking;
pub mod meeting;
pub mod naming;
pub mod postings;
pub mod rare;
pub mod sketching;
pub mod verifying;

use std::collections::BTreeMap;

use bytemuck::Pod;

use crate::candidate::articles::part_of;
use crate::candidate::story::first_look;
use crate::corpus;
use crate::verify::Bars;

/// What of the options decides which articles match.
#[derive(Clone, Copy)]
pub struct Rules {
    pub bars: Bars,
    /// Whether rewrites are looked for.
    pub rewrites: bool,
    /// Seconds between two articles of one story told twice, where both dates are known.
    pub window: Option<u64>,
}

impl Rules {
    fn are_near(&self, a: i64, b: i64) -> bool {
        first_look::is_within(self.window, corpus::gap(a, b))
    }
}

/// Rows of one kind that go to buckets, as bytes.
pub struct Outbox<T> {
    buckets: usize,
    rows: BTreeMap<u32, Vec<T>>,
}

impl<T: Pod> Outbox<T> {
    pub fn new(buckets: usize) -> Outbox<T> {
        Outbox { buckets, rows: BTreeMap::new() }
    }

    /// Puts a row where all those go that have something in common, given as a number.
    pub fn push(&mut self, common: u64, row: T) {
        self.rows.entry(bucket_of(common, self.buckets)).or_default().push(row);
    }

    pub fn bytes(&self) -> usize {
        self.rows.values().map(|rows| size_of_val(&rows[..])).sum()
    }

    /// All that was put in, by bucket.
    pub fn take(&mut self) -> Vec<(u32, Vec<u8>)> {
        let rows = std::mem::take(&mut self.rows).into_iter();
        rows.map(|(bucket, rows)| (bucket, bytemuck::cast_slice(&rows).to_vec())).collect()
    }
}

/// The bucket of what has a number in common.
pub fn bucket_of(common: u64, buckets: usize) -> u32 {
    part_of(common, buckets) as u32
}

/// Rows that came as bytes.
pub fn rows_of<T: Pod>(bytes: &[&[u8]]) -> Vec<T> {
    bytes.iter().flat_map(|bytes| bytemuck::pod_collect_to_vec::<u8, T>(bytes)).collect()
}

/// A date in two numbers of 32 bits.
fn halves(date: i64) -> [u32; 2] {
    [date as u32, (date >> 32) as u32]
}

fn date_of([low, high]: [u32; 2]) -> i64 {
    (high as i64) << 32 | low as i64
}
