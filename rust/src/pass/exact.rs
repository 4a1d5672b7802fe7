//! Exact copies: articles of the same words.

use rayon::prelude::*;

use crate::corpus::Corpus;
use crate::corpus::texts::Texts;
use crate::error::Result;
use crate::progress::Progress;
use crate::text::words::Words;

const CHUNK: usize = 256;

/// For each article the one that stands for all of its words: the first by rank, often itself.
/// Equal digests are a suspicion; the words themselves are compared. Empty texts match nothing.
pub fn representatives(corpus: &Corpus, ranks: &[u32], progress: &Progress) -> Result<Vec<u32>> {
    let sketches = &corpus.sketches;
    let with_words: Vec<u32> =
        (0..corpus.len() as u32).filter(|&it| sketches.lengths[it as usize] > 0).collect();
    let copies = suspected_copies(with_words, |article| {
        (sketches.digests[article as usize], ranks[article as usize])
    });
    progress.start("exact", copies.len() as u64);
    let confirmed: Vec<Vec<(u32, u32)>> = copies
        .par_chunks(CHUNK)
        .map(|chunk| {
            progress.add(chunk.len() as u64)?;
            confirm(corpus, chunk)
        })
        .collect::<Result<_>>()?;
    let mut representatives: Vec<u32> = (0..corpus.len() as u32).collect();
    for (copy, representative) in confirmed.into_iter().flatten() {
        representatives[copy as usize] = representative;
    }
    Ok(representatives)
}

/// (copy, representative) for articles of one digest, by representative. `key` gives the digest and the
/// rank of an article that has words.
pub fn suspected_copies(
    mut articles: Vec<u32>,
    key: impl Fn(u32) -> (u128, u32) + Sync,
) -> Vec<(u32, u32)> {
    articles.par_sort_unstable_by_key(|&article| key(article));
    articles
        .chunk_by(|&a, &b| key(a).0 == key(b).0)
        .flat_map(|group| group[1..].iter().map(|&copy| (copy, group[0])))
        .collect()
}

fn confirm(corpus: &Corpus, copies: &[(u32, u32)]) -> Result<Vec<(u32, u32)>> {
    let mut texts = Texts::new(corpus);
    let (mut copied, mut original) = (Words::default(), Words::default());
    let mut read = None;
    let mut confirmed = Vec::with_capacity(copies.len());
    for &(copy, representative) in copies {
        if read != Some(representative) {
            texts.read(representative, &mut original)?;
            read = Some(representative);
        }
        texts.read(copy, &mut copied)?;
        if copied.joined() == original.joined() {
            confirmed.push((copy, representative));
        }
    }
    Ok(confirmed)
}
