//! The pages of the runs of an index on disk.

use std::ops::Range;

use super::postings::{self, Key, Page};
use super::state::{HIDDEN, Run, place_of_run};
use super::store::Store;
use crate::error::Result;

/// The place of a page, and its bytes.
pub type Placed = (u64, Vec<u8>);

impl Store {
    /// Appends to the list of each key, of (its index, the key) by key, the articles that a run shows
    /// of it, in their order; or those that it hides.
    pub fn list(
        &self,
        run: &Run,
        keys: &[(usize, Key)],
        hidden: bool,
        lists: &mut [Vec<u32>],
    ) -> Result<()> {
        let mut list = || {
            let mut statement =
                self.connection.prepare_cached("SELECT data FROM pages WHERE place = ?")?;
            let page_of = |key: &(usize, Key)| postings::page_of(key.1, run.pages);
            for keys in keys.chunk_by(|x, y| page_of(x) == page_of(y)) {
                let number = page_of(&keys[0]);
                let places = [run.place(number), run.hidden_place(number)];
                for place in &places[..1 + hidden as usize] {
                    let mut rows = statement.query([*place as i64])?;
                    let Some(row) = rows.next()? else { return Ok(None) };
                    // Read where it lies.
                    let bytes = row.get_ref(0)?.as_blob()?;
                    let Some(page) = Page::open(bytes, self.sealed_place(*place)) else {
                        return Ok(None);
                    };
                    if !hidden || *place != places[0] {
                        keys.iter().for_each(|&(index, key)| page.list(key, &mut lists[index]));
                    } else if !page.hides {
                        break;
                    }
                }
            }
            Ok(Some(()))
        };
        list().map_err(|error| self.error(error))?.ok_or_else(|| self.damaged("a page of postings"))
    }

    /// The pages of a run that hold a range of keys and what these hide, each with its place.
    pub fn pages(&self, run: &Run, keys: &Range<Key>) -> Result<Vec<Placed>> {
        let last = keys.end.saturating_sub(1).max(keys.start);
        let [first, last] = [keys.start, last].map(|key| postings::page_of(key, run.pages));
        let select = |ends: [u64; 2]| -> Result<Vec<Placed>> {
            let work = || -> rusqlite::Result<Vec<Placed>> {
                let sql =
                    "SELECT place, data FROM pages WHERE place BETWEEN ? AND ? ORDER BY place";
                let mut statement = self.connection.prepare_cached(sql)?;
                let row = |row: &rusqlite::Row| Ok((row.get::<_, i64>(0)? as u64, row.get(1)?));
                statement.query_map(ends.map(|it| it as i64), row)?.collect()
            };
            work().map_err(|error| self.error(error))
        };
        let shown = select([first, last].map(|page| run.place(page)))?;
        let mut expected = Vec::new();
        for (place, bytes) in &shown {
            let page = Page::open(bytes, self.sealed_place(*place));
            if page.ok_or_else(|| self.damaged("a page of postings"))?.hides {
                expected.push(place | HIDDEN);
            }
        }
        let hidden = select([first, last].map(|page| run.hidden_place(page)))?;
        if shown.len() as u64 != last - first + 1 || !hidden.iter().map(|it| it.0).eq(expected) {
            return Err(self.damaged("a page of postings"));
        }
        Ok([shown, hidden].concat())
    }

    pub fn put_pages(&self, pages: &[Placed]) -> Result<()> {
        pages.iter().try_for_each(|(place, data)| {
            self.execute("INSERT INTO pages VALUES (?, ?)", (*place as i64, data))
        })
    }

    /// Drops about so many of the pages of a run; false when none are left.
    pub fn drop_pages(&self, run: u32, most: u32) -> Result<bool> {
        let [start, end] = [run, run + 1].map(|run| place_of_run(run) as i64);
        let last = "SELECT max(place) FROM (SELECT place FROM pages WHERE place >= ? AND place < ?
                    ORDER BY place LIMIT ?)";
        let Some(last) = self.value::<Option<i64>>(last, (start, end, most))?.flatten() else {
            return Ok(false);
        };
        self.execute("DELETE FROM pages WHERE place >= ? AND place <= ?", [start, last])?;
        Ok(true)
    }

    /// Drops all pages of a run.
    pub fn drop_run(&self, run: u32) -> Result<()> {
        let ends = [run, run + 1].map(|run| place_of_run(run) as i64);
        self.execute("DELETE FROM pages WHERE place >= ? AND place < ?", ends)
    }
}
