"""What the library returns leaves its process: as figures, whatever the texts, and alone."""

import copy
import gc
import json
import multiprocessing
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, fields, is_dataclass, replace
from operator import attrgetter, methodcaller
from pathlib import Path
from typing import Any

import articles
import pytest

import dedup
from dedup.detect import examine

# Stands in the texts alone.
MARK = "Zanzibarquist"
STORY = (
    f"A fire at the old mill kept forty firefighters busy until dawn. Mayor {MARK} said nobody was "
    "hurt, and that the cause is not known. The mill had stood empty since 1998."
)
ROWS: list[dict[str, Any]] = [
    {"id": 7, "text": STORY, "date": "2026-03-06"},
    {"id": "b", "text": STORY + " A street was closed.", "date": "2026-03-07T08:30:00Z"},
    {"id": "c", "text": articles.article(1), "date": None},
]
PAIR = ROWS[:2]
FIGURES = ("score", "covered_a", "covered_b", "may_go", "similarity", "containment", "late")

Values = dict[str, Any]

MATCHES = ("match of a pass", "match of compare", "match of check", "match of add")
# Those that are made of texts and have parts of them.
WITH_TEXTS = ("evidence", "comparison", "stored", "article")
NAMES = (*MATCHES, "result", "duplicate", "cluster", "story", *WITH_TEXTS)


@pytest.fixture(scope="module")
def values(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Values]:
    result = dedup.find_duplicates(ROWS, keep="longest")
    match = dedup.compare(*PAIR)
    assert match is not None
    given = [dedup.Article(**row) for row in PAIR]
    with dedup.Index.open(tmp_path_factory.mktemp("values") / "news.idx", keep="longest") as index:
        index.add(PAIR[1])
        yield {
            "match of a pass": result.matches[0],
            "match of compare": match,
            "match of check": index.check(PAIR[0])[0],
            "match of add": index.add(PAIR[0]),
            "result": result,
            "duplicate": result.duplicates[0],
            "cluster": result.clusters[0],
            "story": result.stories[0],
            "evidence": match.evidence,
            "comparison": examine(*given),
            "stored": index.get("b"),
            "article": given[0],
        }


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[ProcessPoolExecutor]:
    """Another process, which has nothing of this one."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        yield pool


WAYS: dict[str, Callable[[Any], Any]] = {
    **{
        f"pickle {protocol}": lambda it, protocol=protocol: pickle.loads(pickle.dumps(it, protocol))
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1)
    },
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "replace": replace,
    "copy of what was pickled": lambda it: copy.deepcopy(pickle.loads(pickle.dumps(it))),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", NAMES)
def test_copies_are_the_same(name: str, way: str, values: Values) -> None:
    value = values[name]
    again = WAYS[way](value)
    assert (again, repr(again), hash(again)) == (value, repr(value), hash(value))


@pytest.mark.parametrize("name", NAMES)
def test_another_process(name: str, values: Values, elsewhere: ProcessPoolExecutor) -> None:
    assert elsewhere.submit(replace, values[name]).result(60) == values[name]


@pytest.mark.parametrize("name", NAMES)
def test_json_has_the_fields(name: str, values: Values) -> None:
    value = values[name]
    as_json = json.loads(json.dumps(asdict(value), default=str))
    check_names(as_json, value)
    assert type(value)(**{it.name: getattr(value, it.name) for it in fields(value)}) == value


def check_names(as_json: Any, value: Any) -> None:
    """That all of a value is there, and nothing else."""
    if is_dataclass(value):
        public = [name for name in type(value).__annotations__ if not name.startswith("_")]
        assert [*as_json] == public
        for name in public:
            check_names(as_json[name], getattr(value, name))
    elif isinstance(value, tuple):
        for one, other in zip(as_json, value, strict=True):
            check_names(one, other)
    else:
        assert as_json == (value if isinstance(value, (int, float, type(None))) else str(value))


@pytest.mark.parametrize("name", NAMES)
def test_what_leaves_is_figures(name: str, values: Values) -> None:
    """None has more of the texts than its fields; those of a match have nothing."""
    value = values[name]
    for written in (pickle.dumps(value), json.dumps(asdict(value), default=str).encode()):
        assert (MARK.encode() in written) == (name in WITH_TEXTS)
        assert name in WITH_TEXTS or len(written) < 3_000


def test_json_of_a_match(values: Values) -> None:
    match = values["match of a pass"]
    as_json = json.loads(json.dumps(asdict(match)))
    assert [*as_json] == ["id_a", "id_b", "relation", *FIGURES]
    assert (as_json["id_a"], as_json["id_b"], as_json["late"]) == (7, "b", False)
    assert dedup.Match(**as_json) == match


# --- evidence ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MATCHES)
def test_evidence_stays_behind(name: str, values: Values, elsewhere: ProcessPoolExecutor) -> None:
    """Here it is made of the texts, and of a copy, too; elsewhere of those that are given."""
    match = values[name]
    evidence = match.evidence
    assert MARK in evidence.names
    assert copy.copy(match).evidence == copy.deepcopy(match).evidence == evidence
    for given in (PAIR, [dedup.Article(**row) for row in PAIR]):
        assert match.evidence_of(*given) == evidence
        assert elsewhere.submit(methodcaller("evidence_of", *given), match).result(60) == evidence
    undated = match.evidence_of(*(row["text"] for row in PAIR))
    assert undated.sentences == evidence.sentences
    assert undated.features_a != evidence.features_a, "dates count"
    with pytest.raises(dedup.InputError, match=r"give them: match\.evidence_of\(a, b\)"):
        elsewhere.submit(attrgetter("evidence"), match).result(60)
    for without in (pickle.loads(pickle.dumps(match)), replace(match), copy.copy(replace(match))):
        with pytest.raises(dedup.InputError, match="texts behind"):
            without.evidence  # noqa: B018 - found out when it is asked for


@pytest.mark.parametrize("bad", [None, 5, {"headline": "no text"}, "\udc00"])
def test_evidence_of_no_article(bad: Any, values: Values) -> None:
    with pytest.raises(dedup.InputError, match="article b"):
        values["match of compare"].evidence_of(STORY, bad)


def test_evidence_outlives_the_result() -> None:
    assert dedup.find_duplicates(ROWS).matches[0].evidence.names
    assert [it.evidence.names for it in dedup.find_duplicates(iter(ROWS)).matches]
    (match,) = dedup.find_duplicates(dict(enumerate([STORY, STORY.upper()]))).matches
    gc.collect()
    assert match.evidence.sentences


KEPT = """
import ctypes, gc, os, articles, dedup

