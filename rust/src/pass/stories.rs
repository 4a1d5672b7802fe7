//! Stories: what is kept of each, with its other versions, dropped or only flagged.

use hashbrown::HashMap;
use rayon::prelude::*;

use crate::verify::{Match, Relation};

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
/// first by `ranks` is the head, and stored articles, which have none, come before all others. What a
/// story that was told before has both of is not told again.
pub fn versions(
    matches: &[Match],
    duplicates: &[(u32, Match)],
    kept: &[bool],
    ranks: &[u32],
    id_ranks: &[u32],
) -> Vec<Version> {
    let dropped = (0..).zip(duplicates).map(|(index, (article, found))| Version {
        head: found.other(*article),
        article: *article,
        dropped: true,
        index,
    });
    let mut versions: Vec<Version> = dropped.collect();
    let is_kept = |article: u32| kept.get(article as usize).is_none_or(|kept| *kept);
    let rank = |article: u32| match ranks.get(article as usize) {
        Some(rank) => (1, *rank),
        None => (0, id_ranks[article as usize]),
    };
    let mut flagged: Vec<Version> = (0..)
        .zip(matches)
        .filter(|(_, found)| found.verdict.relation != Relation::Related)
        .filter(|(_, found)| is_kept(found.a) && is_kept(found.b))
        .map(|(index, found)| {
            let head = if rank(found.a) < rank(found.b) { found.a } else { found.b };
            Version { head, article: found.other(head), dropped: false, index }
        })
        .collect();
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
    versions
}
