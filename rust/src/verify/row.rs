//! Matches as rows of numbers, which can be sorted and put into files.

use super::verdict::{Fuller, Match, MayGo, Relation, Verdict};

/// A match behind the two numbers that it is sorted by.
pub type MatchRow = [u64; 8];

const FULLER: [Option<Fuller>; 3] = [None, Some(Fuller::A), Some(Fuller::B)];

pub fn row(key: (u32, u32), found: &Match) -> MatchRow {
    let Match { a, b, verdict, may_go } = found;
    let Verdict { relation, fuller, .. } = verdict;
    let place = |it: Option<usize>| it.expect("all are listed") as u64;
    let kinds = (verdict.bounded as u64) << 48
        | place(Relation::ALL.iter().position(|it| it == relation)) << 32
        | place(MayGo::ALL.iter().position(|it| it == may_go)) << 16
        | place(FULLER.iter().position(|it| it == fuller));
    [
        (key.0 as u64) << 32 | key.1 as u64,
        (*a as u64) << 32 | *b as u64,
        kinds,
        verdict.score.to_bits(),
        verdict.covered_a.to_bits(),
        verdict.covered_b.to_bits(),
        verdict.similarity.to_bits(),
        verdict.containment.to_bits(),
    ]
}

pub fn key_of(row: &MatchRow) -> (u32, u32) {
    ((row[0] >> 32) as u32, row[0] as u32)
}

pub fn match_of(row: &MatchRow) -> Match {
    let [_, pair, kinds, score, covered_a, covered_b, similarity, containment] = *row;
    let verdict = Verdict {
        relation: Relation::ALL[(kinds >> 32) as u16 as usize],
        score: f64::from_bits(score),
        covered_a: f64::from_bits(covered_a),
        covered_b: f64::from_bits(covered_b),
        fuller: FULLER[kinds as u16 as usize],
        similarity: f64::from_bits(similarity),
        containment: f64::from_bits(containment),
        bounded: kinds >> 48 == 1,
    };
    let may_go = MayGo::ALL[(kinds >> 16) as u16 as usize];
    Match { a: (pair >> 32) as u32, b: pair as u32, verdict, may_go }
}
