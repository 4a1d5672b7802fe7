"""Run dedup and its peers on one corpus, each in a process of its own, for the peers' tables.

    python benchmarks/run_peers.py

installs each peer with pip; one that does not install, fails or takes too long is noted as not run.
"""

import importlib.metadata
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpora import DATA, Record, corpus, read
from parse import seconds_of_orjson
from peers import PEERS, Peer
from truth import Truth

ARTICLES = 20_000
LIMIT = 330  # seconds for one peer, so that all end within 20 minutes
HERE = Path(__file__).parent
OUT = DATA / "peers.json"


def install(packages: tuple[str, ...]) -> str | None:
    """Return why the packages cannot be had, None when they are there."""
    if not packages:
        return None
    command = [sys.executable, "-m", "pip", "install", "--quiet", *packages]
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True)
    return None if done.returncode == 0 else f"did not install: {last_line(done.stderr)}"


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "it says nothing"


def run(script: str, *arguments: str | Path) -> tuple[Any, str]:
    """Return what a script of this folder writes, and why not when it writes nothing."""
    out = DATA / "out.json"
    out.unlink(missing_ok=True)
    command = [sys.executable, HERE / script, *arguments, out]
    # The errors go to a file: the children that a peer leaves behind would keep a pipe open.
    with (DATA / "errors.txt").open("w+") as errors:
        # A group of its own, so that the workers of a peer end with it.
        child = subprocess.Popen(command, stdout=errors, stderr=errors, start_new_session=True)
        try:
            status = child.wait(LIMIT)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            return None, f"not done after {LIMIT} seconds"
        if status != 0:
            errors.seek(0)
            return None, f"failed: {last_line(errors.read())}"
    return json.loads(out.read_text()), ""


def some_stories(path: Path, articles: int) -> Path:
    """Return a file of whole stories, in all not many more than so many articles."""
    records = list(read(path))
    wanted: set[str] = set()
    stories: dict[str, list[Record]] = {}
    # What resembles a story comes with it.
    home = {record["id"]: str(record["cluster"]) for record in records}
    for record in records:
        story = home[record["version_of"]] if record["version_of"] else home[record["id"]]
        stories.setdefault(story, []).append(record)
    for versions in stories.values():
        if len(wanted) < articles:
            wanted.update(record["id"] for record in versions)
    part = DATA / f"{path.stem}-{articles}.jsonl"
    with part.open("w", encoding="utf-8") as file:
        for record in records:
            if record["id"] in wanted:
                file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return part


def measure(name: str, peer: Peer, path: Path) -> dict[str, Any]:
    row: dict[str, Any] = {"name": name, "setup": peer.setup}
    reason = install(peer.packages)
    if reason is None:
        share = path if peer.stories_of is None else some_stories(path, peer.stories_of)
        result, reason = run("peers.py", name, share)
        if result is not None:
            records = list(read(share))
            row |= {"articles": len(records), "version": version(peer)}
            row |= {"seconds": result["seconds"], "peak_bytes": result["peak_bytes"]}
            return row | asdict(Truth(records).judge(result["groups"]))
    return row | {"not_run": reason}


def version(peer: Peer) -> str:
    package = re.split(r"[\[<=>]", peer.packages[0])[0] if peer.packages else "dedup"
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "?"


def measure_all(path: Path) -> Iterator[dict[str, Any]]:
    for name, peer in PEERS.items():
        started = time.perf_counter()
        row = measure(name, peer, path)
        verdict = row.get("not_run") or f"{row['seconds']:.1f} s"
        print(f"{name:<20} {verdict}  ({time.perf_counter() - started:.0f} s in all)", flush=True)
        yield row


def main() -> None:
    path = corpus(ARTICLES)
    rows = list(measure_all(path))
    signatures, reason = run("signers.py", path)
    results = {
        "articles": ARTICLES,
        "bytes": path.stat().st_size,
        "orjson_seconds": seconds_of_orjson(path),
        "rows": rows,
        "signatures": signatures or {"rows": [], "not_run": {"signatures": reason}},
    }
    OUT.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
