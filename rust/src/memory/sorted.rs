//! Values in order and without repeats, however many: what does not fit into memory is written to
//! temporary files as sorted runs, which are merged.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use std::sync::{Mutex, PoisonError};

use bytemuck::Pod;
use rayon::prelude::*;

use super::Memory;
use super::column::Column;
use super::temporary::TemporaryFile;
use crate::error::Result;

/// Values that a thread gathers before it hands them on.
const HANDED_ON: usize = 1 << 14;

/// Runs that are merged into one.
const RUNS_AT_ONCE: usize = 32;

/// Bytes of a run that are read in one go, and bytes of a merged run that are written.
const READ_AT_ONCE: usize = 64 << 10;
const WRITTEN_AT_ONCE: usize = 1 << 20;

/// Takes values from all threads, in any order.
pub struct Sorter<'a, T> {
    memory: &'a Memory,
    /// Values at which a run is written.
    most: usize,
    gathered: Mutex<Gathered<T>>,
}

struct Gathered<T> {
    values: Vec<T>,
    /// How many values there were when they were last sorted.
    settled: usize,
    /// The runs by how often they were merged.
    runs: Vec<Vec<TemporaryFile>>,
}

impl<'a, T: Pod + Ord + Send + Sync> Sorter<'a, T> {
    pub fn new(memory: &'a Memory) -> Sorter<'a, T> {
        // Each thread may be writing a run while the next one is gathered.
        let buffers = rayon::current_num_threads() + 1;
        let most = (memory.for_stage() / size_of::<T>() / buffers).max(HANDED_ON);
        let gathered = Gathered { values: Vec::new(), settled: 0, runs: Vec::new() };
        Sorter { memory, most, gathered: Mutex::new(gathered) }
    }

    /// For one thread, which hands its values on now and then.
    pub fn local(&self) -> Local<'_, 'a, T> {
        Local { sorter: self, values: Vec::new() }
    }

    /// Takes one value, from a thread that finds few.
    pub fn push(&self, value: T) -> Result<()> {
        self.add(&mut vec![value])
    }

    /// Takes the values out of a list.
    fn add(&self, values: &mut Vec<T>) -> Result<()> {
        let full = {
            let mut gathered = self.lock();
            gathered.values.append(values);
            if gathered.values.len() < self.most {
                return Ok(());
            }
            std::mem::take(&mut gathered.values)
        };
        self.write_run(full)
    }

    /// Sorts what is in memory once it has doubled, while no thread hands anything on.
    pub fn settle(&mut self) {
        let gathered = self.gathered.get_mut().unwrap_or_else(PoisonError::into_inner);
        if gathered.values.len() >= 2 * gathered.settled {
            sort(&mut gathered.values);
            gathered.settled = gathered.values.len();
        }
    }

    /// All values. They are in `make_file` where they do not fit into memory.
    pub fn finish(self, make_file: impl FnOnce() -> Result<TemporaryFile>) -> Result<Column<T>> {
        let mut values = std::mem::take(&mut self.lock().values);
        if self.lock().runs.is_empty() {
            sort(&mut values);
            return Ok(values.into());
        }
        self.write_run(values)?;
        let mut runs: Vec<TemporaryFile> =
            std::mem::take(&mut self.lock().runs).into_iter().flatten().collect();
        while runs.len() > RUNS_AT_ONCE {
            let some = runs.drain(..RUNS_AT_ONCE).collect();
            runs.push(merge::<T>(some, TemporaryFile::unnamed(&self.memory.folder)?)?);
        }
        Ok(merge::<T>(runs, make_file()?)?.into())
    }

    /// In one thread: the others may wait for it to unlock, and must not be waited for.
    fn write_run(&self, mut values: Vec<T>) -> Result<()> {
        values.sort_unstable();
        values.dedup();
        let mut run = TemporaryFile::unnamed(&self.memory.folder)?;
        run.append(bytemuck::cast_slice(&values))?;
        drop(values);
        for level in 0.. {
            let some = {
                let runs = &mut self.lock().runs;
                if runs.len() == level {
                    runs.push(Vec::new());
                }
                runs[level].push(run);
                if runs[level].len() < RUNS_AT_ONCE {
                    break;
                }
                std::mem::take(&mut runs[level])
            };
            run = merge::<T>(some, TemporaryFile::unnamed(&self.memory.folder)?)?;
        }
        Ok(())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Gathered<T>> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sort<T: Ord + Send>(values: &mut Vec<T>) {
    values.par_sort_unstable();
    values.dedup();
}

/// The values of one thread that are not handed on yet.
pub struct Local<'s, 'a, T> {
    sorter: &'s Sorter<'a, T>,
    values: Vec<T>,
}

impl<T: Pod + Ord + Send + Sync> Local<'_, '_, T> {
    pub fn push(&mut self, value: T) -> Result<()> {
        self.values.push(value);
        if self.values.len() < HANDED_ON { Ok(()) } else { self.sorter.add(&mut self.values) }
    }

    /// Hands the last ones on.
    pub fn finish(mut self) -> Result<()> {
        self.sorter.add(&mut self.values)
    }
}

/// A run that is read from its start to its end.
struct Run<T> {
    file: TemporaryFile,
    at: u64,
    values: Vec<T>,
    next: usize,
}

impl<T: Pod> Run<T> {
    fn new(file: TemporaryFile) -> Run<T> {
        Run { file, at: 0, values: Vec::new(), next: 0 }
    }

    fn next(&mut self) -> Result<Option<T>> {
        if self.next == self.values.len() {
            let size = size_of::<T>() as u64;
            let left = self.file.length() / size - self.at;
            let count = left.min(READ_AT_ONCE as u64 / size);
            if count == 0 {
                return Ok(None);
            }
            self.values.resize(count as usize, T::zeroed());
            self.file.read(bytemuck::cast_slice_mut(&mut self.values), self.at * size)?;
            self.at += count;
            self.next = 0;
        }
        self.next += 1;
        Ok(Some(self.values[self.next - 1]))
    }
}

/// Merges sorted runs into a file, and leaves out what is there already.
fn merge<T: Pod + Ord>(runs: Vec<TemporaryFile>, mut out: TemporaryFile) -> Result<TemporaryFile> {
    let mut runs: Vec<Run<T>> = runs.into_iter().map(Run::new).collect();
    let mut heads = BinaryHeap::with_capacity(runs.len());
    for (number, run) in runs.iter_mut().enumerate() {
        heads.extend(run.next()?.map(|value| Reverse((value, number))));
    }
    let mut merged: Vec<T> = Vec::new();
    let mut last = None;
    while let Some(mut head) = heads.peek_mut() {
        let Reverse((value, number)) = *head;
        match runs[number].next()? {
            Some(next) => *head = Reverse((next, number)),
            None => drop(PeekMut::pop(head)),
        }
        if last.replace(value) != Some(value) {
            merged.push(value);
            if size_of_val(&merged[..]) >= WRITTEN_AT_ONCE {
                out.append(bytemuck::cast_slice(&merged))?;
                merged.clear();
            }
        }
    }
    out.append(bytemuck::cast_slice(&merged))?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20))]
        #[test]
        fn runs_are_merged_into_what_sorting_gives(
            seed: u32, count in 0usize..200_000, values in 1u32..100_000, limited: bool
        ) {
            let folder = tempfile::tempdir().unwrap();
            let limit = limited.then_some(0);
            let memory = Memory::new(limit, Some(folder.path().to_path_buf()));
            let mut sorter = Sorter::new(&memory);
            let value = |at: usize| {
                let mixed = (at as u32 ^ seed).wrapping_mul(0x9e37_79b9);
                [(mixed >> 7) % values, mixed % 3]
            };
            for chunk in (0..count).collect::<Vec<_>>().chunks(30_000) {
                chunk.par_chunks(1000).for_each(|chunk| {
                    let mut local = sorter.local();
                    chunk.iter().for_each(|&at| local.push(value(at)).unwrap());
                    local.finish().unwrap();
                });
                sorter.settle();
            }
            let sorted = sorter.finish(|| TemporaryFile::unnamed(folder.path())).unwrap();
            let mut expected: Vec<[u32; 2]> = (0..count).map(value).collect();
            expected.sort_unstable();
            expected.dedup();
            let mut found = Vec::new();
            sorted.for_each_part(|part| { found.extend_from_slice(part); Ok(()) }).unwrap();
            prop_assert_eq!(found.len() as u64, sorted.len());
            prop_assert_eq!(found, expected);
        }
    }
}
