//! Sorting hashes, which lie evenly in their range.

/// Items up to which comparing sorts as fast.
const FEW: usize = 64;

/// Bits of a hash that tell its bucket, at most: as many as there are counters that stay in the cache.
const MAX_BITS: u32 = 10;

/// Sorts items whose order begins with the order of these hashes: into buckets of one or two, then in
/// each. What does not lie evenly takes as long as otherwise.
pub fn sort_by_hash<T: Copy + Ord>(items: &mut [T], hash: impl Fn(&T) -> u32) {
    if items.len() < FEW {
        return items.sort_unstable();
    }
    let bits = (items.len().ilog2() + 1).min(MAX_BITS);
    let bucket = |item: &T| (hash(item) >> (u32::BITS - bits)) as usize;
    let mut places = [0_u32; 1 << MAX_BITS];
    let places = &mut places[..1 << bits];
    items.iter().for_each(|item| places[bucket(item)] += 1);
    let mut next = 0;
    places.iter_mut().for_each(|place| next += std::mem::replace(place, next));
    for item in &items.to_vec() {
        let place = &mut places[bucket(item)];
        items[*place as usize] = *item;
        *place += 1;
    }
    let mut start = 0;
    for &end in &*places {
        items[start..end as usize].sort_unstable();
        start = end as usize;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn hashes_are_sorted(hashes in prop::collection::vec(any::<u64>(), 0..900), width in 0..64_u32) {
            let mut items: Vec<(u64, u32)> =
                hashes.iter().map(|hash| hash >> width << (width / 2)).zip(0..).collect();
            let mut sorted = items.clone();
            sorted.sort_unstable();
            sort_by_hash(&mut items, |item| (item.0 >> 32) as u32);
            prop_assert_eq!(items, sorted);
        }
    }
}
