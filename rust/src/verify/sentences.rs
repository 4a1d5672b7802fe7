//! The sentences of two stories aligned, each with the one of the other that has most of its terms.

use std::ops::Range;

use super::features::{InOther, MAX_PLACES, ratio};
use crate::text::story::outline::{Outline, Term};

/// Pairs of sentences up to which all are counted in one table.
const MAX_CELLS: usize = 1 << 14;

/// A sentence of one story, by its terms, and the sentence of the other that has most of them.
#[derive(PartialEq, Debug)]
pub struct AlignedSentence {
    pub index: usize,
    pub other: usize,
    pub terms: usize,
    /// Terms that the other sentence has, and those that the other story has anywhere.
    pub aligned: usize,
    pub anywhere: usize,
}

impl AlignedSentence {
    /// Takes a sentence of the other if it has more of the terms than those before it.
    fn take(&mut self, other: usize, aligned: usize) {
        if aligned > self.aligned {
            (self.other, self.aligned) = (other, aligned);
        }
    }

    pub fn share(&self) -> f64 {
        ratio(self.aligned, self.terms)
    }
}

/// The sentences of either of two stories with their likes in the other, by what each has of the other's
/// terms, as [`align_sentences`] finds them.
pub fn align_both(stories: [&Outline; 2], in_other: [&InOther; 2]) -> [Vec<AlignedSentence>; 2] {
    let of_table = align_by_table(stories, in_other[0]);
    of_table.unwrap_or_else(|| {
        let [a, b] = stories;
        [align_sentences(a, b, in_other[0]), align_sentences(b, a, in_other[1])]
    })
}

/// Both ways at once: in a table of the terms that each two sentences have in common. None where that is
/// large, or where a term stands in more places than are looked at, which makes a difference of direction.
fn align_by_table([a, b]: [&Outline; 2], in_b: &InOther) -> Option<[Vec<AlignedSentence>; 2]> {
    let (rows, columns) = (a.sentences.len(), b.sentences.len());
    if rows * columns > MAX_CELLS {
        return None;
    }
    let mut cells = vec![0_u32; rows * columns];
    let (mut of_a, mut of_b) = (unaligned(a), unaligned(b));
    for (term, same) in a.terms.iter().zip(in_b) {
        let Some(same) = same else { continue };
        let other = &b.terms[*same as usize];
        if a.places(term).len().max(b.places(other).len()) > MAX_PLACES {
            return None;
        }
        sentences_of(b, other).for_each(|column| of_b[column as usize].anywhere += 1);
        for row in sentences_of(a, term) {
            of_a[row as usize].anywhere += 1;
            let cells = &mut cells[row as usize * columns..];
            sentences_of(b, other).for_each(|column| cells[column as usize] += 1);
        }
    }
    for (row, cells) in cells.chunks_exact(columns.max(1)).enumerate() {
        let in_row = &mut of_a[row];
        for ((column, &count), in_column) in cells.iter().enumerate().zip(&mut of_b) {
            in_row.take(column, count as usize);
            in_column.take(row, count as usize);
        }
    }
    Some([of_a, of_b])
}

fn unaligned(story: &Outline) -> Vec<AlignedSentence> {
    let sentence = |(index, &terms): (usize, &u32)| {
        let terms = terms as usize;
        AlignedSentence { index, other: 0, terms, aligned: 0, anywhere: 0 }
    };
    story.sentence_terms.iter().enumerate().map(sentence).collect()
}

/// Each sentence of a story with its like in the other. Of equal ones the first is taken.
pub fn align_sentences(
    story: &Outline,
    other: &Outline,
    in_other: &InOther,
) -> Vec<AlignedSentence> {
    let mut aligned = Vec::with_capacity(story.sentences.len());
    // Terms in common with each sentence of the other story, and where these are not zero.
    let mut counts = vec![0_u32; other.sentences.len()];
    let mut touched: Vec<u32> = Vec::with_capacity(other.sentences.len());
    let mut last_row = vec![u32::MAX; story.terms.len()];
    // Where each term stands in the other, one after the other: some stand in many sentences here.
    let mut columns: Vec<u32> = Vec::with_capacity(other.tokens.len());
    let column_ranges: Vec<Range<usize>> = in_other
        .iter()
        .map(|same| {
            let first = columns.len();
            columns
                .extend(same.iter().flat_map(|&it| sentences_of(other, &other.terms[it as usize])));
            first..columns.len()
        })
        .collect();
    for tokens in story.tokens.chunk_by(|x, y| x.sentence == y.sentence) {
        let row = tokens[0].sentence;
        let mut anywhere = 0;
        for token in tokens {
            let same = column_ranges[token.term as usize].clone();
            if same.is_empty() || std::mem::replace(&mut last_row[token.term as usize], row) == row
            {
                continue;
            }
            anywhere += 1;
            for &column in &columns[same] {
                let count = &mut counts[column as usize];
                if *count == 0 {
                    touched.push(column);
                }
                *count += 1;
            }
        }
        let mut best = (0, u32::MAX);
        for column in touched.drain(..) {
            let count = std::mem::take(&mut counts[column as usize]);
            if count > best.0 || count == best.0 && column < best.1 {
                best = (count, column);
            }
        }
        aligned.push(AlignedSentence {
            index: row as usize,
            other: if best.0 == 0 { 0 } else { best.1 as usize },
            terms: story.sentence_terms[row as usize] as usize,
            aligned: best.0 as usize,
            anywhere,
        });
    }
    aligned
}

/// The different sentences that a term stands in, of its first places.
fn sentences_of<'a>(outline: &'a Outline, term: &'a Term) -> impl Iterator<Item = u32> + 'a {
    let places = outline.places(term).iter().take(MAX_PLACES);
    let mut last = None;
    places
        .map(|&place| outline.tokens[place as usize].sentence)
        .filter(move |&sentence| last.replace(sentence) != Some(sentence))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::story::outline::OutlineScratch;
    use crate::verify::features::same_terms;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_table_gives_what_either_direction_does(a in story(), b in story()) {
            let [a, b] = [a, b].map(|text| {
                let mut outline = Outline::default();
                outline.read(&text, &mut OutlineScratch::default());
                outline
            });
            let (in_a, in_b) = same_terms(&a, &b);
            if let Some([of_a, of_b]) = align_by_table([&a, &b], &in_a) {
                prop_assert_eq!(of_a, align_sentences(&a, &b, &in_a));
                prop_assert_eq!(of_b, align_sentences(&b, &a, &in_b));
            }
        }
    }

    fn story() -> impl Strategy<Value = String> {
        const WORDS: [&str; 10] =
            ["gold", "rose", "river", "Pune", "the", "of", "bank", "7", "minister", "rain"];
        let sentence = prop::collection::vec(prop::sample::select(&WORDS[..]), 1..8);
        let text =
            |it: Vec<Vec<&str>>| it.iter().map(|it| format!("The {}. ", it.join(" "))).collect();
        prop::collection::vec(sentence, 0..12).prop_map(text)
    }
}
