//! Verification: the exact figures of a pair, and by rule its relation.

pub mod alignment;
pub mod passages;
pub mod score;

use alignment::Alignment;

use crate::shingle::{hash_shingles, make_set};
use crate::words::Words;

/// Shorter texts match only exactly: a headline, a caption or a greeting is soon shared.
pub const MIN_WORDS: usize = 20;

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

/// From two days on a shared passage is mostly background to a new report.
const FAR_APART_SECONDS: u64 = 2 * 86_400;

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Relation {
    Exact,
    Syndicated,
    Excerpt,
}

impl Relation {
    pub const ALL: [Relation; 3] = [Relation::Exact, Relation::Syndicated, Relation::Excerpt];

    pub fn name(self) -> &'static str {
        match self {
            Relation::Exact => "exact",
            Relation::Syndicated => "syndicated",
            Relation::Excerpt => "excerpt",
        }
    }

    pub fn named(name: &str) -> Option<Relation> {
        Relation::ALL.into_iter().find(|relation| relation.name() == name)
    }
}

/// An article made ready to be compared.
#[derive(Default)]
pub struct Prepared {
    pub words: Words,
    /// The shingle set, sorted.
    pub shingles: Vec<u64>,
}

impl Prepared {
    pub fn of(text: &str) -> Prepared {
        let mut prepared = Prepared::default();
        prepared.words.read(text);
        prepared.shingle();
        prepared
    }

    /// Makes the shingle set of the words.
    pub fn shingle(&mut self) {
        hash_shingles(&self.words, &mut self.shingles);
        make_set(&mut self.shingles);
    }
}

/// Exact figures of two shingle sets.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Figures {
    pub shared: usize,
    /// |A ∩ B| / |A ∪ B|, the Jaccard index; 0 for two empty sets.
    pub similarity: f64,
    /// |A ∩ B| / min(|A|, |B|); 0 if either is empty.
    pub containment: f64,
}

impl Figures {
    pub fn of(a: &[u64], b: &[u64]) -> Figures {
        let shared = shared(a, b).count();
        let ratio = |of: usize| {
            if of == 0 { 0.0 } else { shared as f64 / of as f64 }
        };
        Figures {
            shared,
            similarity: ratio(a.len() + b.len() - shared),
            containment: ratio(a.len().min(b.len())),
        }
    }
}

/// The elements of both sorted sets.
pub fn shared<'a>(a: &'a [u64], b: &'a [u64]) -> impl Iterator<Item = u64> + 'a {
    let (mut i, mut j) = (0, 0);
    std::iter::from_fn(move || {
        while i < a.len() && j < b.len() {
            let (x, y) = (a[i], b[j]);
            i += (x <= y) as usize;
            j += (y <= x) as usize;
            if x == y {
                return Some(x);
            }
        }
        None
    })
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Verdict {
    pub relation: Relation,
    pub score: f64,
    pub similarity: f64,
    pub containment: f64,
}

/// What is known of a pair beside its texts.
#[derive(Clone, Copy, Default)]
pub struct Context {
    /// Seconds between the publication of the two, where both are known.
    pub gap: Option<u64>,
    /// Whether most of what they share is common to many articles.
    pub common: bool,
}

/// The relation of two texts and its figures; None when they are not versions of one another.
/// Which of the two comes first makes no difference.
pub fn verify(a: &Prepared, b: &Prepared, figures: Figures, context: Context) -> Option<Verdict> {
    let relation = relation(a, b, &figures, context)?;
    let Figures { similarity, containment, .. } = figures;
    let score = score::score(relation, &figures);
    Some(Verdict { relation, score, similarity, containment })
}

fn relation(a: &Prepared, b: &Prepared, figures: &Figures, context: Context) -> Option<Relation> {
    if !a.words.is_empty() && a.words.joined() == b.words.joined() {
        return Some(Relation::Exact);
    }
    let longer = a.words.len().max(b.words.len());
    let shorter = a.words.len().min(b.words.len());
    let weak = context.common || context.gap.is_some_and(|gap| gap >= FAR_APART_SECONDS);
    let enough = is_shared_enough(figures, weak);
    let edited_all_over = !weak
        && figures.containment >= MIN_CONTAINMENT_OF_EDITED
        && shorter as f64 >= MIN_ALIGNED * longer as f64;
    if shorter < MIN_WORDS || !(enough || edited_all_over) {
        return None;
    }
    let mostly_shared = enough && 2 * figures.shared >= a.shingles.len().max(b.shingles.len());
    let figures_differ = alignment::figures_differ(&a.words, &b.words);
    let mut mostly_aligned = false;
    // Aligning takes longer than all the rest, and most copies can be told without.
    if figures_differ || edited_all_over && !mostly_shared {
        let alignment = Alignment::of(&a.words, &b.words);
        if figures_differ && alignment.is_same_template(figures.containment) {
            return None;
        }
        mostly_aligned = edited_all_over && alignment.words as f64 >= MIN_ALIGNED * longer as f64;
    }
    if mostly_shared || mostly_aligned {
        return Some(Relation::Syndicated);
    }
    enough.then_some(Relation::Excerpt)
}

fn is_shared_enough(figures: &Figures, weak: bool) -> bool {
    if weak || figures.shared < MIN_SHARED {
        figures.containment >= MIN_CONTAINMENT_OF_WEAK
    } else {
        figures.containment >= MIN_CONTAINMENT
    }
}
