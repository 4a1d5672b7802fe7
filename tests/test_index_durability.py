"""What stands when a writer is killed, a disk is full or bits flip while articles are replaced and
runs are merged aside."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import articles
import pytest
from test_index import flipped, process

import dedup

# From so many on a run is made of the last articles, a step with each that comes.
RECENT = 16_384

REPLACER = """
import sys, dedup
with dedup.Index.open(sys.argv[1]) as index:
    for line in sys.stdin:
        name, text = line.rstrip("\\n").split("\\t")
        index.replace(dedup.Article(text, name))
        print(name, text, sep="\\t", flush=True)
"""


def small(number: int, version: int = 0) -> str:
    return f"Text number {number} in version {version}."


def filled(path: Path, count: int) -> None:
    """An index with so many small articles, added one by one."""
    with dedup.Index.open(path) as index:
        for number in range(count):
            index.add(dedup.Article(small(number), str(number)))


def check_stars(index: dedup.Index) -> None:
    stored = {it.id: it for it in index.articles()}
    for article in stored.values():
        original = article.duplicate_of
        assert original is None or stored[original].duplicate_of is None


def test_killed_while_versions_are_replaced_and_runs_merged(tmp_path: Path) -> None:
    """What was acknowledged is there, in its last version or the one after; each id once."""
    path = tmp_path / "news.idx"
    filled(path, RECENT - 100)
    rng = random.Random(9)
    story = articles.article(1).split()
    last: dict[str, int] = {}
    texts: dict[tuple[str, int], str] = {}
    version = 0
    for _ in range(60):
        lines = []
        for _ in range(40):
            version += 1
            # Some of one story, which are duplicates of one another by turns.
            name = f"n{rng.randrange(12)}"
            words = [*story]
            words[rng.randrange(len(words))] = f"v{version}"
            texts[name, version] = " ".join(words) if rng.random() < 0.7 else small(0, version)
            lines.append((name, version))
        with process(REPLACER, path) as writer:
            assert writer.stdin is not None
            assert writer.stdout is not None
            writer.stdin.writelines(f"{name}\t{texts[name, it]}\n" for name, it in lines)
            writer.stdin.flush()
            said = [writer.stdout.readline()]
            time.sleep(rng.uniform(0, 0.05))
            os.kill(writer.pid, signal.SIGKILL)
            said += writer.stdout.read().splitlines()
        for name, it in lines[: len(said)]:
            last[name] = it
        after = lines[len(said)] if len(said) < len(lines) else None
        with dedup.Index.open(path, read_only=True) as index:
            for name, it in last.items():
                stored = index.get(name)
                assert stored is not None
                allowed = {texts[name, it]}
                if after is not None and after[0] == name:
                    allowed.add(texts[after])
                assert stored.text in allowed
                if stored.text != texts[name, it] and after is not None:
                    last[name] = after[1]
            if after is not None and after[0] not in last and after[0] in index:
                last[after[0]] = after[1]
            assert len(index) == RECENT - 100 + len(last)
            check_stars(index)
    with dedup.Index.open(path) as index:
        for number in range(RECENT, RECENT + 3_000):
            index.add(dedup.Article(small(number), str(number)))
        assert index.stats()["runs"] == 1
        assert all(len(index.check(small(number))) == 1 for number in range(1, RECENT - 100, 331))


FILLING = """
import os, sys, dedup
path = sys.argv[1]
ballast = path + ".ballast"
with open(ballast, "wb") as file:
    file.write(bytes(19 << 20))
stored, versions, full = 0, 0, 0
with dedup.Index.open(path) as index:
    while stored < 19_000:
        try:
            index.add({"id": str(stored), "text": f"Text number {stored}."})
            stored += 1
            if stored % 20 == 0:
                index.replace({"id": "again", "text": f"The {versions + 1}. version."})
                versions += 1
        except dedup.StorageError as error:
            assert "no room" in str(error), error
            full += 1
            assert len(index) == stored + (versions > 0)
            with open(ballast, "r+b") as file:
                file.truncate(max(0, os.path.getsize(ballast) - (1 << 19)))
            if full > 60:
                raise
    print(full > 3, index.stats()["runs"])
with dedup.Index.open(path) as index:
    print(len(index) == stored + 1, index.get("again").text == f"The {versions}. version.")
    found = [index.check(f"Text number {number}.") for number in range(0, stored, 97)]
    print(all(len(it) == 1 for it in found))
"""


def test_a_disk_that_fills_while_runs_are_made(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    # In a space of its own, so that nothing stays mounted.
    mount = 'mount -t tmpfs -o size=24m tmpfs "$0" && exec "$@"'
    python = [sys.executable, "-c", FILLING, str(disk / "news.idx")]
    arguments = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, str(disk), *python]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["True 1", "True True", "True"]


def test_flipped_bits_where_all_is_in_use(tmp_path: Path) -> None:
    """Versions replaced and removed, crowded lists that hide some, and a run half made."""
    path = tmp_path / "news.idx"
    story = articles.article(1)
    copies = 120
    with dedup.Index.open(path) as index:
        index.add_many(
            dedup.Article(f"{story} {number}", f"copy{number}") for number in range(copies)
        )
        for number in range(RECENT + 30):
            index.add(dedup.Article(small(number), str(number)))
        for number in range(0, 900, 3):
            index.replace(dedup.Article(small(number, 1), str(number)))
            index.remove(number + 1)
        for number in (*range(4, 8), *range(20, copies - 2)):
            index.remove(f"copy{number}")
    asked = [story, *(small(number, number % 3 == 0) for number in range(0, RECENT, 700))]
    with dedup.Index.open(path, read_only=True) as index:
        right = [index.check(text) for text in asked]
        versions = index.versions("copy0")
        expiring = len(index)
    assert len(right[0]) == 18, "most of these are hidden in their lists"
    whole = path.read_bytes()
    rng = random.Random(6)
    refused = answered = 0
    for number in range(40):
        damaged = tmp_path / f"{number}.idx"
        damaged.write_bytes(flipped(whole, rng, 2))
        for text, expected in zip(asked, right, strict=True):
            try:
                with dedup.Index.open(damaged, read_only=True) as index:
                    assert index.check(text) == expected
                    answered += 1
            except dedup.StorageError:
                refused += 1
        try:
            with dedup.Index.open(damaged) as index:
                assert index.versions("copy0") == versions
                assert index.remove("copy0")
                assert index.versions("copy1")[0] == "copy1"
                assert len(index) == expiring - 1
        except dedup.StorageError:
            refused += 1
    assert refused > 0
    assert answered > 0


def test_articles_that_are_missing(tmp_path: Path) -> None:
    """Of those that are left each is right; that there are fewer is told by who reads all."""
    path = tmp_path / "news.idx"
    filled(path, 5)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM records WHERE number = 3")
    with dedup.Index.open(path, read_only=True) as index:
        with pytest.raises(dedup.StorageError, match="damaged: 4 of 5 articles"):
            list(index.articles())
        with pytest.raises(dedup.StorageError, match="damaged"):
            index.export(tmp_path / "news.jsonl")
    assert not (tmp_path / "news.jsonl").exists()


def test_articles_that_come_while_all_are_read(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    filled(path, 5)
    with dedup.Index.open(path) as index:
        reading = index.articles()
        next(reading)
        index.remove("3")
        assert 3 <= len(list(reading)) <= 4
