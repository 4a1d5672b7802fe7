"""Tables: Parquet, CSV and TSV files between disk and the native core.

A row never changes between the passes: the first gives the core what it compares, the second
copies whole rows by the core's mask.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from dedup._core import Pass
from dedup.article import Columns, table_batch
from dedup.dump.inputs import Source
from dedup.dump.rows import Bad, Rows
from dedup.errors import InputError

if TYPE_CHECKING:
    import pyarrow as pa


def _format(source: Source) -> ModuleType:
    # pyarrow takes longer to import than a small pass over JSONL takes to run.
    if source.format == "parquet":
        from dedup.dump import parquet

        return parquet
    from dedup.dump import delimited

    return delimited


def schema(source: Source) -> "pa.Schema":
    """Return the columns of a table. Raises OSError or ValueError when it cannot be read."""
    columns: pa.Schema = _format(source).schema(source)
    return columns


def read(
    native: Pass, number: int, source: Source, columns: Columns, at: Callable[[float], None]
) -> None:
    """Give the rows of a table to the native core; rows that cannot be read as rejections."""
    needed, inside = columns.alone()
    for item in _items(source, needed):
        if isinstance(item, Bad):
            native.reject(number, item.row, item.reason, item.raw)
            continue
        batch = table_batch(item.batch, inside)
        native.add_rows(number, batch.texts, batch.ids, batch.dates)
        at(item.done)


def write(source: Source, path: Path, kept: bytes, at: Callable[[float], None]) -> int:
    """Copy the rows that `kept` marks, a byte for each row number, to `path`.

    Returns how many there were. Raises InputError when the file is no longer what was read.
    """
    writer = _format(source).Writer(source, path)
    first = written = 0
    try:
        for item in _items(source, None):
            if isinstance(item, Bad):
                first += 1
                continue
            mask = kept[first : first + item.batch.num_rows]
            if len(mask) < item.batch.num_rows:
                break
            first += item.batch.num_rows
            if any(mask):
                writer.write(_masked(item.batch, mask))
            written += sum(mask)
            at(item.done)
    finally:
        writer.close()
    if first != len(kept) or written != sum(kept):
        raise InputError(f"{source.shown} changed while it was being read; run the pass again")
    return written


def _items(source: Source, columns: Sequence[int] | None) -> Iterator[Rows | Bad]:
    items: Iterator[Rows | Bad] = _format(source).read(source, columns)
    return items


def _masked(batch: "pa.RecordBatch", mask: bytes) -> "pa.RecordBatch":
    import pyarrow as pa

    return batch if all(mask) else batch.filter(pa.array(map(bool, mask), pa.bool_()))
