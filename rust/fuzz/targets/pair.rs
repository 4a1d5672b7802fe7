//! Two texts are compared in bounded time, and alike in either order. libFuzzer's -timeout is the
//! bound: some hundred times what news of that length takes.

#![no_main]

use dedup_core::verify::evidence::explain;
use dedup_core::verify::passages::shared_passages;
use dedup_core::verify::{Article, Bars, Drops, Verdict, compare};
use libfuzzer_sys::fuzz_target;

/// Bytes of a text, at most.
const LONGEST: usize = 32 << 10;

/// What is behind the last [`MARK`] is said over again.
const MARK: char = '\u{10}';
const AGAIN: char = '\u{11}';
const TIMES: usize = 16;

/// Parts the two texts.
const OTHER: char = '\u{12}';

fuzz_target!(|data: &[u8]| {
    let data = String::from_utf8_lossy(data);
    let (a, b) = data.split_once(OTHER).unwrap_or((&data, &data));
    let (a, b) = (spun_out(a), spun_out(b));
    let (of_a, of_b) = (Article::of(&a), Article::of(&b));
    let bars = Bars { min_score: 0.5, min_covered: 0.5, related: true, drops: Drops::all() };
    let later = [None, Some(0), Some(100_000)][data.len() % 3];
    let (figures, verdict) = compare(&of_a, &of_b, later, &bars);
    let turned = compare(&of_b, &of_a, later.map(|it: i64| -it), &bars);
    assert_eq!((figures, verdict.map(Verdict::turned)), turned);
    if let Some(it) = verdict {
        for share in [it.score, it.covered_a, it.covered_b, it.similarity, it.containment] {
            assert!((0.0..=1.0).contains(&share), "{it:?}");
        }
    }
    if !of_a.prepared.words.is_empty() {
        assert_eq!(compare(&of_a, &of_a, None, &bars).1, Some(Verdict::IDENTICAL));
    }

    let (length_a, length_b) = (a.chars().count(), b.chars().count());
    for (start_a, end_a, start_b, end_b) in shared_passages(&a, &b) {
        assert!(start_a < end_a && end_a <= length_a && start_b < end_b && end_b <= length_b);
    }
    let evidence = explain([&a, &b], (of_a, of_b), None);
    for pair in &evidence.sentences {
        assert!(pair.a.start <= pair.a.end && pair.a.end <= length_a, "{:?}", pair.a);
        assert!(pair.b.start <= pair.b.end && pair.b.end <= length_b, "{:?}", pair.b);
    }
    for (missed, length) in evidence.missed.iter().zip([length_a, length_b]) {
        assert!(missed.sentences.iter().all(|it| it.start <= it.end && it.end <= length));
        assert!(missed.sentences.len() <= missed.of_sentences);
    }
});

fn spun_out(text: &str) -> String {
    let (mut all, mut mark) = (String::new(), 0);
    for character in text.chars() {
        match character {
            MARK => mark = all.len(),
            AGAIN => {
                let more = all[mark..].repeat(TIMES - 1);
                if all.len() + more.len() <= LONGEST {
                    all.push_str(&more);
                }
            }
            _ => all.push(character),
        }
    }
    all
}
