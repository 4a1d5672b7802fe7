"""CSV and TSV files, read and written in batches, every value as the text it is."""

import csv
import io
import lzma
import re
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.csv

from dedup.article import BATCH_ROWS
from dedup.dump.inputs import Source, compressed, decompressed, reason_of
from dedup.dump.rows import Bad, Rows

# pyarrow reads block by block, and a record has to end in the block after the one it begins in.
# No article has 8 MiB; larger blocks would take memory for nothing.
BLOCK_BYTES = 8 << 20

_READ_ERRORS = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, pa.ArrowException)


def schema(source: Source) -> pa.Schema:
    """Return the columns, all strings; none for a file without a header."""
    return pa.schema([(name, pa.string()) for name in _header(source)[0]])


def _header(source: Source) -> tuple[list[str], str]:
    """Return the column names and the line ending of the first line."""
    with source.path.open("rb") as raw, decompressed(raw, source.compression) as stream:
        # utf-8-sig: Excel writes a byte order mark. More than the header is decoded here, so bytes
        # that are no UTF-8 are let through: they are the matter of the row they stand in.
        lines = io.TextIOWrapper(stream, "utf-8-sig", errors="surrogateescape", newline="")
        kept: list[str] = []
        reader = csv.reader(_remembered(lines, kept), delimiter=_delimiter(source))
        try:
            names = next((row for row in reader if row), [])
            "".join(names).encode()
        except csv.Error as error:
            raise ValueError(f"the header cannot be read: {error}") from None
        except UnicodeEncodeError:
            raise ValueError("the header is no UTF-8") from None
        return names, "\r\n" if kept and kept[-1].endswith("\r\n") else "\n"


def _remembered(lines: io.TextIOWrapper, kept: list[str]) -> Iterator[str]:
    for line in lines:
        kept.append(line)
        yield line


def _delimiter(source: Source) -> str:
    return "\t" if source.format == "tsv" else ","


def read(source: Source, columns: Sequence[int] | None = None) -> Iterator[Rows | Bad]:
    """Yield the rows in order, with the columns of the given positions (None: all)."""
    names = _header(source)[0]
    if not names:
        return
    bad: deque[Bad] = deque()
    row = 1
    try:
        with source.path.open("rb") as raw, decompressed(raw, source.compression) as stream:
            whole = _UpToDamage(stream)
            delimiter = _delimiter(source)
            for block in _blocks(whole, names, delimiter, bad):
                done = raw.tell() / (source.size or 1)
                for item in _in_order(block, bad, row, done, delimiter):
                    row = item.row + 1 if isinstance(item, Bad) else row + item.batch.num_rows
                    yield _only(item, columns)
        if whole.damage is not None:
            raise whole.damage
        yield from bad
    except _READ_ERRORS as error:
        yield from bad
        yield Bad(row + len(bad), f"the file cannot be read from here on: {_reason(error)}", "")


class _UpToDamage(io.RawIOBase):
    """A stream that ends with the last whole line before damage, such as a missing end.

    pyarrow would lose the rows of the block, of a small file all, that an exception falls in.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._tail = b""
        self.damage: Exception | None = None

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._tail + self._fill(size - len(self._tail))
        if self.damage is None and len(data) < size:
            self._tail = b""
            return data
        end = data.rfind(b"\n") + 1
        if self.damage is not None:
            self._tail = b""
            return data[:end]
        end = end or len(data)
        self._tail = data[end:]
        return data[:end]

    def _fill(self, size: int) -> bytes:
        data = bytearray()
        while len(data) < size and self.damage is None:
            try:
                # Little by little: what one call has read is lost when it fails.
                wanted = min(size - len(data), 1 << 16)
                chunk = cast(io.BufferedReader, self._stream).read1(wanted)
            except _READ_ERRORS as error:
                self.damage = error
                break
            if not chunk:
                break
            data += chunk
        return bytes(data)


def _blocks(
    stream: _UpToDamage, names: list[str], delimiter: str, bad: deque[Bad]
) -> Iterator[pa.RecordBatch]:
    def on_invalid(row: pa.csv.InvalidRow) -> str:
        # pyarrow counts the header as row 1.
        reason = f"the number of columns is {row.actual_columns}, not {row.expected_columns}"
        bad.append(Bad(row.number - 1, reason, row.text))
        return "skip"

    try:
        reader = pa.csv.open_csv(
            stream,
            # Threads would leave the rows without numbers.
            pa.csv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
            pa.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=on_invalid
            ),
            # As bytes: no value is guessed to be a number or a null, and one broken character
            # costs one row, not the file.
            pa.csv.ConvertOptions(column_types=dict.fromkeys(names, pa.binary())),
        )
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):  # nothing after the header
            return
        raise
    yield from reader


def _in_order(
    block: pa.RecordBatch, bad: deque[Bad], row: int, done: float, delimiter: str
) -> Iterator[Rows | Bad]:
    """Yield the rows of a block, the bad ones among them, numbered from `row`."""
    start = 0
    while start < block.num_rows:
        while bad and bad[0].row == row:
            yield bad.popleft()
            row += 1
        length = min(BATCH_ROWS, block.num_rows - start)
        if bad:
            length = min(length, bad[0].row - row)
        yield from _decoded(block.slice(start, length), row, done, delimiter)
        start += length
        row += length


def _decoded(rows: pa.RecordBatch, row: int, done: float, delimiter: str) -> Iterator[Rows | Bad]:
    """Yield rows as strings; halve them until those that are no UTF-8 stand alone."""
    strings = pa.schema([(name, pa.string()) for name in rows.schema.names])
    try:
        yield Rows(rows.cast(strings), done)
    except pa.ArrowInvalid:
        if rows.num_rows == 1:
            cells = [column[0].as_py() for column in rows.columns]
            yield Bad(row, "invalid UTF-8", delimiter.encode().join(cells))
            return
        half = rows.num_rows // 2
        yield from _decoded(rows.slice(0, half), row, done, delimiter)
        yield from _decoded(rows.slice(half), row + half, done, delimiter)


def _only(item: Rows | Bad, columns: Sequence[int] | None) -> Rows | Bad:
    if isinstance(item, Bad) or columns is None:
        return item
    return item._replace(batch=item.batch.select(list(columns)))


def _reason(error: Exception) -> str:
    if "straddling" in str(error):
        return f"a record of more than {BLOCK_BYTES >> 20} MiB, or a quote that is never closed"
    return reason_of(error)


class Writer:
    """Writes rows under the header of `source`, quoted where a value needs it."""

    def __init__(self, source: Source, path: Path) -> None:
        names, self._newline = _header(source)
        self._delimiter = _delimiter(source)
        self._special = re.compile(f'["\r\n{self._delimiter}]')
        self._raw = path.open("wb")
        self._stream = compressed(cast(BinaryIO, self._raw), source.compression)
        if names:
            self._stream.write(self._line(names))

    def write(self, batch: pa.RecordBatch) -> None:
        columns = [column.to_pylist() for column in batch.columns]
        lines = [self._line(values) for values in zip(*columns, strict=True)]
        self._stream.write(b"".join(lines))

    def _line(self, values: Sequence[str]) -> bytes:
        # csv.writer does not quote a lone carriage return before Python 3.13.
        cells = [
            '"' + value.replace('"', '""') + '"' if self._special.search(value) else value
            for value in values
        ]
        # A row of one empty value would be a blank line, which readers skip.
        line = self._delimiter.join(cells) or '""'
        return (line + self._newline).encode()

    def close(self) -> None:
        self._stream.close()
        self._raw.close()
