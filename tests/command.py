"""The real command in a process of its own, and the files it leaves."""

import json
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

from dedup.config import RELATIONS

DEDUP = str(Path(sysconfig.get_path("scripts")) / "dedup")


def dedup(
    *arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    process = subprocess.run(
        [DEDUP, *map(str, arguments)], input=stdin, capture_output=True, cwd=cwd, check=False
    )
    out, err = process.stdout.decode(), process.stderr.decode()
    assert "Traceback" not in out + err
    assert "panicked" not in out + err
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def done(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run a command that must succeed."""
    process = dedup(*arguments)
    assert process.returncode == 0, process.stderr
    return process


def scan(*arguments: str | Path, stdin: bytes = b"", cwd: Path | None = None) -> str:
    """Run `dedup scan`, which must succeed, and return its standard error."""
    process = dedup("scan", *arguments, stdin=stdin, cwd=cwd)
    assert process.returncode == 0, process.stderr
    return process.stderr


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def summary(out: Path) -> dict[str, Any]:
    """The summary of a pass, whose counts must add up."""
    data: dict[str, Any] = json.loads((out / "summary.json").read_bytes())
    counts = data["counts"]
    assert counts["read"] == counts["kept"] + counts["dropped"] + counts["rejected"]
    assert counts["dropped"] == len(read_lines(out / "duplicates.jsonl"))
    assert counts["rejected"] == len(read_lines(out / "rejected.jsonl"))
    assert counts["dropped"] == sum(counts[f"dropped_{relation}"] for relation in RELATIONS)
    assert counts["dropped_related"] == 0
    check_stories(out, counts, has_index=data["index"] is not None)
    if data["options"]["matches"]:
        matched = sum(counts[f"matched_{relation}"] for relation in (*RELATIONS, "related"))
        assert matched == len(read_lines(out / "matches.jsonl"))
    return data


def check_stories(out: Path, counts: dict[str, int], has_index: bool) -> None:
    """Each article dropped stands in the story of the one it went for, and nowhere else; the others
    are of articles kept."""
    stories = read_lines(out / "stories.jsonl")
    heads = [story["id"] for story in stories]
    assert counts["stories"] == len(heads) == len(set(heads))
    assert heads == sorted(heads, key=str.encode)
    told, flagged = {}, set()
    for story in stories:
        names = [version["id"] for version in story["versions"]]
        assert names == sorted(names, key=str.encode)
        for version in story["versions"]:
            if version.pop("dropped"):
                told[version["id"]] = {**version, "duplicate_of": story["id"]}
            else:
                flagged |= {version["id"], story["id"]}
    gone = {line["id"]: line for line in read_lines(out / "duplicates.jsonl")}
    # An article that is stored itself goes for its own.
    own = {line["id"] for line in gone.values() if line["id"] == line["duplicate_of"]}
    assert told == gone
    # What is stored may bear the id of what is dropped.
    assert has_index or not gone.keys() & (flagged | set(heads)) - own
    assert (counts["flagged"] > 0) == (counts["flagged_pairs"] > 0) == bool(flagged)


def write(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / "in"


def tree(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by its path in it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def error_of(folder: Path, *arguments: str | Path, stdin: bytes = b"") -> str:
    """The one line of a command that fails."""
    process = dedup(*arguments, stdin=stdin, cwd=folder)
    assert process.returncode == 1, process.stderr
    assert process.stdout == ""
    lines = process.stderr.splitlines()
    assert len(lines) == 1, process.stderr
    assert lines[0].startswith("error: ")
    return lines[0]


def fails(folder: Path, reason: str, *arguments: str | Path, stdin: bytes = b"") -> None:
    """Exit 1 with one line that says why, and nothing written."""
    before = tree(folder)
    error = error_of(folder, *arguments, stdin=stdin)
    assert re.search(reason, error), error
    assert tree(folder) == before
    assert not (folder / "out").exists() or any((folder / "out").iterdir())
