"""Web archives and saved pages: what is compared of them, and what is written of what is kept."""

import base64
import bz2
import gzip
import io
import lzma
import os
import re
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Iterable
from pathlib import Path

import brotli
import command
import dumps
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from dedup.dump.archive import Archive, Damage, Record
from dedup.dump.extractor import PAGE, Extractors
from dedup.dump.inputs import Source
from dedup.dump.page import of_html

HTML = "text/html; charset=utf-8"


def page(text: str, head: str = "") -> str:
    words = text.split()
    paragraphs = "".join(
        f"<p>{' '.join(words[at : at + 50])}</p>\n" for at in range(0, len(words), 50)
    )
    menu = "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(9))
    return (
        f"<!doctype html><html><head><title>A site</title>{head}</head><body><nav><ul>{menu}</ul>"
        f"</nav><main><article><h1>A headline</h1>{paragraphs}</article></main>"
        "<footer><p>All rights reserved.</p></footer></body></html>"
    )


Fetched = tuple[str, bytes, dict[str, str]]


def fetched(url: str, text: str, head: str = "", **told: str) -> Fetched:
    return f"http://news.example/{url}", page(text, head).encode(), told


def archive(pages: Iterable[Fetched], packed: bool = False, status: str = "200 OK") -> bytes:
    """A WARC file as crawlers write it: of each page the request and the response."""
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=packed)
    writer.write_record(writer.create_warcinfo_record("x.warc", {"software": "a test"}))
    for url, body, told in pages:
        sent = {"Content-Type": HTML, **{k.replace("_", "-"): v for k, v in told.items()}}
        headers = StatusAndHeaders(status, [*sent.items()], protocol="HTTP/1.1")
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
        writer.write_request_response_pair(
            writer.create_warc_record(url, "request", http_headers=asked),
            writer.create_warc_record(
                url, "response", payload=io.BytesIO(body), http_headers=headers
            ),
        )
    return file.getvalue()


def other(kind: str, content: bytes, type_: str, **headers: str) -> bytes:
    """A record of any kind."""
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=False)
    record = writer.create_warc_record(
        headers.pop("url", "http://news.example/other"),
        kind,
        payload=io.BytesIO(content),
        warc_content_type=type_,
        warc_headers_dict={f"WARC-{k.replace('_', '-')}": v for k, v in headers.items()},
    )
    writer.write_record(record)
    return file.getvalue()


def listed(data: bytes) -> list[tuple[str, str]]:
    """The records of a WARC file, as another library reads it."""
    return [
        (record.rec_type, (record.rec_headers.get_header("WARC-Target-URI") or "")[20:])
        for record in ArchiveIterator(io.BytesIO(data))
    ]


NEWS = [
    *(fetched(name, text) for name, text in dumps.OWN.items()),
    fetched("copy", dumps.COPY),
    fetched("story", " ".join([*dumps.STORY, "the", "end"])),
]

PACKED = {
    "x.warc": lambda data: data,
    "x.warc.gz": None,
    "X.WARC.GZ": None,
    "x.warc.zst": dumps.zst,
    "x.warc.bz2": bz2.compress,
    "x.warc.xz": lzma.compress,
    "whole.warc.gz": gzip.compress,
}


def unpacked(name: str, data: bytes) -> bytes:
    return dumps.PACKERS[Path(name).suffix.lower().replace(".warc", "")][1](data)