def resident():
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    with open("/proc/self/statm") as pages:
        return int(pages.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

def corpus(copies):
    yield from [articles.article(0, 400)] * 2
    for number in range(1, 500 // copies):
        yield from [articles.article(number, 400) + " x" * 50_000] * copies

dedup.find_duplicates([articles.article(0)] * 2)
before = resident()
{made}
print(resident() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="tells the memory in use")
@pytest.mark.parametrize(
    "made",
    [
        "kept = dedup.find_duplicates(corpus(2), rewrites=False).matches[0]; kept.evidence",
        "kept = dedup.find_duplicates(corpus(1), rewrites=False)",
    ],
)
def test_memory_that_is_kept(made: str) -> None:
    """Of 50 MB of texts a match keeps its two, and a result those that match."""
    process = subprocess.run(
        [sys.executable, "-c", KEPT.format(made=made)],
        capture_output=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    assert int(process.stdout) < 12_000_000


# --- results -------------------------------------------------------------------------------------


def test_a_result_cleans_elsewhere(values: Values, elsewhere: ProcessPoolExecutor) -> None:
    result = values["result"]
    assert result.clean(ROWS) == ROWS[1:]
    assert elsewhere.submit(methodcaller("clean", ROWS), result).result(60) == ROWS[1:]
    for again in (copy.copy(result), copy.deepcopy(result), pickle.loads(pickle.dumps(result))):
        assert again.clean(ROWS) == ROWS[1:]
    with pytest.raises(dedup.InputError, match=r"result\.kept"):
        replace(result, matches=()).clean(ROWS)


def test_ids_of_a_result_are_pickled_once() -> None:
    """An id that is long stands in matches, duplicates and stories, and is written once."""
    name = "https://example.com/" + "x" * 500
    rows = [{"id": f"{name}/{number}", "text": STORY + " More." * number} for number in range(9)]
    result = dedup.find_duplicates(rows)
    assert len(result.matches) > 20
    assert pickle.dumps(result).count(b"xxx/3") == 1
