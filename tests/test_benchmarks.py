"""The benchmarks' own arithmetic: judging groups of articles, and tables from results."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import oracle
import pytest
import report
import session
import tables
import truth

from dedup import _core

MODEL = Path(_core.__file__).parent / "model.json"


def record(id_: str, version: str, story: int, of: str | None = None) -> dict[str, object]:
    return {"id": id_, "version": version, "cluster": story, "version_of": of}


STORIES = [
    record("a", "original", 1),
    record("a1", "exact", 1, "a"),
    record("a2", "rewritten", 1, "a"),
    record("a3", "rewritten", 1, "a"),
    record("b", "other_figures", 2, "a"),
    record("c", "original", 3),
]


@pytest.mark.parametrize(
    ("groups", "exact", "rewritten", "mistaken", "precision"),
    [
        ([], 0, 0, 0, 1),
        ([["a", "a1"]], 1, 0, 0, 1),
        # Found is what is joined with any article of its story.
        ([["a2", "a3"]], 0, 1, 0, 1),
        ([["a", "a1", "a2", "b"]], 1, 0.5, 1, 3 / 6),
        ([["a2", "c"]], 0, 0, 0, 0),
        # An article that is in two groups is found once.
        ([["a", "a1"], ["a2", "a1"]], 1, 0.5, 0, 1),
    ],
)
def test_verdict(
    groups: list[list[str]], exact: float, rewritten: float, mistaken: float, precision: float
) -> None:
    verdict = truth.Truth(STORIES).judge(groups)
    assert verdict.recall == {"exact": exact, "rewritten": rewritten}
    assert verdict.mistaken == {"other_figures": mistaken}
    assert verdict.precision == precision


def test_verdict_on_flags() -> None:
    verdict = truth.Truth(STORIES).judge_flags([["a"], ["a1"], ["a3"], ["b"]])
    assert verdict.recall == {"exact": 1, "rewritten": 0.5}
    assert verdict.mistaken == {"other_figures": 1}
    assert verdict.precision == 3 / 4


WORK = """
import time
held = bytearray(b"x") * 50_000_000
while time.process_time() < 0.2:
    pass
"""
WAIT = "print(flush=True); input()"


def test_what_a_session_used() -> None:
    """Of a process that is there, one that it has waited for, and one that it does not wait for."""
    start = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {WORK!r}])
subprocess.Popen([sys.executable, "-c", {WORK + WAIT!r}])
{WORK + WAIT}"""
    command = [sys.executable, "-c", start]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == child.stdout.readline() == b"\n"
        assert session.cpu_seconds(child.pid) >= 0.5  # the system counts in hundredths
        assert session.memory(child.pid) >= 100_000_000
        child.communicate(b"\n\n")
    assert session.memory(child.pid) == 0


def test_components_and_stars() -> None:
    pairs = [("b", "a"), ("d", "c"), ("c", "a"), ("f", "e")]
    assert sorted(sorted(group) for group in truth.components(pairs)) == [list("abcd"), list("ef")]
    assert sorted(truth.stars(pairs)) == [["a", "b", "c"], ["c", "d"], ["e", "f"]]


RESULTS = {
    "benchmarks": [
        {
            "group": "library",
            "stats": {"median": seconds},
            "extra_info": {"row": call, "items": items, "bytes": 0},
        }
        for call, items, seconds in (
            ("compare", 2, 0.0001),
            ("compare", 1_000, 0.25),
            ("signatures", 2, 0.002),
            ("signatures", 1_000, 12.3456),
        )
    ]
}

LIBRARY = """\
| articles | `compare`, ms | `signatures`, ms |
| --- | --- | --- |
| 2 | 0.1 | 2.00 |
| 1,000 | 250 | 12,300 |"""

PAGE = "before\n\n<!-- bench:library -->\nold\n<!-- /bench:library -->\n\nafter\n"


def test_table_takes_the_place_of_the_old() -> None:
    page = report.rewrite(PAGE, {"library": tables.library}, RESULTS)
    assert page == PAGE.replace("old\n", f"\n{LIBRARY}\n\n")
    assert report.rewrite(page, {"library": tables.library}, RESULTS) == page


def test_page_without_the_section() -> None:
    with pytest.raises(SystemExit, match="0 sections bench:kernels"):
        report.replace_section(PAGE, "kernels", "")


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (0.99996, ".999"), (1, "1"), (0.00001, ".001"), (0.5, ".500"), (None, "–")],
)
def test_share_is_one_only_when_all_are_found(number: float | None, text: str) -> None:
    assert tables.share(number) == text


def test_peers_that_were_not_run_are_named() -> None:
    results = {"rows": {"gaoya": {"name": "gaoya", "not_run": "did not install: no wheel"}}}
    assert tables.peers(results).endswith("\n\nNot run: gaoya, did not install: no wheel.")


def test_the_model_is_of_the_features_of_the_core() -> None:
    """In their order, and each split is of one of them."""
    models = json.loads(MODEL.read_text(encoding="utf-8"))
    assert models.pop("features") == _core.feature_names()
    assert models.keys() == {"score", "covered", "related"}
    for model in models.values():
        assert model["gap"] < 0 < model["usual_days"] < model["most_days"]
        for tree in model["trees"]:
            check_tree(tree)


def check_tree(tree: list[list[float]]) -> None:
    """Every node but the first stands below one before it."""
    below = []
    for place, node in enumerate(tree):
        assert len(node) in (1, 5)
        if len(node) == 5:
            _, feature, _, low, high = node
            assert feature in range(len(_core.feature_names()))
            assert place < low < high
            below += [low, high]
    assert sorted(below) == list(range(1, len(tree)))


def test_the_script_that_fits_the_model() -> None:
    """Its names are those of the features; its days are those of the core."""
    pytest.importorskip("lightgbm")
    fit_model = importlib.import_module("fit_model")
    assert fit_model.MODEL.resolve() == MODEL.resolve()
    names = set(_core.feature_names())
    for target in ("score", "covered", "related"):
        up, down = (set(words.split()) for words in fit_model.DIRECTIONS[target])
        assert up | down <= names
        assert not up & down
    models = json.loads(MODEL.read_text(encoding="utf-8"))
    for target, gap in fit_model.GAP.items():
        model = models[target]
        assert model["gap"] == gap
        assert model["usual_days"] == fit_model.USUAL_DAYS
        assert model["most_days"] == fit_model.MOST_DAYS


DATES = ("2024-05-01", "2024-05-02", "2024-05-04T06:00", "2024-04-01", None)


@pytest.mark.parametrize(("date_a", "date_b"), [(a, b) for a in DATES for b in DATES])
def test_the_script_counts_days_as_the_core(date_a: str | None, date_b: str | None) -> None:
    pytest.importorskip("lightgbm")
    fit_model = importlib.import_module("fit_model")
    seconds = [date and _core.parse_date(date) for date in (date_a, date_b)]
    between = oracle.time_between(*seconds)
    days = fit_model.USUAL_DAYS if between is None else abs(between) / oracle.DAY
    found = fit_model.gap_in_days(date_a, date_b)
    assert found == pytest.approx(min(days, fit_model.MOST_DAYS))
