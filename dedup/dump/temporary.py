"""Temporary folders, removed at the next start in the same place if the process is killed."""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: a folder left by a killed process stays
    fcntl = None  # type: ignore[assignment]

_LOCK = "lock"


@contextlib.contextmanager
def temporary_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new folder in `parent`, gone at the end of the `with` block.

    Those of the same prefix that no living process holds are removed first. Raises OSError.
    """
    for left in parent.glob(f"{prefix}*"):
        _remove_if_abandoned(left)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    with (folder / _LOCK).open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _remove_if_abandoned(folder: Path) -> None:
    # Without a lock file the folder is so new that its owner has not made one, or not ours.
    if fcntl is not None:
        with contextlib.suppress(OSError), (folder / _LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)


def missing_space(folder: Path, needed: int) -> str | None:
    """Say what is missing when a folder's disk has less than `needed` bytes free."""
    free = shutil.disk_usage(folder).free
    if free >= needed:
        return None
    return (
        f"the pass may need {needed / 1e9:.1f} GB in {folder}, where {free / 1e9:.1f} GB are free"
    )


def half_of_memory() -> int | None:
    """Half the bytes of memory that this machine has, or this container; None where unknown."""
    limits = []
    with contextlib.suppress(AttributeError, ValueError, OSError):
        limits.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        with contextlib.suppress(OSError, ValueError):
            limits.append(int(Path(path).read_text()))
    return min(limits) // 2 if limits else None
