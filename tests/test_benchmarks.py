"""The benchmarks' own arithmetic: judging groups of articles, and tables from results."""

import pytest
import report
import tables
import truth


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
    ],
)
def test_verdict(
    groups: list[list[str]], exact: float, rewritten: float, mistaken: float, precision: float
) -> None:
    verdict = truth.Truth(STORIES).judge(groups)
    assert verdict.recall == {"exact": exact, "rewritten": rewritten}
    assert verdict.mistaken == {"other_figures": mistaken}
    assert verdict.precision == precision


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
    rows = [{"name": "gaoya", "not_run": "did not install: no wheel"}]
    results = {"rows": rows, "articles": 10, "orjson_seconds": 1.0}
    assert tables.peers(results).endswith("\n\nNot run: gaoya, did not install: no wheel.")
