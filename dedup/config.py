"""Names and defaults: relations, keep rules, the fields of a record, and the options of a pass."""

import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Any, Literal

from dedup._core import is_encoding
from dedup.errors import OptionError

# Closest first: an article that has several goes by the closest. `related` is none of them: it
# never makes a duplicate.
RELATIONS = ("exact", "syndicated", "excerpt", "rewritten")
KEEP_RULES = ("earliest", "latest", "longest", "first")
# Day, month and year, or month, day and year.
DATE_ORDERS = ("dmy", "mdy")
# What becomes of an article whose id another has: it is known as `id#2`, or is rejected.
ID_RULES = ("number", "reject")

# The usual names of news dumps, most telling first: where a record has several, the first wins.
# `maintext`, `date_publish` are news-please's, `articleBody`, `datePublished` schema.org's,
# `pubDate`, `guid` RSS's, `content.rendered` that of WordPress, `fields.bodyText`,
# `webPublicationDate` the Guardian's. `description` is last: beside a full text it is only the
# teaser.
TEXT_FIELDS = (
    "text",
    "body",
    "content",
    "maintext",
    "article",
    "article_text",
    "articleText",
    "full_text",
    "fulltext",
    "articleBody",
    "article_body",
    "body_text",
    "bodyText",
    "articleText",
    "content.rendered",
    "fields.bodyText",
    "fields.body",
    "raw_text",
    "story",
    "description",
)
ID_FIELDS = (
    "id",
    "_id",
    "uuid",
    "guid",
    "article_id",
    "articleId",
    "doc_id",
    "docId",
    "document_id",
    "documentId",
    "url",
    "link",
    "uri",
)
DATE_FIELDS = (
    "date",
    "published",
    "publish_date",
    "publishDate",
    "date_publish",
    "published_at",
    "publishedAt",
    "published_date",
    "publishedDate",
    "pubDate",
    "pub_date",
    "datePublished",
    "date_published",
    "publication_date",
    "webPublicationDate",
    "first_published_at",
    "publicationDate",
    "created_at",
    "createdAt",
    "timestamp",
)
# `source.title`, `source.uri` are those of Event Registry, `thread.site` that of Webhose,
# `source_domain` that of news-please. What has several meanings, as `media`, is last.
SOURCE_FIELDS = (
    "source",
    "outlet",
    "publisher",
    "publication",
    "source_name",
    "sourceName",
    "source.name",
    "source.title",
    "source.uri",
    "publisher.name",
    "fields.publication",
    "site_name",
    "siteName",
    "source_domain",
    "sourceDomain",
    "thread.site",
    "site",
    "domain",
    "newspaper",
    "media",
    "feed",
)
# Where these are URLs, as where the id is one, the host is the source of a record that names none.
LINK_FIELDS = ("url", "link", "uri", "guid")


# Rewrites of a story follow within days; what resembles it later is mostly a follow-up.
WINDOW = "3d"
# A pass that holds less goes through the dump dozens of times; more no machine can count.
LEAST_MEMORY = 16 * 10**6
MOST_MEMORY = 9 * 10**18
# More than any machine's processors are of no use, and may be more than a system starts.
MOST_THREADS = 1024
# Of what a pass over a feed flags at this score, see docs/quality.md.
MIN_SCORE = 0.7
# A reader of what stays misses nothing of weight of what goes, with this probability. What it means
# for all that goes is said in the help, in PER_CENT_HARMLESS.
MIN_COVERED = 0.85
PER_CENT_HARMLESS = 95


