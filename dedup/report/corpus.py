"""The articles that a report is about, where they are found."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from dedup._core import Pass
from dedup.article import Article
from dedup.config import Fields, Options
from dedup.dump.gauge import Tick
from dedup.dump.inputs import expand
from dedup.dump.lookup import read_only
from dedup.errors import DedupError, InputError
from dedup.index import Index
from dedup.report.result import Found

# Articles that are asked for at a time.
AT_ONCE = 10_000

# The id of an article, its date in ISO 8601, its source.
Byline = tuple[str, str | None, str | None]


@dataclass(frozen=True)
class Corpus:
    """Where articles are found: the byline of each, and one by its id.

    `article` raises InputError where there is none. Of one that an index has, and that cannot be
    had from there, the text is empty.
    """

    bylines: Callable[[], Iterator[Byline]]
    article: Callable[[str], Article]


def of_pass(native: Pass, index: str | None = None) -> Corpus:
    """The articles that a pass has read, and those of the index that it compared them with."""
    stored = None if index is None else _stored_in(index)

    def bylines() -> Iterator[Byline]:
        for first in range(0, len(native), AT_ONCE):
            yield from native.bylines(first, AT_ONCE)

    def article(id: str) -> Article:
        found = native.article(id)
        if found is not None:
            return Article(found[0], id, date=found[1])
        if stored is None:
            raise InputError(f"the dump has no article {id!r} now")
        return stored(id)

    return Corpus(bylines, article)


def _stored_in(path: str) -> Callable[[str], Article]:
    opened: list[Index | None] = []

    def article(id: str) -> Article:
        if not opened:
            try:
                opened.append(Index.open(path, read_only=True))
            except DedupError:  # it is elsewhere now
                opened.append(None)
        stored = None if opened[0] is None else opened[0].get(id)
        if stored is None:
            return Article("", id)
        return Article(stored.text or "", id, date=stored.date)

    return article


@contextmanager
def of_dump(
    found: Found, inputs: Sequence[str], fields: Fields, tick: Tick | None = None
) -> Iterator[Corpus]:
    """The articles of the dump that a pass was over, read again: from where it was, or `inputs`.

    Its fields are those that the pass was told, but for those named in `fields`. Raises InputError
    where it is not there, or has other articles now.
    """
    given = list(inputs) or found.summary["inputs"]["given"]
    if "-" in given and not inputs:
        raise InputError("the dump came from standard input; say by --dump where it is now")
    options = found.summary["options"]
    with tempfile.TemporaryDirectory(prefix="dedup-") as spool:
        try:
            sources = expand(given, Path(spool)).sources
        except InputError as error:
            hint = "" if inputs else "; say by --dump where the dump is now"
            raise InputError(f"{error}{hint}") from None
        wanted = Options(
            date_order=options["date_order"],
            unique_ids=options["unique_ids"],
            memory=options["memory_bytes"],
        )
        native = read_only(sources, _fields(found, fields), wanted, spool, tick)
        counts = found.summary["counts"]
        articles = counts["read"] - counts["rejected"]
        if len(native) != articles:
            raise InputError(
                f"the dump has {len(native):,} articles, and had {articles:,} when {found.folder}"
                " was made; name the same inputs and fields, or run the pass again"
            )
        index = found.summary.get("index")
        yield of_pass(native, index and index["path"])


def _fields(found: Found, named: Fields) -> Fields:
    usual, told = asdict(Fields()), found.summary["options"].get("fields", {})
    given = {name: it for name, it in asdict(named).items() if it != usual[name]}
    told = {name: tuple(it) if isinstance(it, list) else it for name, it in told.items()}
    return Fields(**{**told, **given, "with_source": True})
