"""Paths as the file system has them: names that are no UTF-8, paths longer than a call takes."""

import contextlib
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import IO

# Linux takes 4,096 bytes with the zero at the end, and a name of 255 bytes is added to some.
_LONGEST = 3_800

# To pass through a folder, whether or not it may be listed.
_TO_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0)


def as_text(text: str) -> str:
    """Return text in which bytes that are no UTF-8, of a name or an argument, stand as `\\xe9`."""
    try:
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # no bytes, but half a character all the same
        data = text.encode("utf-8", "backslashreplace")
    return data.decode("utf-8", "backslashreplace")


def printable(name: str) -> str:
    """Return a file's name as valid text, another one for every name: a backslash becomes two."""
    return as_text(name.replace("\\", "\\\\"))


def reachable(path: Path, as_utf8: bool = False) -> Path:
    """Return a path of the same file that is short enough for the system; with `as_utf8` one that
    is valid text, too, which is all that Arrow opens.

    Where the file's own is none, it is by a descriptor that stays open as long as the process.
    Raises OSError when there is no such file.
    """
    if _is_long(path):
        if path.parent not in _FOLDERS:
            _FOLDERS[path.parent] = _opened(path.parent)
        path = _place_of(_FOLDERS[path.parent]) / path.name
    if as_utf8 and as_text(str(path)) != str(path):
        return _place_of(os.open(path, os.O_RDONLY))
    return path


_FOLDERS: dict[Path, int] = {}


@contextlib.contextmanager
def within(folder: Path) -> Iterator[Path]:
    """Give a path of the folder that is short enough for the system, as long as the block lasts."""
    if not _is_long(folder):
        yield folder
        return
    opened = _opened(folder)
    try:
        yield _place_of(opened)
    finally:
        os.close(opened)


def make_folder(folder: Path) -> None:
    """Make a folder and those that it is in, however deep. Raises OSError."""
    if os.name != "posix":
        folder.mkdir(parents=True, exist_ok=True)
        return
    missing = []
    while True:
        try:
            opened = _opened(folder)
            break
        except FileNotFoundError:
            missing.append(folder.name)
            folder = folder.parent
    for name in reversed(missing):
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(name, dir_fd=opened)
            inner = os.open(name, _TO_FOLDER, dir_fd=opened)
        finally:
            os.close(opened)
        opened = inner
    os.close(opened)


def _is_long(path: Path) -> bool:
    return len(os.fsencode(path)) > _LONGEST


def _place_of(opened: int) -> Path:
    return Path(f"/proc/self/fd/{opened}")


def _opened(folder: Path) -> int:
    """Open a folder, by as much of its path at a time as a call takes."""
    path = os.fsencode(folder)
    opened = os.open("/" if folder.is_absolute() else ".", _TO_FOLDER)
    while path:
        at = len(path) if len(path) <= _LONGEST else path.rindex(b"/", 0, _LONGEST)
        part, path = path[:at].strip(b"/"), path[at + 1 :]
        try:
            inner = os.open(part or b".", _TO_FOLDER, dir_fd=opened)
        finally:
            os.close(opened)
        opened = inner
    return opened


@contextlib.contextmanager
def replaced(path: str | Path) -> Iterator[IO[bytes]]:
    """A file to write, which stands under its name when it is whole, and not before."""
    path = Path(path)
    new = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with open(new, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
