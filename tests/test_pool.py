"""An index in PostgreSQL behind PgBouncer, which gives its two connections to many, a transaction
each."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from itertools import count

import psycopg
import pytest
import servers
from conftest import skipped_where_not_installed
from test_index import answers, distinct, synthetic

import dedup

NAMES = count()


@pytest.fixture(scope="module")
def pool(server: str) -> Iterator[str]:
    with ExitStack() as stack:
        with skipped_where_not_installed():
            url = stack.enter_context(servers.pgbouncer(server))
        yield url


@pytest.fixture
def pooled(server: str, pool: str) -> str:
    """The URL of a database of its own in the pool."""
    name = f"pooled_{next(NAMES)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore
    return pool.replace("/postgres", f"/{name}")


def test_workers_share_two_connections(pooled: str) -> None:
    """Each asks more often than psycopg does before it prepares a statement."""
    given = distinct(30)
    found: list[dedup.Match | None] = []
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with dedup.Index.open(pooled) as index:
                for article in given:
                    own = dedup.Article(article.text, f"{article.id}-{number}")
                    found.append(index.add(own))
                    assert index.check(own.text)
                    assert own.id in index
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sum(it is None for it in found) == len(given)
    with dedup.Index.open(pooled, read_only=True) as index:
        assert len(index) == len(list(index)) == 6 * len(given)


def test_answers_are_those_without_a_pool(pooled: str, server: str) -> None:
    given = synthetic(2_300)
    direct = server.replace("/postgres", f"/{pooled.rpartition('/')[2]}_direct")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {direct.rpartition('/')[2]}")  # type: ignore
    with dedup.Index.open(pooled) as index, dedup.Index.open(direct) as expected:
        for it in (index, expected):
            it.add_many(given[:2_000])
        for article in given[2_000:2_100]:
            assert index.add(article) == expected.add(article)
        for it in (index, expected):
            assert it.remove(given[0].id or "")
            it.replace(dedup.Article(given[1].text, given[2].id or "", None, given[2].date))
            assert it.expire("2020-01-01T01:00:00Z") > 100
            it.compact()
        assert answers(index, given[2_100:]) == answers(expected, given[2_100:])
        assert list(index) == list(expected)


def test_a_pool_whose_server_went_away(pooled: str, server: str) -> None:
    """It takes others, while its clients keep theirs; nothing that the first ones had prepared is
    there."""
    name = pooled.rpartition("/")[2]
    with dedup.Index.open(pooled) as index:
        for article in distinct(10):
            index.add(article)
        for _ in range(3):
            with psycopg.connect(server, autocommit=True) as connection:
                end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
                assert connection.execute(end, [name]).fetchall()
            with suppress(dedup.StorageError):  # unless the pool noticed first
                index.check("Some words.")
            for article in distinct(10):
                assert index.add(article) is None
        assert len(index) == 10


def test_settings_of_one_are_not_those_of_the_next(pooled: str) -> None:
    with dedup.Index.open(pooled) as index:
        index.add_many(distinct(3))
        assert index.remove("n0")
        shown = set()
        with psycopg.connect(pooled, autocommit=True) as connection:
            for _ in range(10):
                query = "SHOW idle_in_transaction_session_timeout"
                shown |= set(connection.execute(query, prepare=False).fetchall())
        assert shown == {("0",)}


def test_options_that_a_pool_does_not_hand_on(server: str, pool: str) -> None:
    """It says so, or the index would be made in another schema."""
    with psycopg.connect(server) as connection:
        connection.execute("CREATE SCHEMA sports_in_pool")
        connection.execute("CREATE ROLE pooled LOGIN")
        connection.execute("ALTER ROLE pooled SET search_path = sports_in_pool")
        connection.execute("GRANT ALL ON SCHEMA sports_in_pool TO pooled")
    options = "?options=-csearch_path%3Dsports_in_pool"
    with pytest.raises(dedup.StorageError, match="unsupported startup parameter"):
        dedup.Index.open(pool + options)
    ignoring = "ignore_startup_parameters = options"
    reason = r"does not get the search_path .* ALTER ROLE"
    with (
        servers.pgbouncer(server, ignoring) as url,
        pytest.raises(dedup.StorageError, match=reason),
    ):
        dedup.Index.open(url + options)
    with servers.pgbouncer(server, ignoring, user="pooled") as url:
        for given in (url, url + options):
            with dedup.Index.open(given) as index:
                index.add(distinct(1)[0])
    with dedup.Index.open(server + options, read_only=True) as index:
        assert list(index) == ["n0"]
