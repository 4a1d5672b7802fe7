"""Tables, which are Parquet files, between disk and the native core.

A row never changes between the passes: the first gives the core what it compares, the second
copies whole rows by the core's mask.
"""

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import xxhash

from dedup._core import MAX_RECORD, Pass
from dedup.dump.inputs import Source
from dedup.dump.rows import Bad, Rows
from dedup.dump.unchanged import stamp_of
from dedup.errors import InputError
from dedup.table import Batch, Columns, table_batch

if TYPE_CHECKING:
    import pyarrow as pa


class Watched:
    """A file that is read, told from others and from what it was by its `state`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb", buffering=0)
        self._hash = xxhash.xxh3_128()

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def hash(self, start: int, length: int) -> None:
        """Let bytes that were read, and so are in the system's memory still, count."""
        self._file.seek(start)
        while length > 0 and (data := self._file.read(min(length, 1 << 20))):
            self._hash.update(data)
            length -= len(data)

    def about(self) -> str:
        return f"{stamp_of(self._path)}-"

    def state(self) -> str:
        return self.about() + self._hash.hexdigest()


def _parquet() -> ModuleType:
    # pyarrow takes longer to import than a small pass over JSONL takes to run.
    from dedup.dump import parquet

    return parquet


def schema(source: Source) -> "pa.Schema":
    """Return the columns of a table. Raises OSError or ValueError when it cannot be read."""
    columns: pa.Schema = _parquet().schema(source)
    return columns


def state(source: Source) -> str:
    """Return the state of a table without columns, of which there is nothing to read."""
    with Watched(source.path) as file:
        return file.state()


def read(
    native: Pass, number: int, source: Source, columns: Columns, at: Callable[[float], None]
) -> str:
    """Give the rows of a table to the native core; rows that cannot be read as rejections.

    Returns the state of the file, by which `write` knows whether it is the same.
    """
    row = 0
    with Watched(source.path) as file:
        for item in _items(source, file):
            if isinstance(item, Bad):
                native.reject(number, item.row, item.reason, item.raw)
                row = item.row
                continue
            _add(native, number, item.batch, columns, row)
            row += item.batch.num_rows
            at(item.done)
        return file.state()


def _add(native: Pass, number: int, rows: "pa.RecordBatch", columns: Columns, before: int) -> None:
    """Give rows to the core, numbered from `before` + 1, those that are no articles whole."""
    batch = table_batch(rows, columns)
    start = 0
    for index, text in enumerate(batch.texts):
        reason = _no_article(text)
        if reason is not None:
            _add_part(native, number, batch, slice(start, index))
            native.reject(number, before + index + 1, reason, _raw(rows, index))
            start = index + 1
    _add_part(native, number, batch, slice(start, None))


def _add_part(native: Pass, number: int, batch: Batch, part: slice) -> None:
    native.add_rows(
        number, batch.texts[part], batch.ids[part], batch.dates[part], batch.sources[part]
    )


def _no_article(text: str | bytes | None) -> str | None:
    """Say why a text is none that the core takes; None if it is one."""
    if text is None:
        return "the text is missing or null"
    if isinstance(text, bytes):
        try:
            text.decode()
        except UnicodeDecodeError as error:
            return f"not UTF-8: bad byte at {error.start + 1}"
        return None
    # Four bytes are the most that a character takes.
    if 4 * len(text) > MAX_RECORD and len(text.encode()) > MAX_RECORD:
        return f"the text is longer than the limit of {MAX_RECORD} bytes"
    return None


def write(source: Source, path: Path, kept: bytes, state: str, at: Callable[[float], None]) -> int:
    """Copy the rows that `kept` marks, a byte for each row number, to `path`.

    Returns how many there were. Raises InputError when the file is no longer what was read.
    """
    with Watched(source.path) as file:
        same = state.startswith(file.about())
        written = _copy(source, path, kept, file, at) if same else 0
        same = same and file.state() == state
    if not same or written != sum(kept):
        raise InputError(f"{source.shown} changed while it was being read; run the pass again")
    return written


def _copy(
    source: Source, path: Path, kept: bytes, file: Watched, at: Callable[[float], None]
) -> int:
    writer = _parquet().Writer(source, path)
    row = written = 0
    try:
        for item in _items(source, file):
            if isinstance(item, Bad):
                row = item.row
                continue
            mask = kept[row : row + item.batch.num_rows]
            if len(mask) < item.batch.num_rows:
                break
            row += item.batch.num_rows
            if any(mask):
                writer.write(_masked(item.batch, mask))
            written += sum(mask)
            at(item.done)
    finally:
        writer.close()
    return written


def _items(source: Source, file: Watched) -> Iterator[Rows | Bad]:
    items: Iterator[Rows | Bad] = _parquet().read(source, file.hash)
    return items


def _masked(batch: "pa.RecordBatch", mask: bytes) -> "pa.RecordBatch":
    import numpy as np
    import pyarrow as pa

    return batch if all(mask) else batch.filter(pa.array(np.frombuffer(mask, np.bool_)))


def _raw(rows: "pa.RecordBatch", index: int) -> str:
    """Return a row as a JSON object of all its columns, with the names that repeat repeated.

    Bytes that are no UTF-8 are escaped (`\\xe9`), and what JSON has no type for is a string.
    """
    columns = zip(rows.schema.names, rows.columns, strict=True)
    items = (f"{json.dumps(name)}: {_json(column[index])}" for name, column in columns)
    return "{" + ", ".join(items) + "}"


def _json(scalar: Any) -> str:
    import pyarrow as pa

    if not scalar.is_valid:
        return "null"
    if isinstance(scalar, (pa.ExtensionScalar, pa.DictionaryScalar)):
        return _json(scalar.value)
    if isinstance(scalar, pa.StructScalar):
        names = [scalar.type.field(index).name for index in range(scalar.type.num_fields)]
        items = (f"{json.dumps(name)}: {_json(scalar[at])}" for at, name in enumerate(names))
        return "{" + ", ".join(items) + "}"
    if isinstance(scalar, pa.ListScalar):  # a map, too
        return "[" + ", ".join(map(_json, scalar.values)) + "]"
    if isinstance(scalar, pa.BinaryScalar):  # a string, too
        text = scalar.as_buffer().to_pybytes().decode(errors="backslashreplace")
        return json.dumps(text, ensure_ascii=False)
    try:
        value = scalar.as_py()
    except (ValueError, OverflowError):  # a time that Python does not have
        value = scalar.value
    if isinstance(value, (bool, int)) or (isinstance(value, float) and math.isfinite(value)):
        return json.dumps(value)
    return json.dumps(str(value))
