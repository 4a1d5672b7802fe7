"""The index on a million articles, and datasketch's index in memory and over Redis on fewer."""

import asyncio
import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import servers
from corpora import Record, corpus, read
from datasketch import MinHash, MinHashLSH
from latency import median_and_last, milliseconds
from libraries import word_shingles
from pytest_benchmark.fixture import BenchmarkFixture

import dedup

GROUP = "index"
WARM_UP, CHECKED, ADDED = 500, 2_000, 2_000
ASKED = WARM_UP + CHECKED + ADDED
SAMPLE = 500  # articles that are removed
INDEXES: dict[str, tuple[int, dict[str, Any]]] = {
    "`dedup.Index`": (1_000_000, {}),
    "without texts": (100_000, {"texts": False}),
}
THREADS = (1, 2, 4, 8)

SKETCHED, REMOVED = 1_000, 500
# Over Redis fewer, or `make bench` would take five minutes more.
DATASKETCH = {
    "datasketch, in memory": (nullcontext, 100_000),
    "datasketch, over Redis": (servers.redis, 20_000),
}


@pytest.mark.benchmark(group=GROUP)
@pytest.mark.parametrize("name", INDEXES)
def test_index(benchmark: BenchmarkFixture, tmp_path: Path, name: str) -> None:
    path = tmp_path / "articles.idx"
    stored, options = INDEXES[name]
    records = read(corpus(stored + ASKED))
    asked: list[Record] = []
    sample: list[Record] = []

    def given() -> Iterator[Record]:
        for number, record in enumerate(islice(records, stored - ASKED)):
            if number % (stored // SAMPLE) == 0:
                sample.append(record)
            yield record
        # Versions follow originals soon: every other one is stored, and the rest asked about.
        for number, record in enumerate(records):
            if number % 2 == 0:
                yield record
            else:
                asked.append(record)

    with dedup.Index.open(path, **options) as index:
        assert benchmark.pedantic(index.add_many, args=(given(),)) == stored
    seconds = benchmark.stats.stats.total
    size = sum(file.stat().st_size for file in tmp_path.iterdir())
    started = time.perf_counter()
    with dedup.Index.open(path, **options) as index:
        opening = time.perf_counter() - started
        milliseconds(index.check, asked[:WARM_UP])
        checked, added = asked[WARM_UP:-ADDED], asked[-ADDED:]
        check = median_and_last(milliseconds(index.check, checked))
        threads = {number: in_threads(index, checked, number) for number in THREADS}
        add = median_and_last(milliseconds(index.add, added))
        remove = median_and_last(milliseconds(index.remove, [record["id"] for record in sample]))
        dates = sorted(record["date"] for record in sample)
        started = time.perf_counter()
        assert index.expire(dates[len(dates) // 10]) > 0
        expire = time.perf_counter() - started
    benchmark.extra_info.update(
        row=name,
        items=stored,
        rate=stored / seconds,
        check=check,
        add=add,
        remove=remove,
        expire=expire,
        open=opening * 1e3,
        bytes=size,
        threads=threads,
    )


def alternate(records: Iterable[Record]) -> tuple[list[Record], list[Record]]:
    """Every other article is stored and the rest asked about: versions follow originals soon."""
    last = list(records)
    return last[::2], last[1::2]


def in_threads(index: dedup.Index, articles: Sequence[Record], number: int) -> dict[str, float]:
    """Articles that are checked a second, by a pool of threads and by asyncio in such a pool."""
    with ThreadPoolExecutor(number) as pool:
        directly = rate(lambda: list(pool.map(index.check, articles)), articles)
        by_asyncio = rate(lambda: asyncio.run(gather(pool, index.check, articles)), articles)
    return {"threads": directly, "asyncio": by_asyncio}


async def gather(
    pool: ThreadPoolExecutor, call: Callable[[Record], object], articles: Sequence[Record]
) -> None:
    asyncio.get_running_loop().set_default_executor(pool)
    await asyncio.gather(*(asyncio.to_thread(call, article) for article in articles))


def rate(work: Callable[[], object], articles: Sequence[Record]) -> float:
    started = time.perf_counter()
    work()
    return len(articles) / (time.perf_counter() - started)


@pytest.mark.benchmark(group=GROUP)
@pytest.mark.parametrize("name", DATASKETCH)
def test_datasketch(benchmark: BenchmarkFixture, name: str) -> None:
    """The signatures are made by dedup: those made by datasketch itself are timed apart."""
    server, stored = DATASKETCH[name]
    records = read(corpus(stored + ASKED))
    first = list(islice(records, stored - ASKED))
    last, asked = alternate(records)
    texts = [record["text"] for record in first + last]
    benchmark.extra_info.update(row=name, items=stored)
    try:
        with server() as port:
            benchmark.extra_info.update(measure_lsh(benchmark, port, texts, asked))
    except servers.NotInstalledError as error:
        benchmark.extra_info.update(not_run=str(error))
        benchmark.pedantic(str)  # or there would be no row


def measure_lsh(
    benchmark: BenchmarkFixture, port: int | None, texts: list[str], asked: list[Record]
) -> dict[str, Any]:
    storage = port and {"type": "redis", "redis": {"port": port}}
    lsh = MinHashLSH(threshold=0.5, num_perm=128, storage_config=storage)
    ids = [f"article {number}" for number in range(len(texts))]
    minhashes = dedup.minhashes(texts)

    def load() -> None:
        with lsh.insertion_session() as session:
            for id_, minhash in zip(ids, minhashes, strict=True):
                session.insert(id_, minhash)

    def add(article: tuple[str, MinHash]) -> list[str]:
        found: list[str] = lsh.query(article[1])
        lsh.insert(*article)
        return found

    benchmark.pedantic(load)
    seconds = benchmark.stats.stats.total
    new = dedup.minhashes(record["text"] for record in asked)
    milliseconds(lsh.query, new[:WARM_UP])
    check = median_and_last(milliseconds(lsh.query, new[WARM_UP:-ADDED]))
    names = [record["id"] for record in asked[-ADDED:]]
    figures = {
        "sketching": SKETCHED / seconds_of_sketching(texts[:SKETCHED]),
        "rate": len(texts) / seconds,
        "check": check,
        "add": median_and_last(milliseconds(add, zip(names, new[-ADDED:], strict=True))),
        "remove": median_and_last(milliseconds(lsh.remove, ids[:: len(ids) // REMOVED])),
    }
    if port is not None:
        import redis

        return figures | {"bytes": redis.Redis(port=port).info("memory")["used_memory"]}
    pickled = pickle.dumps(lsh)
    started = time.perf_counter()
    pickle.loads(pickled)
    return figures | {"bytes": len(pickled), "open": (time.perf_counter() - started) * 1e3}


def seconds_of_sketching(texts: list[str]) -> float:
    started = time.perf_counter()
    shingles = (word_shingles(text, 5) for text in texts)
    assert len(list(MinHash.generator(shingles, num_perm=128))) == len(texts)
    return time.perf_counter() - started
