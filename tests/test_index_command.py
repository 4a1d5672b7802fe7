"""`dedup index` and `dedup scan --index`: dumps beside the index, by the real command."""

import json
import random
import re
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import articles
import command
import dumps
import oracle
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from conftest import Place
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from test_clusters import DROPS, RARE, corpora, of_oracle
from test_index import drops

import dedup
from dedup import _core
from dedup.config import KEEP_RULES, MIN_COVERED
from dedup.dump.objects import masked
from dedup.index import storage_of

SEEDS = Path(__file__).parent.parent / "seeds"

Rows = list[dict[str, Any]]


def index(folder: Path, *arguments: str | Path, stdin: bytes = b"") -> str:
    """Run `dedup index`, which must succeed, and return its standard output."""
    process = command.dedup("index", *arguments, stdin=stdin, cwd=folder)
    assert process.returncode == 0, process.stderr
    return process.stdout


def add(folder: Path, *arguments: str | Path, stdin: bytes = b"") -> dict[str, int]:
    """The counts of `dedup index add`, which must add up."""
    out = index(folder, "add", *arguments, "--json", stdin=stdin)
    counts: dict[str, int] = json.loads(out)["counts"]
    assert counts["read"] == counts["kept"] + counts["dropped"] + counts["rejected"]
    return counts


def synthetic(count: int) -> Rows:
    """Stories with their versions, in the order of their dates."""
    lines = b"".join(_core.Synthesis(count)).splitlines()
    return sorted(map(json.loads, lines), key=lambda row: row["date"])


def read_ids(path: Path) -> list[str]:
    return [line["id"] for line in command.read_lines(path)]


# --- add ------------------------------------------------------------------------------------------


def test_seeds_one_by_one(tmp_path: Path) -> None:
    found, flagged = {}, []
    for number, path in enumerate(sorted(SEEDS.glob("*.txt"))):
        out = tmp_path / str(number)
        index(tmp_path, "add", "seeds.idx", path, "-o", out, "--matches")
        flagged += command.read_lines(out / "matches.jsonl")
        assert command.summary(out)["index"] == {"path": "seeds.idx", "articles": number + 1}
        for line in command.read_lines(out / "duplicates.jsonl"):
            found[line["id"][:3]] = (line["duplicate_of"][:3], line["relation"])
        kept = [name[:3] for name in command.tree(out / "clean")]
        assert kept == ([] if path.name[:3] in found else [path.name[:3]])
    (match,) = flagged
    assert (match["id_a"][:3], match["id_b"][:3]) == ("000", "001")
    goes = match["covered_b"] >= MIN_COVERED
    assert found == ({"001": ("000", "rewritten")} if goes else {})


def is_old(found: dedup.Match) -> bool:
    """Whether `index add` leaves an article out of clean/, as it does an exact copy of one stored
    that the keep rule alone would not drop it for."""
    return found.may_go in ("a", "either") or (found.late and found.relation == "exact")


def test_todays_dump_into_yesterdays_index(tmp_path: Path) -> None:
    """What `Index.add` says of each article, one after the other, in the files of a pass."""
    rows = synthetic(600)
    (tmp_path / "old.jsonl").write_bytes(dumps.jsonl_bytes(rows[:350]))
    (tmp_path / "new.jsonl.gz").write_bytes(dumps.PACKERS[".gz"][0](dumps.jsonl_bytes(rows[350:])))
    assert add(tmp_path, "a.idx", "old.jsonl")["read"] == 350
    counts = add(tmp_path, "a.idx", "new.jsonl.gz", "-o", "new", "--matches")
    expected, matches = [], set()
    with dedup.Index.open(tmp_path / "b.idx") as library:
        for row in rows[:350]:
            library.add(row)
        for row in rows[350:]:
            matches |= {(*sorted((m.id_a, m.id_b)), m.relation) for m in library.check(row)}
            it = library.add(row)
            if it is not None and is_old(it):
                figures = (it.relation, it.score, it.covered_a, it.similarity, it.containment)
                expected.append((row["id"], it.id_b, *figures))
        new = tmp_path / "new"
        assert command.summary(new)["counts"] == counts
        duplicates = command.read_lines(new / "duplicates.jsonl")
        assert [tuple(line.values()) for line in duplicates] == sorted(expected)
        lines = command.read_lines(new / "matches.jsonl")
        assert {(it["id_a"], it["id_b"], it["relation"]) for it in lines} == matches
        assert len(lines) == len(matches)
        pairs = [(it["id_a"], it["id_b"]) for it in lines]
        assert pairs == sorted(pairs)
        old = {row["id"] for row in rows[:350]}
        assert 0 < counts["dropped_for_index"] < counts["dropped"]
        assert counts["dropped_for_index"] == sum(it[1] in old for it in expected)
        dropped = {it[0] for it in expected}
        kept = [row for row in rows[350:] if row["id"] not in dropped]
        clean = dumps.PACKERS[".gz"][1]((new / "clean" / "new.jsonl.gz").read_bytes())
        assert [json.loads(line) for line in clean.splitlines()] == kept
        with dedup.Index.open(tmp_path / "a.idx", read_only=True) as stored:
            assert all(same(row["id"], stored, library) for row in rows)


