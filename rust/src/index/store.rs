//! The index on disk: an SQLite database, written by one process and read by any number.
//!
//! What is read by number must be there, and has a checksum: a damaged file gives an error, never a
//! wrong answer.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::postings::{self, Key, Page, Posting, checksum};
use crate::corpus::NO_DATE;
use crate::error::{Error, Result};
use crate::story::Stem;

/// "dedu": what `file` and SQLite's own tools tell the file by.
const APPLICATION: i32 = 0x6465_6475;

/// Version of the format. An index of another version is refused.
const FORMAT: i32 = 1;

const SCHEMA: &str = "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE records (
        number INTEGER PRIMARY KEY, date INTEGER, glance BLOB NOT NULL, data BLOB NOT NULL
    );
    CREATE TABLE pages (place INTEGER PRIMARY KEY, data BLOB NOT NULL);
    CREATE TABLE removed (place INTEGER PRIMARY KEY, number INTEGER NOT NULL UNIQUE);
";

/// Time that a writer waits for a reader that writes the log back, which takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes of the file that are mapped into memory: all that there may be.
const MAPPED: i64 = 1 << 40;

/// What of the file each connection keeps in memory, in kibibytes, which SQLite takes with a minus: at
/// a million articles a fifth less time for a look-up than with its usual 2,000.
const CACHED: i64 = -(64 << 10);

/// A sorted run of postings.
#[derive(Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub number: u32,
    pub pages: u64,
    pub postings: u64,
}

impl Run {
    fn place(&self, page: u64) -> u64 {
        (self.number as u64) << 32 | page
    }
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
    /// The largest first.
    pub runs: Vec<Run>,
    pub next_run: u32,
    pub articles: u64,
    /// Articles removed since all runs were last made anew.
    pub removed: u64,
    /// Articles that there were when it was last found out which stems are frequent.
    pub frequent_of: u32,
}

#[derive(Serialize, Deserialize)]
pub struct Record {
    pub id: String,
    pub date: i64,
    /// Id of the article that this one is a duplicate of.
    pub duplicate_of: Option<String>,
    pub text: Vec<u8>,
}

/// What tells most strangers from versions without a look at the text.
#[derive(Serialize, Deserialize)]
pub struct Glance {
    pub date: i64,
    /// Three bytes of each stem, which are as good as four for a first look.
    stems: Vec<[u8; 3]>,
}

impl Glance {
    pub fn of(date: i64, stems: &[Stem]) -> Glance {
        let short = |stem: &Stem| {
            let [_, a, b, c] = stem.to_be_bytes();
            [a, b, c]
        };
        let mut stems: Vec<[u8; 3]> = stems.iter().map(short).collect();
        stems.sort_unstable();
        stems.dedup();
        Glance { date, stems }
    }

    pub fn stems(&self) -> Vec<u32> {
        self.stems.iter().map(|&[a, b, c]| u32::from_be_bytes([0, a, b, c])).collect()
    }
}

/// A connection, for one thread at a time.
pub struct Store {
    path: PathBuf,
    connection: Connection,
}

impl Store {
    /// Makes an index of a file that is not there, or empty since its maker was killed.
    pub fn create(path: &Path, options: &impl Serialize) -> Result<Store> {
        let create = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let store = Store::connect(path, create)?;
        let wal = store.connection.pragma_update(None, "journal_mode", "wal");
        wal.map_err(|error| store.error(error))?;
        store.writing(|| {
            let make = || {
                store.connection.execute_batch(SCHEMA)?;
                store.connection.pragma_update(None, "application_id", APPLICATION)?;
                store.connection.pragma_update(None, "user_version", FORMAT)
            };
            make().map_err(|error| store.error(error))?;
            store.put("options", options)?;
            store.put("state", &State::default())
        })?;
        Ok(store)
    }

    /// Whether there is nothing in a file, or no file.
    pub fn is_empty(path: &Path) -> Result<bool> {
        if !path.exists() {
            return Ok(true);
        }
        let store = Store::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        Ok(store.value::<i64>("SELECT count(*) FROM sqlite_master", [])? == Some(0))
    }

    pub fn open(path: &Path) -> Result<Store> {
        let store = Store::connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
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
        Ok(store)
    }

    fn connect(path: &Path, flags: OpenFlags) -> Result<Store> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let open = || {
            let connection = Connection::open_with_flags(path, flags)?;
            connection.busy_timeout(PATIENCE)?;
            connection.pragma_update(None, "synchronous", "normal")?;
            connection.pragma_update(None, "mmap_size", MAPPED)?;
            connection.pragma_update(None, "cache_size", CACHED)?;
            connection.set_prepared_statement_cache_capacity(32);
            Ok(connection)
        };
        let connection = open().map_err(|error| describe(path, error))?;
        Ok(Store { path: path.to_path_buf(), connection })
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

