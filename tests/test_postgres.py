"""The ingestion index in PostgreSQL: the answers of the file, and many that write at once."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import articles
import command
import psycopg
import pytest
import servers
from conftest import Place
from psycopg.pq import TransactionStatus
from test_docs import ROOT, snippets
from test_index import FORKING, answers, distinct, synthetic

import dedup
from dedup.index.database import EXPIRED
from dedup.index.server import begin

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


def value(connection: "psycopg.Connection[Any]", query: str) -> int:
    ((found,),) = connection.execute(query).fetchall()  # type: ignore
    return int(found)


def count(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        return value(connection, f"SELECT count(*) FROM {table}")


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
    for module in ("database", "server", "shelf"):
        monkeypatch.delitem(sys.modules, f"dedup.index.{module}", raising=False)
        monkeypatch.delattr(dedup.index, module, raising=False)
    with pytest.raises(dedup.StorageError, match=r"pip install 'dedup-news\[postgres\]'"):
        dedup.Index.open("postgresql://db.example/news")


def end_connections(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        own = "pid <> pg_backend_pid() AND usename = current_user"
        connection.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {own}")  # type: ignore


def test_a_dropped_connection_fails_one_call(database: Place) -> None:
    url = database("news")
    with dedup.Index.open(url) as index:
        index.add_many(distinct(3))
        end_connections(url)
        with pytest.raises(dedup.StorageError, match=r"terminat|closed"):
            index.add(distinct(4)[3])
        assert index.add(distinct(4)[3]) is None
        assert len(index) == 4
        threads = [threading.Thread(target=index.check, args=("Some words.",)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        end_connections(url)  # several are idle by now
        with pytest.raises(dedup.StorageError, match=r"terminat|closed"):
            index.get("n1")
        assert "n1" in index


@pytest.mark.parametrize("call", ["check", "add", "get", "remove", "add_many"])
def test_a_connection_dropped_in_the_middle_fails_one_call(
    call: str, database: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it was about to do, all is as before, and the next call works."""
    url = database("news")
    calls: dict[str, Callable[[dedup.Index], object]] = {
        "check": lambda index: index.check(distinct(1)[0]),
        "add": lambda index: index.add(distinct(3)[2]),
        "get": lambda index: index.get("copy"),
        "remove": lambda index: index.remove("n0"),
        "add_many": lambda index: index.add_many(distinct(3)),
    }
    with dedup.Index.open(url) as index, dedup.Index.open(url) as other:
        index.add_many(distinct(2))
        index.add(dedup.Article(distinct(1)[0].text, "copy"))
        asked = psycopg.Connection.execute

        def end_then_ask(
            connection: psycopg.Connection, query: Any, *rest: Any, **more: Any
        ) -> Any:
            # The first statement has begun a transaction.
            if connection.info.transaction_status == TransactionStatus.INTRANS:
                monkeypatch.undo()
                end_connections(url)
            return asked(connection, query, *rest, **more)

        monkeypatch.setattr(psycopg.Connection, "execute", end_then_ask)
        with pytest.raises(dedup.StorageError, match=r"terminat|closed"):
            calls[call](index)
        with pytest.raises(dedup.StorageError, match=r"terminat|closed"):
            len(other)
        assert list(index) == list(other) == ["n0", "n1", "copy"]
        calls[call](index)


def test_a_worker_that_stops_holds_nobody_up(database: Place) -> None:
    """The server ends the transaction of one that says nothing for a while."""
    url = database("news")
    with dedup.Index.open(url) as index:
        index.add(distinct(1)[0])
        with psycopg.connect(url) as stopped:
            stopped.execute("SET LOCAL idle_in_transaction_session_timeout = '100ms'")
            stopped.execute("SELECT FROM dedup_state FOR UPDATE")
            assert index.remove("n0")
            with pytest.raises(psycopg.Error):
                stopped.execute("SELECT 1")
    with psycopg.connect(url) as connection:
        query = "SELECT current_setting('idle_in_transaction_session_timeout')"
        begin(connection, False, query)
        assert begin(connection, True, query) == [("1min",)]


