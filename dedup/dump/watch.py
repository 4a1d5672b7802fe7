"""A folder in which dumps land: each is added to an index, and then moved out of the way.

A file is added, its results are put in place, and it is moved, in this order. To add a file again
gives the answers of the first time, so what was killed anywhere does it all once more. It must only
know under which name it began, or the results would stand there twice.
"""

import json
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dedup.dump.formats import COMPRESSIONS
from dedup.dump.ingest import Addition
from dedup.dump.paths import as_text
from dedup.dump.results import Summary
from dedup.dump.unchanged import Stamp, stamp_of
from dedup.errors import InputError, OutputError
from dedup.index import open_index

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

DONE, FAILED, NEW = "done", "failed", "new"

# Names of files that are still on their way, as browsers, clients and file systems give them.
UNFINISHED = (
    *(".tmp", ".temp", ".part", ".partial", ".filepart", ".crdownload", ".download"),
    *(".incomplete", "._copying_", "~"),
)

# Held as long as the folder is watched, and in it the file at hand.
_HOLD = ".dedup-watch"

_REASON = ".error.txt"
_LONGEST_NAME = 255


@dataclass(frozen=True, kw_only=True)
class Watch(Addition):
    """A folder and how what lands in it is added, in place of `inputs`; `output` has a folder of
    results for each file, and is one in the folder itself if none is given.
    """

    folder: Path
    inputs: Sequence[str] = ()


@dataclass(frozen=True)
class Taken:
    """What became of a file: where it is now, and its summary, or the reason why it failed.
    `results` are there unless it could not be read at all.
    """

    name: str
    path: Path
    results: Path
    summary: Summary | None = None
    reason: str | None = None


