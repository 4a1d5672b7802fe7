"""The readers by format: from files to articles in memory with their signatures and story shingles,
on all cores.
"""

from pathlib import Path

import pytest
from corpora import corpus
from formats import WRITERS, written
from parse import seconds_of_orjson
from pytest_benchmark.fixture import BenchmarkFixture

from dedup._core import Pass
from dedup.config import Fields, Options
from dedup.detect import new_pass
from dedup.dump.gauge import Gauge
from dedup.dump.inputs import Source, expand
from dedup.dump.read import read_all

ARTICLES = 10_000


@pytest.mark.benchmark(group="readers")
@pytest.mark.parametrize("ending", WRITERS)
def test_reader(benchmark: BenchmarkFixture, tmp_path: Path, ending: str) -> None:
    sources = expand([str(written(ARTICLES, ending))], tmp_path).sources
    size = sum(source.size for source in sources)
    parsing: list[float] = []

    def prepare() -> tuple[tuple[Pass, list[Source]], dict[str, object]]:
        parsing.append(seconds_of_orjson(corpus(ARTICLES)))
        return (new_pass(Options(), str(tmp_path)), sources), {}

    native = benchmark.pedantic(read_sources, setup=prepare, rounds=5)
    assert not native.rejections()
    benchmark.extra_info.update(row=ending, items=ARTICLES, bytes=size)
    benchmark.extra_info["orjson_seconds"] = sorted(parsing)[len(parsing) // 2]


def read_sources(native: Pass, sources: list[Source]) -> Pass:
    gauge = Gauge(native, sum(source.size for source in sources))
    read_all(native, sources, Fields(), gauge)
    return native