def test_ids_and_texts_hold_any_character(database: Place) -> None:
    with dedup.Index.open(database("news")) as index:
        index.add({"id": "a\0b", "text": "Some other text."})
        assert "a\0b" in index
        index.add({"id": "a", "text": "Some\0text."})
        stored = index.get("a")
        assert stored is not None
        assert stored.text == "Some\0text."


# Of each encoding, whether an index may stand in a database that has it.
ENCODINGS = {
    "UTF8": True,
    "LATIN1": True,
    "SQL_ASCII": True,
    "EUC_JP": True,
    "EUC_TW": True,
    "WIN1252": True,
    "KOI8R": True,
    "WIN874": True,
    "MULE_INTERNAL": False,
}
LONG = "a\0é日本𝒳 Ω" * 12_500  # 100,000 characters


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_database_may_have_any_encoding(encoding: str, server: str) -> None:
    name = f"in_{encoding.lower()}"
    with psycopg.connect(server, autocommit=True) as connection:
        made = f"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C'"
        connection.execute(made + " LC_CTYPE 'C'")  # type: ignore
    # That of the client is not for the URL to say.
    url = server.replace("/postgres", f"/{name}") + "?client_encoding=latin1"
    if not ENCODINGS[encoding]:
        with pytest.raises(
            dedup.StorageError, match=r"conversion between UTF8 and .* not supported"
        ):
            dedup.Index.open(url)
        return
    with dedup.Index.open(url) as index:
        for id_, text in (
            (LONG, "日本語の記事、𝒳 and Ωμέγα. \0 Конец."),
            ("Ünï", "Ein Text, öde."),
        ):
            assert index.add({"id": id_, "text": text}) is None
            stored = index.get(id_)
            assert stored is not None
            assert (stored.id, stored.text) == (id_, text)
            (match,) = index.check(text)
            assert match.id_b == id_
        assert (
            index.add_many([{"id": "о", "text": "Ещё одна."}, {"id": LONG + "b", "text": "X."}])
            == 2
        )
        assert index.add({"id": "copy", "text": "Ein Text, öde."}) is not None
        assert index.versions("copy") == ["Ünï", "copy"]
        assert index.replace({"id": LONG, "text": "Έτερον."}) is None
        assert sorted(index) == sorted(["Ünï", "о", LONG + "b", "copy", LONG])
        assert all(index.remove(id_) for id_ in list(index))


# --- roles ----------------------------------------------------------------------------------------

TABLES = "dedup_meta, dedup_state, dedup_records, dedup_postings"


@pytest.fixture
def role(server: str, database: Place) -> "Callable[[str, str], str]":
    """Gives the URL of an index as a role of its own has it, with some rights on the tables."""

    def make(url: str, rights: str) -> str:
        schema = url.partition("%3D")[2]
        name = f"role_{schema}"
        with psycopg.connect(url) as connection:
            for statement in (f"CREATE ROLE {name} LOGIN", *rights.format(schema, name).split(";")):
                connection.execute(statement)  # type: ignore
        return url.replace("dedup@", f"{name}@")

    return make


def documented(role: str) -> str:
    """The rights that docs/index.md gives a role, on the schema {0} to the role {1}."""
    (block,) = snippets(ROOT / "docs" / "index.md", "sql")
    code = re.sub(r"--.*", "", block).replace("sports", "{0}")
    return ";".join(it.replace(role, "{1}") for it in code.split(";") if role in it)


