"""`dedup synth`: the same bytes for the same seed, and every article is what it says it is."""

import difflib
import hashlib
import itertools
import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from command import DEDUP, dedup, error_of, scan, summary

from dedup import _core
from dedup.config import MIN_COVERED, MIN_SCORE

Article = dict[str, Any]

ARTICLES = 6_000
# Of the first 100 records of seed 1: they are the same on any machine.
FIRST_100 = "3aff210bb2292d2cfb8b2817d87e415dcb1a513bf1274e56ed22834171f4fb34"

DUPLICATES = {"exact", "edited", "truncated", "wrapped", "excerpt", "corrected", "rewritten"}
NEGATIVES = {"other_figures", "other_facts", "same_lead"}


def synthesize(articles: int, seed: int = 1, threads: int = 0) -> bytes:
    return b"".join(_core.Synthesis(articles, seed, threads))


@pytest.fixture(scope="module")
def corpus() -> dict[str, Article]:
    return {it["id"]: it for it in map(json.loads, synthesize(ARTICLES).splitlines())}


def pairs(corpus: dict[str, Article], version: str) -> list[tuple[Article, Article]]:
    """Each article of a version behind the one that it was made from."""
    found = [(corpus[it["version_of"]], it) for it in corpus.values() if it["version"] == version]
    assert len(found) > 30
    return found


def words(article: Article) -> list[str]:
    return _core.words(article["text"])


def body(article: Article) -> list[str]:
    """The words but for the last paragraph, which may be the outlet's own."""
    return _core.words(article["text"].rpartition("\n\n")[0] or article["text"])


def containment(a: Article, b: Article) -> float:
    one, other = (set(_core.shingles(it["text"])) for it in (a, b))
    return len(one & other) / min(len(one), len(other))


def aligned(a: list[str], b: list[str]) -> float:
    """The share of the words of `b` that stand in `a` in the same order."""
    blocks = difflib.SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(b)


def has_in_a_row(words: list[str], part: list[str]) -> bool:
    return f" {' '.join(part)} " in f" {' '.join(words)} "


def sentences(article: Article) -> list[list[str]]:
    found = article["text"].replace("\n\n", " ").split(". ")
    return [_core.words(it) for it in found]


def test_same_seed_same_bytes() -> None:
    assert synthesize(3_000) == synthesize(3_000, threads=1) == synthesize(3_000, threads=2)
    assert synthesize(3_000) != synthesize(3_000, seed=2)


def test_bytes_are_those_of_any_machine() -> None:
    assert hashlib.sha256(synthesize(100)).hexdigest() == FIRST_100


def test_longer_corpus_begins_with_the_shorter() -> None:
    longest = synthesize(9_000, threads=1)
    for articles in (1, 100, 1_024, 1_025, 5_000):
        shorter = synthesize(articles)
        assert shorter.count(b"\n") == articles
        assert longest.startswith(shorter)


def test_made_chunk_by_chunk() -> None:
    """A corpus that would fill any memory begins at once."""
    chunks = itertools.islice(_core.Synthesis(10**9, threads=1), 3)
    assert all(len(chunk) < 20_000_000 for chunk in chunks)


def test_records(corpus: dict[str, Article]) -> None:
    assert len(corpus) == ARTICLES
    fields = ["id", "date", "source", "title", "text", "cluster", "version", "version_of"]
    for article in corpus.values():
        assert list(article) == fields
        assert all(article[name] for name in fields[:7])
        assert _core.parse_date(article["date"]) is not None
        assert article["date"].endswith("Z")
        assert len(words(article)) > 20
    assert {it["version"] for it in corpus.values()} == {"original"} | DUPLICATES | NEGATIVES


def test_versions_follow_and_share_the_cluster(corpus: dict[str, Article]) -> None:
    for number, article in enumerate(corpus.values()):
        assert int(article["id"].partition("-")[2]) == number
        if article["version"] == "original":
            assert article["version_of"] is None
            assert article["cluster"] == article["id"]
            continue
        origin = corpus[article["version_of"]]
        assert origin["version"] == "original"
        assert origin["date"] <= article["date"]
        is_duplicate = article["version"] in DUPLICATES
        assert article["cluster"] == (origin["cluster"] if is_duplicate else article["id"])


def test_cluster_sizes_fall_slowly() -> None:
    """Most stories stand alone, few are in tens of outlets."""
    records = map(json.loads, synthesize(30_000).splitlines())
    sizes = Counter(Counter(it["cluster"] for it in records).values())
    assert sizes[1] > 5 * sizes[2] > 5 * sizes[4] > 0
    assert max(sizes) > 40


def test_exact(corpus: dict[str, Article]) -> None:
    for origin, version in pairs(corpus, "exact"):
        assert words(origin) == words(version)


def test_edited(corpus: dict[str, Article]) -> None:
    for origin, version in pairs(corpus, "edited"):
        assert aligned(words(origin), body(version)) > 0.8


def test_truncated(corpus: dict[str, Article]) -> None:
    for origin, version in pairs(corpus, "truncated"):
        start = body(version)
        assert words(origin)[: len(start)] == start


def test_wrapped(corpus: dict[str, Article]) -> None:
    for origin, version in pairs(corpus, "wrapped"):
        assert has_in_a_row(words(version), body(origin))
        assert len(words(version)) > len(body(origin))


