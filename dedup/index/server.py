"""A PostgreSQL server, as an index speaks with it."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Semaphore
from typing import Any, TypeAlias

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow

from dedup.errors import StorageError
from dedup.index.handle import database_name

Connection: TypeAlias = psycopg.Connection[TupleRow]

# Connections of one client at most; a server has a hundred for all, unless told otherwise.
MOST_CONNECTIONS = 8


class Server:
    """The connections to a database, each used by one thread at a time."""

    def __init__(self, url: str, read_only: bool) -> None:
        self.name = database_name(url).partition("://")[2] or "the database"
        self.read_only = read_only
        self._url = _checked(url)
        self._process = os.getpid()
        self._slots = Semaphore(MOST_CONNECTIONS)
        self._idle: list[Connection] = []

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        if self.read_only:
            raise StorageError(f"{self.name} was opened read-only")
        with self.connection() as connection:
            yield connection

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection that no other thread uses; what it began is committed at the end."""
        if os.getpid() != self._process:
            raise StorageError(f"{self.name} was opened before a fork; open it in the child")
        with self._slots:
            connection = None
            try:
                connection = self._pop() or self._connect()
                yield connection
                if _is_in_transaction(connection):
                    connection.execute("COMMIT")
            except BaseException as error:
                if connection is not None:
                    connection.close()
                if isinstance(error, psycopg.OperationalError):
                    self.close()  # they were dropped with it
                if isinstance(error, psycopg.Error):
                    raise StorageError(f"{self.name}: {_reason(error)}") from error
                raise
            self._idle.append(connection)

    def vacuum(self, tables: Sequence[str]) -> None:
        with self.writing() as connection:
            refused: list[str] = []

            def hear(notice: psycopg.errors.Diagnostic) -> None:
                message = notice.message_primary or ""
                if any(f'"{table}"' in message for table in tables):
                    refused.append(message)

            connection.add_notice_handler(hear)
            try:
                connection.execute(f"VACUUM (ANALYZE, TRUNCATE false) {', '.join(tables)}")
            finally:
                connection.remove_notice_handler(hear)
        if refused:
            raise StorageError(
                f"{self.name}: {refused[0]}; only the owner of the tables, or a role with MAINTAIN"
                " on them, may compact the index"
            )

    def close(self) -> None:
        # Those of the parent are not a child's to close.
        if os.getpid() == self._process:
            while (connection := self._pop()) is not None:
                connection.close()

    def _pop(self) -> Connection | None:
        # Other threads take from it as well.
        with suppress(IndexError):
            return self._idle.pop()
        return None

    def _connect(self) -> Connection:
        # Whatever the encoding of the database, and that of the environment.
        connection = psycopg.connect(self._url, autocommit=True, client_encoding="utf8")
        query = "SELECT pg_backend_pid(), current_setting('search_path')"
        ((process, path),) = connection.execute(query).fetchall()
        if process != connection.info.backend_pid:
            # A pool of connections stands between, where a statement prepared by one transaction
            # may not be there for the next.
            connection.prepare_threshold = None
        wanted = re.search(r"search_path=((?:\\.|\S)*)", connection.info.options)
        if wanted and re.sub(r"\\(.)", r"\1", wanted[1]) != path:
            connection.close()
            raise StorageError(
                f"{self.name} does not get the search_path that the URL has in its options, as a"
                " pool of connections drops it; set it by ALTER ROLE ... SET search_path"
            )
        return connection


def begin(connection: Connection, reading: bool, query: str) -> list[TupleRow]:
    """Begin a transaction, after what was begun, and return what a first query without values
    gives, all in one trip to the server. One that reads sees one state of the database."""
    kind = "REPEATABLE READ READ ONLY" if reading else "READ COMMITTED"
    statements = [
        *(["COMMIT"] if _is_in_transaction(connection) else []),
        f"BEGIN ISOLATION LEVEL {kind}",
        # A worker whose machine died must not hold up the others. That is said for one transaction,
        # since behind a pool of connections the next one may be another client's.
        "SET LOCAL idle_in_transaction_session_timeout = '1min'",
        query,
    ]
    cursor = connection.execute("; ".join(statements), prepare=False)
    while cursor.nextset():
        pass
    return cursor.fetchall()


def array(numbers: Iterable[int]) -> str:
    """Many numbers as a value of a query: a list takes psycopg longer than the server all else."""
    return f"{{{','.join(map(str, numbers))}}}"


def value_of(connection: Connection, query: str, values: Sequence[Any] = ()) -> Any:
    row = connection.execute(query, values, binary=True).fetchone()
    assert row is not None
    return row[0]


def _is_in_transaction(connection: Connection) -> bool:
    return connection.info.transaction_status != TransactionStatus.IDLE


def _checked(url: str) -> str:
    """A URL as libpq takes it, whose parts are what they seem to be: of a password with an @ or a /
    in it a part would be taken for the host, and stand in a message."""
    scheme, separator, rest = url.strip().partition("://")
    url = f"{scheme.lower()}{separator}{rest}"
    try:
        parts = conninfo_to_dict(url) if separator else None
    except psycopg.Error:
        parts = None
    plain = {"host": r"[\w.,:/%\[\]-]*", "port": r"[\d,]*", "dbname": r"[^@:/]*"}
    if parts is None or any(
        not re.fullmatch(pattern, str(parts.get(name) or "")) for name, pattern in plain.items()
    ):
        raise StorageError(
            "the URL of the database cannot be read; it is postgresql://USER:PASSWORD@HOST/NAME,"
            " and what is special in a user or a password must be encoded, as @ by %40, : by %3A"
            " and / by %2F"
        )
    return url


def _reason(error: psycopg.Error) -> str:
    reason = error.diag.message_primary or str(error).strip().partition("\n")[0]
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        reason += (
            "; on the tables dedup_* a role needs SELECT to read, and INSERT, UPDATE and DELETE to"
            " write, and to make them CREATE on the schema"
        )
    return reason
