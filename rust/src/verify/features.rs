//! The features of two stories, exact and in a fixed order.
//!
//! A rewriter keeps the order of the facts and adds none of weight; a second reporter on the same
//! event does neither. Of two stories the *lesser* has fewer content words, the other is the
//! *fuller*; what matters most is whether the lesser has anything that the fuller lacks.

use std::cmp::Reverse;

use super::verdict::Figures;
use crate::text::story::outline::{Kind, Outline};

/// Occurrences of one stem that are looked at in each text.
const MAX_PLACES: usize = 12;

/// A sentence is new when no sentence of the other text has this share of its content words.
const MIN_ALIGNED: f64 = 0.3;

pub const SECONDS_A_DAY: f64 = 86_400.0;

/// The features in the order of [`NAMES`]. Shares are of the lesser story, unless the name says
/// that they are of the fuller.
pub type Features = [f64; NAMES.len()];

pub const NAMES: [&str; 18] = [
    "in_order",
    "in_order_of_fuller",
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
    "dated",
];

/// None when either has no content words.
pub fn features(a: &Outline, b: &Outline, figures: &Figures, gap: Option<u64>) -> Option<Features> {
    if a.tokens.is_empty() || b.tokens.is_empty() {
        return None;
    }
    let (lesser, fuller) = if is_lesser(a, b) { (a, b) } else { (b, a) };
    let shared = Shared::of(lesser, fuller);
    let (x, y) = (Side::of(lesser, &shared.in_lesser), Side::of(fuller, &shared.in_fuller));
    let days = gap.unwrap_or(0) as f64 / SECONDS_A_DAY;
    let other_first = lesser.first_weekday != fuller.first_weekday
        && lesser.first_weekday != 0
        && fuller.first_weekday != 0;
    let logarithm = |count: u32| (count as f64).ln_1p();
    let ratio = |part: usize, of: usize| part as f64 / of as f64;
    let in_order = longest_common_order(lesser, fuller, &shared);
    Some([
        ratio(in_order, lesser.tokens.len()),
        ratio(in_order, fuller.tokens.len()),
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
        gap.is_some() as u8 as f64,
    ])
}

/// Ties are broken by the words, so that the features do not depend on the order of the two.
pub fn is_lesser(a: &Outline, b: &Outline) -> bool {
    let stems =
        |outline: &Outline| outline.tokens.iter().map(|token| token.stem).collect::<Vec<_>>();
    a.tokens.len() < b.tokens.len() || a.tokens.len() == b.tokens.len() && stems(a) <= stems(b)
}

/// The terms that two stories have in common: of each the index of the same term in the other.
struct Shared {
    in_lesser: Vec<Option<u32>>,
    in_fuller: Vec<Option<u32>>,
}

impl Shared {
    fn of(lesser: &Outline, fuller: &Outline) -> Shared {
        let mut shared = Shared {
            in_lesser: vec![None; lesser.terms.len()],
            in_fuller: vec![None; fuller.terms.len()],
        };
        let (mut i, mut j) = (0, 0);
        while i < lesser.terms.len() && j < fuller.terms.len() {
            let (x, y) = (lesser.terms[i].stem, fuller.terms[j].stem);
            if x == y {
                shared.in_lesser[i] = Some(j as u32);
                shared.in_fuller[j] = Some(i as u32);
            }
            i += (x <= y) as usize;
            j += (y <= x) as usize;
        }
        shared
    }
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
    fn of(story: &Outline, in_other: &[Option<u32>]) -> Side {
        let mut side = Side::default();
        for (term, in_other) in story.terms.iter().zip(in_other) {
            let found = in_other.is_some();
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
/// of its terms that this one has.
pub struct AlignedSentence {
    pub lesser: usize,
    pub fuller: usize,
    pub share: f64,
    terms: u32,
}

/// Each sentence of the lesser story with its like. Of equal ones the first is taken.
fn align_sentences(lesser: &Outline, fuller: &Outline, shared: &Shared) -> Vec<AlignedSentence> {
    let mut aligned = Vec::with_capacity(lesser.sentences.len());
    // Terms in common with each sentence of the fuller story, and where these are not zero.
    let mut counts = vec![0; fuller.sentences.len()];
    let mut touched: Vec<u32> = Vec::new();
    let mut last_row = vec![u32::MAX; lesser.terms.len()];
    for tokens in lesser.tokens.chunk_by(|x, y| x.sentence == y.sentence) {
        let row = tokens[0].sentence;
        for token in tokens {
            let Some(same) = shared.in_lesser[token.term as usize] else { continue };
            if std::mem::replace(&mut last_row[token.term as usize], row) == row {
                continue;
            }
            let mut last_column = None;
            for &place in fuller.places(&fuller.terms[same as usize]).iter().take(MAX_PLACES) {
                let column = fuller.tokens[place as usize].sentence;
                if last_column.replace(column) != Some(column) {
                    counts[column as usize] += 1;
                    touched.push(column);
                }
            }
        }
        let best = touched.iter().map(|&column| (counts[column as usize], Reverse(column))).max();
        let (common, Reverse(column)) = best.unwrap_or((0, Reverse(0)));
        touched.drain(..).for_each(|column| counts[column as usize] = 0);
        let terms = lesser.sentence_terms[row as usize];
        aligned.push(AlignedSentence {
            lesser: row as usize,
            fuller: column as usize,
            share: common as f64 / terms as f64,
            terms,
        });
    }
    aligned
}

/// The sentences of the lesser story that the fuller tells too.
pub fn aligned_sentences(lesser: &Outline, fuller: &Outline) -> Vec<AlignedSentence> {
    let mut aligned = align_sentences(lesser, fuller, &Shared::of(lesser, fuller));
    aligned.retain(|sentence| sentence.share >= MIN_ALIGNED);
    aligned
}

/// The share of the lesser story, in terms, that stands in sentences which the fuller lacks.
fn new_sentences(lesser: &Outline, fuller: &Outline, shared: &Shared) -> f64 {
    let (mut new, mut all) = (0, 0);
    for sentence in align_sentences(lesser, fuller, shared) {
        all += sentence.terms;
        new += if sentence.share < MIN_ALIGNED { sentence.terms } else { 0 };
    }
    new as f64 / all as f64
}

/// The length of the longest sequence of stems that both have in the same order, by the method of
/// Hunt and Szymanski (1977): of the places that the words of the one have in the other, the
/// longest run that rises.
fn longest_common_order(lesser: &Outline, fuller: &Outline, shared: &Shared) -> usize {
    let mut ends: Vec<u32> = Vec::new();
    for token in &lesser.tokens {
        let Some(same) = shared.in_lesser[token.term as usize] else { continue };
        let places = fuller.places(&fuller.terms[same as usize]);
        for &place in places.iter().take(MAX_PLACES).rev() {
            let at = ends.partition_point(|&end| end < place);
            if at == ends.len() {
                ends.push(place);
            } else {
                ends[at] = place;
            }
        }
    }
    ends.len()
}
