//! A column of values, in memory or, as far as they do not fit there, in a temporary file.

use std::ops::Range;

use bytemuck::Pod;
use serde::{Deserialize, Serialize};

use super::temporary::TemporaryFile;
use crate::error::Result;

/// Bytes that [`Column::for_each_part`] gives in one go where they are in a file.
const PART: usize = 1 << 20;

#[derive(Serialize, Deserialize)]
pub struct Column<T> {
    /// The values that are not in the file: all, or the last ones.
    values: Vec<T>,
    file: Option<TemporaryFile>,
}

impl<T> Default for Column<T> {
    fn default() -> Column<T> {
        Column { values: Vec::new(), file: None }
    }
}

impl<T> From<Vec<T>> for Column<T> {
    fn from(values: Vec<T>) -> Column<T> {
        Column { values, file: None }
    }
}

impl<T: Pod> From<TemporaryFile> for Column<T> {
    fn from(file: TemporaryFile) -> Column<T> {
        Column { values: Vec::new(), file: Some(file) }
    }
}

impl<T: Pod> Column<T> {
    pub fn push(&mut self, value: T) {
        self.values.push(value);
    }

    pub fn extend(&mut self, values: impl IntoIterator<Item = T>) {
        self.values.extend(values);
    }

    /// Appends what `fill` appends to the values it is given.
    pub fn extend_with(&mut self, fill: impl FnOnce(&mut Vec<T>)) {
        fill(&mut self.values);
    }

    pub fn len(&self) -> u64 {
        self.in_file() + self.values.len() as u64
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of memory that the values take.
    pub fn memory(&self) -> usize {
        size_of_val(&self.values[..])
    }

    /// Moves the values from memory to a file, which is made when there is none yet.
    pub fn spill(&mut self, make_file: impl FnOnce() -> Result<TemporaryFile>) -> Result<()> {
        if self.file.is_none() {
            self.file = Some(make_file()?);
        }
        if let Some(file) = &mut self.file {
            file.append(bytemuck::cast_slice(&std::mem::take(&mut self.values)))?;
        }
        Ok(())
    }

    pub fn get(&self, index: u64) -> Result<T> {
        let in_file = self.in_file();
        if index >= in_file {
            return Ok(self.values[(index - in_file) as usize]);
        }
        let mut value = [T::zeroed()];
        self.read_file(index, &mut value)?;
        Ok(value[0])
    }

    pub fn is_spilled(&self) -> bool {
        self.file.is_some()
    }

    /// Gives the disk back that spilled values take: they are needed no more.
    pub fn clear_spilled(&self) -> Result<()> {
        self.file.as_ref().map_or(Ok(()), TemporaryFile::clear)
    }

    /// The values of a range; `buffer` takes them when they come from the file.
    pub fn read<'s>(&'s self, range: Range<u64>, buffer: &'s mut Vec<T>) -> Result<&'s [T]> {
        if range.start >= self.in_file() {
            return Ok(self.read_memory(range));
        }
        buffer.clear();
        self.append(range, buffer)?;
        Ok(buffer)
    }

    /// Those of the values of a range that are not in the file.
    pub fn read_memory(&self, range: Range<u64>) -> &[T] {
        let in_file = self.in_file();
        let place = |at: u64| (at.max(in_file) - in_file) as usize;
        &self.values[place(range.start)..place(range.end)]
    }

    /// Appends the values of a range to a buffer.
    pub fn append(&self, range: Range<u64>, buffer: &mut Vec<T>) -> Result<()> {
        let in_file = range.end.min(self.in_file()).saturating_sub(range.start) as usize;
        let known = buffer.len();
        buffer.resize(known + in_file, T::zeroed());
        self.read_file(range.start, &mut buffer[known..])?;
        buffer.extend_from_slice(self.read_memory(range));
        Ok(())
    }

    /// Calls `visit` with one part of the values after the other, all in one where they are in memory.
    pub fn for_each_part(&self, visit: impl FnMut(&[T]) -> Result<()>) -> Result<()> {
        self.for_each_part_of(0..self.len(), visit)
    }

    /// The same of the values of a range.
    pub fn for_each_part_of(
        &self,
        range: Range<u64>,
        mut visit: impl FnMut(&[T]) -> Result<()>,
    ) -> Result<()> {
        let most = if self.file.is_some() { (PART / size_of::<T>()) as u64 } else { u64::MAX };
        let mut buffer = Vec::new();
        let mut start = range.start;
        while start < range.end {
            let end = range.end.min(start.saturating_add(most));
            visit(self.read(start..end, &mut buffer)?)?;
            start = end;
        }
        Ok(())
    }

    pub fn for_each(&self, mut visit: impl FnMut(&T) -> Result<()>) -> Result<()> {
        self.for_each_part(|values| values.iter().try_for_each(&mut visit))
    }

    /// The first from a place on that is not as asked, where all that are come first.
    pub fn partition_point(&self, from: u64, is: impl Fn(&T) -> bool) -> Result<u64> {
        let (mut from, mut to) = (from, self.len());
        while from < to {
            let middle = from + (to - from) / 2;
            if is(&self.get(middle)?) { from = middle + 1 } else { to = middle }
        }
        Ok(from)
    }

    fn in_file(&self) -> u64 {
        self.file.as_ref().map_or(0, |file| file.length() / size_of::<T>() as u64)
    }

    fn read_file(&self, first: u64, values: &mut [T]) -> Result<()> {
        if values.is_empty() {
            return Ok(());
        }
        let offset = first * size_of::<T>() as u64;
        self.file.as_ref().map_or(Ok(()), |it| it.read(bytemuck::cast_slice_mut(values), offset))
    }
}
