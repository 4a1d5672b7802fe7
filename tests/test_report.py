"""The page of a result in a real browser, and what stands beside it."""

import csv
import json
import os
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import servers
from command import dedup, done
from conftest import skipped_where_not_installed
from hypothesis import given, settings
from hypothesis import strategies as st

from dedup.article import Article
from dedup.detect import examine
from dedup.report import aligned
from dedup.report.choice import choose
from dedup.report.furniture import furniture
from dedup.report.outlets import who_copies_whom
from dedup.report.result import Story, Version

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")

WIRE = (
    "The harbour bridge at Norwick will close to lorries for two nights while its cables are"
    " tested. Engineers said on Friday that drivers should take the tunnel, which stays open. The"
    " council expects 4,200 vehicles a night on the detour. Mayor Anna Halloran asked firms to send"
    " their deliveries early."
)
LONGER = WIRE + (
    " The cables were last tested in 1998. A union of drivers called the notice short, and its"
    " head, Peter Mills, wants the tolls of the tunnel waived."
)
HOSTILE = (
    "<script>document.title = 'owned'</script> The market hall of Tarn opens at six on Monday, said"
    " </script><img src=x onerror=\"document.title='owned'\"> its owner, and sells bread, cheese"
    " and fish until noon. Signs with \u202ereversed words\u202c stay where they are. שלום לכולם."
    " 𝔘nicode 🐟 fish 17 stalls."
)
ARABIC = (
    "أعلنت البلدية يوم الجمعة إغلاق الجسر أمام الشاحنات ليلتين لاختبار الكابلات، وقالت إن النفق"
    " سيبقى مفتوحا أمام السائقين طوال الليل، وإن الأعمال تنتهي صباح الأحد."
)


def dump(folder: Path) -> Path:
    """Stories of several outlets, and articles that stand for themselves."""
    articles = [
        ("wire-1", WIRE, "2026-03-06T08:00", "Wire"),
        ("paper-1", WIRE.upper(), "2026-03-06T11:30", "Paper"),
        ("site-1", WIRE + " More soon.", "2026-03-06T12:00", "Site"),
        ("long-1", LONGER, "2026-03-07T09:00", "Paper"),
        ("wire-2", HOSTILE, "2026-03-08T08:00", "Wire"),
        ("paper-2", HOSTILE + " It rained.", "2026-03-08T10:00", "Paper"),
        ("ar-1", ARABIC, "2026-03-09T08:00", "Wire"),
        ("ar-2", ARABIC, "2026-03-09T09:00", "Site"),
        ("alone", "Nothing else tells of the cat that slept on a tram in Oslo.", None, "Site"),
    ]
    path = folder / "news.jsonl"
    with path.open("w") as out:
        for id, text, date, source in articles:
            record = {"id": id, "text": text, "date": date, "source": source}
            out.write(json.dumps({key: it for key, it in record.items() if it}) + "\n")
    return path


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    done("scan", dump(folder), "-o", folder / "result", "--report")
    return folder / "result"


# ---- the page, in a browser ----


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with skipped_where_not_installed():
        if CHROMIUM is None:
            raise servers.NotInstalledError(
                "the page is tried in Chromium: apt-get install chromium"
            )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


