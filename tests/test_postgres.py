"""The ingestion index in PostgreSQL: the answers of the file, and many that write at once."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path

import articles
import psycopg
import pytest
from conftest import Place
from test_index import FORKING, answers, distinct, synthetic

import dedup

EPOCH = datetime.fromtimestamp(0, timezone.utc)

# Stores what it reads, and says of each article whether it was new.
WORKER = """
import json, sys, dedup
with dedup.Index.open(sys.argv[1]) as index:
    print("ready", flush=True)
    for line in sys.stdin:
        given = json.loads(line)
        found = index.add(dedup.Article(given["text"], given["id"]))
        print(json.dumps([given["id"], found and found.id_b]), flush=True)
"""


def worker(url: str, folder: Path) -> "subprocess.Popen[str]":
    # Elsewhere, or it would import the folder here, which may have no extension in it.
    command = [sys.executable, "-c", WORKER, url]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, text=True)


def say(child: "subprocess.Popen[str]", *given: dedup.Article) -> None:
    assert child.stdin is not None
    child.stdin.writelines(json.dumps({"id": it.id, "text": it.text}) + "\n" for it in given)
    child.stdin.flush()


def heard(child: "subprocess.Popen[str]") -> str:
    assert child.stdout is not None
    return child.stdout.readline().strip()


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore
        assert row is not None
        return int(row[0])


def test_answers_are_those_of_a_file(database: Place, tmp_path: Path) -> None:
    given = synthetic(2_600)
    for texts in (True, False):
        with (
            dedup.Index.open(database(f"texts_{texts}"), texts=texts) as shared,
            dedup.Index.open(tmp_path / f"{texts}.idx", texts=texts) as file,
        ):
            shared.add_many(given[:2_000])
            file.add_many(given[:2_000])
            for article in given[2_000:2_400]:
                assert shared.add(article) == file.add(article)
                of_both = [it.get(article.id or "") for it in (shared, file)]
                one, other = [it and replace(it, stored=EPOCH) for it in of_both]
                assert one == other
            assert answers(shared, given[2_400:]) == answers(file, given[2_400:])
            assert any(answers(shared, given[2_400:]))


def test_removed_articles_are_as_if_they_had_never_come(database: Place) -> None:
    given, asked = synthetic(2_000)[:1_800], synthetic(2_000)[1_800:]
    url, only_kept = database("news"), database("kept")
    with dedup.Index.open(url) as index, dedup.Index.open(only_kept) as expected:
        index.add_many(given)
        expected.add_many(given[1::2])
        assert all(index.remove(article.id or "") for article in given[::2])
        assert not index.remove(given[0].id or "")
        assert index.get(given[0].id or "") is None
        assert answers(index, asked) == answers(expected, asked)
        assert count(url, "dedup_postings") == count(only_kept, "dedup_postings")
        index.compact()
        assert len(index) == len(expected) == count(url, "dedup_records")
        assert answers(index, asked) == answers(expected, asked)
        index.add(given[0])  # its id is free again
        assert index.expire("2100-01-01") == len(expected) + 1
        assert count(url, "dedup_postings") == len(index) == 0


def test_words_are_counted_as_the_articles_grow(database: Place) -> None:
    url = database("news")
    with dedup.Index.open(url) as one, dedup.Index.open(url) as other:
        given = synthetic(2_050)
        one.add_many(given[:1_000])  # too few to be counted, as those that follow
        one.add_many(given[1_000:1_990])
        for article in given[1_990:]:
            one.add(article)
        last = dedup.Article(given[-1].text, "last", None, given[-1].date)
        assert other.check(last) == one.check(last) != []
    assert count(url, "dedup_state WHERE counted_of = 2000") == 1


def test_of_workers_at_once_one_is_the_first(database: Place, tmp_path: Path) -> None:
    url = database("news")
    stories = [articles.article(seed) for seed in range(60)]
    workers = [worker(url, tmp_path) for _ in range(4)]
    for each in workers:
        assert heard(each) == "ready"
    for story, text in enumerate(stories):
        for number, each in enumerate(workers):
            say(each, dedup.Article(text, f"{story}-{number}"))
        said = [json.loads(heard(each)) for each in workers]
        (first,) = [id_ for id_, found in said if found is None]
        assert [found for _, found in said].count(first) == 3
    for each in workers:
        each.communicate()
    with dedup.Index.open(url, read_only=True) as index:
        assert len(index) == count(url, "dedup_records") == 240
        assert all(len(index.check(text)) == 4 for text in stories)


def test_threads_share_an_index(database: Place) -> None:
    with dedup.Index.open(database("news")) as index:
        given = distinct(20)
        found: list[dedup.Match | None] = []

        def add(number: int) -> None:
            found.extend(index.add(dedup.Article(it.text, f"{it.id}-{number}")) for it in given)

        threads = [threading.Thread(target=add, args=(number,)) for number in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(index) == 240
        assert sum(it is None for it in found) == 20


def test_a_child_opens_its_own(database: Place, tmp_path: Path) -> None:
    command = [sys.executable, "-c", FORKING, database("news")]
    done = subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True, check=True)
    refusal, again, own, parents = done.stdout.splitlines()
    assert "before a fork" in refusal
    assert again == refusal
    assert (own, parents) == ("1", "1")


def test_what_was_acknowledged_outlives_the_worker(database: Place, tmp_path: Path) -> None:
    url = database("news")
    rng = random.Random(5)
    acknowledged: list[str] = []
    given = distinct(12 * 40)
    for start in range(0, len(given), 40):
        with worker(url, tmp_path) as killed:
            assert heard(killed) == "ready"
            say(killed, *given[start : start + 40])
            time.sleep(rng.uniform(0, 0.3))
            os.kill(killed.pid, signal.SIGKILL)
            assert killed.stdout is not None
            acknowledged += [json.loads(line)[0] for line in killed.stdout]
    with dedup.Index.open(url) as index:
        there = [it for it in given if index.get(it.id or "")]
        assert {it.id for it in there} >= set(acknowledged)
        assert len(acknowledged) <= len(there) == len(index) < len(given)
        for article in given:
            stored = index.get(article.id or "") is not None
            assert [it.id_b for it in index.check(article.text)] == [article.id] * stored
            assert index.add(article) is None
        assert len(index) == len(given)


def test_two_may_make_an_index_at_once(database: Place, tmp_path: Path) -> None:
    for attempt in range(5):
        url = database(f"attempt{attempt}")
        workers = [worker(url, tmp_path) for _ in range(3)]
        for each in workers:
            say(each, *distinct(1))
        outputs = [it.communicate()[0] for it in workers]
        assert outputs == ['ready\n["n0", null]\n'] * 3


def test_what_is_no_index_is_refused(server: str, database: Place) -> None:
    url = database("news")
    with pytest.raises(dedup.StorageError, match="there is no index"):
        dedup.Index.open(url, read_only=True)
    with dedup.Index.open(url) as index:
        index.add({"id": "a", "text": "Some text."})
    with dedup.Index.open(url, read_only=True) as index:
        assert len(index.check("Some text.")) == 1
        with pytest.raises(dedup.StorageError, match="read-only"):
            index.add({"id": "b", "text": "Some text."})
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE dedup_state SET format = 9")
    with pytest.raises(dedup.StorageError, match="has format 9, and this version"):
        dedup.Index.open(url)
    with pytest.raises(dedup.StorageError, match="no such schema"):
        dedup.Index.open(server + "?options=-csearch_path%3Dmissing")
    with pytest.raises(dedup.StorageError, match="URL of the database cannot be read"):
        dedup.Index.open(server + "?nonsense=1")
    with pytest.raises(dedup.StorageError, match="does not exist"):
        dedup.Index.open(server + "s")


def test_damage_is_an_error(database: Place) -> None:
    url = database("news")
    with dedup.Index.open(url) as index:
        index.add_many(distinct(2))
        with psycopg.connect(url) as connection:
            swap = "UPDATE dedup_records SET data = (SELECT data FROM dedup_records AS o"
            connection.execute(swap + " WHERE o.number = 1 - dedup_records.number)")
        with pytest.raises(dedup.StorageError, match="damaged"):
            index.check(distinct(1)[0])
        with pytest.raises(dedup.StorageError, match="damaged"):
            index.get("n1")


def test_a_server_that_is_away_is_one_clear_error() -> None:
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        url = f"postgresql://me:secret@127.0.0.1:{it.getsockname()[1]}/news"
        with pytest.raises(dedup.StorageError, match="Connection refused") as raised:
            dedup.Index.open(url)
    assert "secret" not in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "dedup.index.database", raising=False)
    monkeypatch.delattr(dedup.index, "database", raising=False)
    with pytest.raises(dedup.StorageError, match="its extra postgres"):
        dedup.Index.open("postgresql://db.example/news")


def test_a_dropped_connection_fails_one_call(database: Place) -> None:
    url = database("news")
    with dedup.Index.open(url) as index:
        index.add_many(distinct(3))
        with psycopg.connect(url, autocommit=True) as connection:
            own = "pid <> pg_backend_pid() AND usename = current_user"
            connection.execute(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {own}"
            )  # type: ignore
        with pytest.raises(dedup.StorageError, match=r"terminat|closed"):
            index.add(distinct(4)[3])
        assert index.add(distinct(4)[3]) is None
        assert len(index) == 4


def test_ids_and_texts_hold_any_character(database: Place) -> None:
    with dedup.Index.open(database("news")) as index:
        index.add({"id": "a\0b", "text": "Some other text."})
        assert "a\0b" in index
        index.add({"id": "a", "text": "Some\0text."})
        stored = index.get("a")
        assert stored is not None
        assert stored.text == "Some\0text."
