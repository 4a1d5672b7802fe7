//! Stories: what is kept of each, with its other versions, dropped or only flagged.

use hashbrown::HashMap;
use rayon::prelude::*;

use crate::error::Result;
use crate::memory::column::Column;
use crate::verify::Relation;
use crate::verify::row::{MatchRow, key_of, match_of};

/// A version of the story that `head`, which is kept, stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Version {
    pub head: u32,
    pub article: u32,
    /// Whether it was dropped for `head`, or is kept and only flagged with it.
    pub dropped: bool,
    /// The place of what they have in common, among the duplicates or the matches.
    pub index: u32,
}

/// The versions of all stories, those of one together, in the order of their ids. A story has the
/// articles dropped for its head and those kept that are flagged with it. Of two that are kept the
/// first by `ranks` is the head, and stored articles, also those of the corpus that are stored
/// themselves, come before all others. What a
/// story that was told before has both of is not told again.
pub fn versions(
    matches: &Column<MatchRow>,
    duplicates: &Column<MatchRow>,
    kept: &[bool],
    ranks: &[u32],
    id_ranks: &[u32],
    known: &[u32],
) -> Result<Vec<Version>> {
    let mut versions: Vec<Version> = Vec::with_capacity(duplicates.len() as usize);
    duplicates.for_each_part(|rows| {
        for row in rows {
            let ((_, article), index) = (key_of(row), versions.len() as u32);
            let head = match_of(row).other(article);
            versions.push(Version { head, article, dropped: true, index });
        }
        Ok(())
    })?;
    let is_kept = |article: u32| kept.get(article as usize).is_none_or(|kept| *kept);
    let rank = |article: u32| match ranks.get(article as usize) {
        Some(rank) if known.binary_search(&article).is_err() => (1, *rank),
        _ => (0, id_ranks[article as usize]),
    };
    let mut flagged: Vec<Version> = Vec::new();
    let mut index = 0;
    matches.for_each_part(|rows| {
        for found in rows.iter().map(match_of) {
            let is_one = found.verdict.relation != Relation::Related;
            if is_one && is_kept(found.a) && is_kept(found.b) {
                let head = if rank(found.a) < rank(found.b) { found.a } else { found.b };
                flagged.push(Version { head, article: found.other(head), dropped: false, index });
            }
            index += 1;
        }
        Ok(())
    })?;
    flagged.par_sort_unstable_by_key(|it| (rank(it.head), rank(it.article)));
    // The heads of the stories that each stands in, in their order.
    let mut stories: HashMap<u32, Vec<u32>> = HashMap::new();
    for version in flagged {
        let Version { head, article, .. } = version;
        let of = |article| stories.get(&article).map_or(&[][..], Vec::as_slice);
        if of(head).iter().any(|it| of(article).contains(it)) {
            continue;
        }
        for article in [head, article] {
            let heads = stories.entry(article).or_default();
            if heads.last() != Some(&head) {
                heads.push(head);
            }
        }
        versions.push(version);
    }
    let id_rank = |article: u32| id_ranks[article as usize];
    versions.par_sort_unstable_by_key(|it| (id_rank(it.head), id_rank(it.article)));
    Ok(versions)
}
