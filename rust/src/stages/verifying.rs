//! Candidates, with the texts of both → matches.

use hashbrown::HashMap;

use super::Rules;
use super::looking::Candidate;
use crate::corpus::prepared::{PreparedReader, Reading};
use crate::error::Result;
use crate::text::date;
use crate::text::story::cutter::{self, Piece};
use crate::text::words::Words;
use crate::verify::Match;
use crate::verify::furniture::Holders;

/// Bytes that prepared articles take at once.
const PREPARED_BYTES: usize = 64 << 20;

/// An article to be compared.
pub struct Article<'a> {
    pub name: &'a str,
    pub text: &'a str,
    pub date: i64,
}

/// The articles of some candidates, by their numbers.
pub type Articles<'a> = HashMap<u32, Article<'a>>;

struct InTask<'a>(&'a Articles<'a>);

impl Reading for InTask<'_> {
    fn length(&self, article: u32) -> usize {
        self.0[&article].text.len()
    }

    fn cut(&mut self, article: u32, words: &mut Words) -> Result<Vec<Piece>> {
        Ok(cutter::cut(self.0[&article].text, words).0)
    }
}

/// The matches among candidates that may be versions, each with its articles in the order of their names.
/// `holders` has, of the sampled shingles of their articles, those that many stories hold.
pub fn verify(
    candidates: &[Candidate],
    articles: &Articles,
    holders: &Holders,
    rules: &Rules,
) -> Result<Vec<Match>> {
    let mut reader = PreparedReader::new(InTask(articles), holders, PREPARED_BYTES);
    let verify = |&Candidate { a, b, alike, .. }: &Candidate| {
        let (x, y) = (&articles[&a], &articles[&b]);
        let later = date::later(x.date, y.date);
        let verdict = reader.judge((a, b), || Ok(alike), later, &rules.bars, rules.rewrites)?;
        Ok(verdict.map(|verdict| {
            let found = Match { a, b, verdict, may_go: rules.bars.may_go(&verdict) };
            if x.name < y.name { found } else { found.turned() }
        }))
    };
    candidates.iter().map(verify).filter_map(Result::transpose).collect()
}
