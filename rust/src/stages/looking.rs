//! Pairs that met, with the sketches of both → candidates.

use super::Rules;
use super::meeting::Route;
use crate::candidate::bands::{are_same_text, may_be_alike, may_be_alike_in_crowd};
use crate::candidate::bucket::{best_hubs, most_alike};
use crate::candidate::story::first_look;
use crate::corpus;
use crate::sketch::signature::agreements;
use crate::text::story::Stem;
use crate::verify::sets::count_shared;

/// What of an article is looked at.
#[derive(Clone, Copy)]
pub struct Glance<'a> {
    pub date: i64,
    pub signature: &'a [u32],
    pub stems: &'a [Stem],
}

/// Two articles that met: their numbers, the routes, the shingles shared of a crowd, and their sketches.
pub struct Pair<'a> {
    pub a: u32,
    pub b: u32,
    pub routes: u32,
    pub shared: u32,
    pub glances: [Glance<'a>; 2],
}

/// Two articles that are to be compared, the one with the higher number first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Candidate {
    pub a: u32,
    pub b: u32,
    /// Whether they may be one story told twice, by their dates and story shingles.
    pub alike: bool,
    /// Whether they may be versions of one story at all.
    pub versions: bool,
}

#[derive(Default)]
pub struct Looked {
    /// Each with the number of stems that both have.
    pub candidates: Vec<(Candidate, u32)>,
    /// Pairs of nearly the same text.
    pub same_text: Vec<[u32; 2]>,
}

/// Looks at pairs, all of each first article's.
pub fn look(pairs: &mut [Pair], rules: &Rules) -> Looked {
    pairs.sort_unstable_by_key(|pair| (pair.a, pair.b, pair.routes));
    let mut found = Looked::default();
    let (mut band_hubs, mut sample_hubs) = (Vec::new(), Vec::new());
    let mut of_pairs = Vec::new();
    for of_article in pairs.chunk_by(|x, y| x.a == y.a) {
        band_hubs.clear();
        sample_hubs.clear();
        of_pairs.clear();
        for (index, pair) in (0..).zip(of_article) {
            let has = |route: Route| pair.routes & route.bit() != 0;
            let [a, b] = pair.glances;
            let candidate = candidate(pair, rules);
            let mut goes_on =
                has(Route::Samples) || has(Route::Orphan) || has(Route::Story) && candidate.0.alike;
            if has(Route::Bands) || has(Route::BandHub) {
                let agreeing = agreements(a.signature, b.signature);
                if has(Route::Bands) {
                    goes_on |= may_be_alike(agreeing);
                    if are_same_text(agreeing) {
                        found.same_text.push([pair.a, pair.b]);
                    }
                }
                if has(Route::BandHub) && may_be_alike_in_crowd(agreeing) {
                    band_hubs.push((agreeing, index));
                }
            }
            if has(Route::SampleHub) {
                sample_hubs.push((pair.shared as usize, index));
            }
            if goes_on {
                found.candidates.push(candidate);
            }
            of_pairs.push(candidate);
        }
        // Articles are numbered in the order in which they are kept, and pairs follow their second ones.
        let rank = |index: u32| index;
        for (agreeing, index) in best_hubs(std::mem::take(&mut band_hubs), rank) {
            let pair = &of_article[index as usize];
            found.candidates.push(of_pairs[index as usize]);
            if are_same_text(agreeing) {
                found.same_text.push([pair.a, pair.b]);
            }
        }
        for (_, index) in best_hubs(std::mem::take(&mut sample_hubs), rank) {
            found.candidates.push(of_pairs[index as usize]);
        }
    }
    found.candidates.sort_unstable();
    found.candidates.dedup();
    found
}

fn candidate(pair: &Pair, rules: &Rules) -> (Candidate, u32) {
    let &Pair { a, b, glances: [x, y], .. } = pair;
    let gap = corpus::gap(x.date, y.date);
    let shared = if rules.rewrites { count_shared(x.stems, y.stems) } else { 0 };
    let passes = |gap| first_look::pass(&rules.bars, shared, x.stems.len(), y.stems.len(), gap);
    let alike = rules.rewrites && first_look::is_within(rules.window, gap) && passes(gap);
    let versions = alike || !rules.rewrites || passes(None);
    (Candidate { a: a.max(b), b: a.min(b), alike, versions }, shared as u32)
}

/// Of candidates (article, one that is kept before it, stems that both have), which are sorted, those to
/// compare where of one article no more than so many are, by their places.
pub fn within_budget(candidates: &[[u32; 3]], most: usize) -> Vec<u32> {
    let mut within = Vec::new();
    let mut place = 0;
    for of_article in candidates.chunk_by(|x, y| x[0] == y[0]) {
        let alike = (place..).zip(of_article).map(|(place, it)| ((it[2], place), place)).collect();
        let best = most_alike(alike, most, |place| place);
        within.extend(best.into_iter().map(|(_, place)| place));
        place += of_article.len() as u32;
    }
    within
}