class Opened:
    """A page in a context of its own, and what went wrong or was asked for on it."""

    def __init__(
        self, browser: Any, path: Path, selector: str = "#list button", **options: Any
    ) -> None:
        self.context = browser.new_context(accept_downloads=True, **options)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda it: self.faults.append(it.text))
        self.page.on("pageerror", lambda it: self.faults.append(str(it)))
        self.page.on("request", lambda it: self.requests.append(it.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector(selector)

    def __enter__(self) -> Any:
        return self.page

    def __exit__(self, *_: object) -> None:
        self.context.close()
        assert not self.faults
        pages = [it for it in self.requests if not it.startswith(("data:", "blob:"))]
        assert all(it.startswith("file:") and it.endswith(".html") for it in pages), pages


def titles(page: Any) -> list[str]:
    found: list[str] = page.locator("#list b").all_inner_texts()
    return found


def test_story_is_shown_filtered_and_stepped_through(browser: Any, result: Path) -> None:
    with Opened(browser, result / "report.html") as page:
        assert page.inner_text(".facts").split() == [
            *("read", "9", "kept", "4", "gone", "5", "flagged", "only"),
            *page.inner_text(".facts").split()[8:],
        ]
        assert len(titles(page)) == 3
        page.fill("#words", "TUNNEL norwick")
        assert len(titles(page)) == 1
        page.click("#list button")
        assert "long-1" in page.inner_text("#story .time .kept")
        first = page.inner_text("#story .time [aria-pressed=true]")
        page.keyboard.press("Tab")
        page.locator("h1").click()
        page.keyboard.press("j")
        assert page.inner_text("#story .time [aria-pressed=true]") != first
        page.fill("#words", "")
        page.select_option("#day", "2026-03-08")
        assert len(titles(page)) == 1
        page.select_option("#day", "")
        page.select_option("#outlet", "Site")
        assert len(titles(page)) == 2
        page.select_option("#outlet", "")
        page.select_option("#relation", "exact")
        assert 1 <= len(titles(page)) <= 2
        page.fill("#words", "no such words")
        assert titles(page) == []
        assert page.inner_text("#found") == "0 stories found"


def test_reader_sees_what_would_be_missed(browser: Any, result: Path) -> None:
    with Opened(browser, result / "report.html") as page:
        page.fill("#words", "norwick")
        page.click("#list button")
        page.click("#story .time button:has-text('wire-1')")
        alone = " ".join(page.locator("#story .pair td.kept-alone").all_inner_texts())
        assert "A union of drivers" in alone
        assert "Engineers said" not in alone
        assert "1998" in page.inner_text("#story .pair td:empty + td >> nth=0")
        assert "1998" in page.locator("#story .pair mark").all_inner_texts()


def test_hostile_text_is_shown_and_not_run(browser: Any, result: Path) -> None:
    with Opened(browser, result / "report.html") as page:
        page.fill("#words", "stalls")
        page.click("#list button")
        shown = page.inner_text("#story")
        assert "<script>document.title = 'owned'</script>" in shown
        assert "\u202ereversed words\u202c" in page.text_content("#story .pair")
        assert "𝔘nicode 🐟 fish" in shown
        assert page.title() == "dedup"
        assert page.locator("#story img, #story script").count() == 0
    with Opened(browser, result / "report.html") as page:
        page.fill("#words", "البلدية")
        page.click("#list button")
        cell = page.locator("#story .pair td").first
        assert cell.evaluate("it => getComputedStyle(it).direction") == "rtl"


def test_verdicts_are_kept_and_saved(browser: Any, result: Path, tmp_path: Path) -> None:
    with Opened(browser, result / "report.html") as page:
        page.select_option("#order", "chance")
        page.locator("h1").click()
        page.keyboard.press("n")
        page.keyboard.press("1")
        page.keyboard.press("j")
        page.click("#story .verdict button:has-text('wrong')")
        assert page.inner_text("#tally").startswith("2 verdicts: 1 right, 1 wrong, 0 cannot say")
        page.reload()
        page.wait_for_selector("#list button")
        assert page.inner_text("#tally").startswith("2 verdicts")
        with page.expect_download() as saving:
            page.click("#save")
        path = tmp_path / "verdicts.jsonl"
        saving.value.save_as(path)
        page.on("dialog", lambda it: it.accept())
        page.click("#forget")
        assert page.inner_text("#tally").startswith("0 verdicts")
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert {line["verdict"] for line in lines} == {"right", "wrong"}
    assert all(line["dropped"] and line["drawn"] is not None for line in lines)
    found = json.loads(done("verdicts", result, path, "--json").stdout)
    assert (found["dropped"]["right"], found["dropped"]["wrong"]) == (1, 1)
    assert found["dropped"]["of"] == 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1300, 390])
def test_page_is_accessible(browser: Any, result: Path, scheme: Any, width: int) -> None:
    from axe_playwright_python.sync_playwright import Axe

    size = {"width": width, "height": 900}
    with Opened(browser, result / "report.html", color_scheme=scheme, viewport=size) as page:
        page.click("#glance summary >> nth=0")
        for at in range(3):
            page.click(f"#list button >> nth={at}")
            found = Axe().run(page).response["violations"]
            assert [(it["id"], it["nodes"][0]["html"]) for it in found] == []
        # Nothing is wider than the window.
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_page_prints_the_story(browser: Any, result: Path) -> None:
    with Opened(browser, result / "report.html") as page:
        page.emulate_media(media="print")
        assert page.locator("#story .pair").is_visible()
        assert not page.locator("#filters").is_visible()


# ---- what stands beside it ----


def test_outlets(result: Path) -> None:
    with (result / "outlets.csv").open() as file:
        rows = list(csv.DictReader(file))
    # The Arabic story: the wire had it an hour before the site, word for word.
    assert {"first": "Wire", "later": "Site"}.items() <= next(
        it for it in rows if (it["first"], it["later"]) == ("Wire", "Site")
    ).items()
    assert all(float(it["median_hours_later"]) > 0 for it in rows)


def version(id: str, relation: str = "exact", dropped: bool = True) -> Version:
    return Version(id, relation, 0.9, 0.9, 0.9, 0.9, dropped)


