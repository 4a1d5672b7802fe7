"""The engine that runs a plan on Spark."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.pandas.types import from_arrow_schema

from dedup.distributed.engine import Batches

# Numbers that every executor holds when a table is looked through for them.
MOST_BROADCAST = 2_000_000


class SparkEngine:
    """Rows as DataFrames; what is kept as Parquet files in a folder that all executors reach."""

    def __init__(self, spark: SparkSession, folder: str) -> None:
        self.spark = spark
        self.folder = folder
        self._kept = 0
        # The stages that a table waits for, for the name of the job that computes it.
        self._waiting: dict[int, tuple[DataFrame, tuple[str, ...]]] = {}

    def map(
        self,
        stage: str,
        task: Callable[[Batches], Batches],
        table: DataFrame,
        schema: pa.Schema,
    ) -> DataFrame:
        def run(batches: Batches) -> Batches:
            return task(batches)

        return self._named(stage, table.mapInArrow(run, from_arrow_schema(schema)), table)

    def group(
        self,
        stage: str,
        task: Callable[..., pa.Table],
        tables: list[DataFrame],
        schema: pa.Schema,
    ) -> DataFrame:
        types = from_arrow_schema(schema)
        grouped = [table.groupBy("bucket") for table in tables]
        if len(grouped) == 1:

            def run(table: pa.Table) -> pa.Table:
                return task(table)

            return self._named(stage, grouped[0].applyInArrow(run, types), *tables)

        def run_both(left: pa.Table, right: pa.Table) -> pa.Table:
            return task(left, right)

        both = grouped[0].cogroup(grouped[1]).applyInArrow(run_both, types)
        return self._named(stage, both, *tables)

    def only(self, table: DataFrame, kind: str, columns: list[str] | None = None) -> DataFrame:
        found = table.where(F.col("kind") == kind).select(columns or ["*"])
        return self._named("", found, table)

    def union(self, tables: list[DataFrame]) -> DataFrame:
        whole = tables[0]
        for table in tables[1:]:
            whole = whole.unionAll(table)
        return self._named("", whole, *tables)

    def among(self, table: DataFrame, column: str, others: DataFrame) -> DataFrame:
        self._describe(others, f"count {column}s")
        if others.count() > MOST_BROADCAST:
            return table
        wanted = F.broadcast(others.distinct())
        return self._named("", table.join(wanted, column, "left_semi"), table)

    def keep(self, stage: str, table: DataFrame) -> DataFrame:
        self._kept += 1
        path = f"{self.folder}/{self._kept:02}-{stage.replace(' ', '-').replace(',', '')}"
        self._describe(table, stage)
        table.write.mode("overwrite").parquet(path)
        return self.spark.read.schema(table.schema).parquet(path)

    def collect(self, table: DataFrame) -> pa.Table:
        self._describe(table, "")
        return table.toArrow()

    def _named(self, stage: str, table: DataFrame, *others: DataFrame) -> DataFrame:
        stages: tuple[str, ...] = ()
        for other in others:
            stages += self._waiting.get(id(other), (other, ()))[1]
        stages += (stage,) if stage else ()
        self._waiting[id(table)] = (table, tuple(dict.fromkeys(stages)))
        return table

    def _describe(self, table: DataFrame, stage: str) -> None:
        """Give the job that is about to run the names of its stages, as Spark's pages show it."""
        stages = dict.fromkeys((*self._waiting.get(id(table), (table, ()))[1], stage))
        describe(self.spark, ", ".join(it for it in stages if it))


def describe(spark: SparkSession, what: str) -> None:
    """Say in Spark's pages what the next jobs do; over Spark Connect nothing is said."""
    context: Any = getattr(spark, "_sc", None)
    if context is not None:
        context.setLocalProperty("callSite.short", f"dedup: {what}")
        context.setJobDescription(f"dedup: {what}")
