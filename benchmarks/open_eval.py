"""Score a pass over the labelled real articles beside the figures that are required.

    python benchmarks/open_eval.py EVAL_DIR [--part open] [--out DIR] [-- SCAN OPTIONS]

EVAL_DIR holds score.py and, in a folder for each part, the articles and their labelled pairs; the
texts belong to their publishers and stay there. Exit status 1 when a figure is missed.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# Share of the pairs of a kind and set to be found, at least or at most; `*` is every other set.
REQUIRED = {
    "near/detectrl_xsum_paraphrase": (">=", 0.98),
    "near/newsroom": (">=", 0.85),
    "excerpt/bbc_extractive_abridged": (">=", 0.98),
    "excerpt/newsroom": (">=", 0.6),
    "topic/newsroom": ("<=", 0.06),
    "topic/*": ("<=", 0.01),
    "none/*": ("<=", 0.0),
    "event/basil": ("<=", 0.02),
}


Scores = dict[str, Any]  # the JSON that score.py prints


def requirement(name: str) -> tuple[str, float] | None:
    return REQUIRED.get(name) or REQUIRED.get(name.split("/")[0] + "/*")


def run(*command: str | Path) -> str:
    parts = [str(part) for part in command]
    return subprocess.run(parts, check=True, stdout=subprocess.PIPE, text=True).stdout


def scan_and_score(evaluation: Path, part: str, out: Path, options: list[str]) -> Scores:
    scorer, articles, dump = evaluation / "score.py", evaluation / part, out / f"{part}.jsonl"
    run(sys.executable, scorer, "corpus", articles, dump)
    started = time.perf_counter()
    run(Path(sys.executable).with_name("dedup"), "scan", dump, "-o", out / "result", *options)
    seconds = time.perf_counter() - started
    scores = json.loads(run(sys.executable, scorer, "score", articles, out / "result", "--json"))
    return {**scores, "seconds": seconds}


def joined_to_background(result: Path) -> Iterator[dict[str, object]]:
    """The duplicates of which one is a labelled article and the other is not: for reading."""
    with (result / "duplicates.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["id"].startswith("bg/") != row["duplicate_of"].startswith("bg/"):
                yield row


def print_scores(sets: dict[str, dict[str, float]]) -> bool:
    passed = True
    for name, figures in sets.items():
        line, wanted = f"{name:42} {figures['pairs']:5} pairs {figures['found']:7.4f}", ""
        if bound := requirement(name):
            relation, value = bound
            met = figures["found"] >= value if relation == ">=" else figures["found"] <= value
            passed &= met
            wanted = f"  {relation} {value:<5} {'pass' if met else 'FAIL'}"
        print(line + wanted)
    return passed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("evaluation", type=Path, metavar="EVAL_DIR")
    parser.add_argument("--part", default="open")
    parser.add_argument("--out", type=Path, help="empty folder to leave the dump and result in")
    parser.add_argument("scan_options", nargs="*", help="for `dedup scan`, after --")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        out: Path = options.out or Path(folder)
        out.mkdir(parents=True, exist_ok=True)
        scores = scan_and_score(options.evaluation, options.part, out, options.scan_options)
        passed = print_scores(scores.pop("sets"))
        print(json.dumps(scores))
        for row in joined_to_background(out / "result"):
            print(json.dumps(row, ensure_ascii=False))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