def test_excerpt(corpus: dict[str, Article]) -> None:
    for origin, version in pairs(corpus, "excerpt"):
        assert aligned(words(origin), body(version)) > 0.99
        assert len(body(version)) < len(words(origin))


def test_corrected(corpus: dict[str, Article]) -> None:
    for origin, version in pairs(corpus, "corrected"):
        differing = [
            pair for pair in zip(words(origin), words(version), strict=True) if len(set(pair)) > 1
        ]
        assert 1 <= len(differing) <= 2
        assert all(word[0].isdigit() for pair in differing for word in pair)


def test_rewritten(corpus: dict[str, Article]) -> None:
    """Other words, the same facts."""
    found = pairs(corpus, "rewritten")
    containments = []
    for origin, version in found:
        assert words(origin) != words(version)
        *_, of_origin, _ = _core.explain(origin["text"], version["text"])
        features = {name: value for name, value, _ in of_origin}
        # Of the one that has fewer.
        assert max(features["words"], features["words_b"]) > 0.4
        *_, containment = _core.compare(
            origin["text"], version["text"], None, None, MIN_SCORE, MIN_COVERED
        )
        containments.append(containment)
    assert sorted(containments)[len(found) // 2] < 0.3


def test_other_figures(corpus: dict[str, Article]) -> None:
    weekdays = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
    for origin, version in pairs(corpus, "other_figures"):
        assert origin["date"][:10] != version["date"][:10]
        differing = [
            pair for pair in zip(words(origin), words(version), strict=True) if len(set(pair)) > 1
        ]
        assert len(differing) >= 3
        assert all(
            set(pair) <= weekdays or all(word[0].isdigit() for word in pair) for pair in differing
        )


def test_other_facts(corpus: dict[str, Article]) -> None:
    """The event's words and names, and as much that the other lacks."""
    for origin, version in pairs(corpus, "other_facts"):
        explained = _core.explain(origin["text"], version["text"])[6]
        features = {name: value for name, value, _ in explained}
        assert 0.15 < features["words"] < 0.95
        assert containment(origin, version) < 0.6


def test_same_lead(corpus: dict[str, Article]) -> None:
    for origin, version in pairs(corpus, "same_lead"):
        lead = sentences(origin)[0]
        assert sentences(version)[0] == lead
        assert aligned(words(origin)[len(lead) :], words(version)[len(lead) :]) < 0.6


def test_typography(corpus: dict[str, Article]) -> None:
    """A fifth of the texts are ASCII, most others but for quotation marks and dashes."""
    texts = [it["text"] for it in corpus.values()]
    ascii_share = sum(text.isascii() for text in texts) / len(texts)
    assert 0.15 < ascii_share < 0.3
    plain = sum((set(text) <= {*map(chr, range(128)), *"“”’—"}) for text in texts) / len(texts)
    assert plain > 0.9


def test_pass_tells_versions_from_negatives(tmp_path: Path) -> None:
    """What the corpus says of itself is what the detector finds, but for the hard ones."""
    data = synthesize(5_000)
    scan("-", "-o", "out", "--no-rewrites", stdin=data, cwd=tmp_path)
    articles = {it["id"]: it for it in map(json.loads, data.splitlines())}
    lines = (tmp_path / "out" / "duplicates.jsonl").read_bytes().splitlines()
    dropped = {it["id"]: articles[it["duplicate_of"]] for it in map(json.loads, lines)}
    wrong = [it for it, kept in dropped.items() if kept["cluster"] != articles[it]["cluster"]]
    copies = [it for it in articles.values() if it["version"] in DUPLICATES - {"rewritten"}]
    kept = [it for it in copies if it["id"] not in dropped]
    assert summary(tmp_path / "out")["counts"]["read"] == 5_000
    assert len(wrong) < 0.02 * len(dropped)
    assert len(kept) < 0.12 * len(copies)


def test_command_writes_what_the_core_makes(tmp_path: Path) -> None:
    process = dedup("synth", "-n", "50", "--seed", "9")
    assert (process.returncode, process.stderr) == (0, "")
    expected = synthesize(50, seed=9)
    assert process.stdout.encode() == expected
    (tmp_path / "news.jsonl").write_text("what stood there")
    process = dedup("synth", "-n", "50", "--seed", "9", "-o", "news.jsonl", cwd=tmp_path)
    assert (process.returncode, process.stdout, process.stderr) == (0, "", "")
    assert (tmp_path / "news.jsonl").read_bytes() == expected
    assert [path.name for path in tmp_path.iterdir()] == ["news.jsonl"]


@pytest.mark.parametrize("output", ["missing/news.jsonl", "."])
def test_output_that_cannot_be_written(tmp_path: Path, output: str) -> None:
    error = error_of(tmp_path, "synth", "-n", "50", "-o", output)
    assert output in error
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    "options", [[], ["-n", "0"], ["-n", "1000000001"], ["-n", "x"], ["-n", "1", "--seed", "-1"]]
)
def test_wrong_usage(options: list[str]) -> None:
    assert dedup("synth", *options).returncode == 2


def test_reader_that_goes_away() -> None:
    with subprocess.Popen(
        [DEDUP, "synth", "-n", "1000000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        json.loads(process.stdout.readline())
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0
