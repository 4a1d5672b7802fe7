"""Measure signatures, the whole pass and its memory beside the peers, all in one run.

    python benchmarks/speed.py [--corpus DUMP.jsonl] [--rounds 5] [--json OUT.json]

Contestants take turns (A B C A B C …), so that a busy moment of the machine hits all of them;
speeds are medians over the rounds, ratios medians of each round's own ratio. `cores` is processor
time over wall time: when it is low for all, something else was running, and the figures are not to
be trusted. The peers come with the extra `bench`; those that are missing are named as not run.
Without --corpus, corpus.py makes one of 50,000 articles.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import peers

LEAST_SPEEDUP = {"daft": 4.0, "gaoya": 8.0}
MOST_PASS_TIME = 4.0  # in times that orjson takes to parse the lines
MEMORY_BYTES, MEMORY_BYTES_PER_ARTICLE = 300e6, 1.5e3
PACKAGES = ("dedup", "daft", "gaoya", "datasketch", "rensa", "orjson")
SUBSET = 2_500  # articles for the peers on one core, which would take a minute for all


@dataclass
class Contestant:
    name: str
    articles: int
    run: Callable[[], object]  # a float that it returns is its own count of the seconds
    seconds: list[float] = field(default_factory=list)
    cores: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, object]:
        return {
            "name": self.name,
            "articles": self.articles,
            "seconds": self.seconds,
            "cores": self.cores,
        }


def processor_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def take_turns(contestants: Sequence[Contestant], rounds: int) -> None:
    """Run each contestant once unmeasured, to warm caches and thread pools, then in rounds."""
    for round_number in range(rounds + 1):
        for contestant in contestants:
            started, used = time.perf_counter(), processor_seconds()
            own = contestant.run()
            seconds = own if isinstance(own, float) else time.perf_counter() - started
            cores = (processor_seconds() - used) / seconds
            if round_number > 0:
                contestant.seconds.append(seconds)
                contestant.cores.append(cores)


def speedup(ours: Contestant, peer: Contestant) -> float:
    """Our articles a second over the peer's."""
    rounds = zip(ours.seconds, peer.seconds, strict=True)
    return statistics.median(b / a for a, b in rounds) * ours.articles / peer.articles


@dataclass
class Target:
    name: str
    seen: float
    bound: float
    relation: str  # `>=` or `<=`

    def verdict(self) -> str:
        met = self.seen >= self.bound if self.relation == ">=" else self.seen <= self.bound
        return "met" if met else "MISSED"


class Scan:
    """`dedup scan` of a dump in a process of its own, its start included."""

    def __init__(self, dump: Path) -> None:
        self.dump, self.peak_bytes = dump, 0

    def __call__(self) -> float:
        program = Path(sys.executable).with_name("dedup")
        with tempfile.TemporaryDirectory() as out, tempfile.TemporaryFile() as errors:
            command = [str(program), "scan", "--no-rewrites", str(self.dump), "-o", out]
            started = time.perf_counter()
            child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - started
            child.returncode = os.waitstatus_to_exitcode(status)
            errors.seek(0)
            if child.returncode:
                raise SystemExit(errors.read().decode())
        unit = 1 if sys.platform == "darwin" else 1024
        self.peak_bytes = max(self.peak_bytes, usage.ru_maxrss * unit)
        return seconds


PARSE_LINES = """
import sys, time, orjson
started = time.perf_counter()
with open(sys.argv[1], "rb") as lines:
    for line in lines:
        orjson.loads(line)
print(time.perf_counter() - started)
"""


