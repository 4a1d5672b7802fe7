"""What a pass that was interrupted leaves, so that another can go on where it ended."""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dedup._core import __version__
from dedup.config import Fields, Options
from dedup.dump.inputs import Inputs, Source, expand
from dedup.dump.read import Read

_STATE = "pass.json"
# The native core writes it when all is read and not all of it fits into memory.
_CHECKPOINT = "read.checkpoint"


def describe(inputs: Sequence[str], options: Options, fields: Fields) -> dict[str, Any]:
    """Return what must be the same for one pass to take over the work of another."""
    files = [given for given in inputs if given != "-"]
    return {
        "version": __version__,
        "stdin": "-" in inputs,
        "files": [_describe_file(source) for source in expand(files, Path()).sources],
        "options": options.for_core,
        "fields": {name: list(names) for name, names in asdict(fields).items()},
    }


def _describe_file(source: Source) -> list[Any]:
    try:
        modified = os.stat(source.path).st_mtime_ns
    except OSError:
        modified = 0
    return [str(source.path), source.name, source.size, modified]


def save(folder: Path, description: dict[str, Any], done: Sequence[Read]) -> None:
    reads = [[read.number, read.fields, read.written, read.others, read.digest] for read in done]
    (folder / _STATE).write_text(json.dumps({"pass": description, "reads": reads}))


def can_resume(folder: Path, description: dict[str, Any] | None = None) -> bool:
    """Whether a folder holds what a pass has read, and it is the pass described, if one is."""
    if not (folder / _CHECKPOINT).exists():
        return False
    return description is None or _state(folder).get("pass") == description


def load(folder: Path, inputs: Inputs) -> list[Read]:
    reads = _state(folder)["reads"]
    return [Read(source, *read) for source, read in zip(inputs.sources, reads, strict=True)]


def _state(folder: Path) -> dict[str, Any]:
    try:
        state: dict[str, Any] = json.loads((folder / _STATE).read_bytes())
    except (OSError, ValueError):
        return {}
    return state
