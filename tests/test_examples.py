"""The scripts of examples/, as processes: what those for Ray and Slurm write is what `dedup scan`
writes; what the worked examples print is what their pages say."""

import gzip
import json
import os
import random
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from unittest.mock import patch

import articles
import command
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import reports
from in_process import InProcess
from test_docs import snippets
from test_web import archive, fetched

from dedup.distributed import folder
from dedup.distributed.dump import parts_of, scan
from dedup.distributed.folder import FolderEngine, replaced, work
from dedup.errors import DedupError, InputError

ROOT = Path(__file__).parent.parent
RAY, SLURM = (ROOT / "examples" / name for name in ("ray_dedup.py", "slurm_dedup.py"))

# What Slurm does with an array, on this machine, two tasks at once. In the job that DIES names the
# second task gets as far as what it makes is written, but does not have its name.
SBATCH = """#!/bin/sh
for option; do
    case $option in
        --array=0-*) last=${option#--array=0-} ;;
        --output=*) output=${option#--output=} ;;
        --wrap=*) task=${option#--wrap=} ;;
    esac
done
job=$(basename "$(dirname "$output")")
echo "$job" >> "$JOBS"
export task output job
seq 0 "$last" | xargs -P 2 -I{} sh -c '
    export SLURM_ARRAY_TASK_ID={}
    [ "${job#*-}/{}" = "$DIES/1" ] && export \\
        PYTHONPATH="$KILLER${PYTHONPATH:+:$PYTHONPATH}"
    exec sh -c "$task" > "$(echo "$output" | sed s/%a/{}/)" 2>&1'
"""
KILLER = "import os, signal\nos.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)\n"


def lines_of(path: Path) -> list[str]:
    return sorted(json.dumps(line, sort_keys=True) for line in command.read_lines(path))


def clean_of(folder: Path) -> bytes:
    """The records that are kept, as they stand."""
    return b"".join(path.read_bytes() for path in sorted((folder / "clean").iterdir()))


def assert_same(out: Path, scanned: Path) -> None:
    for name in ("duplicates.jsonl", "matches.jsonl", "stories.jsonl"):
        assert lines_of(out / name) == lines_of(scanned / name), name
    counts, wanted = (json.loads((it / "summary.json").read_bytes()) for it in (out, scanned))
    assert counts["counts"].items() <= wanted["counts"].items()


def run(script: Path, *arguments: str | Path, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, script, *map(str, arguments)],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], Path]:
    """1,000 articles in three files, and what `dedup scan` finds in them."""
    folder = tmp_path_factory.mktemp("corpus")
    made = folder / "news.jsonl"
    assert command.dedup("synth", "-n", "1000", "-o", made).returncode == 0
    lines = made.read_bytes().splitlines(keepends=True)
    files = [folder / f"news-{at}.jsonl" for at in range(3)]
    for at, file in enumerate(files):
        file.write_bytes(b"".join(lines[at * 333 : (at + 1) * 333 if at < 2 else None]))
    command.scan(*files, "-o", folder / "scanned", "--matches")
    return files, folder / "scanned"


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], Path]:
    folder = tmp_path_factory.mktemp("seeds")
    files = sorted((ROOT / "seeds").glob("*.txt"))
    records = [{"id": file.name, "text": file.read_text()} for file in files]
    path = folder / "seeds.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    command.scan(path, "-o", folder / "scanned", "--matches")
    return [path], folder / "scanned"


@pytest.mark.parametrize("script", [RAY, SLURM], ids=lambda it: it.stem)
def test_scripts_are_short(script: Path) -> None:
    assert len(script.read_text().splitlines()) <= 60


# Ray