class Inbox:
    """A folder that is watched by this process alone until the `with` block ends.

    Raises InputError when it is not there, OutputError when it is watched already or files cannot
    be moved or results written, and StorageError when the index cannot be opened.
    """

    def __init__(self, request: Watch) -> None:
        self.output = request.output or request.folder / NEW
        self.done, self.failed = request.folder / DONE, request.folder / FAILED
        self._request = request
        self._seen: dict[str, Stamp] = {}
        if not request.folder.is_dir():
            raise InputError(f"there is no folder {request.folder}")
        self._hold = _held(request.folder)
        try:
            self._prepare()
        except BaseException:
            os.close(self._hold)
            raise

    def __enter__(self) -> "Inbox":
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._hold)

    def _prepare(self) -> None:
        folder = self._request.folder
        own = [folder, self.done, self.failed]
        if any(_is_same(self.output, it) for it in own):
            raise OutputError(f"the results cannot go into {self.output}; name another folder")
        for made in (self.output, self.done, self.failed):
            try:
                made.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise OutputError(f"cannot make the folder {made}: {error.strerror}") from None
        for used in (self.output, *own):
            if not os.access(used, os.W_OK | os.X_OK):
                raise OutputError(f"cannot write into {used}")
        for moved in (self.done, self.failed):
            if moved.stat().st_dev != folder.stat().st_dev:
                raise OutputError(
                    f"{moved} is on another file system than {folder}, so that files cannot be"
                    " moved into it in one step"
                )
        # What is wrong with it, or with the options, is known before the first file.
        asked = self._request
        open_index(asked.index, asked.options, asked.given, texts=asked.texts).close()

    def landed(self) -> list[str]:
        """Look, and return the names of the files that are as they were at the last look and that
        nobody writes to, the oldest first. Before them comes the one at hand when a worker was
        killed. Raises OSError.
        """
        before, self._seen = self._seen, dict(self._look())
        landed = [name for name, stamp in self._seen.items() if before.get(name) == stamp]
        at_hand, *_ = self._noted()
        return sorted(
            (name for name in landed if not _is_written(self._request.folder / name)),
            key=lambda name: (name != at_hand, self._seen[name][-1], name),
        )

    def _look(self) -> Iterator[tuple[str, Stamp]]:
        with os.scandir(self._request.folder) as entries:
            for entry in entries:
                if not _is_unfinished(entry.name) and entry.is_file(follow_symlinks=False):
                    stamp = stamp_of(Path(entry.path))
                    if stamp is not None:
                        yield entry.name, stamp

    def take(self, name: str, add: Callable[[Addition], Summary]) -> Taken | None:
        """Add a file that has landed, by `ingest.add`, and move it. None where it changed or went
        meanwhile: then it has not landed.

        Raises StorageError, OutputError and OSError for what is not the fault of the file, which
        stays, and what `add` raises.
        """
        path, stamp = self._request.folder / name, self._seen[name]
        given = self._claim(name, stamp)
        results = self.output / given
        # As an absolute path it is never `-` or a URL. What stands under a name claimed is its own.
        request = replace(self._request, inputs=[os.path.abspath(path)], output=results, force=True)
        try:
            taken = Taken(name, self.done / given, results, summary=add(request))
        except InputError as error:
            taken = Taken(name, self.failed / given, results, reason=str(error))
        if stamp_of(path) != stamp:
            return None
        if taken.reason is not None:
            (self.failed / f"{given}{_REASON}").write_text(as_text(taken.reason) + "\n")
        os.rename(path, taken.path)
        self._note("", (), "")
        return taken

    def _claim(self, name: str, stamp: Stamp) -> str:
        """The name for a file where it is moved to and for its results: the one under which it was
        begun before, or the first that is free.
        """
        # Not by the device, whose number is another one once it is mounted again.
        state = stamp[1:]
        if self._noted()[:2] == (name, state):
            return self._noted()[2]
        number = 1
        while self._is_used(given := _numbered(name, number)):
            number += 1
        self._note(name, state, given)
        return given

    def _is_used(self, given: str) -> bool:
        reason = f"{given}{_REASON}"
        places = (self.output / given, self.done / given, self.failed / given, self.failed / reason)
        return any(map(os.path.lexists, places))

    def _noted(self) -> tuple[str, tuple[int, ...], str]:
        """The file at hand, its state, and the name it gets."""
        try:
            name, state, given = json.loads(os.pread(self._hold, 1 << 16, 0))
            return name, tuple(state), given
        except ValueError:  # none was noted, or half of one when the machine died
            return "", (), ""

    def _note(self, name: str, state: tuple[int, ...], given: str) -> None:
        os.ftruncate(self._hold, 0)
        if name:
            os.pwrite(self._hold, json.dumps([name, state, given]).encode(), 0)


def _held(folder: Path) -> int:
    try:
        hold = os.open(folder / _HOLD, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise OutputError(f"cannot write into {folder}: {error.strerror}") from None
    try:
        if fcntl is not None:
            fcntl.flock(hold, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(hold)
        raise OutputError(f"{folder} is watched by another process") from None
    except OSError:  # a file system without locks
        pass
    return hold


def _is_same(a: Path, b: Path) -> bool:
    return os.path.realpath(a) == os.path.realpath(b)


def _is_unfinished(name: str) -> bool:
    return name.startswith(".") or name.lower().endswith(UNFINISHED)


def _is_written(path: Path) -> bool:
    """Whether a process has a file open to write; False where the system does not tell.

    Linux does, of the files of one's own: it gives no lease of such a file.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:  # reading it will tell
        return False
    try:
        # Who opens it in this moment waits for the lease to end, and a signal says so: one that
        # does nothing here.
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        return False
    except BlockingIOError:
        return True
    except OSError:  # another's file, or a file system without leases
        return False
    finally:
        os.close(file)


def _numbered(name: str, number: int) -> str:
    """A name with a number before its ending, from 2 on, cut where it would be too long."""
    stem, ending = os.path.splitext(name)
    if ending.lower() in COMPRESSIONS:
        stem, inner = os.path.splitext(stem)
        ending = inner + ending
    if number > 1:
        ending = f"-{number}{ending}"
    # A reason for the file stands beside it.
    while len(os.fsencode(stem + ending + _REASON)) > _LONGEST_NAME:
        stem, ending = (stem[:-1], ending) if stem else ("", ending[:-1])
    return stem + ending
