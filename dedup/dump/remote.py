"""A pass over files that are not on this machine.

It reads its files twice, so each is brought into the temporary folder, several at once, while
those before it are read.
"""

import gzip
import os
import queue
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dedup.dump.objects import (
    Object,
    ObjectError,
    TransientError,
    masked,
    patience,
    pauses,
    scheme_of,
)
from dedup.dump.temporary import missing_space
from dedup.errors import InputError, OutputError

if TYPE_CHECKING:
    from dedup.dump.inputs import Source

# Files that are on the way at once.
AT_ONCE = 8


def find(given: str, output: Path | str | None) -> list[Object]:
    """List the files that a URL names, without those of the output. Raises InputError."""
    # What speaks to a server takes longer to import than a small pass to run.
    from dedup.dump.stores import open_store

    store, key = open_store(given)
    found = store.find(key)
    if isinstance(output, str) and scheme_of(output) == scheme_of(given):
        place = output.rstrip("/")
        if given.rstrip("/") == place or given.startswith(place + "/"):
            raise InputError(f"the input {given} is in the output folder; choose another -o")
        found = [it for it in found if not it.url.startswith(place + "/")]
    if not found:
        raise InputError(f"no such file or folder: {masked(given)}")
    return found


@dataclass
class _Arrival:
    """A file on its way."""

    wanted: Object
    path: Path
    ended: threading.Event = field(default_factory=threading.Event)
    bytes: int = 0
    error: BaseException | None = None


class Downloads:
    """Brings those of `sources` that are elsewhere to their paths, in order, within the `with`
    block. Raises OutputError when the disk has no room for them.
    """

    def __init__(self, sources: "Sequence[Source]") -> None:
        self._arrivals = {
            source.path: _Arrival(source.remote, source.path)
            for source in sources
            if source.remote is not None
        }
        self._left: queue.SimpleQueue[_Arrival] = queue.SimpleQueue()
        self._stopped = threading.Event()
        # They end with the process, even where one waits for a server that says nothing.
        count = min(AT_ONCE, len(self._arrivals))
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(count)]

    def __enter__(self) -> "Downloads":
        if self._arrivals:
            folder = next(iter(self._arrivals)).parent
            folder.mkdir(exist_ok=True)
            missing = missing_space(folder, sum(it.wanted.size or 0 for it in self._all()))
            if missing is not None:
                raise OutputError(f"{missing}; free some, or name another folder with --temp-dir")
        for arrival in self._all():
            self._left.put(arrival)
        for thread in self._threads:
            thread.start()
        return self

    def _all(self) -> list[_Arrival]:
        return list(self._arrivals.values())

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        end = time.monotonic() + 2
        for thread in self._threads:
            thread.join(max(0, end - time.monotonic()))

    def wait(self, source: "Source", at: Callable[[float], None]) -> str | None:
        """Wait until a file is there. Return why it cannot be had, if it alone cannot.

        `at` is told its fraction every tenth of a second. Raises InputError when the store fails,
        and OSError.
        """
        arrival = self._arrivals.get(source.path)
        if arrival is None:
            return None
        while not arrival.ended.wait(0.1):
            at(min(1.0, arrival.bytes / (source.size or 1 << 40)))
        if isinstance(arrival.error, ObjectError):
            return str(arrival.error)
        if arrival.error is not None:
            raise arrival.error
        return None

    def _work(self) -> None:
        while not self._stopped.is_set():
            try:
                arrival = self._left.get_nowait()
            except queue.Empty:
                return
            try:
                self._fetch(arrival)
            except BaseException as error:
                arrival.error = error
            arrival.ended.set()

    def _fetch(self, arrival: _Arrival) -> None:
        wanted = arrival.wanted
        with arrival.path.open("wb") as file:
            since, waits = time.monotonic(), pauses()
            while True:
                try:
                    for offset, data in wanted.store.chunks(wanted, arrival.bytes):
                        if self._stopped.is_set():
                            return
                        if offset != arrival.bytes:
                            file.seek(offset)
                            file.truncate()
                        file.write(data)
                        arrival.bytes = offset + len(data)
                        since, waits = time.monotonic(), pauses()
                    if wanted.size is None or arrival.bytes == wanted.size:
                        break
                    if arrival.bytes > wanted.size:
                        raise ObjectError(f"{wanted.url} is longer than was said")
                    raise TransientError(f"{wanted.url} broke off")
                except TransientError as error:
                    pause = next(waits)
                    if time.monotonic() - since + pause > patience():
                        raise InputError(f"{error}; nothing was written") from None
                    self._stopped.wait(pause)
                    if self._stopped.is_set():
                        return
        _unpack(arrival)


def _unpack(arrival: _Arrival) -> None:
    """Undo what a server packed for the way, although it was not asked to.

    A .gz file is often said to be "encoded" and sent as it is.
    """
    wanted = arrival.wanted
    if wanted.encoding in ("", "identity") or wanted.parts[-1].lower().endswith(".gz"):
        return
    if wanted.encoding != "gzip":
        raise ObjectError(f"{wanted.url} is sent packed as {wanted.encoding}, which is not read")
    packed = arrival.path.with_name(arrival.path.name + ".packed")
    os.replace(arrival.path, packed)
    try:
        with gzip.open(packed) as source, arrival.path.open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
    except (OSError, EOFError) as error:
        raise ObjectError(f"{wanted.url} is sent packed, and damaged: {error}") from None
    finally:
        packed.unlink()
