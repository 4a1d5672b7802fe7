"""What a pass left in its folder, read back."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dedup import result
from dedup.errors import InputError


@dataclass(frozen=True, slots=True)
class Version(result.Version):
    """A version in a file, where ids are texts."""

    id: str


@dataclass(frozen=True, slots=True)
class Story(result.Story):
    """A story in a file."""

    id: str
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Found:
    """The summary of a pass, the folder of its results, and its stories of several versions."""

    summary: dict[str, Any]
    folder: Path
    stories: list[Story]


def read_result(folder: Path) -> Found:
    """Read the folder that `dedup scan -o` wrote. Raises InputError where it is none."""
    return Found(read_summary(folder), folder, list(read_stories(folder)))


def read_summary(folder: Path) -> dict[str, Any]:
    try:
        summary: dict[str, Any] = json.loads((folder / "summary.json").read_text())
        _ = summary["counts"], summary["options"]
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(
            f"{folder} is no folder of results; give the one that `dedup scan -o` wrote"
        ) from None
    return summary


def read_stories(folder: Path) -> Iterator[Story]:
    for record in read_lines(folder / "stories.jsonl"):
        yield Story(record["id"], tuple(Version(**version) for version in record["versions"]))


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file of JSON Lines. Raises InputError."""
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    record = json.loads(line)
                    if not isinstance(record, dict):
                        raise InputError(f"{path}:{number}: this is no JSON object")
                    yield record
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except ValueError:
        raise InputError(f"{path}:{number}: this is no JSON") from None
