"""Slow and obvious reference of the index: a list of articles, each compared with all others."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import cache
from math import inf
from typing import Any

import dedup
from dedup import _core
from dedup.config import RELATIONS


@dataclass(eq=False)
class Entry:
    """An article stored, by the names of `dedup.Stored`; its place is that in the list."""

    id: str
    text: str
    date: datetime | None
    duplicate_of: str | None = None
    # Of the version that is stored, in the order in which all came.
    number: int = -1
    # Freed of what it was a duplicate of, and not judged again so far: nothing goes for it.
    waits: bool = False


@cache
def words(text: str) -> list[str]:
    return _core.words(text)


@cache
def compared(
    text_a: str, date_a: datetime | None, text_b: str, date_b: datetime | None
) -> dedup.Match | None:
    return dedup.compare(dedup.Article(text_a, date=date_a), dedup.Article(text_b, date=date_b))


def match_of(x: Entry, y: Entry) -> dedup.Match | None:
    match = compared(x.text, x.date, y.text, y.date)
    return match and replace(match, id_a=x.id, id_b=y.id)


class Oracle:
    """The methods of `dedup.Index`."""

    def __init__(self, keep: str, entries: Iterable[Entry] = ()) -> None:
        self.keep = keep
        self.entries = list(entries)
        self.numbers = len(self.entries)

    def copy(self) -> "Oracle":
        other = Oracle(self.keep, map(replace, self.entries))
        other.numbers = self.numbers
        return other

    # ---- the rules ----

    def place(self, x: Entry) -> int:
        return self.entries.index(x) if x in self.entries else len(self.entries)

    def value(self, x: Entry) -> float:
        """What articles are kept by, the least first."""
        date = inf if x.date is None else x.date.timestamp()
        return {
            "earliest": date,
            "latest": date if date == inf else -date,
            "longest": -len(words(x.text)),
            "first": 0,
        }[self.keep]

    def key(self, x: Entry) -> tuple[float, int]:
        return self.value(x), self.place(x)

    def goes(self, x: Entry, y: Entry) -> bool:
        """Whether x may be dropped for y."""
        match = match_of(x, y)
        if match is None or x is y or y.waits or y.duplicate_of is not None:
            return False
        return match.may_go == "a" or (match.may_go == "either" and self.key(y) < self.key(x))

    def is_late(self, x: Entry, y: Entry) -> bool:
        """Whether x would be dropped for y, which came before it, but for the keep rule."""
        match = match_of(x, y)
        return (
            match is not None
            and match.may_go == "either"
            and y.duplicate_of is None
            and self.key(x) < self.key(y)
            and y.number < x.number
        )

    def matches(self, x: Entry) -> list[tuple[Entry, dedup.Match]]:
        """The best first."""
        pairs = [(y, match_of(x, y)) for y in self.entries if y is not x]
        found = [(y, match) for y, match in pairs if match is not None]
        return sorted(found, key=lambda it: self.rank(*it))

    def rank(self, y: Entry, match: dedup.Match) -> tuple[float, int, int]:
        return -match.score, RELATIONS.index(match.relation), self.place(y)

    def judge(self, x: Entry) -> None:
        originals = [y.id for y, _ in self.matches(x) if self.goes(x, y)]
        x.duplicate_of = originals[0] if originals else None
        x.waits = False

    def free(self, gone: set[str]) -> list[Entry]:
        """The duplicates of articles, from now on of none; they wait."""
        freed = [it for it in self.entries if it.duplicate_of in gone]
        for it in freed:
            it.duplicate_of, it.waits = None, True
        return freed

    def judge_all(self, freed: list[Entry]) -> None:
        for it in sorted(freed, key=self.key):
            self.judge(it)

    def find(self, id: str) -> Entry | None:
        return next((it for it in self.entries if it.id == id), None)

    def originals(self) -> list[str]:
        """What others are duplicates of."""
        return sorted({it.duplicate_of for it in self.entries if it.duplicate_of is not None})

    # ---- what an index does ----

    def known(self, given: dedup.Article) -> Entry | None:
        """What is stored of an article, with the same words."""
        entry = self.find(given.id)
        same = entry is not None and words(entry.text) == words(given.text)
        return entry if same else None

    def said(self, x: Entry) -> list[tuple[Entry, dedup.Match]]:
        """How an article matches all others; one that is stored has been judged."""
        is_stored = x in self.entries
        found = []
        for y, match in self.matches(x):
            goes = y.id == x.duplicate_of if is_stored else self.goes(x, y)
            other_goes = match.may_go in ("b", "either")
            may_go = {(1, 1): "either", (1, 0): "a", (0, 1): "b"}.get((goes, other_goes))
            found.append((y, replace(match, may_go=may_go, late=self.is_late(x, y))))
        return found

    def check(self, given: dedup.Article) -> list[dedup.Match]:
        new = Entry(given.id or "", given.text, given.date, number=self.numbers)
        return [match for _, match in self.said(self.known(given) or new)]

    def answer(self, x: Entry) -> dedup.Match | None:
        """The match of a stored article that says most of it: what it is dropped for, or else of
        what came before it one that is late, or else the best."""
        found = self.said(x)
        drops = [match for _, match in found if match.may_go in ("a", "either")]
        before = [match for y, match in found if y.number < x.number]
        late = [match for match in before if match.late]
        return next(iter(drops + late + before), None)

    def put(self, x: Entry, given: dedup.Article) -> None:
        x.text, x.date, x.number = given.text, given.date, self.numbers
        self.numbers += 1

    def add(self, given: dedup.Article, *, replace: bool = False) -> dedup.Match | None:
        x, known = self.find(given.id), self.known(given)
        if x is None:
            x = Entry(given.id, "", None)
            self.put(x, given)
            self.entries.append(x)
            self.judge(x)
        elif known is None and not replace:
            raise dedup.IdError("")
        elif known is None or (replace and given.date not in (None, x.date)):
            freed = self.free({x.id})
            self.put(x, given)
            self.judge(x)
            self.judge_all(freed)
        return self.answer(x)

    def add_if_new(self, given: dedup.Article) -> dedup.Match | None:
        trial = self.copy()
        match = trial.add(given)
        if match is None:
            self.entries, self.numbers = trial.entries, trial.numbers
        return match

    def add_many(self, articles: Iterable[dedup.Article]) -> int:
        refused, stored = [], 0
        for it in articles:
            entry = self.find(it.id)
            if entry is None:
                entry = Entry(it.id, "", None)
                self.put(entry, it)
                self.entries.append(entry)
            elif words(entry.text) != words(it.text):
                refused.append(it.id)
                continue
            stored += 1
        if refused:
            raise dedup.IdError("", tuple(refused), stored)
        return stored

    def remove(self, id: str) -> bool:
        entry = self.find(id)
        if entry is None:
            return False
        self.entries.remove(entry)
        self.judge_all(self.free({id}))
        return True

    def expire(self, before: datetime, *, undated: bool = False) -> int:
        # All were stored now.
        now = datetime.now(timezone.utc)
        dates = [(it, now if it.date is None and undated else it.date) for it in self.entries]
        old = [it for it, date in dates if date is not None and date < before]
        self.entries = [it for it in self.entries if it not in old]
        self.judge_all(self.free({it.id for it in old}))
        return len(old)

    def compact(self) -> None:
        pass

    def get(self, id: str) -> Entry | None:
        return self.find(id)

    def versions(self, id: str) -> list[str]:
        entry = self.find(id)
        if entry is None:
            return []
        original = entry.duplicate_of or id
        return [original, *(it.id for it in self.entries if it.duplicate_of == original)]

    def __contains__(self, id: str) -> bool:
        return self.find(id) is not None

    def __iter__(self) -> Iterator[str]:
        return (it.id for it in sorted(self.entries, key=lambda it: it.number))

    def __len__(self) -> int:
        return len(self.entries)


# ---- to hold an index against it ----

# A method of both, and what it is given.
Operation = tuple[str, tuple[Any, ...], dict[str, Any]]


def outcome(index: "dedup.Index | Oracle", operation: Operation) -> Any:
    """What an operation answers, or the error that it raises."""
    name, values, named = operation
    method: Callable[..., Any] = getattr(index, name)
    try:
        return method(*values, **named)
    except dedup.IdError as error:
        return dedup.IdError, error.ids, error.stored


def state(index: "dedup.Index | Oracle", texts: bool = True) -> Any:
    """All that an index can be asked about what it holds, in the order of the articles."""
    ids = list(index)
    assert len(index) == len(ids)
    stored = []
    for id_ in ids:
        it = index.get(id_)
        assert it is not None
        assert id_ in index
        text = it.text if texts else None
        stored.append((id_, text, it.date, it.duplicate_of, index.versions(id_)))
    return stored
