"""Parquet files, read and written in batches, each column as it came."""

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dedup.dump.formats import reason_of
from dedup.dump.inputs import Source
from dedup.dump.rows import Bad, Rows

# Rows of one batch, and about how many bytes they may have: wide rows come in smaller batches.
BATCH_ROWS, BATCH_BYTES = 2048, 1 << 20

# A row group is held in memory until it is written; this many bytes keep it small beside the
# articles themselves, and large enough to compress well.
ROW_GROUP_BYTES = 8 << 20
# A page, too, which pyarrow ends only where it has written a whole number of batches.
PAGE_BYTES = 1 << 20

# The most rows that a group has; where a footer says more, it is damaged.
GROUP_ROWS = 1 << 26

# Where pyarrow writes down the types that Parquet does not have.
ARROW_SCHEMA = b"ARROW:schema"

# INT96 holds nanoseconds of any year; Arrow has nanoseconds from 1677 to 2262, or microseconds.
NANOSECONDS = range(-(2**63) // 1000, 2**63 // 1000)

_READ_ERRORS = (OSError, ValueError, NotImplementedError, MemoryError, pa.ArrowException)


def _open(file: Path | pa.Buffer, unit: str) -> pq.ParquetFile:
    # Buffered reading takes a column page by page, not a whole row group of texts at once.
    return pq.ParquetFile(
        file,
        buffer_size=1 << 20,
        pre_buffer=False,
        coerce_int96_timestamp_unit=unit,
        page_checksum_verification=True,
    )


def schema(source: Source) -> pa.Schema:
    """Return the columns. Raises OSError or ValueError when they cannot be read and written."""
    try:
        unit = _int96_unit(source.path)
        with _open(source.path, unit) as file:
            if file.schema_arrow.names:
                _check_copies(file, unit)
            return _plain_schema(file)
    except (NotImplementedError, MemoryError, pa.ArrowException) as error:
        raise ValueError(reason_of(error)) from None


def read(source: Source, read_too: Callable[[int, int], None]) -> Iterator[Rows | Bad]:
    """Yield the rows in order, with all columns: what can be read here can be copied later.

    What is damaged costs the row group it is in from there on: one rejection. `read_too` is told
    where the bytes of each row group lie, and how many they are.
    """
    row = 0
    try:
        with _open(source.path, _int96_unit(source.path)) as file:
            for group in range(file.num_row_groups):
                before, damaged = row, False
                for item in _group(file, group, row):
                    damaged = isinstance(item, Bad)
                    row = item.row if isinstance(item, Bad) else row + item.batch.num_rows
                    yield item
                # Where the metadata of a column is damaged, pyarrow ends the process when it is
                # asked for, but not when the column is read.
                if row > before and not damaged:
                    read_too(*_place(file.metadata.row_group(group)))
                # For the next group to use, and not to be taken besides.
                pa.default_memory_pool().release_unused()
    except _READ_ERRORS as error:
        yield Bad(row + 1, f"the file cannot be read from here on: {reason_of(error)}", "")


def _group(file: pq.ParquetFile, group: int, row: int) -> Iterator[Rows | Bad]:
    """Yield the rows of a row group, after `row` that come before it."""
    metadata = file.metadata.row_group(group)
    # Not below one, whatever a damaged footer says.
    last, total = row + metadata.num_rows, max(1, file.metadata.num_rows)
    width = max(1, metadata.total_byte_size // max(1, metadata.num_rows))
    size = max(1, min(BATCH_ROWS, BATCH_BYTES // width))
    plain = _plain_schema(file)
    reason = "there are fewer rows than the footer says"
    try:
        for batch in file.iter_batches(size, row_groups=[group], use_threads=False):
            rows = _as_plain(batch, plain)
            row += rows.num_rows
            yield Rows(rows, row / total)
    except _READ_ERRORS as error:
        reason = reason_of(error)
    if row < last:
        if last - row > GROUP_ROWS:
            raise ValueError(reason)
        told = f"row {last}" if row + 1 == last else f"rows {row + 1} to {last}"
        yield Bad(last, f"{told} cannot be read: {reason}", "")


def _place(group: pq.RowGroupMetaData) -> tuple[int, int]:
    """Return where the bytes of a row group begin, and how many they are."""
    columns = [group.column(index) for index in range(group.num_columns)]
    starts = [
        min(column.data_page_offset, column.dictionary_page_offset or column.data_page_offset)
        for column in columns
    ]
    ends = [
        start + column.total_compressed_size for start, column in zip(starts, columns, strict=True)
    ]
    return max(0, min(starts, default=0)), max(ends, default=0) - min(starts, default=0)


def _int96_unit(path: Path) -> str:
    """Return the unit of timestamps that holds all INT96 values of a file as they are.

    Raises ValueError where none does.
    """
    with _open(path, "us") as file:
        leaves = map(file.schema.column, range(len(file.schema)))
        columns = [leaf.path for leaf in leaves if leaf.physical_type == "INT96"]
        if not columns:
            return "us"
        beyond = finer = False
        with _open(path, "ns") as fine:
            for group in range(file.num_row_groups):
                rough, exact = (
                    one.iter_batches(
                        BATCH_ROWS, row_groups=[group], columns=columns, use_threads=False
                    )
                    for one in (file, fine)
                )
                try:
                    for batches in zip(rough, exact, strict=True):
                        times, finest = (np.concatenate([*_times(batch)]) for batch in batches)
                        inside = (times > NANOSECONDS.start) & (times < NANOSECONDS.stop)
                        beyond = beyond or not inside.all()
                        finer = finer or bool((finest[inside] % 1000).any())
                except _READ_ERRORS:
                    continue  # the rows of the group will be rejected
    if beyond and finer:
        raise ValueError(
            "timestamps (INT96) are finer than microseconds, and others beyond the years 1677 to"
            " 2262: pyarrow cannot hold both"
        )
    return "ns" if finer else "us"


def _times(array: Any) -> Iterator[Any]:
    """Yield the timestamps in an array or a batch, at whatever depth, as integers."""
    if isinstance(array, pa.RecordBatch):
        for column in array.columns:
            yield from _times(column)
    elif pa.types.is_timestamp(array.type):
        yield array.drop_null().cast(pa.int64()).to_numpy()
    elif pa.types.is_struct(array.type):
        for column in array.flatten():
            yield from _times(column)
    elif pa.types.is_nested(array.type):
        yield from _times(array.flatten())


class Writer:
    """Writes rows under the schema, metadata and compression of `source`."""

    def __init__(self, source: Source, path: Path) -> None:
        with _open(source.path, _int96_unit(source.path)) as file:
            self._writer = _writer(file, path)
        self._pending: list[pa.RecordBatch] = []
        self._bytes = 0

    def write(self, batch: pa.RecordBatch) -> None:
        self._pending.append(batch)
        self._bytes += batch.nbytes
        if self._bytes >= ROW_GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            table = pa.Table.from_batches(self._pending)
            self._writer.write_table(table, row_group_size=table.num_rows or 1)
            self._pending, self._bytes = [], 0

    def close(self) -> None:
        self._flush()
        self._writer.close()


def _writer(file: pq.ParquetFile, sink: Any) -> pq.ParquetWriter:
    leaves = [file.schema.column(index) for index in range(len(file.schema))]
    groups = [file.metadata.row_group(group) for group in range(file.num_row_groups)]
    width = max((group.total_byte_size // max(1, group.num_rows) for group in groups), default=1)
    adjusted = any("Time(isAdjustedToUTC=true" in str(leaf.logical_type) for leaf in leaves)
    writer = pq.ParquetWriter(
        sink,
        _plain_schema(file),
        compression=_codecs(file),
        write_batch_size=max(1, min(1024, PAGE_BYTES // max(1, width))),
        store_schema=False,
        store_decimal_as_integer=any(
            leaf.converted_type == "DECIMAL" and leaf.physical_type.startswith("INT")
            for leaf in leaves
        ),
        use_deprecated_int96_timestamps=any(leaf.physical_type == "INT96" for leaf in leaves),
        write_time_adjusted_to_utc=adjusted,
    )
    # As it is, with the Arrow types that are written as others here.
    if file.metadata.metadata:
        writer.add_key_value_metadata(file.metadata.metadata)
    return writer


def _codecs(file: pq.ParquetFile) -> str | dict[str, str]:
    """Return the compression of each column in the first row group that can be read."""
    readable = (group for group in range(file.num_row_groups) if _begins(file, group))
    first = next(readable, None)
    if first is None:
        return "snappy"
    group = file.metadata.row_group(first)
    columns = [group.column(index) for index in range(group.num_columns)]
    return {
        column.path_in_schema: "none"
        if column.compression == "UNCOMPRESSED"
        else column.compression
        for column in columns
    }


def _begins(file: pq.ParquetFile, group: int) -> bool:
    """Whether the first row of a row group can be read, and the metadata of its columns."""
    try:
        batches = file.iter_batches(1, row_groups=[group], use_threads=False)
        return next(batches, None) is not None
    except _READ_ERRORS:
        return False


def _plain_schema(file: pq.ParquetFile) -> pa.Schema:
    """The columns in types that pyarrow can filter and write, which it cannot all views."""
    return pa.schema([field.with_type(_plain(field.type)) for field in file.schema_arrow])


def _plain(type_: pa.DataType) -> pa.DataType:
    """The type of the same values without views of strings or bytes, at whatever depth."""
    types = pa.types
    if types.is_string_view(type_):
        return pa.string()
    if types.is_binary_view(type_):
        return pa.binary()
    if not types.is_nested(type_):
        return type_
    inner = [type_.field(index) for index in range(type_.num_fields)]
    fields = [field.with_type(_plain(field.type)) for field in inner]
    if all(field.type == before.type for field, before in zip(fields, inner, strict=True)):
        return type_
    if types.is_struct(type_):
        return pa.struct(fields)
    if types.is_map(type_):
        entries = fields[0].type
        return pa.map_(entries.field(0), entries.field(1), type_.keys_sorted)
    if types.is_fixed_size_list(type_):
        return pa.list_(fields[0], type_.list_size)
    if types.is_large_list(type_) or types.is_large_list_view(type_):
        return pa.large_list(fields[0])
    return pa.list_(fields[0])


def _as_plain(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    columns = [
        _plain_array(column, field.type)
        for column, field in zip(batch.columns, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _plain_array(array: pa.Array, type_: pa.DataType) -> pa.Array:
    # By hand where pyarrow's cast gives arrays that are damaged: views of lists.
    if array.type == type_:
        return array
    if pa.types.is_struct(type_):
        fields = [type_.field(index) for index in range(type_.num_fields)]
        inner = [_plain_array(array.field(at), field.type) for at, field in enumerate(fields)]
        return pa.StructArray.from_arrays(inner, fields=fields, mask=array.is_null())
    if pa.types.is_list(type_) or pa.types.is_large_list(type_):
        lengths = pc.list_value_length(array).fill_null(0).to_numpy()
        offsets = np.concatenate([[0], np.cumsum(lengths)])
        kind, width = (
            (pa.ListArray, pa.int32())
            if pa.types.is_list(type_)
            else (pa.LargeListArray, pa.int64())
        )
        inner = _plain_array(array.flatten(), type_.value_type)
        starts = pa.array(offsets, width)
        return kind.from_arrays(starts, inner, type=type_, mask=array.is_null())
    return array.cast(type_)


def _check_copies(file: pq.ParquetFile, unit: str) -> None:
    """Raise ValueError for a column that would not be written as it came."""
    sink = pa.BufferOutputStream()
    plain = _plain_schema(file)
    empty = [pa.nulls(0, field.type) for field in file.schema_arrow]
    rows = pa.RecordBatch.from_arrays(empty, names=file.schema_arrow.names)
    _as_plain(rows, plain).filter(pa.array([], pa.bool_()))
    _writer(file, sink).close()
    with _open(sink.getvalue(), unit) as copy:
        for before, after in zip_longest(_written_as(file), _written_as(copy), fillvalue=()):
            if before != after:
                what, was, is_ = (" ".join(it) for it in (before[:1], before[1:], after[1:]))
                raise ValueError(f"column {what!r} is {was}, and would be written as {is_}")
        if copy.schema_arrow != file.schema_arrow:
            raise ValueError("pyarrow would write the columns as others")


def _written_as(file: pq.ParquetFile) -> Iterator[tuple[str, ...]]:
    """Yield what a reader is told of each column, and of each group that is no list or map."""
    schema = file.schema
    for leaf in map(schema.column, range(len(schema))):
        logical = re.sub(r", is_from_converted_type=[^)]*", "", str(leaf.logical_type))
        if re.fullmatch(r"Int\(bitWidth=(32|64), isSigned=true\)", logical):
            logical = "None"  # as good as that
        physical = "" if logical.startswith("Decimal") else leaf.physical_type
        yield leaf.path, physical, logical
    for name, logical in re.findall(r"group .*?(\S+) \((.*)\) {", str(schema)):
        if not logical.startswith(("List", "Map", "MAP")):
            yield name, logical
