"""The whole pass, `dedup scan` from file to files in a process of its own, beside orjson's parsing.

orjson parses the same file before each round, so that a busy moment of the machine hits both.
"""

import json
import os
import shutil
import subprocess
import time
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from corpora import DEDUP, corpus, read
from parse import seconds_of_orjson
from pytest_benchmark.fixture import BenchmarkFixture
from truth import Truth

RELATIONS = {
    "copies": ["--no-rewrites"],
    "and rewrites": [],
    "and related": ["--related"],
}
# A process is charged the memory of the one that started it, which is the shell and not pytest.
SHELL = ["sh", "-c", '"$@"; exit $?', "sh"]
ROUNDS = {10_000: 5, 100_000: 3, 1_000_000: 1}
CASES = [
    (articles, relations)
    for articles in ROUNDS
    for relations in RELATIONS
    # Of the largest corpus only the default, or `make bench` would take more than ten minutes.
    if articles < 1_000_000 or relations == "and rewrites"
]


@pytest.mark.benchmark(group="pass")
@pytest.mark.parametrize(("articles", "relations"), CASES)
def test_pass(benchmark: BenchmarkFixture, tmp_path: Path, articles: int, relations: str) -> None:
    dump, out = corpus(articles), tmp_path / "out"
    parsing: list[float] = []
    scanning: list[float] = []
    working: list[float] = []
    summaries: list[dict[str, Any]] = []

    def prepare() -> None:
        shutil.rmtree(out, ignore_errors=True)
        parsing.append(seconds_of_orjson(dump))

    def scan() -> None:
        command = [*SHELL, str(DEDUP), "scan", str(dump), "-o", str(out), *RELATIONS[relations]]
        started, used = time.perf_counter(), processor_seconds()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        scanning.append(time.perf_counter() - started)
        working.append(processor_seconds() - used)
        summaries.append(json.loads((out / "summary.json").read_text()))

    benchmark.pedantic(scan, setup=prepare, rounds=ROUNDS[articles])
    benchmark.extra_info.update(
        row=relations,
        items=articles,
        bytes=dump.stat().st_size,
        peak_bytes=max(summary["peak_memory_bytes"] for summary in summaries),
        stages=median_stages([summary["seconds"] for summary in summaries]),
        times_orjson=median(whole / parse for whole, parse in zip(scanning, parsing, strict=True)),
        orjson_seconds=median(parsing),
        cores=median(work / whole for work, whole in zip(working, scanning, strict=True)),
        counts=summaries[0]["counts"],
        verdict=verdict(dump, out),
    )


def processor_seconds() -> float:
    times = os.times()
    return times.children_user + times.children_system


def median_stages(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {stage: median(seconds[stage] for seconds in rounds) for stage in rounds[0]}


def verdict(dump: Path, out: Path) -> dict[str, Any]:
    """Of what is flagged as versions of one story, dropped or not."""
    found = read(out / "stories.jsonl")
    groups = ([story["id"], *(version["id"] for version in story["versions"])] for story in found)
    return asdict(Truth(read(dump)).judge(groups))
