"""Web pages: which extractor gives the better text for its time, and a web archive to measure.

    python benchmarks/web.py extractors FOLDER   # F1, pages a second of processor time
    python benchmarks/web.py archive 10000       # a .warc.gz of synthetic news, and `dedup scan`

FOLDER holds ground-truth.json and html/*.html.gz, as github.com/scrapinghub/
article-extraction-benchmark does: 181 pages of news sites and the text of each.
"""

import gzip
import html
import io
import json
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from corpora import DATA, Record, corpus, read
from fastwarc.warc import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

# ---- extractors ----


def extractors() -> dict[str, Callable[[bytes], str]]:
    from dedup.dump.page import of_html

    found: dict[str, Callable[[bytes], str]] = {"resiliparse, as dedup has it": _dedup(of_html)}
    try:
        import trafilatura
    except ImportError:
        return found
    found["trafilatura"] = lambda page: trafilatura.extract(page, include_comments=False) or ""
    found["trafilatura, fast"] = lambda page: (
        trafilatura.extract(page, include_comments=False, fast=True) or ""
    )
    return found


def _dedup(of_html: Callable[..., object]) -> Callable[[bytes], str]:
    return lambda page: of_html(page).text  # type: ignore[attr-defined]


def shingles(text: str, words: int = 4) -> Counter[tuple[str, ...]]:
    tokens = re.findall(r"\w+", text)
    return Counter(zip(*(tokens[start:] for start in range(words)), strict=False))


def score(truth: str, found: str) -> tuple[float, float, float]:
    """Precision, recall and F1 of the shingles of a text."""
    wanted, given = shingles(truth), shingles(found)
    shared = (wanted & given).total()
    precision = shared / given.total() if given else 0.0
    recall = shared / wanted.total() if wanted else 1.0
    return precision, recall, 2 * shared / ((wanted.total() + given.total()) or 1)


def compare_extractors(folder: Path) -> None:
    truth = json.loads((folder / "ground-truth.json").read_bytes())
    pages = {
        name: gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()) for name in truth
    }
    print(f"{len(pages)} pages of {sum(map(len, pages.values())) // len(pages):,} bytes")
    for extractor, extract in extractors().items():
        started = time.process_time()
        texts = {name: extract(page) for name, page in pages.items()}
        seconds = time.process_time() - started
        scores = [score(truth[name]["articleBody"], text) for name, text in texts.items()]
        precision, recall, f1 = (sum(column) / len(scores) for column in zip(*scores, strict=True))
        print(
            f"{extractor:30} precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}"
            f"  {len(pages) / seconds:6.0f} pages a second of processor time"
        )


# ---- an archive like those of Common Crawl News ----

_WORDS = ("markets", "weather", "politics", "travel", "culture", "science", "video", "sport")


def page(record: Record, rng: random.Random) -> str:
    """An article as a news site shows it: menus, teasers, scripts, some 100 kB of it."""
    links = "".join(f'<li><a href="/{word}/">{word.title()}</a></li>' for word in _WORDS)
    teasers = "".join(
        f'<div class="teaser"><a href="/{rng.randrange(10**6)}"><img src="/{n}.jpg" alt="">'
        f"<h3>{' '.join(rng.choices(_WORDS, k=8)).capitalize()}</h3></a></div>"
        for n in range(40)
    )
    script = "".join(f"window.q=window.q||[];q.push({rng.random()});" for _ in range(1200))
    style = "".join(f".c{n}{{margin:{n}px;padding:0 {n}px;color:#333}}" for n in range(700))
    linked = {"@type": "NewsArticle", "datePublished": record["date"], "headline": record["title"]}
    body = "".join(
        f"<p>{html.escape(paragraph)}</p>" for paragraph in re.split(r"\n+", record["text"])
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{html.escape(record['title'])} | {html.escape(record['source'])}</title>"
        f'<meta property="article:published_time" content="{record["date"]}">'
        f'<script type="application/ld+json">{json.dumps(linked)}</script>'
        f"<style>{style}</style><script>{script}</script></head><body>"
        f'<header><nav class="menu"><ul>{links}</ul></nav></header><main><article>'
        f"<h1>{html.escape(record['title'])}</h1>"
        f'<div class="byline">By our reporter <time datetime="{record["date"]}"></time></div>'
        f'<div class="article-body">{body}</div></article>'
        f'<aside class="related"><h2>More</h2>{teasers}</aside></main>'
        f"<footer><ul>{links}</ul><p>All rights reserved.</p></footer></body></html>"
    )


def write_warc(source: Path, path: Path) -> None:
    """Write each article as request and response, each a gzip member."""
    rng = random.Random(12)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "a benchmark"}))
        for record in read(source):
            url = f"https://news.example/{record['source']}/{record['id']}".replace(" ", "-")
            body = io.BytesIO(page(record, rng).encode())
            told = [("Content-Type", "text/html; charset=utf-8")]
            headers = StatusAndHeaders("200 OK", told, protocol="HTTP/1.1")
            asked = StatusAndHeaders(
                "GET / HTTP/1.1", [("Host", "news.example")], is_http_request=True
            )
            writer.write_request_response_pair(
                writer.create_warc_record(url, "request", http_headers=asked),
                writer.create_warc_record(url, "response", payload=body, http_headers=headers),
            )


def written(articles: int) -> Path:
    path = DATA / "formats" / f"{articles}.warc.gz"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name("part.warc.gz")
        write_warc(corpus(articles), part)
        part.replace(path)
    return path


def records(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            yield record.reader.read()


def measure_archive(articles: int) -> None:
    path = written(articles)
    started = time.perf_counter()
    size = sum(map(len, records(path)))
    seconds = time.perf_counter() - started
    print(f"{path}: {path.stat().st_size / 1e6:.0f} MB, {size / 1e6:.0f} MB decompressed")
    print(f"fastwarc alone: {articles / seconds:,.0f} pages a second")
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(["dedup", "scan", path, "-o", out, "--json"], check=True)


if __name__ == "__main__":
    if sys.argv[1] == "extractors":
        compare_extractors(Path(sys.argv[2]))
    else:
        measure_archive(int(sys.argv[2]))
