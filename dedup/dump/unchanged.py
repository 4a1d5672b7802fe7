"""Whether the files of a dump are still those that were read."""

import os
from collections.abc import Iterable
from pathlib import Path

from dedup.errors import InputError

# (device, inode, bytes, nanoseconds of the last change)
Stamp = tuple[int, int, int, int]


def stamp_of(path: Path) -> Stamp | None:
    """Return what tells a file and its state from others; None when it cannot be had."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def check_unchanged(files: Iterable[tuple[str, Path, Stamp | None]]) -> None:
    """Raise InputError for a file, of a name and a path, that is not what it was, if anything."""
    for name, path, stamp in files:
        if stamp is not None and stamp_of(path) != stamp:
            raise InputError(
                f"{name} changed while it was being read; nothing was written; run the pass again"
                " once it is complete"
            )
