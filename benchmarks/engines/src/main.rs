//! Four embedded engines under the plain form of the index's workload, as the table of
//! docs/index.md has it:
//!
//!     cargo run --release --manifest-path benchmarks/engines/Cargo.toml [ARTICLES]

mod engines;
mod workload;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Instant;

use engines::{Engine, Fjall, Lmdb, Redb, Result, Sqlite};
use workload::keys;

const BATCH: u64 = 5_000;
const SINGLE: u64 = 200;
const LOOK_UPS: u64 = 10_000;

fn main() -> Result<()> {
    let articles = std::env::args().nth(1).map_or(Ok(200_000), |given| given.parse())?;
    println!(
        "| | articles/s, all | the last batch | `add`, ms, median | 64 look-ups, ms, median \
              and 99% | bytes an article |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    measure::<Sqlite>("SQLite", articles)?;
    measure::<Lmdb>("LMDB", articles)?;
    measure::<Redb>("redb", articles)?;
    measure::<Fjall>("fjall", articles)
}

fn measure<E: Engine>(name: &str, articles: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut engine = E::open(folder.path())?;
    let mut batches = Vec::new();
    for start in (0..articles).step_by(BATCH as usize) {
        let started = Instant::now();
        engine.add(start..(start + BATCH).min(articles))?;
        batches.push(started.elapsed().as_secs_f64());
    }
    let single = milliseconds(articles..articles + SINGLE, |it| engine.add(it..it + 1))?;
    drop(engine);
    let engine = E::open(folder.path())?;
    // A prime step goes through the articles in no order.
    let asked = (0..LOOK_UPS).map(|it| it * 7_919 % articles);
    let look_ups = milliseconds(asked, |it| {
        let found = engine.look_up(&keys(it))?;
        assert!(found >= keys(it).len(), "{name} has lost postings of article {it}");
        Ok(())
    })?;
    let last = batches[batches.len() - 1];
    println!(
        "| {name} | {:.0} | {:.0} | {:.2} | {:.2} {:.2} | {:.0} |",
        articles as f64 / batches.iter().sum::<f64>(),
        BATCH as f64 / last,
        at(&single, 0.5),
        at(&look_ups, 0.5),
        at(&look_ups, 0.99),
        bytes(folder.path())? as f64 / (articles + SINGLE) as f64,
    );
    Ok(())
}

/// How long each call took, in order.
fn milliseconds(
    articles: impl Iterator<Item = u64>,
    mut call: impl FnMut(u64) -> Result<()>,
) -> Result<Vec<f64>> {
    let mut times = Vec::new();
    for article in articles {
        let started = Instant::now();
        call(article)?;
        times.push(started.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    Ok(times)
}

fn at(sorted: &[f64], share: f64) -> f64 {
    sorted[(sorted.len() as f64 * share) as usize]
}

/// What a folder takes on the disk. A file of LMDB has holes.
fn bytes(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        sum += if metadata.is_dir() { bytes(&entry.path())? } else { metadata.blocks() * 512 };
    }
    Ok(sum)
}
