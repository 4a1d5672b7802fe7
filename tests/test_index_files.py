"""The file of an index, as it is moved, linked, overwritten, locked, cut and opened twice."""

import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import articles
import command
import pytest
from test_index import READER, WRITER, answers, ask, distinct, process, synthetic

import dedup


def made(path: Path, count: int = 30, start: int = 0) -> list[dedup.Article]:
    given = distinct(count, start)
    with dedup.Index.open(path) as index:
        for article in given:
            index.add(article)
    return given


# ---- replaced and overwritten ----


@pytest.mark.parametrize("read_only", [True, False], ids=["reads", "writes"])
def test_a_file_that_is_replaced_while_it_is_open(tmp_path: Path, read_only: bool) -> None:
    path, other = tmp_path / "news.idx", tmp_path / "other.idx"
    given = made(path)
    made(other, 40, start=100)
    with dedup.Index.open(path, read_only=read_only) as index:
        assert index.check(given[0].text)
        other.rename(path)
        seen: list[str] = []

        def look() -> None:
            try:
                index.check(given[1].text)
            except dedup.StorageError as error:
                seen.append(str(error))

        threads = [threading.Thread(target=look) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
            assert not thread.is_alive()
        assert len(seen) == 8
        assert all("was replaced while it was open" in it for it in seen)
        if not read_only:
            with pytest.raises(dedup.StorageError, match="was replaced"):
                index.add(distinct(1, 900)[0])
    with dedup.Index.open(path, read_only=True) as index:
        assert len(index) == 40


def test_a_replaced_file_can_be_opened_beside_the_old_one(tmp_path: Path) -> None:
    path, other = tmp_path / "news.idx", tmp_path / "other.idx"
    made(path)
    made(other, 40, start=100)
    old = dedup.Index.open(path)
    other.rename(path)
    with pytest.raises(dedup.StorageError, match="was replaced"):
        old.check("Some text.")
    old.close()
    with dedup.Index.open(path) as index:
        assert len(index) == 40
        index.add(distinct(1, 900)[0])


OVERWRITTEN = """
import sys, dedup
with dedup.Index.open(sys.argv[1], read_only=sys.argv[2] == "reads") as index:
    for line in sys.stdin:
        try:
            print(*sorted(match.id_b for match in index.check(line)), flush=True)
        except dedup.StorageError as error:
            print("error:", error, flush=True)
        if sys.argv[2] == "writes":
            try:
                index.add({"id": line[:20], "text": line})
            except dedup.StorageError as error:
                print("error:", error, flush=True)
"""


@pytest.mark.parametrize("access", ["reads", "writes"])
@pytest.mark.parametrize("how", ["another", "an older copy", "cut", "empty", "no index"])
def test_a_file_that_is_overwritten_while_it_is_open(tmp_path: Path, access: str, how: str) -> None:
    """No process dies by it, and none gives an article of another index."""
    path = tmp_path / "news.idx"
    given = made(path, 60)
    older = path.read_bytes()
    more = made(path, 400, start=60)
    made(tmp_path / "other.idx", 500, start=1000)
    content = {
        "another": (tmp_path / "other.idx").read_bytes(),
        "an older copy": older,
        "cut": path.read_bytes()[: 3 * 4096],
        "empty": b"",
        "no index": b"x" * 100_000,
    }[how]
    names = {it.id for it in (*given, *more)}
    arguments = [sys.executable, "-c", OVERWRITTEN, path.name, access]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        arguments, cwd=tmp_path, stdin=pipe, stdout=pipe, stderr=pipe, text=True
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(given[0].text + "\n")
        child.stdin.flush()
        assert child.stdout.readline().strip() == given[0].id
        if access == "writes":
            child.stdin.write("And something else.\n")
            child.stdin.flush()
            assert child.stdout.readline().strip() == ""
        path.write_bytes(content)  # as cp does: the same file, cut and written
        asked = [*given[1:40], *more[:200:5], *distinct(20, 1000)]
        child.stdin.writelines(f"{it.text}\n" for it in asked)
        child.stdin.close()
        said = child.stdout.read().splitlines()
        errors = child.stderr.read() if child.stderr else ""
        assert child.wait() == 0, errors
    assert any(line.startswith("error:") for line in said)
    for line in said:
        assert line.startswith("error:") or set(line.split()) <= names | {
            it.text[:20] for it in asked
        }
    if access == "writes":
        assert path.read_bytes() == content, "a writer wrote into the file of another"


# ---- names and locks ----


@pytest.mark.parametrize("link", ["symbolic", "folder", "relative", "hard"])
def test_writers_by_several_names_see_each_other(
    tmp_path: Path, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    path = tmp_path / "real" / "news.idx"
    made(path)
    other = tmp_path / "other.idx"
    if link == "symbolic":
        other.symlink_to(path)
    elif link == "folder":
        (tmp_path / "link").symlink_to(tmp_path / "real")
        other = tmp_path / "link" / "news.idx"
    elif link == "relative":
        monkeypatch.chdir(tmp_path / "real")
        other = Path("../real/./news.idx")
    else:
        os.link(path, other)
        with pytest.raises(dedup.StorageError, match="has 2 names"):
            dedup.Index.open(other)
        return
    with process(WRITER, path) as writer:
        assert ask(writer, "a\tSome text.") == "a"
        with pytest.raises(dedup.StorageError, match=f"for writing by process {writer.pid} on "):
            dedup.Index.open(other)
        with dedup.Index.open(other, read_only=True) as index:
            assert "a" in index
    with dedup.Index.open(other) as index:
        index.add(dedup.Article("Another text.", "b"))
    with dedup.Index.open(path) as index:
        assert len(index) == 32


def test_a_link_to_an_index_that_is_not_there_yet(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "news.idx").symlink_to(Path("data", "news.idx"))
    with dedup.Index.open(tmp_path / "news.idx") as index:
        index.add(dedup.Article("A text.", "a"))
    assert (tmp_path / "data" / "news.idx").is_file()


HOLDING = """
import os, sys, time, dedup
index = dedup.Index.open(sys.argv[1])
index.add({"id": "a", "text": "Some text."})
child = os.fork()
if child == 0:
    time.sleep(60)
    os._exit(0)
index.close()
print(child, flush=True)
sys.stdin.read()
"""


def test_close_lets_go_though_a_child_lives(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    with process(HOLDING, path) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        try:
            with dedup.Index.open(path) as index:
                index.add(dedup.Article("Another text.", "b"))
        finally:
            os.kill(child, signal.SIGKILL)
    with dedup.Index.open(path) as index:
        assert list(index) == ["a", "b"]


def test_nothing_is_left_beside_what_is_no_index(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("What a desk has to do today.\n" * 100)
    with pytest.raises(dedup.StorageError, match="no index of dedup"):
        dedup.Index.open(path)
    assert [it.name for it in tmp_path.iterdir()] == ["notes.txt"]


@pytest.mark.parametrize("name", ["file:news.idx", "file:a?mode=ro", "a%20b#c.idx", "ü 新.idx"])
def test_names_of_any_kind(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with dedup.Index.open(name) as index:
        index.add(dedup.Article("A text.", "a"))
    assert {it.name for it in tmp_path.iterdir()} == {name, f"{name}-writer"}
    with dedup.Index.open(tmp_path / name, read_only=True) as index:
        assert "a" in index


# ---- several times in one process ----


def test_a_file_is_opened_twice_in_a_notebook(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    index = dedup.Index.open(path)
    index.add(dedup.Article("A text.", "a"))
    index = dedup.Index.open(path)  # the cell is run again
    index.add(dedup.Article("Another text.", "b"))
    again = dedup.Index.open(str(path))
    assert list(again) == ["a", "b"]
    index.close()
    assert list(again) == ["a", "b"]
    with pytest.raises(dedup.StorageError, match="closed"):
        index.check("A text.")
    with pytest.raises(dedup.StorageError, match="made with keep 'earliest', not 'latest'"):
        dedup.Index.open(path, keep="latest")
    again.close()
    with process(WRITER, path) as writer:
        assert ask(writer, "c\tA third text.") == "c"


def test_one_that_is_forgotten_lets_go(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    index = dedup.Index.open(path)
    del index
    with process(WRITER, path) as writer:
        assert ask(writer, "c\tA third text.") == "c"


def open_in_child(path: Path, said: "multiprocessing.SimpleQueue[str]") -> None:
    try:
        dedup.Index.open(path)
    except dedup.StorageError as error:
        said.put(str(error))


def test_a_child_does_not_share_what_its_parent_holds(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    context = multiprocessing.get_context("fork")
    said: multiprocessing.SimpleQueue[str] = context.SimpleQueue()
    with dedup.Index.open(path) as index:
        child = context.Process(target=open_in_child, args=(path, said))
        child.start()
        child.join()
        assert f"for writing by process {os.getpid()} on" in said.get()
        index.add(dedup.Article("A text.", "a"))


# ---- for one who may only read ----

READ = """
import os, sys, dedup
if sys.argv[3] == "nobody":  # root may write everywhere
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
with dedup.Index.open(sys.argv[1], read_only=True) as index:
    print(len(index), *[match.id_b for match in index.check(sys.argv[2])])
"""


def readable(
    path: Path, text: str, *before: str, user: str = ""
) -> "subprocess.CompletedProcess[str]":
    arguments = [*before, sys.executable, "-c", READ, str(path), text, user]
    return subprocess.run(arguments, cwd="/", capture_output=True, text=True, check=False)


def given_to_read(tmp_path: Path) -> tuple[Path, list[dedup.Article]]:
    """An index in a folder that others than its owner can read, and not write to."""
    folder = Path(tmp_path.anchor, "var", "tmp", f"dedup-test-{os.getpid()}-{tmp_path.name}")
    folder.mkdir(mode=0o755)
    given = made(folder / "news.idx")
    (folder / "news.idx").chmod(0o644)
    return folder, given


def test_a_user_who_may_only_read(tmp_path: Path) -> None:
    folder, given = given_to_read(tmp_path)
    try:
        read = readable(folder / "news.idx", given[3].text, user="nobody")
        assert (read.stdout, read.returncode) == ("30 n3\n", 0), read.stderr
        assert {it.name for it in folder.iterdir()} == {"news.idx", "news.idx-writer"}
        # Beside a writer, whose log is not for everybody.
        with dedup.Index.open(folder / "news.idx") as index:
            index.add(dedup.Article("One more.", "more"))
            read = readable(folder / "news.idx", given[3].text, user="nobody")
            assert read.stdout == "31 n3\n" or "StorageError" in read.stderr
    finally:
        shutil.rmtree(folder)


def test_a_disk_that_is_read_only(tmp_path: Path) -> None:
    path = tmp_path / "disk" / "news.idx"
    path.parent.mkdir()
    given = made(path)
    mount = 'mount --bind -o ro "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'
    before = ("unshare", "--mount", "--map-root-user", "sh", "-c", mount, str(path.parent))
    read = readable(path, given[3].text, *before)
    assert (read.stdout, read.returncode) == ("30 n3\n", 0), read.stderr


# ---- space ----


def test_compact_is_refused_without_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = 'mount -t tmpfs -o size=20m tmpfs "$0" && exec "$@"'
    program = """
import sys, dedup
from test_index import distinct
with dedup.Index.open(sys.argv[1]) as index:
    index.add_many(distinct(3000))
    try:
        index.compact()
    except dedup.StorageError as error:
        print(error)
    assert len(index.check(distinct(1)[0].text)) == 1
"""
    python = [sys.executable, "-c", program, str(disk / "news.idx")]
    environment = {**os.environ, "PYTHONPATH": ":".join([str(Path(__file__).parent), *sys.path])}
    arguments = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount, str(disk), *python]
    done = subprocess.run(arguments, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "to compact" in done.stdout
    assert "MB are free" in done.stdout


# ---- merging in steps ----


def test_merging_aside_changes_no_answer(tmp_path: Path) -> None:
    """20,000 single adds, over the making of a run, with the index opened anew in the midst."""
    given = synthetic(20_000)
    asked = given[::40]
    path = tmp_path / "news.idx"
    for start in range(0, len(given), 5_000):
        with dedup.Index.open(path) as index:
            for article in given[start : start + 5_000]:
                index.add(article)
    with dedup.Index.open(path) as index:
        assert index.stats()["runs"] == 1
        before = [{it.id_b for it in found} for found in answers(index, asked)]
        index.compact()
        after = [{it.id_b for it in found} for found in answers(index, asked)]
    # Which words are common was counted of others.
    assert sum(x != y for x, y in zip(before, after, strict=True)) <= len(asked) * 0.02


def test_bulk_and_compact_while_a_run_is_made(tmp_path: Path) -> None:
    given = [dedup.Article(f"Text number {number}.", str(number)) for number in range(17_500)]
    with dedup.Index.open(tmp_path / "news.idx") as index:
        for article in given[:16_600]:
            index.add(article)
        index.add_many(given[16_600:17_000])
        for article in given[17_000:]:
            index.add(article)
        assert all(len(index.check(it.text)) == 1 for it in given[::97])
        index.compact()
        assert all(len(index.check(it.text)) == 1 for it in given[::97])
        assert index.stats()["runs"] == 1


def test_killed_while_a_run_is_made(tmp_path: Path) -> None:
    path = tmp_path / "news.idx"
    count = 16_384
    with dedup.Index.open(path) as index:
        for number in range(count - 5):
            index.add(dedup.Article(f"Text number {number}.", str(number)))
    for start in range(count - 5, count + 800, 60):
        with process(WRITER, path) as writer:
            for number in range(start, start + 60):
                assert ask(writer, f"{number}\tText number {number}.") == str(number)
            os.kill(writer.pid, signal.SIGKILL)
        with process(READER, path) as reader:
            for number in (*range(0, start + 60, 1_000), start + 59):
                assert ask(reader, f"Text number {number}.") == str(number)
    with dedup.Index.open(path) as index:
        for number in range(start + 60, start + 4_000):
            index.add(dedup.Article(f"Text number {number}.", str(number)))
        assert index.stats()["runs"] == 1
        assert list(index) == [str(number) for number in range(start + 4_000)]


# ---- many at once ----


def test_one_refused_refuses_itself(tmp_path: Path) -> None:
    given = [{"id": str(number), "text": f"Text {number}."} for number in range(2_000)]
    with dedup.Index.open(tmp_path / "news.idx") as index:
        index.add_many(given[:10])
        others = [{**it, "text": "Other."} if it["id"] in ("3", "7") else it for it in given]
        with pytest.raises(dedup.IdError, match=r"'3', '7' are in .* 1,998 articles are") as raised:
            index.add_many(others)
        assert (raised.value.ids, raised.value.stored) == (("3", "7"), 1_998)
        assert len(index) == 2_000


@pytest.mark.parametrize("wrong", [{"id": "x"}, {"text": "No id."}, 5], ids=str)
def test_what_is_stored_when_it_fails_is_what_it_says(tmp_path: Path, wrong: object) -> None:
    rows: list[object] = [{"id": str(number), "text": f"Text {number}."} for number in range(5_000)]
    with dedup.Index.open(tmp_path / "news.idx") as index:
        with pytest.raises(dedup.InputError, match=r"article 3333 .*; the 3,333 before it are"):
            index.add_many([*rows[:3_333], wrong, *rows[3_333:]])
        assert len(index) == 3_333


BULK = """
import sys, dedup
text = "".join(f"Sentence {number} of a long report. " for number in range(250))
with dedup.Index.open(sys.argv[1], texts=False) as index:
    index.add_many({"id": f"b{number}", "text": f"{number} {text}"} for number in range(30000))
    # Of this process alone: what resource counts is inherited from the one that started it.
    with open("/proc/self/status") as status:
        print(status.read().split("VmHWM:")[1].split()[0])
"""


def test_many_are_bounded_by_their_bytes(tmp_path: Path) -> None:
    """32,768 texts of 8 kB would be 270 MB twice over, and what is made of them."""
    with process(BULK, tmp_path / "news.idx") as child:
        out, _ = child.communicate()
    assert int(out) < 700_000, "kB"


def test_as_many_threads_as_start(tmp_path: Path) -> None:
    with dedup.Index.open(tmp_path / "news.idx", threads=2) as index:
        assert index.add_many(distinct(40)) == 40
    program = """
import resource, sys, dedup
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
with dedup.Index.open(sys.argv[1], threads=1024) as index:
    try:
        index.add_many([{"id": str(n), "text": f"Text {n}."} for n in range(100)])
        print("stored")
    except dedup.DedupError as error:
        print(error)
"""
    with process(program, tmp_path / "few.idx") as child:
        out, _ = child.communicate()
    assert child.returncode == 0
    assert "stored" in out or "threads" in out


# ---- export ----


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.jsonl.zst", "x.parquet"])
def test_export(tmp_path: Path, name: str) -> None:
    given = synthetic(300)
    with dedup.Index.open(tmp_path / "news.idx") as index:
        for article in given:
            index.add(article)
        stored = list(index.articles())
        assert index.export(tmp_path / name) == len(given)
    assert command.dedup("index", "add", "again.idx", name, cwd=tmp_path).returncode == 0
    with dedup.Index.open(tmp_path / "again.idx") as index:
        found = list(index.articles())
    figures = [(it.id, it.text, it.date, it.duplicate_of) for it in stored]
    assert [(it.id, it.text, it.date, it.duplicate_of) for it in found] == figures
    printed = command.dedup("index", "export", "news.idx", "-", cwd=tmp_path).stdout
    rows = [json.loads(line) for line in printed.splitlines()]
    assert [row["id"] for row in rows] == [it.id for it in stored]
    assert [row["duplicate_of"] for row in rows] == [it.duplicate_of for it in stored]


def test_export_that_fails_leaves_no_file(tmp_path: Path) -> None:
    made(tmp_path / "news.idx")
    with dedup.Index.open(tmp_path / "news.idx", read_only=True) as index:
        with pytest.raises(dedup.OutputError, match="no ending"):
            index.export(tmp_path / "x.txt")
        with pytest.raises(dedup.OutputError, match="No such file"):
            index.export(tmp_path / "none" / "x.jsonl")
    assert {it.name for it in tmp_path.iterdir()} == {"news.idx", "news.idx-writer"}


def test_texts_of_the_longest_id(tmp_path: Path) -> None:
    with dedup.Index.open(tmp_path / "news.idx") as index:
        index.add(dedup.Article(articles.article(1), id=5))
        assert 5 in index
        assert "5" in index