def test_a_role_that_may_only_read(
    database: Place, role: Callable[[str, str], str], tmp_path: Path
) -> None:
    url = database("reader")
    with dedup.Index.open(url) as index:
        index.add_many(distinct(3))
        index.add(dedup.Article(distinct(1)[0].text, "copy"))
        expected = answers(index, distinct(4))
    url = role(url, documented("reader"))
    with dedup.Index.open(url, read_only=True) as index:
        assert answers(index, distinct(4)) == expected
        assert "copy" in index
        assert index.versions("copy") == ["n0", "copy"]
        assert list(index) == ["n0", "n1", "n2", "copy"]
        assert index.export(tmp_path / "all.jsonl") == len(index) == 4
    needs = r"permission denied for table dedup_state; .* INSERT, UPDATE and DELETE to write"
    with dedup.Index.open(url) as index:
        for call in (
            lambda: index.add(distinct(4)[3]),
            lambda: index.add_many(distinct(4)),
            lambda: index.replace({"id": "n0", "text": "Another."}),
            lambda: index.remove("n0"),
            lambda: index.expire("2100-01-01"),
        ):
            with pytest.raises(dedup.StorageError, match=needs):
                call()
        with pytest.raises(dedup.StorageError, match=r"dedup_meta.*; only the owner of the tables"):
            index.compact()
        assert answers(index, distinct(4)) == expected


def test_a_role_that_owns_nothing_writes(database: Place, role: Callable[[str, str], str]) -> None:
    url = database("writer")
    dedup.Index.open(url).close()
    with dedup.Index.open(role(url, documented("writer"))) as index:
        assert index.add_many(synthetic(2_050)) == 2_050  # stems are counted
        assert index.add(dedup.Article("Some words.", "a")) is None
        assert index.replace(dedup.Article("Some other words.", "a")) is None
        assert index.remove("a")
        assert index.expire("2020-01-01T01:00:00Z") > 0
        with pytest.raises(dedup.StorageError, match=r"dedup_meta.*; only the owner of the tables"):
            index.compact()
    assert count(url, "dedup_state WHERE counted_of = 2050") == 1


@pytest.mark.parametrize(
    ("rights", "read_only", "reason"),
    [
        ("GRANT SELECT ON " + TABLES + " TO {1}", True, "none that this role may use"),
        ("GRANT USAGE ON SCHEMA {0} TO {1}", True, "permission denied for table .* SELECT to read"),
        ("GRANT USAGE ON SCHEMA {0} TO {1}", False, "permission denied for table"),
        (
            "GRANT USAGE ON SCHEMA {0} TO {1}; DROP TABLE " + TABLES,
            False,
            "permission denied for schema .* to make them CREATE on the schema",
        ),
    ],
)
def test_a_role_that_lacks_a_right_is_told_so(
    rights: str, read_only: bool, reason: str, database: Place, role: Callable[[str, str], str]
) -> None:
    url = database("closed")
    dedup.Index.open(url).close()
    url = role(url, rights)
    with pytest.raises(dedup.StorageError, match=reason):
        dedup.Index.open(url, read_only=read_only)


def test_a_standby_is_read(server: str, database: Place) -> None:
    url = database("followed")
    with dedup.Index.open(url) as index:
        index.add_many(distinct(3))
        with servers.postgres(standby_of=server) as standby:
            follower = f"{standby}?{url.partition('?')[2]}"
            with dedup.Index.open(follower, read_only=True) as read:
                assert answers(read, distinct(4)) == answers(index, distinct(4))
                assert list(read) == ["n0", "n1", "n2"]
            with dedup.Index.open(follower) as written:
                with pytest.raises(dedup.StorageError, match="in a read-only transaction"):
                    written.add(distinct(4)[3])
                with pytest.raises(dedup.StorageError, match="during recovery"):
                    written.compact()


# --- what is not told -----------------------------------------------------------------------------

SECRET = "s3cr3t"

