"""The engine that runs a plan on Spark.

Of what the stages move Spark sees few rows: those of one bucket that a task sends are the bytes
of one row, a record batch in Arrow's format. To move millions of small rows takes Spark several
times as long as the stages take.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.pandas.types import from_arrow_schema

from dedup.distributed.engine import Batches
from dedup.distributed.tasks import BLOBS, WIDE

# Bytes of the numbers that every executor holds when a table is looked through for them.
MOST_READ_BY_ALL = 16 << 20
# Bytes of rows that a task gathers before it packs them.
PACKED_AT_ONCE = 64 << 20

# As BLOBS, of which the rows are packed already; the columns of WIDE are packed beside the others.
PACKED = pa.schema([("kind", pa.string()), ("bucket", pa.int32()), ("data", pa.binary())])

_WRITE_OPTIONS = {
    # No value comes twice: a dictionary of them would be of no use.
    "parquet.enable.dictionary": "false",
    # A page for each row, which is large: where one kind is read, the others are not.
    "parquet.page.row.count.limit": "1",
    # Parquet looks at the size of what it gathers after 100 rows, of which each may have megabytes.
    "parquet.block.size.row.check.min": "1",
}

Task = Callable[[Batches], Batches]


@dataclass(frozen=True)
class Table:
    """Rows of `schema`, packed in `df`; where it is None, rows as Spark has them.

    `columns` are those that are read of them, None being all. `tasks` are yet to be run over them,
    in one go, and make rows of `made`. `stages` are the names of what has to be done to have them.
    """

    df: DataFrame
    schema: pa.Schema | None = None
    columns: tuple[str, ...] | None = None
    tasks: tuple[Task, ...] = ()
    made: pa.Schema | None = None
    stages: tuple[str, ...] = ()


class SparkEngine:
    """Tables as DataFrames; what is kept as Parquet files in a folder that all executors reach."""

    def __init__(self, spark: SparkSession, folder: str) -> None:
        self.spark = spark
        self.folder = folder
        self._kept = 0

    def map(
        self,
        stage: str,
        task: Task,
        table: Table,
        schema: pa.Schema,
        columns: Sequence[str] | None = None,
    ) -> Table:
        if columns and not table.tasks:
            table = _read_of(table, columns)
        stages = (*table.stages, stage)
        return replace(table, tasks=(*table.tasks, task), made=schema, stages=stages)

    def group(
        self,
        stage: str,
        task: Callable[..., pa.Table],
        tables: list[Table],
        schema: pa.Schema,
    ) -> Table:
        tables = [_made(table) for table in tables]
        grouped = [table.df.groupBy("bucket") for table in tables]
        whole = [_whole(table) for table in tables]
        types, packed_batches = from_arrow_schema(_packed_schema(schema)), _packer(schema)

        def pack(found: pa.Table) -> pa.Table:
            packed = packed_batches(iter(found.to_batches()))
            return pa.Table.from_batches(list(packed), _packed_schema(schema))

        def run(packed: pa.Table) -> pa.Table:
            return pack(task(whole[0](packed)))

        def run_both(left: pa.Table, right: pa.Table) -> pa.Table:
            return pack(task(whole[0](left), whole[1](right)))

        if len(tables) == 1:
            df = grouped[0].applyInArrow(run, types)
        else:
            df = grouped[0].cogroup(grouped[1]).applyInArrow(run_both, types)
        return Table(df, schema, stages=(*_stages(tables), stage))

    def only(self, table: Table, kind: str, columns: list[str] | None = None) -> Table:
        table = _made(table)
        table = _read_of(table, columns) if columns else table
        return replace(table, df=table.df.where(F.col("kind") == kind))

    def union(self, tables: list[Table]) -> Table:
        tables = [_made(table) for table in tables]
        df = reduce(DataFrame.unionAll, [table.df for table in tables])
        return replace(tables[0], df=df, stages=_stages(tables))

    def among(self, table: Table, column: str, others: Table) -> Table:
        others = _made(others)
        self._describe(others, f"count {column}s")
        (row,) = others.df.select(F.sum(F.length("data"))).collect()
        if (row[0] or 0) > MOST_READ_BY_ALL:
            return table
        wanted = pa.table({column: self.collect(others)[column].unique()})
        if table.schema is None:
            few = F.broadcast(self.spark.createDataFrame(wanted))
            return replace(table, df=table.df.join(few, column, "left_semi"))

        def some(batches: Batches) -> Batches:
            for batch in batches:
                yield batch.filter(pc.is_in(batch[column], wanted[column].combine_chunks()))

        return self.map(f"{column}s", some, table, table.made or table.schema)

    def keep(self, stage: str, table: Table) -> Table:
        table = _made(table)
        self._kept += 1
        path = f"{self.folder}/{self._kept:02}-{stage.replace(' ', '-').replace(',', '')}"
        self._describe(table, stage)
        out = table.df.write.mode("overwrite")
        if table.schema is not None:
            out = out.options(**_WRITE_OPTIONS)
        out.parquet(path)
        return replace(table, df=self.spark.read.schema(table.df.schema).parquet(path), stages=())

    def collect(self, table: Table) -> pa.Table:
        table = _made(table)
        self._describe(table, "")
        return _whole(table)(table.df.toArrow())

    def rows(self, table: Table) -> DataFrame:
        """The rows of a table as Spark has them."""
        table = _made(table)
        return table.df.mapInArrow(_reader(table), from_arrow_schema(_read_schema(table)))

    def _describe(self, table: Table, stage: str) -> None:
        """Give the job that is about to run the names of its stages, as Spark's pages show it."""
        stages = dict.fromkeys((*table.stages, stage))
        describe(self.spark, ", ".join(it for it in stages if it))


