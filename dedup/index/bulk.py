"""Many articles at once: how much of them is stored in one go, and what is said of them."""

from collections.abc import Iterator

from dedup.collection import Batch
from dedup.errors import IdError, InputError

# What is stored in one go at most: articles, and characters of their texts.
BULK_ROWS = 1 << 15
BULK_CHARACTERS = 1 << 25

# Ids of those refused that a message names.
NAMED = 5


class Added(int):
    """How many articles `add_many` was given that are stored now.

    `known` of them were there before with the same words, and stay as they were. `unread_dates`
    have a date that cannot be read, and are stored without one.
    """

    known: int
    unread_dates: int

    def __new__(cls, stored: int, known: int, unread_dates: int) -> "Added":
        added = super().__new__(cls, stored)
        added.known = known
        added.unread_dates = unread_dates
        return added

    def __getnewargs__(self) -> tuple[int, int, int]:  # type: ignore[override]
        return int(self), self.known, self.unread_dates

    def __repr__(self) -> str:
        return f"Added({int(self)}, known={self.known}, unread_dates={self.unread_dates})"


def bulks(read: Iterator[Batch]) -> Iterator[Batch]:
    """Yield batches put together, or cut, to as much as is stored in one go; what comes before an
    article that is none, or has no id, before the InputError."""
    bulk = Batch([], [], [], [], {})
    position = characters = 0
    try:
        for batch in read:
            for text, name, day, source in zip(*batch[:4], strict=True):
                if len(bulk.texts) == BULK_ROWS or characters >= BULK_CHARACTERS:
                    yield bulk
                    bulk, characters = Batch([], [], [], [], {}), 0
                if name is None:
                    raise InputError(f"article {position} has no id")
                position += 1
                bulk.texts.append(text)
                bulk.ids.append(name)
                bulk.dates.append(day)
                bulk.sources.append(source)
                characters += len(text)
    except InputError:
        if bulk.texts:
            yield bulk
        raise
    if bulk.texts:
        yield bulk


def taken(ids: list[str], stored: int) -> IdError:
    """The error for ids that are stored with other words, all others being stored."""
    named = ", ".join(repr(it) for it in ids[:NAMED])
    more = f" and {len(ids) - NAMED:,} more" if len(ids) > NAMED else ""
    verb = "is" if len(ids) == 1 else "are"
    message = (
        f"the id {named}{more} {verb} in the index with another text; the other {stored:,} articles"
        " are stored; replace these, or remove what is stored"
    )
    return IdError(message, tuple(ids), stored)