# A login as it may be written, and whether it can be read: an @, a / or a : ends a part of a URL.
LOGINS = {
    f"me:{SECRET}": True,
    f"me:{SECRET}%40x": True,
    f"me:x%2F{SECRET}": True,
    f"me:x:{SECRET}": True,
    f"me:x?{SECRET}": True,
    f"me:{SECRET}?x=1": True,
    f"me:x#{SECRET}": True,
    f"me:x&{SECRET}": True,
    f":{SECRET}": True,
    f"me:x@{SECRET}": False,
    f"me:{SECRET}@x": False,
    f"me:x/{SECRET}": False,
    f"me:{SECRET}/x": False,
    f"me:5/{SECRET}": False,
    f"me:5/x?{SECRET}": False,
    f"me:5/{SECRET}?a=b": False,
    f"me:5/{SECRET}:1": False,
    f"me:5/x?host={SECRET}": False,
    f"me:5/x?dbname={SECRET}": False,
    f"me@corp:{SECRET}": False,
    f"me:x%zz{SECRET}": False,
    f"me:x {SECRET}": False,
}
# And whole URLs, of a server at {}.
WHOLE = {
    f"postgresql://{{}}/news?user=me&password={SECRET}": True,
    f"postgresql://{{}}/news?user=me&password=a@{SECRET}": True,
    f"postgresql://me:{SECRET}@{{0}},{{0}}/news": True,
    f"postgresql://me@{{}}/news?passfile=/{SECRET}": True,
    f"postgresql://me@{{}}/news?sslpassword={SECRET}": True,
    f"postgresql:///news?user=me&password={SECRET}": True,
    f"postgresql://me:{SECRET}@/news": True,
    f"postgresql://?service=none&password={SECRET}": True,
    f"postgresql://me:{SECRET}@[::1]:1/news": True,
    f"postgresql://me:{SECRET}@%2Fnowhere/news": True,
    f"postgresql://me:{SECRET}@%2Fnowhere/news.jsonl": True,
    f"postgresql://me:{SECRET}@host.invalid/news": True,
    f"postgres://me:{SECRET}@{{}}/news": True,
    f"POSTGRESQL://me:{SECRET}@{{}}/news": True,
    f" postgresql://me:{SECRET}@{{}}/news": True,
    f"postgresql+psycopg://me:{SECRET}@{{}}/news": False,
    f"postgresql:/me:{SECRET}@{{}}/news": False,
    f"postgresql://me:{SECRET}": False,
    f"postgresql://me:{SECRET}@{{}}/news?x": False,
    f"postgresql://{{}}/news?user=me&pasword={SECRET}": False,
    f"postgresql://{{}}/news?user=me&password=a&{SECRET}=2": False,
    f"postgresql://{{}}/news?user=me&password=a&{SECRET}": False,
}
URLS = {f"postgresql://{login}@{{}}/news": it for login, it in LOGINS.items()} | WHOLE


@pytest.fixture
def nowhere() -> Iterator[str]:
    """An address where nobody listens."""
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{it.getsockname()[1]}"


@pytest.mark.parametrize("url", URLS)
def test_a_password_is_in_no_message(url: str, nowhere: str) -> None:
    with pytest.raises(dedup.StorageError) as raised:
        dedup.Index.open(url.format(nowhere))
    assert SECRET not in "".join(traceback.format_exception(raised.value))
    assert ("cannot be read" not in str(raised.value)) == URLS[url]


@pytest.mark.parametrize("url", [f"postgresql://me:{SECRET}@{{}}/a.jsonl", *WHOLE])
def test_a_password_is_in_nothing_that_the_command_says(
    url: str, nowhere: str, tmp_path: Path
) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "Some words."}')
    for arguments in (
        ("index", "stats", url.format(nowhere)),
        ("index", "add", url.format(nowhere), "a.jsonl"),
        ("scan", "a.jsonl", "-o", "out", "--index", url.format(nowhere)),
    ):
        assert SECRET not in command.error_of(tmp_path, *arguments)


