//! Members sorted into the buckets of one table.
//!
//! A number has the key of a bucket in its high half and the member in its low one.

/// Numbers up to which comparing sorts faster.
const FEW: usize = 1 << 12;

/// Bits of the key that one pass sorts by: as many as there are counters that stay in the cache.
const BITS: u32 = 11;
const PASSES: usize = 3;

/// Sorts by the keys in passes from their lowest bits on (radix sort), and then in each bucket, since
/// most have one member. `spare` is scratch.
pub fn sort(numbers: &mut Vec<u64>, spare: &mut Vec<u64>) {
    if numbers.len() < FEW {
        numbers.sort_unstable();
        return;
    }
    let digit =
        |number: u64, pass: usize| (number >> (32 + pass as u32 * BITS)) as usize % (1 << BITS);
    let mut places = vec![[0_u32; 1 << BITS]; PASSES];
    for &number in numbers.iter() {
        for (pass, places) in places.iter_mut().enumerate() {
            places[digit(number, pass)] += 1;
        }
    }
    spare.resize(numbers.len(), 0);
    for (pass, places) in places.iter_mut().enumerate() {
        let mut next = 0;
        for place in places.iter_mut() {
            next += std::mem::replace(place, next);
        }
        for &number in numbers.iter() {
            let place = &mut places[digit(number, pass)];
            spare[*place as usize] = number;
            *place += 1;
        }
        std::mem::swap(numbers, spare);
    }
    numbers.chunk_by_mut(|x, y| x >> 32 == y >> 32).for_each(<[u64]>::sort_unstable);
}

/// What sorted numbers have in one bucket, where it is more than one.
pub fn buckets(numbers: &[u64]) -> impl Iterator<Item = &[u64]> {
    numbers.chunk_by(|x, y| x >> 32 == y >> 32).filter(|bucket| bucket.len() > 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn sorting_by_keys_sorts(
            seed: u32, members in prop_oneof![0..100_u32, 4000..20_000_u32], keys in 1..u32::MAX
        ) {
            let key = |member: u32| (member ^ seed).wrapping_mul(0x9e37_79b9) % keys;
            let number = |member: u32| (key(member) as u64) << 32 | (member ^ seed) as u64;
            let mut numbers: Vec<u64> = (0..members).map(number).collect();
            let mut sorted = numbers.clone();
            sorted.sort_unstable();
            sort(&mut numbers, &mut Vec::new());
            prop_assert_eq!(numbers, sorted);
        }
    }
}
