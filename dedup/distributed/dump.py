"""A pass over files that all machines reach, for engines that read and write none themselves."""

import json
import os
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from io import BufferedReader
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dedup.article import BATCH_ROWS, as_article, date_text, id_text
from dedup.config import Fields, Options
from dedup.distributed.engine import Batches, Engine
from dedup.distributed.plan import BUCKET_ARTICLES, Found, find_duplicates
from dedup.distributed.tasks import LINES, ROW_BITS
from dedup.dump.compression import decompressed
from dedup.dump.formats import kind_of
from dedup.dump.paths import replaced
from dedup.errors import DedupError, InputError
from dedup.table import Batch, choose_columns, table_batch

P = TypeVar("P")

# What one task reads, `bucket` being its number: bytes of JSON lines, or row groups of Parquet.
# `state` is that of the file.
PARTS = pa.schema(
    {
        "bucket": pa.int32(),
        "path": pa.string(),
        "start": pa.int64(),
        "end": pa.int64(),
        "state": pa.string(),
    }
)
PART_BYTES = 64 << 20

_RECORDS = pa.schema(
    {"place": pa.int64(), "id": pa.string(), "text": pa.string(), "date": pa.string()}
)
_GONE = pa.schema({"bucket": pa.int32(), "place": pa.int64()})
_KEPT = pa.schema({"kept": pa.int64()})


def parser(description: str | None) -> ArgumentParser:
    """The command line of a script that scans files with an engine of its own."""
    parser = ArgumentParser(description=description)
    parser.add_argument("inputs", nargs="+", help="JSON lines or Parquet, on a shared disk")
    parser.add_argument("-o", "--out", required=True, type=Path, help="a folder on a shared disk")
    parser.add_argument("--bucket-articles", type=int, default=BUCKET_ARTICLES)
    return parser


def parts_of(paths: Iterable[str | Path], size: int = PART_BYTES) -> list[pa.Table]:
    """The parts of files, each a table of one row. A compressed file is one part.

    Raises InputError for a file that is neither JSON lines nor Parquet.
    """
    parts: list[tuple[str, int, int, str]] = []
    for path in map(os.path.abspath, paths):
        format_, compression = kind_of(path) or ("", "")
        if format_ not in ("json", "parquet"):
            raise InputError(f"{path} is neither JSON lines nor Parquet")
        state = _state(path)
        if format_ == "parquet":
            groups = range(pq.ParquetFile(path).num_row_groups)
            parts += [(path, group, group + 1, state) for group in groups]
        elif compression:
            parts.append((path, 0, np.iinfo("<i8").max, state))
        else:
            end = os.path.getsize(path)
            parts += [(path, at, min(at + size, end), state) for at in range(0, end, size)]
    tables = [
        pa.table([[number], *([it] for it in part)], schema=PARTS)
        for number, part in enumerate(parts)
    ]
    return tables or [PARTS.empty_table()]


def scan(
    engine: Engine[list[P]],
    parts: list[P],
    read: Callable[[P], pa.Table],
    folder: Path,
    tasks_at_once: int = 1,
    bucket_articles: int = BUCKET_ARTICLES,
    *,
    fields: Fields | None = None,
    options: Options | None = None,
) -> Found[list[P]]:
    """Find the duplicates in the parts of files, and write the results into a folder.

    They are the files of `dedup scan` with their lines in any order. `clean/` has a file for each
    part, its records as they stand. Tables are lists, of which `read` has one at a time in memory.
    Raises DedupError where a file was changed meanwhile.
    """
    records = engine.map("read", partial(_read, fields or Fields()), parts, _RECORDS)
    found = find_duplicates(
        engine,
        records,
        Fields(),
        options or Options(),
        tasks_at_once=tasks_at_once,
        bucket_articles=bucket_articles,
    )
    clean = folder.absolute() / "clean"
    clean.mkdir(parents=True, exist_ok=True)
    out = [engine.only(found.lines, "duplicate"), found.rejected]
    gone = engine.union([engine.map("gone", _gone, table, _GONE) for table in out])
    kept = engine.group("clean", partial(_write_clean, clean), [parts, gone], _KEPT)
    if sum(engine.collect(kept)["kept"].to_pylist()) != found.counts["kept"]:
        raise DedupError("what was written is not what was kept; please report it")
    _write_lines(folder, map(read, found.lines))
    with replaced(folder / "summary.json") as file:
        summary = {"counts": found.counts, "keep": found.keep}
        file.write(json.dumps(summary, indent=2).encode() + b"\n")
    return found


def result_line(row: dict[str, Any]) -> dict[str, Any]:
    """What a row of LINES is as a line in a result file of `dedup scan`."""
    if row["kind"] == "match":
        return {name: row[name] for name in LINES.names[1:10]}
    if row["kind"] == "story":
        return {"id": row["id_a"], "versions": row["versions"]}
    named = {"id": "id_a", "duplicate_of": "id_b", "covered": "covered_a"}
    names = ("id", "duplicate_of", "relation", "score", "covered", "similarity", "containment")
    return {name: row[named.get(name, name)] for name in names}