@pytest.mark.parametrize("name", PACKED)
def test_archive(name: str, tmp_path: Path) -> None:
    """Records are kept byte for byte, and a request goes with its response."""
    pack = PACKED[name]
    plain = archive(NEWS) if pack else gzip.decompress(packed := archive(NEWS, packed=True))
    source = pack(plain) if pack else packed
    (tmp_path / name).write_bytes(source)
    command.scan(name, "-o", "out", cwd=tmp_path)
    summary = command.summary(tmp_path / "out")
    assert summary["counts"]["read"] == 13
    assert summary["inputs"]["other_records"] == 14
    (dropped,) = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    assert dropped["id"] == "http://news.example/copy"
    clean = (tmp_path / "out" / "clean" / name).read_bytes()
    kept = [record for record in listed(plain) if record[1] != "copy"]
    assert listed(unpacked(name, clean)) == kept
    assert len(kept) == 1 + 2 * 12
    # What is between the two records of the copy is all that is missing.
    first = plain.find(b"news.example/copy")
    start = plain.rfind(b"WARC/1.0", 0, first)
    after = plain.find(b"WARC/1.0", plain.rfind(b"news.example/copy"))
    assert unpacked(name, clean) == plain[:start] + plain[after:]
    if pack is None:
        assert zlib.decompress(clean, 31) == zlib.decompress(source, 31)
        assert source.startswith(clean[: len(clean) // 2])


def scanned(folder: Path, data: bytes, name: str = "x.warc") -> tuple[dict[str, int], bytes]:
    (folder / name).write_bytes(data)
    command.scan(name, "-o", "out", cwd=folder)
    counts: dict[str, int] = command.summary(folder / "out")["counts"]
    return counts, (folder / "out" / "clean" / name).read_bytes()


def test_what_is_an_article(tmp_path: Path) -> None:
    """Pages fetched with success, and texts taken from pages; all else is copied."""
    text = dumps.OWN["a"]
    articles = [
        archive([fetched("a", text)]),
        archive([fetched("b", text, Content_Type="application/xhtml+xml")]),
        archive([fetched("c", text, Content_Type="")]),
        other("resource", page(text).encode(), "text/html"),
        other("conversion", text.encode(), "text/plain", url="http://news.example/text"),
    ]
    others = [
        archive([fetched("d", text)], status="404 Not Found"),
        archive([fetched("e", text)], status="301 Moved Permanently"),
        archive([fetched("f", text, Content_Type="image/png")]),
        archive([fetched("g", text, Content_Type="application/json")]),
        other("resource", page(text).encode(), "image/png"),
        other("metadata", page(text).encode(), "text/html"),
        other("made-up", page(text).encode(), "text/html"),
    ]
    counts, clean = scanned(tmp_path, b"".join([*articles, *others]))
    assert (counts["read"], counts["dropped"], counts["rejected"]) == (5, 4, 0)
    assert clean.endswith(b"".join(others))


def test_records_that_belong_together(tmp_path: Path) -> None:
    """What was fetched or made with a response goes with it, whichever names the other."""
    story = "<urn:uuid:00000000-0000-0000-0000-000000000001>"
    asked = "<urn:uuid:00000000-0000-0000-0000-000000000002>"
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    sent = page(dumps.OWN["a"]).encode()
    type_ = "application/http; msgtype=response"
    stays = [
        other("response", http + page(dumps.OWN["b"]).encode(), type_, url="http://x/b"),
        other("response", http + sent + b"<p>more</p>", type_, url="http://x/a"),
    ]
    goes = [
        other("request", b"GET / HTTP/1.1\r\n\r\n", "application/http", Record_ID=asked),
        other(
            "response", http + sent, type_, url="http://x/c", Record_ID=story, Concurrent_To=asked
        ),
        other("metadata", b"fetchTimeMs: 12", "application/warc-fields", Concurrent_To=story),
        other("metadata", b"via: x", "application/warc-fields", Refers_To=story),
    ]
    counts, clean = scanned(tmp_path, b"".join([*stays, *goes, stays[0].replace(b"x/b", b"x/d")]))
    assert (counts["read"], counts["dropped"]) == (4, 2)
    assert clean == b"".join(stays)


def chunked(data: bytes) -> bytes:
    pieces = [data[at : at + 900] for at in range(0, len(data), 900)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


ENCODED = {
    "gzip": ({"Content_Encoding": "gzip"}, gzip.compress),
    "x-gzip": ({"Content_Encoding": "x-gzip"}, gzip.compress),
    "deflate": ({"Content_Encoding": "deflate"}, zlib.compress),
    "br": ({"Content_Encoding": "br"}, brotli.compress),
    "chunked": ({"Transfer_Encoding": "chunked"}, chunked),
    "both": (
        {"Transfer_Encoding": "chunked", "Content_Encoding": "gzip"},
        lambda data: chunked(gzip.compress(data)),
    ),
    # Many archives hold pages decoded, under the headers that were sent.
    "decoded": ({"Content_Encoding": "gzip"}, lambda data: data),
    "dechunked": ({"Transfer_Encoding": "chunked"}, lambda data: data),
    "decoded both": (
        {"Transfer_Encoding": "chunked", "Content_Encoding": "br"},
        lambda data: data,
    ),
}


def test_pages_as_they_were_sent(tmp_path: Path) -> None:
    pages = [fetched("0", dumps.OWN["a"])]
    for name, (told, encode) in ENCODED.items():
        pages.append((f"http://news.example/{name}", encode(pages[0][1]), told))
    counts, _ = scanned(tmp_path, archive(pages), "x.warc")
    assert (counts["read"], counts["dropped_exact"]) == (len(ENCODED) + 1, len(ENCODED))


CYRILLIC = "В среду в городе открылась новая линия метро, сообщила мэрия. " * 20
CHARSETS = {
    "HTTP": (CYRILLIC, "windows-1251", "", {"Content_Type": "text/html; charset=windows-1251"}),
    "meta": (CYRILLIC, "koi8-r", '<meta charset="koi8-r">', {"Content_Type": "text/html"}),
    "sniffed": (CYRILLIC, "windows-1251", "", {"Content_Type": "text/html"}),
    "UTF-8 told as Latin": (CYRILLIC, "utf-8", "", {"Content_Type": "text/html; charset=latin-1"}),
    "unknown": (CYRILLIC, "utf-8", "", {"Content_Type": "text/html; charset=klingon"}),
    "UTF-16": (CYRILLIC, "utf-16", "", {"Content_Type": "text/html"}),
}


def test_encodings(tmp_path: Path) -> None:
    pages = [fetched("0", CYRILLIC)]
    for name, (text, encoding, head, told) in CHARSETS.items():
        pages.append((f"http://news.example/{name}", page(text, head).encode(encoding), told))
    counts, _ = scanned(tmp_path, archive(pages))
    assert (counts["read"], counts["dropped_exact"]) == (len(CHARSETS) + 1, len(CHARSETS))


DATES = {
    '<meta property="article:published_time" content="2024-05-02T08:00">': "2024-05-02T08:00",
    '<META NAME="pubdate" CONTENT="2024-05-02">': "2024-05-02",
    '<script type="application/ld+json">{"@graph":[{"@type":"WebPage"},'
    '{"@type":"NewsArticle","datePublished":"2024-05-02"}]}</script>': "2024-05-02",
    '<script type="application/ld+json">{"datePublished": oh}</script>'
    '<meta itemprop="datePublished" content="2024-05-02">': "2024-05-02",
    '<time class="entry-date" datetime="2024-05-02">Thursday</time>': "2024-05-02",
    '<meta property="article:modified_time" content="2024-05-03">': None,
    '<meta name="date" content="today">': None,
    f'<script type="application/ld+json">{"[" * 100_000}</script>': None,
    "": None,
}


@pytest.mark.parametrize("head", DATES)
def test_dates(head: str) -> None:
    assert of_html(page(dumps.OWN["a"], head).encode()).date == DATES[head]


def test_date_of_the_url(tmp_path: Path) -> None:
    """Where the page tells none; when it was fetched is no date of an article."""
    pages = [
        fetched("2024/05/02/a", dumps.OWN["a"]),
        fetched("b", dumps.OWN["a"], '<meta name="date" content="2024-05-01">'),
        fetched("c", dumps.OWN["a"]),
    ]
    scanned(tmp_path, archive(pages))
    summary = command.summary(tmp_path / "out")
    assert summary["counts"]["dated"] == 2
    dropped = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    assert {line["duplicate_of"] for line in dropped} == {"http://news.example/b"}


def test_page_without_text(tmp_path: Path) -> None:
    """A page of which nothing is read is an empty text: it stays, and is like no other."""
    empty = [(f"http://news.example/{n}", b"<html><video src=x></html>", {}) for n in range(3)]
    counts, clean = scanned(tmp_path, data := archive([*empty, ("http://x", b"", {})]))
    assert (counts["read"], counts["kept"]) == (4, 4)
    assert clean == data


def test_the_source_is_the_host(tmp_path: Path) -> None:
    """Of an archived page that of its URL, of a saved one that of the URL it gives itself."""
    heads = {
        "a.html": '<link rel="canonical" href="https://www.wire.example/a">',
        "b.html": '<meta property="og:url" content="http://paper.example/b">',
        "c.html": '<link rel="canonical" href="/c"><link rel="icon" href="http://x.example/">',
        "d.html": "",
    }
    pages = {name: page(dumps.COPY, head).encode() for name, head in heads.items()}
    files = {"x.warc": archive([fetched("x", dumps.COPY)]), **pages}
    folder = command.write(tmp_path, files)
    for source, kept in (
        ("wire.example", "a.html"),
        ("paper.example", "b.html"),
        ("news.example", "http://news.example/x"),
    ):
        out = tmp_path / source
        command.scan(folder, "-o", out, "--prefer-source", source)
        summary = command.summary(out)
        (story,) = command.read_lines(out / "stories.jsonl")
        assert (story["id"], len(story["versions"])) == (kept, 4)
        assert summary["warnings"] == []
        assert sum(it["source"]["host of the page"] for it in summary["fields"]) == 5
    command.scan(folder, "-o", tmp_path / "out", "--prefer-source", "x.example")
    (warning,) = command.summary(tmp_path / "out")["warnings"]
    listed = "news.example (1), paper.example (1), wire.example (1)"
    assert warning.endswith(f"the most frequent are {listed}")


def test_main_text_is_found() -> None:
    """Not in the menu, and where the parser finds little, in the paragraphs or the JSON-LD."""
    assert of_html(page(dumps.OWN["a"]).encode()).text.split()[2:] == dumps.OWN["a"].split()
    hidden = f'<script type="application/ld+json">{{"articleBody":"{dumps.OWN["b"]}"}}</script>'
    assert of_html(f"<html>{hidden}<p>Loading</p>".encode()).text == dumps.OWN["b"]


def test_saved_pages(tmp_path: Path) -> None:
    files = {
        "a.html": page(dumps.OWN["a"]).encode(),
        "b/B.HTM": page(dumps.OWN["b"]).encode("utf-16"),
        "b/c.xhtml": b'<?xml version="1.0" encoding="iso-8859-5"?>'
        + page(CYRILLIC).encode("iso-8859-5"),
        "d.html.gz": gzip.compress(page(dumps.OWN["d"]).encode()),
        "e.html.zst": dumps.zst(page(CYRILLIC).encode()),
        "empty.html": b"",
        "f.html": page(dumps.OWN["a"]).replace("menu", "list").encode(),
        "damaged.html.gz": gzip.compress(page(dumps.OWN["e"]).encode())[:-9],
        "large.html": b"<p>" + bytes(9 << 20),
    }
    source = command.write(tmp_path, files)
    command.scan(source, "-o", tmp_path / "out")
    summary = command.summary(tmp_path / "out")
    assert (summary["counts"]["read"], summary["counts"]["rejected"]) == (9, 2)
    dropped = command.read_lines(tmp_path / "out" / "duplicates.jsonl")
    assert {(line["id"], line["duplicate_of"]) for line in dropped} <= {
        *(("a.html", "f.html"), ("f.html", "a.html")),
        *(("b/c.xhtml", "e.html.zst"), ("e.html.zst", "b/c.xhtml")),
    }
    assert len(dropped) == 2
    gone = {line["id"] for line in dropped} | {"damaged.html.gz", "large.html"}
    clean = command.tree(tmp_path / "out" / "clean")
    assert clean == {name: data for name, data in files.items() if name not in gone}
    damaged, _ = command.read_lines(tmp_path / "out" / "rejected.jsonl")
    assert base64.b64decode(damaged["raw_base64"]) == files["damaged.html.gz"]


# ---- damage ----


def read_archive(path: Path, data: bytes, compression: str) -> tuple[list[Record | Damage], bytes]:
    path.write_bytes(data)
    source = Source(path, path.name, "warc", compression, len(data), path.name, None)
    out = io.BytesIO()
    items = []
    with Archive(source, copies=True) as found:
        for item in found:
            items.append(item)
            if isinstance(item, Record):
                found.copy(item, out)
    return items, out.getvalue()


SMALL = [fetched(str(n), f"word{n} " * 60) for n in range(5)]
PLAIN, GZIP = archive(SMALL), archive(SMALL, packed=True)

# The damaged bytes, and which of the whole ones are gone.
Damaged = tuple[bytes, int, int]


@st.composite
def damaged(draw: st.DrawFn, data: bytes) -> Damaged:
    first = draw(st.integers(0, len(data) - 1))
    last = first + draw(st.sampled_from([0, 1, 1, 1, 20, 400, len(data)]))
    return data[:first] + draw(st.binary(max_size=20)) + data[last:], first, last


@given(damaged(PLAIN))
def test_damage_of_plain_archives(
    tmp_path_factory: pytest.TempPathFactory, damaged: Damaged
) -> None:
    """Every byte is in one record or one damage."""
    items, out = read_archive(tmp_path_factory.getbasetemp() / "x.warc", damaged[0], "")
    parts = [item.raw if isinstance(item, Damage) else item.data or b"" for item in items]
    assert b"".join(parts) == damaged[0]
    assert out == b"".join(item.data or b"" for item in items if isinstance(item, Record))


@given(damaged(GZIP))
def test_damage_of_packed_archives(
    tmp_path_factory: pytest.TempPathFactory, damaged: Damaged
) -> None:
    """A member that is damaged is one rejection, and all others are kept as they are."""
    path = tmp_path_factory.getbasetemp() / "x.warc.gz"
    whole = [item for item in read_archive(path, GZIP, ".gz")[0] if isinstance(item, Record)]
    data, first, last = damaged
    items, out = read_archive(path, data, ".gz")
    damage = [item.raw for item in items if isinstance(item, Damage)]
    assert len(damage) <= 1
    assert len(out) + sum(map(len, damage)) == len(data)
    kept = {item.data for item in items if isinstance(item, Record)}
    assert not out or gzip.decompress(out)
    for record in whole:
        assert record.extent is not None
        if record.extent[1] <= first or record.extent[0] >= last:
            assert record.data in kept


@settings(max_examples=6)
@given(st.one_of(damaged(PLAIN), damaged(GZIP)))
def test_damage_through_the_pass(
    tmp_path_factory: pytest.TempPathFactory, damaged: Damaged
) -> None:
    data, folder = damaged[0], tmp_path_factory.mktemp("damaged")
    for name in ("x.warc", "x.warc.gz"):
        (folder / name).write_bytes(data)
    process = command.dedup("scan", "x.warc", "x.warc.gz", "-o", "out", cwd=folder)
    if process.returncode:  # all of it is damage
        assert "see" in process.stderr
    command.summary(folder / "out")


def test_neighbours_of_damage(tmp_path: Path) -> None:
    length = re.findall(rb"Content-Length: \d+", PLAIN)[2]
    wrong = [
        PLAIN.replace(length, length + b"7", 1),
        PLAIN.replace(length, length[:-1], 1),
        PLAIN.replace(length, b"Content-Length: x", 1),
        PLAIN.replace(length, b"Content-Length: 77777777777777777", 1),
        PLAIN.replace(b"WARC/1.0", b"WORC/1.0", 1),
    ]
    for data in wrong:
        items, _ = read_archive(tmp_path / "x.warc", data, "")
        assert sum(isinstance(item, Damage) for item in items) == 1
        assert len(items) == 11


def test_large_records_are_copied(tmp_path: Path) -> None:
    """A record above the limit is no article, and its length is checked all the same."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
    large = other("response", head + bytes(9 << 20), "application/http; msgtype=response")
    longer = large.replace(b"Content-Length: 9437", b"Content-Length: 9438", 1)
    assert longer != large
    for data, bad in ((PLAIN + large + PLAIN, 0), (PLAIN + longer + PLAIN, 1)):
        for name, packed in (("x.warc", data), ("x.warc.gz", gzip.compress(data))):
            items, out = read_archive(
                tmp_path / name, packed, Path(name).suffix.replace("warc", "")
            )
            assert sum(isinstance(item, Damage) for item in items) == bad
            assert len(items) == 23
            if not bad:
                assert (gzip.decompress(out) if name.endswith("gz") else out) == data


# ---- what may go wrong with pages ----


def test_page_that_never_ends(tmp_path: Path) -> None:
    """It costs itself alone, as does a process that is killed."""
    deep = b"<html><body>" + b"<div>" * 60_000 + b"word " * 90
    pages = [fetched("a", dumps.OWN["a"]), ("http://news.example/deep", deep, {}), *SMALL[:1]]
    counts, clean = scanned(tmp_path, archive(pages))
    assert (counts["read"], counts["kept"], counts["rejected"]) == (3, 2, 1)
    (rejected,) = command.read_lines(tmp_path / "out" / "rejected.jsonl")
    assert "more than" in rejected["reason"]
    assert rejected["raw"].startswith("WARC/1.0")
    assert rejected["raw"].count("<div>") == 60_000
    assert b"deep" in clean  # the request stays
    assert b"<div>" not in clean


def test_process_that_is_killed() -> None:
    extractors = Extractors(1)
    try:
        whole = page(dumps.OWN["a"]).encode()
        assert extractors.submit(PAGE, whole).result().text
        (worker,) = extractors._workers
        worker.kill()
        assert "status -9" in (extractors.submit(PAGE, whole).result().failure or "")
        assert extractors.submit(PAGE, whole).result().text
    finally:
        extractors.close()


def test_interrupt_ends_all(tmp_path: Path) -> None:
    (tmp_path / "x.warc").write_bytes(
        archive([fetched(str(n), "word " * 9000) for n in range(400)])
    )
    process = subprocess.Popen(
        [command.DEDUP, "scan", "x.warc", "-o", "out"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    children = Path(f"/proc/{process.pid}/task")
    started: list[str] = []
    while not started and process.poll() is None:
        time.sleep(0.02)
        started = " ".join(f.read_text() for f in children.glob("*/children")).split()
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate()
    assert (process.returncode, err) == (130, b"error: interrupted; nothing was written\n")
    assert not [pid for pid in started if Path(f"/proc/{pid}").exists()]
    assert not (tmp_path / "out").exists()


def test_without_the_extra(tmp_path: Path) -> None:
    (tmp_path / "x.warc").write_bytes(PLAIN)
    (tmp_path / "x.html").write_text(page(dumps.OWN["a"]))
    code = (
        "import sys; sys.modules['resiliparse'] = None; from dedup.cli import main;"
        " sys.argv = ['dedup', 'scan', '-o', 'out', sys.argv[1]]; sys.exit(main())"
    )
    for name in ("x.warc", "x.html", "."):
        process = subprocess.run(
            [sys.executable, "-c", code, name], cwd=tmp_path, capture_output=True, check=False
        )
        assert process.returncode == 1
        assert b"pip install 'dedup-news[web]'" in process.stderr
        assert process.stderr.count(b"\n") == 1
        assert not (tmp_path / "out").exists()
