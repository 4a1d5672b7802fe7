"""Temporary folders, each held by a lock for as long as its process lives.

A folder is locked under another name before it gets the one that others look for: so one that has
that name and is not locked is abandoned, at any time.
"""

import contextlib
import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: a folder left by a killed process stays
    fcntl = None  # type: ignore[assignment]

PREFIX = ".dedup-"
# Of a folder that is being made. Who is killed in that moment leaves it, with nothing in it.
_MAKING = ".new-dedup-"
_SECONDS_TO_MAKE = 3600

_LOCK = "lock"


class TemporaryFolder:
    """A folder that this process holds until it is closed."""

    def __init__(self, path: Path, lock: int | None) -> None:
        self.path = path
        self.keep = False
        self._lock = lock
        self._closed = False

    @classmethod
    def new(cls, parent: Path, name: str | None = None) -> "TemporaryFolder":
        """Make a folder, of a name of its own if none is given.

        One of that name which is there already is taken over as it is. Raises OSError:
        BlockingIOError when another process holds it.
        """
        while True:
            own = secrets.token_hex(8)
            folder, path = cls(parent / f"{_MAKING}{own}", None), parent / (name or PREFIX + own)
            # An interrupt may come after any of these.
            try:
                folder.path.mkdir(mode=0o700)
                with contextlib.suppress(OSError):  # a system without locks
                    folder._lock = _lock(folder.path, os.O_CREAT)
                os.rename(folder.path, path)
                folder.path = path
                return folder
            except BaseException as error:
                if folder._holds(path):
                    folder.path = path
                folder.close()
                if name is None or not isinstance(error, OSError) or not path.is_dir():
                    raise
            # It may have gone by now: then all begins again.
            with contextlib.suppress(FileNotFoundError):
                return cls(path, _lock(path, os.O_CREAT))

    def empty(self) -> None:
        """Remove all that it holds, as far as that is possible."""
        _empty(self.path)

    def _holds(self, path: Path) -> bool:
        """Whether a folder is this one: another process may have one of its name by now."""
        if self._lock is None:
            return False
        try:
            return os.path.samestat(os.fstat(self._lock), (path / _LOCK).lstat())
        except OSError:
            return False

    def close(self) -> None:
        """Let go of the folder; without `keep` it is removed, as far as that is possible.

        Does no harm a second time, after an interrupt.
        """
        if self._closed:
            return
        if not self.keep:
            with contextlib.suppress(OSError):
                if self._lock is None or self._holds(self.path):
                    # The lock last: what is left of a process that was killed here is still found.
                    self.empty()
                    (self.path / _LOCK).unlink(missing_ok=True)
                self.path.rmdir()  # unless another process has made it anew
        self._closed = True
        if self._lock is not None:
            os.close(self._lock)


def abandoned(parent: Path) -> Iterator[TemporaryFolder]:
    """The folders that no living process holds, in the order of their names, each held by this one
    until it is closed. One that cannot be held is none of ours; one that is empty, without a lock,
    was all but removed, and goes.
    """
    for path in sorted(parent.iterdir()):
        if path.name.startswith(PREFIX) or _is_unfinished(path):
            try:
                folder = TemporaryFolder(path, _lock(path))
            except OSError as error:
                if isinstance(error, FileNotFoundError):
                    with contextlib.suppress(OSError):  # unless something is in it
                        path.rmdir()
                continue
            yield folder


def _is_unfinished(path: Path) -> bool:
    if not path.name.startswith(_MAKING):
        return False
    with contextlib.suppress(OSError):
        return time.time() - path.lstat().st_mtime > _SECONDS_TO_MAKE
    return False


def is_temporary(name: str) -> bool:
    """Whether a file of this name in an output folder is a pass's own, and no result."""
    return name.startswith((PREFIX, _MAKING))


def _lock(folder: Path, flags: int = 0) -> int:
    """Hold a folder until the descriptor returned is closed.

    Raises OSError: BlockingIOError when another process holds it, FileNotFoundError when the
    folder or its lock is not there, or not any more.
    """
    if fcntl is None:
        raise OSError("no locks on this system")
    if not stat.S_ISDIR(folder.lstat().st_mode):
        raise NotADirectoryError(f"{folder} is no folder")
    path = folder / _LOCK
    lock = os.open(path, os.O_RDWR | os.O_NOFOLLOW | flags, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Who held it may have removed it before it was ours.
        if not os.path.samestat(os.fstat(lock), path.lstat()):
            raise FileNotFoundError(f"{path} has gone")
    except BaseException:
        os.close(lock)
        raise
    return lock


def _empty(folder: Path) -> None:
    if fcntl is None:
        for path in folder.iterdir():
            shutil.rmtree(path, ignore_errors=True)
            path.unlink(missing_ok=True)
        return
    with contextlib.suppress(OSError):
        top = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _remove(top, [name for name in os.listdir(top) if name != _LOCK])
        finally:
            os.close(top)


def _remove(top: int, names: list[str]) -> None:
    """Remove files and folders from the folder `top`.

    Folders in them may be deeper than a path is long, or than Python recurses: each is moved up
    and emptied there.
    """
    while names:
        name = names.pop()
        with contextlib.suppress(OSError):
            if not stat.S_ISDIR(os.lstat(name, dir_fd=top).st_mode):
                os.unlink(name, dir_fd=top)
                continue
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=top)
            try:
                for entry in list(os.scandir(inner)):
                    if entry.is_dir(follow_symlinks=False):
                        names.append(f"removed-{secrets.token_hex(8)}")
                        os.rename(entry.name, names[-1], src_dir_fd=inner, dst_dir_fd=top)
                    else:
                        os.unlink(entry.name, dir_fd=inner)
                os.rmdir(name, dir_fd=top)
            finally:
                os.close(inner)


def missing_space(folder: Path, needed: int) -> str | None:
    """Say what is missing when a folder's disk has less than `needed` bytes free."""
    free = shutil.disk_usage(folder).free
    if free >= needed:
        return None
    sizes = f"{needed / 1e9:.1f} GB in {folder}, where {free / 1e9:.1f} GB are free"
    return f"the pass may need {sizes}"


def half_of_memory() -> int | None:
    """Half the bytes of memory that this machine has, or this container; None where unknown."""
    limits = []
    with contextlib.suppress(AttributeError, ValueError, OSError):
        limits.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            limits.append(int(Path(path).read_text()))
    return min(limits) // 2 if limits else None