def _write_lines(folder: Path, tables: Iterable[pa.Table]) -> None:
    with (
        replaced(folder / "duplicates.jsonl") as duplicates,
        replaced(folder / "matches.jsonl") as matches,
        replaced(folder / "stories.jsonl") as stories,
    ):
        files = {"duplicate": duplicates, "match": matches, "story": stories}
        for table in tables:
            for row in table.filter(pc.is_in(table["kind"], pa.array(list(files)))).to_pylist():
                line = json.dumps(result_line(row), ensure_ascii=False)
                files[row["kind"]].write(line.encode() + b"\n")


# What tasks do


def _read(fields: Fields, batches: Batches) -> Batches:
    for batch in batches:
        for part in batch.to_pylist():
            place = part["bucket"] << ROW_BITS
            for rows in _rows(part):
                texts, ids, dates, _ = _articles(rows, fields)
                places = np.arange(place, place + len(texts))
                place += len(texts)
                # Bytes that are no text are no article, as what has none.
                known = [text if isinstance(text, str) else None for text in texts]
                columns = [
                    pa.array(places),
                    *(pa.array(it, pa.string()) for it in (ids, known, dates)),
                ]
                yield pa.record_batch(columns, schema=_RECORDS)


def _rows(part: dict[str, Any]) -> Iterator["list[bytes] | pa.RecordBatch"]:
    """The lines of a part, or its rows, some at a time."""
    path, start, end = part["path"], part["start"], part["end"]
    if _state(path) != part["state"]:
        raise DedupError(f"{path} was changed while it was read; run it again")
    format_, compression = kind_of(path) or ("", "")
    if format_ == "parquet":
        yield from pq.ParquetFile(path).iter_batches(BATCH_ROWS, range(start, end))
        return
    with open(path, "rb") as raw:
        file = BufferedReader(cast(Any, decompressed(raw, compression)))
        if start:
            # A line belongs to the part that it begins in.
            file.seek(start - 1)
            start += len(file.readline()) - 1
        lines: list[bytes] = []
        while start < end and (line := file.readline()):
            start += len(line)
            if not line.isspace():
                lines.append(line)
            if len(lines) == BATCH_ROWS:
                yield lines
                lines = []
        yield lines


def _state(path: str) -> str:
    found = os.stat(path)
    return f"{found.st_size} {found.st_mtime_ns}"


def _articles(rows: "list[bytes] | pa.RecordBatch", fields: Fields) -> Batch:
    if not isinstance(rows, list):
        return table_batch(rows, choose_columns(rows.schema, fields))
    found = [_article(line, fields) for line in rows]
    texts, ids, dates = map(list, zip(*found, strict=True)) if found else ([], [], [])
    return Batch(texts, ids, dates, [None] * len(texts))


def _article(line: bytes, fields: Fields) -> tuple[str | None, str | None, str | None]:
    """Text, id and date of a record of JSON; of one that is no article, nothing."""
    try:
        record = json.loads(line)
        if b"\\ud" in line or b"\\uD" in line:
            # Half of a surrogate pair is replaced, as a pass over a dump does.
            whole = json.dumps(record, ensure_ascii=False).encode("utf-16", "surrogatepass")
            record = json.loads(whole.decode("utf-16", "replace"))
        article = as_article(record, fields, "the record")
    except (ValueError, RecursionError, InputError):
        return None, None, None
    return article.text, id_text(article.id), date_text(article.date)


def _gone(batches: Batches) -> Batches:
    """Places of what is not kept, to the part that they are in."""
    for batch in batches:
        parts = pc.shift_right(batch["place"], ROW_BITS).cast(pa.int32())
        yield pa.record_batch([parts, batch["place"]], schema=_GONE)


def _write_clean(folder: Path, parts: pa.Table, gone: pa.Table) -> pa.Table:
    """Read a part again, and write the records that are kept, as they are."""
    kept = 0
    for part in parts.to_pylist():
        path = Path(part["path"])
        name = path.name.removesuffix((kind_of(path.name) or ("", ""))[1])
        place = part["bucket"] << ROW_BITS
        with replaced(folder / f"{part['bucket']:05}-{name}") as file:
            writer = None
            for rows in _rows(part):
                places = pa.array(np.arange(place, place + len(rows)))
                place += len(rows)
                mask = pc.invert(pc.is_in(places, gone["place"].combine_chunks()))
                kept += pc.sum(mask).as_py() or 0
                if isinstance(rows, list):
                    both = zip(rows, mask.to_pylist(), strict=True)
                    file.writelines(line for line, is_kept in both if is_kept)
                else:
                    writer = writer or pq.ParquetWriter(file, rows.schema)
                    writer.write_batch(rows.filter(mask))
            if writer:
                writer.close()
    return pa.table([[kept]], schema=_KEPT)
