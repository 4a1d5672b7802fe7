//! An article as a story: its outline, and what of it is furniture.

use std::cmp::Reverse;

use super::correction::announces_correction;
use super::furniture::{Holders, MANY, Mark, mark_words};
use super::prepared::Prepared;
use crate::text::hash_sort::sort_by_hash;
use crate::text::shingle;
use crate::text::story::Stem;
use crate::text::story::outline::Outline;

/// Sentences that are the lead of a story.
const LEAD: u32 = 3;

/// Terms that a story is about: those that stand in it most often.
const SUBJECTS: usize = 6;

/// What a story is compared by, beside its shingles.
#[derive(Default)]
pub struct Story {
    pub outline: Outline,
    /// Whether each term of the outline stands outside furniture.
    pub own_terms: Vec<bool>,
    /// Whether each sentence of the outline is mostly furniture.
    pub furnished: Vec<bool>,
    /// The different stems of the lead, and pairs of stems that follow one another, sorted.
    pub lead: Vec<Stem>,
    pub bigrams: Vec<u64>,
    /// The sampled shingles that few stories hold, by their places in the set.
    pub own_samples: Vec<u32>,
    /// Whether it says that it corrects an earlier one.
    pub corrects: bool,
    /// The terms that it is about, as indices, and how often each stands there.
    pub subjects: Vec<(u32, u32)>,
}

impl Story {
    /// Works out what follows from the outline.
    pub fn finish(&mut self, prepared: &Prepared, holders: &Holders) {
        self.corrects = announces_correction(&prepared.words);
        let Story { outline, own_terms, furnished, lead, bigrams, own_samples, subjects, .. } =
            self;
        let marks = mark_words(prepared, holders);
        own_terms.clear();
        own_terms.resize(outline.terms.len(), false);
        furnished.clear();
        for tokens in outline.tokens.chunk_by(|x, y| x.sentence == y.sentence) {
            let words = &marks[tokens[0].word as usize..=tokens[tokens.len() - 1].word as usize];
            let has = |mark| words.contains(&mark);
            // Little is sampled: a sentence of which nothing else is known is all furniture.
            let all = has(Mark::Furniture) && !has(Mark::Own);
            let mut own = 0;
            for token in tokens {
                if !all && marks[token.word as usize] != Mark::Furniture {
                    own_terms[token.term as usize] = true;
                    own += 1;
                }
            }
            furnished.push(2 * own <= tokens.len());
        }
        own_samples.clear();
        let few = |hash: u64| holders.count(hash).is_some_and(|count| count < MANY);
        let samples = (0..).zip(shingle::sampled(&prepared.shingles));
        own_samples.extend(samples.filter(|it| few(*it.1)).map(|it| it.0));
        lead.clear();
        lead.extend(outline.tokens.iter().take_while(|it| it.sentence < LEAD).map(|it| it.stem));
        lead.sort_unstable();
        lead.dedup();
        bigrams.clear();
        let pairs = outline.tokens.windows(2);
        bigrams.extend(pairs.map(|pair| (pair[0].stem as u64) << 32 | pair[1].stem as u64));
        sort_by_hash(bigrams, |item| (item >> 32) as u32);
        bigrams.dedup();
        let tokens_of = |term: u32| outline.places(&outline.terms[term as usize]);
        subjects.clear();
        let terms = (0..).zip(own_terms.iter()).filter(|(_, own)| **own).map(|it| it.0);
        subjects.extend(terms.map(|term| (term, tokens_of(term).len() as u32)));
        let most_first = |&(term, count): &(u32, u32)| (Reverse(count), tokens_of(term)[0]);
        if subjects.len() > SUBJECTS {
            subjects.select_nth_unstable_by_key(SUBJECTS, most_first);
            subjects.truncate(SUBJECTS);
        }
    }
}
