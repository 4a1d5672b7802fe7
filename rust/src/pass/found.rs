//! What a pass found, and its counts.

use super::stories::Version;
use crate::candidate::bucket::Bounded;
use crate::corpus::rank::KeepRule;
use crate::corpus::{Corpus, Ids, NO_DATE, Rejection};
use crate::error::Result;
use crate::memory::column::Column;
use crate::verify::row::{MatchRow, key_of, match_of};
use crate::verify::{Match, Relation};

/// What a pass found.
pub struct Found {
    pub keep: KeepRule,
    /// Every flagged pair, and the related ones, by ids.
    pub matches: Column<MatchRow>,
    /// The match of every dropped article to the one kept for it, by id. The second number of a row's
    /// key is the article.
    pub duplicates: Column<MatchRow>,
    /// The versions of each story, by the ids of what is kept of it and of theirs.
    pub versions: Vec<Version>,
    /// Whether each article is kept.
    pub kept: Vec<bool>,
    /// Articles that were read and not taken.
    pub rejections: Vec<Rejection>,
    /// Ids of the articles of an index that are matched, numbered on from those of the corpus.
    pub stored: Ids,
    /// How many articles were in the index before, and how many took the place of another there.
    pub known: u64,
    pub replaced: u64,
    pub candidates: u64,
    pub bounded: Bounded,
}

impl Found {
    /// The counts of the summary, by name.
    pub fn counts(&self, corpus: &Corpus) -> Result<Vec<(String, u64)>> {
        let mut matched = [0; Relation::ALL.len()];
        self.for_each_match(|found| {
            matched[found.verdict.relation as usize] += 1;
            Ok(())
        })?;
        let mut dropped = [0; Relation::ALL.len()];
        let mut for_index = 0;
        self.for_each_duplicate(|article, found| {
            dropped[found.verdict.relation as usize] += 1;
            for_index += (found.other(article) as usize >= corpus.len()) as u64;
            Ok(())
        })?;
        let dated = corpus.dates.iter().filter(|&&date| date != NO_DATE).count() as u64;
        let (flagged, flagged_pairs) = count_flagged(&self.matches, &self.kept)?;
        let mut counts = vec![
            ("read".to_owned(), corpus.records()),
            ("kept".to_owned(), self.kept.iter().filter(|kept| **kept).count() as u64),
            ("dropped".to_owned(), self.duplicates.len()),
            ("rejected".to_owned(), (corpus.rejections.len() + self.rejections.len()) as u64),
            ("dropped_for_index".to_owned(), for_index),
            ("known".to_owned(), self.known),
            ("replaced".to_owned(), self.replaced),
            ("flagged".to_owned(), flagged),
            ("flagged_pairs".to_owned(), flagged_pairs),
            ("stories".to_owned(), self.stories().count() as u64),
            ("repeated_ids".to_owned(), corpus.ids.repeated()),
            ("dated".to_owned(), dated),
            ("without_words".to_owned(), corpus.sketches.without_words()),
            ("unread_dates".to_owned(), corpus.columns.unread().count),
            ("doubtful_dates".to_owned(), corpus.columns.doubtful().count),
            ("candidates".to_owned(), self.candidates),
            ("bounded_buckets".to_owned(), self.bounded.buckets),
            ("bounded_pairs".to_owned(), self.bounded.pairs),
            ("bounded_alignments".to_owned(), count_bounded(&self.matches)?),
        ];
        for relation in Relation::ALL {
            let name = relation.name();
            counts.push((format!("dropped_{name}"), dropped[relation as usize]));
            counts.push((format!("matched_{name}"), matched[relation as usize]));
        }
        Ok(counts)
    }

    pub fn for_each_match(&self, mut visit: impl FnMut(Match) -> Result<()>) -> Result<()> {
        self.matches.for_each(|row| visit(match_of(row)))
    }

    /// Calls `visit` with each dropped article and the match that it is dropped by.
    pub fn for_each_duplicate(
        &self,
        mut visit: impl FnMut(u32, Match) -> Result<()>,
    ) -> Result<()> {
        self.duplicates.for_each(|row| visit(key_of(row).1, match_of(row)))
    }

    /// The versions of one story after the other.
    pub fn stories(&self) -> impl Iterator<Item = &[Version]> {
        self.versions.chunk_by(|x, y| x.head == y.head)
    }

    /// How an article that is no head has its story in common with the head of it.
    pub fn match_of(&self, version: &Version) -> Result<Match> {
        let rows = if version.dropped { &self.duplicates } else { &self.matches };
        Ok(match_of(&rows.get(version.index as u64)?))
    }
}

/// How many pairs were named without being aligned as far as they would have to be.
pub fn count_bounded(matches: &Column<MatchRow>) -> Result<u64> {
    let mut count = 0;
    matches.for_each(|row| {
        count += match_of(row).verdict.bounded as u64;
        Ok(())
    })?;
    Ok(count)
}

/// How many articles are kept and flagged with another that is kept or stored, and how many such pairs
/// there are. `kept` tells of each article but those stored.
pub fn count_flagged(matches: &Column<MatchRow>, kept: &[bool]) -> Result<(u64, u64)> {
    let is_kept = |article: u32| kept.get(article as usize).is_none_or(|kept| *kept);
    let mut flagged = vec![false; kept.len()];
    let mut pairs = 0;
    matches.for_each(|row| {
        let found = match_of(row);
        let both = is_kept(found.a) && is_kept(found.b);
        if both && found.verdict.relation != Relation::Related {
            pairs += 1;
            for article in [found.a, found.b] {
                flagged.get_mut(article as usize).into_iter().for_each(|it| *it = true);
            }
        }
        Ok(())
    })?;
    Ok((flagged.into_iter().filter(|flagged| *flagged).count() as u64, pairs))
}
