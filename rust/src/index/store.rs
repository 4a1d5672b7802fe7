//! The index on disk: an SQLite database, written by one process and read by any number.
//!
//! What is read by number must be there, and has a checksum: a damaged file gives an error, never a
//! wrong answer.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::article::Article;
use super::content::Content;
use super::file::{Stamp, beside};
use super::postings::{self, Key, Page, checksum};
use crate::corpus::NO_DATE;
use crate::error::{Error, Result};
use crate::text::story::Stem;

/// "dedu": what `file` and SQLite's own tools tell the file by.
const APPLICATION: i32 = 0x6465_6475;

/// Version of the format. An index of another version is refused.
const FORMAT: i32 = 3;

const SCHEMA: &str = "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE records (
        number INTEGER PRIMARY KEY, date INTEGER, stored INTEGER NOT NULL,
        original INTEGER, copies INTEGER NOT NULL, glance BLOB NOT NULL, data BLOB NOT NULL
    );
    CREATE INDEX times ON records (date, stored);
    CREATE INDEX copies ON records (original) WHERE original IS NOT NULL;
    CREATE TABLE pages (place INTEGER PRIMARY KEY, data BLOB NOT NULL);
    CREATE TABLE recent (number INTEGER PRIMARY KEY, data BLOB NOT NULL);
    CREATE TABLE removed (place INTEGER PRIMARY KEY, number INTEGER NOT NULL UNIQUE);
";

/// Time that one waits for another who writes the log back, which takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// What of the file each connection keeps in memory, in kibibytes, which SQLite takes with a minus: at
/// a million articles a fifth less time for a look-up than with its usual 2,000.
const CACHED: i64 = -(64 << 10);

/// Where SQLite puts files of its own.
const FOLDER_NAME: &str = "temp_store_directory";

/// A sorted run of postings.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub number: u32,
    pub pages: u64,
    pub postings: u64,
}

impl Run {
    pub fn place(&self, page: u64) -> u64 {
        place_of_run(self.number) | page
    }

    /// The place of what a page hides.
    pub fn hidden_place(&self, page: u64) -> u64 {
        self.place(page) | HIDDEN
    }
}

/// A run has fewer pages.
const HIDDEN: u64 = 1 << 31;

fn place_of_run(number: u32) -> u64 {
    (number as u64) << 32
}

/// What changes with every article.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct State {
    /// Counts all changes.
    pub generation: u64,
    /// The number of the next article.
    pub next: u32,
    /// The first article whose postings are in no run.
    pub first_recent: u32,
    /// The postings of those before this one are being made into a run.
    pub cut: u32,
    /// Where the list of recent postings begins that are in a run by now.
    pub first_listed: u32,
    /// The largest first.
    pub runs: Vec<Run>,
    pub next_run: u32,
    /// Runs that are not used, or not yet: their pages are garbage.
    pub doomed: Vec<u32>,
    /// Counts how often all was laid out anew.
    pub layout: u32,
    pub articles: u64,
    /// Articles removed since all runs were last made anew.
    pub removed: u64,
    /// The number of the next article when the stems were last counted.
    pub counted_of: u32,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Record {
    pub id: String,
    pub date: i64,
    /// When it was stored, in seconds.
    pub stored: i64,
    /// The number of the first version of it, which says what came before it.
    pub place: u32,
    /// The number of the article that this one is a duplicate of. That one is none itself.
    pub original: Option<u32>,
    pub content: Content,
}

impl Record {
    pub fn of(article: &Article, place: u32, keeps_text: bool) -> Record {
        Record {
            id: article.id.to_owned(),
            date: article.date,
            stored: now(),
            place,
            original: None,
            content: Content::of(article.text, keeps_text),
        }
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |it| it.as_secs() as i64)
}

/// What tells most strangers from versions without a look at the text.
#[derive(Clone)]
pub struct Glance {
    pub date: i64,
    /// Three bytes of each stem, which are as good as four for a first look, sorted.
    pub stems: Vec<u32>,
}

const STEM_BYTES: usize = 3;

impl Glance {
    pub fn of(date: i64, stems: &[Stem]) -> Glance {
        let mut stems: Vec<u32> = stems.iter().map(|stem| stem & 0xff_ffff).collect();
        stems.sort_unstable();
        stems.dedup();
        Glance { date, stems }
    }

    /// Its bytes, as they are stored at a place.
    pub fn seal(&self, place: u64) -> Vec<u8> {
        let short = |stem: &u32| -> [u8; STEM_BYTES] { *stem.to_le_bytes().first_chunk().unwrap() };
        let stems: Vec<_> = self.stems.iter().map(short).collect();
        seal(&[&self.date.to_le_bytes()[..], stems.as_flattened()].concat(), place)
    }

    /// None when the bytes are damaged, or those of another place.
    pub fn unseal(bytes: &[u8], place: u64) -> Option<Glance> {
        let (date, stems) = unseal(bytes, place)?.split_first_chunk()?;
        let stem = |&[a, b, c]: &[u8; STEM_BYTES]| u32::from_le_bytes([a, b, c, 0]);
        let stems = stems.as_chunks().0.iter().map(stem).collect();
        Some(Glance { date: i64::from_le_bytes(*date), stems })
    }
}