def parse_with_orjson(dump: Path) -> float:
    """Seconds to parse the lines of a dump, on one core, the interpreter's start not counted."""
    command = [sys.executable, "-c", PARSE_LINES, str(dump)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def measure_pass(dump: Path, articles: int, rounds: int) -> tuple[list[Contestant], int]:
    scan = Scan(dump)
    contestants = [Contestant("dedup scan", articles, scan)]
    if find_spec("orjson"):
        parse = partial(parse_with_orjson, dump)
        contestants.append(Contestant("orjson.loads, line by line", articles, parse))
    take_turns(contestants, rounds)
    return contestants, scan.peak_bytes


def measure_signatures(texts: list[str], rounds: int) -> tuple[list[Contestant], dict[str, str]]:
    contestants, missing = [], {} if find_spec("orjson") else {"orjson": "No module named 'orjson'"}
    for name, (prepare, cores) in peers.SIGNATURES.items():
        share = texts if cores == "all" else texts[:SUBSET]
        try:
            contestants.append(Contestant(name, len(share), prepare(share)))
        except ModuleNotFoundError as error:
            missing[name] = str(error)
    take_turns(contestants, rounds)
    return contestants, missing


def measure_instruction_sets(texts: list[str], rounds: int) -> list[Contestant]:
    """On one core, the bits compared first."""
    core = peers.load("dedup._core")
    runs = {
        name: partial(core.signatures, texts, 128, 1, 1, name) for name in core.instruction_sets()
    }
    if len({bytes(run()) for run in runs.values()}) != 1:
        raise SystemExit("error: the instruction sets give different signatures")
    contestants = [Contestant(name, len(texts), run) for name, run in runs.items()]
    take_turns(contestants, rounds)
    return contestants


def check_targets(
    whole: list[Contestant], signatures: list[Contestant], peak_bytes: int
) -> list[Target]:
    ours, *others = signatures
    targets = [
        Target(
            f"signatures, times {peer.name}", speedup(ours, peer), LEAST_SPEEDUP[peer.name], ">="
        )
        for peer in others
        if peer.name in LEAST_SPEEDUP
    ]
    scan, *parsers = whole
    targets += [
        Target("whole pass, times orjson's parsing", speedup(peer, scan), MOST_PASS_TIME, "<=")
        for peer in parsers
    ]
    allowed = MEMORY_BYTES + MEMORY_BYTES_PER_ARTICLE * scan.articles
    return [*targets, Target("peak memory of the pass, MB", peak_bytes / 1e6, allowed / 1e6, "<=")]


def print_table(title: str, contestants: Sequence[Contestant]) -> None:
    print(f"\n{title:<36} articles/s   seconds   cores  1st is")
    for peer in contestants:
        seconds, cores = statistics.median(peer.seconds), statistics.median(peer.cores)
        line = f"  {peer.name:<34} {peer.articles / seconds:>10,.0f} {seconds:>9.3f} {cores:>7.2f}"
        print(f"{line} {speedup(contestants[0], peer):>8.2f}x")


def print_targets(targets: Sequence[Target]) -> None:
    print(f"\n{'targets':<42} {'seen':>8} {'wanted':>11}")
    for target in targets:
        wanted = f"{target.relation} {target.bound:g}"
        print(f"  {target.name:<40} {target.seen:>8.2f} {wanted:>11}   {target.verdict()}")


def describe_run(dump: Path, articles: int, missing: dict[str, str]) -> dict[str, object]:
    installed = [name for name in PACKAGES if name not in missing]
    return {
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "versions": {name: importlib.metadata.version(name) for name in installed},
        "not_run": missing,
        "dump": {"articles": articles, "bytes": dump.stat().st_size},
    }


def measure(dump: Path, rounds: int) -> dict[str, object]:
    with dump.open("rb") as lines:
        articles = sum(1 for _ in lines)
    # First, as the peak memory of a child is never less than its parent's at that time.
    whole, peak_bytes = measure_pass(dump, articles, rounds)
    with dump.open(encoding="utf-8") as lines:
        texts = [json.loads(line)["text"] for line in lines]
    signatures, missing = measure_signatures(texts, rounds)
    tables = {
        "signatures from text": signatures,
        "signatures on one core": measure_instruction_sets(texts, rounds),
        "whole pass": whole,
    }
    targets = check_targets(whole, signatures, peak_bytes)
    for title, contestants in tables.items():
        print_table(title, contestants)
    for name, reason in missing.items():
        print(f"\n{name} was not run: {reason}")
    print_targets(targets)
    rows = {title: [row.figures() for row in table] for title, table in tables.items()}
    verdicts = [asdict(target) | {"verdict": target.verdict()} for target in targets]
    return describe_run(dump, articles, missing) | {"tables": rows, "targets": verdicts}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, metavar="DUMP.jsonl")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, metavar="OUT.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        dump = options.corpus or Path(folder) / "corpus.jsonl"
        if options.corpus is None:
            make = [sys.executable, str(Path(__file__).with_name("corpus.py")), str(dump)]
            subprocess.run(make, check=True)
        results = measure(dump, options.rounds)
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
