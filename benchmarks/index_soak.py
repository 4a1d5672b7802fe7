"""One process writes to an index while seven ask it what they know the answers to.

    python benchmarks/index_soak.py [MINUTES]

The writer adds articles, one by one and in bulk, removes some, lets the oldest expire so that the
index keeps its size, and compacts it now and then; it notes of each article when it is stored,
going and gone. A reader asks for the exact copy of one: what is stored must be found, what is gone
must not be, and made-up words match nothing. Prints what was done, the latencies and the memory;
the status is 1 if an answer was wrong, a process failed or one grew.
"""

import argparse
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from corpora import Record, corpus

import dedup

READERS = 7
SIZE = 20_000  # articles in the index
SINGLE, BULK, REMOVED = 300, 300, 30  # articles of a round of the writer
COMPACTION = 4  # rounds
MOST = 500  # articles a second that the writer adds
WARM_UP = 120  # seconds, or a third of a shorter run, after which memory must not grow
GROWTH = 1.1

STORED, GOING, GONE = 1, 2, 3


@dataclass
class Shared:
    """What all processes know. An article's number, its place by date, is its id."""

    index: str
    dump: str
    starts: list[int]  # of each article's line in the dump
    dates: list[str]
    state: Any  # a byte for each article
    expired: Any  # all articles of smaller numbers are gone
    stop: Any

    def article(self, number: int) -> Record:
        # Read each time anew, so that the memory measured is the index's.
        dump = os.open(self.dump, os.O_RDONLY)
        line = os.pread(dump, 1 << 16, self.starts[number]).partition(b"\n")[0]
        os.close(dump)
        return {"id": str(number), "text": json.loads(line)["text"], "date": self.dates[number]}

    def note(self, numbers: Iterable[int], state: int) -> None:
        for number in numbers:
            self.state[number] = state


class Writer:
    def __init__(self, shared: Shared) -> None:
        self.shared = shared
        self.end = 0  # the number of the next article
        self.done: Counter[str] = Counter()

    def run(self) -> None:
        with dedup.Index.open(self.shared.index) as index:
            self.add_many(index, SIZE)
            started = time.monotonic()
            while not self.shared.stop.is_set():
                self.add(index, SINGLE)
                self.add_many(index, BULK)
                self.remove(index)
                self.expire(index)
                self.done["rounds"] += 1
                if self.done["rounds"] % COMPACTION == 0:
                    index.compact()
                    self.done["compactions"] += 1
                due = started + (self.end - SIZE) / MOST
                self.shared.stop.wait(max(0, due - time.monotonic()))
            print("writer:", dict(self.done), index.stats(), flush=True)

    def add(self, index: dedup.Index, count: int) -> None:
        for number in range(self.end, self.end + count):
            index.add(self.shared.article(number))
            self.shared.note([number], STORED)
        self.end += count
        self.done["added"] += count

    def add_many(self, index: dedup.Index, count: int) -> None:
        numbers = range(self.end, self.end + count)
        index.add_many([self.shared.article(number) for number in numbers])
        self.shared.note(numbers, STORED)
        self.end += count
        self.done["added in bulk"] += count

    def stored(self, end: int) -> list[int]:
        first = self.shared.expired.value
        return [number for number in range(first, end) if self.shared.state[number] == STORED]

    def remove(self, index: dedup.Index) -> None:
        for number in random.sample(self.stored(self.end), REMOVED):
            self.shared.note([number], GOING)
            assert index.remove(str(number)), f"article {number} was not there to be removed"
            self.shared.note([number], GONE)
        self.done["removed"] += REMOVED

    def expire(self, index: dedup.Index) -> None:
        before = self.shared.dates[self.stored(self.end)[-SIZE]]
        first = bisect_left(self.shared.dates, before)
        old = self.stored(first)
        self.shared.note(old, GOING)
        gone = index.expire(before)
        assert gone == len(old), f"{gone} articles expired, not {len(old)}"
        self.shared.note(old, GONE)
        self.shared.expired.value = first
        self.done["expired"] += gone


