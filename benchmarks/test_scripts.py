"""Text of many scripts: to signatures on one core, and real feeds through the whole pass.

The languages are those of a passage each in tests/passages.py, once and again. A feed is a file of
JSON lines, compressed or not, in benchmarks/.data/feeds.
"""

import json
import lzma
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from conftest import describe
from corpora import DATA, DEDUP
from pytest_benchmark.fixture import BenchmarkFixture

from dedup import _core

sys.path.append(str(Path(__file__).parent.parent / "tests"))
from passages import PASSAGES

GROUP = "scripts"
LANGUAGES = (
    *("English", "German", "French", "Polish", "Czech", "Turkish", "Vietnamese"),
    *("Russian", "Greek", "Armenian", "Georgian", "Arabic", "Persian", "Hebrew", "Korean"),
    *("Hindi", "Bengali", "Tamil", "Chinese", "Japanese", "Thai", "Khmer"),
)
ARTICLE = 3_000  # bytes
ARTICLES = 300
FEEDS = sorted(it for it in (DATA / "feeds").glob("*.jsonl*") if len(it.suffixes) <= 2)


def name(feed: Path) -> str:
    return feed.name.partition(".")[0]


def texts_of(feed: Path) -> Iterator[str]:
    opened = lzma.open if feed.suffix == ".xz" else open
    with opened(feed, "rt", encoding="utf-8") as lines:
        yield from (json.loads(line)["text"] for line in lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_signatures(benchmark: BenchmarkFixture, language: str) -> None:
    passage = PASSAGES[language]
    times = ARTICLE // len(passage.encode()) + 1
    texts = [" ".join([passage] * times)] * ARTICLES
    describe(benchmark, GROUP, language, texts)
    assert benchmark(_core.signatures, texts, 128, 1, 1)


@pytest.mark.parametrize("feed", FEEDS, ids=name)
def test_signatures_of_feed(benchmark: BenchmarkFixture, feed: Path) -> None:
    texts = list(islice(texts_of(feed), 2_000))
    describe(benchmark, GROUP, name(feed), texts)
    assert benchmark(_core.signatures, texts, 128, 1, 1)


@pytest.mark.parametrize("feed", FEEDS, ids=name)
def test_pass_of_feed(benchmark: BenchmarkFixture, tmp_path: Path, feed: Path) -> None:
    """The pass's own clock: a feed of few megabytes is read in less time than Python starts."""
    dump = tmp_path / "feed.jsonl"
    dump.write_bytes(
        lzma.decompress(feed.read_bytes()) if feed.suffix == ".xz" else feed.read_bytes()
    )
    describe(benchmark, GROUP, name(feed), list(texts_of(feed)))
    benchmark.extra_info["file_bytes"] = dump.stat().st_size
    seconds: list[float] = []

    def scan() -> None:
        out = tmp_path / f"out{len(seconds)}"
        subprocess.run([DEDUP, "scan", dump, "-o", out], check=True, capture_output=True)
        seconds.append(json.loads((out / "summary.json").read_text())["seconds"]["total"])

    benchmark.pedantic(scan, rounds=3)
    benchmark.extra_info["own_seconds"] = sorted(seconds)[1]
