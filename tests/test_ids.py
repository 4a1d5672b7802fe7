"""Ids: what an article is called when another has its id, and that they stay what they are."""

import datetime
import decimal
import itertools
import json
import random
import tempfile
import uuid
from pathlib import Path
from typing import Any

import articles
import command
import dumps
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dedup
from dedup.config import Options
from dedup.detect import new_pass
from dedup.index import storage_of

RNG = random.Random(12)
STORY = articles.word_list(RNG, 150)
TEXT = " ".join(STORY)
LONGER = " ".join([*STORY, "and", "a", "street", "was", "closed"])
OTHERS = [articles.article(seed, 60) for seed in range(400, 406)]


def jsonl(folder: Path, name: str, rows: list[dict[str, Any]]) -> Path:
    (folder / name).write_bytes(dumps.jsonl_bytes(rows))
    return folder / name


# --- repeated ids --------------------------------------------------------------------------------


@given(
    st.lists(
        st.sampled_from(["a", "b", "a#2", "a#3", "a#2#2", 1, "1", "1#2", 2.5, ("a", 1), "0", None]),
        max_size=12,
    )
)
def test_every_article_has_a_name_of_its_own(ids: list[Any]) -> None:
    """Those that have an id first keep it as it is; the others take the next free number."""
    texts = [f"{OTHERS[0]} {number}" for number in range(len(ids))]
    result = dedup.find_duplicates(list(zip(ids, texts, strict=True)), drop=())
    taken: dict[str, Any] = {}
    for place, given_id in enumerate(ids):
        name = str(place) if given_id is None else str(given_id)
        if name not in taken:
            taken[name] = name if given_id is None else given_id
            continue
        free = next(it for n in itertools.count(2) if (it := f"{name}#{n}") not in taken)
        taken[free] = free
    assert result.kept == tuple(taken.values())
    assert [type(it) for it in result.kept] == [type(it) for it in taken.values()]
    named = [(str(it.id_a), str(it.id_b)) for it in result.matches]
    assert named == sorted(named)
    assert all(a < b for a, b in named)


VERSIONS = [
    {"id": "x", "text": TEXT, "date": "2024-05-01"},
    {"id": "x", "text": TEXT.upper(), "date": "2024-05-02"},
    {"id": "x", "text": LONGER, "date": "2024-05-03"},
    {"id": "y", "text": OTHERS[0], "date": "2024-05-03"},
]


