"""The ingestion index in a PostgreSQL database, which any number of workers share."""

import json
import os
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Semaphore
from typing import Any, TypeAlias

import psycopg
from psycopg.rows import TupleRow

from dedup._core import Judge, Sketched, Vocabulary, parse_date
from dedup.config import RELATIONS
from dedup.errors import StorageError
from dedup.index.storage import Line

Connection: TypeAlias = psycopg.Connection[TupleRow]

# Version of the tables. An index of another version is refused.
FORMAT = 2

SCHEMA = """
    CREATE TABLE dedup_meta (name text PRIMARY KEY, value bytea NOT NULL);
    CREATE TABLE dedup_state (
        format int NOT NULL, next int NOT NULL, articles int NOT NULL, counted_of int NOT NULL
    );
    CREATE TABLE dedup_records (
        number int PRIMARY KEY, id text COLLATE "C" NOT NULL UNIQUE, date bigint,
        glance bytea NOT NULL, data bytea NOT NULL
    );
    CREATE TABLE dedup_postings (key bigint, article int, PRIMARY KEY (key, article));
    INSERT INTO dedup_state VALUES (0, 0, 0, 0);
    INSERT INTO dedup_meta VALUES ('vocabulary', '');
"""

# Those that open an index take it in turns: it is made once. "dedu".
OPENING = 0x64656475

LISTS = """
    SELECT place - 1, article
    FROM unnest(%s::bigint[]) WITH ORDINALITY AS given (key, place) CROSS JOIN LATERAL (
        (SELECT article FROM dedup_postings AS p WHERE p.key = given.key AND article < %s::int
         ORDER BY article DESC LIMIT %s::int)
        UNION ALL
        (SELECT article FROM dedup_postings AS p WHERE p.key = given.key AND article < %s::int
         ORDER BY article LIMIT %s::int)
    ) AS found
"""

STORE = """
    WITH state AS (UPDATE dedup_state SET next = next + 1, articles = articles + 1),
        record AS (INSERT INTO dedup_records VALUES (%s, %s, %s, %s, %s))
    INSERT INTO dedup_postings SELECT key, %s FROM unnest(%s::bigint[]) AS key
"""

# All postings are gone through once, however many articles go.
EXPIRE = """
    WITH gone AS (DELETE FROM dedup_records WHERE date < %s RETURNING number),
        postings AS (DELETE FROM dedup_postings USING gone WHERE article = gone.number)
    SELECT count(*) FROM gone
"""

BYTES = """
    SELECT sum(pg_total_relation_size(name::regclass))::bigint
    FROM unnest(ARRAY['dedup_meta', 'dedup_state', 'dedup_records', 'dedup_postings']) AS name
"""

# Connections of one client at most; a server has a hundred for all, unless told otherwise.
MOST_CONNECTIONS = 8


