"""The index's answers, one article at a time, beside what the pass finds in the whole.

    python benchmarks/index_equivalence.py DUMP.jsonl

Prints for how many of the pass's pairs the index gives the same relation, what it misses and what
it finds beyond, and the latency of both calls.
"""

import argparse
import json
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median, quantiles

import dedup


def pairs_of_pass(dump: Path, folder: Path) -> dict[tuple[str, str], str]:
    subprocess.run(["dedup", "scan", dump, "-o", folder / "pass", "--matches"], check=True)
    with (folder / "pass" / "matches.jsonl").open() as lines:
        rows = map(json.loads, lines)
        return {(row["id_a"], row["id_b"]): row["relation"] for row in rows}


def pairs_of_index(dump: Path, folder: Path) -> dict[tuple[str, str], str]:
    found, checks, adds = {}, [], []
    with dedup.Index.open(folder / "news.idx") as index, dump.open() as lines:
        for line in lines:
            record = json.loads(line)
            started = time.perf_counter()
            matches = index.check(record)
            checked = time.perf_counter()
            index.add(record)
            adds.append(time.perf_counter() - checked)
            checks.append(checked - started)
            for match in matches:
                first, second = sorted((match.id_a, match.id_b))
                found[first, second] = match.relation
        print(index.stats())
    for name, seconds in (("check", checks), ("add", adds)):
        last = quantiles(seconds, n=100)[-1]
        print(f"{name}: median {median(seconds) * 1e3:.2f} ms, 99th percentile {last * 1e3:.2f} ms")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("dump", type=Path)
    dump = parser.parse_args().dump
    with tempfile.TemporaryDirectory() as name:
        expected = pairs_of_pass(dump, Path(name))
        found = pairs_of_index(dump, Path(name))
    same = sum(found.get(pair) == relation for pair, relation in expected.items())
    print(f"{same} of {len(expected)} pairs: {same / len(expected):.2%}")
    other = Counter(
        (relation, found.get(pair))
        for pair, relation in expected.items()
        if found.get(pair) != relation
    )
    print("other or missing:", dict(other))
    print("beyond:", dict(Counter(found[pair] for pair in found.keys() - expected.keys())))


if __name__ == "__main__":
    main()
