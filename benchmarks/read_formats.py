"""Every format beside a library that only reads it: articles and bytes a second, in one run.

    python benchmarks/read_formats.py [ARTICLES]     # a table, as in docs/formats.md

`read` is from the file to articles with their sketches, on all cores; `scan` the whole pass; the
library makes Python or Arrow objects of the file and nothing more. Medians of three.
"""

import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import fastwarc.warc
import formats
import orjson
import polars as pl
import pyarrow.csv
import pyarrow.parquet
from corpora import DATA, DEDUP, corpus, read
from web import write_warc

from dedup.config import Fields, Options
from dedup.detect import new_pass
from dedup.dump.gauge import Gauge
from dedup.dump.inputs import expand
from dedup.dump.read import read_all

ROUNDS = 3


def write_array(source: Path, path: Path) -> None:
    path.write_text(json.dumps([*read(source)], indent=1))


def write_tsv(source: Path, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, formats.FIELDS, extrasaction="ignore", delimiter="\t")
        writer.writeheader()
        writer.writerows(read(source))


def write_each(source: Path, path: Path) -> None:
    path.mkdir()
    for row in read(source):
        (path / f"{row['id']}.json").write_text(json.dumps(row))


def write_utf_16(source: Path, path: Path) -> None:
    plain = path.with_suffix(".plain")
    formats.write_csv(source, plain)
    path.write_text(plain.read_text(), encoding="utf-16", newline="")
    plain.unlink()


formats.WRITERS.update(
    {
        "-array.json": write_array,
        "-each.json": write_each,
        ".tsv": write_tsv,
        "-utf-16.csv": write_utf_16,
        ".warc.gz": write_warc,
    }
)


def parse_lines(path: Path) -> None:
    with path.open("rb") as lines:
        for line in lines:
            orjson.loads(line)


def parse_each(path: Path) -> None:
    for file in sorted(path.iterdir()):
        orjson.loads(file.read_bytes())


def walk_archive(path: Path) -> None:
    with path.open("rb") as file:
        for record in fastwarc.warc.ArchiveIterator(file):
            record.reader.read()


# (what it is called, the ending of its file, how a library reads it)
ROWS: list[tuple[str, str, str, Callable[[Path], object]]] = [
    ("JSONL", ".jsonl", "orjson", parse_lines),
    (
        "JSONL, zstd",
        ".jsonl.zst",
        "polars",
        lambda path: pl.read_ndjson(path, infer_schema_length=None),
    ),
    ("JSON, an array", "-array.json", "orjson", lambda path: orjson.loads(path.read_bytes())),
    ("JSON, a file an article", "-each.json", "orjson", parse_each),
    ("CSV", ".csv", "pyarrow", lambda path: pyarrow.csv.read_csv(path, parse_options=QUOTED)),
    ("CSV", ".csv", "polars", lambda path: pl.read_csv(path)),
    ("CSV, UTF-16", "-utf-16.csv", "polars", lambda path: pl.read_csv(path, encoding="utf-16")),
    ("TSV", ".tsv", "polars", lambda path: pl.read_csv(path, separator="\t")),
    ("Parquet", ".parquet", "pyarrow", pyarrow.parquet.read_table),
    ("Parquet", ".parquet", "polars", lambda path: pl.read_parquet(path)),
    ("text, a file an article", ".txt", "Python", lambda path: [*map(Path.read_text, files(path))]),
    ("WARC, gzip", ".warc.gz", "fastwarc", walk_archive),
]
QUOTED = pyarrow.csv.ParseOptions(newlines_in_values=True)


def files(path: Path) -> list[Path]:
    return sorted(path.iterdir()) if path.is_dir() else [path]


def read_into_core(path: Path, spool: str) -> None:
    sources = expand([str(path)], Path(spool)).sources
    native = new_pass(Options(), spool)
    done = read_all(native, sources, Fields(), Gauge(native, 0))
    assert not native.rejections(), done


def scan(path: Path, folder: str) -> None:
    subprocess.run(
        [DEDUP, "scan", path, "-o", folder, "--force"], check=True, stderr=subprocess.DEVNULL
    )


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main(articles: int = 20_000) -> None:
    corpus(articles)
    print("| format | MB | read: articles/s | MB/s | scan: articles/s | alone: MB/s | |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    for name, ending, library, alone in ROWS:
        path = formats.written(articles, ending)
        size = sum(file.stat().st_size for file in files(path)) / 1e6
        rounds: list[list[float]] = [[], [], []]
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory(dir=DATA) as folder:
                for taken, work in zip(
                    rounds,
                    (
                        lambda: read_into_core(path, folder),  # noqa: B023
                        lambda: scan(path, f"{folder}/out"),  # noqa: B023
                        lambda: alone(path),  # noqa: B023
                    ),
                    strict=True,
                ):
                    taken.append(seconds(work))
        own, whole, other = map(statistics.median, rounds)
        print(
            f"| {name} | {size:,.0f} | {articles / own:,.0f} | {size / own:,.0f}"
            f" | {articles / whole:,.0f} | {size / other:,.0f} | {library} |",
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
