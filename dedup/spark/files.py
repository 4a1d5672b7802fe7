"""Files on whatever Spark reaches: this machine, HDFS, an object store."""

from typing import Any

from pyspark.sql import SparkSession


def _at(spark: SparkSession, path: str) -> tuple[Any, Any]:
    context: Any = spark.sparkContext
    place = context._jvm.org.apache.hadoop.fs.Path(path)
    return place.getFileSystem(context._jsc.hadoopConfiguration()), place


def exists(spark: SparkSession, path: str) -> bool:
    files, place = _at(spark, path)
    return bool(files.exists(place))


def remove(spark: SparkSession, path: str) -> None:
    """Remove a folder with all that is in it, if it is there."""
    files, place = _at(spark, path)
    files.delete(place, True)


def move(spark: SparkSession, path: str, to: str) -> None:
    """Put a folder in the place of another, which is removed."""
    files, place = _at(spark, path)
    target = _at(spark, to)[1]
    files.delete(target, True)
    if not files.rename(place, target):
        raise OSError(f"cannot move {path} to {to}")


def write_text(spark: SparkSession, path: str, text: str) -> None:
    files, place = _at(spark, path)
    out = files.create(place, True)
    out.write(text.encode())
    out.close()
