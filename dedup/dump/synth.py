"""Write a synthetic corpus to standard output, or to a file that is there once it is complete."""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from dedup import _core

# 5,000 a day: some 550 years of news, and a calendar holds so many.
MOST_SYNTHETIC = 10**9

Update = Callable[[str, int, int], None]


def write_synthetic(articles: int, seed: int, output: str, update: Update | None = None) -> None:
    """Write `articles` records to a path, `-` for standard output. `update` is called with the
    stage, the records written and their number. Raises OSError; a file then stays as it was.
    """
    if output == "-":
        _write(articles, seed, sys.stdout.buffer, update)
        return
    target = Path(output)
    if target.exists() and not target.is_file():  # a pipe or a device takes it as it comes
        with target.open("wb") as file:
            _write(articles, seed, file, update)
        return
    # Beside the file, so on one file system with it: a rename is all it takes then.
    try:
        handle, path = tempfile.mkstemp(prefix=".dedup-", dir=target.parent)
    except OSError as error:
        error.filename = output  # not the name of the temporary file
        raise
    try:
        with open(handle, "wb") as file:
            _write(articles, seed, file, update)
        os.chmod(path, 0o666 & ~_umask())
        os.replace(path, target)
    except BaseException:
        os.unlink(path)
        raise


def _write(articles: int, seed: int, file: BinaryIO, update: Update | None) -> None:
    done = 0
    for chunk in _core.Synthesis(articles, seed):
        file.write(chunk)
        done += chunk.count(b"\n")
        if update is not None:
            update("synth", done, articles)


def _umask() -> int:
    """What a new file may not be; mkstemp makes it private."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