def same(name: str, one: dedup.Index, other: dedup.Index) -> bool:
    """Whether two indexes have the same article under an id, whenever each stored it."""
    a, b = one.get(name), other.get(name)
    return a is not None and b is not None and replace(a, stored=b.stored) == b


def test_every_format(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    rows = [{"body": dumps.OWN["a"], "url": "a"}, {"body": dumps.COPY, "url": "p"}]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "in" / "a.parquet")
    files = {
        "b.csv": dumps.csv_bytes([dumps.record("b", dumps.EDITED)]),
        "c.tsv": dumps.csv_bytes([dumps.record("c", dumps.EXCERPT)], "\t"),
        "d.ndjson": dumps.jsonl_bytes([dumps.record("d", dumps.OWN["d"])]),
        "e.txt": dumps.COPY.encode(),
    }
    for name, data in files.items():
        (tmp_path / "in" / name).write_bytes(data)
        (tmp_path / "in" / f"z{name}.gz").write_bytes(dumps.PACKERS[".gz"][0](data))
    stdin = dumps.jsonl_bytes([dumps.record("stdin", dumps.STORY)])
    reject = ("--unique-ids", "reject")
    index(tmp_path, "add", "s.idx", "in", "-", "-o", "out", *reject, stdin=stdin)
    found = {it["id"]: it for it in command.read_lines(tmp_path / "out" / "duplicates.jsonl")}
    assert {name: it["relation"] for name, it in found.items()} == {
        "b": "syndicated",
        "c": "excerpt",
        "e.txt": "exact",
        "stdin": "exact",
        "ze.txt.gz": "exact",
    }
    assert {it["duplicate_of"] for it in found.values()} == {"p"}
    assert sorted(name for name in command.tree(tmp_path / "out" / "clean") if "z" not in name) == [
        "a.parquet",
        "b.csv",
        "c.tsv",
        "d.ndjson",
        "stdin.jsonl",
    ]
    assert command.summary(tmp_path / "out")["counts"]["rejected"] == 3  # ids seen before
    assert json.loads(index(tmp_path, "stats", "s.idx", "--json"))["articles"] == 8


