//! The features of two stories, exact and in a fixed order: of *a*, which might go, against *b*,
//! which might stay.
//!
//! What matters most is whether a has anything that b lacks: words, figures, whole sentences. A
//! rewriter keeps the order of the facts and adds none of weight; a second reporter on the same event
//! does neither. What is furniture counts for little.

use super::common_order::longest_common;
use super::furniture::{Holders, MANY};
use super::prepared::Prepared;
use super::sentences::{AlignedSentence, align_both};
use super::sets;
use super::story::Story;
use crate::text::shingle;
use crate::text::story::outline::{Kind, Outline};

/// Occurrences of one stem that are looked at in each text.
pub const MAX_PLACES: usize = 12;

/// A sentence is new when no sentence of the other text has this share of its terms.
pub const MIN_ALIGNED: f64 = 0.3;

/// A sentence stands whole in the other text when one of its sentences has this share of its terms.
const MOSTLY_ALIGNED: f64 = 0.6;

pub const NAMES: [&str; 36] = [
    "words",
    "words_b",
    "own_words",
    "own_share",
    "aligned",
    "aligned_b",
    "own_aligned",
    "new_sentences",
    "half_new_sentences",
    "terms_of_new_sentences",
    "own_terms_of_new_sentences",
    "newest_sentence",
    "first_sentence",
    "leads",
    "shingles",
    "shingles_b",
    "own_shingles",
    "longest_passage",
    "furniture",
    "holders",
    "new_figures",
    "new_figures_b",
    "figures",
    "new_names_b",
    "new_words",
    "own_new_words",
    "in_order",
    "in_order_b",
    "bigrams",
    "bigrams_b",
    "subjects",
    "subjects_b",
    "length",
    "length_b",
    "lengths",
    "later",
];

/// Where some of the features stand.
pub const OWN_TERMS_OF_NEW_SENTENCES: usize = 10;
pub const NEW_FIGURES: usize = 20;
pub const OWN_NEW_WORDS: usize = 25;
pub const IN_ORDER: usize = 26;

/// The features in the order of [`NAMES`].
pub type Features = [f64; NAMES.len()];

/// An article to be compared.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    pub prepared: &'a Prepared,
    pub story: &'a Story,
}

/// The features of a against b, and those of b against a; None when either has no content words.
/// `in_a` and `in_b` are what [`same_terms`] finds, `later` is the time from b to a in seconds, where both dates are known.
pub fn features(
    [a, b]: [Side; 2],
    [in_a, in_b]: [&InOther; 2],
    later: Option<i64>,
    holders: &Holders,
) -> Option<[Features; 2]> {
    let (of_a, of_b) = (&a.story.outline, &b.story.outline);
    if of_a.tokens.is_empty() || of_b.tokens.is_empty() {
        return None;
    }
    let (of_shingles, of_other) = (&a.prepared.shingles, &b.prepared.shingles);
    let shared_of_a = sets::mark_shared(of_shingles, of_other);
    let shared_of_b = sets::mark_shared(of_other, of_shingles);
    let pair = Pair {
        in_order: longest_common_order(of_a, of_b, in_a),
        bigrams: sets::count_shared(&a.story.bigrams, &b.story.bigrams),
        leads: ratio(
            sets::count_shared(&a.story.lead, &b.story.lead),
            a.story.lead.len().min(b.story.lead.len()),
        ),
        shared: shared_of_a.iter().filter(|&&it| it).count(),
        holders: holders_of(of_shingles, &shared_of_a, holders),
    };
    let [sentences_of_a, sentences_of_b] = align_both([of_a, of_b], [in_a, in_b]);
    let x = Told::of(a, in_a, &sentences_of_a, &shared_of_a);
    let y = Told::of(b, in_b, &sentences_of_b, &shared_of_b);
    let later = later.map_or(0, i64::signum) as f64;
    Some([directed(a, b, &x, &y, &pair, later), directed(b, a, &y, &x, &pair, -later)])
}

/// What two stories have in common.
struct Pair {
    /// Tokens that stand in both in the same order.
    in_order: usize,
    bigrams: usize,
    leads: f64,
    /// Shingles that both have, and how many stories hold each that is sampled, sorted.
    shared: usize,
    holders: Vec<u32>,
}

fn holders_of(shingles: &[u64], shared: &[bool], holders: &Holders) -> Vec<u32> {
    let sampled = shingle::sampled(shingles).iter().zip(shared).filter(|(_, shared)| **shared);
    let mut found: Vec<u32> = sampled.filter_map(|(&hash, _)| holders.count(hash)).collect();
    found.sort_unstable();
    found
}

