"""Articles, read from strings, mappings, pairs and tables."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dedup._core import host_of
from dedup.config import Fields
from dedup.errors import InputError

# pyarrow takes longer to import than a small pass takes to run; JSONL does without it.
if TYPE_CHECKING:
    pass

# Enough rows to make crossing into the native core cheap, few enough to keep little in memory.
BATCH_ROWS = 2048


@dataclass(frozen=True, slots=True)
class Article:
    """One article. Without an id its position in the input (0, 1, ...) is its id.

    An id is a string or anything else that can be hashed. A date that is a string may have any form
    that has one reading; without a time zone it is taken as UTC. The source is the outlet.
    """

    text: str
    id: Hashable | None = None
    title: str | None = None
    date: str | date | datetime | None = None
    source: str | None = None


def as_article(item: Any, fields: Fields, what: str) -> Article:
    """Return a string, mapping, Article or pair of an id and one of these as an Article.

    `what` names it in an InputError.
    """
    if isinstance(item, str):
        return Article(_checked(item, what))
    if _is_mapping(item):
        ids = _values(item, fields.id_candidates)
        dates = _values(item, fields.date_candidates)
        return Article(
            text=_mapping_text(item, fields, what),
            id=next((value for value in ids if id_text(value) is not None), None),
            date=next((value for value in dates if is_plain(value)), None),
            source=_source(item, fields) if fields.reads_source else None,
        )
    if isinstance(item, tuple) and len(item) == 2 and not isinstance(item[1], tuple):
        return replace(as_article(item[1], fields, what), id=item[0])
    if not isinstance(item, Article):
        raise InputError(
            f"{what} is {type(item).__name__}; give a str, a mapping, an Article or an (id, text)"
        )
    _checked(item.text, what)
    return item


def _source(item: Mapping[str, Any], fields: Fields) -> str | None:
    names = map(id_text, _values(item, fields.source_candidates))
    links = map(link_host, _values(item, fields.link_candidates))
    return next((it for values in (names, links) for it in values if it is not None), None)


def link_host(value: Any) -> str | None:
    """Return the host of a URL; None of anything else."""
    return host_of(value) if isinstance(value, str) else None


def _mapping_text(item: Mapping[str, Any], fields: Fields, what: str) -> str:
    if fields.text:
        # All that there are of those named; of one name that stands there twice the first.
        by_name = [_texts(_values(item, (name,)))[:1] for name in fields.text]
        parts = [part for parts in by_name for part in parts]
    else:
        # What is blank or no string gives way to what comes after it.
        found = _texts(_values(item, fields.text_candidates))
        parts = sorted(found, key=_emptiness)[:1]
    if not parts:
        names = ", ".join(fields.text_candidates)
        raise InputError(f"{what} has no text: none of the fields {names}; name it by text_field")
    return "\n\n".join(_checked(part, what) for part in parts)


def _texts(values: Iterator[Any]) -> list[Any]:
    """Those that are there, bytes decoded where they are UTF-8, as a column may have them."""
    there = (value for value in values if not _is_missing(value))
    return [decoded(value) for value in there]


def _emptiness(text: Any) -> int:
    """0 for what says something, 1 for what is blank, 2 for what is no string."""
    return int(not is_plain(text)) if isinstance(text, str) else 2


def decoded(value: Any) -> Any:
    """Return bytes as a string where they are UTF-8, and anything else as it is."""
    try:
        return value.decode() if isinstance(value, bytes) else value
    except UnicodeDecodeError:
        return value


def _checked(text: Any, what: str) -> str:
    if not isinstance(text, str):
        raise InputError(f"the text of {what} is {type(text).__name__}, not str")
    try:
        # A lone surrogate, as a wrong decoder leaves behind, is no text in any encoding.
        text.encode() if not text.isascii() else None
    except UnicodeEncodeError as error:
        raise InputError(f"the text of {what} has a lone surrogate at {error.start}") from None
    return text


# ---- the fields of a mapping ----


def _values(item: Mapping[Any, Any], names: tuple[str, ...]) -> Iterator[Any]:
    """Yield what a mapping has of some fields, in the order of their names."""
    for key, rest in places(tuple(item), names):
        value = item[key]
        if not rest:
            yield _unwrapped(value)
        elif _is_mapping(value):
            yield from _values(value, (rest,))


# The records of a dump have the same few sets of keys.
@lru_cache(maxsize=256)
def places(keys: tuple[Any, ...], names: tuple[str, ...]) -> list[tuple[Any, str]]:
    """The keys of a mapping that fields may stand under, each with the path on from there.

    A name is spelt as it stands or else in other case; `a.b` is the key `a.b` or the key `b` of
    what stands under `a`.
    """
    spellings: dict[str, list[str]] = {}
    for key in keys:
        if isinstance(key, str):
            spellings.setdefault(key.lower(), []).append(key)
    found: list[tuple[Any, str]] = []
    for name in names:
        parts = name.split(".")
        for length in range(len(parts), 0, -1):
            head, rest = ".".join(parts[:length]), ".".join(parts[length:])
            alike = spellings.get(head.lower(), [])
            found += [(key, rest) for key in sorted(alike, key=lambda key: key != head)]
    return found


# What MongoDB's Extended JSON wraps values in.
EXTENDED_JSON = (
    *("$oid", "$uuid", "$date"),
    *("$numberLong", "$numberInt", "$numberDouble", "$numberDecimal"),
)


def _unwrapped(value: Any) -> Any:
    """Return the value that MongoDB's Extended JSON writes as an object of its type."""
    if not _is_mapping(value) or len(value) != 1:
        return value
    ((kind, inner),) = value.items()
    if kind not in EXTENDED_JSON:
        return value
    inner = _unwrapped(inner)
    try:
        if kind in ("$numberLong", "$numberInt"):
            return int(inner)
        if kind == "$date" and not isinstance(inner, str):  # milliseconds
            return datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=int(inner))
    except (TypeError, ValueError, OverflowError):
        pass
    return inner


def id_text(value: Any) -> str | None:
    """Return an id as the native core has it; None for what is none.

    That is what is missing, blank, true or false, or cannot be hashed, as a list.
    """
    if type(value) is int and -(10**18) < value < 10**18:
        return str(value)
    if not is_plain(value):
        return None
    try:
        hash(value)
        text = value.decode() if isinstance(value, bytes) else str(value)
        text.encode()
    except (TypeError, ValueError):  # not UTF-8; more digits than Python writes
        return None
    return text


def is_plain(value: Any) -> bool:
    """Whether a value is there, and is a single one."""
    if isinstance(value, str):
        return bool(value) and not value.isspace()
    if isinstance(value, (bool, list, set)) or _is_mapping(value) or _is_missing(value):
        return False
    return str(getattr(value, "dtype", "")) != "bool"  # NumPy has a truth of its own


def _is_missing(value: Any) -> bool:
    """Whether a value is None, NaN, or what pandas has for these."""
    if value is None or isinstance(value, (str, int)):
        return value is None
    try:
        return bool(value != value)
    except TypeError:  # pandas.NA
        return True
    except ValueError:  # an array
        return False


# What is never a mapping: to ask `Mapping` takes longer than all else.
_SINGLE = (str, int, float, date, type(None))


def _is_mapping(value: Any) -> bool:
    return type(value) is dict or (not isinstance(value, _SINGLE) and isinstance(value, Mapping))


def date_text(value: Any) -> str | None:
    """Return a date as text that the native core reads; None for none."""
    if _is_missing(value):
        return None
    if isinstance(value, date):  # datetime is a subclass
        return value.isoformat()
    return str(value)
