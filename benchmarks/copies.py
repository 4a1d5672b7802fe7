"""Many copies of each story: a pass in memory and one with --memory, side by side.

`copies.py -n 500 --copies 64 --memory 50MB`: so many stories, of each so many copies that differ
in two words, in a dump without dates and out of order. Nearly every pair of copies is a candidate
and a match, 2,016 of 64. Prints the peak memory, what the stages take, and whether both passes
found the same.
"""

import argparse
import filecmp
import json
import random
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from corpora import DEDUP

WORDS = 80
EDITS = 2


def write(path: Path, stories: int, copies: int) -> None:
    rng = random.Random(stories)
    syllables = [a + b for a in "bcdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "er")]
    words = ["".join(rng.choices(syllables, k=rng.randint(2, 4))) for _ in range(60_000)]
    telling = [rng.choices(words, k=WORDS) for _ in range(stories)]
    order = [number for number in range(stories) for _ in range(copies)]
    rng.shuffle(order)
    with path.open("w") as out:
        for line, number in enumerate(order):
            copy = telling[number].copy()
            for _ in range(EDITS):
                copy[rng.randrange(WORDS)] = rng.choice(words)
            out.write(json.dumps({"id": f"{line}-{number}", "text": " ".join(copy)}) + "\n")


def scan(dump: Path, out: Path, *options: str) -> None:
    subprocess.run([DEDUP, "scan", dump, "-o", out, "--matches", *options], check=True)
    summary = json.loads((out / "summary.json").read_text())
    seconds = summary["seconds"]
    print(
        f"{out.name}: {summary['counts']['read']:,} articles,"
        f" {summary['counts']['candidates']:,} candidates,"
        f" peak {summary['peak_memory_bytes'] / 1e6:,.0f} MB,"
        f" candidates {seconds['candidates']:,.1f} s,"
        f" verify {seconds['verify']:,.1f} s, cluster {seconds['cluster']:,.1f} s,"
        f" write {seconds['write']:,.1f} s, {seconds['total']:,.1f} s in all"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-n", "--stories", type=int, default=500)
    parser.add_argument("--copies", type=int, default=64)
    parser.add_argument("--memory", default="50MB")
    given = parser.parse_args()
    with TemporaryDirectory() as folder:
        dump, whole, little = (Path(folder) / name for name in ("x.jsonl", "in-memory", "little"))
        write(dump, given.stories, given.copies)
        scan(dump, whole)
        scan(dump, little, "--memory", given.memory)
        for name in ("clean/x.jsonl", "duplicates.jsonl", "matches.jsonl", "stories.jsonl"):
            assert filecmp.cmp(whole / name, little / name, shallow=False), name
    print("the same in both")


if __name__ == "__main__":
    main()
