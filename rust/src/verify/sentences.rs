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
    pub fn share(&self) -> f64 {
        ratio(self.aligned, self.terms)
    }
}

/// The sentences of either of two stories with their likes in the other, by what each has of the other's
/// terms, as [`align_sentences`] finds them.
pub fn align_both(stories: [&Outline; 2], in_other: [&InOther; 2]) -> [Vec<AlignedSentence>; 2] {
    let [a, b] = stories;
    if a.sentences.len() * b.sentences.len() > MAX_CELLS {
        return [align_sentences(a, b, in_other[0]), align_sentences(b, a, in_other[1])];
    }
    align_by_table(stories, in_other[0])
}

/// Both ways at once: in a table of the terms that each two sentences have in common, with a row for each
/// sentence of a.
fn align_by_table([a, b]: [&Outline; 2], in_b: &InOther) -> [Vec<AlignedSentence>; 2] {
    let (rows, columns) = (a.sentences.len(), b.sentences.len());
    let mut in_common = vec![0_i32; rows * columns];
    // Of a term in more places than are looked at, each sentence of one counts with the first of the other.
    let mut one_way: [Vec<i32>; 2] = Default::default();
    let (mut anywhere_in_b, mut anywhere_in_a) = (vec![0; rows], vec![0; columns]);
    for (term, same) in a.terms.iter().zip(in_b) {
        let Some(same) = same else { continue };
        let (of_a, looked_at_of_a) = sentences_of(a, term);
        let (of_b, looked_at_of_b) = sentences_of(b, &b.terms[*same as usize]);
        of_a.iter().for_each(|&row| anywhere_in_b[row as usize] += 1);
        of_b.iter().for_each(|&column| anywhere_in_a[column as usize] += 1);
        let count = |table: &mut Vec<i32>, of_a: &[u32], of_b: &[u32]| {
            table.resize(rows * columns, 0);
            for &row in of_a {
                let cells = &mut table[row as usize * columns..];
                of_b.iter().for_each(|&column| cells[column as usize] += 1);
            }
        };
        if looked_at_of_a == of_a.len() && looked_at_of_b == of_b.len() {
            count(&mut in_common, of_a, of_b);
        } else {
            let [of_rows, of_columns] = &mut one_way;
            count(of_rows, of_a, &of_b[..looked_at_of_b]);
            count(of_columns, &of_a[..looked_at_of_a], of_b);
        }
    }
    for table in &mut one_way {
        table.iter_mut().zip(&in_common).for_each(|(cell, count)| *cell += count);
    }
    let [of_rows, of_columns] =
        one_way.each_ref().map(|table| if table.is_empty() { &in_common } else { table });
    let best_of_rows = of_rows.chunks_exact(columns.max(1)).map(|cells| {
        let most = cells.iter().copied().max().unwrap_or(0);
        (cells.iter().position(|&count| count == most).unwrap_or(0), most)
    });
    let (mut best_rows, mut most) = (vec![0; columns], vec![0; columns]);
    for (row, cells) in (0..).zip(of_columns.chunks_exact(columns.max(1))) {
        for ((best, most), &count) in best_rows.iter_mut().zip(&mut most).zip(cells) {
            *best = if count > *most { row } else { *best };
            *most = count.max(*most);
        }
    }
    let best_of_columns =
        best_rows.iter().zip(&most).map(|(&row, &most): (&i32, _)| (row as usize, most));
    [aligned(a, best_of_rows, &anywhere_in_b), aligned(b, best_of_columns, &anywhere_in_a)]
}

/// The sentences of a story, each with the other one that has most of its terms, and how many.
fn aligned(
    story: &Outline,
    best: impl Iterator<Item = (usize, i32)>,
    anywhere: &[usize],
) -> Vec<AlignedSentence> {
    // Where the other has no sentence, there is no row.
    let best = best.chain(std::iter::repeat((0, 0)));
    let sentences = story.sentence_terms.iter().zip(best).zip(anywhere).enumerate();
    let aligned = |(index, ((&terms, (other, most)), &anywhere))| AlignedSentence {
        index,
        other,
        terms: terms as usize,
        aligned: most as usize,
        anywhere,
    };
    sentences.map(aligned).collect()
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
            if let Some(same) = *same {
                let (of_term, looked_at) = sentences_of(other, &other.terms[same as usize]);
                columns.extend_from_slice(&of_term[..looked_at]);
            }
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

/// The different sentences that a term stands in, and in how many of them, the first, the places are that
/// are looked at.
fn sentences_of<'a>(outline: &'a Outline, term: &Term) -> (&'a [u32], usize) {
    let sentences = outline.sentences_of(term);
    let looked_at = match outline.places(term) {
        [first @ .., _] if first.len() >= MAX_PLACES => {
            let last = outline.tokens[first[MAX_PLACES - 1] as usize].sentence;
            sentences.partition_point(|&sentence| sentence <= last)
        }
        _ => sentences.len(),
    };
    (sentences, looked_at)
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
            let [of_a, of_b] = align_by_table([&a, &b], &in_a);
            prop_assert_eq!(of_a, align_sentences(&a, &b, &in_a));
            prop_assert_eq!(of_b, align_sentences(&b, &a, &in_b));
        }
    }

    fn story() -> impl Strategy<Value = String> {
        const WORDS: [&str; 10] =
            ["gold", "rose", "river", "Pune", "the", "of", "bank", "7", "minister", "rain"];
        let sentence = prop::collection::vec(prop::sample::select(&WORDS[..]), 1..8);
        let text =
            |it: Vec<Vec<&str>>| it.iter().map(|it| format!("The {}. ", it.join(" "))).collect();
        prop::collection::vec(sentence, 0..40).prop_map(text)
    }
}
