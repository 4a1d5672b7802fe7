"""Articles, read from strings, mappings, pairs and tables."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from dedup.config import Fields
from dedup.errors import InputError

# pyarrow takes longer to import than a small pass takes to run; JSONL does without it.
if TYPE_CHECKING:
    import pyarrow as pa

# Enough rows to make crossing into the native core cheap, few enough to keep little in memory.
BATCH_ROWS = 2048


@dataclass(frozen=True, slots=True)
class Article:
    """One article. Without an id its position in the input (0, 1, ...) is its id.

    An id is a string or anything else that can be hashed. A date is ISO 8601, RFC 2822 or seconds
    since 1970 when a string; without a time zone it is taken as UTC.
    """

    text: str
    id: Hashable | None = None
    title: str | None = None
    date: str | date | datetime | None = None


class Batch(NamedTuple):
    """Columns of equal length, as the native core takes them."""

    texts: list[str | bytes | None]
    ids: list[str | None]
    dates: list[str | None]


class Columns(NamedTuple):
    """Which columns of a table hold what, by position: names may repeat."""

    text: list[int]
    id: int | None
    date: int | None
    all_names: Sequence[str]

    def names(self) -> dict[str, list[str]]:
        """Return the names by role, as `Pass.fields` does for JSONL."""
        roles: dict[str, list[int | None]] = {
            "text": [*self.text],
            "id": [self.id],
            "date": [self.date],
        }
        return {
            role: [self.all_names[i] for i in indices if i is not None]
            for role, indices in roles.items()
        }

    def alone(self) -> "tuple[list[int], Columns]":
        """Return the positions in use, and these columns in a table of no others."""
        in_use = sorted({*self.text, *(i for i in (self.id, self.date) if i is not None)})
        at = {index: position for position, index in enumerate(in_use)}
        names = [self.all_names[index] for index in in_use]
        text = [at[index] for index in self.text]
        return in_use, Columns(
            text,
            None if self.id is None else at[self.id],
            None if self.date is None else at[self.date],
            names,
        )


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
        )
    if isinstance(item, tuple) and len(item) == 2 and not isinstance(item[1], tuple):
        return replace(as_article(item[1], fields, what), id=item[0])
    if not isinstance(item, Article):
        raise InputError(
            f"{what} is {type(item).__name__}; give a str, a mapping, an Article or an (id, text)"
        )
    _checked(item.text, what)
    return item


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


_MONGO = ("$oid", "$uuid", "$date", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal")


def _unwrapped(value: Any) -> Any:
    """Return the value that MongoDB's Extended JSON writes as an object of its type."""
    if not _is_mapping(value) or len(value) != 1:
        return value
    ((kind, inner),) = value.items()
    if kind not in _MONGO:
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


# ---- tables ----


def check_named(schema: "pa.Schema", fields: Fields) -> None:
    """Raise InputError for a field the user named that is no column."""
    for name in (*fields.text, *fields.id, *fields.title, *fields.date):
        if name not in schema.names:
            raise InputError(f"no column {name!r}; the columns are {', '.join(schema.names)}")


def choose_columns(schema: "pa.Schema", fields: Fields) -> Columns:
    """Pick the columns of a table. Raises InputError when none of them is a text."""
    names: list[str] = schema.names
    text = [names.index(name) for name in fields.text]
    if not text:
        text = [names.index(name) for name in fields.text_candidates if name in names][:1]
    if not text:
        raise InputError(
            f"no text column among {', '.join(names)}; name it (--text-field, text_field=)"
        )
    for index in text:
        if not _is_text(schema.field(index).type):
            raise InputError(f"column {names[index]!r} is {schema.field(index).type}, not text")
    id_, date_ = _index(names, fields.id_candidates), _index(names, fields.date_candidates)
    return Columns(text, id_, date_, names)


def _index(names: list[str], candidates: Sequence[str]) -> int | None:
    return next((names.index(name) for name in candidates if name in names), None)


def _is_text(type_: "pa.DataType") -> bool:
    import pyarrow.types as types

    if types.is_dictionary(type_):
        return _is_text(type_.value_type)
    tests: tuple[Callable[[Any], bool], ...] = (
        types.is_string,
        types.is_large_string,
        types.is_string_view,
        types.is_binary,
        types.is_large_binary,
        types.is_null,
    )
    return any(test(type_) for test in tests)


def table_batch(record_batch: "pa.RecordBatch", columns: Columns) -> Batch:
    """Return rows of a table as the native core takes them; a row without text has None.

    A text that is no UTF-8 stays bytes, which the core rejects; so does one whose id is none.
    """
    rows = record_batch.num_rows
    parts = [_cells(record_batch.column(index)) for index in columns.text]
    texts = parts[0] if len(parts) == 1 else [_joined(cells) for cells in zip(*parts, strict=True)]
    ids: list[str | None] = [None] * rows
    if columns.id is not None:
        for row, value in enumerate(_cells(record_batch.column(columns.id))):
            if isinstance(value, bytes):
                texts[row] = value
            elif value not in (None, ""):
                ids[row] = str(value)
    dates: list[str | None] = [None] * rows
    if columns.date is not None:
        dates = date_column(record_batch.column(columns.date))
    return Batch(texts, ids, dates)


def _cells(column: "pa.Array") -> list[Any]:
    """Values as Python has them, bytes decoded where they are UTF-8."""
    values: list[Any] = column.to_pylist()
    return [decoded(value) for value in values]


def _joined(cells: tuple[Any, ...]) -> str | bytes | None:
    broken = next((cell for cell in cells if isinstance(cell, bytes)), None)
    if broken is not None:
        return broken
    present = [cell for cell in cells if cell is not None]
    return "\n\n".join(present) if present else None


def date_column(column: "pa.Array") -> list[str | None]:
    """Return a column of dates as `date_text` does."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_temporal(column.type) and not pa.types.is_time(column.type):
        # By way of Arrow, since Python's datetime holds neither nanoseconds nor years over 9999.
        # The second cast takes the zone away and leaves UTC.
        zone = getattr(column.type, "tz", None)
        seconds = column.cast(pa.timestamp("s", zone), safe=False).cast(pa.timestamp("s"))
        iso: list[str | None] = pc.strftime(seconds, "%Y-%m-%dT%H:%M:%SZ").to_pylist()
        return iso
    return [date_text(None if isinstance(v, bytes) else v) for v in _cells(column)]
