//! What the articles of a corpus are called: each otherwise, whatever ids they came with.

use hashbrown::{HashMap, HashTable};
use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::ids::Ids;

#[derive(Default, Serialize, Deserialize)]
pub struct Names {
    ids: Ids,
    /// The articles whose id another had, in their order, each with that other one; with itself
    /// where that is stored in an index.
    repeated: Vec<(u32, u32)>,
    #[serde(skip)]
    articles: HashTable<u32>,
    /// The last number that was put behind the id of an article.
    #[serde(skip)]
    numbers: HashMap<u32, u32>,
}

impl Names {
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    pub fn get(&self, article: usize) -> &str {
        self.ids.get(article)
    }

    /// The article of a name.
    pub fn find(&self, name: &str) -> Option<u32> {
        let same = |&other: &u32| self.ids.get(other as usize) == name;
        self.articles.find(hash(name), same).copied()
    }

    /// Names the next article, or returns the one that has the name.
    pub fn push(&mut self, name: &str) -> Result<(), u32> {
        if let Some(other) = self.find(name) {
            return Err(other);
        }
        let article = self.len() as u32;
        self.ids.push(name);
        self.book(article);
        Ok(())
    }

    /// Names the next article by the first that is free of `id#2`, `id#3`, ... after another's id.
    pub fn push_numbered(&mut self, id: &str, other: u32) {
        let article = self.len() as u32;
        let mut number = self.numbers.get(&other).copied().unwrap_or(1);
        loop {
            number += 1;
            if self.push(&numbered(id, number)).is_ok() {
                break;
            }
        }
        self.numbers.insert(other, number);
        self.repeated.push((article, other));
    }

    /// Names the next article otherwise than it is called, unless the name is taken.
    pub fn push_renamed(&mut self, name: &str) -> Result<(), u32> {
        self.push(name)?;
        let article = self.len() as u32 - 1;
        self.repeated.push((article, article));
        Ok(())
    }

    /// The id that an article came with, or one that is stored under another.
    pub fn given(&self, article: u32) -> &str {
        let index = self.repeated.binary_search_by_key(&article, |it| it.0);
        self.ids.get(index.map_or(article, |index| self.repeated[index].1) as usize)
    }

    /// How many articles have another name than the id that they came with.
    pub fn repeated(&self) -> u64 {
        self.repeated.len() as u64
    }

    /// Makes names found that were saved.
    pub fn book_all(&mut self) {
        (0..self.len() as u32).for_each(|article| self.book(article));
    }

    fn book(&mut self, article: u32) {
        let Names { ids, articles, .. } = self;
        let hash_of = |&other: &u32| hash(ids.get(other as usize));
        articles.insert_unique(hash_of(&article), article, hash_of);
    }
}

/// What the second article of an id, the third, ... is called.
pub fn numbered(id: &str, number: u32) -> String {
    if number == 1 { id.to_owned() } else { format!("{id}#{number}") }
}

fn hash(name: &str) -> u64 {
    xxh3_64(name.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(ids: &[&str]) -> Names {
        let mut names = Names::default();
        for id in ids {
            if let Err(other) = names.push(id) {
                names.push_numbered(id, other);
            }
        }
        names
    }

    #[test]
    fn a_repeated_id_takes_the_next_free_number() {
        let cases: [(&[&str], &[&str]); 4] = [
            (&["a", "b", "a", "a"], &["a", "b", "a#2", "a#3"]),
            (&["a#2", "a", "a", "a"], &["a#2", "a", "a#3", "a#4"]),
            (&["a", "a", "a#2", "a"], &["a", "a#2", "a#2#2", "a#3"]),
            (&["a#2", "a#2", "a", "a"], &["a#2", "a#2#2", "a", "a#3"]),
        ];
        for (ids, expected) in cases {
            let names = names(ids);
            let found: Vec<&str> = (0..names.len()).map(|article| names.get(article)).collect();
            assert_eq!(found, expected);
            let given: Vec<&str> = (0..).take(ids.len()).map(|it| names.given(it)).collect();
            assert_eq!(given, ids);
            let places: Vec<_> = expected.iter().map(|name| names.find(name)).collect();
            assert_eq!(places, (0..).take(ids.len()).map(Some).collect::<Vec<_>>());
        }
    }

    #[test]
    fn numbers_are_not_tried_again() {
        let names = names(&["a"; 200_000]);
        assert_eq!(names.get(199_999), "a#200000");
        assert_eq!(names.repeated(), 199_999);
    }
}
