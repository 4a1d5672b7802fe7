"""Bad inputs, through the real command: each a line in rejected.jsonl, or one `error:` line.

Never a traceback, never a half written file, never a record that is in no count.
"""

import bz2
import gzip
import json
import lzma
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import articles
import command
import dumps
import pytest

GOOD = [articles.article(seed, 60) for seed in range(4)]
LINE = [dumps.jsonl_bytes([{"id": f"g{n}", "text": text}]) for n, text in enumerate(GOOD)]


def csv(*rows: bytes) -> bytes:
    return b"id,text\r\n" + b"".join(rows)


ROW = [f'g{n},"{text}"\r\n'.encode() for n, text in enumerate(GOOD)]


@dataclass
class Case:
    """Files, the lines they are rejected at and why, and how many records are kept."""

    files: dict[str, bytes]
    rejected: list[tuple[int, str]] = field(default_factory=list)
    kept: int = 2


def bad_line(line: bytes, reason: str) -> Case:
    """A JSONL file in which the middle one of three lines is bad."""
    return Case({"x.jsonl": LINE[0] + line + b"\n" + LINE[1]}, [(2, reason)])


LONG_ROWS = [{"id": f"l{n}", "text": articles.article(n, 60)} for n in range(5_000)]
LONG = dumps.jsonl_bytes(LONG_ROWS)
LONG_CSV = dumps.csv_bytes(LONG_ROWS)


def damaged(packed: bytes) -> bytes:
    """With a stretch in the middle overwritten."""
    middle = len(packed) // 2
    return packed[:middle] + bytes(500) + packed[middle + 500 :]


REJECTED = {
    "malformed JSON": bad_line(b'{"id": "b", "text": "no end', "JSON|EOF"),
    "text after the record": bad_line(b'{"id": "b", "text": "a"} x', "JSON|trailing"),
    "two records on a line": bad_line(LINE[2].strip() + LINE[3].strip(), "JSON|trailing"),
    "single quotes": bad_line(b"{'id': 'b', 'text': 'a'}", "JSON|key"),
    "NaN": bad_line(b'{"id": "b", "text": NaN}', "JSON|value"),
    "no record but a number": bad_line(b"17", "object"),
    "an array": bad_line(b'["text"]', "object"),
    "a string": bad_line(b'"text"', "object"),
    "null": bad_line(b"null", "object"),
    "missing text": bad_line(b'{"id": "b"}', "text"),
    "text is null": bad_line(b'{"id": "b", "text": null}', "text"),
    "text is a number": bad_line(b'{"id": "b", "text": 3.5}', "text"),
    "text is a list": bad_line(b'{"id": "b", "text": ["a", 5]}', "text"),
    "text is an object": bad_line(b'{"id": "b", "text": {"a": "b"}}', "text"),
    "invalid UTF-8": bad_line(b'{"id": "b", "text": "caf\xe9 \xff"}', "UTF-8"),
    "cut UTF-8": bad_line(b'{"id": "b", "text": "caf\xc3"}', "UTF-8"),
    "UTF-8 of a surrogate": bad_line(b'{"id": "b", "text": "\xed\xa0\x80"}', "UTF-8"),
    "raw NUL": bad_line(b'{"id": "b", "text": "a\0b"}', "JSON|control"),
    "deep nesting": bad_line(b"[" * 100_000, "JSON|object|recursion|deep|nest"),
    "truncated gzip": Case(
        {"x.jsonl.gz": gzip.compress(LONG)[:-2_000]}, [(-1, "gz|end|trunc|EOF")], -1
    ),
    "truncated zstandard": Case(
        {"x.jsonl.zst": dumps.zst(LONG)[:-2_000]}, [(-1, "zst|end|trunc|EOF|frame")], -1
    ),
    "truncated bzip2": Case(
        {"x.jsonl.bz2": bz2.compress(LONG)[:-2_000]}, [(-1, "bz|end|trunc|EOF")], -1
    ),
    "damaged zstandard": Case({"x.jsonl.zst": damaged(dumps.zst(LONG))}, [(-1, "damaged")], -1),
    "garbage after gzip": Case(
        {"x.jsonl.gz": gzip.compress(LINE[0] + LINE[1]) + b"garbage"}, [(3, "damaged")], 2
    ),
    "truncated table": Case({"x.csv.gz": gzip.compress(LONG_CSV)[:-2_000]}, [(-1, "damaged")], -1),
    "truncated text file": Case(
        {"x.txt.gz": gzip.compress(GOOD[0].encode())[:-20], "y.jsonl": LINE[0]},
        [(1, "damaged")],
        1,
    ),
    "no gzip among others": Case(
        {"a.jsonl.gz": b"\0\1" + LONG, "x.jsonl": LINE[0]}, [(1, "header")], 1
    ),
    "no Parquet among others": Case(
        {"a.parquet": b"PAR1 none", "x.jsonl": LINE[0]}, [(0, "parquet")], 1
    ),
    "no text column among others": Case(
        {"a.csv": b"a,b\n1,2\n", "x.jsonl": LINE[0]}, [(0, "text")], 1
    ),
    "NUL in a text file": Case({"x.txt": b"one\0two", "y.txt": GOOD[0].encode()}, [(1, "NUL")], 1),
    "text file in Latin-1": Case(
        {"x.txt": "caf\u00e9".encode("latin-1"), "y.txt": GOOD[0].encode()}, [(1, "UTF-8")], 1
    ),
    "ragged row": Case(
        {"x.csv": csv(ROW[0], b"b,one,two,three\r\n", ROW[1])}, [(2, "column|field")]
    ),
    "short row": Case({"x.csv": csv(ROW[0], b"b\r\n", ROW[1])}, [(2, "column|field")]),
    "row in Latin-1": Case(
        {"x.csv": csv(ROW[0], b"b,caf\xe9\r\n", "c,d\u00e9j\u00e0 vu\r\n".encode())}, [(2, "UTF-8")]
    ),
}

