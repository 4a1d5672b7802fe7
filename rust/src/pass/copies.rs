//! Exact copies, brought back once it is known what is dropped: each goes where its words go.

use crate::error::Result;
use crate::verify::{Bars, Match, Verdict};

/// The match that a copy is dropped by, if it is, by the one that `first`, which stands for its words, is
/// dropped by. All matches of the copy are given to `add`, with the articles in the order of their ids.
pub fn bring_back(
    copy: u32,
    first: u32,
    dropped: Option<Match>,
    bars: &Bars,
    id_ranks: &[u32],
    mut add: impl FnMut(&Match) -> Result<()>,
) -> Result<Option<Match>> {
    let may_go = bars.may_go(&Verdict::IDENTICAL);
    let exact = Match { a: copy, b: first, verdict: Verdict::IDENTICAL, may_go }.in_order(id_ranks);
    add(&exact)?;
    let Some(found) = dropped else { return Ok(exact.may_drop(copy).then_some(exact)) };
    let found = if found.a == first { found } else { found.turned() };
    let inherited = Match { a: copy, ..found }.in_order(id_ranks);
    add(&inherited)?;
    Ok(Some(inherited))
}
