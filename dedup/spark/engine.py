"""The engine that runs a plan on Spark.

Of what the stages move Spark sees few rows: those of one bucket that a task sends are the bytes
of one row, a record batch in Arrow's format. To move millions of small rows takes Spark several
times as long as the stages take.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.pandas.types import from_arrow_schema

from dedup.distributed.engine import Batches
from dedup.distributed.tasks import BLOBS

# Bytes of the numbers that every executor holds when a table is looked through for them.
MOST_READ_BY_ALL = 16 << 20
# Bytes of rows that a task gathers before it packs them.
PACKED_AT_ONCE = 64 << 20

# As BLOBS, of which the rows are packed already.
PACKED = pa.schema([("kind", pa.string()), ("bucket", pa.int32()), ("data", pa.binary())])


@dataclass(frozen=True)
class Table:
    """Rows of a schema, packed; where it is None, rows as Spark has them.

    `columns` are those taken of the packed ones, `stages` what has to be done to have them.
    """

    df: DataFrame
    schema: pa.Schema | None = None
    columns: tuple[str, ...] | None = None
    stages: tuple[str, ...] = ()


class SparkEngine:
    """Tables as DataFrames; what is kept as Parquet files in a folder that all executors reach."""

    def __init__(self, spark: SparkSession, folder: str) -> None:
        self.spark = spark
        self.folder = folder
        self._kept = 0

    def map(
        self, stage: str, task: Callable[[Batches], Batches], table: Table, schema: pa.Schema
    ) -> Table:
        read, pack = _reader(table), _packer(schema)

        def run(batches: Batches) -> Batches:
            return pack(task(read(batches)))

        df = table.df.mapInArrow(run, from_arrow_schema(PACKED))
        return Table(df, schema, stages=(*table.stages, stage))

    def group(
        self,
        stage: str,
        task: Callable[..., pa.Table],
        tables: list[Table],
        schema: pa.Schema,
    ) -> Table:
        grouped = [table.df.groupBy("bucket") for table in tables]
        whole = [_whole(table) for table in tables]
        types, packed_batches = from_arrow_schema(PACKED), _packer(schema)

        def pack(found: pa.Table) -> pa.Table:
            return pa.Table.from_batches(list(packed_batches(found.to_batches())), PACKED)

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
        taken = tuple(columns) if columns else table.columns
        return replace(table, df=table.df.where(F.col("kind") == kind), columns=taken)

    def union(self, tables: list[Table]) -> Table:
        df = reduce(DataFrame.unionAll, [table.df for table in tables])
        return replace(tables[0], df=df, stages=_stages(tables))

    def among(self, table: Table, column: str, others: Table) -> Table:
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

        return self.map(f"{column}s", some, table, table.schema)

    def keep(self, stage: str, table: Table) -> Table:
        self._kept += 1
        path = f"{self.folder}/{self._kept:02}-{stage.replace(' ', '-').replace(',', '')}"
        self._describe(table, stage)
        # No value comes twice: a dictionary of them would be of no use.
        out = table.df.write.mode("overwrite").option("parquet.enable.dictionary", "false")
        out.parquet(path)
        return replace(table, df=self.spark.read.schema(table.df.schema).parquet(path), stages=())

    def collect(self, table: Table) -> pa.Table:
        self._describe(table, "")
        return _whole(table)(table.df.toArrow())

    def rows(self, table: Table) -> DataFrame:
        """The rows of a table as Spark has them."""
        read, schema = _reader(table), table.schema
        assert schema is not None
        taken = [schema.field(name) for name in table.columns or schema.names]

        def run(batches: Batches) -> Batches:
            return read(batches)

        return table.df.mapInArrow(run, from_arrow_schema(pa.schema(taken)))

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


def _packer(schema: pa.Schema) -> Callable[[Iterable[pa.RecordBatch]], Batches]:
    """What packs rows of a schema; those of BLOBS are."""
    if schema.equals(BLOBS):
        return lambda batches: (batch.rename_columns(PACKED.names) for batch in batches)
    return _packed


def _packed(batches: Iterable[pa.RecordBatch]) -> Batches:
    """Rows by their kind and bucket, where they have these, those of one as the bytes of a row."""
    waiting: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        waiting.append(batch)
        size += batch.nbytes
        if size > PACKED_AT_ONCE:
            yield _pack(waiting)
            waiting, size = [], 0
    if waiting:
        yield _pack(waiting)


def _pack(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    (rows,) = pa.Table.from_batches(batches).combine_chunks().to_batches() or [None]
    pieces: list[tuple[str | None, int | None, bytes]] = []
    if rows is not None:
        names = [name for name in ("kind", "bucket") if name in rows.schema.names]
        if names:
            rows = rows.sort_by([(name, "ascending") for name in names])
            keys = list(zip(*(rows[name].to_pylist() for name in names), strict=True))
            starts = [at for at in range(len(keys)) if at == 0 or keys[at] != keys[at - 1]]
        else:
            keys, starts = [()] * rows.num_rows, [0]
        for start, end in zip(starts, [*starts[1:], rows.num_rows], strict=True):
            known = dict(zip(names, keys[start], strict=True))
            data = rows.slice(start, end - start).serialize().to_pybytes()
            pieces.append((known.get("kind"), known.get("bucket"), data))
    columns = list(zip(*pieces, strict=True)) or [(), (), ()]
    return pa.record_batch(
        [pa.array(column, field.type) for column, field in zip(columns, PACKED, strict=True)],
        schema=PACKED,
    )


def _reader(table: Table) -> Callable[[Batches], Batches]:
    """What reads the rows of a table in a task."""
    schema, columns = table.schema, table.columns
    if schema is None:
        return lambda batches: batches
    if schema.equals(BLOBS):
        return lambda batches: (batch.rename_columns(BLOBS.names) for batch in batches)

    def read(batches: Batches) -> Batches:
        for batch in batches:
            for data in batch["data"].to_pylist():
                rows = pa.ipc.read_record_batch(pa.py_buffer(data), schema)
                yield rows.select(list(columns)) if columns else rows

    return read


def _whole(table: Table) -> Callable[[pa.Table], pa.Table]:
    """What reads the rows of a table, all that one task has."""
    read, schema, columns = _reader(table), table.schema, table.columns
    assert schema is not None
    taken = pa.schema([schema.field(name) for name in columns or schema.names])
    return lambda packed: pa.Table.from_batches(list(read(packed.to_batches())), taken)
