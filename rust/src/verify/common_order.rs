//! The longest common subsequence of two sequences, 64 places at a time.

/// The length of the longest sequence that stands in the same order in both. `rows` has for each element
/// of the one its places in the other, sorted, of which there are `length`. By the method of Crochemore et
/// al. (2001): as many as a sequence has up to a place, so many bits up to there are 0.
pub fn longest_common<'a>(rows: impl Iterator<Item = &'a [u32]>, length: usize) -> usize {
    let mut bits = vec![u64::MAX; length.div_ceil(64)];
    // Behind the last place of all rows nothing changes what is carried.
    let mut ended = 0;
    for mut places in rows {
        let (mut at, mut carry) = (0, false);
        while carry && at < ended || !places.is_empty() {
            if !carry {
                at = places[0] as usize / 64;
            }
            let mut matches = 0;
            while let [place, rest @ ..] = places
                && *place as usize / 64 == at
            {
                matches |= 1 << (place % 64);
                places = rest;
            }
            let (sum, over) = bits[at].overflowing_add(bits[at] & matches);
            let (sum, over_again) = sum.overflowing_add(carry as u64);
            bits[at] = sum | bits[at] & !matches;
            carry = over || over_again;
            at += 1;
            ended = ended.max(at);
        }
    }
    bits.iter().map(|bits| bits.count_zeros() as usize).sum()
}
