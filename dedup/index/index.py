"""The index of the library, whatever it stands in."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import partial
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from dedup import _core
from dedup.article import Article, as_article, date_text, id_text
from dedup.collection import batches
from dedup.config import Fields, Options
from dedup.errors import InputError, OptionError, StorageError
from dedup.index.bulk import Added, bulks, taken
from dedup.index.handle import Handle
from dedup.index.storage import Answer, Line, Row, Storage
from dedup.result import Evidence, Match, beside, evidence_of

if TYPE_CHECKING:
    from concurrent.futures import Future

# Articles that are read of an index at a time.
READ_ROWS = 256


class _Unset:
    def __repr__(self) -> str:
        return "..."


# Stands for what is not given: the index's own option, or the usual one of a new index.
UNSET: Any = _Unset()


@dataclass(frozen=True, slots=True)
class Stored:
    """An article as an index holds it.

    `duplicate_of` is the id of the one it duplicates; `text` is None in an index without texts.
    `stored` is when it, or this version of it, was stored.
    """

    id: str
    text: str | None
    date: datetime | None
    duplicate_of: str | None
    stored: datetime


class Index:
    """A durable index of articles: in one file, for one process that writes and any that read, or
    in a PostgreSQL database, for any that write.

    Every method may be called from several threads; `check` and `add` release the GIL. All raise
    StorageError when the index is damaged, replaced or written to by another process, its server
    does not answer, or there is no room.
    """

    def __init__(self, handle: Handle, fields: Fields | None = None) -> None:
        if not isinstance(handle, Handle):
            raise TypeError("an index is opened by Index.open(path)")
        self._handle = handle
        self._fields = fields or Fields()

    @classmethod
    def open(
        cls,
        path: str | PathLike[str],
        *,
        keep: str = UNSET,
        drop: Collection[str] = UNSET,
        rewrites: bool = UNSET,
        related: bool = UNSET,
        window: str | timedelta | None = UNSET,
        min_score: float = UNSET,
        min_covered: float = UNSET,
        texts: bool = UNSET,
        threads: int = 0,
        read_only: bool = False,
        text_field: str | Sequence[str] | None = None,
        id_field: str | None = None,
        date_field: str | None = None,
    ) -> "Index":
        """Open the index in the file `path`, or make one there. A `postgresql://` URL is that of a
        database, and takes psycopg, as of the extra `postgres`.

        The options are those of `find_duplicates`, `keep` being `earliest` unless it is given. They
        are fixed when an index is made, and so is `texts`: without them it holds the words alone,
        which suffices for the same answers but for evidence. One that is given must be that of the
        index, if it is there.

        `threads` work on `add_many` and `compact`, 0 being one for each processor. `read_only`
        opens the index beside a process that writes. The `_field` arguments name the fields of
        articles that are mappings or rows. To open a file again in one process gives the same
        index, which is let go of when all are closed. Raises StorageError, and OptionError for a
        value that an option does not have.
        """
        fields = Fields.named(text_field, id_field, date=date_field)
        given: dict[str, Any] = {
            name: value
            for name, value in (
                ("keep", keep),
                ("drop", drop),
                ("rewrites", rewrites),
                ("related", related),
                ("window", window),
                ("min_score", min_score),
                ("min_covered", min_covered),
            )
            if value is not UNSET
        }
        options = Options(threads=threads, **{"keep": "earliest", **given})
        made_with = {**options.for_index, "texts": True if texts is UNSET else texts}
        handle = Handle.open(fspath(path), made_with, threads=threads, read_only=read_only)
        wanted = {*given, *(() if texts is UNSET else ("texts",))}
        for (name, value), made in zip(made_with.items(), handle.storage.options(), strict=True):
            if name in wanted and value != made:
                handle.close()
                raise StorageError(
                    f"the index was made with {name} {made!r}, not {value!r}; leave it out, or make"
                    " another index"
                )
        return cls(handle, fields)

    def check(self, article: str | Mapping[str, Any] | Article) -> list[Match]:
        """Return the matches of an article with those stored, the best first.

        `id_a` is the article given, "" without an id; `id_b` the one stored. Nothing is stored.
        Without any it is new. `may_go` is "a" or "either" where the article given would be
        dropped for the one stored: it is covered, the keep rule does not prefer it, and the one
        stored is no duplicate of another. `add` drops it for the first of these. `late` says that
        it would be but for the keep rule: it is an older version that comes later. With "b" or
        "either" the one stored is covered, too; what is stored stays. An article that is stored
        itself, with the same words, is never matched with itself, and is dropped for what it is a
        duplicate of.
        """
        given = self._article(article)
        rows = self._storage.check(id_text(given.id) or "", given.text, _seconds(given))
        return [self._match(given, row) for row in rows]

    def add(self, article: Mapping[str, Any] | Article, *, replace: bool = False) -> Match | None:
        """Store an article. Return None if it is new, or the match that says most of it.

        That is the match with the one it duplicates, where `may_go` is "a" or "either"; or else one
        with a version that stays beside it: first one that is `late`, or else the best. Once it
        returns, the article is there whatever becomes of the process. To add an article again
        changes nothing, and gives the same answer. With `replace` it takes the place of what is
        stored under its id. Raises InputError without an id, or for a date that cannot be read,
        and IdError for an id that is stored with other words.
        """
        given = self._article(article)
        answer = self._storage.add(_name(given), given.text, _seconds(given), replace=replace)
        return self._answer(given, answer)

    def replace(self, article: Mapping[str, Any] | Article) -> Match | None:
        """Store an article in place of the one stored under its id, in one step; return as `add`.

        Other words are a new version; the same words with another date are a change of the date.
        The new version is judged like one that is added, in the order of the first. What was a
        duplicate of the old one is judged anew, of the new one among others. Where the id is not
        stored it is added.
        """
        return self.add(article, replace=True)

    def add_if_new(self, article: Mapping[str, Any] | Article) -> Match | None:
        """Store an article if it is new, in one step; return None then, or else as `add`."""
        given = self._article(article)
        answer = self._storage.add_if_new(_name(given), given.text, _seconds(given))
        return self._answer(given, answer)

    def add_many(self, articles: Iterable[Mapping[str, Any] | Article] | Any) -> Added:
        """Store many articles without comparing them, and return how many.

        `articles` is what `find_duplicates` takes, each with an id. It is stored a batch of some
        thousands at a time, each whole or not at all. Raises IdError when ids are stored with other
        words: it names them, and all other articles are stored. Raises InputError for the first
        that is no article or has no id; those before it are stored, and the message says how many.
        """
        # With it comes logging, which starting the command need not wait for.
        from concurrent.futures import ThreadPoolExecutor

        stored = known = unread = 0
        refused: list[str] = []
        wrong: InputError | None = None

        def finish(storing: "Future[tuple[int, int, list[int]]] | None", ids: list[str]) -> None:
            nonlocal stored, known
            if storing is not None:
                more, same, rows = storing.result()
                stored, known = stored + more, known + same
                refused.extend(ids[row] for row in rows)

        # One batch is stored while the next one is read.
        with ThreadPoolExecutor(1) as worker:
            storing: Future[tuple[int, int, list[int]]] | None = None
            ids: list[str] = []
            read = bulks(batches(articles, self._fields, make_ids=False))
            while True:
                try:
                    batch = next(read, None)
                except InputError as error:
                    batch, wrong = None, error
                if batch is None:
                    break
                dates = [None if it is None else _core.parse_date(it) for it in batch.dates]
                unread += dates.count(None) - batch.dates.count(None)
                finish(storing, ids)
                ids = [name for name in batch.ids if name is not None]  # all of them, see bulks
                storing = worker.submit(self._storage.add_many, ids, batch.texts, dates)
            finish(storing, ids)
            if storing is not None:
                self._storage.settle()
        if wrong is not None:
            raise InputError(f"{wrong}; the {stored + known:,} before it are stored") from None
        if refused:
            raise taken(refused, stored + known)
        return Added(stored + known, known, unread)

    def get(self, id: Hashable) -> Stored | None:
        """Return the article of an id, or None. An index has ids as text, that of `str`."""
        found = self._storage.get(id_text(id) or "")
        return None if found is None else _stored(found)

    def versions(self, id: Hashable) -> list[str]:
        """Return the ids of the story of an article, whichever of it: the original and the
        duplicates of it, in the order in which they came; none if it is not stored."""
        return self._storage.versions(id_text(id) or "")

    def articles(self) -> Iterator[Stored]:
        """Yield every article, in the order in which they were stored. What is stored or taken away
        meanwhile may be among them or not."""
        first, count = 0, 0
        generation, expected = self._storage.generation(), len(self)
        while rows := self._storage.articles(first, READ_ROWS):
            for _, row in rows:
                yield _stored(row)
            first, count = rows[-1][0] + 1, count + len(rows)
        # Each of them is checked where it is read; that none is missing says the count.
        if count != expected and self._storage.generation() == generation:
            raise StorageError(
                f"the index is damaged: {count} of {expected} articles are to be found; make it"
                " anew from its articles, or take a copy of it"
            )

    def export(self, output: str | PathLike[str]) -> int:
        """Write every article to a file, `.jsonl`, `.jsonl.gz`, `.jsonl.zst` or `.parquet`, and
        return how many: id, text, date, duplicate_of and stored of each.

        It appears when it is complete. What was exported can be added to another index. Raises
        OutputError.
        """
        from dedup.index.export import export

        return export(self.articles(), output)

    def remove(self, id: Hashable) -> bool:
        """Take an article away; False when there is none of this id.

        What was a duplicate of it is judged anew: the one that the keep rule prefers stands for
        itself, unless it is a duplicate of another article, and may be the original of the others.
        """
        return self._storage.remove(id_text(id) or "")

    def expire(self, before: str | date | datetime, *, undated: bool = False) -> int:
        """Take all articles away that were published before a time, and return how many.

        Those without a date stay; with `undated` they go if they were stored before it.
        """
        seconds = _core.parse_date(date_text(before) or "")
        if seconds is None:
            raise OptionError(f"before is {before!r}, which is no date")
        return self._storage.expire(seconds, undated)

    def compact(self) -> None:
        """Make the index what it would be had the articles removed never come.

        Gives their space back to the disk. While it works it takes up to 2.3 times the space of the
        index beside it, and is refused where that is not free. Others wait for it to end. In a
        database it is a VACUUM: nobody waits, and the space is kept for the articles to come.
        """
        self._handle.check_room()
        self._storage.compact()

    def stats(self) -> dict[str, int]:
        """Return the number of articles and bytes; of a file also of those removed, of runs and of
        postings."""
        return dict(self._storage.stats())

    def close(self) -> None:
        """Let go of the file; the index cannot be used any more."""
        self._handle.close()

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return self.stats()["articles"]

    def __bool__(self) -> bool:
        """True, also without any article."""
        return True

    def __contains__(self, id: Hashable) -> bool:
        return self.get(id) is not None

    def __iter__(self) -> Iterator[str]:
        """Yield the ids of all articles, in the order in which they were stored."""
        return (article.id for article in self.articles())

    @property
    def _storage(self) -> Storage:
        return self._handle.storage

    def _article(self, article: str | Mapping[str, Any] | Article) -> Article:
        return as_article(article, self._fields, "the article")

    def _answer(self, given: Article, answer: Answer) -> Match | None:
        _, row = answer
        return None if row is None else self._match(given, row)

    def _match(self, given: Article, row: Line) -> Match:
        id_ = "" if id_text(given.id) is None else given.id
        return beside(Match(id_, *row), partial(self._evidence, given, row[0]))

    def _evidence(self, given: Article, id_: str) -> Evidence:
        stored = self.get(id_)
        if stored is None:
            raise StorageError(f"the article {id_!r} is not in the index any more")
        if stored.text is None:
            raise StorageError("the index keeps no texts; give them: match.evidence_of(a, b)")
        return evidence_of(given, Article(stored.text, stored.id, None, stored.date))


def _name(article: Article) -> str:
    name = id_text(article.id)
    if name is not None:
        return name
    if isinstance(article.id, str) and article.id.strip():
        raise InputError(f"the id {article.id!r} has a lone surrogate, which no encoding has")
    raise InputError("the article has no id; give one, by which it can be found again")


def _seconds(article: Article) -> int | None:
    text = date_text(article.date)
    if text is None:
        return None
    seconds = _core.parse_date(text)
    if seconds is None:
        raise InputError(
            f"the date {text!r} cannot be read; give it as 2026-03-06 or 2026-03-06T12:00:00Z, or"
            " none"
        )
    return seconds


def _stored(row: Row) -> Stored:
    name, seconds, text, duplicate_of, stored = row
    day = None if seconds is None else _time(seconds)
    return Stored(name, text, day, duplicate_of, _time(stored))


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)
