"""The library on small batches, as a service calls it."""

import pytest
from conftest import describe
from corpora import Record
from pytest_benchmark.fixture import BenchmarkFixture

import dedup

GROUP = "library"


@pytest.mark.parametrize("number", [2, 10, 100, 1_000])
def test_find_duplicates(benchmark: BenchmarkFixture, records: list[Record], number: int) -> None:
    batch = records[:number]
    describe(benchmark, GROUP, "find_duplicates", [record["text"] for record in batch])
    assert len(benchmark(dedup.find_duplicates, batch).kept) > 0


@pytest.mark.parametrize("number", [2, 10, 100, 1_000])
def test_signatures(benchmark: BenchmarkFixture, texts: list[str], number: int) -> None:
    batch = texts[:number]
    describe(benchmark, GROUP, "signatures", batch)
    assert len(benchmark(dedup.signatures, batch)) == number


@pytest.mark.parametrize("number", [2, 10, 100, 1_000])
def test_compare(benchmark: BenchmarkFixture, texts: list[str], number: int) -> None:
    """The first of the batch with each of the others."""
    first, *others = texts[:number]
    describe(benchmark, GROUP, "compare", texts[:number])
    benchmark(lambda: [dedup.compare(first, other) for other in others])