def test_an_id_that_is_stored_with_another_text(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    (tmp_path / "k.txt").write_text("Another text.")
    add(tmp_path, "s.idx", "x.jsonl", "k.txt")
    rows = [dumps.record("a", dumps.OWN["k"]), dumps.record("n", dumps.OWN["b"])]
    (tmp_path / "y.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    (tmp_path / "k.txt").write_text("A third text.")
    reject = ("--unique-ids", "reject")
    index(tmp_path, "add", "s.idx", "y.jsonl", "k.txt", "-o", "out", *reject)
    rejected = command.read_lines(tmp_path / "out" / "rejected.jsonl")
    assert [(it["file"], it["line"]) for it in rejected] == [("y.jsonl", 1), ("k.txt", 1)]
    assert "replace it, or remove it" in rejected[0]["reason"]
    assert [json.loads(rejected[0]["raw"]), rejected[1]["raw"]] == [rows[0], "A third text."]
    assert read_ids(tmp_path / "out" / "clean" / "y.jsonl") == ["n"]
    command.summary(tmp_path / "out")
    with dedup.Index.open(tmp_path / "s.idx") as stored:
        kept = stored.get("a")
        assert kept is not None
        assert kept.text == dumps.OWN["a"]
    error = command.error_of(tmp_path, "index", "add", "s.idx", "y.jsonl", "--strict", *reject)
    assert "y.jsonl:1" in error
    assert "all others are stored" in error
    index(tmp_path, "remove", "s.idx", "a", "n")
    assert add(tmp_path, "s.idx", "y.jsonl", "--strict")["kept"] == 2


def test_bad_records(tmp_path: Path) -> None:
    good = dumps.jsonl_bytes(dumps.story_dump())
    (tmp_path / "x.jsonl").write_bytes(b'{"text": 1}\n' + good + b"{\n")
    command.fails(tmp_path, "x.jsonl:1.*--strict", "index", "add", "s.idx", "x.jsonl", "--strict")
    (tmp_path / "bad.jsonl").write_bytes(b"{\n{\n")
    command.fails(tmp_path, "none of 2 records", "index", "add", "s.idx", "bad.jsonl")
    assert not (tmp_path / "s.idx").exists(), "an index was made for nothing"
    command.error_of(tmp_path, "index", "add", "s.idx", "bad.jsonl", "-o", "bad")
    assert len(command.read_lines(tmp_path / "bad" / "rejected.jsonl")) == 2
    counts = add(tmp_path, "s.idx", "x.jsonl", "-o", "out")
    assert (counts["read"], counts["rejected"]) == (7, 2)
    command.summary(tmp_path / "out")


def test_options_are_fixed_by_the_first(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    counts = add(tmp_path, "s.idx", "x.jsonl", "--keep", "latest", "--drop", "exact")
    assert counts["dropped"] == 0
    assert counts["matched_syndicated"] > 0
    (tmp_path / "y.jsonl").write_bytes(dumps.jsonl_bytes([dumps.record("y", dumps.COPY)]))
    others = (("--keep", "longest"), ("--window", "1d"), ("--min-covered", "0.9"))
    # One that is given is given, also where it is the usual one.
    usual = (("--keep", "earliest"), ("--drop", "exact,syndicated,excerpt,rewritten"))
    for options in (*others, *usual, ("--no-rewrites",)):
        name = options[0].removeprefix("--").removeprefix("no-").replace("-", "_")
        for arguments in (("index", "add", "s.idx", "y.jsonl"), ("scan", "y.jsonl", "-o", "out")):
            more = ("--index", "s.idx") if arguments[0] == "scan" else ()
            command.fails(tmp_path, f"made with {name}", *arguments, *options, *more)
    assert add(tmp_path, "s.idx", "y.jsonl", "--keep", "latest")["read"] == 1
    command.scan("y.jsonl", "-o", "out", "--index", "s.idx", cwd=tmp_path)
    options = command.summary(tmp_path / "out")["options"]
    assert (options["keep"], options["drop"]) == ("latest", ["exact"])


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT], ids=["killed", "Ctrl-C"])
def test_interrupted_and_run_again(stop: signal.Signals, tmp_path: Path) -> None:
    """What was stored stays, and the second run stores the rest."""
    rows = synthetic(3_000)
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    arguments = [command.DEDUP, "index", "add", "s.idx", "x.jsonl", "-o", "out"]
    process = subprocess.Popen(arguments, cwd=tmp_path, stderr=subprocess.PIPE)
    while not stored_ids(tmp_path / "s.idx", rows):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(stop)
    _, error = process.communicate()
    if stop == signal.SIGINT:
        assert process.returncode == 130
        assert b"run the command again" in error
        assert not (tmp_path / "out").exists()
    before = stored_ids(tmp_path / "s.idx", rows)
    assert 0 < len(before) < len(rows)
    assert before == [row["id"] for row in rows[: len(before)]]
    add(tmp_path, "s.idx", "x.jsonl", "-o", "out", "--matches")
    add(tmp_path, "whole.idx", "x.jsonl", "-o", "whole", "--matches")
    for name in ("clean/x.jsonl", "duplicates.jsonl", "matches.jsonl", "rejected.jsonl"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    with (
        dedup.Index.open(tmp_path / "s.idx") as resumed,
        dedup.Index.open(tmp_path / "whole.idx") as whole,
    ):
        assert len(resumed) == len(rows)
        assert all(same(row["id"], resumed, whole) for row in rows)


def stored_ids(path: Path, rows: Rows) -> list[str]:
    try:
        with dedup.Index.open(path, read_only=True) as opened:
            return [row["id"] for row in rows if opened.get(row["id"])]
    except dedup.StorageError:  # not there yet
        return []


def test_replace(tmp_path: Path) -> None:
    """A page that is crawled again takes the place of what was stored of it."""
    rows = [dumps.record(name, text) for name, text in dumps.OWN.items()]
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    add(tmp_path, "s.idx", "x.jsonl")
    again = [{**rows[0], "text": rows[0]["text"] + " One thing more was said."}, rows[1]]
    (tmp_path / "y.jsonl").write_bytes(dumps.jsonl_bytes(again))
    counts = add(tmp_path, "s.idx", "y.jsonl", "--replace", "-o", "out", "--unique-ids", "reject")
    assert (counts["replaced"], counts["known"], counts["rejected"]) == (1, 1, 0)
    with dedup.Index.open(tmp_path / "s.idx") as stored:
        assert len(stored) == len(rows)
        kept = stored.get(rows[0]["id"])
        assert kept is not None
        assert kept.text == again[0]["text"]


def test_an_exact_copy_is_not_new_by_the_keep_rule_alone(tmp_path: Path) -> None:
    rows = [
        dumps.record("stored", dumps.STORY, date="2024-05-05"),
        dumps.record("late", dumps.COPY, date="2024-05-01"),
    ]
    for number, row in enumerate(rows):
        (tmp_path / f"{number}.jsonl").write_bytes(dumps.jsonl_bytes([row]))
        add(tmp_path, "s.idx", f"{number}.jsonl", "-o", str(number))
    assert read_ids(tmp_path / "1" / "clean" / "1.jsonl") == []
    (line,) = command.read_lines(tmp_path / "1" / "duplicates.jsonl")
    assert (line["id"], line["duplicate_of"], line["relation"]) == ("late", "stored", "exact")
    with dedup.Index.open(tmp_path / "s.idx") as stored:
        assert stored.versions("late") == ["late"], "the keep rule keeps both"


# --- check, remove, expire, stats, compact --------------------------------------------------------


def test_check(tmp_path: Path) -> None:
    rows = synthetic(600)
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows[:300]))
    (tmp_path / "y.jsonl").write_bytes(b"{\n" + dumps.jsonl_bytes(rows[300:]))
    add(tmp_path, "s.idx", "x.jsonl")
    before = command.tree(tmp_path)
    processes = [
        command.dedup("index", "check", "s.idx", "y.jsonl", "--threads", threads, cwd=tmp_path)
        for threads in "12"
    ]
    assert {process.returncode for process in processes} == {0}
    assert processes[0].stdout == processes[1].stdout
    with dedup.Index.open(tmp_path / "s.idx", read_only=True) as library:
        expected = [match for row in rows[300:] for match in library.check(row)]
    lines = [json.loads(line) for line in processes[0].stdout.splitlines()]
    assert [tuple(line.values()) for line in lines] == [
        (m.id_a, m.id_b, m.relation, m.score, *covered(m), m.similarity, m.containment, m.late)
        for m in expected
    ]
    names = ["covered_a", "covered_b", "may_go", "similarity", "containment", "late"]
    assert [*lines[0]] == ["id_a", "id_b", "relation", "score", *names]
    matched = len({match.id_a for match in expected})
    (line,) = processes[0].stderr.splitlines()
    assert line.startswith(f"301 records: {matched} with matches, 1 rejected; the first is y.jsonl")
    assert command.tree(tmp_path) == before
    strict = ("index", "check", "s.idx", "y.jsonl", "--strict")
    assert "y.jsonl:1" in command.error_of(tmp_path, *strict)


