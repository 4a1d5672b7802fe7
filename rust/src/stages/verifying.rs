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
    let (mut compared, mut pairs) = (Vec::new(), Vec::new());
    for &Candidate { a, b, alike, .. } in candidates {
        let later = date::later(articles[&a].date, articles[&b].date);
        if let Some(it) = reader.compare((a, b), || Ok(alike), later)? {
            compared.push(it);
            pairs.push((a, b));
        }
    }
    let verdicts = rules.bars.judge(&compared, rules.rewrites);
    let found = pairs.into_iter().zip(verdicts).filter_map(|((a, b), verdict)| {
        let verdict = verdict?;
        let found = Match { a, b, verdict, may_go: rules.bars.may_go(&verdict) };
        Some(if articles[&a].name < articles[&b].name { found } else { found.turned() })
    });
    Ok(found.collect())
}
