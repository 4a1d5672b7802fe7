"""Passes that do not fit into memory: the same result, and nothing lost when interrupted."""

import json
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import articles
import command
import dumps
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from dedup import _core
from dedup.config import RELATIONS

Rows = list[dict[str, Any]]

# --- the same result whatever the memory ----------------------------------------------------------


def corpus(stories: int, dates: str) -> Rows:
    """Of each story a copy, an edited copy, an excerpt and two retellings; some paragraphs stand in
    a hundred articles, so that there are crowded buckets and common shingles.
    """
    rng = random.Random(stories)
    standing = [articles.word_list(rng, 60) for _ in range(3)]
    rows: Rows = []
    for number in range(stories):
        story = articles.word_list(rng, rng.randint(90, 240))
        retold = [w if i % 4 else rng.choice(articles.WORDS) for i, w in enumerate(story)]
        versions = [
            story,
            story if number % 5 == 0 else [*story, *rng.choice(standing)],
            articles.substitute(rng, story, 4),
            story[10 : 10 + len(story) // 2],
            retold,
            retold[: len(retold) * 7 // 10],
        ]
        for version, words in enumerate(versions):
            day = 1 + (number + version // 3) % 28
            dated = {"all": True, "none": False, "some": number % 3 > 0}[dates]
            date = {"date": f"2024-05-{day:02}"} if dated else {}
            rows.append(dumps.record(f"{number}/{version}", words, **date))
    rng.shuffle(rows)
    return rows


def found(rows: Rows, folder: Path, memory: int | None, threads: int) -> tuple[Any, ...]:
    native = _core.Pass(
        drop=RELATIONS, related=True, threads=threads, memory=memory, spool_dir=str(folder)
    )
    table = native.add_table("rows")
    for start in range(0, len(rows), 500):
        some = rows[start : start + 500]
        columns = [[row.get(name) for row in some] for name in ("text", "id", "date")]
        native.add_rows(table, *columns)
    native.find()
    return native.matches(), native.duplicates(), native.kept_ids(), native.counts()


@pytest.mark.parametrize("dates", ["all", "none", "some"])
def test_memory_changes_nothing(dates: str, tmp_path: Path) -> None:
    rows = corpus(700, dates)
    expected = found(rows, tmp_path, None, 2)
    relations = {relation for _, _, relation, *_ in expected[0]}
    assert relations >= {*RELATIONS}
    assert expected[-1]["bounded_buckets"] > 0
    for memory, threads in ((0, 1), (0, 3), (4_000_000, 2), (12_000_000, 2)):
        assert found(rows, tmp_path, memory, threads) == expected


def test_more_pairs_than_fit_into_memory(tmp_path: Path) -> None:
    """Copies by the dozen, of which nearly each pair meets, more than are compared: all are written
    out as sorted runs, and what hangs together is clustered some at a time.
    """
    rng = random.Random(5)
    rows: Rows = []
    for story in range(120):
        words = articles.word_list(rng, 60)
        copies = [articles.substitute(rng, words, 2) for _ in range(40)]
        rows += [dumps.record(f"{story}/{i}", copy) for i, copy in enumerate(copies)]
    rng.shuffle(rows)
    expected = found(rows, tmp_path, None, 2)
    assert 30_000 < expected[-1]["candidates"] <= 8 * len(rows)
    assert expected[-1]["bounded_pairs"] > 50_000
    for threads in (1, 3):
        assert found(rows, tmp_path, 0, threads) == expected


def results(out: Path) -> dict[str, bytes]:
    return {name: data for name, data in command.tree(out).items() if name != "summary.json"}


def test_all_formats_in_little_memory(tmp_path: Path) -> None:
    rows = [{"date": "", **row} for row in corpus(1_200, "some")]
    parts = [rows[i::4] for i in range(4)]
    folder = command.write(
        tmp_path,
        {
            "a.jsonl": dumps.jsonl_bytes(parts[0]),
            "b.jsonl.gz": dumps.PACKERS[".gz"][0](dumps.jsonl_bytes(parts[1])),
            "c.csv": dumps.csv_bytes(parts[2]),
            "e.txt": rows[0]["text"].encode(),
        },
    )
    pq.write_table(pa.Table.from_pylist(parts[3]), folder / "d.parquet")
    command.scan(folder, "-o", tmp_path / "all", "--matches")
    little = ("--memory", "16MB", "--temp-dir", tmp_path)
    command.scan(folder, "-o", tmp_path / "little", "--matches", *little)
    assert results(tmp_path / "little") == results(tmp_path / "all")
    assert command.summary(tmp_path / "little")["options"]["memory_bytes"] == 16_000_000
    assert not list(tmp_path.glob(".dedup-*"))


# --- interrupted passes ---------------------------------------------------------------------------

LITTLE = ("--memory", "16MB", "--matches")


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dump") / "dump.jsonl"
    path.write_bytes(dumps.jsonl_bytes(corpus(1_100, "some")))
    return path


@pytest.fixture(scope="module")
def whole(dump: Path) -> dict[str, bytes]:
    """What a pass finds that nothing interrupts."""
    out = dump.parent / "whole"
    command.scan(dump, "-o", out, *LITTLE)
    return results(out)


def start(*arguments: str | Path, stdin: Any = subprocess.DEVNULL) -> "subprocess.Popen[bytes]":
    given = [command.DEDUP, "scan", *map(str, arguments)]
    return subprocess.Popen(given, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def wait_for(pattern: str, folder: Path, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while not list(folder.glob(pattern)):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.001)


def left(folder: Path) -> Iterator[Path]:
    return folder.glob(".dedup-*")


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT], ids=["killed", "Ctrl-C"])
@pytest.mark.parametrize("stage", ["read", "candidates", "verify"])
def test_resumed(
    stage: str, stop: signal.Signals, dump: Path, whole: dict[str, bytes], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    process = start(dump, "-o", out, *LITTLE)
    wait_for(f".dedup-*/{stage}.checkpoint", out, process)
    process.send_signal(stop)
    _, error = process.communicate()
    assert process.returncode == (-signal.SIGKILL if stop == signal.SIGKILL else 130)
    assert error == b"" or b"go on with --resume" in error
    assert all(path.name.startswith(".dedup-") for path in out.iterdir())
    command.scan(dump, "-o", out, *LITTLE, "--resume")
    assert results(out) == whole
    if stage != "read":
        assert "candidates" not in command.summary(out)["seconds"]
    assert not list(left(out))


def test_sources_are_resumed(tmp_path: Path) -> None:
    """Which source an article is of is known in little memory, and to who goes on."""
    rows = corpus(1_100, "some")
    rng = random.Random(4)
    path = tmp_path / "dump.jsonl"
    outlets = ("AP", "Reuters", "a paper", None)
    path.write_bytes(dumps.jsonl_bytes({**row, "source": rng.choice(outlets)} for row in rows))
    prefer = ("--prefer-source", "reuters,ap")
    command.scan(path, "-o", tmp_path / "all", "--matches", *prefer)
    command.scan(path, "-o", tmp_path / "other", "--matches")
    assert results(tmp_path / "other") != results(tmp_path / "all")
    out = tmp_path / "out"
    process = start(path, "-o", out, *LITTLE, *prefer)
    wait_for(".dedup-*/read.checkpoint", out, process)
    process.kill()
    process.communicate()
    command.scan(path, "-o", out, *LITTLE, *prefer, "--resume")
    assert results(out) == results(tmp_path / "all")
    assert command.summary(out)["warnings"] == []


def test_standard_input_is_resumed(dump: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    out = tmp_path / "out"
    with dump.open("rb") as stdin:
        process = start("-", "-o", out, *LITTLE, stdin=stdin)
        wait_for(".dedup-*/candidates.checkpoint", out, process)
        process.kill()
        process.communicate()
    command.scan("-", "-o", out, *LITTLE, "--resume")
    clean = {name.replace("stdin", "dump"): data for name, data in results(out).items()}
    assert clean == whole


def test_nothing_else_is_resumed(dump: Path, whole: dict[str, bytes], tmp_path: Path) -> None:
    """Other options, other inputs: an error, and what there is to resume stays."""
    out = tmp_path / "out"
    process = start(dump, "-o", out, *LITTLE)
    wait_for(".dedup-*/candidates.checkpoint", out, process)
    process.kill()
    process.communicate()
    other = tmp_path / "other.jsonl"
    other.write_bytes(dump.read_bytes())
    command.fails(tmp_path, "nothing to resume", "scan", other, "-o", out, "--resume")
    for option in ("--min-score", "--min-covered", "--prefer-source"):
        more = (option, "0.9", "--resume")
        command.fails(tmp_path, "nothing to resume", "scan", dump, "-o", out, *more)
    command.fails(tmp_path, "nothing to resume", "scan", dump, "-o", tmp_path / "new", "--resume")
    # Threads and memory make no difference to what is found.
    command.scan(dump, "-o", out, "--matches", "--threads", "1", "--resume")
    assert results(out) == whole


def test_damaged_state(dump: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start(dump, "-o", out, *LITTLE)
    wait_for(".dedup-*/candidates.checkpoint", out, process)
    process.kill()
    process.communicate()
    (state,) = out.glob(".dedup-*/candidates.checkpoint")
    state.write_bytes(state.read_bytes()[:-100])
    error = command.error_of(tmp_path, "scan", dump, "-o", out, *LITTLE, "--resume")
    assert "is damaged" in error
    assert "without --resume" in error


def test_small_pass_leaves_nothing_to_resume(tmp_path: Path) -> None:
    """All in memory: read again as fast as a state would be."""
    folder = command.write(tmp_path, {"x.jsonl": dumps.jsonl_bytes(dumps.story_dump())})
    command.fails(tmp_path, "nothing to resume", "scan", folder, "-o", tmp_path / "o", "--resume")


def test_leftovers_go_at_the_next_start(dump: Path, tmp_path: Path) -> None:
    """Those of a killed process that cannot be resumed, not those of a living one."""
    out, temporary = tmp_path / "out", tmp_path / "temporary"
    temporary.mkdir()
    options = ("-o", out, *LITTLE, "--temp-dir", temporary)
    killed = start("-", *options, stdin=subprocess.PIPE)
    wait_for(".dedup-*/stdin.jsonl", temporary, killed)
    killed.kill()
    killed.communicate()
    assert list(left(out))
    (abandoned,) = left(temporary)
    living = start("-", "-o", tmp_path / "other", "--temp-dir", temporary, stdin=subprocess.PIPE)
    while {*left(temporary)} <= {abandoned}:
        assert living.poll() is None
        time.sleep(0.001)
    (held,) = left(temporary)
    assert held != abandoned
    command.scan(dump, *options)
    assert list(left(temporary)) == [held]
    assert not list(left(out))
    _, error = living.communicate(dumps.jsonl_bytes(dumps.story_dump()))
    assert living.returncode == 0, error
    assert not list(left(temporary))


# --- options --------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", ["", "4XB", "GB", "-1GB", "1 i", "4 GBB", "1e9"])
def test_bad_sizes(size: str, tmp_path: Path) -> None:
    process = command.dedup("scan", "x.jsonl", "-o", "out", "--memory", size, cwd=tmp_path)
    assert process.returncode == 2
    assert "as 4GB, 500MB or 2GiB" in process.stderr


@pytest.mark.parametrize(
    ("size", "expected"),
    [("16MB", 16e6), ("4gb", 4e9), ("1.5 GiB", 1.5 * 2**30), ("20000000", 2e7), ("1T", 1e12)],
)
def test_sizes(size: str, expected: float, tmp_path: Path) -> None:
    folder = command.write(tmp_path, {"x.jsonl": dumps.jsonl_bytes(dumps.story_dump())})
    command.scan(folder, "-o", tmp_path / "out", "--memory", size)
    assert command.summary(tmp_path / "out")["options"]["memory_bytes"] == expected


def test_too_little_memory(tmp_path: Path) -> None:
    process = command.dedup("scan", "x.jsonl", "-o", "out", "--memory", "1MB", cwd=tmp_path)
    assert process.returncode == 2
    assert "16MB or more" in process.stderr


def test_no_room_on_disk(tmp_path: Path) -> None:
    """A sparse file larger than any disk is refused before a byte of it is read."""
    with (tmp_path / "x.jsonl").open("wb") as file:
        file.write(json.dumps(dumps.record("a", dumps.STORY)).encode() + b"\n")
        file.truncate(1 << 43)
    error = command.error_of(tmp_path, "scan", "x.jsonl", "-o", "out")
    assert "the pass may need" in error
    assert "--temp-dir" in error
    assert not (tmp_path / "out").exists()


def test_temporary_folder_is_missing(tmp_path: Path) -> None:
    folder = command.write(tmp_path, {"x.jsonl": dumps.jsonl_bytes(dumps.story_dump())})
    arguments = ("scan", folder, "-o", "out", "--temp-dir", "nowhere")
    command.fails(tmp_path, "nowhere, is not there", *arguments)