def covered(match: dedup.Match) -> tuple[float, float, str | None]:
    return match.covered_a, match.covered_b, match.may_go


def test_remove(tmp_path: Path) -> None:
    rows = [dumps.record(name, text) for name, text in dumps.OWN.items()]
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    add(tmp_path, "s.idx", "x.jsonl")
    stdin = "c\r\n\nü\nd".encode()
    process = command.dedup("index", "remove", "s.idx", "a", "-", "b", stdin=stdin, cwd=tmp_path)
    assert process.returncode == 0
    assert process.stderr.splitlines() == ["not in the index: ü", "4 articles removed"]
    again = command.dedup("index", "remove", "s.idx", *"abcd", cwd=tmp_path)
    assert again.returncode == 0
    assert again.stderr.splitlines()[-1] == "0 articles removed"
    stats = json.loads(index(tmp_path, "stats", "s.idx", "--json"))
    assert (stats["articles"], stats["removed"]) == (len(rows) - 4, 4)
    index(tmp_path, "compact", "s.idx")
    stats = json.loads(index(tmp_path, "stats", "s.idx", "--json"))
    assert (stats["articles"], stats["removed"]) == (len(rows) - 4, 0)
    assert f"articles  {len(rows) - 4}\n" in index(tmp_path, "stats", "s.idx")
    error = command.error_of(tmp_path, "index", "remove", "s.idx", "-", stdin=b"\xff")
    assert "no UTF-8" in error


def test_expire(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    add(tmp_path, "s.idx", "x.jsonl")
    index(tmp_path, "expire", "s.idx", "--before", "2024-05-02")
    with dedup.Index.open(tmp_path / "s.idx") as stored:
        assert [name for name in "mazkc" if stored.get(name)] == ["m", "k", "c"]
    process = command.dedup("index", "expire", "s.idx", "--before", "long ago", cwd=tmp_path)
    assert process.returncode == 2
    assert "no date" in process.stderr


# --- scan --index ---------------------------------------------------------------------------------


def results(out: Path) -> dict[str, bytes]:
    return {name: data for name, data in command.tree(out).items() if name != "summary.json"}


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Rows, Rows]:
    """A folder with an index of one day and the dump of the next, and the articles of both."""
    folder = tmp_path_factory.mktemp("days")
    rows = synthetic(900)
    old, today = rows[:500], rows[500:]
    (folder / "old.jsonl").write_bytes(dumps.jsonl_bytes(old))
    (folder / "today.jsonl").write_bytes(dumps.jsonl_bytes(today))
    add(folder, "old.idx", "old.jsonl")
    return folder, old, today