FINE = {
    "huge number as id": Case(
        {
            "x.jsonl": b'{"id": 123456789012345678901234567890, "text": "one"}\n'
            b'{"id": 1e400, "text": "two"}\n'
        }
    ),
    "empty text": Case({"x.jsonl": LINE[0] + b'{"id": "b", "text": ""}\n'}),
    "NUL escape": Case({"x.jsonl": LINE[0] + b'{"id": "b", "text": "a\\u0000b"}\n'}),
    "raw tab": Case({"x.jsonl": LINE[0] + b'{"id": "b", "text": "a\tb"}\n'}),
    # What is left of a character where a text was cut.
    "half a character": Case({"x.jsonl": LINE[0] + b'{"id": "b", "text": "a \\ud83d"}\n'}),
    "paragraphs": Case({"x.jsonl": LINE[0] + b'{"id": "b", "text": ["a", "b"]}\n'}),
    "commas behind lines": Case({"x.jsonl": LINE[0].strip() + b",\n" + LINE[1].strip() + b",\n"}),
    "surrogate pair": Case({"x.jsonl": LINE[0] + b'{"id": "b", "text": "\\ud83d\\ude00"}\n'}),
    "byte order mark": Case({"x.jsonl": b"\xef\xbb\xbf" + LINE[0] + LINE[1]}),
    "UTF-16": Case({"x.jsonl": (LINE[0] + LINE[1]).decode().encode("utf-16")}),
    "all rows in Latin-1": Case({"x.csv": csv(ROW[0], b"b,caf\xe9\r\n")}),
    "header in Latin-1": Case({"x.csv": b"id,caf\xe9,text\n1,2,one\n2,3,two\n"}),
    "byte order mark in a table": Case({"x.csv": b"\xef\xbb\xbf" + csv(ROW[0], ROW[1])}),
    "CRLF": Case({"x.jsonl": (LINE[0] + LINE[1]).replace(b"\n", b"\r\n")}),
    "no last newline": Case({"x.jsonl": (LINE[0] + LINE[1]).rstrip(b"\n")}),
    "blank lines": Case({"x.jsonl": b"\n\n" + LINE[0] + b"  \n\r\n\t\n" + LINE[1] + b"\n\n"}),
    "an empty file among others": Case({"x.jsonl": LINE[0] + LINE[1], "empty.jsonl": b""}),
    "deep nesting": Case(
        {
            "x.jsonl": LINE[0]
            + b'{"id": "b", "text": "a", "x": '
            + b"[" * 100_000
            + b"]" * 100_000
            + b"}"
        }
    ),
    "repeated key": Case({"x.jsonl": LINE[0] + b'{"id": "b", "text": "one", "text": "two"}\n'}),
    "other files in the folder": Case(
        {"x.jsonl": LINE[0] + LINE[1], "notes.md": b"#", "a.json": b"[", ".DS_Store": b"\0\1"}
    ),
    "line breaks in a quoted cell": Case(
        {"x.csv": csv(b'a,"one\r\n\r\ntwo, ""three"""\r\n', ROW[1])}
    ),
    "unclosed quote at the end": Case({"x.csv": csv(ROW[0], ROW[1].rstrip(b'"\r\n'))}),
}


