"""`dedup index watch`: real workers, and files that land, fail, come again and are pulled away."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import command
import dumps
import psycopg
import pytest
from conftest import Place
from test_index_command import stored_ids, synthetic

import dedup
from dedup.dump import ingest
from dedup.dump.watch import Inbox, Watch

OLD = dumps.jsonl_bytes([dumps.record("old", dumps.STORY)])
NEW = dumps.jsonl_bytes([dumps.record("copy", dumps.COPY), dumps.record("a", dumps.OWN["a"])])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path


def land(folder: Path, name: str, data: bytes, age: int = 0) -> None:
    """Put a file in place at once, last changed so many seconds after the others."""
    path = folder / "arriving"
    path.write_bytes(data)
    os.utime(path, (1.7e9 + age, 1.7e9 + age))
    path.rename(folder / "in" / name)


class Worker:
    """`dedup index watch` in the background; what it says goes to files, which take no reader."""

    def __init__(self, folder: Path, *more: str, index: str = "s.idx") -> None:
        self.folder = folder
        given = [command.DEDUP, "index", "watch", index, "in", "--every", "0.1", "--json", *more]
        with (folder / "told").open("wb") as out, (folder / "said").open("wb") as err:
            self.process = subprocess.Popen(given, cwd=folder, stdout=out, stderr=err)

    def lines(self) -> list[str]:
        return (self.folder / "said").read_text().splitlines()

    def told(self) -> list[dict[str, Any]]:
        return command.read_lines(self.folder / "told")

    def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert self.process.poll() is None, self.lines()
            assert time.monotonic() < deadline, self.lines()
            time.sleep(0.005)

    def until_done(self, *names: str) -> None:
        self.until(lambda: all((self.folder / "in" / "done" / name).exists() for name in names))

    def stop(self, *sent: signal.Signals) -> int:
        for number in sent or [signal.SIGTERM]:
            self.process.send_signal(number)
        return self.process.wait()

    def __enter__(self) -> "Worker":
        self.until(lambda: any("watching" in line for line in self.lines()))
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()


def once(folder: Path, *more: str) -> list[dict[str, Any]]:
    """What a worker tells that takes what is there."""
    given = ("s.idx", "in", "--once", "--every", "0.1", "--json", *more)
    process = command.dedup("index", "watch", *given, cwd=folder)
    assert process.returncode == 0, process.stderr
    return [json.loads(line) for line in process.stdout.splitlines()]


def waiting(folder: Path) -> list[str]:
    return sorted(it.name for it in (folder / "in").iterdir() if it.is_file() and it.name[0] != ".")


def results(out: Path) -> dict[str, bytes]:
    return {name: it for name, it in command.tree(out).items() if "summary" not in name}


def inbox(folder: Path, **more: Any) -> Inbox:
    return Inbox(Watch(index=folder / "s.idx", folder=folder / "in", **more))


# --- what lands -----------------------------------------------------------------------------------


def test_files_as_they_land(folder: Path) -> None:
    """Each as `index add` has it."""
    with Worker(folder, "-o", "new", "--matches") as worker:
        land(folder, "old.jsonl", OLD)
        worker.until_done("old.jsonl")
        land(folder, "new.jsonl.gz", dumps.PACKERS[".gz"][0](NEW))
        worker.until(lambda: len(worker.told()) == 2)
        assert worker.stop() == 0
        assert worker.lines() == [
            "watching in every 0.1 s; results go to new",
            "old.jsonl: 1 kept, 0 dropped, 0 rejected",
            "new.jsonl.gz: 1 kept, 1 dropped, 0 rejected",
            "stopped",
        ]
    assert waiting(folder) == []
    for name, told in zip(("old.jsonl", "new.jsonl.gz"), worker.told(), strict=True):
        done = folder / "in" / "done" / name
        add = ("index", "add", "t.idx", done, "-o", f"added/{name}", "--matches")
        assert command.dedup(*add, cwd=folder).returncode == 0
        assert results(folder / "new" / name) == results(folder / "added" / name)
        counts = command.summary(folder / "new" / name)["counts"]
        assert told == {
            "file": name,
            "status": "done",
            "moved_to": f"in/done/{name}",
            "results": f"new/{name}",
            "counts": counts,
        }


def test_a_file_that_is_being_written(folder: Path) -> None:
    """It is taken when it has all, however long its writer pauses; another goes first."""
    half = len(NEW) // 2
    with Worker(folder) as worker:
        with (folder / "in" / "new.jsonl").open("wb", buffering=0) as file:
            file.write(NEW[:half])
            land(folder, "old.jsonl", OLD)
            worker.until_done("old.jsonl")
            assert waiting(folder) == ["new.jsonl"]
            file.write(NEW[half:])
        worker.until_done("new.jsonl")
        worker.until(lambda: len(worker.told()) == 2)
        assert [it["counts"]["read"] for it in worker.told()] == [1, 2]


def test_a_file_has_landed_when_it_stays_the_same(folder: Path) -> None:
    path = folder / "in" / "x.jsonl"
    with inbox(folder) as it:
        path.write_bytes(OLD)
        assert it.landed() == []
        path.write_bytes(OLD + NEW)
        assert it.landed() == []
        os.utime(path, (1, 1))  # as a copy gets the time of what was copied
        assert it.landed() == []
        assert it.landed() == ["x.jsonl"]
        path.rename(folder / "x.jsonl")
        assert it.landed() == []
        path.write_bytes(NEW)
        assert it.landed() == []
        assert it.landed() == ["x.jsonl"]


@pytest.mark.parametrize("moment", ["read", "added"])
@pytest.mark.parametrize("change", ["written", "removed"])
def test_a_file_that_changes_while_it_is_added(moment: str, change: str, folder: Path) -> None:
    """It has not failed, and is taken with all that it holds in the end."""
    path = folder / "in" / "x.jsonl"
    path.write_bytes(OLD)

    def add(request: ingest.Addition) -> dict[str, Any]:
        summary = ingest.add(request) if moment == "added" else {}
        path.unlink() if change == "removed" else path.write_bytes(OLD + NEW)
        return summary or ingest.add(request)

    with inbox(folder) as it:
        it.landed()
        assert it.landed() == ["x.jsonl"]
        assert it.take("x.jsonl", add) is None
        assert command.tree(folder / "in" / "failed") == {}
        assert command.tree(folder / "in" / "done") == {}
        if change == "removed":
            return
        it.landed()
        it.landed()
        taken = it.take("x.jsonl", ingest.add)
        assert taken is not None
        assert taken.path.read_bytes() == OLD + NEW
        assert results(taken.results)[f"clean/{path.name}"] == OLD + NEW.splitlines(True)[1]


def test_what_is_left_and_what_comes_first(folder: Path) -> None:
    left = [".x.jsonl", "x.jsonl.tmp", "x.PART", "x.crdownload", "x.csv~", "x.jsonl.filepart"]
    for age, name in enumerate([*left, "b.jsonl", "c.jsonl", "a.jsonl"]):
        land(folder, name, OLD, (age + 1) // 8)  # c and a at one time
    (folder / "in" / "sub").mkdir()
    (folder / "in" / "sub" / "x.jsonl").write_bytes(OLD)
    (folder / "in" / "link.jsonl").symlink_to("c.jsonl")
    os.mkfifo(folder / "in" / "pipe.jsonl")
    before = command.tree(folder / "in")
    with inbox(folder) as it:
        assert it.landed() == []
        assert it.landed() == ["b.jsonl", "a.jsonl", "c.jsonl"]
    assert [it["file"] for it in once(folder)] == ["b.jsonl", "a.jsonl", "c.jsonl"]
    gone = {"a.jsonl", "b.jsonl", "c.jsonl", "link.jsonl", ".dedup-watch"}
    after = command.tree(folder / "in")
    assert {name: after.get(name) for name in before.keys() - gone} == {
        name: before[name] for name in before.keys() - gone
    }


def test_files_that_cannot_be_read(folder: Path) -> None:
    land(folder, "1.pdf", OLD)
    land(folder, "2.jsonl", b"{\n{\n", 1)
    land(folder, "3.csv.gz", OLD, 2)
    land(folder, "4.jsonl", b"{\n" + OLD, 3)
    land(folder, "5.jsonl", b"", 4)
    told = once(folder)
    failed = folder / "in" / "failed"
    reasons = {"1.pdf": "save as .txt", "2.jsonl": "none of 2 records", "3.csv.gz": "3.csv.gz: "}
    for it, (name, reason) in zip(told[:3], reasons.items(), strict=True):
        assert (it["file"], it["status"]) == (name, "failed")
        assert it["moved_to"] == f"in/failed/{name}"
        assert reason in it["reason"]
        assert (failed / f"{name}.error.txt").read_text() == it["reason"] + "\n"
    assert len(command.tree(failed)) == 6
    assert [it["status"] for it in told[3:]] == ["done", "done"]
    assert [it["counts"]["rejected"] for it in told[3:]] == [1, 0]
    assert waiting(folder) == []


NAMES = [b"x.jsonl", b"x.jsonl.gz", b"x", b"x.y.txt", b"x-2.txt", b"X.JSONL.GZ"]
ODD = [b"-", b"-x.jsonl", b"--help.jsonl", b"a b\n.jsonl", b"\xff.jsonl", b"s3:.jsonl", b"%.txt"]
LONG = [b"n" * 249 + b".jsonl", b"x." + b"n" * 253, b"\xc3\xa9" * 124 + b".jsonl"]


@pytest.mark.parametrize("given", [*NAMES, *ODD, *LONG], ids=lambda it: repr(it[:12]))
def test_a_name_that_comes_again(given: bytes, folder: Path) -> None:
    """Nothing is written over, whatever it is called."""
    name = os.fsdecode(given)
    texts = [text.encode() for text in list(dumps.OWN.values())[:3]]
    moved = []
    for text in texts:
        packed = dumps.PACKERS[".gz" if given.lower().endswith(b".gz") else ""][0]
        data = packed(
            dumps.jsonl_bytes([{"text": text.decode()}]) if b"json" in given.lower() else text
        )
        land(folder, name, data)
        (told,) = once(folder)
        places = command.tree(folder / "in" / "done") | command.tree(folder / "in" / "failed")
        (new,) = [it for it in places if it not in moved and not it.endswith(".error.txt")]
        assert places[new] == data
        moved += [it for it in places if it not in moved]
        assert (told["status"] == "done") == (b"json" in given.lower() or b"txt" in given)
    stored = [it for it in (folder / "in" / "new").rglob("clean/*") if it.is_file()]
    assert len(stored) == (3 if told["status"] == "done" else 0)
    assert {it.name for it in stored} <= {name}
    assert waiting(folder) == []


def test_numbers_of_names(folder: Path) -> None:
    for number in range(3):
        land(folder, "x.jsonl.gz", b"", number)
        land(folder, "x.y.txt", OLD, number)
        once(folder)
    assert sorted(command.tree(folder / "in" / "done")) == [
        *("x.jsonl-2.gz", "x.jsonl-3.gz", "x.jsonl.gz")[:0],
        *("x.y-2.txt", "x.y-3.txt", "x.y.txt"),
    ]
    # A file that could not be read keeps its number, and so does one that was cleared away.
    assert sorted(it for it in command.tree(folder / "in" / "failed") if "error" not in it) == [
        "x-2.jsonl.gz",
        "x-3.jsonl.gz",
        "x.jsonl.gz",
    ]
    (folder / "in" / "done" / "x.y.txt").unlink()
    land(folder, "x.y.txt", OLD)
    assert once(folder)[0]["results"] == "in/new/x.y-4.txt"


def test_an_article_that_comes_again(folder: Path) -> None:
    """Under its id it gets the answer of the first time, and without one it is a duplicate."""
    for options in ((), ("--id-field", "none")):
        for name in ("x", "y"):
            land(folder, f"{name}{len(options)}.jsonl", OLD)
        index = ("s.idx", "t.idx")[bool(options)]
        given = ("index", "watch", index, "in", "--once", "--every", "0.1", "--json", *options)
        process = command.dedup(*given, cwd=folder)
        told = [json.loads(line)["counts"]["kept"] for line in process.stdout.splitlines()]
        assert told == [1, 0 if options else 1]


# --- workers that die, and stop -------------------------------------------------------------------

# Dies before the step after so many of those that change something, as by kill -9.
DIES = """
import os, signal, sys
left = [int(sys.argv.pop(1))]
KINDS = ("os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.truncate")
def hear(kind, given):
    if kind in KINDS or kind == "open" and given[2] & (os.O_WRONLY | os.O_RDWR):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(hear)
