//! Rare stems: postings of stems → those that each article is looked up by → lists in time → pairs.

use std::collections::BTreeMap;

use super::meeting::{Met, Route};
use super::postings::StemPosting;
use super::{Outbox, Rules, date_of};
use crate::candidate::bucket::Bounded;
use crate::candidate::story::rare_stems::Tally;
use crate::candidate::story::stories::{NEIGHBOURS, count_near, sort_rare};
use crate::error::Result;

/// A posting of a stem behind the number of articles that have it.
pub type CountedPosting = [u32; 6];

/// Postings by their articles, each with the number of those that have the stem, of one bucket where all
/// of a stem are. One that stands alone finds nothing.
pub fn count(mut postings: Vec<StemPosting>, buckets: usize) -> Vec<(u32, Vec<u8>)> {
    postings.sort_unstable();
    let mut counted: Outbox<CountedPosting> = Outbox::new(buckets);
    for members in postings.chunk_by(|p, q| p[0] == q[0]).filter(|it| it.len() > 1) {
        for &[stem, number, place, low, high] in members {
            let count = members.len() as u32;
            counted.push(number as u64, [count, stem, number, place, low, high]);
        }
    }
    counted.take()
}

/// Of all postings of the articles of a bucket those that are looked at, by their stems.
pub fn choose(mut postings: Vec<CountedPosting>, buckets: usize) -> Vec<(u32, Vec<u8>)> {
    postings.sort_unstable_by_key(|it| it[2]);
    let mut chosen: Outbox<StemPosting> = Outbox::new(buckets);
    let mut rare = Vec::new();
    for members in postings.chunk_by(|p, q| p[2] == q[2]) {
        let [.., number, place, low, high] = members[0];
        rare.clear();
        rare.extend(members.iter().map(|it| (it[0], it[1])));
        let looked_at = sort_rare(&mut rare);
        for &(_, stem) in &rare[..looked_at] {
            chosen.push(stem as u64, [stem, number, place, low, high]);
        }
    }
    chosen.take()
}

/// Lists of the places where the stems of a bucket stand, all of them, cut into slices of so many places:
/// for each slice (own, all, then for each article its number, place, and how many after it are near).
/// Also what was not looked at.
pub fn cut(
    mut postings: Vec<StemPosting>,
    slice: u32,
    rules: &Rules,
) -> (Bounded, Vec<(u32, Vec<u8>)>) {
    postings.sort_unstable_by_key(|it| (it[0], it[2]));
    let mut bounded = Bounded::default();
    let mut slices: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for members in postings.chunk_by(|p, q| p[0] == q[0]).filter(|it| it.len() > 1) {
        let date = |index: usize| date_of([members[index][3], members[index][4]]);
        let is_near = |a: usize, b: usize| rules.are_near(date(a), date(b));
        let mut near = vec![0; members.len()];
        for (member, near) in near.iter_mut().enumerate() {
            let count = count_near(member, members.len(), is_near);
            *near = count.min(NEIGHBOURS) as u32;
            bounded.count_left_out(count.saturating_sub(NEIGHBOURS));
        }
        let mut first = 0;
        for own in members.chunk_by(|p, q| p[2] / slice == q[2] / slice) {
            let reach = (first..first + own.len()).map(|it| it + 1 + near[it] as usize);
            let end = reach.max().unwrap_or(0).max(first + own.len());
            if end > first + 1 {
                let list = slices.entry(own[0][2] / slice).or_default();
                list.extend([own.len() as u32, (end - first) as u32]);
                let all = members[first..end].iter().zip(&near[first..end]);
                all.for_each(|(it, &near)| list.extend([it[1], it[2], near]));
            }
            first += own.len();
        }
    }
    let bytes = |(slice, list): (u32, Vec<u32>)| (slice, bytemuck::cast_slice(&list).to_vec());
    (bounded, slices.into_iter().map(bytes).collect())
}

/// Pairs that share enough rare stems, the first of which lies in a slice of time. `lists` are all of it.
pub fn tally(lists: &[u32]) -> Result<Met> {
    let mut met = Met::default();
    let mut places: Vec<(u32, u32)> = Vec::new();
    // (place, where its list goes on after it, how many of that are near)
    let mut own: Vec<(u32, u32, u32)> = Vec::new();
    let mut at = 0;
    while at < lists.len() {
        let (begins, all) = (lists[at] as usize, lists[at + 1] as usize);
        let rows = &lists[at + 2..at + 2 + 3 * all];
        for (index, row) in rows.as_chunks::<3>().0.iter().enumerate() {
            let &[number, place, near] = row;
            places.push((place, number));
            if index < begins && near > 0 {
                own.push((place, (at + 2 + 3 * (index + 1)) as u32, near));
            }
        }
        at += 2 + 3 * all;
    }
    places.sort_unstable();
    places.dedup();
    let index_of = |place: u32| places.partition_point(|it| it.0 < place) as u32;
    own.sort_unstable();
    let mut counts = Tally::new(places.len());
    for of_place in own.chunk_by(|p, q| p.0 == q.0) {
        for &(_, from, near) in of_place {
            let rows = lists[from as usize..].as_chunks::<3>().0;
            rows[..near as usize].iter().for_each(|row| counts.add(index_of(row[1])));
        }
        let number = places[index_of(of_place[0].0) as usize].1;
        counts.drain(|other| {
            let other = places[other as usize].1;
            met.meetings.push([number.max(other), number.min(other), Route::Story.bit(), 0, 0]);
            Ok(())
        })?;
    }
    met.meetings.sort_unstable();
    Ok(met)
}
