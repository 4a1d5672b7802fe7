//! Verification of rewrites: exact features of two stories, and how likely these are one told
//! twice.
//!
//! A rewriter keeps the order of the facts and adds none of weight; a second reporter on the same
//! event does neither. Of two stories the *lesser* has fewer content words, the other is the
//! *fuller*; what matters most is whether the lesser has anything that the fuller lacks.

use std::cmp::Reverse;

use super::model::MODEL;
use super::{Figures, Relation, Verdict};
use crate::story::outline::{Kind, Outline, Term};

/// Occurrences of one stem that are looked at in each text.
const MAX_PLACES: usize = 12;

/// A sentence is new when no sentence of the other text has this share of its content words.
const MIN_ALIGNED: f64 = 0.3;

/// A gap of this many days stands for an unknown one.
const UNKNOWN_GAP_DAYS: f64 = 0.15;

const SECONDS_A_DAY: f64 = 86_400.0;

/// What is looked for beyond copies.
#[derive(Clone, Copy, Debug)]
pub struct Bars {
    /// Least score of a rewrite.
    pub min_score: f64,
    /// Whether related articles are reported.
    pub related: bool,
}

impl Bars {
    pub fn relation(&self, features: &Features) -> Option<Relation> {
        if MODEL.score(features) >= self.min_score {
            Some(Relation::Rewritten)
        } else if self.related && MODEL.is_related(features) {
            Some(Relation::Related)
        } else {
            None
        }
    }
}

/// The features in the order of [`NAMES`]. Shares are of the lesser story, unless the name says
/// that they are of the fuller.
pub type Features = [f64; NAMES.len()];

pub const NAMES: [&str; 18] = [
    "in_order",
    "in_order_of_fuller",
    "neighbours_of_fuller",
    "words",
    "figures",
    "figures_of_fuller",
    "quotes",
    "quotes_of_fuller",
    "both_quote",
    "new_sentences",
    "new_names",
    "new_words",
    "new_words_of_fuller",
    "new_weekdays",
    "new_weekdays_of_fuller",
    "other_first_weekday",
    "containment",
    "days_apart",
];

/// The relation of two stories that are no copies. Which is named first makes no difference.
pub fn verify(
    a: &Outline,
    b: &Outline,
    figures: &Figures,
    gap: Option<u64>,
    bars: &Bars,
) -> Option<Verdict> {
    let features = features(a, b, figures, gap)?;
    let Figures { similarity, containment, .. } = *figures;
    let score = MODEL.score(&features);
    Some(Verdict { relation: bars.relation(&features)?, score, similarity, containment })
}

/// None when either has no content words.
pub fn features(
    a: &Outline,
    b: &Outline,
    figures: &Figures,
    gap: Option<u64>,
) -> Option<Features> {
    if a.tokens.is_empty() || b.tokens.is_empty() {
        return None;
    }
    let (lesser, fuller) = if is_lesser(a, b) { (a, b) } else { (b, a) };
    let shared = Shared::of(lesser, fuller);
    let (x, y) = (Side::of(lesser, &shared.in_lesser), Side::of(fuller, &shared.in_fuller));
    let (neighbours, of_neighbours) = shared_neighbours(fuller, lesser);
    let days = gap.map_or(UNKNOWN_GAP_DAYS, |gap| gap as f64 / SECONDS_A_DAY);
    let other_first = lesser.first_weekday != fuller.first_weekday
        && lesser.first_weekday != 0
        && fuller.first_weekday != 0;
    let logarithm = |count: u32| (count as f64).ln_1p();
    let ratio = |part: usize, of: usize| part as f64 / of as f64;
    let in_order = longest_common_order(&shared.points);
    Some([
        ratio(in_order, lesser.tokens.len()),
        ratio(in_order, fuller.tokens.len()),
        ratio(neighbours, of_neighbours.max(1)),
        ratio(x.words.found as usize, x.words.all as usize),
        x.figures.share(0.6, 1.0),
        y.figures.share(0.6, 1.0),
        x.quotes.share(0.4, 2.0),
        y.quotes.share(0.4, 2.0),
        (x.quotes.all > 0 && y.quotes.all > 0) as u8 as f64,
        new_sentences(lesser, fuller, &shared),
        logarithm(x.names.missing()),
        logarithm(x.words.missing()),
        logarithm(y.words.missing()),
        (lesser.weekdays & !fuller.weekdays).count_ones().min(2) as f64,
        (fuller.weekdays & !lesser.weekdays).count_ones().min(2) as f64,
        other_first as u8 as f64,
        figures.containment,
        days.ln_1p(),
    ])
}