class Database:
    """What `_core.Index` is in a file, in the database of a URL."""

    def __init__(
        self, url: str, *, texts: bool, threads: int, read_only: bool, **options: Any
    ) -> None:
        self._url = url
        # A password does not belong in a message.
        authority, _, rest = url.partition("://")[2].partition("?")[0].partition("/")
        self._name = f"{authority.rpartition('@')[2]}/{rest}"
        self._read_only = read_only
        self._process = os.getpid()
        self._slots = Semaphore(MOST_CONNECTIONS)
        self._idle: list[Connection] = []
        weakref.finalize(self, _close, self._idle, self._process)
        with self._connection() as connection, connection.transaction():
            self._options = self._prepare(connection, {**options, "texts": texts})
        self._judge = Judge(**self._options, threads=threads)
        # How many articles there were when it was made, and how common stems are.
        self._vocabulary = (0, Vocabulary())

    def options(self) -> tuple[Any, ...]:
        return tuple(self._options.values())

    def check(self, id: str, text: str, date: str | None = None) -> list[Line]:
        article = self._judge.sketch(id, text, date)
        with self._connection() as connection:
            end, vocabulary = self._state(connection)
            found = self._judge.matches(Shelf(connection, end), vocabulary, end, article, text)
            return [line for _, line, _ in found]

    def add(self, id: str, text: str, date: str | None = None) -> Line | None:
        article = self._judge.sketch(id, text, date)
        with self._writing() as connection:
            seen, vocabulary = self._state(connection)
            stored = self._find(connection, id)
            if stored is None:
                # Others wait only while what came since is looked at.
                shelf = Shelf(connection, seen)
                found = self._judge.matches(shelf, vocabulary, seen, article, text)
                with connection.transaction():
                    end, vocabulary = self._state(connection, " FOR UPDATE")
                    stored = self._find(connection, id)
                    if stored is None:
                        there = shelf.there([number for number, _, _ in found])
                        found = [it for it in found if it[0] in there]
                        if end > seen:
                            shelf = Shelf(connection, end, seen)
                            found += self._judge.matches(shelf, vocabulary, end, article, text)
                        line = min(filter(_drops, found), key=_rank, default=(0, None, True))[1]
                        original = None if line is None else line[0]
                        values = (article.date, article.glance(end), article.data(end, original))
                        keys = article.keys(vocabulary)
                        connection.execute(STORE, (end, id, *values, end, keys))
            if stored is not None:
                return self._add_again(connection, article, text, *stored)
            self._count_anew(connection)
            return line

    def _add_again(
        self, connection: Connection, article: Sketched, text: str, number: int, stored: Sketched
    ) -> Line | None:
        article.check_words(stored)
        _, vocabulary = self._state(connection)
        shelf = Shelf(connection, number)
        found = self._judge.matches(shelf, vocabulary, number, article, text)
        line = next((line for _, line, _ in found if line[0] == stored.duplicate_of), None)
        if line is None and stored.duplicate_of is not None:
            original = self._find(connection, stored.duplicate_of)
            if original is not None:
                # By now too many others share what led to it.
                shelf = One(connection, original[0])
                found = self._judge.matches(shelf, vocabulary, number, article, text)
                line = found[0][1] if found else None
        return line

    def add_many(
        self, ids: Sequence[str], texts: Sequence[str], dates: Sequence[str | None]
    ) -> None:
        given = self._judge.sketch_many(ids, texts, dates)
        with self._writing() as connection, connection.transaction():
            first, vocabulary = self._state(connection, " FOR UPDATE")
            query = "SELECT number, data FROM dedup_records WHERE id = ANY(%s)"
            rows = connection.execute(query, [list(ids)], binary=True).fetchall()
            known = {it.id: it for it in self._judge.open(rows)}
            new = []
            for article in given:
                earlier = known.setdefault(article.id, article)
                if earlier is article:
                    new.append(article)
                else:
                    article.check_words(earlier)
            end = first + len(new)
            if self._is_to_count(connection, end) and (counted := Vocabulary.of(given)):
                self._put_vocabulary(connection, counted, end)
                vocabulary = counted
            cursor = connection.cursor()
            with cursor.copy("COPY dedup_records FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(["int4", "text", "int8", "bytea", "bytea"])
                for number, it in enumerate(new, first):
                    row = (number, it.id, it.date, it.glance(number), it.data(number))
                    copy.write_row(row)
            with cursor.copy("COPY dedup_postings FROM STDIN (FORMAT BINARY)") as copy:
                copy.write(self._judge.postings(new, vocabulary, first))
            query = "UPDATE dedup_state SET next = %s, articles = articles + %s"
            connection.execute(query, (end, len(new)))

    def settle(self) -> None:
        with self._writing() as connection:
            self._count_anew(connection)

    def get(self, id: str) -> tuple[int | None, str | None, str | None] | None:
        with self._connection() as connection:
            found = self._find(connection, id)
        if found is None:
            return None
        _, article = found
        return article.date, article.text, article.duplicate_of

    def remove(self, id: str) -> bool:
        with self._writing() as connection, connection.transaction():
            query = "DELETE FROM dedup_records WHERE id = %s RETURNING number, data"
            rows = connection.execute(query, [id], binary=True).fetchall()
            for (number, _), article in zip(rows, self._judge.open(rows), strict=True):
                # All that it may have been stored under.
                keys = article.keys(Vocabulary())
                query = "DELETE FROM dedup_postings WHERE key = ANY(%s) AND article = %s"
                connection.execute(query, (keys, number))
                connection.execute("UPDATE dedup_state SET articles = articles - 1")
            return bool(rows)

    def expire(self, before: str) -> int:
        with self._writing() as connection, connection.transaction():
            count = int(_value(connection, EXPIRE, [parse_date(before)]))
            connection.execute("UPDATE dedup_state SET articles = articles - %s", [count])
            return count

    def compact(self) -> None:
        with self._writing() as connection:
            names = "dedup_meta, dedup_state, dedup_records, dedup_postings"
            connection.execute(f"VACUUM (ANALYZE) {names}")

    def stats(self) -> list[tuple[str, int]]:
        with self._connection() as connection:
            articles = _value(connection, "SELECT articles FROM dedup_state")
            return [("articles", articles), ("bytes", _value(connection, BYTES))]

    # ---- what they share ----

    def _state(self, connection: Connection, lock: str = "") -> tuple[int, Vocabulary]:
        """The number of the next article, and how common stems are."""
        row = connection.execute(f"SELECT next, counted_of FROM dedup_state{lock}").fetchone()
        assert row is not None
        end, counted_of = row
        if counted_of != self._vocabulary[0]:
            data = _value(connection, "SELECT value FROM dedup_meta WHERE name = 'vocabulary'")
            self._vocabulary = (counted_of, Vocabulary(data or None))
        return end, self._vocabulary[1]

    def _find(self, connection: Connection, id: str) -> tuple[int, Sketched] | None:
        query = "SELECT number, data FROM dedup_records WHERE id = %s"
        rows = connection.execute(query, [id], binary=True).fetchall()
        return (rows[0][0], self._judge.open(rows)[0]) if rows else None

    def _count_anew(self, connection: Connection) -> None:
        """Count the stems of the last articles if that is due; other workers go on meanwhile."""
        end, _ = self._state(connection)
        if not Vocabulary.is_due(self._vocabulary[0], end):
            return
        with connection.transaction():
            if self._is_to_count(connection, end):
                query = "SELECT number, data FROM dedup_records ORDER BY number DESC LIMIT %s"
                rows = connection.execute(query, [Vocabulary.MOST], binary=True).fetchall()
                self._put_vocabulary(connection, Vocabulary.of(self._judge.open(rows)), end)

    def _is_to_count(self, connection: Connection, end: int) -> bool:
        """Whether counting is due and no other worker does it; none will until this one is done."""
        if not Vocabulary.is_due(self._vocabulary[0], end):
            return False
        query = "SELECT FROM dedup_meta WHERE name = 'vocabulary' FOR UPDATE SKIP LOCKED"
        if connection.execute(query).fetchone() is None:
            return False
        self._state(connection)
        return Vocabulary.is_due(self._vocabulary[0], end)

    def _put_vocabulary(
        self, connection: Connection, vocabulary: Vocabulary | None, end: int
    ) -> None:
        if vocabulary is not None:
            query = "UPDATE dedup_meta SET value = %s WHERE name = 'vocabulary'"
            connection.execute(query, [vocabulary.data()])
        # Also if too few are left to tell, or they would be counted again for each that comes.
        connection.execute("UPDATE dedup_state SET counted_of = %s", [end])

    # ---- the server ----

    def _prepare(self, connection: Connection, options: dict[str, Any]) -> dict[str, Any]:
        """Make the tables if there are none, and return the options that they were made with."""
        if _value(connection, "SELECT current_schema()") is None:
            raise StorageError(
                f"{self._name} has no such schema as the search_path names; CREATE SCHEMA it first"
            )
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [OPENING])
        query = "SELECT to_regclass(quote_ident(current_schema()) || '.dedup_state') IS NULL"
        if _value(connection, query):
            if self._read_only:
                raise StorageError(f"there is no index in {self._name}")
            connection.execute(SCHEMA)
            connection.execute("UPDATE dedup_state SET format = %s", [FORMAT])
            query = "INSERT INTO dedup_meta VALUES ('options', %s)"
            connection.execute(query, [json.dumps(options).encode()])
        found = _value(connection, "SELECT format FROM dedup_state")
        if found != FORMAT:
            raise StorageError(
                f"the index in {self._name} has format {found}, and this version of dedup reads"
                f" format {FORMAT}; use the version that made it, or make the index anew"
            )
        data = _value(connection, "SELECT value FROM dedup_meta WHERE name = 'options'")
        made: dict[str, Any] = json.loads(data)
        return made

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        if self._read_only:
            raise StorageError(f"{self._name} was opened read-only")
        with self._connection() as connection:
            yield connection

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """A connection that no other thread uses; each statement of it stands for itself."""
        if os.getpid() != self._process:
            raise StorageError(f"{self._name} was opened before a fork; open it in the child")
        with self._slots:
            connection = None
            try:
                connection = self._idle.pop() if self._idle else self._connect()
                yield connection
            except BaseException as error:
                if connection is not None:
                    connection.close()
                if isinstance(error, psycopg.OperationalError):
                    _close(self._idle, self._process)  # they were dropped with it
                if isinstance(error, psycopg.Error):
                    raise StorageError(f"{self._name}: {_reason(error)}") from error
                raise
            self._idle.append(connection)

    def _connect(self) -> Connection:
        connection = psycopg.connect(self._url, autocommit=True)
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        # A worker whose machine died must not hold up the others.
        connection.execute("SET idle_in_transaction_session_timeout = '1min'")
        return connection


