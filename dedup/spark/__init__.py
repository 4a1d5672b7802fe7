"""A pass over a DataFrame of Spark, with the answer of a pass on one machine."""

import tempfile
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Literal

from dedup import extras

if not extras.is_installed("spark"):
    # Under this name `python -m dedup.spark` tells it in one line.
    raise ImportError(f"it needs more packages: {extras.install('spark')}", name="dedup.spark")

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.pandas.types import to_arrow_type

from dedup.config import MIN_COVERED, MIN_SCORE, RELATIONS, WINDOW, Fields, Options
from dedup.distributed import plan, tasks
from dedup.errors import OptionError
from dedup.spark.engine import SparkEngine, Table, describe
from dedup.spark.files import remove

__all__ = ["Result", "find_duplicates"]

# The column that puts records into an order.
_PLACE = "_dedup_place"


@dataclass(frozen=True)
class Result:
    """What a pass found, as DataFrames with the columns of the files that `dedup scan` writes.

    `clean` has the records that are kept, with all their columns. `rejected` has the `row` in the
    input, from 1 on, the `reason` and what stood there (`raw`). `counts` are those of
    `summary.json`, `keep` is the rule.

    They are read from files in `folder` when Spark computes them. `close`, or the end of a `with`
    block, removes these.
    """

    duplicates: DataFrame
    matches: DataFrame
    stories: DataFrame
    clean: DataFrame
    rejected: DataFrame
    counts: dict[str, int]
    keep: str
    folder: str

    def close(self) -> None:
        """Remove the files that the DataFrames are read from."""
        _remove(self.duplicates.sparkSession, self.folder)

    def __enter__(self) -> "Result":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def find_duplicates(
    df: DataFrame,
    *,
    text: str | Sequence[str] | None = None,
    id: str | Literal[False] | None = None,
    date: str | None = None,
    keep: str | None = None,
    drop: Collection[str] = RELATIONS,
    rewrites: bool = True,
    related: bool = False,
    window: str | timedelta | None = WINDOW,
    min_score: float = MIN_SCORE,
    min_covered: float = MIN_COVERED,
    date_order: str | None = None,
    unique_ids: str = "number",
    checkpoint: str | None = None,
    bucket_articles: int = plan.BUCKET_ARTICLES,
) -> Result:
    """Find the articles of a DataFrame that are versions of one another, and choose which to keep.

    `text`, `id` and `date` name columns, or fields inside of them as `a.b`; without them the usual
    names of news dumps are tried in each record. An article without an id gets its position in the
    DataFrame, "0", "1", .... All other options are those of `dedup.find_duplicates`, and so is the
    answer, whatever the number of partitions: only where ids repeat, or `keep` is `first`, does the
    order of the DataFrame's rows decide, that of its partitions and of the rows in each.

    The pass runs now; what it finds is kept in files, by stages, so that an executor that is lost
    costs the stage at hand. They are written below `checkpoint`, a folder that all executors reach;
    None is Spark's own checkpoint folder if one is set, or on one machine a temporary folder. A
    worker holds about `bucket_articles` articles, and what is made of them, at a time.

    Raises InputError where no column is a text, and OptionError for a value that an option does
    not have.
    """
    options = Options(
        keep,
        tuple(drop) if not isinstance(drop, str) else drop,
        rewrites=rewrites,
        related=related,
        window=window,
        min_score=min_score,
        min_covered=min_covered,
        date_order=date_order,
        unique_ids=unique_ids,
    )
    fields = Fields.named(text, id, date=date)
    spark = df.sparkSession
    columns = tasks.check_fields(_arrow_schema(df), fields)
    folder = _folder(spark, checkpoint)
    engine = SparkEngine(spark, folder)
    try:
        placed = df.withColumn(_PLACE, F.monotonically_increasing_id())
        records = engine.keep("records", Table(placed)).df
        chosen = records.select(*(f"`{name}`" for name in columns), F.col(_PLACE).alias("place"))
        found = plan.find_duplicates(
            engine,
            Table(chosen),
            fields,
            options,
            tasks_at_once=_tasks_at_once(spark),
            bucket_articles=bucket_articles,
        )
    except BaseException:
        _remove(spark, folder)
        raise
    finally:
        describe(spark, "")
    return _result(engine, records, found, folder)


def _result(
    engine: SparkEngine, records: DataFrame, found: plan.Found[Table], folder: str
) -> Result:
    def lines(kind: str) -> DataFrame:
        return engine.rows(engine.only(found.lines, kind))

    duplicates, rejected = lines("duplicate"), engine.rows(found.rejected)
    out = duplicates.select("place").unionAll(rejected.select("place"))
    clean = records.join(out, records[_PLACE] == out["place"], "left_anti").drop(_PLACE)
    return Result(
        duplicates=duplicates.select(
            F.col("id_a").alias("id"),
            F.col("id_b").alias("duplicate_of"),
            "relation",
            "score",
            F.col("covered_a").alias("covered"),
            "similarity",
            "containment",
        ),
        matches=lines("match").select(tasks.LINES.names[1:10]),
        stories=lines("story").select(F.col("id_a").alias("id"), "versions"),
        clean=clean,
        rejected=rejected.select("row", "reason", "raw"),
        counts=found.counts,
        keep=found.keep,
        folder=folder,
    )


def _arrow_schema(df: DataFrame) -> pa.Schema:
    """The columns as Arrow has them; one of a type that it does not have is none of news."""
    fields = []
    for field in df.schema:
        try:
            type_ = to_arrow_type(field.dataType, timezone="UTC")
        except PySparkException:
            type_ = pa.list_(pa.null())
        fields.append(pa.field(field.name, type_))
    return pa.schema(fields)


def _tasks_at_once(spark: SparkSession) -> int:
    context = getattr(spark, "_sc", None)
    if context is None:  # Spark Connect does not say
        return int(spark.conf.get("spark.sql.shuffle.partitions") or 200)
    return int(context.defaultParallelism)


def _folder(spark: SparkSession, checkpoint: str | None) -> str:
    """A new folder for the files of a pass."""
    name = f"dedup-{uuid.uuid4().hex[:12]}"
    context = getattr(spark, "_sc", None)
    if checkpoint is None and context is not None:
        checkpoint = context.getCheckpointDir()
        if checkpoint is None and context.master.startswith("local"):
            return tempfile.mkdtemp(prefix="dedup-spark-")
    if checkpoint is None:
        raise OptionError(
            "no folder for what the stages find: give checkpoint=, a folder that all executors"
            " reach, as hdfs://... or s3a://..., or call sparkContext.setCheckpointDir first"
        )
    return f"{checkpoint.rstrip('/')}/{name}"


def _remove(spark: SparkSession, folder: str) -> None:
    # Over Spark Connect nothing can be removed from here.
    if getattr(spark, "_sc", None) is not None:
        remove(spark, folder)
