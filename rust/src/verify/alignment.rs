//! The words of two texts aligned: a copy with typos or with a synonym here and there loses most of
//! its 5-shingles but few of its aligned words.

use hashbrown::HashMap;

use super::common_order::longest_common;
use super::prepared::Prepared;

/// Words of two stretches together up to which they are aligned as a whole: that takes a 64th of the
/// square of their number.
const MAX_WORDS: usize = 1 << 13;

/// How many words two texts have in common, in order.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
pub struct Aligned {
    pub words: usize,
    /// Whether a stretch was too long to be aligned, so that there may be more.
    pub bounded: bool,
}

/// Aligns two texts; long ones between the shingles that stand once in each. Which text is named
/// first makes no difference. Fewer words than `least` may be fewer yet.
pub fn align(a: &Prepared, b: &Prepared, least: usize) -> Aligned {
    align_by(a, b, least, MAX_WORDS)
}

fn align_by(a: &Prepared, b: &Prepared, least: usize, max_words: usize) -> Aligned {
    let in_order = (a.words.len(), a.words.joined()) <= (b.words.len(), b.words.joined());
    let (a, b) = if in_order { (a, b) } else { (b, a) };
    let [words_a, words_b] = [a, b].map(|it| it.words.hashes().collect::<Vec<u64>>());
    let whole = align_stretch(&words_a, &words_b, least, max_words);
    if !whole.bounded {
        return whole;
    }
    let mut aligned = Aligned::default();
    let (mut rest_a, mut rest_b) = (&words_a[..], &words_b[..]);
    let place = |words: &[u64], rest: &[u64]| words.len() - rest.len();
    for (i, j) in common_landmarks(&a.in_order, &b.in_order) {
        let ahead =
            (i.checked_sub(place(&words_a, rest_a)), j.checked_sub(place(&words_b, rest_b)));
        let (Some(i), Some(j)) = ahead else { continue };
        aligned.add(align_stretch(&rest_a[..i], &rest_b[..j], 0, max_words));
        let same = count_same(&rest_a[i..], &rest_b[j..]);
        aligned.words += same;
        (rest_a, rest_b) = (&rest_a[i + same..], &rest_b[j + same..]);
    }
    aligned.add(align_stretch(rest_a, rest_b, 0, max_words));
    aligned
}

impl Aligned {
    fn add(&mut self, more: Aligned) {
        self.words += more.words;
        self.bounded |= more.bounded;
    }
}

fn align_stretch(a: &[u64], b: &[u64], least: usize, max_words: usize) -> Aligned {
    // What both begin and end with is aligned anyway, and of most copies that is much.
    let start = count_same(a, b);
    let (a, b) = (&a[start..], &b[start..]);
    let end = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    let mut words = start + end;
    let bounded = !a.is_empty() && !b.is_empty() && a.len() + b.len() > max_words;
    if !bounded {
        words += count_aligned(a, b, least.saturating_sub(words));
    }
    Aligned { words, bounded }
}

/// The length of the longest sequence of words that both have in order; of one shorter than `least`
/// how many words both have, in any order, where they are not so many either.
fn count_aligned(a: &[u64], b: &[u64], least: usize) -> usize {
    let mut known: HashMap<u64, u32> = HashMap::with_capacity(b.len());
    let mut counts: Vec<u32> = Vec::new();
    let numbers_b: Vec<u32> = b
        .iter()
        .map(|&word| {
            let number = *known.entry(word).or_insert(counts.len() as u32);
            counts.resize(known.len(), 0);
            counts[number as usize] += 1;
            number
        })
        .collect();
    let numbers_a: Vec<u32> = a.iter().filter_map(|word| known.get(word).copied()).collect();
    let mut left = counts.clone();
    let is_left = |&&number: &&u32| {
        let left = &mut left[number as usize];
        let any = *left > 0;
        *left -= any as u32;
        any
    };
    let in_both = numbers_a.iter().filter(is_left).count();
    if in_both < least {
        return in_both;
    }
    // The places of each word of b, one word after the other.
    let mut ends = counts;
    let mut sum = 0;
    for end in &mut ends {
        sum += std::mem::replace(end, sum);
    }
    let mut places = vec![0; b.len()];
    for (place, &number) in (0..).zip(&numbers_b) {
        let end = &mut ends[number as usize];
        places[*end as usize] = place;
        *end += 1;
    }
    let start = |number: u32| number.checked_sub(1).map_or(0, |before| ends[before as usize]);
    let rows = numbers_a
        .iter()
        .map(|&number| &places[start(number) as usize..ends[number as usize] as usize]);
    longest_common(rows, b.len())
}

fn count_same(a: &[u64], b: &[u64]) -> usize {
    a.iter().zip(b).take_while(|(x, y)| x == y).count()
}

/// Places of what stands once in each of two texts, as many as have the same order in both.
fn common_landmarks(a: &[u64], b: &[u64]) -> Vec<(usize, usize)> {
    let (once_a, once_b) = (landmarks(a), landmarks(b));
    let mut rest = &once_b[..];
    let mut common: Vec<(usize, usize)> = Vec::new();
    for (hash, place) in once_a {
        rest = &rest[rest.partition_point(|it| it.0 < hash)..];
        common.extend(rest.first().filter(|it| it.0 == hash).map(|it| (place, it.1)));
    }
    common.sort_unstable();
    longest_rising(&common)
}

