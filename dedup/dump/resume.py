"""What a pass that was interrupted leaves, so that another can go on where it ended.

What is loaded is checked first: files of one's own, as they were written. The native core checks
its own files, and takes no path from them but the names of files beside them.
"""

import json
import os
import stat
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import xxhash

from dedup._core import __version__
from dedup.config import Fields, Options
from dedup.dump.inputs import DOWNLOADS, Inputs, Source
from dedup.dump.read import Read
from dedup.errors import OutputError

_STATE = "pass.json"
# The native core writes it when all is read and not all of it fits into memory.
_CHECKPOINT = "read.checkpoint"


def describe(
    inputs: Sequence[str], files: Sequence[Source], options: Options, fields: Fields
) -> dict[str, Any]:
    """Return what must be the same for one pass to take over the work of another; `files` are all
    that the inputs have but for standard input.
    """
    return {
        "version": __version__,
        "stdin": "-" in inputs,
        "files": [_describe_file(source) for source in files],
        "options": {**options.for_core, "date_order": options.date_order},
        "fields": {
            name: list(names) if isinstance(names, tuple) else names
            for name, names in asdict(fields).items()
        },
    }


def _describe_file(source: Source) -> list[Any]:
    if source.remote is not None:
        return [source.remote.url, source.name, source.remote.size, source.remote.tag]
    modified = 0 if source.stamp is None else source.stamp[3]
    return [str(source.path), source.name, source.size, modified]


def save(folder: Path, description: dict[str, Any], output: Path, done: Sequence[Read]) -> None:
    state = {
        "pass": description,
        "output": os.path.realpath(output),
        "reads": [
            [*(it.number, it.fields, it.delimiter), *(it.encoding, it.written, it.state, it.others)]
            for it in done
        ],
    }
    with (folder / _STATE).open("w") as file:
        # Not json.dump, which takes ten times as long: a folder may hold a million files.
        file.write(json.dumps({**state, "checksum": _checksum(state)}))
        file.flush()
        os.fsync(file.fileno())


def _checksum(state: dict[str, Any]) -> str:
    return xxhash.xxh3_128_hexdigest(json.dumps(state, sort_keys=True).encode())


def is_left(folder: Path) -> bool:
    """Whether a folder looks as if a pass could be resumed from it."""
    return os.path.lexists(folder / _CHECKPOINT)


def is_left_by(
    folder: Path, description: dict[str, Any] | None, output: Path | None = None
) -> bool:
    """Whether a folder holds what the pass described had read, on its way to `output` if named.

    Raises OutputError when a pass left it, but it is no longer what that wrote.
    """
    if not is_left(folder):
        return False
    state = _checked(folder)
    if output is not None and state["output"] != os.path.realpath(output):
        return False
    return bool(state["pass"] == description)


def load(folder: Path, inputs: Inputs) -> list[Read]:
    """Return what was read. Raises OutputError when the state is not of these inputs."""
    reads = _checked(folder)["reads"]
    try:
        return [Read(source, *read) for source, read in zip(inputs.sources, reads, strict=True)]
    except (TypeError, ValueError):
        raise _refusal(folder / _STATE, "it is of other inputs") from None


def _checked(folder: Path) -> dict[str, Any]:
    """Read the state in a folder, in which everything must be a file of this user's."""
    _check_owner(folder, stat.S_ISDIR)
    if folder.stat().st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise _refusal(folder, "other users may write to it")
    downloads = folder / DOWNLOADS
    files = [path for path in folder.iterdir() if path != downloads]
    if downloads.exists():
        _check_owner(downloads, stat.S_ISDIR)
        files += downloads.iterdir()
    for path in sorted(files):
        _check_owner(path, stat.S_ISREG)
    path = folder / _STATE
    try:
        state = json.loads(path.read_bytes())
        checksum = state.pop("checksum")
        if checksum == _checksum(state) and state.keys() == {"pass", "output", "reads"}:
            return dict(state)
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        pass
    raise _refusal(path, "it is not as the pass wrote it")


def _check_owner(path: Path, is_kind: Callable[[int], bool]) -> None:
    found = path.lstat()
    if not is_kind(found.st_mode):
        raise _refusal(path, "it is a link, or else no file or folder")
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        raise _refusal(path, "it belongs to another user")


def _refusal(path: Path, reason: str) -> OutputError:
    return OutputError(
        f"cannot resume, {path} is refused: {reason}; it is left as it is; run without --resume"
    )