/// A connection, for one thread at a time.
pub struct Store {
    path: PathBuf,
    connection: Connection,
    /// Made at random for each index: what stands at some place in one has another place in another.
    salt: u64,
    /// The file, where it is read as it is since nothing may be written beside it.
    frozen: Option<Stamp>,
}

impl Store {
    /// Makes an index of a file that is not there, or empty since its maker was killed.
    pub fn create(path: &Path, options: &impl Serialize) -> Result<Store> {
        let create = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut store = Store::connect(path, path, create)?;
        let make = |sql: &str, value: &dyn rusqlite::ToSql| {
            store.connection.pragma_update(None, sql, value).map_err(|error| store.error(error))
        };
        make("journal_mode", &"wal")?;
        store.salt = RandomState::new().build_hasher().finish();
        store.writing(|| {
            let make = || {
                store.connection.execute_batch(SCHEMA)?;
                store.connection.pragma_update(None, "application_id", APPLICATION)?;
                store.connection.pragma_update(None, "user_version", FORMAT)
            };
            make().map_err(|error| store.error(error))?;
            let salt = seal_value(&store.salt, 0);
            store.execute("INSERT INTO meta VALUES (?, ?)", ("salt", salt))?;
            store.put_meta("options", options)?;
            store.put_meta("state", &State::default())
        })?;
        Ok(store)
    }

    /// Whether there is nothing in a file, or no file.
    pub fn is_empty(path: &Path) -> Result<bool> {
        if !path.exists() {
            return Ok(true);
        }
        let store = Store::reach(path, true)?;
        Ok(store.count_tables()? == Some(0))
    }

    pub fn open(path: &Path, read_only: bool) -> Result<Store> {
        let mut store = Store::reach(path, read_only)?;
        let pragma =
            |name| store.connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
        let application = pragma("application_id").map_err(|error| store.error(error))?;
        let format = pragma("user_version").map_err(|error| store.error(error))?;
        let name = path.display();
        if application != APPLICATION {
            return Err(Error::Index(format!("{name} is no index of dedup")));
        }
        if format != FORMAT {
            return Err(Error::Index(format!(
                "{name} has format {format}, and this version of dedup reads format {FORMAT}; use \
                 the version that made it, or make the index anew"
            )));
        }
        let salt: Option<Vec<u8>> =
            store.value("SELECT value FROM meta WHERE name = 'salt'", [])?;
        let salt = salt.and_then(|sealed| unseal_value(&sealed, 0));
        store.salt = salt.ok_or_else(|| store.damaged("its salt"))?;
        Ok(store)
    }

    /// Connects to a file that is there. Where nothing may be written beside it, as on a disk that is
    /// read-only, it is read as it is, if no log goes with it.
    fn reach(path: &Path, read_only: bool) -> Result<Store> {
        // SQLite reads a file, too, that may not be written; the last one to close it clears away.
        let tried = Store::connect(path, path, OpenFlags::SQLITE_OPEN_READ_WRITE)
            .and_then(|store| store.count_tables().map(|_| store));
        let error = match tried {
            Err(error) if read_only && std::fs::File::open(path).is_ok() => error,
            tried => return tried,
        };
        let log = beside(path, "-wal");
        if std::fs::metadata(&log).is_ok_and(|it| it.len() > 0) {
            return Err(Error::Index(format!(
                "{} has changes in {} that only one who may write beside it can read; open it as \
                 such a user first, which puts them in their place ({})",
                path.display(),
                log.display(),
                error
            )));
        }
        let frozen = Stamp::of(path);
        let Some(name) = path.to_str().map(percent_encoded) else { return Err(error) };
        let uri = PathBuf::from(format!("file:{name}?immutable=1"));
        let access = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
        let mut store = Store::connect(path, &uri, access)?;
        store.count_tables()?;
        store.frozen = frozen;
        Ok(store)
    }

    fn count_tables(&self) -> Result<Option<i64>> {
        self.value("SELECT count(*) FROM sqlite_master", [])
    }

