//! What two sorted sets have in common.

/// The elements of both sorted sets.
pub fn shared<'a, T: Copy + Ord>(a: &'a [T], b: &'a [T]) -> impl Iterator<Item = T> + 'a {
    let (mut i, mut j) = (0, 0);
    std::iter::from_fn(move || {
        while i < a.len() && j < b.len() {
            let (x, y) = (a[i], b[j]);
            i += (x <= y) as usize;
            j += (y <= x) as usize;
            if x == y {
                return Some(x);
            }
        }
        None
    })
}

/// Elements of two sets that are compared at a time, each with each: one by one, every step waits
/// for the last.
const BLOCK: usize = 8;

/// How many elements both sorted sets have.
pub fn count_shared<T: Copy + Ord>(a: &[T], b: &[T]) -> usize {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the processor has what the function is compiled for.
        return unsafe { count_shared_avx512(a, b) };
    } else if is_x86_feature_detected!("avx2") {
        // SAFETY: as above.
        return unsafe { count_shared_avx2(a, b) };
    }
    count_shared_plain(a, b)
}

#[inline(always)]
fn count_shared_plain<T: Copy + Ord>(mut a: &[T], mut b: &[T]) -> usize {
    let mut count = 0;
    while let (Some(x), Some(y)) = (a.first_chunk::<BLOCK>(), b.first_chunk::<BLOCK>()) {
        for x in x {
            count += y.iter().map(|y| (x == y) as usize).sum::<usize>();
        }
        let (last_x, last_y) = (x[BLOCK - 1], y[BLOCK - 1]);
        a = &a[if last_x <= last_y { BLOCK } else { 0 }..];
        b = &b[if last_y <= last_x { BLOCK } else { 0 }..];
    }
    count + shared(a, b).count()
}

// The same code, compiled for registers that hold a block.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn count_shared_avx512<T: Copy + Ord>(a: &[T], b: &[T]) -> usize {
    count_shared_plain(a, b)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn count_shared_avx2<T: Copy + Ord>(a: &[T], b: &[T]) -> usize {
    count_shared_plain(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn shared_elements_are_counted(a in sets(), b in sets()) {
            let list = |set: &BTreeSet<u32>| set.iter().copied().collect::<Vec<_>>();
            prop_assert_eq!(count_shared(&list(&a), &list(&b)), a.intersection(&b).count());
        }
    }

    fn sets() -> impl Strategy<Value = BTreeSet<u32>> {
        prop::collection::btree_set(0..200_u32, 0..100)
    }
}