def test_a_password_is_in_no_file_and_no_later_message(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "text": "Some words."}')
    with ExitStack() as stack:
        server = stack.enter_context(servers.postgres("-c fsync=off"))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE me LOGIN SUPERUSER PASSWORD '{SECRET}@'")
            ((rules,),) = connection.execute("SHOW hba_file").fetchall()
            # The user of the server keeps the file.
            lines = Path(rules).read_text()
            with Path(rules).open("w") as file:
                file.write(f"host all me all scram-sha-256\n{lines}")
            connection.execute("SELECT pg_reload_conf()")
        place = server.partition("@")[2]
        url = f"postgresql://me:{SECRET}%40@{place}"
        index = stack.enter_context(dedup.Index.open(url))
        for wrong in (f"postgresql://me:{SECRET}@{place}", f"postgresql://you:{SECRET}@{place}"):
            with pytest.raises(
                dedup.StorageError, match=r"authentication failed|does not exist"
            ) as it:
                dedup.Index.open(wrong)
            assert SECRET not in "".join(traceback.format_exception(it.value))
        said = []
        for arguments in (
            ("index", "add", url, "a.jsonl", "-o", "new", "--json"),
            ("index", "check", url, "a.jsonl"),
            ("scan", "a.jsonl", "-o", "out", "--index", url, "--json"),
            ("index", "remove", url, "b"),
            ("index", "expire", url, "--before", "1900-01-01"),
            ("index", "compact", url),
            ("index", "stats", url),
        ):
            done = command.dedup(*arguments, cwd=tmp_path)
            assert done.returncode == 0, done.stderr
            said.append(done.stdout + done.stderr)
        assert command.summary(tmp_path / "out")["index"] == {
            "path": server.replace("dedup@", ""),
            "articles": 1,
        }
        assert SECRET not in "".join(said)
        assert not [
            name for name, data in command.tree(tmp_path).items() if SECRET.encode() in data
        ]
        assert len(index) == 1
        stack.pop_all().close()  # the server is gone
    for call in (
        lambda: index.check("Some words."),
        lambda: index.add({"id": "b", "text": "Some words."}),
    ):
        with pytest.raises(dedup.StorageError) as raised:
            call()
        assert SECRET not in "".join(traceback.format_exception(raised.value))


# --- expiry ---------------------------------------------------------------------------------------


def test_expiry_goes_by_indexes(database: Place) -> None:
    url = database("news")
    with dedup.Index.open(url) as index:
        index.add_many(dedup.Article(it.text, it.id, None, "2020-01-01") for it in distinct(300))
    scans = """
        SELECT relname, seq_scan FROM pg_stat_user_tables WHERE schemaname = current_schema()
        AND relname IN ('dedup_records', 'dedup_postings')
    """
    gone = "SELECT n_tup_del FROM pg_stat_user_tables WHERE relid = 'dedup_postings'::regclass"
    with psycopg.connect(url, autocommit=True) as connection:
        # Others that are newer, and have some postings each.
        connection.execute("""
            INSERT INTO dedup_records
            SELECT number, sha256(number::text::bytea), 1700000000 + number, number, NULL, '', ''
            FROM generate_series(1000, 51000) AS number
        """)
        connection.execute("""
            INSERT INTO dedup_postings SELECT key, number
            FROM generate_series(1000, 51000) AS number, generate_series(1, 4) AS key
        """)
        connection.execute(f"ANALYZE {TABLES}")  # type: ignore
        rows = connection.execute("EXPLAIN " + EXPIRED, (1_600_000_000, True, 1_600_000_000))
        plan = "\n".join(line for (line,) in rows.fetchall())
        assert plan.count("dedup_times") == 2
        assert "Seq Scan" not in plan
        connection.execute("SELECT pg_stat_force_next_flush()")
        before = connection.execute(scans).fetchall()
        with dedup.Index.open(url) as index:
            assert index.expire("2021-01-01") == 300
        # A connection says what it did when it ends.
        while value(connection, gone) == 0:
            time.sleep(0.01)
        assert connection.execute(scans).fetchall() == before
