"""Files that are not on this machine, what they are called, and how long they are tried for."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from dedup.errors import InputError
from dedup.index.handle import database_name, is_database

# Schemes of object stores, and whose they are.
BUCKETS = {"s3": "s3", "s3a": "s3", "gs": "gs", "gcs": "gs"} | dict.fromkeys(
    ("az", "azure", "adl", "abfs", "abfss"), "az"
)

# Bytes asked for at once: what memory each download takes, and what a broken one asks for again.
BLOCK = 4 << 20


def scheme_of(given: str) -> str:
    """The scheme of a URL, in small letters; "" for a path."""
    match = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", given)
    return match[1].lower() if match else ""


def masked(given: str) -> str:
    """A URL as it may be shown: without a password, and without what a query may hold."""
    scheme = scheme_of(given)
    if not scheme:
        return given
    if is_database(given):
        return database_name(given)
    rest = given[len(scheme) + 3 :]
    place, slash, path = rest.partition("/")
    if not slash and scheme in ("http", "https"):
        place, mark, query = rest.partition("?")
        path = mark + query
    login, at, host = place.rpartition("@")
    if ":" in login or scheme not in BUCKETS:
        login = "***" if at else ""
    if scheme in ("http", "https"):
        path = re.sub(r"\?.*", "?***", path.partition("#")[0])
    return f"{scheme}://{login}{at}{host}{slash}{path}"


def is_url(given: str) -> bool:
    return bool(scheme_of(given))


class ObjectError(InputError):
    """One file cannot be had; others can."""


class TransientError(InputError):
    """A failure that may pass."""


@dataclass(frozen=True)
class Object:
    """A file in a store.

    `url` is as a person may see it. `parts` are its place, of which the last `depth` are below
    what was named. `size` in bytes is None where the server does not tell. `tag` is another when
    the content is.
    """

    store: "Store"
    key: str
    url: str
    parts: tuple[str, ...]
    depth: int
    size: int | None
    tag: str | None
    encoding: str = ""


class Store(Protocol):
    def find(self, key: str) -> list[Object]:
        """List the file of a key, the files of a folder with all in it, or those of a pattern, in
        the order of names and without hidden ones. Raises InputError."""

    def chunks(self, wanted: Object, start: int) -> Iterator[tuple[int, Any]]:
        """Yield (offset, bytes) from `start` on, or from 0 where the server cannot go on there.
        Raises ObjectError and TransientError."""


def patience() -> float:
    """Seconds that a store is tried again for before a pass ends."""
    try:
        return float(os.environ.get("DEDUP_RETRY_SECONDS", "60"))
    except ValueError:
        raise InputError("DEDUP_RETRY_SECONDS is no number of seconds") from None


def pauses() -> Iterator[float]:
    """Seconds to wait before each further try."""
    pause = 0.1
    while True:
        yield pause
        pause = min(2 * pause, 10)