def test_what_the_index_leaves_is_a_plain_pass(
    days: tuple[Path, Rows, Rows], tmp_path: Path
) -> None:
    """The rest of the dump comes out as if the dump held nothing else."""
    folder, old, today = days
    whole, plain = tmp_path / "whole", tmp_path / "plain"
    state = (folder / "old.idx").read_bytes()
    dump = ("--matches", "--index", folder / "old.idx")
    shown = command.scan(folder / "today.jsonl", "-o", whole, *dump)
    assert "old.idx (500 articles)" in shown
    assert (folder / "old.idx").read_bytes() == state
    assert command.summary(whole)["index"] == {"path": str(folder / "old.idx"), "articles": 500}
    duplicates = command.read_lines(whole / "duplicates.jsonl")
    stored = {row["id"] for row in old}
    gone = {line["id"]: line for line in duplicates if line["duplicate_of"] in stored}
    assert len(gone) == command.summary(whole)["counts"]["dropped_for_index"] > 20
    rest = [row for row in today if row["id"] not in gone]
    (tmp_path / "today.jsonl").write_bytes(dumps.jsonl_bytes(rest))
    command.scan(tmp_path / "today.jsonl", "-o", plain, "--matches")
    assert command.tree(whole / "clean") == command.tree(plain / "clean")
    among = [line for line in duplicates if line["id"] not in gone]
    assert among == command.read_lines(plain / "duplicates.jsonl") != []
    lines = command.read_lines(whole / "matches.jsonl")
    pairs = [(line["id_a"], line["id_b"]) for line in lines]
    assert pairs == sorted(pairs)
    of_rest = {row["id"] for row in rest}
    among = [line for line in lines if {line["id_a"], line["id_b"]} <= of_rest]
    assert among == command.read_lines(plain / "matches.jsonl")
    # Those stored head the stories of what went for them, or is flagged with them.
    stories = {
        story["id"]: story["versions"] for story in command.read_lines(whole / "stories.jsonl")
    }
    flagged = [line for line in lines if stored & {line["id_a"], line["id_b"]}]
    heads = {name for line in flagged for name in (line["id_a"], line["id_b"])} & stored
    assert {line["duplicate_of"] for line in gone.values()} <= stories.keys() & stored <= heads
    assert not stored & {it["id"] for versions in stories.values() for it in versions}
    told = [it for it in command.read_lines(plain / "stories.jsonl") if it["id"] not in stored]
    assert told == [{"id": it, "versions": stories[it]} for it in stories if it not in stored]


def test_stories_across_an_index(tmp_path: Path) -> None:
    """What is stored heads the story, whatever the keep rule, also of what is only flagged with it;
    so it does where each is stored in turn."""
    old = dumps.record("old", dumps.STORY, date="2024-05-02")
    new = [
        dumps.record("copy", dumps.COPY, date="2024-05-03"),
        dumps.record("longer", [*dumps.STORY, *dumps.STORY[:5]], date="2024-05-01"),
    ]
    (tmp_path / "old.jsonl").write_bytes(dumps.jsonl_bytes([old]))
    (tmp_path / "new.jsonl").write_bytes(dumps.jsonl_bytes(new))
    add(tmp_path, "s.idx", "old.jsonl", "--drop", "exact")
    command.scan("new.jsonl", "-o", "out", "--index", "s.idx", "--matches", cwd=tmp_path)
    add(tmp_path, "s.idx", "new.jsonl", "-o", "added", "--matches")
    for out in (tmp_path / "out", tmp_path / "added"):
        (story,) = command.read_lines(out / "stories.jsonl")
        versions = [(it["id"], it["relation"], it["dropped"]) for it in story["versions"]]
        assert (story["id"], versions) == (
            "old",
            [("copy", "exact", True), ("longer", "syndicated", False)],
        )
        counts = command.summary(out)["counts"]
        assert (counts["flagged"], counts["flagged_pairs"], counts["stories"]) == (1, 1, 1)
        may_go = {it["id_a"]: it["may_go"] for it in command.read_lines(out / "matches.jsonl")}
        assert may_go["longer"] is None
        assert may_go["copy"] == "either"


def test_what_goes_for_the_index_is_what_index_add_says(
    days: tuple[Path, Rows, Rows], tmp_path: Path
) -> None:
    """But for exact copies inside the dump, which go where the first of them goes."""
    folder, old, today = days
    command.scan(folder / "today.jsonl", "-o", tmp_path / "out", "--index", folder / "old.idx")
    lines = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    found = {line.pop("id"): tuple(line.values()) for line in lines}
    stored = {row["id"] for row in old}
    firsts: dict[tuple[str, ...], str] = {}
    expected: dict[str, Any] = {}
    with dedup.Index.open(tmp_path / "copy.idx") as library:
        for row in old:
            library.add(row)
        for row in today:  # the earliest first
            first = firsts.setdefault(tuple(_core.words(row["text"])), row["id"])
            if first != row["id"]:
                if first in expected:
                    expected[row["id"]] = expected[first]
                continue
            it = library.add(row)
            library.remove(row["id"])
            if it is not None and is_old(it):
                figures = (it.relation, it.score, it.covered_a, it.similarity, it.containment)
                expected[row["id"]] = (it.id_b, *figures)
    assert {name: it for name, it in found.items() if it[0] in stored} == expected