@pytest.mark.parametrize("name", REJECTED)
def test_bad_records_are_rejected(name: str, tmp_path: Path) -> None:
    case = REJECTED[name]
    command.scan(command.write(tmp_path, case.files), "-o", tmp_path / "out")
    counts = command.summary(tmp_path / "out")["counts"]
    rejected = command.read_lines(tmp_path / "out" / "rejected.jsonl")
    assert len(rejected) == len(case.rejected), rejected
    for record, (line, reason) in zip(rejected, case.rejected, strict=True):
        assert list(record)[:4] == ["file", "line", "reason", "raw"]
        assert Path(record["file"]).name in case.files
        # Where a stream breaks off depends on how the compressor cut it.
        assert record["line"] == line or line == -1
        assert re.search(reason, record["reason"]), record["reason"]
        assert "\n" not in record["reason"]
        assert len(json.dumps(record)) < 1_000_000
    # What came before the break is kept.
    assert counts["kept"] == case.kept or (case.kept == -1 and counts["kept"] > 1_000)


def test_corrupt_xz(tmp_path: Path) -> None:
    """Its decoder finds out late: what it makes of the damage comes before, and may be records."""
    source = command.write(tmp_path, {"x.jsonl.xz": damaged(lzma.compress(LONG))})
    command.scan(source, "-o", tmp_path / "out")
    assert command.summary(tmp_path / "out")["counts"]["kept"] > 1_000
    assert "damaged" in command.read_lines(tmp_path / "out" / "rejected.jsonl")[-1]["reason"]


@pytest.mark.parametrize("name", REJECTED)
def test_strict_stops_at_the_first_bad_record(name: str, tmp_path: Path) -> None:
    source = command.write(tmp_path, REJECTED[name].files)
    command.fails(tmp_path, "", "scan", source, "-o", tmp_path / "out", "--strict")


@pytest.mark.parametrize("name", FINE)
def test_odd_records_are_kept(name: str, tmp_path: Path) -> None:
    case = FINE[name]
    source = command.write(tmp_path, case.files)
    command.scan(source, "-o", tmp_path / "out")
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["kept"], counts["rejected"]) == (case.kept, 0)


# --- size ----------------------------------------------------------------------------------------

MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print("peak", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


@pytest.mark.parametrize("start", [b'{"id": "b", "text": "', b'{"id": "b", "text": "a", "x": "'])
def test_record_of_200_mb(start: bytes, tmp_path: Path) -> None:
    """Memory is measured from a small process: a child starts with its parent's peak."""
    with (tmp_path / "x.jsonl").open("wb") as file:
        file.write(LINE[0])
        file.write(start)
        for _ in range(200):
            file.write(b"a word " * 150_000)
        file.write(b'"}\n')
        file.write(LINE[1])
    process = subprocess.run(
        [sys.executable, "-c", MEASURE, command.DEDUP, "scan", "x.jsonl", "-o", "out"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr
    assert int(process.stdout.split()[-1]) < 600_000
    counts = command.summary(tmp_path / "out")["counts"]
    assert counts["read"] == 3
    clean = (tmp_path / "out" / "clean" / "x.jsonl").read_bytes()
    assert clean.startswith(LINE[0])
    assert clean.endswith(LINE[1])
    for record in command.read_lines(tmp_path / "out" / "rejected.jsonl"):
        assert len(record["raw"]) < 1_000_000


def test_many_bad_records(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b"{bad}\n" * 50_000 + LINE[0])
    command.scan("x.jsonl", "-o", "out", cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["kept"], counts["rejected"]) == (1, 50_000)