class Shelf:
    """The articles from the number `first` on, before `end`, as `Judge.matches` asks for them."""

    def __init__(self, connection: Connection, end: int, first: int = 0) -> None:
        self._connection = connection
        self._end = end
        self._first = first

    def lists(self, keys: list[int], first: int, last: int) -> list[TupleRow]:
        """(index of the key, article) of the first and the last articles that have each key."""
        values = (keys, self._end, last, self._end, first)
        return self._connection.execute(LISTS, values, binary=True).fetchall()

    def glances(self, numbers: list[int]) -> list[TupleRow]:
        return self._rows("number, glance", numbers)

    def records(self, numbers: list[int]) -> list[TupleRow]:
        return self._rows("number, data", numbers)

    def has(self, id: str) -> bool:
        """Whether an article of this id is there, whatever its number."""
        query = "SELECT FROM dedup_records WHERE id = %s"
        return self._connection.execute(query, [id]).fetchone() is not None

    def there(self, numbers: list[int]) -> set[int]:
        return {number for (number,) in self._rows("number", numbers)}

    def _rows(self, columns: str, numbers: list[int]) -> list[TupleRow]:
        asked = [number for number in numbers if number >= self._first]
        if not asked:
            return []
        query = f"SELECT {columns} FROM dedup_records WHERE number = ANY(%s) ORDER BY number"
        return self._connection.execute(query, [asked], binary=True).fetchall()


class One(Shelf):
    """One article, met whatever is asked for."""

    def __init__(self, connection: Connection, number: int) -> None:
        super().__init__(connection, number + 1, number)
        self._number = number

    def lists(self, keys: list[int], first: int, last: int) -> list[TupleRow]:
        return [(0, self._number)] if keys else []


def _drops(found: tuple[int, Line | None, bool]) -> bool:
    return found[2]


def _rank(found: tuple[int, Line, bool]) -> tuple[float, int, int]:
    number, (_, relation, score, *_), _ = found
    return -score, RELATIONS.index(relation), number


def _value(connection: Connection, query: str, values: Sequence[Any] = ()) -> Any:
    row = connection.execute(query, values, binary=True).fetchone()
    assert row is not None
    return row[0]


def _close(idle: list[Connection], process: int) -> None:
    # Those of the parent are not a child's to close.
    if os.getpid() == process:
        # Other threads take from it as well.
        with suppress(IndexError):
            while True:
                idle.pop().close()


def _reason(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).strip().partition("\n")[0]
