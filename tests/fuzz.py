"""Any bytes in any format, damaged anywhere: every record is kept, dropped or rejected, what is
kept is as it was, and nothing but an error of ours is raised.

    python tests/fuzz.py 100000 [FIRST]

tries so many seeds; a seed that fails is printed and tried again by `fuzz.py 1 SEED`.
"""

import contextlib
import io
import json
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import articles
import dumps
import pyarrow as pa
import pyarrow.parquet as pq

from dedup.config import Fields
from dedup.dump.scan import Request, scan
from dedup.errors import DedupError

ROWS: list[dict[str, Any]] = [
    {"id": f"a{n}", "date": f"2024-05-{n + 1:02}", "text": articles.article(n, 40 + 9 * n)}
    for n in range(5)
]
ROWS += [{**ROWS[1], "id": "copy"}, {**ROWS[2], "id": "a0"}, {"id": 7, "date": None, "text": "é ß"}]
ROWS[3]["text"] += ' "quoted", and\nof two lines;\tcafé'


def _table(delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    return dumps.csv_bytes(ROWS, delimiter).decode().encode(encoding, "replace")


def _parquet() -> bytes:
    out = io.BytesIO()
    table = pa.Table.from_pylist([{**row, "id": str(row["id"])} for row in ROWS])
    pq.write_table(table, out, row_group_size=3)
    return out.getvalue()


def _pages() -> bytes:
    return b"\n".join(json.dumps({"n": 2, "docs": rows}).encode() for rows in (ROWS[:4], ROWS[4:]))


def _warc(gzip: bool = False) -> bytes:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=gzip)
    for row in ROWS:
        page = f"<html><body><article><p>{row['text']}</p></article></body></html>".encode()
        headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            f"https://x.example/{row['id']}",
            "response",
            payload=io.BytesIO(page),
            http_headers=headers,
        )
        writer.write_record(record)
    return out.getvalue()


# By the ending of the file; the second is what a record of the clean file is, where it is bytes of
# the file read.
Split = Callable[[bytes], list[bytes]]
FORMATS: dict[str, tuple[str, Callable[[], bytes], Split | None]] = {
    "lines": (".jsonl", lambda: dumps.jsonl_bytes(ROWS), bytes.splitlines),
    "array": (".json", lambda: json.dumps(ROWS).encode(), None),
    "indented array": (".json", lambda: json.dumps(ROWS, indent=2).encode(), None),
    "wrapped": (".json", lambda: json.dumps({"n": 1, "articles": ROWS}, indent=1).encode(), None),
    "pages": (".json", _pages, None),
    "values": (".json", lambda: "\n".join(json.dumps(it, indent=4) for it in ROWS).encode(), None),
    "in UTF-16": (".jsonl", lambda: dumps.jsonl_bytes(ROWS).decode().encode("utf-16"), None),
    "csv": (".csv", _table, bytes.splitlines),
    "semicolons": (".csv", lambda: _table(";", "cp1252"), bytes.splitlines),
    "backslashes": (".csv", lambda: _table().replace(b'""', b'\\"'), bytes.splitlines),
    "single quotes": (".csv", lambda: _table().replace(b'"', b"'"), bytes.splitlines),
    "a title": (".csv", lambda: b"Articles of May\n\n" + _table(), bytes.splitlines),
    "carriage returns": (".csv", lambda: _table().replace(b"\n", b"\r"), None),
    "tsv": (".tsv", lambda: _table("\t"), bytes.splitlines),
    "table in UTF-16": (".csv", lambda: _table(encoding="utf-16"), None),
    "text": (".txt", lambda: ROWS[3]["text"].encode(), bytes.splitlines),
    "parquet": (".parquet", _parquet, None),
    "warc": (".warc", _warc, None),
    "warc of members": (".warc.gz", lambda: _warc(gzip=True), None),
    "html": (".html", lambda: b"<p>" + ROWS[0]["text"].encode(), None),
}
PLAIN = {name: make() for name, (_, make, _) in FORMATS.items()}


