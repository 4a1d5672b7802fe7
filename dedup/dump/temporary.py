"""Temporary folders, removed at the next start in the same place if the process is killed."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

try:
    import fcntl
except ImportError:  # Windows: a folder left by a killed process stays
    fcntl = None  # type: ignore[assignment]

_LOCK = "lock"


class TemporaryFolder:
    """A folder that this process holds until it is closed. Raises OSError."""

    def __init__(self, path: Path, lock: IO[str] | None) -> None:
        self.path = path
        self.keep = False
        self._lock = lock

    @classmethod
    def new(cls, parent: Path, prefix: str) -> "TemporaryFolder":
        """Make a folder; those of the same prefix that no living process holds are removed."""
        for left, lock in _abandoned(parent, prefix):
            shutil.rmtree(left, ignore_errors=True)
            lock.close()
        path = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
        try:
            return cls(path, _lock(path, "w"))
        except BaseException:
            shutil.rmtree(path, ignore_errors=True)
            raise

    @classmethod
    def take_over(
        cls, parent: Path, prefix: str, wanted: Callable[[Path], bool]
    ) -> "TemporaryFolder | None":
        """Take over a folder that no living process holds, if one is wanted."""
        found = None
        for left, lock in _abandoned(parent, prefix):
            if found is None and wanted(left):
                found = cls(left, lock)
            else:
                lock.close()
        return found

    def close(self) -> None:
        """Let go of the folder; without `keep` it is removed."""
        if not self.keep:
            shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()


def _abandoned(parent: Path, prefix: str) -> Iterator[tuple[Path, IO[str]]]:
    for left in sorted(parent.glob(f"{prefix}*")):
        lock = _lock(left, "r+")
        if lock is not None:
            yield left, lock


def _lock(folder: Path, mode: str) -> IO[str] | None:
    """Hold a folder until the file returned is closed; None when another process does."""
    # A folder without a lock file is so new that its owner has not made one yet, or not ours.
    if fcntl is None:
        return None
    try:
        lock = (folder / _LOCK).open(mode)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    return lock


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
