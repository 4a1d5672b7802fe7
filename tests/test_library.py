"""The library: every sort of input gives the same result, errors say what and where."""

import datetime
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from typing import Any

import articles
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import dedup
from dedup.config import KEEP_RULES

RNG = random.Random(21)
STORY = articles.word_list(RNG, 200)
TEXTS = [
    " ".join(STORY),
    articles.article(31),
    articles.retyped(STORY),
    " ".join(articles.substitute(RNG, STORY, 3)),
    " ".join(STORY[40:110]),
    articles.article(32),
]
IDS = ["d", "e", "f", "c", "b", "a"]
DATES = ["2024-05-02", None, "2024-05-01", "2024-05-03", "2024-05-01", None]
ROWS: list[dict[str, Any]] = [
    {"id": name, "text": text, "date": date, "words": len(text.split())}
    for name, text, date in zip(IDS, TEXTS, DATES, strict=True)
]
TABLE = pa.Table.from_pylist(ROWS)


class Stream:
    """Anything with the Arrow interface, whoever wrote it."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return TABLE.__arrow_c_stream__(requested_schema)


def generator() -> Iterator[dict[str, Any]]:
    yield from ROWS


INPUTS: dict[str, Any] = {
    "dictionaries": ROWS,
    "generator": generator(),
    "articles": [dedup.Article(r["text"], id=r["id"], date=r["date"]) for r in ROWS],
    "articles with date objects": [
        dedup.Article(r["text"], r["id"], date=r["date"] and datetime.date.fromisoformat(r["date"]))
        for r in ROWS
    ],
    "articles with datetime objects": [
        dedup.Article(
            r["text"], r["id"], date=r["date"] and datetime.datetime.fromisoformat(r["date"])
        )
        for r in ROWS
    ],
    "articles and dictionaries": [dedup.Article(TEXTS[0], IDS[0], date=DATES[0]), *ROWS[1:]],
    "other field names": [{"url": r["id"], "body": r["text"], "pubDate": r["date"]} for r in ROWS],
    "Arrow table": TABLE,
    "Arrow table in chunks": pa.concat_tables(
        [TABLE.slice(0, 2), TABLE.slice(2, 0), TABLE.slice(2)]
    ),
    "Arrow reader": pa.RecordBatchReader.from_batches(
        TABLE.schema, TABLE.to_batches(max_chunksize=1)
    ),
    "Arrow large strings": TABLE.cast(
        pa.schema(
            [
                ("id", pa.large_string()),
                ("text", pa.large_string()),
                ("date", pa.large_string()),
                ("words", pa.int64()),
            ]
        )
    ),
    "Arrow dates": TABLE.set_column(
        2,
        "date",
        pc_dates := pa.array([d and datetime.date.fromisoformat(d) for d in DATES], pa.date32()),
    ),
    "Arrow timestamps": TABLE.set_column(2, "date", pc_dates.cast(pa.timestamp("ns"))),
    "Arrow dictionary column": TABLE.set_column(0, "id", TABLE["id"].dictionary_encode()),
    "Arrow interface": Stream(),
    "pandas": pd.DataFrame(ROWS),
    "pandas with dates": pd.DataFrame(ROWS).assign(
        date=lambda frame: pd.to_datetime(frame["date"])
    ),
    "pandas with an index": pd.DataFrame(ROWS, index=[9, 3, 3, 1, 0, 7]),
    "Polars": pl.DataFrame(ROWS),
    "Polars with dates": pl.DataFrame(ROWS).with_columns(pl.col("date").str.to_date()),
    "Polars categories": pl.DataFrame(ROWS).with_columns(pl.col("id").cast(pl.Categorical)),
}


def test_result_of_dictionaries() -> None:
    """What the others must equal, spelt out."""
    result = dedup.find_duplicates(ROWS)
    assert result.kept == ("e", "f", "a")
    assert [(d.id, d.duplicate_of, d.relation) for d in result.duplicates] == [
        ("b", "f", "excerpt"),
        ("c", "f", "syndicated"),
        ("d", "f", "exact"),
    ]
    (cluster,) = result.clusters
    assert cluster.canonical == "f"
    assert cluster.duplicates == result.duplicates
    exact = result.duplicates[2]
    assert (exact.score, exact.covered) == (1.0, 1.0)
    assert (exact.similarity, exact.containment) == (1.0, 1.0)
    (story,) = result.stories
    assert story.id == "f"
    assert all(version.dropped for version in story.versions)
    figures = attrgetter("id", "relation", "score", "covered", "similarity", "containment")
    assert [*map(figures, story.versions)] == [*map(figures, result.duplicates)]


def test_coverage_decides_what_goes() -> None:
    """Of an article and its excerpt only the excerpt goes, whatever the keep rule; nothing but
    copies is certain enough for the bar at 1, and what stays is flagged."""
    excerpt, whole = ROWS[4], ROWS[2]
    for keep in KEEP_RULES:
        result = dedup.find_duplicates([excerpt, whole], keep=keep)
        (match,) = result.matches
        assert (match.id_a, match.id_b, match.may_go) == ("b", "f", "a")
        assert match.covered_a > match.covered_b
        assert result.duplicates[0].covered == match.covered_a
        assert result.kept == ("f",)
    strict = dedup.find_duplicates(ROWS, min_covered=1)
    assert [(it.id, it.relation) for it in strict.duplicates] == [("d", "exact")]
    assert {(it.may_go, it.relation == "exact") for it in strict.matches} == {
        (None, False),
        ("either", True),
    }
    assert {it.id for story in strict.stories for it in story.versions} | {
        story.id for story in strict.stories
    } == {"b", "c", "d", "f"}
    certain = dedup.find_duplicates(ROWS, min_score=1).matches
    assert {it.relation for it in certain} == {"exact"}, "the bar is one for all relations"


@pytest.mark.parametrize("name", INPUTS)
def test_every_input_gives_the_same_result(name: str) -> None:
    assert dedup.find_duplicates(INPUTS[name]) == dedup.find_duplicates(ROWS)


STRINGS = {
    "list": TEXTS,
    "tuple": tuple(TEXTS),
    "generator": (text for text in TEXTS),
    "articles": [dedup.Article(text) for text in TEXTS],
    "dictionaries": [{"text": text} for text in TEXTS],
    "table": pa.table({"text": TEXTS}),
    "pandas Series": pd.Series(TEXTS),
    "Polars Series": pl.Series(TEXTS),
}


@pytest.mark.parametrize("name", STRINGS)
def test_articles_without_ids_have_positions(name: str) -> None:
    result = dedup.find_duplicates(STRINGS[name])
    assert result.kept == ("0", "1", "5")
    assert [(d.id, d.duplicate_of) for d in result.duplicates] == [
        ("2", "0"),
        ("3", "0"),
        ("4", "0"),
    ]


def test_named_fields() -> None:
    rows = [{"key": r["id"], "lead": "", "story": r["text"], "seen": r["date"]} for r in ROWS]
    result = dedup.find_duplicates(
        rows, text_field=["lead", "story"], id_field="key", date_field="seen"
    )
    assert result == dedup.find_duplicates(ROWS)


def test_text_fields_are_joined() -> None:
    halves = [{"a": " ".join(STORY[:100]), "b": " ".join(STORY[100:])}, {"a": TEXTS[0], "b": None}]
    (duplicate,) = dedup.find_duplicates(halves, text_field=["a", "b"]).duplicates
    assert duplicate.relation == "exact"


def test_numbers_are_ids() -> None:
    rows = [{"id": 10, "text": TEXTS[0]}, {"id": 9, "text": TEXTS[2]}]
    assert dedup.find_duplicates(rows).kept == (10,)
    assert dedup.find_duplicates(pa.Table.from_pylist(rows)).kept == (10,)


@pytest.mark.parametrize(
    "nothing", [[], (), iter([]), TABLE.slice(0, 0), pl.DataFrame(ROWS).head(0)]
)
def test_no_articles(nothing: Any) -> None:
    assert dedup.find_duplicates(nothing) == dedup.Result((), (), (), ())


def test_one_article() -> None:
    assert dedup.find_duplicates(["one"]).kept == ("0",)


@pytest.mark.parametrize("article", ["", dedup.Article(""), {"text": ""}])
def test_empty_articles_are_articles(article: Any) -> None:
    result = dedup.find_duplicates([article, article])
    assert result.kept == ("0", "1")
    assert not result.matches


# --- errors --------------------------------------------------------------------------------------

ERRORS: dict[str, tuple[Any, str]] = {
    "one string": ("a text", "iterable"),
    "one dictionary": ({"text": "a"}, "field 'text'.*iterable"),
    "one article": (dedup.Article("a"), "iterable"),
    "bytes": (b"a text", "iterable"),
    "a number": (17, "int"),
    "None": (None, "NoneType"),
    "number among texts": (["a", 17], "article 1 .*int"),
    "None among texts": (["a", "b", None], "article 2 .*None"),
    "bytes among texts": (["a", b"b"], "article 1 .*bytes"),
    "no text field": ([{"text": "a"}, {"headline": "b"}], "article 1 .*text"),
    "text is no string": ([{"text": 5}], "article 0 .*int"),
    "article without text": ([dedup.Article(None)], "article 0 .*None"),  # type: ignore[arg-type]
    "lone surrogate": (["a", "b \ud800"], "article 1 .*surrogate"),
    "table without text": (pa.table({"a": ["b"]}), "text column.*a"),
    "table of numbers": (pa.table({"text": [1]}), "article 0 .*int"),
    "null in a table": (pa.table({"text": ["a", None]}), "article 1 .*no text"),
    "invalid UTF-8 in a table": (pa.table({"text": [b"a", b"\xff"]}), "article 1 .*bytes"),
}


@pytest.mark.parametrize("name", ERRORS)
def test_errors_name_the_article(name: str) -> None:
    articles_given, message = ERRORS[name]
    with pytest.raises(dedup.InputError, match=message):
        dedup.find_duplicates(articles_given)


@pytest.mark.parametrize(
    "options",
    [
        {"keep": "best"},
        {"keep": ""},
        {"drop": ["similar"]},
        {"drop": "exact"},
        {"prefer_source": "wire"},
        {"prefer_source": ["wire", " "]},
        {"threads": -1},
        {"min_covered": -0.1},
        {"min_covered": 1.1},
        {"min_covered": float("nan")},
    ],
)
def test_bad_options(options: dict[str, Any]) -> None:
    with pytest.raises(dedup.OptionError) as caught:
        dedup.find_duplicates(["a"], **options)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, dedup.DedupError)
    assert "\n" not in str(caught.value)


def test_unknown_column() -> None:
    with pytest.raises(dedup.InputError, match=r"headlne.*id, text, date, words"):
        dedup.find_duplicates(TABLE, text_field="headlne")


def test_error_of_the_iterable_passes_through() -> None:
    def broken() -> Iterator[str]:
        yield "a"
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        dedup.find_duplicates(broken())


# --- compare -------------------------------------------------------------------------------------


def test_compare_returns_a_match() -> None:
    match = dedup.compare(TEXTS[0], TEXTS[3])
    assert isinstance(match, dedup.Match)
    assert (match.id_a, match.id_b, match.relation) == ("0", "1", "syndicated")
    assert 0 < match.similarity < match.containment < 1
    (found,) = dedup.find_duplicates([TEXTS[0], TEXTS[3]]).matches
    assert found == match


def test_compare_takes_every_sort_of_article() -> None:
    expected = dedup.compare(TEXTS[0], TEXTS[4])
    assert expected is not None
    assert expected.relation == "excerpt"
    assert dedup.compare({"text": TEXTS[0]}, dedup.Article(TEXTS[4])) == expected
    named = dedup.compare({"id": "x", "text": TEXTS[0]}, dedup.Article(TEXTS[4], id="y"))
    assert named is not None
    assert (named.id_a, named.id_b) == ("x", "y")


def test_compare_returns_none() -> None:
    assert dedup.compare(TEXTS[0], TEXTS[1]) is None
    assert dedup.compare("", "") is None


@pytest.mark.parametrize("bad", [None, 5, b"a", ["a"], "\udc00"])
def test_compare_of_no_article(bad: Any) -> None:
    with pytest.raises(dedup.InputError):
        dedup.compare("a", bad)


# --- processes and threads -----------------------------------------------------------------------


# Python warns of what this shows to be safe here.
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_works_on_in_a_forked_child() -> None:
    """Worker threads do not live on in a child; a pool that waits for them would wait for ever."""
    expected = dedup.find_duplicates(TEXTS)
    dedup.signatures(TEXTS)
    child = os.fork()
    if child == 0:
        same = False
        try:
            same = dedup.find_duplicates(TEXTS) == expected and len(dedup.signatures(TEXTS)) == 6
        finally:
            os._exit(0 if same else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


def test_passes_in_several_threads() -> None:
    expected = dedup.find_duplicates(ROWS)
    results: list[dedup.Result] = []
    threads = [
        threading.Thread(target=lambda: results.append(dedup.find_duplicates(ROWS)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 8


def test_import_is_light(tmp_path: Path) -> None:
    """Start-up time is part of every run of the command."""
    heavy = "numpy", "pyarrow", "datasketch", "rich", "pandas", "polars"
    code = f"import sys, dedup, dedup.cli; print(set({heavy}) & set(sys.modules))"
    # Elsewhere, or Python would import the folder of this clone, which has no extension in it.
    process = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, cwd=tmp_path
    )
    assert process.stdout.strip() == b"set()"


def test_every_public_name_is_there_and_explained() -> None:
    for name in dedup.__all__:
        assert getattr(dedup, name).__doc__


def test_what_lies_in_the_folder_is_not_looked_at(tmp_path: Path) -> None:
    """The library reads what it is given: a pipe of any name beside it would be waited for."""
    os.mkfifo(tmp_path / "articles")
    code = "import dedup; print(dedup.find_duplicates(['one', 'two']).kept)"
    given = [sys.executable, "-c", code]
    process = subprocess.run(given, cwd=tmp_path, capture_output=True, timeout=60, check=True)
    assert process.stdout.split() == [b"('0',", b"'1')"]
