//! The index on disk: an SQLite database, written by one process and read by any number.
//!
//! What is read by number must be there, and has a checksum: a damaged file gives an error, never a
//! wrong answer.

use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension, TransactionBehavior};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::file::{Stamp, beside};
use super::sealed::{seal_value, unseal_value};
use super::state::State;
use crate::error::{Error, Result};

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

/// A connection, for one thread at a time.
pub struct Store {
    path: PathBuf,
    pub connection: Connection,
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

    pub fn error(&self, error: rusqlite::Error) -> Error {
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
        self.execute(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            (name, seal_value(value, self.sealed_place(0))),
        )
    }

    /// Gives the space back to the disk that removed articles took. What SQLite needs for it is taken
    /// where the index is.
    pub fn shrink(&self) -> Result<()> {
        static FOLDER: Mutex<()> = Mutex::new(());
        // It is one for the process.
        let _ours = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
        let name =
            |folder: &Path| self.connection.pragma_update(None, FOLDER_NAME, folder.to_str());
        let shrunk = name(self.path.parent().unwrap_or(Path::new("")))
            .and_then(|()| self.connection.execute_batch("VACUUM"));
        let _ = name(Path::new(""));
        shrunk
            .and_then(|()| self.connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)"))
            .map_err(|error| self.error(error))
    }

    pub fn execute(&self, sql: &str, values: impl rusqlite::Params) -> Result<()> {
        let run = || self.connection.prepare_cached(sql)?.execute(values);
        run().map(|_| ()).map_err(|error| self.error(error))
    }

    pub fn value<T: rusqlite::types::FromSql>(
        &self,
        sql: &str,
        values: impl rusqlite::Params,
    ) -> Result<Option<T>> {
        let run =
            || self.connection.prepare_cached(sql)?.query_row(values, |row| row.get(0)).optional();
        run().map_err(|error| self.error(error))
    }

    pub fn numbers(&self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<u32>> {
        let run = || -> rusqlite::Result<Vec<u32>> {
            self.connection.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect()
        };
        run().map_err(|error| self.error(error))
    }
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
