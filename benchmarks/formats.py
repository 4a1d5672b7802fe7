"""One corpus in each format that is read."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet
from corpora import DATA, Record, corpus, read

FIELDS = ("id", "date", "text")


def written(articles: int, ending: str) -> Path:
    """Return the file, or the folder of text files, of a corpus in a format; made if not there."""
    path = DATA / "formats" / f"{articles}{ending}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"part{ending}")
        WRITERS[ending](corpus(articles), part)
        part.replace(path)
    return path


def compress(source: Path, path: Path) -> None:
    codec = {".gz": "gzip", ".zst": "zstd"}[path.suffix]
    with source.open("rb") as file, pa.CompressedOutputStream(str(path), codec) as stream:
        shutil.copyfileobj(file, stream)


def write_csv(source: Path, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(read(source))


def write_parquet(source: Path, path: Path) -> None:
    rows: list[Record] = list(read(source))
    table = pa.table({name: [row[name] for row in rows] for name in FIELDS})
    pyarrow.parquet.write_table(table, path)


def write_folder(source: Path, path: Path) -> None:
    path.mkdir()
    for row in read(source):
        (path / f"{row['id']}.txt").write_text(row["text"], encoding="utf-8")


WRITERS: dict[str, Callable[[Path, Path], object]] = {
    ".jsonl": shutil.copyfile,
    ".jsonl.gz": compress,
    ".jsonl.zst": compress,
    ".csv": write_csv,
    ".parquet": write_parquet,
    ".txt": write_folder,
}
