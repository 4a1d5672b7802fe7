//! Each engine set so that what was committed outlives its process.

use std::ops::Range;
use std::path::Path;

use fjall::{Keyspace, KeyspaceCreateOptions, PersistMode};
use heed::byteorder::BE;
use heed::types::{Bytes, U32};
use redb::{ReadableDatabase, TableDefinition};
use rusqlite::Connection;

use crate::workload::{posting, postings, record};

pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const CACHE_BYTES: usize = 1 << 30;

pub trait Engine: Sized {
    /// Open what is in a folder, or make it there.
    fn open(folder: &Path) -> Result<Self>;

    /// Store articles in one transaction.
    fn add(&mut self, articles: Range<u64>) -> Result<()>;

    /// How many postings the keys have in all.
    fn look_up(&self, keys: &[u64]) -> Result<usize>;
}

pub struct Sqlite(Connection);

impl Engine for Sqlite {
    fn open(folder: &Path) -> Result<Self> {
        let connection = Connection::open(folder.join("articles"))?;
        connection.execute_batch(
            "PRAGMA journal_mode = wal;
             PRAGMA synchronous = normal;
             PRAGMA cache_size = -1000000;
             PRAGMA mmap_size = 100000000000;
             CREATE TABLE IF NOT EXISTS postings
                 (key INTEGER, article INTEGER, PRIMARY KEY (key, article)) WITHOUT ROWID;
             CREATE TABLE IF NOT EXISTS records (article INTEGER PRIMARY KEY, record BLOB);",
        )?;
        Ok(Self(connection))
    }

    fn add(&mut self, articles: Range<u64>) -> Result<()> {
        let transaction = self.0.transaction()?;
        {
            let mut insert = transaction.prepare_cached("INSERT INTO postings VALUES (?, ?)")?;
            for (key, article) in postings(articles.clone()) {
                insert.execute((key as i64, article))?;
            }
            let mut insert = transaction.prepare_cached("INSERT INTO records VALUES (?, ?)")?;
            for article in articles {
                insert.execute((article as i64, record(article)))?;
            }
        }
        Ok(transaction.commit()?)
    }

    fn look_up(&self, keys: &[u64]) -> Result<usize> {
        let query = "SELECT count(*) FROM postings WHERE key = ?";
        let mut count = self.0.prepare_cached(query)?;
        let mut found = 0;
        for &key in keys {
            found += count.query_row([key as i64], |row| row.get::<_, i64>(0))? as usize;
        }
        Ok(found)
    }
}

pub struct Lmdb {
    environment: heed::Env,
    postings: heed::Database<Bytes, Bytes>,
    records: heed::Database<U32<BE>, Bytes>,
}

impl Engine for Lmdb {
    fn open(folder: &Path) -> Result<Self> {
        let mut options = heed::EnvOpenOptions::new();
        options.map_size(200 << 30).max_dbs(2);
        // SAFETY: nothing else writes to the folder, which is a temporary one.
        let environment = unsafe {
            options.flags(heed::EnvFlags::NO_META_SYNC);
            options.open(folder)?
        };
        let mut transaction = environment.write_txn()?;
        let postings = environment.create_database(&mut transaction, Some("postings"))?;
        let records = environment.create_database(&mut transaction, Some("records"))?;
        transaction.commit()?;
        Ok(Self { environment, postings, records })
    }

    fn add(&mut self, articles: Range<u64>) -> Result<()> {
        let mut transaction = self.environment.write_txn()?;
        for (key, article) in postings(articles.clone()) {
            self.postings.put(&mut transaction, &posting(key, article), &[])?;
        }
        for article in articles {
            self.records.put(&mut transaction, &(article as u32), &record(article))?;
        }
        Ok(transaction.commit()?)
    }

    fn look_up(&self, keys: &[u64]) -> Result<usize> {
        let transaction = self.environment.read_txn()?;
        let mut found = 0;
        for key in keys {
            found += self.postings.prefix_iter(&transaction, &key.to_be_bytes())?.count();
        }
        Ok(found)
    }
}

impl Drop for Lmdb {
    /// It cannot be opened again in this process before it is closed.
    fn drop(&mut self) {
        let _ = self.environment.clone().prepare_for_closing();
    }
}

pub struct Redb(redb::Database);

const POSTINGS: TableDefinition<&[u8; 12], ()> = TableDefinition::new("postings");
const RECORDS: TableDefinition<u32, &[u8]> = TableDefinition::new("records");

impl Engine for Redb {
    fn open(folder: &Path) -> Result<Self> {
        let mut builder = redb::Builder::new();
        Ok(Self(builder.set_cache_size(CACHE_BYTES).create(folder.join("articles"))?))
    }

    fn add(&mut self, articles: Range<u64>) -> Result<()> {
        let transaction = self.0.begin_write()?;
        {
            let mut table = transaction.open_table(POSTINGS)?;
            for (key, article) in postings(articles.clone()) {
                table.insert(&posting(key, article), ())?;
            }
            let mut table = transaction.open_table(RECORDS)?;
            for article in articles {
                table.insert(article as u32, &record(article)[..])?;
            }
        }
        Ok(transaction.commit()?)
    }

    fn look_up(&self, keys: &[u64]) -> Result<usize> {
        let transaction = self.0.begin_read()?;
        let table = transaction.open_table(POSTINGS)?;
        let mut found = 0;
        for &key in keys {
            found += table.range::<&[u8; 12]>(&posting(key, 0)..=&posting(key, u32::MAX))?.count();
        }
        Ok(found)
    }
}

pub struct Fjall {
    database: fjall::Database,
    postings: Keyspace,
    records: Keyspace,
}

impl Engine for Fjall {
    fn open(folder: &Path) -> Result<Self> {
        let database = fjall::Database::builder(folder).open()?;
        let postings = database.keyspace("postings", KeyspaceCreateOptions::default)?;
        let records = database.keyspace("records", KeyspaceCreateOptions::default)?;
        Ok(Self { database, postings, records })
    }

    fn add(&mut self, articles: Range<u64>) -> Result<()> {
        let mut batch = self.database.batch();
        for (key, article) in postings(articles.clone()) {
            batch.insert(&self.postings, posting(key, article), []);
        }
        for article in articles {
            batch.insert(&self.records, (article as u32).to_be_bytes(), record(article));
        }
        batch.commit()?;
        Ok(self.database.persist(PersistMode::SyncData)?)
    }

    fn look_up(&self, keys: &[u64]) -> Result<usize> {
        Ok(keys.iter().map(|key| self.postings.prefix(key.to_be_bytes()).count()).sum())
    }
}
