"""Score a pass over the labelled real articles beside the figures that are required.

    python benchmarks/open_eval.py EVAL_DIR [--part open] [--out DIR] [-- SCAN OPTIONS]

EVAL_DIR holds score.py and, in a folder for each part, the articles and their labelled pairs; the
texts belong to their publishers and stay there. Pairs are counted as score.py does: found when both
articles are in one cluster, or, with --matches, when the pair itself was verified (clusters are
stars: of three versions in a row the first and the last may match only the one between them). Exit
status 1 when a figure is missed even so.
"""

import argparse
import json
import shutil
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


def scan_and_score(evaluation: Path, part: str, out: Path, options: list[str]) -> list[Scores]:
    """Scores by the clusters alone, and by the clusters and the verified pairs."""
    scorer, articles, dump = evaluation / "score.py", evaluation / part, out / f"{part}.jsonl"
    run(sys.executable, scorer, "corpus", articles, dump)
    started = time.perf_counter()
    dedup = Path(sys.executable).with_name("dedup")
    run(dedup, "scan", "--force", dump, "--matches", "-o", out / "result", *options)
    print(f"scanned in {time.perf_counter() - started:.2f} s", file=sys.stderr)
    clusters = out / "clusters"  # what a scan without --matches would have written
    clusters.mkdir(exist_ok=True)
    shutil.copy(out / "result" / "duplicates.jsonl", clusters)
    return [
        json.loads(run(sys.executable, scorer, "score", articles, folder, "--json"))
        for folder in (clusters, out / "result")
    ]


def joined_to_background(result: Path) -> Iterator[dict[str, object]]:
    """The duplicates of which one is a labelled article and the other is not: for reading."""
    with (result / "duplicates.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["id"].startswith("bg/") != row["duplicate_of"].startswith("bg/"):
                yield row


def judge(name: str, found: float) -> str:
    bound = requirement(name)
    if bound is None:
        return ""
    relation, value = bound
    return "pass" if (found >= value if relation == ">=" else found <= value) else "FAIL"


def print_scores(clusters: Scores, matches: Scores) -> bool:
    """Whether all that is required is met by clusters and verified pairs together."""
    print(f"{'pairs found':47} {'in a cluster':>13}      {'or matched':>12}       required")
    verdicts = []
    for name, figures in matches["sets"].items():
        row = f"{name:41} {figures['pairs']:5} "
        for found in (clusters["sets"][name]["found"], figures["found"]):
            verdicts.append(judge(name, found))
            row += f"{found:13.4f} {verdicts[-1]:4}"
        print(row, *(requirement(name) or ()))
    for key in ("macro", "background_dropped", "labelled_joined_to_background"):
        print(f"{key}: {clusters[key]}")
    return "FAIL" not in verdicts[1::2]


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
        passed = print_scores(
            *scan_and_score(options.evaluation, options.part, out, options.scan_options)
        )
        for row in joined_to_background(out / "result"):
            print(json.dumps(row, ensure_ascii=False))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
