"""The index's answers, one article at a time, beside what the pass finds in the whole.

    python benchmarks/index_equivalence.py EVAL_DIR

Prints for how many of the pass's pairs the index gives the same relation, what it misses and what
it finds beyond, the scores of both on the labelled pairs where they differ, and the latency.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import dedup

Pairs = dict[tuple[str, str], str]


def run_pass(dump: Path, result: Path) -> Pairs:
    program = Path(sys.executable).with_name("dedup")
    subprocess.run([program, "scan", dump, "-o", result, "--matches"], check=True)
    with (result / "matches.jsonl").open() as lines:
        return {(row["id_a"], row["id_b"]): row["relation"] for row in map(json.loads, lines)}


def run_index(dump: Path, result: Path) -> Pairs:
    """Feed the articles one by one; the answers are written as a pass writes its own."""
    found: Pairs = {}
    duplicates: list[dict[str, Any]] = []
    checks, adds = [], []
    with dedup.Index.open(result.with_suffix(".idx")) as index, dump.open() as lines:
        for record in map(json.loads, lines):
            started = time.perf_counter()
            matches = index.check(record)
            checked = time.perf_counter()
            duplicate = index.add(record)
            adds.append(time.perf_counter() - checked)
            checks.append(checked - started)
            for match in matches:
                first, second = sorted((match.id_a, match.id_b))
                found[first, second] = match.relation
            if duplicate is not None:
                names = {"id": duplicate.id_a, "duplicate_of": duplicate.id_b}
                duplicates.append({**names, "relation": duplicate.relation})
        print(index.stats())
    for name, seconds in (("check", checks), ("add", adds)):
        last = quantiles(seconds, n=100)[-1]
        print(f"{name}: median {median(seconds) * 1e3:.2f} ms, 99th percentile {last * 1e3:.2f} ms")
    result.mkdir()
    rows = [{"id_a": a, "id_b": b, "relation": relation} for (a, b), relation in found.items()]
    write(result / "matches.jsonl", rows)
    write(result / "duplicates.jsonl", duplicates)
    return found


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def compare(expected: Pairs, found: Pairs) -> None:
    same = sum(found.get(pair) == relation for pair, relation in expected.items())
    print(f"{same} of {len(expected)} pairs: {same / len(expected):.2%}")
    other = Counter(
        (relation, found.get(pair))
        for pair, relation in expected.items()
        if found.get(pair) != relation
    )
    print("other or missing:", dict(other))
    print("beyond:", dict(Counter(found[pair] for pair in found.keys() - expected.keys())))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("eval_dir", type=Path)
    folder = parser.parse_args().eval_dir
    scorer, labels = folder / "score.py", folder / "open"
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        dump = work / "dump.jsonl"
        subprocess.run([sys.executable, scorer, "corpus", labels, dump], check=True)
        results = [work / "pass", work / "index"]
        compare(run_pass(dump, results[0]), run_index(dump, results[1]))
        command = [sys.executable, scorer, "score", labels]
        scores = [
            json.loads(subprocess.check_output([*command, result, "--json"]))["sets"]
            for result in results
        ]
        for key, row in scores[0].items():
            if row["found"] != scores[1][key]["found"]:
                print(f"{key}: pass {row['found']:.3f}, index {scores[1][key]['found']:.3f}")


if __name__ == "__main__":
    main()