@dataclass(frozen=True)
class Fields:
    """The fields a user named; an empty tuple leaves the choice to the defaults above.

    A name means a field spelt so, or else in other capitals, or else one inside others, as
    `_source.body`. Several text fields are joined with a blank line. The title is never compared: a
    copy under a new headline is a copy. `numbered` articles get no id from
    a field. `delimiter` and `encoding` are those of files which do not
    tell themselves. The source is read where a field is named for it, or `with_source`. Raises
    OptionError.
    """

    text: tuple[str, ...] = ()
    id: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    date: tuple[str, ...] = ()
    numbered: bool = False
    delimiter: str | None = None
    encoding: str | None = None
    source: tuple[str, ...] = ()
    with_source: bool = False

    def __post_init__(self) -> None:
        if self.delimiter is not None and not (
            len(self.delimiter) == 1 and self.delimiter.isascii() and self.delimiter not in '"\r\n'
        ):
            raise OptionError(f"delimiter is {self.delimiter!r}; give one character, or tab")
        if self.encoding is not None and not is_encoding(self.encoding):
            raise OptionError(
                f"encoding is {self.encoding!r}; give a name such as utf-8, windows-1252 or gb18030"
            )

    # Asked for with each file, and there may be a million.
    @cached_property
    def text_candidates(self) -> tuple[str, ...]:
        return self.text or _also_inside(TEXT_FIELDS)

    @cached_property
    def id_candidates(self) -> tuple[str, ...]:
        return () if self.numbered else self.id or _also_inside(ID_FIELDS)

    @cached_property
    def date_candidates(self) -> tuple[str, ...]:
        return self.date or _also_inside(DATE_FIELDS)

    @cached_property
    def source_candidates(self) -> tuple[str, ...]:
        return self.source or (_also_inside(SOURCE_FIELDS) if self.with_source else ())

    @cached_property
    def link_candidates(self) -> tuple[str, ...]:
        """The fields that tell a source by the host of their URL, where no other tells it."""
        if self.source or not self.with_source:
            return ()
        return tuple(dict.fromkeys((*_also_inside(LINK_FIELDS), *self.id_candidates)))

    @property
    def reads_source(self) -> bool:
        return self.with_source or bool(self.source)

    def for_options(self, options: "Options") -> "Fields":
        """These fields, with the source where an option asks for it."""
        return replace(self, with_source=True) if options.prefer_source else self

    @classmethod
    def named(
        cls,
        text: str | Sequence[str] | None = None,
        id: str | Literal[False] | None = None,
        title: str | None = None,
        date: str | None = None,
        delimiter: str | None = None,
        encoding: str | None = None,
        source: str | None = None,
    ) -> "Fields":
        """Fields by the names given, None for none; an id of False numbers the articles."""
        ids = _names(None if id is False else id)
        if delimiter is not None and delimiter.lower() in ("tab", "\\t"):
            delimiter = "\t"
        names = (_names(text), ids, _names(title), _names(date))
        return cls(*names, id is False, delimiter, encoding, _names(source))


def _also_inside(names: tuple[str, ...]) -> tuple[str, ...]:
    # Elasticsearch dumps hold each article in `_source`.
    return (*names, *(f"_source.{name}" for name in names))


