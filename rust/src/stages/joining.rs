//! Pairs → the first article that each hangs together with, in rounds over stars of pairs.
//!
//! In a large star all greater neighbours of an article are joined with the least one, in a small star all
//! others; in turns, until nothing changes, they leave each article joined with the first of all that it
//! hangs together with (Kiveris et al. 2014, "Connected components in MapReduce and beyond").

use hashbrown::HashMap;

/// Each article of some pairs but the first ones, with the first that it hangs together with by these.
pub fn contract(pairs: &[[u32; 2]]) -> Vec<[u32; 2]> {
    let mut parents: HashMap<u32, u32> = HashMap::new();
    fn root(parents: &mut HashMap<u32, u32>, mut article: u32) -> u32 {
        while let Some(&parent) = parents.get(&article) {
            if let Some(&above) = parents.get(&parent) {
                parents.insert(article, above);
            }
            article = parent;
        }
        article
    }
    for &[a, b] in pairs {
        let (a, b) = (root(&mut parents, a), root(&mut parents, b));
        if a != b {
            parents.insert(a.max(b), a.min(b));
        }
    }
    let mut articles: Vec<u32> = parents.keys().copied().collect();
    articles.sort_unstable();
    articles.into_iter().map(|article| [article, root(&mut parents, article)]).collect()
}

/// Pairs (article, neighbour), all of an article's, each pair both ways → pairs (greater, lesser), and how
/// many of them are new.
pub fn large_stars(pairs: Vec<[u32; 2]>) -> (Vec<[u32; 2]>, u64) {
    stars(pairs, |article, least, neighbour| (neighbour > article).then_some((neighbour, least)))
}

/// Pairs (greater, lesser), all of the greater's → the same, and how many of them are new.
pub fn small_stars(pairs: Vec<[u32; 2]>) -> (Vec<[u32; 2]>, u64) {
    let (mut joined, new) = stars(pairs.clone(), |_, least, neighbour| {
        (neighbour > least).then_some((neighbour, least))
    });
    let least =
        stars(pairs, |article, least, neighbour| (neighbour == least).then_some((article, least)));
    joined.extend(least.0);
    joined.sort_unstable();
    joined.dedup();
    (joined, new)
}

fn stars(
    mut pairs: Vec<[u32; 2]>,
    join: impl Fn(u32, u32, u32) -> Option<(u32, u32)>,
) -> (Vec<[u32; 2]>, u64) {
    pairs.sort_unstable();
    pairs.dedup();
    let mut joined = Vec::with_capacity(pairs.len());
    let mut new = 0;
    for star in pairs.chunk_by(|x, y| x[0] == y[0]) {
        let (article, least) = (star[0][0], star[0][0].min(star[0][1]));
        for &[_, neighbour] in star {
            if let Some((greater, lesser)) = join(article, least, neighbour) {
                new += (lesser != article && greater != article) as u64;
                joined.push([greater, lesser]);
            }
        }
    }
    joined.sort_unstable();
    joined.dedup();
    (joined, new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The stars as rounds of a whole would have them.
    fn by_rounds(mut pairs: Vec<[u32; 2]>) -> Vec<[u32; 2]> {
        loop {
            let both = pairs.iter().flat_map(|&[a, b]| [[a, b], [b, a]]).collect();
            let (large, first) = large_stars(both);
            let (small, second) = small_stars(large);
            pairs = small;
            if first + second == 0 {
                return pairs;
            }
        }
    }

    proptest! {
        #[test]
        fn rounds_find_what_one_task_finds(
            pairs in prop::collection::vec((0..40_u32, 0..40_u32), 0..60)
        ) {
            let pairs: Vec<[u32; 2]> =
                pairs.into_iter().filter(|it| it.0 != it.1).map(|it| [it.0, it.1]).collect();
            prop_assert_eq!(by_rounds(pairs.clone()), contract(&pairs));
        }
    }
}
