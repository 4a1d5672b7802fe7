"""What tasks do with the parts of a table, for engines whose tables are lists of them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dedup.distributed.engine import Batches


def run(task: Callable[[Batches], Batches], schema: pa.Schema, part: pa.Table) -> pa.Table:
    return pa.Table.from_batches(list(task(iter(part.to_batches()))), schema)


def by_bucket(part: pa.Table) -> Iterator[Any]:
    """The columns of a part and the buckets in it; then the rows of each of these."""
    buckets: list[int] = pc.unique(part["bucket"]).to_pylist()
    yield part.schema, buckets
    for bucket in buckets:
        yield part.filter(pc.equal(part["bucket"], bucket)).combine_chunks()


def run_bucket(
    task: Callable[..., pa.Table],
    schemas: Sequence[pa.Schema],
    sides: Sequence[int],
    *pieces: pa.Table,
) -> pa.Table:
    """Run a task over a bucket, of which each piece is from the table that its side says."""
    tables = [[schema.empty_table()] for schema in schemas]
    for side, piece in zip(sides, pieces, strict=True):
        tables[side].append(piece)
    return task(*map(pa.concat_tables, tables))


def values(column: str, *parts: pa.Table) -> pa.Array:
    return pc.unique(pa.concat_tables(parts)[column])


def choose(
    column: str, wanted: pa.Array, columns: Sequence[str] | None, part: pa.Table
) -> pa.Table:
    """The rows that have one of some values in a column; of some columns, or of all."""
    some = part.filter(pc.is_in(part[column], wanted))
    return some.select(columns or some.column_names)
