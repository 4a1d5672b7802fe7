"""`spark-submit -m dedup.spark` or `python -m dedup.spark`: a pass over files, on Spark."""

import json
import os
import sys
from contextlib import suppress
from typing import Any

import click
from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

from dedup import _core
from dedup.cli.options import force_option, rule_options
from dedup.config import DATE_ORDERS
from dedup.errors import DedupError, InputError, OutputError
from dedup.spark import find_duplicates
from dedup.spark.files import exists, move, remove, write_text

RESULTS = ("clean", "duplicates", "matches", "stories", "rejected")
# The endings of files, and Spark's names for what is in them.
_FORMATS = {
    ".parquet": "parquet",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "csv",
    ".orc": "orc",
    ".avro": "avro",
}
_COMPRESSED = (".gz", ".bz2", ".zst", ".lz4", ".snappy")


def _format_of(path: str) -> str | None:
    name = path.rstrip("/").lower()
    for ending in _COMPRESSED:
        name = name.removesuffix(ending)
    return _FORMATS.get(os.path.splitext(name)[1])


def _read(spark: SparkSession, inputs: tuple[str, ...], given: str | None) -> DataFrame:
    formats = {given or _format_of(path) for path in inputs}
    if len(formats) > 1 or None in formats:
        raise InputError(
            "the inputs are not all files of one format by their endings; name it with --format,"
            " as parquet or json"
        )
    (format_,) = formats
    reader = spark.read.format(str(format_))
    if format_ == "csv":
        tabs = all(".tsv" in path.lower() for path in inputs)
        reader = reader.options(header=True, multiLine=True, sep="\t" if tabs else ",", escape='"')
    return reader.load(list(inputs))


def _message(error: BaseException) -> str:
    """What an error of Spark says, in one line."""
    text = error.getMessage() if isinstance(error, PySparkException) else None
    if isinstance(error, Py4JJavaError):
        text = str(error.java_exception.getMessage())
    lines = [line.strip() for line in (text or str(error)).splitlines() if line.strip()]
    # What a task raised stands last in its traceback, under a head that only says that one did.
    of_task = [line for line in lines if line.startswith(("dedup.errors.", "MemoryError"))]
    return (of_task or lines or [type(error).__name__])[0].removeprefix("dedup.errors.")


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    required=True,
    help="Folder for the results, new but for --force: any that Spark can write to.",
)
@click.option(
    "--format",
    "format_",
    metavar="NAME",
    help="What Spark reads the inputs as, as parquet, json, csv, orc. [default: by their endings]",
)
@click.option(
    "--write",
    "out_format",
    type=click.Choice(("parquet", "jsonl")),
    default="parquet",
    show_default=True,
    help="Format of the results.",
)
@click.option("--text-field", "text", metavar="NAME", multiple=True, help="Column of the text.")
@click.option("--id-field", "id", metavar="NAME", help="Column of the id; `none` numbers them.")
@click.option("--date-field", "date", metavar="NAME", help="Column of the publication date.")
@click.option(
    "--date-order",
    type=click.Choice(DATE_ORDERS),
    help="Whether 01/03/2020 is 1 March (dmy) or January 3 (mdy). [default: as other dates prove]",
)
@rule_options
@click.option(
    "--checkpoint",
    metavar="DIR",
    help="Folder that all executors reach, for what the stages find; nothing is left there."
    " [default: beside the output folder]",
)
@force_option
def main(
    inputs: tuple[str, ...],
    output: str,
    format_: str | None,
    out_format: str,
    text: tuple[str, ...],
    id: str | None,
    checkpoint: str | None,
    force: bool,
    **options: Any,
) -> None:
    """Find the duplicates among articles with Spark, and write those that stay.

    INPUT is whatever Spark reads: files or folders of Parquet, JSON Lines, CSV, here or in an
    object store. The answer is that of `dedup scan`.

    \b
    DIR then holds, each a folder of files,
      clean       the records kept, with all their columns
      duplicates  each article dropped, the one kept for it, and how they match
      matches     every pair of versions, and which of the two may go
      stories     each story of several versions
      rejected    each record that could not be read, and why
    and summary.json, its counts.

    \b
    Examples:
      python -m dedup.spark news/*.parquet -o out
      spark-submit --master spark://host:7077 /path/to/dedup/spark/__main__.py \\
          hdfs:///news -o hdfs:///out --format parquet

    Exit status: 0 done; 1 failed, one line on standard error says why and DIR stays as it was;
    2 wrong usage.
    """
    # The workers' Python is this one, unless the cluster has its own.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    output = output.rstrip("/")
    spark = None
    try:
        spark = SparkSession.builder.appName("dedup").getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        if exists(spark, output) and not force:
            raise OutputError(f"{output} is there; name a new folder, or replace it with --force")
        counts = _run(
            spark,
            _read(spark, inputs, format_),
            output,
            out_format,
            text=text or None,
            id=False if id == "none" else id,
            checkpoint=checkpoint or f"{output}-unfinished",
            **options,
        )
    except (DedupError, PySparkException, Py4JError, OSError) as error:
        click.echo(f"error: {_message(error)}", err=True)
        sys.exit(1)
    finally:
        if spark is not None:
            _clear(spark, f"{output}-unfinished")
    click.echo(
        f"read {counts['read']:,}, kept {counts['kept']:,}, dropped {counts['dropped']:,},"
        f" rejected {counts['rejected']:,}: {output}",
        err=True,
    )


def _clear(spark: SparkSession, folder: str) -> None:
    # Where even that cannot be done, what went wrong before is told.
    with suppress(Py4JError):
        remove(spark, folder)


def _run(
    spark: SparkSession, df: DataFrame, output: str, out_format: str, **options: Any
) -> dict[str, int]:
    """The counts of a pass whose results are written, whole or not at all."""
    unfinished = f"{output}-unfinished/results"
    with find_duplicates(df, **options) as result:
        for name in RESULTS:
            table = getattr(result, name)
            form = "json" if out_format == "jsonl" else "parquet"
            table.write.mode("overwrite").format(form).save(f"{unfinished}/{name}")
        kept = {name: value for name, value in options.items() if name != "checkpoint"}
        summary = {
            "counts": result.counts,
            "options": {**kept, "keep": result.keep},
            "versions": {"dedup": _core.__version__, "spark": spark.version},
        }
        write_text(spark, f"{unfinished}/summary.json", json.dumps(summary, indent=2) + "\n")
    move(spark, unfinished, output)
    return result.counts


if __name__ == "__main__":
    main()
