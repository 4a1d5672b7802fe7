"""The pass on Spark: a real cluster and real processes, and the answer of a pass on one machine."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
import servers
from command import dedup as run
from command import read_lines, scan, summary
from conftest import skipped_where_not_installed

pytest.importorskip("pyspark", reason="Spark is an extra: dedup-news[spark]")

from pyspark.sql import DataFrame, SparkSession
from spark_cluster import Cluster, cluster

import dedup
import dedup.spark

ROOT = Path(__file__).parent.parent
KINDS = ("duplicates", "matches", "stories")
CONF = {
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.executor.memory": "700m",
    "spark.python.worker.reuse": "true",
    "spark.sql.shuffle.partitions": "4",
    "spark.ui.port": "0",
    "spark.ui.showConsoleProgress": "false",
}


@pytest.fixture(scope="module", autouse=True)
def java() -> None:
    with skipped_where_not_installed():
        servers.java()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture(scope="module")
def spark(running: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(running.master)
    for name, value in CONF.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    session.sparkContext.setCheckpointDir(f"{tmp_path_factory.mktemp('checkpoint')}")
    yield session
    session.stop()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "news.jsonl"
    run("synth", "-n", "1500", "-o", path)
    return path


@pytest.fixture(scope="module")
def expected(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return scanned(corpus, tmp_path_factory.mktemp("scanned") / "out")


def scanned(path: Path, out: Path, *options: str) -> dict[str, Any]:
    scan(path, "-o", out, "--matches", *options)
    found: dict[str, Any] = {
        name: sorted(map(plain, read_lines(out / f"{name}.jsonl"))) for name in KINDS
    }
    return {**found, "counts": summary(out)["counts"]}


def plain(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def rows(df: DataFrame) -> list[str]:
    return sorted(plain(row.asDict(recursive=True)) for row in df.collect())


def check(found: dedup.spark.Result, expected: dict[str, Any]) -> None:
    for name in KINDS:
        assert rows(getattr(found, name)) == expected[name], name
    assert (
        found.counts.items()
        >= {
            name: value for name, value in expected["counts"].items() if name in found.counts
        }.items()
    )


def test_seeds(spark: SparkSession, tmp_path: Path) -> None:
    texts = {path.stem: path.read_text() for path in sorted((ROOT / "seeds").glob("*.txt"))}
    df = spark.createDataFrame(list(texts.items()), ["id", "text"])
    with dedup.spark.find_duplicates(df) as found:
        ((pair),) = found.matches.collect()
        assert (pair.id_a[:3], pair.id_b[:3], pair.relation) == ("000", "001", "rewritten")


@pytest.mark.parametrize("partitions", [1, 7, 64])
def test_answer_is_that_of_one_machine(
    spark: SparkSession, corpus: Path, expected: dict[str, Any], partitions: int
) -> None:
    df = spark.read.json(f"{corpus}").repartition(partitions)
    with dedup.spark.find_duplicates(df, bucket_articles=200) as found:
        check(found, expected)
        gone = {json.loads(line)["id"] for line in expected["duplicates"]}
        kept = [plain(it) for it in read_lines(corpus) if it["id"] not in gone]
        assert rows(found.clean) == sorted(kept)


def test_executor_is_lost(
    spark: SparkSession, running: Cluster, corpus: Path, expected: dict[str, Any], tmp_path: Path
) -> None:
    killed: list[str] = []

    def kill() -> None:
        # What comes after the first stages reads what they left.
        while not list(tmp_path.glob("*/*-members/_SUCCESS")):
            time.sleep(0.01)
        running.kill_executor()
        killed.append("executor")

    killer = threading.Thread(target=kill)
    killer.start()
    df = spark.read.json(f"{corpus}").repartition(4)
    with dedup.spark.find_duplicates(df, checkpoint=f"{tmp_path}") as found:
        killer.join()
        assert killed
        check(found, expected)
    assert not list(tmp_path.iterdir()), "files of the pass are left"


def test_records_as_they_come(spark: SparkSession) -> None:
    """Ids that are missing or repeated, no text, blanks, dates in an order that others prove."""
    story = " ".join(f"word{number}" for number in range(60))
    given = [
        ("a", f"{story} once", "13/02/2024"),
        ("a", f"{story} twice", "01/02/2024"),
        (None, f"{story} thrice", "02/02/2024"),
        ("a#2", "", "03/02/2024"),
        ("c", "   ", None),
        ("d", f"{story} once", "whenever"),
        ("d", f"{story} once", "05/02/2024"),
        ("b", None, "04/02/2024"),
    ]
    columns = ["name", "body", "day"]
    df = spark.createDataFrame(given, "name string, body string, day string").coalesce(1)
    articles = [dict(zip(columns, row, strict=True)) for row in given if row[1] is not None]
    fields = {"text_field": "body", "id_field": "name", "date_field": "day"}
    expected = dedup.find_duplicates(articles, **fields)
    fields = {"text": "body", "id": "name", "date": "day"}
    with dedup.spark.find_duplicates(df, **fields) as found:
        for name in ("duplicates", "matches"):
            lines = [asdict(it) for it in getattr(expected, name)]
            for line in lines:
                line.pop("late", None)
            assert rows(getattr(found, name)) == sorted(map(plain, lines))
        assert [it.asDict() for it in found.rejected.collect()] == [
            {"row": 8, "reason": "the text is missing or null", "raw": None}
        ]
    with dedup.spark.find_duplicates(df, **fields, unique_ids="reject") as found:
        assert sorted(it.row for it in found.rejected.collect()) == [2, 7, 8]
        counts = found.counts
        assert counts["read"] == counts["kept"] + counts["dropped"] + counts["rejected"]


def test_stages_have_names_and_no_join_is_cartesian(
    spark: SparkSession, corpus: Path, tmp_path: Path
) -> None:
    df = spark.read.json(f"{corpus}").limit(300)
    names = set()
    tracker = spark.sparkContext.statusTracker()
    while tracker.getActiveStageIds():  # of the schema's
        time.sleep(0.01)
    seen: set[int] = set()
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.02):
            for stage in tracker.getActiveStageIds():
                info = tracker.getStageInfo(stage)
                if info is not None and stage not in seen:
                    seen.add(stage)
                    names.add(info.name)

    watcher = threading.Thread(target=watch)
    watcher.start()
    with dedup.spark.find_duplicates(df, bucket_articles=100) as found:
        done.set()
        watcher.join()
        for name in (*KINDS, "clean", "rejected"):
            plan = getattr(found, name)._jdf.queryExecution().toString()
            assert "Cartesian" not in plan
            assert "NestedLoop" not in plan
    # What is brought to the driver has PySpark's name; its job is described all the same.
    others = ("dedup: ", "toArrow at", "collect at")
    assert [name for name in names if not name.startswith(others)] == []
    told = ", ".join(names)
    for stage in ("sketch", "buckets", "first look", "verify", "choose"):
        assert stage in told


def test_errors_say_what_to_do(spark: SparkSession) -> None:
    df = spark.createDataFrame([(1, 2)], "a int, b int")
    with pytest.raises(dedup.InputError, match="no text column among a, b"):
        dedup.spark.find_duplicates(df)
    df = spark.createDataFrame([("x", "y")], "text string, id string")
    with pytest.raises(dedup.OptionError, match="min_score is 2"):
        dedup.spark.find_duplicates(df, min_score=2)


def command(*arguments: Any) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.ui.enabled=false pyspark-shell",
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    environment.pop("PYSPARK_PYTHON", None)
    return subprocess.run(
        [sys.executable, "-m", "dedup.spark", *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        # Not here, or Python would import the folder, which has no extension in a fresh clone.
        cwd=sys.prefix,
        check=False,
    )


def test_command_on_one_machine(corpus: Path, expected: dict[str, Any], tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = command(corpus, "-o", out, "--write", "jsonl")
    assert done.returncode == 0, done.stderr
    counts = expected["counts"]
    assert f"read 1,500, kept {counts['kept']:,}, dropped {counts['dropped']:,}" in done.stderr
    for name in KINDS:
        lines = [
            line for part in (out / name).glob("part-*") for line in part.read_text().splitlines()
        ]
        # Spark's JSON leaves out what is null.
        wanted = [
            {key: value for key, value in json.loads(line).items() if value is not None}
            for line in expected[name]
        ]
        assert sorted(plain(json.loads(line)) for line in lines) == sorted(map(plain, wanted))
    summary = json.loads((out / "summary.json").read_text())
    assert summary["counts"]["dropped"] == counts["dropped"]
    assert sorted(it.name for it in tmp_path.iterdir()) == ["out"]

    again = command(corpus, "-o", out)
    assert again.returncode == 1
    assert again.stderr.splitlines()[-1].startswith(f"error: {out} is there")

    wrong = command(tmp_path / "missing.parquet", "-o", tmp_path / "other")
    assert wrong.returncode == 1
    assert "Traceback" not in wrong.stderr
    assert "missing.parquet" in wrong.stderr.splitlines()[-1]
    assert sorted(it.name for it in tmp_path.iterdir()) == ["out"]
