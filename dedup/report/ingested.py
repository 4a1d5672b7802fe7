"""The report of an index: the stories that articles came to."""

from collections.abc import Callable, Iterator, Sequence

from dedup import _core
from dedup.article import Article
from dedup.config import RELATIONS, Options
from dedup.detect import compare
from dedup.errors import InputError, OptionError
from dedup.index import Index, Stored, options_of
from dedup.report.corpus import Byline, Corpus
from dedup.report.page import LIMIT, Report
from dedup.report.result import Story, Version


def of_index(index: Index, since: str | None, title: str, limit: int = LIMIT) -> Report:
    """The report of an index, of what was stored in it since a date, or of all.

    An index keeps of a duplicate what it is one of, not the figures: they are made anew of the
    texts. Raises InputError where it keeps no texts, OptionError for what is no date.
    """
    start = None if since is None else _core.parse_date(since)
    if since is not None and start is None:
        raise OptionError(f"since is {since!r}, which is no date")
    bylines: list[Byline] = []
    stories: dict[str, list[str]] = {}
    for stored in index.articles():
        if stored.text is None:
            raise InputError("the index keeps no texts, so there is nothing to show")
        if start is not None and stored.stored.timestamp() < start:
            continue
        bylines.append((stored.id, _date(stored), None))
        if stored.duplicate_of is not None:
            stories.setdefault(stored.duplicate_of, []).append(stored.id)

    def article(id: str) -> Article:
        stored = index.get(id)
        if stored is None:
            raise InputError(f"the index has no article {id!r} now; make the report again")
        return Article(stored.text or "", id, date=_date(stored))

    found = [
        Story(head, tuple(_versions(article, head, sorted(ids))))
        for head, ids in sorted(stories.items())
    ]
    options = options_of(index, Options())
    dropped = sum(map(len, stories.values()))
    counts = {"read": len(bylines), "kept": len(bylines) - dropped, "dropped": dropped}
    for relation in RELATIONS:
        counts[f"dropped_{relation}"] = sum(
            version.relation == relation for story in found for version in story.versions
        )
    return Report(
        title=title,
        corpus=Corpus(lambda: iter(bylines), article),
        stories=[story for story in found if story.versions],
        counts=counts,
        options={"min_score": options.min_score, "min_covered": options.min_covered},
        limit=limit,
    )


def _date(stored: Stored) -> str | None:
    return None if stored.date is None else stored.date.isoformat()


def _versions(
    article: Callable[[str], Article], head: str, ids: Sequence[str]
) -> Iterator[Version]:
    """The duplicates of an article."""
    original = article(head)
    for id in ids:
        match = compare(article(id), original, min_score=0)
        if match is not None:
            figures = (match.score, match.covered_a, match.similarity, match.containment)
            yield Version(id, match.relation, *figures, dropped=True)