/// What stands once in a text, and where, sorted.
fn landmarks(hashes: &[u64]) -> Vec<(u64, usize)> {
    let mut places: Vec<(u64, usize)> = hashes.iter().copied().zip(0..).collect();
    places.sort_unstable();
    let once = places.chunk_by(|x, y| x.0 == y.0).filter(|same| same.len() == 1);
    once.map(|same| same[0]).collect()
}

/// Of pairs in the order of their first numbers the most of which the second ones rise, too.
fn longest_rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // Of each length the pair that a run of it ends with, the least one; of each pair the one before.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![None; pairs.len()];
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|&end| pairs[end].1 < pair.1);
        before[index] = length.checked_sub(1).map(|shorter| ends[shorter]);
        if length == ends.len() {
            ends.push(index);
        } else {
            ends[length] = index;
        }
    }
    let mut rising = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(index) = at {
        rising.push(pairs[index]);
        at = before[index];
    }
    rising.reverse();
    rising
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_what_stands_in_the_same_order() {
        let cases = [
            (
                "gold rose 5 points to 45 on Monday in Pune",
                "gold rose 7 points to 48 on Monday in Pune",
                8,
            ),
            ("dust storms hit Jaipur late today", "dust storms hit Chennai late today", 5),
            ("rain fell all day", "rain fell most of the day", 3),
            ("rain fell all day", "rain fell all day", 4),
            ("rain fell all day", "snow came", 0),
        ];
        for (a, b, words) in cases {
            let expected = Aligned { words, bounded: false };
            assert_eq!(align(&Prepared::of(a), &Prepared::of(b), 0), expected, "{a} / {b}");
            assert_eq!(align(&Prepared::of(b), &Prepared::of(a), 0), expected, "{b} / {a}");
        }
    }

    /// The slow and obvious length of the longest sequence that both have.
    fn slow_longest_common<T: PartialEq>(a: &[T], b: &[T]) -> usize {
        let mut row = vec![0; b.len() + 1];
        for x in a {
            let above = row.clone();
            for (j, y) in b.iter().enumerate() {
                row[j + 1] = if x == y { above[j] + 1 } else { above[j + 1].max(row[j]) };
            }
        }
        row[b.len()]
    }

    /// A text of `words` different words, and the same with every seventh replaced.
    fn edited(words: usize) -> (Vec<String>, Vec<String>) {
        let text: Vec<String> = (0..words).map(|number| format!("w{number}")).collect();
        let edit = |(place, word): (usize, &String)| {
            if place % 7 == 0 { format!("x{place}") } else { word.clone() }
        };
        let copy = text.iter().enumerate().map(edit).collect();
        (text, copy)
    }

    #[test]
    fn long_texts_are_aligned_between_landmarks() {
        let (text, copy) = edited(7 * MAX_WORDS);
        let (a, b) = (Prepared::of(&text.join(" ")), Prepared::of(&copy.join(" ")));
        assert_eq!(align(&a, &b, 0), Aligned { words: 6 * MAX_WORDS, bounded: false });
        // Where all stands twice nothing tells where to cut.
        let (twice, copies) = ([&text[..], &text].concat(), [&copy[..], &copy].concat());
        let (a, b) = (Prepared::of(&twice.join(" ")), Prepared::of(&copies.join(" ")));
        assert!(align(&a, &b, 0).bounded);
    }

    proptest! {
        #[test]
        fn as_much_is_aligned_as_both_have(
            a in "([a-e] ){0,60}|([a-z] ){0,60}", b in "([a-e] ){0,60}|([a-z] ){0,60}",
            least in 0..60_usize, max_words in 0..160_usize,
        ) {
            let (x, y) = (Prepared::of(&a), Prepared::of(&b));
            let aligned = align_by(&x, &y, least, max_words);
            prop_assert_eq!(aligned, align_by(&y, &x, least, max_words));
            let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
            let longest = slow_longest_common(&words(&a), &words(&b));
            if aligned.bounded {
                prop_assert!(aligned.words <= longest);
            } else if longest >= least && x.words.len() + y.words.len() <= max_words {
                prop_assert_eq!(aligned.words, longest);
            } else {
                prop_assert!(aligned.words < least || aligned.words <= longest);
            }
        }

        #[test]
        fn edits_are_all_that_is_not_aligned(
            edits in prop::collection::btree_set(0..300_usize, 0..40), max_words in 20..200_usize,
        ) {
            let a: Vec<String> = (0..300).map(|number| format!("w{number}")).collect();
            let edit = |(place, word): (usize, &String)| {
                if edits.contains(&place) { format!("x{place}") } else { word.clone() }
            };
            let b: Vec<String> = a.iter().enumerate().map(edit).collect();
            let (x, y) = (Prepared::of(&a.join(" ")), Prepared::of(&b.join(" ")));
            let aligned = align_by(&x, &y, 0, max_words);
            prop_assert!(aligned.bounded || aligned.words == 300 - edits.len());
        }

        #[test]
        fn the_longest_rising_run_is_found(places in prop::collection::vec(0..50_usize, 0..50)) {
            let pairs: Vec<(usize, usize)> = (0..).zip(places).collect();
            let found = longest_rising(&pairs);
            prop_assert!(found.is_sorted_by(|x, y| x.0 < y.0 && x.1 < y.1));
            prop_assert!(found.iter().all(|it| pairs.contains(it)));
            let mut longest = vec![1; pairs.len()];
            for (i, j) in (0..pairs.len()).flat_map(|i| (0..i).map(move |j| (i, j))) {
                if pairs[j].1 < pairs[i].1 {
                    longest[i] = longest[i].max(longest[j] + 1);
                }
            }
            prop_assert_eq!(found.len(), longest.into_iter().max().unwrap_or(0));
        }
    }
}
