"""The pass on Spark beside that of one machine, on a cluster of two workers of a core each.

    python benchmarks/spark.py equal ../shared/eval   # labelled articles and feeds, line for line
    python benchmarks/spark.py speed 100000 1000000   # executor time and shuffle, by stage
    python benchmarks/spark.py skew 100000            # copies of one text, texts with one footer
    python benchmarks/spark.py peer 100000            # MinHashLSH of Spark's MLlib

Executor time is that of all tasks, as Spark's event log has it; that of one machine is the wall
time of `dedup scan` times its two threads.
"""

import argparse
import gzip
import json
import lzma
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from corpora import DEDUP, corpus
from pyspark.sql import SparkSession
from spark_cluster import cluster
from truth import components

import dedup.spark

KINDS = ("duplicates", "matches", "stories")
CORES = 2


@contextmanager
def session(folder: Path, **conf: str) -> Iterator[SparkSession]:
    """A session on a cluster of its own, with an event log in `folder`/events."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    (folder / "events").mkdir()
    with cluster(folder / "cluster", workers=CORES, memory="4g") as started:
        settings = {
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.driver.memory": "2g",
            "spark.executor.memory": "2500m",
            "spark.local.dir": f"{folder}",
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": f"{folder}/events",
            "spark.eventLog.compress": "false",
            "spark.eventLog.rolling.enabled": "false",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.shuffle.partitions": "16",
            **conf,
        }
        builder = SparkSession.builder.master(started.master)
        for name, value in settings.items():
            builder = builder.config(name, value)
        spark = builder.getOrCreate()
        spark.sparkContext.setLogLevel("ERROR")
        spark.sparkContext.setCheckpointDir(f"{folder}/checkpoint")
        try:
            yield spark
        finally:
            spark.stop()


def stages(folder: Path) -> dict[str, list[float]]:
    """Of each stage name the seconds of its tasks and the bytes that they shuffled."""
    names: dict[int, str] = {}
    found: dict[str, list[float]] = {}
    for path in (folder / "events").rglob("*"):
        if not path.is_file():
            continue
        for line in path.read_text().splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerStageSubmitted":
                info = event["Stage Info"]
                names[info["Stage ID"]] = info["Stage Name"]
            elif event["Event"] == "SparkListenerTaskEnd" and event.get("Task Metrics"):
                metrics = event["Task Metrics"]
                row = found.setdefault(names[event["Stage ID"]], [0.0, 0.0])
                row[0] += metrics["Executor Run Time"] / 1000
                row[1] += metrics["Shuffle Write Metrics"]["Shuffle Bytes Written"]
    return found


def scan(path: Path, out: Path, *options: str) -> float:
    """Seconds of a pass on this machine."""
    start = time.monotonic()
    subprocess.run(
        [DEDUP, "scan", path, "-o", out, "--matches", *options], check=True, capture_output=True
    )
    return time.monotonic() - start


def plain(row: Any) -> str:
    return json.dumps(row, sort_keys=True)


def is_equal(found: dedup.spark.Result, out: Path) -> bool:
    for name in KINDS:
        rows = (row.asDict(recursive=True) for row in getattr(found, name).toLocalIterator())
        with (out / f"{name}.jsonl").open() as lines:
            if sorted(map(plain, rows)) != sorted(plain(json.loads(line)) for line in lines):
                return False
    return True


def run_equal(folder: Path, evaluation: Path) -> None:
    inputs: list[tuple[str, Path]] = []
    labelled = folder / "open.jsonl"
    with labelled.open("wb") as out:
        for name in ("labelled", "background"):
            with gzip.open(evaluation / f"open/{name}.jsonl.gz") as lines:
                out.writelines(lines)
    inputs.append(("open", labelled))
    for path in sorted((evaluation / "feeds").glob("*.jsonl.xz")):
        name = path.name.removesuffix(".jsonl.xz")
        if "." in name:  # the pairs that were read
            continue
        with lzma.open(path) as lines:
            records = [json.loads(line) for line in lines]
        for dated in (True, False):
            kept = ("id", "text", "date") if dated else ("id", "text")
            if not dated or any("date" in record for record in records):
                target = folder / f"{name}-{'dated' if dated else 'undated'}.jsonl"
                with target.open("w") as out_:
                    for record in records:
                        some = {key: record[key] for key in kept if key in record}
                        out_.write(json.dumps(some) + "\n")
                inputs.append((target.stem, target))
    inputs.append(("synthetic", corpus(100_000)))
    with session(folder) as spark:
        for number, (name, path) in enumerate(inputs):
            scan(path, folder / name)
            partitions = (1, 7, 64) if name in ("open", "synthetic") else ((1, 7, 64)[number % 3],)
            for count in partitions:
                start = time.monotonic()
                df = spark.read.json(f"{path}").repartition(count)
                with dedup.spark.find_duplicates(df) as found:
                    same = "equal" if is_equal(found, folder / name) else "DIFFERENT"
                    seconds = time.monotonic() - start
                    print(
                        f"{name}, {count} partitions: {same}, {found.counts['read']:,} articles,"
                        f" {found.counts['dropped']:,} dropped, {seconds:.0f} s",
                        flush=True,
                    )


def run_speed(folder: Path, sizes: list[int]) -> None:
    for size in sizes:
        path = corpus(size)
        megabytes = path.stat().st_size / 1e6
        seconds = scan(path, folder / f"scan{size}")
        alone = megabytes / seconds / CORES
        print(f"{size:,} articles, one machine: {seconds:.1f} s, {alone:.1f} MB/s and core")
        of_size = folder / str(size)
        of_size.mkdir()
        with session(of_size) as spark:
            start = time.monotonic()
            df = spark.read.schema("id string, text string, date string").json(f"{path}")
            with dedup.spark.find_duplicates(df) as found:
                seconds = time.monotonic() - start
                print(
                    f"{size:,} articles, Spark: {seconds:.1f} s,"
                    f" dropped {found.counts['dropped']:,}"
                )
        rows = stages(of_size)
        total = sum(row[0] for row in rows.values())
        rate = megabytes / total
        print(
            f"  executors {total:.1f} s, {total / size * 1e6:.0f} us an article, {rate:.1f} MB/s"
            f" and core: {rate / alone:.2f} of one machine's"
        )
        for name, (spent, shuffled) in rows.items():
            print(f"  {spent / size * 1e6:8.1f} us {shuffled / size:8.0f} bytes  {name}")
        print(
            f"  {total / size * 1e6:8.1f} us"
            f" {sum(row[1] for row in rows.values()) / size:8.0f} bytes  in all",
            flush=True,
        )


def run_skew(folder: Path, size: int) -> None:
    rng = random.Random(1)
    words = [f"{a}{b}{c}" for a in "bdfgklmnpr" for b in "aeiou" for c in "lmnrst"]
    telling = [a + b for a in words[:200] for b in words]

    def text(count: int = 200) -> str:
        return " ".join(rng.choices(telling, k=count))

    one, footer = text(), text(60)
    inputs: dict[str, Callable[[int], str]] = {
        "even": lambda _: text(),
        "copies": lambda _: one,
        "footer": lambda _: f"{text(140)} {footer}",
    }
    for name, make in inputs.items():
        with (folder / f"{name}.jsonl").open("w") as out:
            for number in range(size):
                out.write(json.dumps({"id": f"{number}", "text": make(number)}) + "\n")
    with session(folder) as spark:
        for name in ("even", *inputs):  # the first warms up
            df = spark.read.json(f"{folder / name}.jsonl")
            start = time.monotonic()
            with dedup.spark.find_duplicates(df) as found:
                print(
                    f"{name}: {time.monotonic() - start:.1f} s, {found.counts['dropped']:,}"
                    f" dropped of {size:,}",
                    flush=True,
                )


def run_peer(folder: Path, size: int) -> None:
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import HashingTF, MinHashLSH, NGram, RegexTokenizer
    from pyspark.sql import functions as F  # noqa: N812

    path = corpus(size)
    truth: dict[str, list[tuple[str, str]]] = {}
    copies = set()
    for line in path.open():
        record = json.loads(line)
        truth.setdefault(record["cluster"], []).append((record["id"], record["version"]))
    for versions in truth.values():
        ids = [it[0] for it in versions]
        copies |= {(min(a, b), max(a, b)) for a in ids for b in ids if a != b}
    print(f"{size:,} articles, {len(copies):,} pairs of one story")

    def report(name: str, seconds: float, pairs: set[tuple[str, str]]) -> None:
        print(f"{name}: {seconds:.0f} s")
        # Of a crowd a pass compares each article with the best alone: so also what hangs together.
        connected = (sorted(ids) for ids in components(pairs))
        together = {pair for ids in connected for pair in combinations(ids, 2)}
        for what, found in (("pairs", pairs), ("hanging together", together)):
            right = len(found & copies)
            print(
                f"  {what}: {len(found):,}, precision {right / max(1, len(found)):.3f}, recall"
                f" {right / len(copies):.3f}",
                flush=True,
            )

    with session(folder) as spark:
        df = spark.read.schema("id string, text string, date string").json(f"{path}")
        start = time.monotonic()
        with dedup.spark.find_duplicates(df) as found:
            seconds = time.monotonic() - start
            rows = found.matches.select("id_a", "id_b").collect()
            report("dedup.spark", seconds, {(min(a, b), max(a, b)) for a, b in rows})
        start = time.monotonic()
        steps = Pipeline(
            stages=[
                RegexTokenizer(inputCol="text", outputCol="words", pattern=r"\W+"),
                NGram(n=5, inputCol="words", outputCol="shingles"),
                HashingTF(numFeatures=1 << 24, binary=True, inputCol="shingles", outputCol="set"),
            ]
        )
        sets = steps.fit(df).transform(df).select("id", "set").cache()
        model = MinHashLSH(inputCol="set", outputCol="hashes", numHashTables=16, seed=1).fit(sets)
        pairs = model.approxSimilarityJoin(sets, sets, 1 - 1 / 3)
        pairs = pairs.where(F.col("datasetA.id") < F.col("datasetB.id"))
        rows = pairs.select("datasetA.id", "datasetB.id").collect()
        report(
            "MinHashLSH of MLlib, 16 tables, Jaccard >= 1/3",
            time.monotonic() - start,
            {(min(a, b), max(a, b)) for a, b in rows},
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("equal", "speed", "skew", "peer"))
    parser.add_argument("of", nargs="+")
    parser.add_argument("--folder", help="where the cluster and the pass put their files")
    given = parser.parse_args()
    with TemporaryDirectory(dir=given.folder) as name:
        folder = Path(name)
        if given.what == "equal":
            run_equal(folder, Path(given.of[0]))
        elif given.what == "speed":
            run_speed(folder, [int(size) for size in given.of])
        elif given.what == "skew":
            run_skew(folder, int(given.of[0]))
        else:
            run_peer(folder, int(given.of[0]))


if __name__ == "__main__":
    main()