@pytest.mark.parametrize("ids", ["x x x y", "x y x#2 x", "1 2 3 4"])
@pytest.mark.parametrize("keep", ["earliest", "latest", "longest"])
def test_which_version_stays_is_no_matter_of_order_or_ids(ids: str, keep: str) -> None:
    rows = [{**row, "id": name} for row, name in zip(VERSIONS, ids.split(), strict=True)]
    for order in itertools.permutations(rows):
        dropped = dedup.find_duplicates(order, keep=keep).clean(order)
        assert sorted(rows.index(row) for row in dropped) == (
            [0, 3] if keep == "earliest" else [2, 3]
        )


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.sampled_from(["earliest", "latest", "longest"]))
def test_what_goes_does_not_depend_on_the_order(rng: random.Random, keep: str) -> None:
    """Nor on who is `id#2`: of those that the keep rule does not tell apart the words decide."""
    rows = []
    for number in range(rng.randint(2, 8)):
        words = articles.substitute(rng, STORY, rng.randint(0, 6))
        day = rng.choice([None, "2024-05-01", "2024-05-02"])
        rows.append({"id": rng.choice("xy"), "text": " ".join(words), "date": day, "n": number})
    shuffled = rng.sample(rows, len(rows))

    def stay(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        kept = dedup.find_duplicates(rows, keep=keep).clean(rows)
        return sorted((row["id"], row["text"], str(row["date"])) for row in kept)

    assert stay(rows) == stay(shuffled)


REPEATED = {
    "JSONL": {"x.jsonl": dumps.jsonl_bytes(VERSIONS)},
    "numbers": {"x.jsonl": dumps.jsonl_bytes([{**row, "id": len(row["id"])} for row in VERSIONS])},
    "CSV": {"x.csv": dumps.csv_bytes(VERSIONS)},
    "two files": {
        "x.jsonl": dumps.jsonl_bytes(VERSIONS[:2]),
        "y.csv": dumps.csv_bytes(VERSIONS[2:]),
    },
}


@pytest.mark.parametrize("name", REPEATED)
def test_a_dump_of_repeated_ids(name: str, tmp_path: Path) -> None:
    files = command.write(tmp_path, REPEATED[name])
    error = command.scan(files, "-o", tmp_path / "out", "--keep", "latest", "--matches")
    counts = command.summary(tmp_path / "out")["counts"]
    repeated = 3 if name == "numbers" else 2
    assert (counts["kept"], counts["rejected"], counts["repeated_ids"]) == (2, 0, repeated)
    assert f"{repeated} (the second is known as id#2)" in error
    first = "1" if name == "numbers" else "x"
    duplicates = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    gone = [(it["id"], it["duplicate_of"]) for it in duplicates]
    assert gone == [(first, f"{first}#3"), (f"{first}#2", f"{first}#3")]
    clean = b"".join(command.tree(tmp_path / "out" / "clean").values())
    assert LONGER.encode() in clean
    assert TEXT.encode() + b'"' not in clean
    assert b"#" not in clean, "what is kept stays as it is"

    command.scan(files, "-o", tmp_path / "strict", "--unique-ids", "reject")
    summary = command.summary(tmp_path / "strict")
    assert summary["options"]["unique_ids"] == "reject"
    counts = summary["counts"]
    assert (counts["rejected"], counts["repeated_ids"]) == (repeated, 0)
    for line in command.read_lines(tmp_path / "strict" / "rejected.jsonl"):
        assert "was seen before, at x." in line["reason"]


def test_ids_that_are_to_be_unique() -> None:
    rows = [{"id": 5, "text": "a"}, {"id": "6", "text": "b"}, {"id": "5", "text": "c"}]
    with pytest.raises(dedup.InputError, match=r'article 2: the id "5" was seen before'):
        dedup.find_duplicates(rows, unique_ids="reject")
    with pytest.raises(dedup.InputError, match="article 1"):
        dedup.find_duplicates([("1", "a"), "b"], unique_ids="reject")
    assert dedup.find_duplicates(rows[:2], unique_ids="reject").kept == (5, "6")
    with pytest.raises(dedup.OptionError, match="number or reject"):
        dedup.find_duplicates(rows, unique_ids="yes")


def test_articles_that_are_numbered(tmp_path: Path) -> None:
    rows = [{**row, "none": 1} for row in VERSIONS]
    jsonl(tmp_path, "x.jsonl", rows)
    command.scan("x.jsonl", "-o", "out", "--id-field", "none", cwd=tmp_path)
    duplicates = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    assert [it["id"] for it in duplicates] == ["x.jsonl:2", "x.jsonl:3"]
    assert command.summary(tmp_path / "out")["fields"][0]["id"] == {}
    result = dedup.find_duplicates(rows, id_field=False)
    assert [it.id for it in result.duplicates] == ["1", "2"]
    pairs = [dedup.Article("a", id="x"), ("y", "b")]
    assert dedup.find_duplicates(pairs, id_field=False).kept == ("0", "1")


# --- an index ------------------------------------------------------------------------------------


def add(folder: Path, *arguments: str | Path) -> dict[str, int]:
    process = command.dedup("index", "add", "s.idx", *arguments, "--json", cwd=folder)
    assert process.returncode == 0, process.stderr
    counts: dict[str, int] = json.loads(process.stdout)["counts"]
    assert counts["read"] == counts["kept"] + counts["dropped"] + counts["rejected"]
    return counts


def stored(folder: Path) -> dict[str, str]:
    """The texts in the index that have these ids, each once."""
    names = ["x", "y", *(f"x#{number}" for number in range(2, 12)), "x#2#2"]
    with dedup.Index.open(folder / "s.idx", read_only=True) as index:
        found = {name: it.text or "" for name in names if (it := index.get(name)) is not None}
        assert len(index) == len(found)
    return found


def test_an_id_that_is_stored_with_other_words(tmp_path: Path) -> None:
    first = [VERSIONS[0], VERSIONS[3]]
    counts = add(tmp_path, jsonl(tmp_path, "a.jsonl", first))
    assert (counts["kept"], counts["repeated_ids"]) == (2, 0)
    # Crawled again: the same words, other words, and what has nothing to do with it.
    again = [VERSIONS[0], VERSIONS[2], {"id": "x", "text": OTHERS[1]}]
    counts = add(tmp_path, jsonl(tmp_path, "b.jsonl", again), "-o", "out")
    assert (counts["rejected"], counts["repeated_ids"]) == (0, 2)
    expected = {"x": TEXT, "y": OTHERS[0], "x#2": LONGER, "x#3": OTHERS[1]}
    assert stored(tmp_path) == expected
    stories = command.read_lines(tmp_path / "out" / "stories.jsonl")
    assert [(it["id"], it["versions"][0]["id"]) for it in stories] == [("x", "x#2")]
    command.summary(tmp_path / "out")
    # With these alone, and in another order.
    for order in (again, again[::-1]):
        counts = add(tmp_path, jsonl(tmp_path, "c.jsonl", order))
        assert counts["rejected"] == 0
        assert stored(tmp_path) == expected
    more = [{"id": "x", "text": OTHERS[2]}, {"id": "x#2", "text": OTHERS[3]}]
    add(tmp_path, jsonl(tmp_path, "d.jsonl", more))
    assert stored(tmp_path) == {**expected, "x#4": OTHERS[2], "x#2#2": OTHERS[3]}


@settings(max_examples=20)
@given(
    st.lists(st.lists(st.integers(0, 4), min_size=1, max_size=5), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
)
def test_dumps_of_one_id(days: list[list[int]], rng: random.Random) -> None:
    """Each text is stored as often as the dump has it that has it most; again changes nothing."""
    with tempfile.TemporaryDirectory() as folder, dedup.Index.open(f"{folder}/s.idx") as index:

        def add(texts: list[str]) -> None:
            native = new_pass(Options())
            native.add_rows(native.add_table("x"), texts, ["x"] * len(texts), None)
            native.add_to(storage_of(index), "earliest")
            assert not native.rejections()
            assert native.counts()["kept"] + native.counts()["dropped"] == len(texts)

        most = [0] * 5
        for day in days:
            add([OTHERS[it] for it in day])
            most = [max(so_far, day.count(it)) for it, so_far in enumerate(most)]
            texts = sorted(
                it.text or ""
                for number in range(1, 40)
                if (it := index.get("x" if number == 1 else f"x#{number}")) is not None
            )
            assert texts == sorted(OTHERS[it] for it in range(5) for _ in range(most[it]))
            assert len(index) == len(texts)
            add([OTHERS[it] for it in rng.sample(day, len(day))])
            assert len(index) == len(texts)


# --- types ---------------------------------------------------------------------------------------


class Bson:
    """What BSON has for an id: its text is that of `str`."""

    def __str__(self) -> str:
        return "5e9f8f8f8f8f8f8f8f8f8f8f"


HASHABLE: list[Any] = [
    5,
    -(2**70),
    2.5,
    "a",
    "5#x",
    b"bytes",
    uuid.UUID(int=7),
    datetime.date(2024, 5, 1),
    datetime.datetime(2024, 5, 1, 12),
    decimal.Decimal("1.50"),
    ("outlet", 7),
    frozenset([1]),
    np.int64(9),
    np.datetime64("2024-05-02"),
    np.str_("n"),
    pd.Timestamp("2024-05-03"),
    Bson(),
]


def test_ids_stay_what_they_are() -> None:
    rows = [{"id": it, "text": TEXT} for it in HASHABLE]
    forms: list[Any] = [
        rows,
        [dedup.Article(TEXT, it) for it in HASHABLE],
        [(it, TEXT) for it in HASHABLE],
        dict.fromkeys(HASHABLE, TEXT),
        pd.DataFrame({"id": pd.Series(HASHABLE, dtype=object), "text": TEXT}),
        pl.DataFrame({"id": pl.Series(HASHABLE, dtype=pl.Object), "text": [TEXT] * len(rows)}),
    ]
    for form in forms:
        result = dedup.find_duplicates(form)
        seen = {*result.kept, *(it.id for it in result.duplicates)}
        assert seen == set(HASHABLE)
        assert {type(it) for it in seen} == set(map(type, HASHABLE))
        (kept,) = result.kept
        assert {it.duplicate_of for it in result.duplicates} == {kept}
        assert result.clusters[0].canonical is result.stories[0].id
        names = [str(it.id) for it in result.duplicates if not isinstance(it.id, bytes)]
        assert names == sorted(names, key=str.encode)
        match = result.matches[0]
        assert {match.id_a, match.id_b} <= seen
        assert match.evidence.words


COLUMNS: list[tuple[Any, Any]] = [
    (pa.array([3, 1, 2]), [3, 1, 2]),
    (pa.array([3, 1, 2], pa.uint8()).dictionary_encode(), [3, 1, 2]),
    (pa.array(["c", "a", "b"], pa.string_view()), ["c", "a", "b"]),
    (pa.array([1.5, 2.5, float("nan")]), [1.5, 2.5, "2"]),
    (pa.array([3, None, 2]), [3, "1", 2]),
    (pa.array([True, False, None]), ["0", "1", "2"]),
    (pa.array([[1], [2], [3]]), ["0", "1", "2"]),
    (
        pa.array([datetime.date(2024, 5, day) for day in (1, 2, 3)]),
        [datetime.date(2024, 5, day) for day in (1, 2, 3)],
    ),
    (
        pa.array([uuid.UUID(int=it).bytes for it in range(3)], pa.uuid()),
        [uuid.UUID(int=it) for it in range(3)],
    ),
]


@pytest.mark.parametrize("number", range(len(COLUMNS)))
def test_ids_of_a_column(number: int) -> None:
    column, expected = COLUMNS[number]
    kept = dedup.find_duplicates(pa.table({"id": column, "text": OTHERS[:3]})).kept
    assert list(kept) == expected
    assert [type(it) for it in kept] == [type(it) for it in expected]


def test_an_index_has_ids_as_text(tmp_path: Path) -> None:
    with dedup.Index.open(tmp_path / "s.idx") as index:
        frame = pd.DataFrame({"id": [7, 8], "text": [TEXT, OTHERS[0]]})
        assert index.add_many(frame) == 2
        assert index.add_many({uuid.UUID(int=1): OTHERS[1]}) == 1
        match = index.add({"id": 0, "text": LONGER})
        (found,) = index.check(dedup.Article(LONGER, 0))
        assert (found.id_a, found.id_b) == (0, "7")
        assert match is None or match.id_a == 0
        assert index.get(8) == index.get("8") != None  # noqa: E711
        assert index.get(uuid.UUID(int=1)) is not None
        assert index.remove(8)
        with pytest.raises(dedup.InputError, match="article 1 has no id"):
            index.add_many([("a", "b"), (None, "c")])
        for nothing in (None, "", " ", float("nan"), []):
            with pytest.raises(dedup.InputError, match="no id"):
                index.add({"id": nothing, "text": "a"})


def test_compare_keeps_ids() -> None:
    match = dedup.compare((5, TEXT), {"id": uuid.UUID(int=2), "text": LONGER})
    assert match is not None
    assert (match.id_a, match.id_b) == (5, uuid.UUID(int=2))