def _names(value: str | Sequence[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


@dataclass(frozen=True)
class Options:
    """How duplicates are found and which of them are dropped.

    `keep` is the rule that picks the article kept; None is `earliest` when any article has a date
    and `longest` otherwise. Before it goes `prefer_source`, names of sources: the one that is named
    first stays, and one that is named before one that is not. `drop` are the relations whose
    duplicates go; the others are only reported. `rewrites` False looks for copies only; `related`
    reports articles on one event too. `window` is the time between two articles within which they
    may be rewritten or related, where both dates are known: a string as "36h", "7d", "2w", a
    timedelta, or None for any time.
    `min_score` is the least score of two articles that are flagged as versions of one story,
    `min_covered` how far one of them must be covered by the other to go: the probability that a
    reader of the other misses nothing of weight. `threads` 0 is one for each processor. `memory`
    is the bytes of memory that a pass over a dump should keep to; None sets no limit. `unique_ids`
    is what becomes of an article whose id another has. `date_order` is that of dates such as
    01/03/2020; None is the one that other dates of their file prove. Raises OptionError.
    """

    keep: str | None = None
    drop: Collection[str] = RELATIONS
    threads: int = 0
    rewrites: bool = True
    related: bool = False
    window: str | timedelta | None = WINDOW
    min_score: float = MIN_SCORE
    min_covered: float = MIN_COVERED
    memory: int | None = None
    date_order: str | None = None
    unique_ids: str = "number"
    prefer_source: Sequence[str] = ()

    def __post_init__(self) -> None:
        if self.keep is not None and self.keep not in KEEP_RULES:
            raise OptionError(f"keep is {self.keep!r}; choose {_listed(KEEP_RULES)}")
        if isinstance(self.prefer_source, str):
            raise OptionError(
                f"prefer_source is the string {self.prefer_source!r}; give a sequence of names"
            )
        if not all(name.strip() for name in self.prefer_source):
            raise OptionError("prefer_source has an empty name")
        if isinstance(self.drop, str):
            raise OptionError(f"drop is the string {self.drop!r}; give a collection of relations")
        for relation in self.drop:
            if relation not in RELATIONS:
                raise OptionError(f"drop has {relation!r}; choose from {_listed(RELATIONS)}")
        if self.threads < 0:
            raise OptionError(f"threads is {self.threads}; choose 0 (all processors) or more")
        if self.threads > MOST_THREADS:
            raise OptionError(f"threads is {self.threads}; choose {MOST_THREADS} or fewer")
        if self.related and not self.rewrites:
            raise OptionError("related articles are found among rewrites; do not turn these off")
        if not 0 <= self.min_score <= 1:
            raise OptionError(f"min_score is {self.min_score}; choose a value from 0 to 1")
        if not 0 <= self.min_covered <= 1:
            raise OptionError(f"min_covered is {self.min_covered}; choose a value from 0 to 1")
        if self.unique_ids not in ID_RULES:
            raise OptionError(f"unique_ids is {self.unique_ids!r}; choose {_listed(ID_RULES)}")
        if self.memory is not None and self.memory < LEAST_MEMORY:
            raise OptionError(f"memory is {self.memory} bytes; give 16MB or more")
        if self.date_order is not None and self.date_order not in DATE_ORDERS:
            raise OptionError(f"date_order is {self.date_order!r}; choose {_listed(DATE_ORDERS)}")
        if self.memory is not None and self.memory > MOST_MEMORY:
            raise OptionError(f"memory is {self.memory} bytes; give 9000000TB or less")
        _ = self.window_seconds

    @property
    def drop_in_order(self) -> list[str]:
        return [relation for relation in RELATIONS if relation in self.drop]

    @property
    def for_core(self) -> dict[str, Any]:
        """What decides the result, by the names that the native core has for it."""
        return {
            **self.for_index,
            "unique_ids": self.unique_ids == "reject",
            "prefer_source": [name.strip() for name in self.prefer_source],
        }

    @property
    def for_index(self) -> dict[str, Any]:
        """What decides which matches an article has, and is fixed when an index is made."""
        return {
            "keep": self.keep,
            "drop": self.drop_in_order,
            "rewrites": self.rewrites,
            "related": self.related,
            "window": self.window_seconds,
            "min_score": self.min_score,
            "min_covered": self.min_covered,
        }

    @property
    def window_seconds(self) -> int | None:
        if self.window is None:
            return None
        if isinstance(self.window, str):
            return _seconds(self.window)
        if self.window < timedelta(0):
            raise OptionError(f"window is {self.window}; it cannot be negative")
        return math.ceil(self.window.total_seconds())


_BYTES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_BINARY = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}


def read_bytes(size: str) -> int:
    """Return the bytes that a size means, as 4GB, 512 MiB or 1.5G. Raises OptionError."""
    found = re.fullmatch(r"(\d{1,12}(?:\.\d{1,9})?)\s*([kmgt]?)(i?)b?", size.strip().lower())
    if found is None or (found[3] and not found[2]):
        raise OptionError(f"a size is {size!r}; give bytes with a unit, as 4GB, 500MB or 2GiB")
    return int(float(found[1]) * (_BINARY if found[3] else _BYTES)[found[2]])


_UNITS = {"h": 3600, "d": 86_400, "w": 7 * 86_400}


def _seconds(window: str) -> int:
    """Seconds of a window in hours, days or weeks."""
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,9})?) ?([hdw])", window.strip(), re.ASCII)
    if found is None:
        raise OptionError(f"window is {window!r}; give hours, days or weeks, as 36h, 7d or 2w")
    return math.ceil(float(found[1]) * _UNITS[found[2]])


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(values[:-1]) + " or " + values[-1]