/// Ties are broken by the words, so that the features do not depend on the order of the two.
pub fn is_lesser(a: &Outline, b: &Outline) -> bool {
    let stems = |outline: &Outline| outline.tokens.iter().map(|token| token.stem).collect::<Vec<_>>();
    a.tokens.len() < b.tokens.len()
        || a.tokens.len() == b.tokens.len() && stems(a) <= stems(b)
}

/// What two stories have in common.
struct Shared {
    /// Places of one stem in the lesser and in the fuller story.
    points: Vec<(u32, u32)>,
    /// Of each term whether the other story has it.
    in_lesser: Vec<bool>,
    in_fuller: Vec<bool>,
    /// Stems in common of each sentence of the lesser with each of the fuller.
    sentences: Vec<u32>,
}

impl Shared {
    fn of(lesser: &Outline, fuller: &Outline) -> Shared {
        let mut shared = Shared {
            points: Vec::new(),
            in_lesser: vec![false; lesser.terms.len()],
            in_fuller: vec![false; fuller.terms.len()],
            sentences: vec![0; lesser.sentences.len() * fuller.sentences.len()],
        };
        for (i, j) in common_terms(lesser, fuller) {
            shared.in_lesser[i] = true;
            shared.in_fuller[j] = true;
            shared.add(lesser, fuller, &lesser.terms[i], &fuller.terms[j]);
        }
        shared
    }

    fn add(&mut self, lesser: &Outline, fuller: &Outline, term: &Term, same: &Term) {
        let mut last_row = None;
        for &from in lesser.places(term).iter().take(MAX_PLACES) {
            let row = lesser.tokens[from as usize].sentence;
            let mut last_column = None;
            for &to in fuller.places(same).iter().take(MAX_PLACES) {
                self.points.push((from, to));
                let column = fuller.tokens[to as usize].sentence;
                if last_row != Some(row) && last_column != Some(column) {
                    let cell = row as usize * fuller.sentences.len() + column as usize;
                    self.sentences[cell] += 1;
                }
                last_column = Some(column);
            }
            last_row = Some(row);
        }
    }
}

/// The indices of the terms that both stories have.
fn common_terms(a: &Outline, b: &Outline) -> Vec<(usize, usize)> {
    let (mut i, mut j) = (0, 0);
    let mut common = Vec::new();
    while i < a.terms.len() && j < b.terms.len() {
        let (x, y) = (a.terms[i].stem, b.terms[j].stem);
        if x == y {
            common.push((i, j));
        }
        i += (x <= y) as usize;
        j += (y <= x) as usize;
    }
    common
}

/// How many terms of a sort one story has, and how many of them the other has too.
#[derive(Default)]
struct Share {
    all: u32,
    found: u32,
}

impl Share {
    fn add(&mut self, found: bool) {
        self.all += 1;
        self.found += found as u32;
    }

    fn missing(&self) -> u32 {
        self.all - self.found
    }

    /// The share found, drawn towards `prior` as if `weight` more terms had been seen.
    fn share(&self, prior: f64, weight: f64) -> f64 {
        (self.found as f64 + prior * weight) / (self.all as f64 + weight)
    }
}

#[derive(Default)]
struct Side {
    words: Share,
    figures: Share,
    names: Share,
    quotes: Share,
}