    fn connect(path: &Path, name: &Path, flags: OpenFlags) -> Result<Store> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = Connection::open_with_flags(name, flags)?;
            connection.busy_timeout(PATIENCE)?;
            connection.pragma_update(None, "synchronous", "normal")?;
            connection.pragma_update(None, "cache_size", CACHED)?;
            connection.set_prepared_statement_cache_capacity(64);
            Ok(connection)
        };
        let connection = open().map_err(|error| describe(path, error))?;
        Ok(Store { path: path.to_path_buf(), connection, salt: 0, frozen: None })
    }

    /// Lets go of a file that is another's by now, and of the changes that were not in it yet.
    pub fn abandon(self) {
        let never = DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE;
        let _ = self.connection.set_db_config(never, true);
    }

    /// Whether the file is still the one that is read as it is.
    pub fn is_current(&self) -> bool {
        self.frozen.is_none() || self.frozen == Stamp::of(&self.path)
    }

    /// What is sealed with a place is sealed with this.
    pub fn sealed_place(&self, place: u64) -> u64 {
        place ^ self.salt
    }

    pub fn salt(&self) -> u64 {
        self.salt
    }

    fn error(&self, error: rusqlite::Error) -> Error {
        describe(&self.path, error)
    }

    pub fn damaged(&self, what: &str) -> Error {
        Error::Index(format!(
            "{} is damaged: {what}; make the index anew from its articles, or take a copy of it",
            self.path.display()
        ))
    }

    /// Runs `work` on one state of the index, whatever a writer does meanwhile.
    pub fn reading<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let transaction = self.connection.unchecked_transaction().map_err(|it| self.error(it))?;
        let done = work();
        transaction.finish().map_err(|error| self.error(error))?;
        done
    }

    /// Runs `work` and keeps all that it wrote, or nothing if it fails.
    pub fn writing<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let behavior = TransactionBehavior::Immediate;
        let transaction = rusqlite::Transaction::new_unchecked(&self.connection, behavior)
            .map_err(|error| self.error(error))?;
        let done = work()?;
        transaction.commit().map_err(|error| self.error(error))?;
        Ok(done)
    }

    pub fn meta<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let sealed: Option<Vec<u8>> =
            self.value("SELECT value FROM meta WHERE name = ?", [name])?;
        let place = self.sealed_place(0);
        sealed.and_then(|sealed| unseal_value(&sealed, place)).ok_or_else(|| self.damaged(name))
    }

    pub fn put_meta(&self, name: &str, value: &impl Serialize) -> Result<()> {
        self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, seal_value(value, self.sealed_place(0))))
    }

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
    pub fn pages(&self, run: &Run, keys: &Range<Key>) -> Result<Vec<(u64, Vec<u8>)>> {
        let last = keys.end.saturating_sub(1).max(keys.start);
        let [first, last] = [keys.start, last].map(|key| postings::page_of(key, run.pages));
        let select = |ends: [u64; 2]| -> Result<Vec<(u64, Vec<u8>)>> {
            let work = || -> rusqlite::Result<Vec<(u64, Vec<u8>)>> {
                let sql = "SELECT place, data FROM pages WHERE place BETWEEN ? AND ? ORDER BY place";
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

    pub fn put_pages(&self, pages: &[(u64, Vec<u8>)]) -> Result<()> {
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

    /// Gives the space back to the disk that removed articles took. What SQLite needs for it is taken
    /// where the index is.
    pub fn shrink(&self) -> Result<()> {
        static FOLDER: Mutex<()> = Mutex::new(());
        // It is one for the process.
        let _ours = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
        let name = |folder: &Path| self.connection.pragma_update(None, FOLDER_NAME, folder.to_str());
        let shrunk = name(self.path.parent().unwrap_or(Path::new("")))
            .and_then(|()| self.connection.execute_batch("VACUUM"));
        let _ = name(Path::new(""));
        shrunk
            .and_then(|()| self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)"))
            .map_err(|error| self.error(error))
    }

    pub fn forget_removed(&self) -> Result<()> {
        self.execute("DELETE FROM removed", [])
    }

    fn execute(&self, sql: &str, values: impl rusqlite::Params) -> Result<()> {
        let run = || self.connection.prepare_cached(sql)?.execute(values);
        run().map(|_| ()).map_err(|error| self.error(error))
    }

    fn value<T: rusqlite::types::FromSql>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
    ) -> Result<Option<T>> {
        let run =
            || self.connection.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional();
        run().map_err(|error| self.error(error))
    }

    fn numbers(&self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<u32>> {
        let run = || -> rusqlite::Result<Vec<u32>> {
            self.connection.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect()
        };
        run().map_err(|error| self.error(error))
    }
}

/// The bytes of a value, as they are stored in some place.
pub fn seal_value(value: &impl Serialize, place: u64) -> Vec<u8> {
    seal(&postcard::to_allocvec(value).expect("plain data in memory"), place)
}

/// None when the bytes are damaged, or those of another place.
pub fn unseal_value<T: DeserializeOwned>(sealed: &[u8], place: u64) -> Option<T> {
    postcard::from_bytes(unseal(sealed, place)?).ok()
}

/// A value with its checksum before it.
fn seal(value: &[u8], place: u64) -> Vec<u8> {
    [&checksum(value, place)[..], value].concat()
}

fn unseal(sealed: &[u8], place: u64) -> Option<&[u8]> {
    let (found, value) = sealed.split_at_checked(size_of::<u64>())?;
    (found == checksum(value, place)).then_some(value)
}

fn describe(path: &Path, error: rusqlite::Error) -> Error {
    use rusqlite::ErrorCode::*;
    let name = path.display();
    Error::Index(match error.sqlite_error_code() {
        Some(DiskFull) => format!("no room is left on the disk of {name}; nothing was stored"),
        Some(NotADatabase | DatabaseCorrupt) => {
            format!("{name} is damaged, or no index of dedup; make the index anew ({error})")
        }
        _ => format!("{name}: {error}"),
    })
}

/// A path as it stands in a URI.
fn percent_encoded(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte);
    let each = |byte: u8| {
        if is_plain(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") }
    };
    path.bytes().map(each).collect()
}