def test_nothing_is_dropped_for_what_goes_for_the_index(tmp_path: Path) -> None:
    """The longer is a version of the one stored; what only the longer holds would be lost."""
    added = articles.word_list(random.Random(9), 24)
    old = dumps.record("old", dumps.STORY, date="2024-05-01")
    longer = dumps.record("longer", [*dumps.STORY, *added], date="2024-05-02")
    copy = {**longer, "id": "copy", "date": "2024-05-03"}
    part = dumps.record("part", added, date="2024-05-02")
    (tmp_path / "old.jsonl").write_bytes(dumps.jsonl_bytes([old]))
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes([part, copy, longer]))
    add(tmp_path, "s.idx", "old.jsonl")
    command.scan("x.jsonl", "-o", "out", "--matches", "--index", "s.idx", cwd=tmp_path)
    assert read_ids(tmp_path / "out" / "clean" / "x.jsonl") == ["part"]
    duplicates = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    assert [(it["id"], it["duplicate_of"]) for it in duplicates] == [
        ("copy", "old"),
        ("longer", "old"),
    ]
    matches = command.read_lines(tmp_path / "out" / "matches.jsonl")
    assert [(it["id_a"], it["id_b"], it["relation"]) for it in matches] == [
        ("copy", "longer", "exact"),
        ("copy", "old", "syndicated"),
        ("longer", "old", "syndicated"),
    ]
    command.summary(tmp_path / "out")
    command.scan("x.jsonl", "-o", "plain", cwd=tmp_path)
    assert command.summary(tmp_path / "plain")["counts"]["dropped_excerpt"] == 1


def test_articles_that_are_stored_themselves(days: tuple[Path, Rows, Rows], tmp_path: Path) -> None:
    """They are known, and stay, but for those that are duplicates in the index."""
    folder, old, _ = days
    counts = scanned(folder / "old.jsonl", tmp_path / "out", folder / "old.idx")
    assert counts["known"] == counts["read"] == len(old)
    lines = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    with dedup.Index.open(folder / "old.idx", read_only=True) as index:
        stored = {name: index.get(name) for name in index}
        of = {name: it.duplicate_of for name, it in stored.items() if it and it.duplicate_of}
    assert {line["id"]: line["duplicate_of"] for line in lines} == of != {}
    kept = [row["id"] for row in old if row["id"] not in of]
    assert read_ids(tmp_path / "out" / "clean" / "old.jsonl") == kept


def test_a_copy_of_what_is_stored_itself(tmp_path: Path) -> None:
    """The one stored stays under its id, whichever of them the keep rule prefers."""
    (tmp_path / "old.jsonl").write_bytes(
        dumps.jsonl_bytes([dumps.record("b", dumps.STORY, date="2024-05-02")])
    )
    rows = [
        dumps.record("a", dumps.COPY, date="2024-05-01"),
        dumps.record("b", dumps.STORY, date="2024-05-02"),
        dumps.record("c", dumps.COPY, date="2024-05-03"),
    ]
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    add(tmp_path, "s.idx", "old.jsonl")
    scanned(tmp_path / "x.jsonl", tmp_path / "out", tmp_path / "s.idx")
    assert read_ids(tmp_path / "out" / "clean" / "x.jsonl") == ["b"]
    lines = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    assert [(it["id"], it["duplicate_of"]) for it in lines] == [("a", "b"), ("c", "b")]


def scanned(dump: Path, out: Path, index: Path, *options: str) -> dict[str, int]:
    command.scan(dump, "-o", out, "--index", index, *options)
    counts: dict[str, int] = command.summary(out)["counts"]
    return counts