class Reader:
    def __init__(self, shared: Shared, number: int) -> None:
        self.shared = shared
        self.random = random.Random(number)
        self.times: list[float] = []
        self.done: Counter[str] = Counter()

    def run(self) -> None:
        with dedup.Index.open(self.shared.index, read_only=True) as index:
            while not self.shared.stop.is_set():
                if self.random.random() < 0.1:
                    self.ask_for_stranger(index)
                else:
                    self.ask(index)

    def check(self, index: dedup.Index, article: Record) -> set[int]:
        expired = self.shared.expired.value
        started = time.perf_counter()
        found = {int(match.id_b) for match in index.check(article)}
        self.times.append((time.perf_counter() - started) * 1e3)
        for number in found:
            if number < expired:
                self.wrong(f"article {number} was found after it had expired")
        return found

    def ask_for_stranger(self, index: dedup.Index) -> None:
        words = ("".join(self.random.choices("abcdefghij", k=9)) for _ in range(200))
        if self.check(index, {"text": " ".join(words)}):
            self.wrong("made-up words were matched")
        self.done["strangers"] += 1

    def ask(self, index: dedup.Index) -> None:
        state, expired = self.shared.state, self.shared.expired.value
        number = self.random.randrange(max(0, expired - SIZE), expired + SIZE)
        if state[number] not in (STORED, GONE):
            return
        before, article = state[number], self.shared.article(number)
        found = number in self.check(index, article)
        kept = index.get(str(number))
        text = kept and kept.text
        if before == GONE:
            self.done["gone"] += 1
            if found or text is not None:
                self.wrong(f"article {number} was found after it had gone")
        elif state[number] == STORED:  # and was all the time
            self.done["stored"] += 1
            if not found or text != article["text"]:
                self.wrong(f"article {number} was stored and not found")

    def wrong(self, what: str) -> None:
        self.done["wrong"] += 1
        print("WRONG:", what, flush=True)


def write(shared: Shared) -> None:
    Writer(shared).run()


def check(shared: Shared, number: int, result: Path) -> None:
    reader = Reader(shared, number)
    try:
        reader.run()
    finally:
        result.write_text(json.dumps([reader.done, reader.times]))


def make_shared(index: Path, articles: int, context: Any) -> Shared:
    dump = corpus(articles)
    lines, start = [], 0
    with dump.open("rb") as file:
        for line in file:
            lines.append((json.loads(line)["date"], start))
            start += len(line)
    lines.sort()
    dates, starts = [date for date, _ in lines], [start for _, start in lines]
    state, expired = context.RawArray("B", articles), context.RawValue("Q", 0)
    return Shared(str(index), str(dump), starts, dates, state, expired, context.Event())


def memory(process: int) -> list[int]:
    """The resident bytes of a process, all and those that are no page of a file; 0 when it died."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    sizes = dict(line.split(":", 1) for line in lines)
    return [int(sizes.get(name, "0").split()[0]) * 1024 for name in ("VmRSS", "RssAnon")]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("minutes", type=float, nargs="?", default=10)
    seconds = parser.parse_args().minutes * 60
    # Spawned, not forked: what this process holds is no memory of theirs.
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index = folder / "articles.idx"
        dedup.Index.open(index).close()
        shared = make_shared(index, SIZE + int(MOST * seconds) + SINGLE + BULK, context)
        results = [folder / f"{number}.json" for number in range(READERS)]
        processes = [context.Process(target=write, args=(shared,), name="writer")]
        for number, result in enumerate(results):
            arguments = (shared, number, result)
            processes.append(context.Process(target=check, args=arguments, name=f"reader {number}"))
        for process in processes:
            process.start()
        samples: list[list[list[int]]] = []
        end = time.monotonic() + seconds
        while time.monotonic() < end and all(process.is_alive() for process in processes):
            samples.append([memory(process.pid) for process in processes])
            time.sleep(1)
        shared.stop.set()
        for process in processes:
            process.join()
        answers = [json.loads(result.read_text()) for result in results if result.exists()]
    done = sum((Counter(counts) for counts, _ in answers), Counter[str]())
    times = quantiles([each for _, row in answers for each in row], n=1000)
    print("readers:", dict(done))
    middle, last, longest = times[499], times[989], times[998]
    print(f"check, ms: median {middle:.1f}, 99% {last:.1f}, 99.9% {longest:.1f}")
    failed = [process.name for process in processes if process.exitcode != 0]
    print("failed:", *failed or ["none"])
    if failed:
        return 1
    settled = samples[int(min(WARM_UP, seconds / 3)) :]
    columns = zip(processes, zip(*settled, strict=True), strict=True)
    grown = [growth(process.name, column) for process, column in columns]
    return int(done["wrong"] > 0 or any(grown))


def growth(name: str, samples: Sequence[list[int]]) -> bool:
    """Print a process's memory in the first and the last quarter; whether it grew too much."""
    share = max(1, len(samples) // 4)
    (whole, own), (last_whole, last_own) = (
        [median(column) / 1e6 for column in zip(*part, strict=True)]
        for part in (samples[:share], samples[-share:])
    )
    print(f"{name}: {whole:.0f} to {last_whole:.0f} MB, without files {own:.0f} to {last_own:.0f}")
    return last_own > GROWTH * own


if __name__ == "__main__":
    sys.exit(main())
