"""A PostgreSQL server, as an index speaks with it."""

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Semaphore
from typing import Any, TypeAlias

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.rows import TupleRow

from dedup.errors import StorageError
from dedup.index.handle import database_name

Connection: TypeAlias = psycopg.Connection[TupleRow]

# Connections of one client at most; a server has a hundred for all, unless told otherwise.
MOST_CONNECTIONS = 8


class Server:
    """The connections to a database, each used by one thread at a time."""

    def __init__(self, url: str, read_only: bool) -> None:
        self.name = database_name(url).partition("://")[2]
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
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the database."""
        with self.connection() as connection, self.snapshot(connection):
            yield connection

    @contextmanager
    def snapshot(self, connection: Connection) -> Iterator[None]:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        try:
            with connection.transaction():
                yield
        finally:
            if not connection.closed:
                connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
                connection.read_only = False

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection that no other thread uses; each transaction of it stands for itself."""
        if os.getpid() != self._process:
            raise StorageError(f"{self.name} was opened before a fork; open it in the child")
        with self._slots:
            connection = None
            try:
                connection = self._idle.pop() if self._idle else self._connect()
                yield connection
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
                if notice.severity_nonlocalized == "WARNING":
                    refused.append(notice.message_primary or "")

            connection.add_notice_handler(hear)
            try:
                connection.execute(f"VACUUM (ANALYZE) {', '.join(tables)}")
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
            # Other threads take from it as well.
            with suppress(IndexError):
                while True:
                    self._idle.pop().close()

    def _connect(self) -> Connection:
        connection = psycopg.connect(self._url, autocommit=True)
        connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        if connection.info.backend_pid != value_of(connection, "SELECT pg_backend_pid()"):
            # A pool of connections stands between, where a statement prepared by one transaction
            # may not be there for the next.
            connection.prepare_threshold = None
        return connection


def value_of(connection: Connection, query: str, values: Sequence[Any] = ()) -> Any:
    row = connection.execute(query, values, binary=True).fetchone()
    assert row is not None
    return row[0]


def _checked(url: str) -> str:
    """A URL whose parts are what they seem to be: of a password with an @ or a / in it a part would
    be taken for the host, and stand in a message."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.Error:
        parts = None
    plain = {"host": r"[\w.,:/%\[\]-]*", "port": r"[\d,]*", "dbname": r"[^@:/]*"}
    if parts is None or any(
        not re.fullmatch(pattern, str(parts.get(name) or "")) for name, pattern in plain.items()
    ):
        raise StorageError(
            "the URL of the database cannot be read; what is special in a user or a password must"
            " be encoded, as @ by %40, : by %3A and / by %2F"
        )
    return url


def _reason(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).strip().partition("\n")[0]