from dedup.cli import main
main()
"""


def test_killed_at_any_step(tmp_path: Path) -> None:
    """And started again: each file once in done/ or failed/, each result once, as if undisturbed.
    Files of the same names came before."""
    whole, before = tmp_path / "whole", tmp_path / "before"
    (whole / "in").mkdir(parents=True)
    for day in (OLD, NEW):
        land(whole, "x.jsonl", day)
        land(whole, "y.pdf", day)
        if day is NEW:
            shutil.copytree(whole, before)
        once(whole, "-o", "new")
    expected = left(whole)
    assert expected["new/x-2.jsonl/clean/x.jsonl"] == NEW.splitlines(True)[1]
    given = ("index", "watch", "s.idx", "in", "--once", "--every", "0.1", "-o", "new")
    for step in count(1, 3):
        folder = tmp_path / str(step)
        shutil.copytree(before, folder)
        run = [sys.executable, "-c", DIES, str(step), *given]
        process = subprocess.run(run, cwd=folder, capture_output=True, check=False)
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL, process.stderr
        once(folder, "-o", "new")
        assert left(folder) == expected, step
    assert step > 30


def left(folder: Path) -> dict[str, bytes]:
    # Summaries and reasons name the folder. A temporary one may stay, with nothing in it.
    others = (".idx", "summary", ".new-dedup-", ".dedup-watch")
    return {
        name: re.sub(rb"/\S*/in/", b"", data)
        for name, data in command.tree(folder).items()
        if not any(it in name for it in others)
    }


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_stopped_while_at_work(sent: signal.Signals, folder: Path) -> None:
    """The file stays, without results; the next worker gives what one that was never stopped does,
    though articles of it were stored before."""
    rows = synthetic(3_000)
    land(folder, "x.jsonl", dumps.jsonl_bytes(rows))
    with Worker(folder, "-o", "new", "--matches") as worker:
        worker.until(lambda: stored_ids(folder / "s.idx", rows))
        status = worker.stop(sent)
        assert status == (-signal.SIGKILL if sent == signal.SIGKILL else 0)
        if status == 0:
            assert worker.lines()[-1] == "stopped; x.jsonl stays and is taken again"
            assert list((folder / "new").iterdir()) == []
        assert worker.told() == []
    assert waiting(folder) == ["x.jsonl"]
    assert 0 < len(stored_ids(folder / "s.idx", rows)) < len(rows)
    assert [it["results"] for it in once(folder, "-o", "new", "--matches")] == ["new/x.jsonl"]
    add = ("index", "add", "t.idx", "in/done/x.jsonl", "-o", "whole", "--matches")
    assert command.dedup(*add, cwd=folder).returncode == 0
    assert results(folder / "new" / "x.jsonl") == results(folder / "whole")


# Is told to stop in the moment in which it moves a file.
STOPS = """
import os, signal, sys
def hear(kind, given):
    if kind == "os.rename" and "/done/" in str(given[1]):
        os.kill(os.getpid(), signal.SIGTERM)
