"""The articles of an index, written to a file."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from os import PathLike, fspath
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from dedup import extras
from dedup.errors import OutputError

if TYPE_CHECKING:
    from dedup.index.index import Stored

# Articles that are written at a time.
ROWS = 1024

FIELDS = ("id", "text", "date", "duplicate_of", "stored")


def record(article: "Stored") -> dict[str, Any]:
    """An article as JSON has it; times are in UTC."""
    values = (getattr(article, name) for name in FIELDS)
    return {
        name: value.isoformat() if name in ("date", "stored") and value is not None else value
        for name, value in zip(FIELDS, values, strict=True)
    }


def line(article: "Stored") -> str:
    return json.dumps(record(article), ensure_ascii=False) + "\n"


def export(articles: Iterable["Stored"], output: str | PathLike[str]) -> int:
    path = Path(fspath(output))
    write = _parquet if path.name.lower().endswith(".parquet") else _lines
    if not path.name.lower().endswith((".parquet", ".jsonl", ".jsonl.gz", ".jsonl.zst")):
        raise OutputError(
            f"{path} has no ending that says what to write; give it .jsonl, .jsonl.gz, .jsonl.zst"
            " or .parquet"
        )
    if path.name.lower().endswith((".parquet", ".zst")):
        extras.check(str(path), "parquet")
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            count = write(articles, file, path.name.lower())
        part.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return count


def _lines(articles: Iterable["Stored"], file: IO[bytes], name: str) -> int:
    count = 0
    with _compressed(file, name) as out:
        for article in articles:
            out.write(line(article).encode())
            count += 1
    return count


@contextmanager
def _compressed(file: IO[bytes], name: str) -> Iterator[Any]:
    if name.endswith(".gz"):
        import gzip

        with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as out:
            yield out
    elif name.endswith(".zst"):
        import pyarrow as pa

        with pa.CompressedOutputStream(pa.PythonFile(file, mode="w"), "zstd") as out:
            yield out
    else:
        yield file


def _parquet(articles: Iterable["Stored"], file: IO[bytes], _: str) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    time = pa.timestamp("s", "UTC")
    types = (pa.string(), pa.string(), time, pa.string(), time)
    schema = pa.schema(list(zip(FIELDS, types, strict=True)))
    count = 0
    rows: list[dict[str, Any]] = []
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for article in articles:
            rows.append({name: getattr(article, name) for name in FIELDS})
            count += 1
            if len(rows) == ROWS:
                writer.write_table(pa.Table.from_pylist(rows, schema))
                rows.clear()
        writer.write_table(pa.Table.from_pylist(rows, schema))
    return count
