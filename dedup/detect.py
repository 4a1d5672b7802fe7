"""The library: find the duplicates among articles, and compare two of them."""

import threading
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any, Literal, TypeVar

from dedup import _core
from dedup.article import Article, as_article, date_text, id_text
from dedup.collection import batches
from dedup.config import MIN_COVERED, MIN_SCORE, RELATIONS, WINDOW, Fields, Options
from dedup.errors import InputError
from dedup.result import (
    Cluster,
    Comparison,
    Duplicate,
    Match,
    Result,
    Story,
    Version,
    beside,
    evidence_of,
)

T = TypeVar("T")


def find_duplicates(
    articles: Iterable[str | Mapping[str, Any] | Article | tuple[Hashable, str]] | Any,
    *,
    keep: str | None = None,
    drop: Collection[str] = RELATIONS,
    rewrites: bool = True,
    related: bool = False,
    window: str | timedelta | None = WINDOW,
    min_score: float = MIN_SCORE,
    min_covered: float = MIN_COVERED,
    threads: int = 0,
    text_field: str | Sequence[str] | None = None,
    id_field: str | Literal[False] | None = None,
    date_field: str | None = None,
    date_order: str | None = None,
    unique_ids: str = "number",
    source_field: str | None = None,
    prefer_source: Sequence[str] = (),
) -> Result:
    """Find the articles that are versions of one another, and choose which to keep.

    `articles` is an iterable of strings, mappings, Articles or (id, text) pairs, a mapping of ids
    to texts, or a table: a frame of pandas or Polars, lazy or not, a dataset of Hugging Face, a
    relation of DuckDB, whatever of pyarrow has rows or texts, anything with the Arrow interface.
    A table is read batch by batch where it lets itself. All texts are held in memory.

    The `_field` arguments name the fields of mappings and tables, in any case, `a.b` being the
    field `b` inside of `a`. Without them the usual names of news dumps are tried in each article
    (`text`, `body`, ...; `id`, `url`, ...; `date`, `published`, ...), and what is missing, blank or
    of a wrong type gives way to the next. Several text fields are joined with a blank line.

    An id stays what it is, a string, a number, whatever can be hashed. An article without one, or
    any where `id_field` is False, gets its position, "0", "1", .... One whose id another has by
    its text, as 5 and "5", is known as "5#2", the next as "5#3"; with `unique_ids` "reject" it is
    an error.

    Dates may have any form that has one reading. `date_order`, "dmy" or "mdy", is that of dates
    such as 01/03/2020; without it they are read as other dates prove, or taken as unknown.

    Two articles are flagged, and stand in `matches`, when they are versions of one story with at
    least the probability `min_score`. One of them may go when a reader of the other misses nothing
    of weight of it with at least the probability `min_covered`. Where only one may go it goes;
    where both may, `keep` decides: `earliest`, `latest`, `longest` or `first`; None is `earliest`
    when any article has a date, else `longest`. `drop` are the relations whose duplicates are
    dropped.

    `prefer_source` are names of sources, in any case, and goes before `keep`: where both may go,
    the one whose source is named first stays, and one that is named before one that is not. The
    source is read then, of an Article or of the field `source_field`, or else of `source`,
    `outlet`, `publisher`, ..., or it is the host of a URL in `url`, `link`, ..., or in the id.

    `rewrites` False looks for copies only, in less time; `related` adds to `matches` the articles
    on one event that each add facts. Both are looked for among articles published within `window`
    of each other, where the dates are known: "36h", "7d", "2w", a timedelta, or None for any time.
    `threads` 0 is one for each processor; the result does not depend on it.

    Raises InputError for an item that is no article or has no text, with its position, and
    OptionError for a value that an option does not have.
    """
    options = Options(
        *(keep, drop, threads, rewrites, related, window, min_score, min_covered),
        unique_ids=unique_ids,
        date_order=date_order,
        prefer_source=prefer_source,
    )
    fields = Fields.named(text_field, id_field, date=date_field, source=source_field)
    fields = fields.for_options(options)
    native = new_pass(options)
    source = native.add_table("articles")
    # What the user has for an id that is no string, by its text.
    ids: dict[str, Hashable] = {}
    for batch in batches(articles, fields):
        first = len(native)
        native.add_rows(source, batch.texts, batch.ids, batch.dates, batch.sources)
        for _, row, reason in native.rejections():
            raise InputError(f"article {row - 1}: {reason}")
        if batch.given:
            names = native.ids(first, len(batch.ids))
            for row, given in batch.given.items():
                if names[row] == batch.ids[row]:  # no other article has it
                    ids[names[row]] = given
    run_interruptibly(native.find, native.cancel)
    return _result(native, source, ids)


