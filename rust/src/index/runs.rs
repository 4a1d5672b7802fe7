//! Runs of postings: written once, and merged so that there are few.

use hashbrown::HashSet;

use super::postings::Posting;
use super::store::{State, Store};
use crate::error::Result;

/// A run is merged with those that follow once they are a fourth of it together.
const RATIO: u64 = 4;

/// Puts postings into a run, with those of the runs before that are not much longer.
pub fn push(
    store: &Store,
    state: &mut State,
    postings: Vec<Posting>,
    removed: &HashSet<u32>,
) -> Result<()> {
    let mut count = postings.len() as u64;
    let mut merged: Box<dyn Iterator<Item = Result<Posting>> + '_> =
        Box::new(postings.into_iter().map(Ok));
    let mut old = Vec::new();
    while let Some(run) = state.runs.pop_if(|run| run.postings <= RATIO * count) {
        count += run.postings;
        let pages = store.postings(run);
        let before = pages.flat_map(|page| match page {
            Ok(page) => page.into_iter().map(Ok).collect::<Vec<_>>(),
            Err(error) => vec![Err(error)],
        });
        merged = Box::new(Merge { a: before.peekable(), b: merged.peekable() });
        old.push(run);
    }
    let kept =
        merged.filter(|it| it.as_ref().is_ok_and(|it| !removed.contains(&it.1)) || it.is_err());
    let run = store.put_run(state.next_run, count, kept)?;
    state.next_run += 1;
    old.iter().try_for_each(|run| store.drop_run(run))?;
    state.runs.push(run);
    state.first_recent = state.next;
    Ok(())
}

/// Two sorted sequences as one.
struct Merge<A: Iterator, B: Iterator> {
    a: std::iter::Peekable<A>,
    b: std::iter::Peekable<B>,
}

impl<A, B> Iterator for Merge<A, B>
where
    A: Iterator<Item = Result<Posting>>,
    B: Iterator<Item = Result<Posting>>,
{
    type Item = Result<Posting>;

    fn next(&mut self) -> Option<Result<Posting>> {
        match (self.a.peek(), self.b.peek()) {
            (Some(Ok(a)), Some(Ok(b))) if b < a => self.b.next(),
            (None, _) => self.b.next(),
            _ => self.a.next(),
        }
    }
}
