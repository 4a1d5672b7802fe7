"""The pass by the real command: its results, the same for the same articles, whole or none."""

import json
import os
import random
import signal
import subprocess
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import articles
import command
import dumps
import pytest

import dedup
from dedup.dump.temporary import is_temporary

# --- results -------------------------------------------------------------------------------------


KEPT = {
    (): ["m", "a"],
    ("--keep", "earliest"): ["m", "a"],
    ("--keep", "latest"): ["a", "c"],
    ("--keep", "longest"): ["a", "k"],
    ("--keep", "first"): ["m", "a"],
    ("--drop", "exact"): ["m", "a", "z", "k", "c"],
    ("--drop", "excerpt"): ["m", "a", "k", "c"],
    ("--drop", "exact,syndicated", "--keep", "latest"): ["a", "z", "c"],
}


@pytest.mark.parametrize("options", KEPT, ids=" ".join)
def test_keep_and_drop(options: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    command.scan("x.jsonl", "-o", "out", *options, cwd=tmp_path)
    command.summary(tmp_path / "out")
    kept = command.read_lines(tmp_path / "out" / "clean" / "x.jsonl")
    assert [line["id"] for line in kept] == KEPT[options]


def test_files_of_a_pass(tmp_path: Path) -> None:
    """Keys in their order, lines in theirs, figures as the library has them."""
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    command.scan("x.jsonl", "-o", "out", "--matches", cwd=tmp_path)
    assert sorted(command.tree(tmp_path / "out")) == [
        "clean/x.jsonl",
        "duplicates.jsonl",
        "matches.jsonl",
        "rejected.jsonl",
        "stories.jsonl",
        "summary.json",
    ]
    result = dedup.find_duplicates(dumps.story_dump())
    shares = ["similarity", "containment"]
    figures = ["relation", "score", "covered", *shares]
    duplicates = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    assert [list(line) for line in duplicates] == [["id", "duplicate_of", *figures]] * 3
    assert [tuple(line.values()) for line in duplicates] == [
        (d.id, d.duplicate_of, d.relation, d.score, d.covered, d.similarity, d.containment)
        for d in result.duplicates
    ]
    matches = command.read_lines(tmp_path / "out" / "matches.jsonl")
    names = ["id_a", "id_b", "relation", "score", "covered_a", "covered_b", "may_go", *shares]
    assert [list(line) for line in matches] == [names] * len(matches)
    assert [tuple(line[name] for name in names) for line in matches] == [
        tuple(getattr(match, name) for name in names) for match in result.matches
    ]
    (story,) = command.read_lines(tmp_path / "out" / "stories.jsonl")
    assert list(story) == ["id", "versions"]
    assert [list(it) for it in story["versions"]] == [["id", *figures, "dropped"]] * 3
    assert [asdict(it) for it in result.stories] == [{**story, "versions": (*story["versions"],)}]


def test_what_may_not_go_is_flagged(tmp_path: Path) -> None:
    """At the highest bar only exact copies are certain enough to go."""
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    bar = ("--min-covered", "1", "--keep", "longest")
    shown = command.scan("x.jsonl", "-o", "out", "--matches", *bar, cwd=tmp_path)
    summary = command.summary(tmp_path / "out")
    assert summary["options"]["min_covered"] == 1
    counts = summary["counts"]
    assert (counts["kept"], counts["dropped"]) == (5, 0)
    # All but the one of its own.
    assert (counts["flagged"], counts["stories"]) == (4, 1)
    matches = command.read_lines(tmp_path / "out" / "matches.jsonl")
    assert counts["flagged_pairs"] == len(matches)
    assert {match["may_go"] for match in matches} == {None}
    assert f"flagged only         4 of those kept, in {len(matches)} pairs" in shown
    (story,) = command.read_lines(tmp_path / "out" / "stories.jsonl")
    assert story["id"] == "k"
    assert [(it["id"], it["dropped"]) for it in story["versions"]] == [(it, False) for it in "cmz"]
    # A bar for what is flagged holds for copies, too.
    command.scan("x.jsonl", "-o", "none", "--matches", "--min-score", "1", cwd=tmp_path)
    assert command.read_lines(tmp_path / "none" / "matches.jsonl") == []
    assert command.read_lines(tmp_path / "none" / "stories.jsonl") == []


def test_no_matches_file_unless_asked(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    command.scan("x.jsonl", "-o", "out", cwd=tmp_path)
    assert not (tmp_path / "out" / "matches.jsonl").exists()


def test_json_prints_the_summary(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    process = command.dedup("scan", "x.jsonl", "-o", "out", "--json", cwd=tmp_path)
    assert json.loads(process.stdout) == json.loads((tmp_path / "out" / "summary.json").read_text())
    quiet = command.dedup("scan", "x.jsonl", "-o", "out2", cwd=tmp_path)
    assert quiet.stdout == ""
    assert "\x1b" not in quiet.stderr, "no colours or bars but on a terminal"


def test_summary_says_what_was_read(tmp_path: Path) -> None:
    rows = [
        {"url": r["id"], "maintext": r["text"], "date_publish": r["date"]}
        for r in dumps.story_dump()
    ]
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    shown = command.scan("x.jsonl", "-o", "out", cwd=tmp_path)
    for field in ("url", "maintext", "date_publish"):
        assert field in shown
    assert command.summary(tmp_path / "out")["counts"]["dated"] == 5


def test_articles_without_ids(tmp_path: Path) -> None:
    """`file:line` in JSONL, `file:row` in tables; blank lines count as lines."""
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "sub" / "x.jsonl").write_bytes(
        b"\n"
        + dumps.jsonl_bytes(
            [{"text": " ".join([*dumps.STORY, "the", "end"])}, {"text": dumps.COPY}]
        )
    )
    (tmp_path / "in" / "y.csv").write_bytes(
        dumps.csv_bytes([{"text": dumps.OWN["a"]}, {"text": dumps.EDITED}])
    )
    command.scan("in", "-o", "out", cwd=tmp_path)
    duplicates = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    assert [(line["id"], line["duplicate_of"]) for line in duplicates] == [
        ("sub/x.jsonl:3", "sub/x.jsonl:2"),
        ("y.csv:2", "sub/x.jsonl:2"),
    ]


def test_several_text_fields(tmp_path: Path) -> None:
    rows = [
        {"id": 1, "lead": " ".join(dumps.STORY[:50]), "rest": " ".join(dumps.STORY[50:])},
        {"id": 2, "lead": " ".join(dumps.STORY), "rest": ""},
        {"id": 3, "lead": " ".join(dumps.STORY)},
    ]
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    command.scan(
        "x.jsonl", "-o", "out", "--text-field", "lead", "--text-field", "rest", cwd=tmp_path
    )
    duplicates = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    assert [(line["id"], line["relation"]) for line in duplicates] == [
        ("2", "exact"),
        ("3", "exact"),
    ]


def test_standard_input(tmp_path: Path) -> None:
    data = dumps.jsonl_bytes(dumps.story_dump())
    (tmp_path / "y.jsonl").write_bytes(
        dumps.jsonl_bytes([dumps.record("y", dumps.EDITED + " more", date="2024-05-04")])
    )
    command.scan("-", "y.jsonl", "-o", "out", stdin=data, cwd=tmp_path)
    counts = command.summary(tmp_path / "out")["counts"]
    assert (counts["read"], counts["dropped"]) == (6, 4)
    clean = command.tree(tmp_path / "out" / "clean")
    assert b"".join(clean.values()) == dumps.jsonl_bytes(
        [dumps.story_dump()[0], dumps.story_dump()[1]]
    )


def test_file_named_twice_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.jsonl").write_bytes(dumps.jsonl_bytes(dumps.story_dump()))
    command.scan("in", "in/x.jsonl", "in", "-o", "out", cwd=tmp_path)
    assert command.summary(tmp_path / "out")["counts"]["read"] == 5


def test_files_of_one_name_in_two_folders(tmp_path: Path) -> None:
    for folder, name in (("one", "a"), ("two", "b")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.jsonl").write_bytes(
            dumps.jsonl_bytes([dumps.record(name, dumps.OWN[name])])
        )
    command.scan("one", "two", "-o", "out", cwd=tmp_path)
    clean = command.tree(tmp_path / "out" / "clean")
    assert sorted(clean) == ["one/x.jsonl", "two/x.jsonl"]


# --- same articles, same result ------------------------------------------------------------------


def large_dump(count: int, seed: int = 8) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    stories = [articles.word_list(rng, rng.randint(80, 250)) for _ in range(count // 2)]
    versions = []
    for _ in range(count - len(stories)):
        source = rng.choice(stories)
        versions.append(
            rng.choice(
                [
                    list(source),
                    articles.substitute(rng, source, 4),
                    articles.cut(rng, source, 70),
                ]
            )
        )
    return [dumps.record(f"n{n}", words) for n, words in enumerate(stories + versions)]


def result_files(out: Path) -> dict[str, bytes]:
    return {name: data for name, data in command.tree(out).items() if name.endswith("s.jsonl")}


def test_order_of_rows_and_files_changes_nothing(tmp_path: Path) -> None:
    rows = large_dump(1_000)
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(rows))
    command.scan("x.jsonl", "-o", "out", "--matches", cwd=tmp_path)
    random.Random(1).shuffle(rows)
    (tmp_path / "z.jsonl").write_bytes(dumps.jsonl_bytes(rows[:400]))
    (tmp_path / "y.csv").write_bytes(dumps.csv_bytes(rows[400:]))
    command.scan("z.jsonl", "y.csv", "-o", "other", "--matches", cwd=tmp_path)
    assert result_files(tmp_path / "out") == result_files(tmp_path / "other")
    assert len(result_files(tmp_path / "out")) == 3


def test_threads_change_nothing(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(dumps.jsonl_bytes(large_dump(3_000)))
    for threads in "1", "2":
        command.scan("x.jsonl", "-o", threads, "--matches", "--threads", threads, cwd=tmp_path)
    one, two = command.tree(tmp_path / "1"), command.tree(tmp_path / "2")
    assert one.pop("summary.json") != two.pop("summary.json")
    assert one == two


# --- whole or not at all -------------------------------------------------------------------------


def start_large_pass(folder: Path) -> "subprocess.Popen[bytes]":
    """A pass of a second or two, that has begun: its temporary folder is there."""
    lines = dumps.jsonl_bytes(large_dump(6_000))
    copies = [lines.replace(b'"n', f'"{k}n'.encode()) for k in range(8)]
    (folder / "x.jsonl").write_bytes(b"".join(copies))
    command_line = [command.DEDUP, "scan", "x.jsonl", "-o", "out", "--matches"]
    process = subprocess.Popen(command_line, cwd=folder, stderr=subprocess.PIPE)
    while process.poll() is None and not list(folder.glob("out/.dedup-*")):
        time.sleep(0.005)
    return process


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("delay", [0, 0.25, 0.5])
def test_stopped_pass_leaves_no_result(sent: signal.Signals, delay: float, tmp_path: Path) -> None:
    """Whenever it ends: there is the whole result, or none."""
    process = start_large_pass(tmp_path)
    time.sleep(delay)
    os.kill(process.pid, sent)
    _, stderr = process.communicate()
    assert b"Traceback" not in stderr
    if process.returncode == 0:
        assert command.summary(tmp_path / "out")["counts"]["read"] == 48_000
        return
    left = list((tmp_path / "out").iterdir()) if (tmp_path / "out").exists() else []
    if sent == signal.SIGKILL:
        # Nobody is left to clear away the temporary folders. Results are on their way, which the
        # next pass takes back, or all in place.
        is_placing = list((tmp_path / "out").glob(".dedup-*/placing.json"))
        if not is_placing and any(not is_temporary(path.name) for path in left):
            assert command.summary(tmp_path / "out")["counts"]["read"] == 48_000
            return
    else:
        assert process.returncode == 130
        assert stderr.startswith(b"error: ")
        assert stderr.count(b"\n") == 1
        assert not left
    # And the next pass is not in its way.
    command.scan("x.jsonl", "-o", "out", cwd=tmp_path)