def damage(rng: random.Random, data: bytes) -> bytes:
    """Bytes with some changed, lost, put in, said twice, cut off; or quite other ones."""
    for _ in range(rng.choice([0, 1, 1, 1, 2, 3, 8])):
        at, length = rng.randrange(len(data) + 1), int(rng.expovariate(0.1))
        kind = rng.randrange(8)
        if kind == 0:
            piece = rng.randbytes(1)
            data = data[:at] + piece + data[at + 1 :]
        elif kind == 1:
            data = data[:at] + data[at + length :]
        elif kind == 2:
            data = data[:at] + rng.randbytes(length) + data[at:]
        elif kind == 3:
            data = data[:at] + data[at : at + 20 * length] + data[at:]
        elif kind == 4:
            data = data[:at]
        elif kind == 5:
            sign = rng.choice(b'"\n\r{}[],\\\0;\t<')
            data = data[:at] + bytes([sign]) + data[at:]
        elif kind == 6:
            other = rng.choice([*PLAIN.values()])
            data = data[:at] + other[rng.randrange(len(other)) :][: 50 * length] + data[at:]
        else:
            data = bytes(byte ^ (rng.random() < 0.002) for byte in data)
    return rng.randbytes(rng.randrange(200)) if rng.random() < 0.02 else data


def check(seed: int, folder: Path) -> str:
    """Try a seed; return what was tried. Raises AssertionError, or whatever the pass raised."""
    rng = random.Random(seed)
    name = rng.choice([*FORMATS])
    ending, _, split = FORMATS[name]
    packing = "" if ending in (".parquet", ".warc.gz") else rng.choice(["", "", *dumps.PACKERS])
    pack, unpack = dumps.PACKERS[packing]
    # A compressed file is damaged as it is, or what is in it.
    outside = bool(packing) and rng.random() < 0.5
    plain = PLAIN[name] if outside else damage(rng, PLAIN[name])
    data = damage(rng, pack(plain)) if outside else pack(plain)
    what = f"seed {seed}: {name}{packing}, {len(data)} bytes"
    clean = check_file(folder, f"x{ending}{packing}", data, what)
    if clean is not None and split is not None and not outside:
        for record in split(unpack(clean)):
            assert record in plain, what
    return what


def check_file(folder: Path, name: str, data: bytes, what: str) -> bytes | None:
    """Read a file; return what was written of it, if anything was. Every record is counted once,
    and what is kept is read again as it was."""
    source = folder / name
    source.write_bytes(data)
    try:
        summary = scan(Request(inputs=[str(source)], output=folder / "out", force=True))
    except (DedupError, OSError):
        return None
    counts = summary["counts"]
    assert counts["read"] == counts["kept"] + counts["dropped"] + counts["rejected"], what
    rejected = (folder / "out" / "rejected.jsonl").read_bytes().splitlines()
    assert len(rejected) == counts["rejected"], what
    clean = folder / "out" / "clean" / name
    if not clean.exists():
        assert counts["kept"] == 0, what
        return None
    if counts["kept"] > 0:
        # What is left may look like another encoding than the whole.
        layout = summary["fields"][0] if summary["fields"] else {}
        fields = Fields(delimiter=layout.get("delimiter"), encoding=layout.get("encoding"))
        request = Request(inputs=[str(clean)], output=folder / "again", fields=fields, force=True)
        again = scan(request)["counts"]
        assert (again["read"], again["rejected"]) == (counts["kept"], 0), (what, again, counts)
    return clean.read_bytes()


def main(seeds: int, first: int = 0) -> None:
    started = time.monotonic()
    # In memory where there is such a folder: each pass waits for the disk several times.
    memory = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(dir=memory) as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for seed in range(first, first + seeds):
            try:
                what = check(seed, Path(folder))
            except BaseException:
                print(f"seed {seed} fails", flush=True)
                raise
            if seeds == 1 or seed % 1000 == 999:
                with contextlib.suppress(BrokenPipeError):
                    print(what, f"{time.monotonic() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
