"""What the benchmarks share: small synthetic corpora, and what a figure is of."""

from collections.abc import Sequence

import pytest
from corpora import Record, corpus, read
from pytest_benchmark.fixture import BenchmarkFixture


@pytest.fixture(scope="session")
def records() -> list[Record]:
    return list(read(corpus(2_000)))


@pytest.fixture(scope="session")
def texts(records: list[Record]) -> list[str]:
    return [record["text"] for record in records]


def describe(benchmark: BenchmarkFixture, group: str, row: str, texts: Sequence[str]) -> None:
    """Say which table and row the figure is for, and of how much text it is."""
    benchmark.group = group
    size = sum(len(text.encode()) for text in texts)
    benchmark.extra_info.update(row=row, items=len(texts), bytes=size)
