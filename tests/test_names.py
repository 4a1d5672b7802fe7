"""Names and folders as file systems have them: no UTF-8, links in circles, deeper than paths are
long."""

import json
import os
import random
from collections.abc import Iterator
from pathlib import Path

import articles
import command
import dumps
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.dump.inputs import expand
from dedup.dump.paths import make_folder, printable, within
from dedup.dump.temporary import TemporaryFolder

LATIN = os.fsdecode(b"caf\xe9")


def record(seed: int, name: str) -> bytes:
    return dumps.jsonl_bytes([dumps.record(name, articles.article(seed))])


def clean_names(out: Path) -> set[bytes]:
    return {os.fsencode(name) for name in command.tree(out / "clean")}


def test_names_that_are_no_utf8(tmp_path: Path) -> None:
    """In every format, as file and as folder: all is read, named in valid text, and copied under
    the very bytes."""
    files = {
        f"{LATIN}.jsonl": record(1, "jsonl"),
        f"{LATIN}.jsonl.gz": dumps.PACKERS[".gz"][0](record(2, "gz")),
        f"{LATIN}.csv": dumps.csv_bytes([dumps.record("csv", articles.article(3))]),
        f"{LATIN}.txt": articles.article(4).encode(),
        f"{LATIN}/{LATIN}.txt": articles.article(5).encode(),
        f"{LATIN}.tsv": b"\xff\xfe broken",
        "caf\\xe9.txt": articles.article(6).encode(),
    }
    folder = command.write(tmp_path, files)
    text = pa.table({"id": ["parquet"], "text": [articles.article(7)]})
    with (folder / f"{LATIN}.parquet").open("wb") as file:
        pq.write_table(text, file)
    (folder / f"{LATIN}.z.txt").write_bytes((folder / f"{LATIN}.txt").read_bytes())
    shown = command.scan(folder, "-o", tmp_path / "out", "--matches")
    assert "Traceback" not in shown
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["read"], counts["kept"], counts["rejected"]) == (9, 7, 1), shown
    kept = {os.fsencode(name) for name in (*files, f"{LATIN}.parquet")}
    gone = {os.fsencode(f"{LATIN}.tsv")}
    assert clean_names(tmp_path / "out") >= kept - gone
    (dropped,) = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    assert {dropped["id"], dropped["duplicate_of"]} == {"caf\\xe9.txt", "caf\\xe9.z.txt"}
    (rejected,) = command.read_lines(tmp_path / "out" / "rejected.jsonl")
    assert rejected["file"] == "caf\\xe9.tsv"


def test_name_given_itself(tmp_path: Path) -> None:
    name = f"{LATIN}\n\x1b[2J.jsonl"
    (tmp_path / name).write_bytes(record(1, "a"))
    shown = command.scan(name, "-o", f"out{LATIN}", cwd=tmp_path)
    assert "\x1b" not in shown
    (given_as,) = command.summary(tmp_path / f"out{LATIN}")["inputs"]["given"]
    assert given_as == "caf\\xe9\n\x1b[2J.jsonl"
    (tmp_path / name).write_bytes(b"{")
    error = command.error_of(tmp_path, "scan", name, "-o", "bad")
    assert "caf\\xe9" in error
    assert "\x1b" not in error


@given(st.lists(st.binary(min_size=1, max_size=6).filter(lambda it: not {0, 47} & {*it})))
def test_printable_names_differ(names: list[bytes]) -> None:
    shown = {printable(os.fsdecode(name)) for name in names}
    assert len(shown) == len(set(names))
    assert all(name.encode() for name in shown)


def test_links(tmp_path: Path) -> None:
    """One to itself, in a circle or to nothing is one rejection; to a folder above, nothing new."""
    folder = command.write(tmp_path, {"x.jsonl": record(1, "a"), "sub/y.jsonl": record(2, "b")})
    (folder / "loop.jsonl").symlink_to("loop.jsonl")
    (folder / "one.csv").symlink_to("other.csv")
    (folder / "other.csv").symlink_to("one.csv")
    (folder / "gone.txt").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    (folder / "sub" / "up").symlink_to("..")
    (folder / "again").symlink_to("sub")
    command.scan(folder, "-o", tmp_path / "out")
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["kept"], counts["rejected"]) == (2, 4)
    for name in ("loop.jsonl", "loop"):
        command.fails(tmp_path, "no such file", "scan", folder / name, "-o", tmp_path / "new")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.jsonl")
    command.fails(tmp_path, "x.jsonl is no file; `-` reads", "scan", "x.jsonl", "-o", "out")
    command.fails(tmp_path, "an input has no name", "scan", "", "-o", "out")
    (tmp_path / "y.jsonl").write_bytes(record(1, "y"))
    command.scan(tmp_path, "-o", tmp_path / "out")


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder in which folders may be too deep for pytest to remove."""
    folder = tmp_path / "deep"
    folder.mkdir()
    yield folder
    TemporaryFolder(folder, None).close()
    assert not folder.exists()


def write_deep(folder: Path, name: str, data: bytes) -> None:
    make_folder(folder)
    with within(folder) as path:
        (path / name).write_bytes(data)


def read_deep(folder: Path, name: str) -> bytes:
    with within(folder) as path:
        return (path / name).read_bytes()


def test_folders_2000_deep(deep: Path) -> None:
    """Deeper than Python recurses, and of paths that no call takes: 14,000 bytes."""
    places = {level: Path(*["folder"] * level) for level in (2_000, 1_000, 500)}
    for level, place in places.items():
        row = dumps.record(str(level), articles.article(level))
        write_deep(deep / "in" / place, "x.jsonl", dumps.jsonl_bytes([row]))
    row = dumps.record("y", articles.article(4))
    write_deep(deep / "in" / places[2_000], "y.csv", dumps.csv_bytes([row]))
    command.scan(deep / "in", "-o", deep / "out")
    counts = json.loads((deep / "out" / "summary.json").read_bytes())["counts"]
    assert (counts["read"], counts["kept"]) == (4, 4)
    for level, place in places.items():
        data = read_deep(deep / "out" / "clean" / place, "x.jsonl")
        assert data == read_deep(deep / "in" / place, "x.jsonl"), level
    assert b"y" in read_deep(deep / "out" / "clean" / places[2_000], "y.csv").splitlines()[1]


def test_walk_is_in_the_order_of_names(tmp_path: Path) -> None:
    """Folders among files, whatever the order in which they were made."""
    rng = random.Random(4)
    names = ["a.txt", "b/a.txt", "b/c/a.txt", "b/d.txt", "c.txt", "d/a.txt"]
    for name in rng.sample(names, len(names)):
        command.write(tmp_path, {name: b"x"})
    found = [source.name for source in expand([str(tmp_path / "in")], tmp_path).sources]
    assert found == names
