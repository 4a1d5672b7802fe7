"""What is open: one native index for a file and process, however often it is opened."""

import os
import re
import shutil
import weakref
from threading import Lock
from typing import Any

from dedup import _core, extras
from dedup.errors import StorageError
from dedup.index.storage import Storage

# Bytes that must be free while an index is compacted, to each that it has: its postings are made
# anew in the log, and then all of it is written to a file of SQLite's and from there to the log.
ROOM = 2.3


class _Open:
    """An index in a file, and how many have it open."""

    def __init__(self, core: _core.Index) -> None:
        self.core = core
        self.count = 0


# By process and file: a child opens its own.
_open: dict[tuple[int, int, int], _Open] = {}
_lock = Lock()


class Handle:
    """The right to use a storage, until it is closed or forgotten."""

    def __init__(
        self, storage: Storage, path: str | None = None, shared: _Open | None = None
    ) -> None:
        self._storage: Storage | None = storage
        self._path = None if path is None else os.path.realpath(path)
        self._finalize = weakref.finalize(self, _release, storage, shared, os.getpid())

    @classmethod
    def open(cls, path: str, options: dict[str, Any], *, threads: int, read_only: bool) -> "Handle":
        if is_database(path):
            return cls(_database(path, **options, threads=threads, read_only=read_only))
        if os.name != "posix":  # its locks and names of files are those of POSIX
            raise StorageError("an index in a file takes Linux or macOS; name one in a database")
        if read_only:
            return cls(_core.Index(path, **options, threads=threads, read_only=True), path)
        with _lock:
            shared = _open.get(_key(path)) if os.path.exists(path) else None
            if shared is None:
                core = _core.Index(path, **options, threads=threads, read_only=False)
                shared = _open[_key(path)] = _Open(core)
            shared.count += 1
        return cls(shared.core, path, shared)

    @property
    def storage(self) -> Storage:
        if self._storage is None:
            raise StorageError("the index is closed")
        return self._storage

    def check_room(self) -> None:
        """Raise StorageError unless there is room to compact an index in a file."""
        if self._path is None:
            return
        needed = int(ROOM * dict(self.storage.stats())["bytes"])
        free = shutil.disk_usage(os.path.dirname(self._path)).free
        if free < needed:
            raise StorageError(
                f"to compact {self._path} takes up to {needed / 1e6:,.1f} MB more on its disk, of"
                f" which {free / 1e6:,.1f} MB are free"
            )

    def close(self) -> None:
        self._storage = None
        self._finalize()


def is_database(path: str) -> bool:
    # Also one that is misspelt, as other programs write it: its password is not part of a path.
    return re.match(r"\s*postgres(ql)?(\+\w+)?:/", path, re.IGNORECASE) is not None


def database_name(url: str) -> str:
    """The URL of a database as it may be shown: nothing of it that may be a password."""
    scheme, _, rest = url.strip().partition("://")
    before, _, place = rest.rpartition("@")
    # A password may hold anything where it was not encoded.
    if "?" in before:
        return f"{scheme}://***"
    return f"{scheme}://{place.partition('?')[0]}"


def _key(path: str) -> tuple[int, int, int]:
    file = os.stat(path)
    return os.getpid(), file.st_dev, file.st_ino


def _release(storage: Storage, shared: _Open | None, process: int) -> None:
    if shared is None or process != os.getpid():
        storage.close()
        return
    with _lock:
        shared.count -= 1
        if shared.count:
            return
        for key in [key for key, it in _open.items() if it is shared]:
            del _open[key]
    storage.close()


def _database(path: str, **given: Any) -> Storage:
    try:
        from dedup.index.database import Database
    except ImportError:
        wanted = extras.install("postgres")
        raise StorageError(f"an index in a database needs more packages: {wanted}") from None
    return Database(path, **given)