impl Side {
    fn of(story: &Outline, in_other: &[bool]) -> Side {
        let mut side = Side::default();
        for (term, &found) in story.terms.iter().zip(in_other) {
            side.words.add(found);
            match term.kind {
                Kind::Figure => side.figures.add(found),
                Kind::Name => side.names.add(found),
                Kind::Word => {}
            }
            if term.quoted {
                side.quotes.add(found);
            }
        }
        side
    }
}

/// A sentence of the lesser story, the sentence of the fuller that is most like it, and the share
/// of its stems that this one has.
pub struct AlignedSentence {
    pub lesser: usize,
    pub fuller: usize,
    pub share: f64,
    stems: u32,
}

/// Each sentence of the lesser story with its like. Of equal ones the first is taken.
fn align_sentences(lesser: &Outline, fuller: &Outline, shared: &Shared) -> Vec<AlignedSentence> {
    let columns = fuller.sentences.len();
    let mut stems = vec![0; lesser.sentences.len()];
    for term in &lesser.terms {
        let mut places: Vec<u32> = lesser.places(term).to_vec();
        places.dedup_by_key(|place| lesser.tokens[*place as usize].sentence);
        for place in places {
            stems[lesser.tokens[place as usize].sentence as usize] += 1;
        }
    }
    let rows = shared.sentences.chunks_exact(columns).enumerate();
    rows.zip(stems)
        .map(|((row, counts), stems)| {
            let best = counts.iter().enumerate().max_by_key(|&(at, count)| (count, Reverse(at)));
            let (column, &common) = best.expect("both have sentences");
            let share = common as f64 / stems as f64;
            AlignedSentence { lesser: row, fuller: column, share, stems }
        })
        .collect()
}

/// The sentences of the lesser story that the fuller tells too.
pub fn aligned_sentences(lesser: &Outline, fuller: &Outline) -> Vec<AlignedSentence> {
    let mut aligned = align_sentences(lesser, fuller, &Shared::of(lesser, fuller));
    aligned.retain(|sentence| sentence.share >= MIN_ALIGNED);
    aligned
}

/// The share of the lesser story, in stems, that stands in sentences which the fuller lacks.
fn new_sentences(lesser: &Outline, fuller: &Outline, shared: &Shared) -> f64 {
    let (mut new, mut all) = (0, 0);
    for sentence in align_sentences(lesser, fuller, shared) {
        all += sentence.stems;
        new += if sentence.share < MIN_ALIGNED { sentence.stems } else { 0 };
    }
    new as f64 / all as f64
}

/// How many pairs of neighbouring content words, with at most one between, the other story has
/// too, and how many there are.
fn shared_neighbours(story: &Outline, other: &Outline) -> (usize, usize) {
    let (pairs, others) = (neighbours(story), neighbours(other));
    (super::shared(&pairs, &others).count(), pairs.len())
}

/// The pairs of stems, whichever comes first, sorted and without repeats.
fn neighbours(story: &Outline) -> Vec<u64> {
    let pair = |a: u32, b: u32| (a.min(b) as u64) << 32 | a.max(b) as u64;
    let next = story.tokens.windows(2).map(|two| pair(two[0].stem, two[1].stem));
    let next_but_one = story.tokens.windows(3).map(|three| pair(three[0].stem, three[2].stem));
    let mut pairs: Vec<u64> = next.chain(next_but_one).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The length of the longest sequence of stems that both have in the same order, by the method of
/// Hunt and Szymanski (1977): the longest run of points that rises in both places.
fn longest_common_order(points: &[(u32, u32)]) -> usize {
    let mut points = points.to_vec();
    points.sort_unstable_by_key(|&(i, j)| (i, Reverse(j)));
    let mut ends: Vec<u32> = Vec::new();
    for (_, j) in points {
        let at = ends.partition_point(|&end| end < j);
        if at == ends.len() {
            ends.push(j);
        } else {
            ends[at] = j;
        }
    }
    ends.len()
}
