"""Run dedup and its peers on one corpus, each in a process of its own, for the peers' tables.

    python benchmarks/run_peers.py [PEER...]

runs all, or those named again. It installs each with pip; one that does not install, fails or takes
too long is noted as not run. Processor time and memory are told on Linux alone.
"""

import argparse
import importlib.metadata
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import session
from corpora import DATA, DEDUP, Record, corpus, read
from parse import seconds_of_orjson
from peers import PEERS, Peer
from truth import Truth

ARTICLES = 100_000
LIMIT = 1_200  # seconds for one peer
SAMPLED_EVERY = 0.25  # seconds
SIGNATURES = "signatures"
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


def run(script: str, *arguments: str | Path) -> tuple[dict[str, Any] | None, str]:
    """Return what a script of this folder writes, with the most memory that its processes had at
    once, and why not when it writes nothing.
    """
    out = DATA / "out.json"
    out.unlink(missing_ok=True)
    command = [sys.executable, HERE / script, *arguments, out]
    # The errors go to a file: the children that a peer leaves behind would keep a pipe open.
    with (DATA / "errors.txt").open("w+") as errors:
        # A session of its own, so that the workers of a peer are counted and end with it.
        child = subprocess.Popen(command, stdout=errors, stderr=errors, start_new_session=True)
        peak, started = 0, time.perf_counter()
        while child.poll() is None and time.perf_counter() - started < LIMIT:
            peak = max(peak, session.memory(child.pid))
            time.sleep(SAMPLED_EVERY)
        if child.returncode is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            return None, f"not done after {LIMIT} seconds"
        if child.returncode != 0:
            errors.seek(0)
            return None, f"failed: {last_line(errors.read())}"
    return json.loads(out.read_text()) | {"peak_bytes": peak}, ""


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
        row["orjson_seconds"] = seconds_of_orjson(share)
        result, reason = run("peers.py", name, share)
        if result is not None:
            truth = Truth(read(share))
            judge = truth.judge_flags if peer.flags_only else truth.judge
            verdict = asdict(judge(result.pop("groups")))
            articles = sum(1 for _ in read(share))
            return row | result | verdict | {"articles": articles, "version": version(name, peer)}
    return row | {"not_run": reason}


def version(name: str, peer: Peer) -> str:
    if peer.packages:
        return importlib.metadata.version(re.split(r"[\[<=>]", peer.packages[0])[0])
    command = name.partition(",")[0]
    path = f"{DEDUP.parent}:{os.environ['PATH']}"
    shown = subprocess.check_output([command, "--version"], env={"PATH": path}, text=True)
    return shown.split()[1]


def measure_signatures(path: Path) -> dict[str, Any]:
    result, reason = run("signers.py", path)
    return result or {"rows": [], "not_run": {"all": reason}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peers", nargs="*", metavar="PEER", help=", ".join([*PEERS, SIGNATURES]))
    chosen = parser.parse_args().peers
    path = corpus(ARTICLES)
    results = json.loads(OUT.read_text()) if chosen and OUT.exists() else {"rows": {}}
    for name in chosen or [*PEERS, SIGNATURES]:
        started = time.perf_counter()
        if name == SIGNATURES:
            results[SIGNATURES] = measure_signatures(path)
            verdict = "measured"
        else:
            row = measure(name, PEERS[name], path)
            rows = results["rows"] | {name: row}
            results["rows"] = {peer: rows[peer] for peer in PEERS if peer in rows}
            verdict = row.get("not_run") or f"{row['seconds']:.1f} s"
        print(f"{name:<20} {verdict}  ({time.perf_counter() - started:.0f} s in all)", flush=True)
        OUT.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