    pub fn get<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let sealed = self.value("SELECT value FROM meta WHERE name = ?", [name])?;
        self.open_sealed(sealed, 0, name)
    }

    pub fn put(&self, name: &str, value: &impl Serialize) -> Result<()> {
        self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, seal(value, 0)))
    }

    /// The article of a number; None when it was removed.
    pub fn record(&self, number: u32) -> Result<Option<Record>> {
        self.of_article("SELECT data FROM records WHERE number = ?", number)
    }

    pub fn put_record(&self, number: u32, record: &Record, stems: &[Stem]) -> Result<()> {
        let glance = Glance::of(record.date, stems);
        let sealed = (seal(&glance, number as u64), seal(record, number as u64));
        let sql = "INSERT INTO records VALUES (?, ?, ?, ?)";
        self.execute(sql, (number, record.date, sealed.0, sealed.1))
    }

    /// What is looked at first of an article; None when it was removed.
    pub fn glance(&self, number: u32) -> Result<Option<Glance>> {
        self.of_article("SELECT glance FROM records WHERE number = ?", number)
    }

    fn of_article<T: DeserializeOwned>(&self, sql: &str, number: u32) -> Result<Option<T>> {
        let sealed = self.value(sql, [number])?;
        if sealed.is_none() && self.is_removed(number)? {
            return Ok(None);
        }
        self.open_sealed(sealed, number as u64, "an article").map(Some)
    }

    /// Takes an article away, as the last of so many.
    pub fn remove(&self, number: u32, place: u64) -> Result<()> {
        self.execute("DELETE FROM records WHERE number = ?", [number])?;
        self.execute("INSERT INTO removed VALUES (?, ?)", (place as i64, number))
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

    pub fn numbers_from(&self, first: u32, most: usize) -> Result<Vec<u32>> {
        let sql = "SELECT number FROM records WHERE number >= ? ORDER BY number LIMIT ?";
        self.numbers(sql, [first as i64, most as i64])
    }

    /// Appends the articles of a run that have a key, in their order.
    pub fn list(&self, run: &Run, key: Key, found: &mut Vec<u32>) -> Result<()> {
        self.with_page(run, postings::page_of(key, run.pages), |page| {
            let postings = page.postings_from(key).skip_while(|it| it.0 < key);
            found.extend(postings.take_while(|it| it.0 == key).map(|(_, article)| article));
        })
    }

    fn with_page<T>(&self, run: &Run, page: u64, read: impl FnOnce(Page) -> T) -> Result<T> {
        let place = run.place(page);
        let select = || {
            let mut statement =
                self.connection.prepare_cached("SELECT data FROM pages WHERE place = ?")?;
            let mut rows = statement.query([place as i64])?;
            let Some(row) = rows.next()? else { return Ok(None) };
            // Read where it lies.
            let bytes = row.get_ref(0)?.as_blob()?;
            Ok(Page::open(bytes, place).map(read))
        };
        let found = select().map_err(|error| self.error(error))?;
        found.ok_or_else(|| self.damaged("a page of postings"))
    }

    /// All postings of a run, in order.
    pub fn postings(&self, run: Run) -> impl Iterator<Item = Result<Vec<Posting>>> {
        (0..run.pages)
            .map(move |page| self.with_page(&run, page, |page| page.postings_from(0).collect()))
    }

    /// Writes a run. `postings` are sorted, and `count` is not less than their number.
    pub fn put_run(
        &self,
        number: u32,
        count: u64,
        postings: impl Iterator<Item = Result<Posting>>,
    ) -> Result<Run> {
        let mut run = Run { number, pages: postings::pages_for(count), postings: 0 };
        let mut page = 0;
        // Those of the page, and those of the key at hand.
        let mut waiting: Vec<Posting> = Vec::new();
        let mut of_key: Vec<Posting> = Vec::new();
        let empty = run;
        let put = |page: u64, postings: &[Posting]| {
            let data = postings::encode(postings, empty.place(page));
            self.execute("INSERT INTO pages VALUES (?, ?)", (empty.place(page) as i64, data))
        };
        for posting in postings {
            let posting = posting?;
            if of_key.last().is_some_and(|last| last.0 != posting.0) {
                postings::cap(&mut of_key);
                run.postings += of_key.len() as u64;
                waiting.append(&mut of_key);
            }
            let own = postings::page_of(posting.0, run.pages);
            while page < own {
                put(page, &waiting)?;
                waiting.clear();
                page += 1;
            }
            of_key.push(posting);
        }
        postings::cap(&mut of_key);
        run.postings += of_key.len() as u64;
        waiting.append(&mut of_key);
        while page < run.pages {
            put(page, &waiting)?;
            waiting.clear();
            page += 1;
        }
        Ok(run)
    }

    pub fn drop_run(&self, run: &Run) -> Result<()> {
        let ends = [run.place(0) as i64, run.place(run.pages) as i64];
        self.execute("DELETE FROM pages WHERE place >= ? AND place < ?", ends)
    }

    /// Gives the space back to the disk that removed articles took.
    pub fn shrink(&self) -> Result<()> {
        let run = || self.connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)");
        run().map_err(|error| self.error(error))
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

    fn open_sealed<T: DeserializeOwned>(
        &self,
        sealed: Option<Vec<u8>>,
        place: u64,
        what: &str,
    ) -> Result<T> {
        let value = sealed.as_deref().and_then(|sealed| unseal(sealed, place));
        let value = value.and_then(|value| postcard::from_bytes(value).ok());
        value.ok_or_else(|| self.damaged(what))
    }
}

/// A value with its checksum before it.
fn seal(value: &impl Serialize, place: u64) -> Vec<u8> {
    let value = postcard::to_allocvec(value).expect("plain data in memory");
    [&checksum(&value, place)[..], &value].concat()
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

/// Holds the right to write to an index until it is dropped.
pub struct WriterLock {
    _file: File,
}

impl WriterLock {
    pub fn take(index: &Path) -> Result<WriterLock> {
        let mut path = index.as_os_str().to_owned();
        path.push("-writer");
        let path = PathBuf::from(path);
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(Error::write(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(WriterLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(Error::Index(format!(
                "{} is open for writing elsewhere; wait for that to end, or open it read-only",
                index.display()
            ))),
            Err(TryLockError::Error(error)) => Err(Error::write(&path)(error)),
        }
    }
}
