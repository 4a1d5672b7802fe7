//! Verification: the exact figures of a pair, and by rule its relation.

pub mod alignment;
pub mod evidence;
pub mod features;
pub mod model;
pub mod passages;
mod prepared;
pub mod rewrite;
pub mod score;
pub mod sets;
mod verdict;

use crate::text::MIN_WORDS;
use crate::text::story::outline::{Outline, OutlineScratch};
use alignment::Alignment;
use model::MODEL;
pub use prepared::Prepared;
use rewrite::Bars;
pub use verdict::{Drops, Figures, Match, MayGo, Relation, Verdict};

/// Least containment of a match, see `docs/design.md`.
const MIN_CONTAINMENT: f64 = 1.0 / 3.0;

/// Least containment when what is shared weighs less: articles days apart, or common passages.
const MIN_CONTAINMENT_OF_WEAK: f64 = 0.7;

/// Share of the longer text's words, aligned, at which two texts are one that was edited all over,
/// and the containment from which on this is looked at.
const MIN_ALIGNED: f64 = 0.8;
const MIN_CONTAINMENT_OF_EDITED: f64 = 0.2;

/// Shingles that a partial match must share, a passage of some 34 words.
const MIN_SHARED: usize = 30;

/// The least ratio of the lengths of two rewrites of which either may go.
const ALIKE_IN_LENGTH: f64 = 0.9;

/// From two days on a shared passage is mostly background to a new report.
const FAR_APART_SECONDS: u64 = 2 * 86_400;

/// How two texts compare by their 5-shingles.
pub enum Surface {
    Copy(Verdict),
    /// One template filled in twice, or little in common but boilerplate.
    Template,
    Unlike,
}

/// `gap` is in seconds, where both dates are known; `common` says whether most of what the texts
/// share is common to many articles. Which of the two comes first makes no difference.
pub fn compare_surface(
    a: &Prepared,
    b: &Prepared,
    figures: Figures,
    gap: Option<u64>,
    common: impl FnOnce() -> bool,
) -> Surface {
    let copy = |relation| {
        let Figures { similarity, containment, .. } = figures;
        let score = score::score(relation, &figures);
        let (covered_a, covered_b) =
            covered_by_length(relation, score, a.words.len(), b.words.len());
        Surface::Copy(Verdict { relation, score, covered_a, covered_b, similarity, containment })
    };
    if !a.words.is_empty() && a.words.joined() == b.words.joined() {
        return copy(Relation::Exact);
    }
    let longer = a.words.len().max(b.words.len());
    let shorter = a.words.len().min(b.words.len());
    // What cannot be a copy at any bar is told at once: so are most candidates for rewrites.
    if shorter < MIN_WORDS || figures.containment < MIN_CONTAINMENT_OF_EDITED {
        return Surface::Unlike;
    }
    let common = common();
    let weak = common || gap.is_some_and(|gap| gap >= FAR_APART_SECONDS);
    let enough = is_shared_enough(&figures, weak);
    let edited_all_over = !weak && shorter as f64 >= MIN_ALIGNED * longer as f64;
    if !(enough || edited_all_over) {
        // Boilerplate in common makes no story.
        return if common { Surface::Template } else { Surface::Unlike };
    }
    let mostly_shared = enough && 2 * figures.shared >= a.shingles.len().max(b.shingles.len());
    let figures_differ = prepared::figures_differ(a, b);
    let mut mostly_aligned = false;
    // Aligning takes longer than all the rest, and most copies can be told without.
    if figures_differ || edited_all_over && !mostly_shared {
        let alignment = Alignment::of(&a.words, &b.words);
        if figures_differ && alignment.is_same_template(figures.containment) {
            return Surface::Template;
        }
        mostly_aligned = edited_all_over && alignment.words as f64 >= MIN_ALIGNED * longer as f64;
    }
    match (mostly_shared || mostly_aligned, enough) {
        (true, _) => copy(Relation::Syndicated),
        (false, true) => copy(Relation::Excerpt),
        (false, false) => Surface::Unlike,
    }
}

/// How two texts compare, whatever comes of it.
pub struct Comparison {
    /// None when they are no duplicates, and not known to be related either.
    pub relation: Option<Relation>,
    pub score: f64,
    pub covered_a: f64,
    pub covered_b: f64,
    pub similarity: f64,
    pub containment: f64,
}

/// Compares two texts as a pass does, seconds apart where both dates are known.
pub fn compare(a: &str, b: &str, gap: Option<u64>, bars: &Bars) -> Comparison {
    let (prepared_a, prepared_b) = (Prepared::of(a), Prepared::of(b));
    let figures = Figures::of(&prepared_a.shingles, &prepared_b.shingles);
    let Figures { similarity, containment, .. } = figures;
    let of = |relation: Option<Relation>, score| {
        let (a, b) = (prepared_a.words.len(), prepared_b.words.len());
        let of_relation = |relation| covered_by_length(relation, score, a, b);
        let (covered_a, covered_b) = relation.map_or((0.0, 0.0), of_relation);
        Comparison { relation, score, covered_a, covered_b, similarity, containment }
    };
    match compare_surface(&prepared_a, &prepared_b, figures, gap, || false) {
        Surface::Copy(verdict) => of(Some(verdict.relation), verdict.score),
        Surface::Template => of(None, 0.0),
        Surface::Unlike => {
            let mut scratch = OutlineScratch::default();
            let (mut x, mut y) = (Outline::default(), Outline::default());
            x.read(a, &mut scratch);
            y.read(b, &mut scratch);
            let long_enough = prepared_a.words.len().min(prepared_b.words.len()) >= MIN_WORDS;
            match features::features(&x, &y, &figures, gap).filter(|_| long_enough) {
                Some(features) => of(bars.relation(&features), MODEL.score(&features)),
                None => of(None, 0.0),
            }
        }
    }
}

/// Until the model of coverage is there: only the shorter of two unlike in length is covered.
pub fn covered_by_length(relation: Relation, score: f64, a: usize, b: usize) -> (f64, f64) {
    let alike = relation == Relation::Syndicated || are_alike_in_length(a, b);
    (if alike || a <= b { score } else { 0.0 }, if alike || b < a { score } else { 0.0 })
}

/// Whether neither of two texts is much fuller than the other. Of rewrites nearly as long as each
/// other few of the longer ones add a fact of weight, of others most do.
pub fn are_alike_in_length(a: usize, b: usize) -> bool {
    a.min(b) as f64 >= ALIKE_IN_LENGTH * a.max(b) as f64
}

fn is_shared_enough(figures: &Figures, weak: bool) -> bool {
    if weak || figures.shared < MIN_SHARED {
        figures.containment >= MIN_CONTAINMENT_OF_WEAK
    } else {
        figures.containment >= MIN_CONTAINMENT
    }
}
