"""Speed of the native core's functions one by one: `pytest benchmarks/test_kernels.py`."""

import corpus
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

import dedup
from dedup import _core


@pytest.fixture(scope="module")
def records() -> list[dict[str, str]]:
    return list(corpus.make_records(2_000, seed=1))


@pytest.fixture(scope="module")
def texts(records: list[dict[str, str]]) -> list[str]:
    return [record["text"] for record in records]


@pytest.fixture(scope="module")
def copy_pairs(records: list[dict[str, str]]) -> list[tuple[str, str]]:
    texts = {record["id"]: record["text"] for record in records}
    edited = [record for record in records if record["version"] == "edited"]
    return [(record["text"], texts[record["version_of"]]) for record in edited]


@pytest.mark.parametrize("character_set", ["ascii", "typographic"])
def test_words(benchmark: BenchmarkFixture, texts: list[str], character_set: str) -> None:
    chosen = [text for text in texts if text.isascii() == (character_set == "ascii")][:300]
    assert len(benchmark(lambda: [_core.words(text) for text in chosen])) == 300


def test_shingles(benchmark: BenchmarkFixture, texts: list[str]) -> None:
    assert all(benchmark(lambda: [_core.shingles(text) for text in texts[:400]]))


@pytest.mark.parametrize("instructions", _core.instruction_sets())
def test_signatures_on_one_core(
    benchmark: BenchmarkFixture, texts: list[str], instructions: str
) -> None:
    signatures = benchmark(_core.signatures, texts, 128, 1, 1, instructions)
    assert len(signatures) == len(texts) * 128 * 4


def test_signatures(benchmark: BenchmarkFixture, texts: list[str]) -> None:
    assert benchmark(dedup.signatures, texts).shape == (len(texts), 128)


def test_compare(benchmark: BenchmarkFixture, copy_pairs: list[tuple[str, str]]) -> None:
    relations = benchmark(lambda: [_core.compare(a, b)[0] for a, b in copy_pairs])
    assert relations.count("syndicated") > 0.9 * len(copy_pairs)


def test_compare_unrelated(benchmark: BenchmarkFixture, texts: list[str]) -> None:
    pairs = list(zip(texts[:200], texts[200:400], strict=True))
    relations = benchmark(lambda: [_core.compare(a, b)[0] for a, b in pairs])
    assert relations.count(None) > 0.9 * len(pairs)


def test_shared_passages(benchmark: BenchmarkFixture, copy_pairs: list[tuple[str, str]]) -> None:
    assert all(benchmark(lambda: [_core.shared_passages(a, b) for a, b in copy_pairs]))


def test_find_duplicates(benchmark: BenchmarkFixture, records: list[dict[str, str]]) -> None:
    copies = sum(record["version"] != "original" for record in records)
    result = benchmark(dedup.find_duplicates, records)
    assert len(result.duplicates) > 0.95 * copies
