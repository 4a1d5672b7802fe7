"""Parquet files, read and written in batches."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from dedup.article import BATCH_ROWS
from dedup.dump.inputs import Source, reason_of
from dedup.dump.rows import Bad, Rows

# A row group is held in memory until it is written; this many bytes keep it small beside the
# articles themselves, and large enough to compress well.
ROW_GROUP_BYTES = 32 << 20


def _open(source: Source) -> pq.ParquetFile:
    # Buffered reading takes a column page by page, not a whole row group of texts at once.
    return pq.ParquetFile(source.path, buffer_size=1 << 20, pre_buffer=False)


def schema(source: Source) -> pa.Schema:
    with _open(source) as file:
        return file.schema_arrow


def read(source: Source, columns: Sequence[int] | None = None) -> Iterator[Rows | Bad]:
    """Yield the rows in order, with the columns of the given positions (None: all)."""
    row = 0
    try:
        with _open(source) as file:
            names = file.schema_arrow.names
            chosen = None if columns is None else [names[index] for index in columns]
            total = file.metadata.num_rows
            for batch in file.iter_batches(BATCH_ROWS, columns=chosen, use_threads=False):
                row += batch.num_rows
                yield Rows(batch, row / total)
    except (OSError, ValueError, pa.ArrowException) as error:
        yield Bad(row + 1, f"the file cannot be read from here on: {reason_of(error)}", "")


class Writer:
    """Writes rows under the schema, metadata and compression of `source`."""

    def __init__(self, source: Source, path: Path) -> None:
        with _open(source) as file:
            stored = file.metadata.metadata or {}
            self._writer = pq.ParquetWriter(
                path,
                file.schema_arrow,
                compression=_codecs(file.metadata),
                store_schema=b"ARROW:schema" in stored,
            )
        self._pending: list[pa.RecordBatch] = []

    def write(self, batch: pa.RecordBatch) -> None:
        self._pending.append(batch)
        if sum(pending.nbytes for pending in self._pending) >= ROW_GROUP_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._pending:
            table = pa.Table.from_batches(self._pending)
            self._writer.write_table(table, row_group_size=table.num_rows or 1)
            self._pending = []

    def close(self) -> None:
        self._flush()
        self._writer.close()


def _codecs(metadata: pq.FileMetaData) -> str | dict[str, str]:
    if metadata.num_row_groups == 0:
        return "snappy"
    group = metadata.row_group(0)
    columns = [group.column(index) for index in range(group.num_columns)]
    return {
        column.path_in_schema: "none"
        if column.compression == "UNCOMPRESSED"
        else column.compression
        for column in columns
    }