@pytest.fixture
def ray_environ(tmp_path: Path) -> Iterator[dict[str, str]]:
    """Where Ray leaves its files. Paths of its sockets may not be long."""
    pytest.importorskip("ray")
    folder = tempfile.mkdtemp(prefix="ray-", dir="/tmp")
    yield {
        "HOME": str(tmp_path),
        "RAY_TMPDIR": folder,
        "RAY_ADDRESS": "",
        "RAY_USAGE_STATS_ENABLED": "0",
    }
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize(("name", "articles"), [("seeds", 2), ("corpus", 250)])
def test_ray(
    name: str,
    articles: int,
    ray_environ: dict[str, str],
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    files, scanned = request.getfixturevalue(name)
    out = tmp_path / "out"
    process = run(RAY, *files, "-o", out, "--bucket-articles", str(articles), **ray_environ)
    assert process.returncode == 0, process.stderr
    assert_same(out, scanned)
    assert clean_of(out) == clean_of(scanned)


# Slurm


@pytest.mark.parametrize(("name", "articles"), [("seeds", 2), ("corpus", 250)])
def test_slurm_script_without_slurm(
    name: str, articles: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    files, scanned = request.getfixturevalue(name)
    out = tmp_path / "out"
    process = run(SLURM, *files, "-o", out, "--run", "local", "--bucket-articles", str(articles))
    assert process.returncode == 0, process.stderr
    assert_same(out, scanned)
    assert clean_of(out) == clean_of(scanned)
    assert not (out / "work").exists()


def test_slurm_goes_on_where_a_task_was_killed(
    corpus: tuple[list[Path], Path], tmp_path: Path
) -> None:
    files, scanned = corpus
    sbatch = tmp_path / "sbatch"
    sbatch.write_text(SBATCH)
    sbatch.chmod(sbatch.stat().st_mode | stat.S_IXUSR)
    (tmp_path / "killer").mkdir()
    (tmp_path / "killer" / "sitecustomize.py").write_text(KILLER)
    out, jobs = tmp_path / "out", tmp_path / "jobs"
    arguments = [*files, "-o", out, "--tasks=2", "--least=800000", "--bucket-articles", "500"]
    environ = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "JOBS": str(jobs),
        "KILLER": str(tmp_path / "killer"),
    }

    process = run(SLURM, *arguments, **environ, DIES="members")
    assert process.returncode == 1, process.stderr
    assert "run the same again" in process.stderr
    first = jobs.read_text().split()
    (killed,) = (
        (out / "work").glob(f"*/{first[-1]}") if "/" in first[-1] else ([out / "work" / first[-1]])
    )
    assert killed.name[3:] == "-members"
    assert (killed / "00000.arrow").exists()
    assert not (killed / "00001.arrow").exists()
    assert list(killed.glob(".00001.arrow.*"))

    other = run(SLURM, *arguments[:-1], "499", **environ, DIES="none")
    assert other.returncode == 1
    assert "is of another run" in other.stderr
    process = run(SLURM, *arguments, **environ, DIES="none")
    assert process.returncode == 0, process.stderr
    again = jobs.read_text().split()[len(first) :]
    assert again[0] == first[-1]
    assert not {*again[1:]} & {*first}
    assert again[-1].endswith("-clean")
    assert_same(out, scanned)
    assert clean_of(out) == clean_of(scanned)


# The engine of files


def fill(schema: pa.Schema, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        buckets = [it % 3 for it in range(batch.num_rows)]
        yield pa.record_batch([pa.array(buckets, pa.int32()), batch["n"]], schema=schema)


def total(schema: pa.Schema, *tables: pa.Table) -> pa.Table:
    sums = [sum(table["n"].to_pylist()) for table in tables]
    return pa.table([tables[0]["bucket"][:1], [sum(sums)]], schema=schema)


def totals(
    folder: Path, start: Callable[[Path, int], object], about: str = "", least: int = 0
) -> pa.Table:
    """0 to 9, some of them twice, in three buckets, as a job of maps and a job of buckets."""
    engine = FolderEngine(folder, start, 2, least, about)
    schema = pa.schema({"bucket": pa.int32(), "n": pa.int64()})
    parts = engine.put([pa.table({"n": list(it)}) for it in (range(5), range(5, 10), [])])
    filled = engine.map("fill", partial(fill, schema), parts, schema)
    sums = engine.group("total", partial(total, schema), [filled, filled[:1]], schema)
    return engine.collect(sums).sort_by("bucket")


def in_order(folder: Path, tasks: int) -> None:
    for task in range(tasks):
        work(folder, task)


def test_engine_of_files(tmp_path: Path) -> None:
    found = totals(tmp_path / "whole", in_order)
    # 0, 3 twice and 5, 8; 1, 4 twice and 6, 9; 2 twice and 7.
    assert found["n"].to_pylist() == [0 + 6 + 5 + 8, 2 + 8 + 6 + 9, 4 + 7]


def test_engine_does_small_jobs_itself(tmp_path: Path) -> None:
    started: list[str] = []

    def start(folder: Path, tasks: int) -> None:
        started.append(folder.name)
        in_order(folder, tasks)

    found = totals(tmp_path / "small", start, least=1 << 20)
    # What reads the input may read what that only names.
    assert started == ["001-fill"]
    assert found.equals(totals(tmp_path / "large", in_order))


def test_engine_goes_on_where_it_was(tmp_path: Path) -> None:
    whole = totals(tmp_path / "whole", in_order)
    started: list[str] = []

    def stop(folder: Path, tasks: int) -> None:
        started.append(folder.name)
        work(folder, 0)
        if folder.name.endswith("total"):
            raise KeyboardInterrupt
        work(folder, 1)

    def go_on(folder: Path, tasks: int) -> None:
        started.append(folder.name)
        in_order(folder, tasks)

    with pytest.raises(KeyboardInterrupt):
        totals(tmp_path / "stopped", stop)
    done = {path: path.stat().st_mtime_ns for path in (tmp_path / "stopped").glob("0*/*.arrow")}
    assert len(done) == 3 + 2
    with pytest.raises(DedupError, match="of another run"):
        totals(tmp_path / "stopped", go_on, "other")
    assert totals(tmp_path / "stopped", go_on).equals(whole)
    assert started == ["001-fill", "002-total", "002-total"]
    assert {path: path.stat().st_mtime_ns for path in done} == done


def test_engine_waits_for_files_that_are_seen_late(tmp_path: Path) -> None:
    def later(folder: Path, tasks: int) -> None:
        threading.Timer(0.5, in_order, [folder, tasks]).start()

    assert totals(tmp_path / "late", later).num_rows == 3
    with (
        patch.object(folder, "SEEN_AFTER_SECONDS", 0.1),
        pytest.raises(DedupError, match="ended and left no file"),
    ):
        totals(tmp_path / "never", lambda folder, tasks: None)


def test_file_stands_when_it_is_whole(tmp_path: Path) -> None:
    def fail(path: Path) -> None:
        with replaced(path) as file:
            file.write(b"half")
            raise ValueError

    for before in (False, True):
        if before:
            (tmp_path / "it").write_bytes(b"old")
        with pytest.raises(ValueError, match=r"^$"):
            fail(tmp_path / "it")
        assert command.tree(tmp_path) == ({"it": b"old"} if before else {})


# Files of records


def records(count: int) -> list[bytes]:
    """Stories of three versions each."""
    rng = random.Random(5)
    stories = [articles.word_list(rng, 80) for _ in range(-(-count // 3))]
    texts = [" ".join(words[: 80 - 5 * at]) for words in stories for at in range(3)]
    made = [{"id": f"a{at}", "text": text} for at, text in enumerate(texts[:count])]
    return [json.dumps(record).encode() for record in made]


BAD = [b'{"id": "x", "text": ', b"[]", b"null", b'{"id": "q"}', b"\xff\xfe", b'{"text": 5}']


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("lines.jsonl", b"\n".join(records(40)) + b"\n"),
        ("no_last_break.jsonl", b"\n".join(records(40))),
        ("windows.jsonl", b"\r\n".join(records(40)) + b"\r\n"),
        ("blank.jsonl", b"\n\n \n".join(records(40)) + b"\n\n"),
        ("bad.jsonl", b"\n".join(chain.from_iterable(zip(BAD, records(6), strict=True))) + b"\n"),
        ("surrogate.jsonl", b"\n".join(records(4)).replace(b'text": "', b'text": "\\ud83d ')),
        ("packed.jsonl.gz", gzip.compress(b"\n".join(records(40)))),
        ("empty.jsonl", b""),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_parts_of_lines(name: str, data: bytes, tmp_path: Path) -> None:
    """However a file is cut, its records are those that a pass reads."""
    path = tmp_path / name
    path.write_bytes(data)
    command.scan(path, "-o", tmp_path / "scanned", "--matches")
    wanted = clean_of(tmp_path / "scanned")
    for size in (1 << 20, 1000, 99):
        out = tmp_path / str(size)
        scan(InProcess(), parts_of([path], size), lambda part: part, out, 2, 10)
        assert_same(out, tmp_path / "scanned")
        clean = clean_of(out)
        assert clean == (gzip.decompress(wanted) if name.endswith(".gz") else wanted)


def test_parts_of_parquet(tmp_path: Path) -> None:
    path = tmp_path / "news.parquet"
    rows = [{**json.loads(it), "other": at} for at, it in enumerate(records(40))]
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=7)
    command.scan(path, "-o", tmp_path / "scanned", "--matches")
    scan(InProcess(), parts_of([path]), lambda part: part, tmp_path / "out", 2, 10)
    assert_same(tmp_path / "out", tmp_path / "scanned")
    files = sorted((tmp_path / "out" / "clean").iterdir())
    assert len(files) == 6
    kept = pa.concat_tables([pq.read_table(file) for file in files])
    assert kept.equals(pq.read_table(tmp_path / "scanned" / "clean" / "news.parquet"))


def test_files_that_change(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    path.write_bytes(b"\n".join(records(9)))
    parts = parts_of([path])
    path.write_bytes(b"\n".join(records(10)))
    with pytest.raises(DedupError, match="changed"):
        scan(InProcess(), parts, lambda part: part, tmp_path / "out")
    with pytest.raises(InputError, match="neither JSON lines nor Parquet"):
        parts_of([tmp_path / "news.csv"])


# The worked examples, each on the data that its page tells of, with the output that stands there


def shown(name: str) -> str:
    """What a page says that its script prints."""
    return snippets(ROOT / "docs" / "examples" / f"{name}.md", "text")[0]


def work_through(
    name: str, folder: Path, *arguments: str, stdin: bytes = b""
) -> "subprocess.CompletedProcess[bytes]":
    scripts = os.pathsep.join([str(Path(command.DEDUP).parent), os.environ["PATH"]])
    process = subprocess.run(
        [sys.executable, ROOT / "examples" / f"{name}.py", *arguments],
        cwd=folder,
        input=stdin,
        env={**os.environ, "PATH": scripts},
        capture_output=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr.decode()
    return process


def test_common_crawl_news(tmp_path: Path) -> None:
    mill, bank = " ".join(reports.MILL), " ".join(reports.BANK)
    days = {
        "08": [fetched("mill", mill), fetched("bank", bank)],
        "11": [fetched("mill-again", mill), fetched("excerpt", " ".join(reports.MILL[2:11]))],
    }
    for hour, pages in days.items():
        name = f"CC-NEWS-20260306{hour}0000-00001.warc.gz"
        (tmp_path / name).write_bytes(archive(pages, packed=True))
    archives = sorted(path.name for path in tmp_path.iterdir())
    process = work_through("common_crawl_news", tmp_path, "day", *archives)
    assert process.stdout.decode() == shown("common-crawl-news")
    assert command.summary(tmp_path / "day")["counts"]["kept"] == 2


def test_media_monitor(tmp_path: Path) -> None:
    wire, paper, update = (" ".join(reports.MILL[:lines]) for lines in (8, 8, 14))
    feed = [
        {"id": "wire-1", "text": wire, "date": "2026-03-06T06:00"},
        {"id": "paper-1", "text": paper.upper(), "date": "2026-03-06T07:30"},
        {"id": "bank-1", "text": " ".join(reports.BANK), "date": "2026-03-06T08:00"},
        {"id": "wire-2", "text": update, "date": "2026-03-06T09:00"},
    ]
    lines = [json.dumps(record).encode() + b"\n" for record in feed] + [b'{"id": "cut\n']
    process = work_through("media_monitor", tmp_path, "stories.idx", stdin=b"".join(lines))
    assert process.stdout == lines[0] + lines[2] + lines[3]
    assert process.stderr.decode() == shown("media-monitor")
    # What was killed before it had told of a line is given it again, and says the same.
    process = work_through("media_monitor", tmp_path, "stories.idx", stdin=b"".join(lines))
    assert process.stdout == lines[0] + lines[2] + lines[3]


def test_training_corpus(tmp_path: Path) -> None:
    own = [articles.article(seed) for seed in range(8)]
    shards = [[*own[:4], reports.MILL], [*own[4:], own[0].upper()], [own[5], reports.MILL[2:11]]]
    (tmp_path / "shards").mkdir()
    for at, texts in enumerate(shards):
        rows = [
            {"id": f"{at}-{row}", "text": text if isinstance(text, str) else " ".join(text)}
            for row, text in enumerate(texts)
        ]
        pq.write_table(pa.Table.from_pylist(rows), tmp_path / "shards" / f"part-{at}.parquet")
    process = work_through("training_corpus", tmp_path, "shards", "out")
    assert process.stdout.decode() == shown("training-corpus")