def test_who_copies_whom_counts_an_outlet_once_a_story() -> None:
    bylines = {
        "a": ("a", "2026-01-01T01:00:00Z", "One"),
        "b": ("b", "2026-01-01T07:00:00Z", "Two"),
        "c": ("c", "2026-01-01T08:00:00Z", "Two"),
        "d": ("d", "2026-01-02T01:00:00Z", "One"),
        "e": ("e", "2026-01-01T13:00:00Z", "Two"),
        "f": ("f", None, "Two"),
        "g": ("g", "2026-01-02T01:00:00Z", "Two"),
        "h": ("h", "2026-01-01T10:00:00Z", None),
        "i": ("i", "2026-01-03T01:00:00Z", "One"),
    }
    stories = [
        Story("a", (version("b"), version("c"), version("f"), version("h"), version("i"))),
        Story("d", (version("e", "rewritten"), version("g"))),
        Story("g", (version("i", "excerpt"),)),
    ]
    assert who_copies_whom(stories, bylines) == [
        ("Two", "One", 2, 0, 18.0),
        ("One", "Two", 1, 1, 6.0),
    ]


@pytest.mark.parametrize("limit", [1, 7, 40, 500])
def test_choice_is_an_even_draw_first(limit: int) -> None:
    options = {"min_score": 0.7, "min_covered": 0.85}
    stories = [
        Story(
            f"kept{at}",
            tuple(
                Version(f"{at}-{it}", "excerpt", 0.9, 0.86 + at / 1000, 0.5, 0.5, it % 3 != 0)
                for it in range(at % 5 + 1)
            ),
        )
        for at in range(100)
    ]
    chosen = choose(stories, limit, options)
    assert len(chosen) == min(limit, 100)
    for gone in (True, False):
        ranks = sorted(
            rank
            for it in chosen
            for version in it.story.versions
            if version.dropped is gone and (rank := it.drawn.get(version.id)) is not None
        )
        # All of the first in the order of chance, and no other.
        assert ranks == list(range(len(ranks)))
    assert [it.story.id for it in choose(stories, limit, options)] == [it.story.id for it in chosen]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(LONGER.split(". ")), max_size=9), st.randoms())
