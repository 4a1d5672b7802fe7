//! The articles of an index on disk.

use std::ops::Range;

use super::postings::Key;
use super::record::{Glance, Record};
use super::sealed::{seal_value, unseal_value};
use super::store::Store;
use crate::corpus::NO_DATE;
use crate::error::Result;

impl Store {
    /// The article of a number; None when it was removed.
    pub fn record(&self, number: u32) -> Result<Option<Record>> {
        let sql = "SELECT data FROM records WHERE number = ?";
        self.of_article(sql, number, unseal_value)
    }

    /// What is looked at first of an article; None when it was removed.
    pub fn glance(&self, number: u32) -> Result<Option<Glance>> {
        self.of_article("SELECT glance FROM records WHERE number = ?", number, Glance::unseal)
    }

    /// The keys of an article that is in no run; None when it was removed.
    pub fn recent(&self, number: u32) -> Result<Option<Vec<Key>>> {
        let sql = "SELECT data FROM recent WHERE number = ?";
        self.of_article(sql, number, unseal_value)
    }

    fn of_article<T>(
        &self,
        sql: &str,
        number: u32,
        read: impl Fn(&[u8], u64) -> Option<T>,
    ) -> Result<Option<T>> {
        let place = self.sealed_place(number as u64);
        let select = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let mut rows = statement.query([number])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            // Read where it lies.
            Ok(Some(read(row.get_ref(0)?.as_blob()?, place)))
        };
        let found = select().map_err(|error| self.error(error))?;
        if found.is_none() && self.is_removed(number)? {
            return Ok(None);
        }
        found.flatten().map(Some).ok_or_else(|| self.damaged("an article"))
    }

    /// The article of a number that must be there.
    pub fn there(&self, number: u32) -> Result<Record> {
        self.record(number)?.ok_or_else(|| self.damaged("an article"))
    }

    /// Stores an article with what it is found by.
    pub fn put(&self, number: u32, record: &Record, glance: &Glance) -> Result<()> {
        let place = self.sealed_place(number as u64);
        let data = seal_value(record, place);
        let sql = "INSERT INTO records VALUES (?, ?, ?, ?, 0, ?, ?)";
        let Record { date, stored, original, .. } = *record;
        self.execute(sql, (number, date, stored, original, glance.seal(place), data))?;
        self.count_copies(original, 1)
    }

    /// Stores an article that is there already, as the duplicate of another.
    pub fn put_original(&self, number: u32, record: &Record, before: Option<u32>) -> Result<()> {
        let data = seal_value(record, self.sealed_place(number as u64));
        let sql = "UPDATE records SET original = ?, data = ? WHERE number = ?";
        self.execute(sql, (record.original, data, number))?;
        self.count_copies(before, -1)?;
        self.count_copies(record.original, 1)
    }

    /// Takes an article away, as the last of so many.
    pub fn remove(&self, number: u32, record: &Record, place: u64) -> Result<()> {
        self.count_copies(record.original, -1)?;
        self.execute("DELETE FROM records WHERE number = ?", [number])?;
        self.execute("DELETE FROM recent WHERE number = ?", [number])?;
        self.execute("INSERT INTO removed VALUES (?, ?)", (place as i64, number))
    }

    fn count_copies(&self, original: Option<u32>, change: i32) -> Result<()> {
        let sql = "UPDATE records SET copies = copies + ? WHERE number = ?";
        original.map_or(Ok(()), |original| self.execute(sql, (change, original)))
    }

    /// The duplicates of an article that is there, in their order.
    pub fn copies(&self, number: u32) -> Result<Vec<u32>> {
        let counted = "SELECT copies FROM records WHERE number = ?";
        let count: Option<i64> = self.value(counted, [number])?;
        let sql = "SELECT number FROM records WHERE original = ? ORDER BY number";
        let copies = self.numbers(sql, [number as i64])?;
        // Each of them says what it is a duplicate of; that none is missing says the count.
        if count != Some(copies.len() as i64) {
            return Err(self.damaged("the list of duplicates"));
        }
        Ok(copies)
    }

    pub fn put_recent(&self, number: u32, keys: &[Key]) -> Result<()> {
        let data = seal_value(&keys, self.sealed_place(number as u64));
        self.execute("INSERT INTO recent VALUES (?, ?)", (number, data))
    }

    pub fn forget_recent(&self, numbers: Range<u32>) -> Result<()> {
        let ends = (numbers.start, numbers.end);
        self.execute("DELETE FROM recent WHERE number >= ? AND number < ?", ends)
    }

    fn is_removed(&self, number: u32) -> Result<bool> {
        let found = self.value::<i64>("SELECT number FROM removed WHERE number = ?", [number])?;
        Ok(found.is_some())
    }

    /// The articles removed but for the first so many.
    pub fn removed_after(&self, place: u64) -> Result<Vec<u32>> {
        self.numbers("SELECT number FROM removed WHERE place > ?", [place as i64])
    }

    /// The articles published before a time, of those that have a date.
    pub fn published_before(&self, time: i64) -> Result<Vec<u32>> {
        self.numbers("SELECT number FROM records WHERE date < ? AND date > ?", [time, NO_DATE])
    }

    /// The articles without a date that were stored before a time.
    pub fn undated_before(&self, time: i64) -> Result<Vec<u32>> {
        self.numbers("SELECT number FROM records WHERE stored < ? AND date = ?", [time, NO_DATE])
    }

    pub fn numbers_from(&self, first: u32, most: usize) -> Result<Vec<u32>> {
        let sql = "SELECT number FROM records WHERE number >= ? ORDER BY number LIMIT ?";
        self.numbers(sql, [first as i64, most as i64])
    }

    pub fn forget_removed(&self) -> Result<()> {
        self.execute("DELETE FROM removed", [])
    }
}
