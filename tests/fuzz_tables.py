"""What Python reads of any bytes, guided by the lines that they reach: tables, web archives, pages,
the state of `--resume`.

    python tests/fuzz_tables.py [-max_total_time=60] [FOLDER] rust/fuzz/seeds/tables

takes libFuzzer's options; `FOLDER` is where inputs are put that reach something new.
"""

import contextlib
import io
import json
import shutil
import sys
import tempfile
import warnings
import zlib
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["dedup"]):
    from dedup.dump import page, resume
    from dedup.dump.archive import Archive, Damage, Record
    from dedup.dump.inputs import Inputs, Source
    from dedup.errors import OutputError

import fuzz

FOLDER = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))

# By the first byte, so that a seed is a file with a letter before it.
TABLES = {b"c": ".csv", b"t": ".tsv", b"p": ".parquet"}
ARCHIVES = {b"w": "", b"g": ".gz", b"z": ".zst", b"b": ".bz2", b"x": ".xz"}


def check(data: bytes) -> None:
    kind, data = data[:1], data[1:]
    if kind in TABLES:
        fuzz.check_file(FOLDER, f"x{TABLES[kind]}", data, kind.decode())
    elif kind in ARCHIVES:
        check_archive(data, ARCHIVES[kind])
    elif kind == b"h":
        page.of_html(data)
    elif kind == b"r":
        page.of_record(data)
    else:
        check_state(data)


def check_archive(data: bytes, compression: str) -> None:
    """Every byte is of a record or of damage, and a record that is copied is read as it was."""
    path = FOLDER / f"x.warc{compression}"
    path.write_bytes(data)
    source = Source(path, path.name, "warc", compression, len(data), path.name, None)
    found: list[bytes] = []
    with Archive(source, copies=True) as archive:
        for item in archive:
            if isinstance(item, Damage):
                found.append(item.raw)
                continue
            assert item.data is not None
            found.append(item.data)
            assert isinstance(item.article, str | None), item
            check_copy(archive, item, compression)
    if not compression:
        assert b"".join(found) == data


def check_copy(archive: Archive, record: Record, compression: str) -> None:
    out = io.BytesIO()
    archive.copy(record, out)
    copied = out.getvalue()
    if compression == ".gz":
        plain = b""
        while copied:
            inflater = zlib.decompressobj(31)
            plain += inflater.decompress(copied) + inflater.flush()
            copied = inflater.unused_data.lstrip(b"\0")
        copied = plain
    assert copied == record.data


def check_state(data: bytes) -> None:
    """A state is refused or taken, also one written by another version or by one who knows how."""
    folder = FOLDER / "left"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    (folder / "read.checkpoint").touch()
    with contextlib.suppress(ValueError, TypeError, RecursionError):
        state = json.loads(data)
        data = json.dumps({**state, "checksum": resume._checksum(state)}).encode()
    (folder / "pass.json").write_bytes(data)
    source = Source(FOLDER / "x", "x", "csv", "", 0, "x", None)
    inputs = Inputs([source], {})
    with contextlib.suppress(OutputError):
        resume.is_left_by(folder, {"version": "none"}, FOLDER)
    with contextlib.suppress(OutputError):
        resume.load(folder, inputs)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    try:
        atheris.Setup(sys.argv, check)
        atheris.Fuzz()
    finally:
        shutil.rmtree(FOLDER, ignore_errors=True)
