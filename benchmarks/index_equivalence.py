"""The index's answers, one article at a time, beside what the pass finds in the whole.

    python benchmarks/index_equivalence.py EVAL_DIR

Prints for how many of the pass's pairs the index gives the same relation, for how many of those of
which one may go it lets one go, too, what it misses and what it finds beyond: as the articles come,
and when all of them have come. Then the scores of both on the labelled pairs where they differ, and
the latency. First for the labelled sets, then for each of the feeds.
"""

import argparse
import json
import lzma
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import dedup
from dedup.config import MIN_COVERED

# The relation, and whether one of them may go.
Pairs = dict[tuple[str, str], tuple[str, bool]]


def run_pass(dump: Path, result: Path) -> Pairs:
    program = Path(sys.executable).with_name("dedup")
    command = [program, "scan", dump, "-o", result, "--matches"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    with (result / "matches.jsonl").open() as lines:
        return {
            (row["id_a"], row["id_b"]): (row["relation"], row["may_go"] is not None)
            for row in map(json.loads, lines)
        }


def run_index(dump: Path, result: Path) -> tuple[Pairs, Pairs]:
    """Feed the articles one by one; the answers are written as a pass writes its own.

    Returns the pairs as the articles came, and as they are when all of them have come.
    """
    found: Pairs = {}
    in_the_end: Pairs = {}
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
                goes = max(match.covered_a, match.covered_b) >= MIN_COVERED
                found[first, second] = (match.relation, goes)
            if duplicate is not None and duplicate.may_go in ("a", "either"):
                names = {"id": duplicate.id_a, "duplicate_of": duplicate.id_b}
                duplicates.append({**names, "relation": duplicate.relation})
        print(json.dumps(index.stats()))
        lines.seek(0)
        for record in map(json.loads, lines):
            name = record.pop("id")  # or it would be answered as one that is stored
            for match in index.check(record):
                if match.id_b != name:
                    first, second = sorted((name, match.id_b))
                    goes = max(match.covered_a, match.covered_b) >= MIN_COVERED
                    in_the_end[first, second] = (match.relation, goes)
    for name, seconds in (("check", checks), ("add", adds)):
        last = quantiles(seconds, n=100)[-1]
        print(f"{name}: median {median(seconds) * 1e3:.2f} ms, 99th percentile {last * 1e3:.2f} ms")
    result.mkdir()
    rows = [{"id_a": a, "id_b": b, "relation": it[0]} for (a, b), it in found.items()]
    write(result / "matches.jsonl", rows)
    write(result / "duplicates.jsonl", duplicates)
    return found, in_the_end


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def compare(expected: Pairs, answers: tuple[Pairs, Pairs]) -> None:
    for when, found in zip(("as they came", "in the end"), answers, strict=True):
        print(f"{when}:")
        compare_pairs(expected, found)


def compare_pairs(expected: Pairs, found: Pairs) -> None:
    same = sum(found.get(pair, ("", False))[0] == it[0] for pair, it in expected.items())
    print(f"flagged: {same} of {len(expected)} pairs: {same / len(expected):.2%}")
    going = {pair: it for pair, it in expected.items() if it[1]}
    gone = sum(found.get(pair, ("", False))[1] for pair in going)
    print(f"may go: {gone} of {len(going)} pairs: {gone / len(going):.2%}")
    missing = Counter(it[0] for pair, it in going.items() if not found.get(pair, ("", False))[1])
    print("of these missing:", dict(missing))
    other = Counter(
        (it[0], found.get(pair, (None, False))[0])
        for pair, it in expected.items()
        if found.get(pair, (None, False))[0] != it[0]
    )
    print("other or missing:", {str(pair): count for pair, count in other.items()})
    print("beyond:", dict(Counter(found[pair][0] for pair in found.keys() - expected.keys())))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("eval_dir", type=Path)
    folder = parser.parse_args().eval_dir
    compare_labelled(folder / "score.py", folder / "open")
    for packed in sorted((folder / "feeds").glob("*.jsonl.xz")):
        if packed.name.count(".") == 2:
            compare_feed(packed)


def compare_labelled(scorer: Path, labels: Path) -> None:
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


def compare_feed(packed: Path) -> None:
    """The articles of a feed come in the order of their dates, where they have any."""
    print(f"\n{packed.name}")
    with lzma.open(packed, "rt") as lines:
        records = [json.loads(line) for line in lines]
    records.sort(key=lambda it: str(it.get("date") or ""))
    with tempfile.TemporaryDirectory() as name:
        dump = Path(name, "dump.jsonl")
        write(dump, records)
        compare(run_pass(dump, Path(name, "pass")), run_index(dump, Path(name, "index")))


if __name__ == "__main__":
    main()