def test_order_threads_and_memory_change_nothing(
    days: tuple[Path, Rows, Rows], tmp_path: Path
) -> None:
    folder, old, today = days
    # Some of yesterday's again, under their own ids and under others.
    again = [{**row, "id": f"again-{row['id']}"} for row in old[-30:]]
    rows = [*today, *old[-60:], *again]
    found = []
    for number, options in enumerate(
        [("--threads", "1"), ("--threads", "2"), ("--memory", "16MB")]
    ):
        random.Random(number).shuffle(rows)
        (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
        out = tmp_path / str(number)
        scanned(tmp_path / "x.jsonl", out, folder / "old.idx", "--matches", *options)
        files = results(out)
        files["clean/x.jsonl"] = b"\n".join(sorted(files["clean/x.jsonl"].splitlines()))
        found.append(files)
    assert found[0] == found[1] == found[2]


@settings(max_examples=40)
@given(
    corpora(most=RARE),
    st.integers(0, RARE),
    st.sampled_from(KEEP_RULES),
    st.sampled_from(DROPS[1:]),
    st.booleans(),
)
def test_scan_equals_brute_force(
    corpus: list[dedup.Article], count: int, keep: str, drop: tuple[str, ...], rewrites: bool
) -> None:
    """Some of a corpus stored, then a pass over the others."""
    rules = {"keep": keep, "drop": drop, "rewrites": rewrites}
    try:
        whole = of_oracle(corpus, **rules)  # type: ignore[arg-type]
    except oracle.BorderlineError:
        reject()
    names = [str(article.id) for article in corpus]
    stored, given_ids = names[:count], names[count:]
    with (
        tempfile.TemporaryDirectory() as folder,
        dedup.Index.open(Path(folder) / "s.idx", **rules) as index,  # type: ignore[arg-type]
    ):
        goes = {article.id: drops(index.add(article)) for article in corpus[:count]}
        native = _core.Pass(drop=drop, keep=keep, rewrites=rewrites, window=3 * oracle.DAY)
        table = native.add_table("rows")
        dates = [None if it.date is None else str(it.date) for it in corpus[count:]]
        native.add_rows(table, [it.text for it in corpus[count:]], given_ids, dates)
        native.find(storage_of(index))
    kept = {name for name in stored if not goes[name]}
    rest = of_oracle(corpus[count:], **rules)  # type: ignore[arg-type]
    gone = {
        name: reasons
        for name in given_ids
        if name not in rest.copies and (reasons := stored_reasons(whole, name, kept))
    }
    gone |= {name: gone[first] for name, first in rest.copies.items() if first in gone}
    left = [article for article in corpus[count:] if article.id not in gone]
    expected = of_oracle(left, **rules)  # type: ignore[arg-type]
    found = {name: other for name, other, *_ in native.duplicates()}
    assert {name: other for name, other in found.items() if other in stored}.keys() == gone.keys()
    for name, reasons in gone.items():
        assert found[name] in reasons
    others = {name: other for name, other in found.items() if name not in gone}
    assert others == {it.id: it.duplicate_of for it in expected.duplicates}
    assert native.counts()["dropped_for_index"] == len(gone)


def stored_reasons(whole: oracle.Corpus, name: str, kept: set[str]) -> set[str]:
    """The stored articles that an article may be dropped for."""
    article, found = whole.articles[name], set()
    for other in kept:
        theirs = whole.articles[other]
        kind = whole.relation(article, theirs)
        if kind is None:
            continue
        match = oracle.match_of(article, theirs, kind, whole.drop, whole.holders)
        goes = match.may_go == ("a" if match.id_a == name else "b")
        prefers_theirs = whole.rule(theirs) <= whole.rule(article)  # type: ignore[operator]
        # Nor is an exact copy new that the keep rule prefers.
        if goes or (match.may_go == "either" and (prefers_theirs or match.relation == "exact")):
            found.add(other)
    return found


def test_resume_beside_an_index(days: tuple[Path, Rows, Rows], tmp_path: Path) -> None:
    """A pass that was killed goes on with the same index, and not with one that has changed."""
    (tmp_path / "s.idx").write_bytes((days[0] / "old.idx").read_bytes())
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(synthetic(6_500)))
    arguments = ("x.jsonl", "--matches", "--memory", "16MB", "--index", "s.idx", "-o", "out")
    kill_when_compared(arguments, tmp_path)
    command.scan(*arguments, "--resume", cwd=tmp_path)
    assert "index" not in command.summary(tmp_path / "out")["seconds"]
    resumed = results(tmp_path / "out")
    command.scan(*arguments, "--force", cwd=tmp_path)
    assert results(tmp_path / "out") == resumed
    shutil.rmtree(tmp_path / "out")
    kill_when_compared(arguments, tmp_path)
    index(tmp_path, "remove", "s.idx", days[1][0]["id"])
    error = command.error_of(tmp_path, "scan", *arguments, "--resume")
    assert "nothing to resume" in error


def kill_when_compared(arguments: tuple[str, ...], folder: Path) -> None:
    """Start a pass, and kill it once its articles are compared with those stored."""
    process = subprocess.Popen([command.DEDUP, "scan", *arguments], cwd=folder)
    while not list(folder.glob("out/.dedup-*/index.checkpoint")):
        assert process.poll() is None
        time.sleep(0.001)
    process.kill()
    process.wait()


# --- slips ----------------------------------------------------------------------------------------

WRONG_USAGE = [
    ("index",),
    ("index", "add"),
    ("index", "add", "s.idx"),
    ("index", "add", "x.jsonl", "s.idx"),
    ("index", "add", "x.jsonl", "x.jsonl"),
    ("index", "check", "x.jsonl", "s.idx"),
    ("index", "add", ".", "x.jsonl"),
    ("index", "add", "s.idx", "x.jsonl", "--keep", "best"),
    ("index", "remove", "s.idx"),
    ("index", "expire", "s.idx"),
    ("index", "stats"),
    ("index", "unknown", "s.idx"),
    ("scan", "x.jsonl", "-o", "out", "--index"),
]


