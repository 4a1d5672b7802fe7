"""The native core's functions one by one, each on one core."""

import json

import orjson
import pytest
from conftest import describe
from corpora import Record
from pytest_benchmark.fixture import BenchmarkFixture

from dedup import _core
from dedup.config import MIN_COVERED, MIN_SCORE, Options
from dedup.detect import new_pass

GROUP = "kernels"
SHARE = 400  # articles for the functions that make Python objects of words


@pytest.fixture(scope="module")
def copies(records: list[Record]) -> list[tuple[str, str]]:
    return pairs(records, ("edited", "truncated", "wrapped", "corrected"))


@pytest.fixture(scope="module")
def rewrites(records: list[Record]) -> list[tuple[str, str]]:
    return pairs(records, ("rewritten",))


def pairs(records: list[Record], versions: tuple[str, ...]) -> list[tuple[str, str]]:
    texts = {record["id"]: record["text"] for record in records}
    chosen = [record for record in records if record["version"] in versions]
    return [(record["text"], texts[record["version_of"]]) for record in chosen]


def test_orjson(benchmark: BenchmarkFixture, records: list[Record]) -> None:
    """The yardstick: the same articles as lines of JSON."""
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    describe(benchmark, GROUP, "orjson, a line", lines)
    data = [line.encode() for line in lines]
    benchmark(lambda: [orjson.loads(line) for line in data])


@pytest.mark.parametrize("characters", ["ASCII", "typographic"])
def test_words(benchmark: BenchmarkFixture, texts: list[str], characters: str) -> None:
    chosen = [text for text in texts if text.isascii() == (characters == "ASCII")][:SHARE]
    describe(benchmark, GROUP, f"words, {characters} text, as Python strings", chosen)
    benchmark(lambda: [_core.words(text) for text in chosen])


def test_shingles(benchmark: BenchmarkFixture, texts: list[str]) -> None:
    chosen = texts[:SHARE]
    describe(benchmark, GROUP, "shingles, as Python strings", chosen)
    benchmark(lambda: [_core.shingles(text) for text in chosen])


@pytest.mark.parametrize("instructions", _core.instruction_sets())
def test_signatures(benchmark: BenchmarkFixture, texts: list[str], instructions: str) -> None:
    describe(benchmark, GROUP, f"text to signature, {instructions}", texts)
    assert benchmark(_core.signatures, texts, 128, 1, 1, instructions)


def test_candidates(benchmark: BenchmarkFixture, records: list[Record]) -> None:
    """Bands and samples, as the core's own clock has them: they have no function of their own."""
    texts = [record["text"] for record in records]
    describe(benchmark, GROUP, "bands and samples, to candidate pairs", texts)
    seconds: list[float] = []

    def find(native: _core.Pass) -> None:
        native.find()
        seconds.append(native.seconds()["candidates"])

    def read() -> tuple[tuple[_core.Pass], dict[str, object]]:
        native = new_pass(Options(rewrites=False, threads=1))
        native.add_rows(native.add_table("articles"), texts)
        return (native,), {}

    benchmark.pedantic(find, setup=read, rounds=5)
    benchmark.extra_info["own_seconds"] = sorted(seconds)[len(seconds) // 2]


def test_verification_of_copies(benchmark: BenchmarkFixture, copies: list[tuple[str, str]]) -> None:
    describe(benchmark, GROUP, "`compare`, a copy", [text for text, _ in copies])
    benchmark(lambda: [_core.compare(*pair, None, None, MIN_SCORE, MIN_COVERED) for pair in copies])


def test_verification_of_rewrites(
    benchmark: BenchmarkFixture, rewrites: list[tuple[str, str]]
) -> None:
    describe(benchmark, GROUP, "`compare`, a rewrite", [text for text, _ in rewrites])
    benchmark(
        lambda: [_core.compare(*pair, None, None, MIN_SCORE, MIN_COVERED) for pair in rewrites]
    )


def test_verification_of_strangers(benchmark: BenchmarkFixture, texts: list[str]) -> None:
    strangers = list(zip(texts[:SHARE], texts[SHARE : 2 * SHARE], strict=True))
    describe(benchmark, GROUP, "`compare`, two stories", [text for text, _ in strangers])
    benchmark(
        lambda: [_core.compare(*pair, None, None, MIN_SCORE, MIN_COVERED) for pair in strangers]
    )


def test_shared_passages(benchmark: BenchmarkFixture, copies: list[tuple[str, str]]) -> None:
    describe(benchmark, GROUP, "`shared_passages`, a copy", [text for text, _ in copies])
    benchmark(lambda: [_core.shared_passages(*pair) for pair in copies])
