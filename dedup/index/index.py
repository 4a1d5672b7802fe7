"""The index of the library, whatever it stands in."""

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import partial
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from dedup import _core
from dedup.article import Article, as_article, date_text, id_text
from dedup.collection import batches
from dedup.config import MIN_COVERED, MIN_SCORE, RELATIONS, WINDOW, Fields, Options
from dedup.detect import evidence_of
from dedup.errors import InputError, OptionError, StorageError
from dedup.index.storage import Line, Storage
from dedup.result import Evidence, Match

if TYPE_CHECKING:
    from concurrent.futures import Future

# Articles that are stored in one go.
BULK_ROWS = 1 << 15


@dataclass(frozen=True, slots=True)
class Stored:
    """An article as an index holds it. `duplicate_of` is the id of the one it duplicates; `text` is
    None in an index without texts."""

    id: str
    text: str | None
    date: datetime | None
    duplicate_of: str | None


class Index:
    """A durable index of articles: in one file, for one process that writes and any that read, or
    in a PostgreSQL database, for any that write.

    Every method may be called from several threads; `check` and `add` release the GIL. All raise
    StorageError when the index is damaged, its file is written to by another process, its server
    does not answer, or there is no room.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage: Storage | None = storage

    @classmethod
    def open(
        cls,
        path: str | PathLike[str],
        *,
        keep: str = "earliest",
        drop: Collection[str] = RELATIONS,
        rewrites: bool = True,
        related: bool = False,
        window: str | timedelta | None = WINDOW,
        min_score: float = MIN_SCORE,
        min_covered: float = MIN_COVERED,
        texts: bool = True,
        threads: int = 0,
        read_only: bool = False,
    ) -> "Index":
        """Open the index in the file `path`, or make one there. A `postgresql://` URL is that of a
        database, and takes `pip install 'dedup[postgres]'`.

        The options, as those of `find_duplicates`, are fixed when an index is made, and so is
        `texts`: without them it holds the words alone, which suffices for the same answers but for
        evidence. To open one that is there, leave them out or give the same.

        `threads` work on `add_many` and `compact`, 0 being one for each processor. `read_only`
        opens the index beside a process that writes. Raises StorageError, and OptionError for a
        value that an option does not have.
        """
        options = Options(keep, drop, threads, rewrites, related, window, min_score, min_covered)
        given = {**options.for_index, "texts": texts}
        storage = _open_storage(fspath(path), **given, threads=threads, read_only=read_only)
        usual = {**Options(keep="earliest").for_index, "texts": True}
        for (name, value), made in zip(given.items(), storage.options(), strict=True):
            if value not in (usual[name], made):
                raise StorageError(
                    f"the index was made with {name} {made!r}, not {value!r}; leave it out, or make"
                    " another index"
                )
        return cls(storage)

    def check(self, article: str | Mapping[str, Any] | Article) -> list[Match]:
        """Return the matches of an article with those stored, the best first.

        `id_a` is the article given, "" without an id; `id_b` the one stored. Nothing is stored.
        `may_go` is "a" or "either" where the article given would be dropped for the one stored: it
        is covered, the keep rule does not prefer it, and the one stored is no duplicate of another.
        `add` drops it for the first of these. With "b" or "either" the one stored is covered, too;
        what is stored stays.
        """
        given = as_article(article, Fields(), "the article")
        rows = self._open.check(id_text(given.id) or "", given.text, date_text(given.date))
        return [self._match(given, row) for row in rows]

    def add(self, article: Mapping[str, Any] | Article) -> Match | None:
        """Store an article, and return the match with the one it duplicates, or None if it is new.

        Once it returns, the article is there whatever becomes of the process. To add an article
        again changes nothing, and gives the same answer. Raises InputError without an id, and
        StorageError for an id that is stored with other words.
        """
        given = as_article(article, Fields(), "the article")
        name = id_text(given.id)
        if name is None:
            raise InputError("the article has no id; give one, by which it can be found again")
        row = self._open.add(name, given.text, date_text(given.date))
        return None if row is None else self._match(given, row)

    def add_many(self, articles: Iterable[Mapping[str, Any] | Article] | Any) -> int:
        """Store many articles without comparing them, and return how many.

        `articles` is what `find_duplicates` takes, each with an id. It is stored a batch of some
        thousands at a time, each whole or not at all.
        """
        # With it comes logging, which starting the command need not wait for.
        from concurrent.futures import ThreadPoolExecutor

        stored = 0
        # One batch is stored while the next one is read.
        with ThreadPoolExecutor(1) as worker:
            storing: Future[None] | None = None
            for batch in batches(articles, Fields(), BULK_ROWS, make_ids=False):
                ids = [_named(name, stored + row) for row, name in enumerate(batch.ids)]
                if storing is not None:
                    storing.result()
                storing = worker.submit(self._open.add_many, ids, batch.texts, batch.dates)
                stored += len(ids)
            if storing is not None:
                storing.result()
                self._open.settle()
        return stored

    def get(self, id: Hashable) -> Stored | None:
        """Return the article of an id, or None. An index has ids as text, that of `str`."""
        name = id_text(id) or ""
        found = self._open.get(name)
        if found is None:
            return None
        seconds, text, duplicate_of = found
        day = None if seconds is None else datetime.fromtimestamp(seconds, timezone.utc)
        return Stored(name, text, day, duplicate_of)

    def remove(self, id: Hashable) -> bool:
        """Take an article away; False when there is none of this id."""
        return self._open.remove(id_text(id) or "")

    def expire(self, before: str | date | datetime) -> int:
        """Take all articles away that were published before a time, and return how many.

        Those without a date stay.
        """
        text = date_text(before) or ""
        if _core.parse_date(text) is None:
            raise OptionError(f"before is {before!r}, which is no date")
        return self._open.expire(text)

    def compact(self) -> None:
        """Make the index what it would be had the articles removed never come.

        Gives their space back to the disk. Others wait for it to end. In a database it is a VACUUM:
        nobody waits, and the space is kept for the articles to come.
        """
        self._open.compact()

    def stats(self) -> dict[str, int]:
        """Return the number of articles and bytes; of a file also of those removed, of runs and of
        postings."""
        return dict(self._open.stats())

    def close(self) -> None:
        """Let go of the file; the index cannot be used any more."""
        self._storage = None

    def __enter__(self) -> "Index":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __len__(self) -> int:
        return self.stats()["articles"]

    @property
    def _open(self) -> Storage:
        if self._storage is None:
            raise StorageError("the index is closed")
        return self._storage

    def _match(self, given: Article, row: Line) -> Match:
        id_ = "" if id_text(given.id) is None else given.id
        return Match(id_, *row, partial(self._evidence, given, row[0]))

    def _evidence(self, given: Article, id_: str) -> Evidence:
        stored = self.get(id_)
        if stored is None:
            raise StorageError(f"the article {id_!r} is not in the index any more")
        if stored.text is None:
            raise StorageError("the index keeps no texts, so there is no evidence to show")
        return evidence_of(given, Article(stored.text, stored.id, None, stored.date))


def is_database(path: str) -> bool:
    return path.startswith(("postgresql://", "postgres://"))


def _open_storage(path: str, **given: Any) -> Storage:
    if not is_database(path):
        return _core.Index(path, **given)
    try:
        from dedup.index.database import Database
    except ImportError as error:
        raise StorageError(f"{error}; pip install 'dedup[postgres]' for a database") from None
    return Database(path, **given)


def _named(name: str | None, position: int) -> str:
    if name is None:
        raise InputError(f"article {position} has no id")
    return name