@pytest.mark.parametrize("arguments", WRONG_USAGE, ids=" ".join)
def test_wrong_usage(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    before = command.tree(tmp_path)
    process = command.dedup(*arguments, cwd=tmp_path)
    assert process.returncode == 2
    assert process.stdout == ""
    assert command.tree(tmp_path) == before


ON_AN_INDEX = [
    ("index", "check", "s.idx", "x.jsonl"),
    ("index", "remove", "s.idx", "a"),
    ("index", "expire", "s.idx", "--before", "2024-05-02"),
    ("index", "stats", "s.idx"),
    ("index", "compact", "s.idx"),
    ("scan", "x.jsonl", "-o", "out", "--index", "s.idx"),
]


@pytest.mark.parametrize("arguments", ON_AN_INDEX, ids=" ".join)
def test_no_index_is_made_by_a_typo(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    command.fails(tmp_path, "there is no index s.idx", *arguments)


@pytest.mark.parametrize(
    "arguments", [*ON_AN_INDEX, ("index", "add", "s.idx", "x.jsonl")], ids=" ".join
)
def test_what_is_no_index(arguments: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    (tmp_path / "s.idx").write_bytes(articles.article(1).encode() * 20)
    command.fails(tmp_path, "no index of dedup", *arguments)


def test_a_damaged_index_gives_one_line(tmp_path: Path) -> None:
    rows = synthetic(5_000)
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows[:20]))
    with dedup.Index.open(tmp_path / "s.idx") as index:
        index.add_many(rows)
    data = bytearray((tmp_path / "s.idx").read_bytes())
    for place in range(8_192, len(data), 500):
        data[place] ^= 255
    (tmp_path / "s.idx").write_bytes(data)
    for arguments in (ON_AN_INDEX[0], ON_AN_INDEX[-1], ("index", "add", "s.idx", "x.jsonl")):
        assert "s.idx" in command.error_of(tmp_path, *arguments)
    assert not (tmp_path / "out").exists()


def test_input_is_missing(tmp_path: Path) -> None:
    for name in ("add", "check"):
        if name == "check":
            with dedup.Index.open(tmp_path / "s.idx"):
                pass
        command.fails(tmp_path, "gone.jsonl", "index", name, "s.idx", "gone.jsonl")


# --- a database -----------------------------------------------------------------------------------


def test_a_database_gives_what_a_file_gives(
    days: tuple[Path, Rows, Rows], database: Place, tmp_path: Path
) -> None:
    """Every command, to the byte, but for what is measured and the place of the index."""
    source, old, today = days
    takedown = "".join(f"{row['id']}\n" for row in [*old[::25], *old[:2]])
    bad = b'{"id": "x", "text": ["no"]}\nno JSON\n' + dumps.jsonl_bytes(old[5:8])
    again = [{**row, "text": other["text"]} for row, other in zip(old[30:60], today, strict=False)]
    steps: list[tuple[tuple[str | Path, ...], bytes]] = [
        (("index", "add", "{}", source / "old.jsonl", "-o", "1", "--matches", "--json"), b""),
        (("index", "add", "{}", source / "old.jsonl", "-o", "2", "--matches", "--json"), b""),
        (("index", "check", "{}", source / "today.jsonl"), b""),
        (("scan", source / "today.jsonl", "-o", "3", "--matches", "--index", "{}", "--json"), b""),
        (("index", "remove", "{}", "-", "nobody"), takedown.encode()),
        (("index", "expire", "{}", "--before", "2020-01-01T00:20:00Z"), b""),
        (("scan", source / "today.jsonl", "-o", "4", "--matches", "--index", "{}", "--json"), b""),
        (("index", "add", "{}", source / "today.jsonl", "-o", "5", "--matches", "--json"), b""),
        (("index", "add", "{}", "-", "-o", "6", "--matches", "--json"), dumps.jsonl_bytes(again)),
        (("index", "add", "{}", "-", "-o", "7", "--json"), bad),
        (("index", "add", "{}", "-", "--strict", "-o", "8"), bad),
        (("index", "check", "{}", source / "today.jsonl"), b""),
        (("index", "add", "{}", "-", "--keep", "longest"), dumps.jsonl_bytes(again)),
    ]
    said: list[list[tuple[int, str, str]]] = []
    trees = []
    for place in ("stories.idx", database("command")):
        folder = tmp_path / ("database" if "://" in place else "file")
        folder.mkdir()
        said.append([])
        for arguments, piped in steps:
            named = [place if it == "{}" else it for it in arguments]
            done = command.dedup(*named, stdin=piped, cwd=folder)
            shown = masked(place)
            out, err = (it.replace(shown, "INDEX") for it in (done.stdout, done.stderr))
            err = re.sub(MEASURED, "", err)
            if "--json" in arguments and out:
                out = json.dumps(unmeasured(json.loads(out)))
            said[-1].append((done.returncode, out, err))
        index(folder, "compact", place)
        stats = json.loads(index(folder, "stats", place, "--json"))
        said[-1].append((stats["articles"], "", ""))
        written = {name: data for name, data in command.tree(folder).items() if "/" in name}
        for name, data in written.items():
            if name.endswith("summary.json"):
                summary = unmeasured(json.loads(data.replace(shown.encode(), b"INDEX")))
                written[name] = json.dumps(summary).encode()
        trees.append(written)
    assert said[0] == said[1]
    assert trees[0] == trees[1]
    assert [status for status, *_ in said[0][:-1]] == [0] * 10 + [1, 0, 1]
    assert {name.partition("/")[0] for name in trees[0]} == set("1234567")


# Lines that differ from run to run.
MEASURED = r"(?m)^(seconds|articles a second|peak memory) .*\n"


def unmeasured(summary: dict[str, Any]) -> dict[str, Any]:
    measured = ("seconds", "articles_per_second", "peak_memory_bytes")
    return {name: value for name, value in summary.items() if name not in measured}