def _result(native: _core.Pass, source: int, ids: Mapping[str, Hashable]) -> Result:
    known: dict[str, Hashable] = {}

    def given(name: str) -> Hashable:
        """One object for each id, however often the core names it."""
        return known.setdefault(name, ids.get(name, name))

    duplicates = []
    clusters: dict[str, list[Duplicate]] = {}
    for row in native.duplicates():
        duplicates.append(Duplicate(given(row[0]), given(row[1]), *row[2:]))
        clusters.setdefault(row[1], []).append(duplicates[-1])
    result = Result(
        duplicates=tuple(duplicates),
        matches=_matches(native, given),
        clusters=tuple(Cluster(given(it), tuple(clusters[it])) for it in sorted(clusters)),
        kept=tuple(map(given, native.kept_ids())),
        stories=tuple(
            Story(given(head), tuple(Version(given(row[0]), *row[1:]) for row in versions))
            for head, versions in native.stories()
        ),
    )
    return beside(result, native.kept_rows(source))


def _matches(native: _core.Pass, given: Callable[[str], Hashable]) -> tuple[Match, ...]:
    """The matches of a pass, each with its two texts, so that none holds on to all the others."""
    rows = native.matches()
    articles = {name: _article(native, name) for name in {it for row in rows for it in row[:2]}}
    return tuple(
        beside(
            Match(given(row[0]), given(row[1]), *row[2:]),
            partial(evidence_of, articles[row[0]], articles[row[1]]),
        )
        for row in rows
    )


def _article(native: _core.Pass, name: str) -> Article:
    found = native.article(name)
    assert found is not None, name
    text, date = found
    return Article(text, date=date)


def compare(
    a: str | Mapping[str, Any] | Article,
    b: str | Mapping[str, Any] | Article,
    *,
    min_score: float = MIN_SCORE,
    min_covered: float = MIN_COVERED,
    related: bool = False,
) -> Match | None:
    """Return how two articles match, or None when they are not versions of one another.

    The figures are those of `Match`, by the bars of `find_duplicates`, and `evidence` says what
    both tell and what a reader of one alone misses. An article without an id is "0" or "1". The
    dates of Articles and mappings count; one that cannot be read is taken as unknown. `related`
    matches articles on one event too. What is furniture is known to a pass over many articles
    only, which may therefore judge two of them otherwise.
    Raises InputError for an item that is no article.
    """
    options = Options(min_score=min_score, min_covered=min_covered, related=related)
    article_a = as_article(a, Fields(), "article 0")
    article_b = as_article(b, Fields(), "article 1")
    figures = _figures(article_a, article_b, options)
    relation, score, covered_a, covered_b, may_go, similarity, containment = figures
    if relation is None:
        return None
    covered = (covered_a, covered_b, may_go)
    id_a = "0" if id_text(article_a.id) is None else article_a.id
    id_b = "1" if id_text(article_b.id) is None else article_b.id
    match = Match(id_a, id_b, relation, score, *covered, similarity, containment)
    return beside(match, partial(evidence_of, article_a, article_b))


def examine(
    a: Article, b: Article, min_score: float = MIN_SCORE, min_covered: float = MIN_COVERED
) -> Comparison:
    """Compare two articles and find what they share, duplicates or not."""
    passages = tuple(_core.shared_passages(a.text, b.text))
    options = Options(min_score=min_score, min_covered=min_covered, related=True)
    figures = _figures(a, b, options)
    return Comparison(*figures, passages, evidence_of(a, b))


def _figures(
    a: Article, b: Article, options: Options
) -> tuple[str | None, float, float, float, str | None, float, float]:
    dates = (date_text(a.date), date_text(b.date))
    bars = (options.min_score, options.min_covered)
    return _core.compare(a.text, b.text, *dates, *bars, options.related)


def seconds_between(a: Article, b: Article) -> int | None:
    """Return the seconds from b to a, None unless both dates can be read.

    A date without a time has all its day.
    """
    date_a, date_b = date_text(a.date), date_text(b.date)
    if date_a is None or date_b is None:
        return None
    return _core.seconds_between(date_a, date_b)


def new_pass(options: Options, spool_dir: str | None = None) -> _core.Pass:
    return _core.Pass(
        **options.for_core,
        date_order=options.date_order,
        threads=options.threads,
        memory=options.memory,
        spool_dir=spool_dir,
    )


def run_interruptibly(
    work: Callable[[], T], cancel: Callable[[], None], tick: Callable[[], None] | None = None
) -> T:
    """Run `work` in a thread, so that Ctrl-C is heard while native code runs.

    Python delivers signals to the main thread, and only between bytecodes. On Ctrl-C `cancel` is
    called and the work waited for; should it have finished all the same, its result stands.
    `tick` is called every tenth of a second.
    """
    outcome: list[T] = []
    failure: list[BaseException] = []
    # Not Thread.join: interrupted, it takes the thread for ended (CPython issue 89437).
    ended = threading.Event()

    def target() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # a panic of the core derives from BaseException
            failure.append(error)
        finally:
            ended.set()

    threading.Thread(target=target, name="dedup").start()
    while not ended.is_set():
        try:
            ended.wait(0.1)
            if tick is not None:
                tick()
        except KeyboardInterrupt:
            cancel()
    if failure:
        raise failure[0]
    return outcome[0]
