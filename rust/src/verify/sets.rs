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

/// Whether the second of two sorted sets has each element of the first.
pub fn mark_shared(a: &[u64], b: &[u64]) -> Vec<bool> {
    let mut marks = vec![false; a.len()];
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx512f") {
        // SAFETY: the processor has what the function is compiled for.
        unsafe { mark_shared_avx512(a, b, &mut marks) };
        return marks;
    } else if is_x86_feature_detected!("avx2") {
        // SAFETY: as above.
        unsafe { mark_shared_avx2(a, b, &mut marks) };
        return marks;
    }
    mark_shared_plain(a, b, &mut marks);
    marks
}

#[inline(always)]
fn mark_shared_plain(a: &[u64], mut b: &[u64], marks: &mut [bool]) {
    let mut at = 0;
    while let (Some(x), Some(y)) = (a[at..].first_chunk::<BLOCK>(), b.first_chunk::<BLOCK>()) {
        for (mark, x) in marks[at..at + BLOCK].iter_mut().zip(x) {
            *mark |= y.iter().fold(false, |found, y| found | (x == y));
        }
        let (last_x, last_y) = (x[BLOCK - 1], y[BLOCK - 1]);
        at += if last_x <= last_y { BLOCK } else { 0 };
        b = &b[if last_y <= last_x { BLOCK } else { 0 }..];
    }
    while let (Some(x), Some(y)) = (a.get(at), b.first()) {
        marks[at] |= x == y;
        at += (x <= y) as usize;
        b = &b[(y <= x) as usize..];
    }
}

// The same code, compiled for registers that hold a block.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f")]
fn mark_shared_avx512(a: &[u64], b: &[u64], marks: &mut [bool]) {
    mark_shared_plain(a, b, marks);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn mark_shared_avx2(a: &[u64], b: &[u64], marks: &mut [bool]) {
    mark_shared_plain(a, b, marks);
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
            let long = |set: &BTreeSet<u32>| set.iter().map(|&it| it as u64).collect::<Vec<_>>();
            let marks: Vec<bool> = a.iter().map(|it| b.contains(it)).collect();
            prop_assert_eq!(mark_shared(&long(&a), &long(&b)), marks);
        }
    }

    fn sets() -> impl Strategy<Value = BTreeSet<u32>> {
        prop::collection::btree_set(0..200_u32, 0..100)
    }
}
