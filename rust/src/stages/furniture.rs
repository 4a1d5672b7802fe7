//! Where shingles stand that may be furniture → how many stories hold each, for the articles that have it.

use hashbrown::HashMap;

use super::Outbox;
use crate::candidate::samples::count_stories;
use crate::verify::furniture::Holders;

/// (article, shingle) of a bucket's articles, by the shingle: (shingle, the article that stands for its
/// text, article). `firsts` has the former, where it is another.
pub fn by_shingle(held: &[[u32; 2]], firsts: &[[u32; 2]], buckets: usize) -> Vec<(u32, Vec<u8>)> {
    let firsts: HashMap<u32, u32> =
        firsts.iter().map(|&[article, first]| (article, first)).collect();
    let mut outbox = Outbox::new(buckets);
    for &[article, shingle] in held {
        let story = firsts.get(&article).copied().unwrap_or(article);
        outbox.push(shingle as u64, [shingle, story, article]);
    }
    outbox.take()
}

/// (article, shingle, stories that hold it), by the article, of the shingles of a bucket that many hold.
pub fn count(mut held: Vec<[u32; 3]>, buckets: usize) -> Vec<(u32, Vec<u8>)> {
    held.sort_unstable();
    let mut outbox = Outbox::new(buckets);
    let mut stories = Vec::new();
    for rows in held.chunk_by(|p, q| p[0] == q[0]) {
        stories.clear();
        stories.extend(rows.iter().map(|it| it[1]));
        if let Some(count) = count_stories(&mut stories) {
            rows.iter().for_each(|it| outbox.push(it[2] as u64, [it[2], it[0], count]));
        }
    }
    outbox.take()
}

/// Of each article of a bucket its furniture: (shingle, stories that hold it).
pub fn gather(mut held: Vec<[u32; 3]>) -> Vec<(u32, Vec<u8>)> {
    held.sort_unstable();
    let of_article = |rows: &[[u32; 3]]| {
        let furniture: Vec<[u32; 2]> = rows.iter().map(|it| [it[1], it[2]]).collect();
        (rows[0][0], bytemuck::cast_slice(&furniture).to_vec())
    };
    held.chunk_by(|p, q| p[0] == q[0]).map(of_article).collect()
}

/// What is known of the shingles of some articles, from the furniture of each.
pub fn holders(furniture: &[&[u8]]) -> Holders {
    let rows: Vec<[u32; 2]> = super::rows_of(furniture);
    Holders(rows.into_iter().map(|[shingle, count]| (shingle, count)).collect())
}
