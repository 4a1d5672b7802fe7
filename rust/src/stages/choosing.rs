//! Matches → what goes, and the stories.

use hashbrown::HashMap;

use super::Rules;
use crate::corpus::rank::Ranking;
use crate::error::Result;
use crate::memory::column::Column;
use crate::pass::cluster::cluster;
use crate::pass::copies::bring_back;
use crate::pass::members::orphan_pairs;
use crate::pass::stories::{self, Version};
use crate::pass::{count_bounded, count_flagged};
use crate::verify::Match;
use crate::verify::row::{MatchRow, match_of, row};

/// All articles that hang together by the matches of a task, each with what it is kept by and its name.
pub struct Kin<'a> {
    /// In the order in which they are kept.
    numbers: Vec<u32>,
    keys: Vec<i64>,
    names: Vec<&'a str>,
}

/// The matches of a task, and which of them each article is dropped by; articles are their places in the
/// kin.
pub struct Chosen {
    matches: Vec<Match>,
    dropped_by: Vec<Option<usize>>,
}

impl<'a> Kin<'a> {
    /// Takes articles as (number, key, name), as often as they come.
    pub fn of(articles: impl Iterator<Item = (u32, i64, &'a str)>) -> Kin<'a> {
        let by_number: HashMap<u32, (i64, &str)> =
            articles.map(|(number, key, name)| (number, (key, name))).collect();
        let mut numbers: Vec<u32> = by_number.keys().copied().collect();
        numbers.sort_unstable();
        let keys = numbers.iter().map(|number| by_number[number].0).collect();
        let names = numbers.iter().map(|number| by_number[number].1).collect();
        Kin { numbers, keys, names }
    }

    fn place(&self, number: u32) -> u32 {
        self.numbers.binary_search(&number).expect("all of the kin are there") as u32
    }

    pub fn number(&self, place: u32) -> u32 {
        self.numbers[place as usize]
    }

    pub fn name(&self, place: u32) -> &'a str {
        self.names[place as usize]
    }

    pub fn choose(&self, matches: &[MatchRow]) -> Chosen {
        let ranks: Vec<u32> = (0..self.numbers.len() as u32).collect();
        let mut ties = ranks.clone();
        for place in 1..ties.len() {
            if self.keys[place] == self.keys[place - 1] {
                ties[place] = ties[place - 1];
            }
        }
        let placed = |row: &MatchRow| {
            let found = match_of(row);
            Match { a: self.place(found.a), b: self.place(found.b), ..found }
        };
        let mut matches: Vec<Match> = matches.iter().map(placed).collect();
        let dropped_by = cluster(&mut matches, &Ranking { ranks, ties });
        Chosen { matches, dropped_by }
    }

    /// Pairs that are still to be compared, unless they were, by their numbers, the higher one first.
    pub fn orphans(&self, chosen: &Chosen) -> Vec<[u32; 2]> {
        let pairs = orphan_pairs(&chosen.matches, &chosen.dropped_by);
        pairs.into_iter().map(|pair| pair.map(|place| self.number(place))).collect()
    }
}

/// What comes out of a pass, its articles being their places in the kin.
pub struct Outcome {
    pub duplicates: Vec<(u32, Match)>,
    pub matches: Vec<Match>,
    /// The versions of one story after those of the other, each with the match that makes it one.
    pub versions: Vec<(Version, Match)>,
    /// Articles that are kept and flagged with another one, such pairs, and pairs of which too much was
    /// to be aligned.
    pub counts: (u64, u64, u64),
}

/// The outcome of what was chosen, with the exact copies, given as (copy, the one that stands for its
/// words), by their numbers.
pub fn finish(kin: &Kin, chosen: &Chosen, copies: &[[u32; 2]], rules: &Rules) -> Result<Outcome> {
    let mut by_name: Vec<u32> = (0..kin.numbers.len() as u32).collect();
    by_name.sort_unstable_by_key(|&place| kin.name(place));
    let mut id_ranks = vec![0; by_name.len()];
    (0..).zip(&by_name).for_each(|(rank, &place)| id_ranks[place as usize] = rank);
    let rank = |place: u32| id_ranks[place as usize];

    let mut dropped: Vec<Option<Match>> = Vec::with_capacity(chosen.dropped_by.len());
    dropped.extend(chosen.dropped_by.iter().map(|by| by.map(|index| chosen.matches[index])));
    let mut matches = chosen.matches.clone();
    let places = copies.iter().map(|pair| pair.map(|number| kin.place(number)));
    for [copy, first] in places {
        let by =
            bring_back(copy, first, dropped[first as usize], &rules.bars, &id_ranks, |found| {
                matches.push(*found);
                Ok(())
            })?;
        dropped[copy as usize] = by;
    }

    let mut matches: Vec<MatchRow> =
        matches.iter().map(|found| row((rank(found.a), rank(found.b)), found)).collect();
    matches.sort_unstable();
    let gone = (0..).zip(&dropped).filter_map(|(place, found)| Some((place, found.as_ref()?)));
    let mut duplicates: Vec<MatchRow> =
        gone.map(|(place, found)| row((rank(place), place), found)).collect();
    duplicates.sort_unstable();
    let kept: Vec<bool> = dropped.iter().map(Option::is_none).collect();
    let ranks: Vec<u32> = (0..kin.numbers.len() as u32).collect();
    let (matches, duplicates): (Column<_>, Column<_>) = (matches.into(), duplicates.into());
    let versions = stories::versions(&matches, &duplicates, &kept, &ranks, &id_ranks, &[])?;
    let (flagged, pairs) = count_flagged(&matches, &kept)?;
    let mut outcome = Outcome {
        duplicates: Vec::new(),
        matches: Vec::new(),
        versions: Vec::new(),
        counts: (flagged, pairs, count_bounded(&matches)?),
    };
    duplicates.for_each(|row| {
        outcome.duplicates.push((crate::verify::row::key_of(row).1, match_of(row)));
        Ok(())
    })?;
    matches.for_each(|row| {
        outcome.matches.push(match_of(row));
        Ok(())
    })?;
    for version in versions {
        let rows = if version.dropped { &duplicates } else { &matches };
        outcome.versions.push((version, match_of(&rows.get(version.index as u64)?)));
    }
    Ok(outcome)
}