fn directed(a: Side, b: Side, x: &Told, y: &Told, pair: &Pair, later: f64) -> Features {
    let shared = pair.shared;
    let held = pair.holders.iter().filter(|&&count| count >= MANY).count();
    let middle = pair.holders.get(pair.holders.len() / 2);
    let (words_a, words_b) = (a.prepared.words.len(), b.prepared.words.len());
    [
        ratio(x.found, x.terms),
        ratio(y.found, y.terms),
        // Where all is furniture, nothing of it is new.
        if x.own_terms == 0 { 1.0 } else { ratio(x.own_found, x.own_terms) },
        ratio(x.own_terms, x.terms),
        x.aligned,
        y.aligned,
        x.own_aligned,
        x.new_sentences,
        x.half_new_sentences,
        x.terms_of_new as f64,
        x.own_terms_of_new as f64,
        x.newest as f64,
        x.first,
        pair.leads,
        ratio(shared, a.prepared.shingles.len()),
        ratio(shared, b.prepared.shingles.len()),
        x.own_shingles,
        x.longest_passage as f64,
        ratio(held, pair.holders.len().max(1)),
        middle.copied().unwrap_or(0) as f64,
        x.new_figures as f64,
        y.new_figures as f64,
        // Of few figures one says little.
        ((x.figures - x.new_figures) as f64 + 0.6) / (x.figures as f64 + 1.0),
        y.new_names as f64,
        (x.terms - x.found) as f64,
        (x.own_terms - x.own_found) as f64,
        ratio(pair.in_order, a.story.outline.tokens.len()),
        ratio(pair.in_order, b.story.outline.tokens.len()),
        ratio(pair.bigrams, a.story.bigrams.len()),
        ratio(pair.bigrams, b.story.bigrams.len()),
        x.missing_subjects,
        y.missing_subjects,
        words_a as f64,
        words_b as f64,
        ratio(words_a, words_b),
        later,
    ]
}

pub fn ratio(part: usize, of: usize) -> f64 {
    if of == 0 { 0.0 } else { part as f64 / of as f64 }
}

/// Of each term of either outline the index of the same term in the other.
pub type InOther = Vec<Option<u32>>;

pub fn same_terms(a: &Outline, b: &Outline) -> (InOther, InOther) {
    let (mut in_a, mut in_b) = (vec![None; a.terms.len()], vec![None; b.terms.len()]);
    let (mut i, mut j) = (0, 0);
    while i < a.terms.len() && j < b.terms.len() {
        let (x, y) = (a.terms[i].stem, b.terms[j].stem);
        if x == y {
            in_a[i] = Some(j as u32);
            in_b[j] = Some(i as u32);
        }
        i += (x <= y) as usize;
        j += (y <= x) as usize;
    }
    (in_a, in_b)
}

/// How much of one story the other tells, too. Counts are of different terms.
#[derive(Default)]
struct Told {
    terms: usize,
    found: usize,
    own_terms: usize,
    own_found: usize,
    figures: usize,
    new_figures: usize,
    new_names: usize,
    /// The share of the terms of its sentences that one sentence of the other has.
    aligned: f64,
    own_aligned: f64,
    new_sentences: f64,
    half_new_sentences: f64,
    terms_of_new: usize,
    own_terms_of_new: usize,
    /// The most terms of a sentence that the other has nowhere.
    newest: usize,
    /// How far the first sentence that is no furniture is aligned.
    first: f64,
    own_shingles: f64,
    longest_passage: usize,
    missing_subjects: f64,
}

impl Told {
    fn of(
        text: Side,
        in_other: &InOther,
        sentences: &[AlignedSentence],
        shingles: &[bool],
    ) -> Told {
        let mut told = Told::default();
        told.count_terms(text.story, in_other);
        told.count_sentences(text.story, sentences);
        told.count_shingles(text, shingles);
        told
    }

    fn count_terms(&mut self, story: &Story, in_other: &InOther) {
        let terms = story.outline.terms.iter().zip(&story.own_terms).zip(in_other);
        for ((term, &own), same) in terms {
            let (own, found) = (own as usize, same.is_some() as usize);
            self.terms += 1;
            self.found += found;
            self.own_terms += own;
            self.own_found += own * found;
            match term.kind {
                Kind::Figure => {
                    self.figures += 1;
                    self.new_figures += 1 - found;
                }
                Kind::Name => self.new_names += 1 - found,
                Kind::Word => {}
            }
        }
        let (mut all, mut missing) = (0, 0);
        for &(term, count) in &story.subjects {
            all += count as usize;
            missing += if in_other[term as usize].is_none() { count as usize } else { 0 };
        }
        self.missing_subjects = ratio(missing, all);
    }

