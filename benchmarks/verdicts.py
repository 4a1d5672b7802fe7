"""How often the interval of `dedup verdicts` holds the true share, on pairs that were read.

    python benchmarks/verdicts.py ../shared/eval/feeds

Each feed is scanned; of the pairs that were read those that the scan flags, each way, are the
articles that go from a bar on. One goes rightly where it adds nothing of weight (`adds` of at most
1). Of all those, some are drawn and judged by what was read, a thousand times.
"""

import json
import lzma
import random
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.append(str(Path(__file__).parent))

from corpora import DEDUP

from dedup.report import read_result
from dedup.report.verdicts import judge

DRAWS = 1000


def judged(feeds: Path, folder: Path) -> list[tuple[str, str, float, float, bool]]:
    """(the one that goes, the one that stays, score, covered, rightly)."""
    found = []
    for path in sorted(feeds.glob("*.pairs.jsonl.xz")):
        name = path.name.removesuffix(".pairs.jsonl.xz")
        dump = folder / f"{name}.jsonl"
        with lzma.open(feeds / f"{name}.jsonl.xz") as lines:
            dump.write_bytes(lines.read())
        out = folder / name
        command = [DEDUP, "scan", dump, "-o", out, "--matches", "--min-covered", "0"]
        subprocess.run(command, check=True, capture_output=True)
        matches = {}
        for line in (out / "matches.jsonl").open():
            it = json.loads(line)
            matches[it["id_a"], it["id_b"]] = (it["score"], it["covered_a"], it["covered_b"])
        with lzma.open(path) as lines:
            for line in lines:
                pair = json.loads(line)
                a, b = sorted((pair["id_a"], pair["id_b"]))
                if (a, b) not in matches:
                    continue
                score, covered_a, covered_b = matches[a, b]
                adds = {pair["id_a"]: pair["adds_a"], pair["id_b"]: pair["adds_b"]}
                found.append((f"{name} {a} {b}", b, score, covered_a, adds[a] <= 1))
                found.append((f"{name} {b} {a}", a, score, covered_b, adds[b] <= 1))
    return found


def main() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        everything = judged(Path(sys.argv[1]), folder)
        for bar in (0.5, 0.7, 0.85):
            articles = [it for it in everything if it[3] >= bar]
            result = folder / f"from {bar}"
            result.mkdir()
            options = {"min_score": 0.7, "min_covered": bar}
            (result / "summary.json").write_text(json.dumps({"counts": {}, "options": options}))
            with (result / "stories.jsonl").open("w") as out:
                for id, kept, score, covered, _ in articles:
                    version = {"id": id, "relation": "rewritten", "score": score}
                    version |= {"covered": covered, "similarity": 0, "containment": 0}
                    story = {"id": kept, "versions": [version | {"dropped": True}]}
                    out.write(json.dumps(story) + "\n")
            share = sum(it[4] for it in articles) / len(articles)
            rng = random.Random(1)
            verdicts = folder / "verdicts.jsonl"
            read = read_result(result)
            for drawn in (20, 50, 100):
                held = 0
                for _ in range(DRAWS):
                    with verdicts.open("w") as out:
                        for rank, it in enumerate(rng.sample(articles, min(drawn, len(articles)))):
                            told = "right" if it[4] else "wrong"
                            line = {"id": it[0], "of": it[1], "verdict": told, "drawn": rank}
                            out.write(json.dumps(line) + "\n")
                    dropped, _ = judge(read, [verdicts])
                    held += dropped.low <= share <= dropped.high
                print(
                    f"from {bar} on: {len(articles)} articles, {share:.1%} rightly; {drawn} drawn:"
                    f" the interval held that in {held / DRAWS:.1%} of {DRAWS:,} draws"
                )


if __name__ == "__main__":
    main()