def test_each_sentence_stands_once(sentences: list[str], random: Any) -> None:
    others = sentences[:]
    random.shuffle(others)
    others = [*others[: len(others) * 2 // 3], "The weather was fine in all of Norwick"]
    a, b = (". ".join(it) + "." for it in (sentences, others))
    rows = aligned.rows(a, b, examine(Article(a), Article(b)).evidence)
    own = [row[:2] for row in rows if row[0] >= 0]
    assert own == sorted(own)
    assert all(end <= start for (_, end), (start, _) in pairwise(own))
    covered = "".join(a[start:end] for start, end in own)
    assert [it for it in covered if it.isalnum()] == [it for it in a if it.isalnum()]
    kept = sorted({row[2:4] for row in rows if row[2] >= 0})
    assert all(end <= start for (_, end), (start, _) in pairwise(kept))
    covered = "".join(b[start:end] for start, end in kept)
    assert [it for it in covered if it.isalnum()] == [it for it in b if it.isalnum()]


def test_furniture_is_what_three_stories_hold() -> None:
    footer = "Follow us on every network and read the paper at home each morning"
    texts = {f"{at}": f"{'abcd'[at]}, {'efgh'[at]}! {footer}" for at in range(4)}
    found = furniture(texts, {"0": 0, "1": 1, "2": 2, "3": 2})
    assert [texts[id][slice(*found[id][0])] for id in texts] == [footer] * 4
    assert furniture(texts, {"0": 0, "1": 1, "2": 1, "3": 1}) == {}


# ---- commands ----


def test_report_reads_the_dump_again(result: Path, tmp_path: Path) -> None:
    page = tmp_path / "later.html"
    done("report", result, "-o", page)
    data = page.read_text().partition('id="data">')[2].partition("</script>")[0]
    made = (result / "report.html").read_text().partition('id="data">')[2]
    assert data == made.partition("</script>")[0]
    assert (tmp_path / "outlets.csv").read_text() == (result / "outlets.csv").read_text()


def test_report_knows_the_fields_that_the_scan_was_told(tmp_path: Path) -> None:
    lines = [
        {"key": f"n{at}", "lead": WIRE, "rest": LONGER, "text": f"teaser {at}", "desk": f"D{at}"}
        for at in range(2)
    ]
    dump = tmp_path / "news.jsonl"
    dump.write_text("".join(json.dumps(it) + "\n" for it in lines))
    names = ("--text-field", "lead", "--text-field", "rest", "--id-field", "key")
    done("scan", dump, "-o", tmp_path / "result", *names)
    page = tmp_path / "report.html"
    done("report", tmp_path / "result", "-o", page, "--source-field", "desk")
    (story,) = page.read_text().partition('id="data">')[2].partition("</script>")[0].splitlines()
    shown = json.loads(story)
    assert shown["kept"]["text"] == f"{WIRE}\n\n{LONGER}"
    assert (shown["kept"]["outlet"], shown["others"][0]["outlet"]) == ("D0", "D1")


def test_show_prints_a_story(result: Path) -> None:
    shown = done("show", result, "wire-1").stdout
    assert "kept  long-1" in shown
    assert "paper-1" in shown
    assert "Nothing: all" in shown


def test_index_report(result: Path, tmp_path: Path, browser: Any) -> None:
    done("index", "add", tmp_path / "news.idx", result.parent / "news.jsonl")
    done(
        "index", "report", tmp_path / "news.idx", "--since", "2026-01-01", "-o", tmp_path / "i.html"
    )
    with Opened(browser, tmp_path / "i.html") as page:
        assert len(titles(page)) >= 2
    done(
        "index", "report", tmp_path / "news.idx", "--since", "2100-01-01", "-o", tmp_path / "j.html"
    )
    assert "All 0 stories" in (tmp_path / "j.html").read_text()


def test_scan_with_an_index(result: Path, tmp_path: Path, browser: Any) -> None:
    """The article kept is one that the index has; on the page, and in the terminal."""
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    first.write_text(json.dumps({"id": "stored", "text": LONGER, "date": "2026-03-06"}) + "\n")
    second.write_text(json.dumps({"id": "new", "text": WIRE, "date": "2026-03-07"}) + "\n")
    index, out = tmp_path / "news.idx", tmp_path / "result"
    done("index", "add", index, first)
    done("scan", second, "-o", out, "--index", index, "--report")
    with Opened(browser, out / "report.html") as page:
        assert "A union of drivers" in page.inner_text("#story .pair")
    assert "kept  stored" in done("show", out, "new").stdout
    index.rename(tmp_path / "moved.idx")
    done("report", out, "-o", tmp_path / "later.html")
    with Opened(browser, tmp_path / "later.html") as page:
        assert "An index has the text of one of the two" in page.inner_text("#story")


def test_page_without_stories(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text(json.dumps({"id": "a", "text": WIRE}) + "\n")
    done("scan", tmp_path / "one.jsonl", "-o", tmp_path / "result", "--report")
    page = tmp_path / "result/report.html"
    with Opened(browser, page, selector="#found:not(:empty)") as opened:
        assert opened.inner_text("#found") == "0 stories found"


FAULTS = {
    "no result": (["report", "{there}", "-o", "{out}"], "no folder of results"),
    "no dump": (
        ["report", "{result}", "-o", "{out}", "--dump", "{there}/none.jsonl"],
        "none.jsonl",
    ),
    "another dump": (
        ["report", "{result}", "-o", "{out}", "--dump", "{there}/other.jsonl"],
        "the dump has 1 articles, and had 9",
    ),
    "no story": (["show", "{result}", "alone"], "no story with the article 'alone'"),
    "no folder": (["report", "{result}", "-o", "{there}/none/r.html"], "none"),
    "no verdict": (
        ["verdicts", "{result}", "{there}/bad.jsonl"],
        "bad.jsonl:2: this is no verdict",
    ),
    "no JSON": (["verdicts", "{result}", "{there}/cut.jsonl"], "cut.jsonl:1: this is no JSON"),
    "another result": (["verdicts", "{result}", "{there}/strange.jsonl"], "another result"),
    "no verdicts": (["verdicts", "{result}", "{there}/none.jsonl"], "none.jsonl"),
    "no date": (["index", "report", "{there}/n.idx", "--since", "soon", "-o", "{out}"], "soon"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_told_in_a_line(fault: str, result: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (there / "other.jsonl").write_text('{"id": "x", "text": "another dump"}\n')
    (there / "bad.jsonl").write_text('{"id": "wire-1", "verdict": "right"}\n{"id": "wire-1"}\n')
    (there / "cut.jsonl").write_text('{"id": "wire-1", "verd\n')
    (there / "strange.jsonl").write_text('{"id": "elsewhere", "verdict": "right"}\n')
    done("index", "add", there / "n.idx", there / "other.jsonl")
    command, told = FAULTS[fault]
    out = tmp_path / "out.html"
    given = [it.format(there=there, result=result, out=out) for it in command]
    failed = dedup(*given)
    assert failed.returncode == (2 if fault == "no date" else 1)
    assert told in failed.stderr
    assert len(failed.stderr.splitlines()) == 1
    assert not out.exists()