    fn count_sentences(&mut self, story: &Story, aligned_sentences: &[AlignedSentence]) {
        let (mut terms, mut aligned, mut new, mut half_new) = (0, 0, 0, 0);
        let (mut own_terms, mut own_aligned) = (0, 0);
        let (mut first, mut first_own) = (None, None);
        for sentence in aligned_sentences {
            let own = !story.furnished[sentence.index];
            let share = sentence.share();
            terms += sentence.terms;
            aligned += sentence.aligned;
            if share < MIN_ALIGNED {
                new += sentence.terms;
                self.own_terms_of_new += if own { sentence.terms } else { 0 };
            }
            half_new += if share < MOSTLY_ALIGNED { sentence.terms } else { 0 };
            if own {
                own_terms += sentence.terms;
                own_aligned += sentence.aligned;
                first_own.get_or_insert(share);
            }
            first.get_or_insert(share);
            self.newest = self.newest.max(sentence.terms - sentence.anywhere);
        }
        self.terms_of_new = new;
        self.aligned = ratio(aligned, terms);
        self.own_aligned = if own_terms == 0 { 1.0 } else { ratio(own_aligned, own_terms) };
        self.new_sentences = ratio(new, terms);
        self.half_new_sentences = ratio(half_new, terms);
        self.first = first_own.or(first).unwrap_or(0.0);
    }

    /// `shingles` says of each shingle of the set whether the other has it.
    fn count_shingles(&mut self, text: Side, shingles: &[bool]) {
        let own = &text.story.own_samples;
        let found = own.iter().filter(|&&place| shingles[place as usize]).count();
        self.own_shingles = (found as f64 + 0.1) / (own.len() as f64 + 1.0);
        let mut run = 0;
        for &place in &text.prepared.places {
            run = if shingles[place as usize] { run + 1 } else { 0 };
            self.longest_passage = self.longest_passage.max(run);
        }
    }
}

/// Content words of a text up to which [`longest_common`] is the quicker one, whatever they are.
const MAX_BY_BITS: usize = 4096;

/// The length of the longest sequence of stems that both have in the same order: of the places that
/// the words of the one have in the other, the longest run that rises. Which is named first makes no
/// difference.
fn longest_common_order(a: &Outline, b: &Outline, in_a: &InOther) -> usize {
    let mut seen = vec![0; a.terms.len()];
    let rows = a.tokens.iter().filter_map(|token| {
        let same = in_a[token.term as usize]?;
        let seen = &mut seen[token.term as usize];
        *seen += 1;
        let places = b.places(&b.terms[same as usize]);
        (*seen <= MAX_PLACES).then(|| &places[..places.len().min(MAX_PLACES)])
    });
    let length = b.tokens.len();
    if length <= MAX_BY_BITS { longest_common(rows, length) } else { longest_by_ends(rows) }
}

/// By the method of Hunt and Szymanski (1977).
fn longest_by_ends<'a>(rows: impl Iterator<Item = &'a [u32]>) -> usize {
    let mut ends: Vec<u32> = Vec::new();
    for &place in rows.flat_map(|places| places.iter().rev()) {
        let at = ends.partition_point(|&end| end < place);
        if at == ends.len() {
            ends.push(place);
        } else {
            ends[at] = place;
        }
    }
    ends.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_methods_find_the_longest_run(
            rows in prop::collection::vec(prop::collection::btree_set(0..200_u32, 1..8), 0..150)
        ) {
            let rows: Vec<Vec<u32>> = rows.into_iter().map(|row| row.into_iter().collect()).collect();
            let places = || rows.iter().map(Vec::as_slice);
            prop_assert_eq!(longest_common(places(), 200), longest_by_ends(places()));
        }
    }

    #[test]
    fn features_stand_where_they_are_said_to() {
        assert_eq!(NAMES[OWN_NEW_WORDS], "own_new_words");
        assert_eq!(NAMES[OWN_TERMS_OF_NEW_SENTENCES], "own_terms_of_new_sentences");
        assert_eq!(NAMES[NEW_FIGURES], "new_figures");
        assert_eq!(NAMES[IN_ORDER], "in_order");
    }
}
