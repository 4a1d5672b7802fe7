"""How long one article waits: single adds, checks between them and a window that moves, to the
longest.

    python benchmarks/index_latency.py [ARTICLES] [FOLDER, or postgres]

The index is a file in a folder, or in a PostgreSQL server that is started for it. Articles of a
synthetic corpus come in the order of their dates, one by one, as over half a year; every fourth is
checked before. Each day what is older than 60 days expires. Prints the milliseconds of each call at
the median, 99%, 99.9% and the longest, the bytes on the disk and the memory, as they grow.
"""

import resource
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import servers
from corpora import Record, corpus, read
from latency import milliseconds

import dedup

WINDOW = timedelta(days=60)
TOLD = 10


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300_000
    place = sys.argv[2] if len(sys.argv) > 2 else None
    records = sorted(read(corpus(count)), key=lambda it: it["date"])
    with ExitStack() as stack:
        if place == "postgres":
            path = stack.enter_context(servers.postgres())
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory(dir=place))
            path = str(Path(folder, "news.idx"))
        run(stack.enter_context(dedup.Index.open(path)), records)


def run(index: dedup.Index, records: list[Record]) -> None:
    times: dict[str, list[float]] = {"add": [], "check": [], "expire": []}
    spread = days_of(records)
    expired = None
    started = time.perf_counter()
    for number, (record, day) in enumerate(zip(records, spread, strict=True)):
        given = {**record, "date": day.isoformat()}
        if number % 4 == 0:
            times["check"] += milliseconds(index.check, [given])
        times["add"] += milliseconds(index.add, [given])
        if day.date() != expired:
            expired = day.date()
            times["expire"] += milliseconds(index.expire, [day - WINDOW])
        if (number + 1) % (len(records) // TOLD) == 0:
            stats = index.stats()
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
            rate = (number + 1) / (time.perf_counter() - started)
            print(
                f"{number + 1:>9,} added, {stats['articles']:>9,} there, {rate:,.0f}/s,"
                f" {stats['bytes'] / 1e6:,.0f} MB, {memory:,.0f} MB of memory"
            )
            for name, all_ in times.items():
                print(f"    {name:<7}{told(all_)}", flush=True)


def days_of(records: list[Record]) -> list[datetime]:
    """The dates of the articles, spread over half a year."""
    first = datetime.fromisoformat(records[0]["date"].replace("Z", "+00:00"))
    step = timedelta(days=180) / len(records)
    return [first + number * step for number in range(len(records))]


def told(times: list[float]) -> str:
    ordered = sorted(times)
    last, very_last = (ordered[int(share * (len(ordered) - 1))] for share in (0.99, 0.999))
    return (
        f"median {statistics.median(ordered):7.2f} ms   99% {last:7.2f}"
        f"   99.9% {very_last:7.2f}   longest {ordered[-1]:7.1f}"
    )


if __name__ == "__main__":
    main()