def describe(spark: SparkSession, what: str) -> None:
    """Say in Spark's pages what the next jobs do; over Spark Connect nothing is said."""
    context: Any = getattr(spark, "_sc", None)
    if context is not None:
        context.setLocalProperty("callSite.short", f"dedup: {what}")
        context.setJobDescription(f"dedup: {what}")


def _stages(tables: list[Table]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stage for table in tables for stage in table.stages))


def _packed_schema(schema: pa.Schema) -> pa.Schema:
    """The columns of packed rows."""
    wide = [pa.field(name, pa.binary()) for name in schema.names if name in WIDE]
    return pa.schema([*PACKED, *wide])


def _parts(schema: pa.Schema) -> dict[str, list[str]]:
    """Of each column of packed rows that has some, the columns of the rows."""
    rest = [name for name in schema.names if name not in WIDE]
    wide = {name: [name] for name in schema.names if name in WIDE}
    return {"data": rest} | wide if rest else wide


def _packer(schema: pa.Schema) -> Task:
    """What packs rows of a schema; those of BLOBS are."""
    if schema.equals(BLOBS):
        return lambda batches: (batch.rename_columns(PACKED.names) for batch in batches)

    def pack(batches: Batches) -> Batches:
        waiting: list[pa.RecordBatch] = []
        size = 0
        for batch in batches:
            waiting.append(batch)
            size += batch.nbytes
            if size > PACKED_AT_ONCE:
                yield _pack(waiting, schema)
                waiting, size = [], 0
        if waiting:
            yield _pack(waiting, schema)

    return pack


def _pack(batches: list[pa.RecordBatch], schema: pa.Schema) -> pa.RecordBatch:
    """Rows by their kind and bucket, where they have these, those of one as the bytes of a row."""
    rows = pa.Table.from_batches(batches, schema)
    keys = {
        name: rows[name].dictionary_encode().combine_chunks()
        for name in ("kind", "bucket")
        if name in schema.names
    }
    codes = [key.indices.to_numpy(zero_copy_only=False).astype("<i8") for key in keys.values()]
    order = np.lexsort(codes) if codes else np.arange(rows.num_rows)
    if (np.diff(order) < 0).any():
        rows = rows.take(pa.array(order))
    new = [np.flatnonzero(np.diff(code[order])) + 1 for code in codes]
    bounds = np.unique(np.concatenate([[0, rows.num_rows], *new])).astype(int).tolist()
    pieces = []
    for start, end in pairwise(bounds):
        piece = rows.slice(start, end - start).combine_chunks()
        known = {name: piece[name][0].as_py() for name in keys}
        data = {
            column: piece.select(names).to_batches()[0].serialize().to_pybytes()
            for column, names in _parts(schema).items()
        }
        pieces.append(known | data)
    return pa.RecordBatch.from_pylist(pieces, _packed_schema(schema))


def _read_of(table: Table, columns: Sequence[str]) -> Table:
    """Some columns of a table that no task is to be run over."""
    if table.schema is None:
        return table
    whole = _parts(table.schema)
    data = [name for name, of in whole.items() if set(of) & set(columns)]
    return replace(table, df=table.df.select("kind", "bucket", *data), columns=tuple(columns))


def _read_schema(table: Table) -> pa.Schema:
    assert table.schema is not None
    return pa.schema([table.schema.field(it) for it in table.columns or table.schema.names])


def _made(table: Table) -> Table:
    """A table with its tasks in the plan of Spark."""
    if not table.tasks:
        return table
    assert table.made is not None
    read, pack, schema = _reader(table), _packer(table.made), _packed_schema(table.made)

    def run(batches: Batches) -> Batches:
        return pack(read(batches))

    df = table.df.mapInArrow(run, from_arrow_schema(schema))
    return Table(df, table.made, stages=table.stages)


def _reader(table: Table) -> Task:
    """What reads the rows of a table in a task, and runs its tasks over them."""
    schema, tasks = table.schema, table.tasks
    if schema is None:
        return _in_turn(tasks)
    if schema.equals(BLOBS):
        return _in_turn((lambda it: (batch.rename_columns(BLOBS.names) for batch in it), *tasks))
    taken = _read_schema(table)

    def read(batches: Batches) -> Batches:
        packed = {
            name: pa.schema([schema.field(it) for it in of]) for name, of in _parts(schema).items()
        }
        for batch in batches:
            names = [name for name in batch.schema.names if name in packed]
            for pieces in zip(*(batch[name] for name in names), strict=True):
                columns: dict[str, pa.Array] = {}
                for name, piece in zip(names, pieces, strict=True):
                    rows = pa.ipc.read_record_batch(piece.as_buffer(), packed[name])
                    columns |= dict(zip(rows.schema.names, rows.columns, strict=True))
                yield pa.record_batch([columns[name] for name in taken.names], schema=taken)

    return _in_turn((read, *tasks))


def _in_turn(tasks: tuple[Task, ...]) -> Task:
    return lambda batches: reduce(lambda rows, task: task(rows), tasks, batches)


def _whole(table: Table) -> Callable[[pa.Table], pa.Table]:
    """What reads the rows of a table, all that one task has."""
    read, schema = _reader(table), _read_schema(table)
    return lambda packed: pa.Table.from_batches(list(read(packed.to_batches())), schema)
