"""The main text of a web page, its date and its URL."""

import contextlib
import io
import json
import re
import zlib
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

from fastwarc.warc import ArchiveIterator
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import detect_encoding, map_encoding_to_html5
from resiliparse.parse.html import HTMLTree

# Bytes of a page that is read, decoded as the server sent it.
MAX_PAGE = 8 << 20
# A main text of fewer words is a caption, or a teaser: the page is looked through otherwise.
FEW_WORDS = 40

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_YEAR = re.compile(r"\b(1[6-9]|20)\d\d")
_URL_DATE = re.compile(
    r"[/_-](20\d\d|19\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)"
)
_XML_ENCODING = re.compile(rb"""^\s*<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.:-]+)["']""")

# Names of `meta` elements that hold the date of publication, most reliable first.
_META_DATES = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "bt:pubdate",
    "pubdate",
    "publishdate",
    "publish-date",
    "publication_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date",
    "datecreated",
    "date",
)
# What a page says of an element, most reliable first.
_ELEMENT_DATES = (
    "[itemprop~=datePublished]",
    "time[pubdate]",
    "time.entry-date, time.published, abbr.published",
    "article time[datetime]",
    "time[datetime]",
)


class Page(NamedTuple):
    """What is compared of a page, its main text, and its date and URL as they stand there."""

    text: str
    date: str | None
    url: str | None


def of_record(record: bytes) -> Page:
    """Read the page in an HTTP response, or the page itself, that a whole WARC record holds."""
    html, charset, url = b"", None, ""
    # Archives hold pages decoded under headers that say otherwise, and pages cut short.
    for decode in ("all", "transfer", "content", "none"):
        html, charset, url = _payload(record, decode)
        if html:
            break
    page = of_html(html, charset)
    if page.date is None and (told := _URL_DATE.search(url)):
        return page._replace(date="-".join(told.groups()))
    return page


def _payload(
    record: bytes, decode: Literal["all", "transfer", "content", "none"]
) -> tuple[bytes, str | None, str]:
    """Return what a record holds, as far as it can be decoded, its encoding as told, its URL."""
    html, charset, url = bytearray(), None, ""
    with contextlib.suppress(OSError):
        for parsed in ArchiveIterator(io.BytesIO(record), auto_decode=decode, strict_mode=False):
            charset = parsed.http_charset if parsed.is_http else None
            url = parsed.headers.get("WARC-Target-URI") or ""
            while len(html) < MAX_PAGE and (piece := parsed.reader.read(1 << 14)):
                html += piece
            break
    if html.startswith(b"\x1f\x8b"):
        with contextlib.suppress(zlib.error):
            html[:] = zlib.decompressobj(31).decompress(html, MAX_PAGE)
    return bytes(html), charset, url


def of_html(html: bytes, charset: str | None = None) -> Page:
    """Read a page; `charset` is the encoding that its server told."""
    tree = HTMLTree.parse_from_bytes(html, _encoding(html, charset))
    linked = list(_linked_data(tree))
    # The tree is read before the text is taken: extraction may change it.
    metas = _metas(tree)
    date = _date(tree, metas, linked)
    url = _url(tree, metas)
    text = extract_plain_text(
        tree,
        main_content=True,
        list_bullets=False,
        alt_texts=False,
        comments=False,
        post_meta=False,
    )
    if _words(text) < FEW_WORDS:
        text = max(text, _body(linked), _paragraphs(tree), key=_words)
    return Page(text, date, url)


def _encoding(html: bytes, charset: str | None) -> str:
    """The encoding of a page. What is UTF-8 throughout is that, whatever a server tells of it."""
    for mark, encoding in _BOMS:
        if html.startswith(mark):
            return encoding
    if not html.isascii():
        try:
            html.decode()
            return "utf-8"
        except UnicodeDecodeError:
            pass
    declared = _XML_ENCODING.match(html)
    for label in (charset, declared and declared[1].decode()):
        known = map_encoding_to_html5(label, fallback_utf8=False) if label else None
        if known:
            return known
    return detect_encoding(html, from_html_meta=True) or "utf-8"


def _words(text: str) -> int:
    return len(text.split())


def _paragraphs(tree: HTMLTree) -> str:
    """All paragraphs that are no mere captions, wherever they stand."""
    texts = [element.text or "" for element in _all(tree, "p")]
    return "\n\n".join(text.strip() for text in texts if _words(text) >= 8)


def _all(tree: HTMLTree, selector: str) -> list[Any]:
    # `values`: going through the list itself searches the page anew for each element.
    return [] if tree.document is None else tree.document.query_selector_all(selector).values()


# ---- what a page says of itself ----


def _linked_data(tree: HTMLTree) -> Iterator[dict[str, Any]]:
    """Yield every object of the JSON-LD in a page, those inside others too."""
    for script in _all(tree, 'script[type="application/ld+json"]'):
        try:
            pending = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        while pending:
            item = pending.pop()
            if isinstance(item, dict):
                yield item
                pending += reversed(item.values())
            elif isinstance(item, list):
                pending += reversed(item)


def _body(linked: list[dict[str, Any]]) -> str:
    return max((v for v in _strings(linked, "articleBody")), key=_words, default="")


def _metas(tree: HTMLTree) -> dict[str, str]:
    metas: dict[str, str] = {}
    for element in _all(tree, "meta[content]"):
        name = element.getattr("property") or element.getattr("name") or element.getattr("itemprop")
        metas.setdefault((name or "").strip().lower(), element.getattr("content") or "")
    return metas


def _url(tree: HTMLTree, metas: dict[str, str]) -> str | None:
    """The URL of a page as it gives it; None where it gives none."""
    for element in _all(tree, "link[rel~=canonical][href]")[:1]:
        return str(element.getattr("href"))
    return metas.get("og:url")


def _date(tree: HTMLTree, metas: dict[str, str], linked: list[dict[str, Any]]) -> str | None:
    """The date of publication as it stands in the page; None where it tells none."""
    found = [metas.get(name, "") for name in _META_DATES]
    found[1:1] = _strings(linked, "datePublished")
    for selector in _ELEMENT_DATES:
        for element in _all(tree, selector)[:1]:
            told = ("content", "datetime", "title")
            found += [element.getattr(name) or "" for name in told] + [element.text or ""]
    return next((date.strip() for date in found if _YEAR.search(date)), None)


def _strings(linked: list[dict[str, Any]], name: str) -> Iterator[str]:
    return (item[name] for item in linked if isinstance(item.get(name), str))
