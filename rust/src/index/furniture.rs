//! What is known to an index of furniture: how many stories hold what an article holds.

use hashbrown::{HashMap, HashSet};

use super::matching::Shelf;
use super::record::Glance;
use crate::error::Result;
use crate::verify::furniture::MANY;
use crate::verify::sets;

/// Share of an article's samples from which on another has nearly its text: of texts alike in length
/// what makes a Jaccard index of .65.
const SAME_TEXT: f64 = 0.79;

/// Share of the stems of two articles, of those of both, that makes of them nearly one text.
const SAME_STEMS: f64 = 0.85;

/// Articles that are told apart by it, at most.
const MOST_GROUPED: usize = 32;

/// How many stories hold each sampled shingle of an article, where many do: the article with all that
/// hold nearly its text are one, and so are others of nearly one text. `lists` has those that hold each.
pub fn count_holders(
    shelf: &impl Shelf,
    samples: &[u32],
    lists: &HashMap<u32, Vec<u32>>,
) -> Result<HashMap<u32, u32>> {
    let many = |sample: &u32| lists[sample].len() as u32 + 1 >= MANY;
    if !samples.iter().any(many) {
        return Ok(HashMap::new());
    }
    let mut shared: HashMap<u32, usize> = HashMap::new();
    for &number in samples.iter().flat_map(|sample| &lists[sample]) {
        *shared.entry(number).or_default() += 1;
    }
    let is_other = |number: &u32| (shared[number] as f64) < SAME_TEXT * samples.len() as f64;
    let others = |list: &Vec<u32>| -> Vec<u32> { list.iter().copied().filter(is_other).collect() };
    let held: Vec<(u32, Vec<u32>)> = samples
        .iter()
        .filter(|sample| many(sample))
        .map(|sample| (*sample, others(&lists[sample])))
        .filter(|(_, others)| others.len() as u32 + 1 >= MANY)
        .collect();
    let stories = stories_of(shelf, held.iter().flat_map(|it| it.1.iter().copied()).collect())?;
    let count = |(sample, mut others): (u32, Vec<u32>)| {
        others.iter_mut().for_each(|it| *it = stories.get(it).copied().unwrap_or(*it));
        others.sort_unstable();
        others.dedup();
        (sample, others.len() as u32 + 1)
    };
    Ok(held.into_iter().map(count).filter(|it| it.1 >= MANY).collect())
}

/// For each of some articles the first of nearly the same text; of very many none, which tell many
/// stories anyway.
fn stories_of(shelf: &impl Shelf, articles: HashSet<u32>) -> Result<HashMap<u32, u32>> {
    let mut stories = HashMap::new();
    if articles.len() > MOST_GROUPED {
        return Ok(stories);
    }
    let mut articles: Vec<u32> = articles.into_iter().collect();
    articles.sort_unstable();
    let glances = shelf.glances(&articles)?;
    for (place, (number, glance)) in glances.iter().enumerate() {
        let is_same = |(_, other): &&(u32, Glance)| {
            let (a, b) = (&glance.stems, &other.stems);
            let shared = sets::count_shared(a, b);
            shared as f64 >= SAME_STEMS * (a.len() + b.len() - shared) as f64
        };
        let first = glances[..place].iter().find(is_same).map_or(*number, |it| stories[&it.0]);
        stories.insert(*number, first);
    }
    Ok(stories)
}