sys.addaudithook(hear)
from dedup.cli import main
main()
"""


def test_stopped_while_it_moves_a_file(folder: Path) -> None:
    """That is told of; the next file stays."""
    land(folder, "x.jsonl", OLD)
    land(folder, "y.jsonl", NEW, 1)
    given = ("index", "watch", "s.idx", "in", "--every", "0.1", "--json")
    run = [sys.executable, "-c", STOPS, *given]
    process = subprocess.run(run, cwd=folder, capture_output=True, check=False)
    assert process.returncode == 0, process.stderr
    assert json.loads(process.stdout)["file"] == "x.jsonl"
    assert process.stderr.splitlines()[-1] == b"stopped; y.jsonl stays and is taken again"
    assert waiting(folder) == ["y.jsonl"]
    assert command.tree(folder / "in" / "done") == {"x.jsonl": OLD}


@pytest.mark.parametrize(
    "sent",
    [[signal.SIGTERM], [signal.SIGINT], [signal.SIGHUP], [signal.SIGTERM] * 20],
    ids=lambda sent: "+".join(it.name for it in sent[:2]),
)
def test_stopped_while_it_waits(sent: list[signal.Signals], folder: Path) -> None:
    with Worker(folder, "--every", "86400") as worker:
        assert worker.stop(*sent) == 0
        assert worker.lines()[1:] == ["stopped"]


# --- what is not the fault of a file --------------------------------------------------------------


def test_an_index_that_another_writes(folder: Path) -> None:
    """The file stays, which is said once; then it is taken."""
    with Worker(folder) as worker:
        with dedup.Index.open(folder / "s.idx") as index:
            land(folder, "old.jsonl", OLD)
            worker.until(lambda: len(worker.lines()) > 1)
            time.sleep(0.5)  # some more looks
            assert waiting(folder) == ["old.jsonl"]
            index.add({"id": "other", "text": dumps.OWN["b"]})
            (line,) = worker.lines()[1:]
            assert line.startswith("error: ")
            assert line.endswith("; tried again every 0.1 s")
            assert "is open for writing" in line
        worker.until_done("old.jsonl")
        assert worker.stop() == 0
    with dedup.Index.open(folder / "s.idx", read_only=True) as index:
        assert index.stats()["articles"] == 2


def test_a_database(database: Place, folder: Path) -> None:
    """While its tables are away files stay; workers of other folders share it."""
    url = database("watched")
    server, _, schema = url.partition("?options=-csearch_path%3D")
    with (
        psycopg.connect(server, autocommit=True) as connection,
        Worker(folder, index=url) as worker,
    ):
        connection.execute(f"ALTER SCHEMA {schema} RENAME TO {schema}_away")
        land(folder, "old.jsonl", OLD)
        worker.until(lambda: any("error: " in line for line in worker.lines()))
        assert waiting(folder) == ["old.jsonl"]
        connection.execute(f"ALTER SCHEMA {schema}_away RENAME TO {schema}")
        worker.until_done("old.jsonl")
        other = folder / "other"
        (other / "in").mkdir(parents=True)
        land(other, "new.jsonl", NEW)
        with Worker(other, index=url) as second:
            second.until(lambda: len(second.told()) == 1)
            counts = second.told()[0]["counts"]
            assert (counts["kept"], counts["dropped_for_index"]) == (1, 1)
    assert command.tree(folder / "in" / "failed") == {}


def test_results_that_cannot_be_written(folder: Path) -> None:
    """As when a disk is gone: a file of the name of the folder for results."""
    with Worker(folder, "-o", "new") as worker:
        (folder / "new").rmdir()
        (folder / "new").write_bytes(b"")
        land(folder, "old.jsonl", OLD)
        worker.until(lambda: any("error" in line for line in worker.lines()))
        assert waiting(folder) == ["old.jsonl"]
        assert command.tree(folder / "in" / "failed") == {}
        (folder / "new").unlink()
        worker.until_done("old.jsonl")
    assert results(folder / "new" / "old.jsonl")["clean/old.jsonl"] == OLD


def test_a_file_that_cannot_be_moved(folder: Path) -> None:
    """Its results are not written a second time."""
    done = folder / "in" / "done"
    with Worker(folder, "-o", "new") as worker:
        done.rmdir()
        land(folder, "old.jsonl", OLD)
        worker.until(lambda: any("error" in line for line in worker.lines()))
        done.mkdir()
        worker.until_done("old.jsonl")
    assert [it.name for it in (folder / "new").iterdir()] == ["old.jsonl"]


def test_two_workers(folder: Path) -> None:
    with Worker(folder):
        given = ("index", "watch", "s.idx", "in", "--once", "--every", "0.1")
        command.fails(folder, "in is watched by another process", *given)
    once(folder)  # the lock of one that was killed is none


STARTS = {
    "s.idx nowhere": "there is no folder nowhere",
    "s.idx file": "there is no folder file",
    "s.idx /proc": "cannot write into /proc",
    "s.idx in -o in": "cannot go into in",
    "s.idx in -o in/done": "cannot go into in/done",
    "s.idx in -o file": "cannot make the folder file: File exists",
    "s.idx in -o /proc/new": "cannot make the folder /proc/new",
    "s.idx taken": "cannot make the folder taken/done: File exists",
    "s.idx far": "far/done is on another file system than far",
    "made.idx in --keep longest": "made with keep",
    "damaged.idx in": "damaged.idx",
    "nowhere/s.idx in": "nowhere/s.idx",
}


@pytest.mark.parametrize("given", STARTS)
def test_what_fails_at_the_start(given: str, folder: Path) -> None:
    (folder / "file").write_bytes(OLD)
    (folder / "taken").mkdir()
    (folder / "taken" / "done").write_bytes(b"")
    (folder / "far").mkdir()
    (folder / "far" / "done").symlink_to("/dev/shm")
    dedup.Index.open(folder / "made.idx").close()
    (folder / "damaged.idx").write_bytes(OLD * 9)
    land(folder, "old.jsonl", OLD)
    error = command.error_of(folder, "index", "watch", *given.split(), "--every", "0.1")
    assert STARTS[given] in error
    assert waiting(folder) == ["old.jsonl"]


@pytest.mark.parametrize("given", ["in s.idx", "s.idx in --every 0", "s.idx in --every nan"])
def test_wrong_usage(given: str, folder: Path) -> None:
    assert command.dedup("index", "watch", *given.split(), cwd=folder).returncode == 2


def test_once_fails_when_the_index_does(folder: Path) -> None:
    land(folder, "old.jsonl", OLD)
    with dedup.Index.open(folder / "s.idx"):
        error = command.error_of(folder, "index", "watch", "s.idx", "in", "--once")
    assert "is open for writing" in error
    with (
        Worker(folder, "--once", "--every", "3") as worker,
        dedup.Index.open(folder / "s.idx"),
    ):
        assert worker.process.wait() == 1
        assert len(worker.lines()) == 2
        assert "is open for writing" in worker.lines()[1]
    assert waiting(folder) == ["old.jsonl"]
