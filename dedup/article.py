"""Articles, and reading them in batches from whatever holds them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
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

    A date that is a string may have any form that has one reading; without a time zone it is taken
    as UTC.
    """

    text: str
    id: str | None = None
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


def batches(
    articles: Iterable[Any], fields: Fields, rows: int = BATCH_ROWS, make_ids: bool = True
) -> Iterator[Batch]:
    """Yield the articles of an iterable or an Arrow table in batches of so many rows.

    One without an id is given its position for one, unless `make_ids` is False.

    An item may be a string, a mapping or an Article; a table anything with the Arrow interface
    (`__arrow_c_stream__`): pyarrow, pandas, Polars, DuckDB. Raises InputError with the position
    of the first item that is no article.
    """
    if isinstance(articles, (str, bytes, Mapping, Article)):
        raise InputError(f"articles is one {type(articles).__name__}; give an iterable of articles")
    if hasattr(articles, "__arrow_c_stream__"):
        reader = _arrow_reader(articles)
        if reader is not None:
            return _arrow_batches(reader, fields, rows, make_ids)
    if not isinstance(articles, Iterable):
        raise InputError(f"articles is {type(articles).__name__}; give an iterable or a table")
    return _item_batches(articles, fields, rows, make_ids)


def _item_batches(
    articles: Iterable[Any], fields: Fields, rows: int, make_ids: bool
) -> Iterator[Batch]:
    numbered = enumerate(articles)
    while chunk := list(islice(numbered, rows)):
        batch = Batch([], [], [])
        for position, item in chunk:
            article = as_article(item, fields, f"article {position}")
            batch.texts.append(article.text)
            made = str(position) if make_ids else None
            batch.ids.append(made if article.id is None else article.id)
            batch.dates.append(date_text(article.date))
        yield batch


def as_article(item: Any, fields: Fields, what: str) -> Article:
    """Return a string, mapping or Article as an Article; `what` names it in an InputError."""
    if isinstance(item, str):
        return Article(_checked(item, what))
    if isinstance(item, Mapping):
        article_id = _first(item, fields.id_candidates)
        return Article(
            text=_mapping_text(item, fields, what),
            id=None if article_id is None else str(article_id),
            date=_first(item, fields.date_candidates),
        )
    if not isinstance(item, Article):
        raise InputError(f"{what} is {type(item).__name__}; give a str, a mapping or an Article")
    _checked(item.text, what)
    return item


def _mapping_text(item: Mapping[str, Any], fields: Fields, what: str) -> str:
    # An empty text is a text; an empty id or date, as `_first` sees it, is none.
    parts = [item[name] for name in fields.text_candidates if item.get(name) is not None]
    if not fields.text:
        parts = parts[:1]
    if not parts:
        names = ", ".join(fields.text_candidates)
        raise InputError(f"{what} has no text: none of the fields {names}; name it by text_field")
    return "\n\n".join(_checked(part, what) for part in parts)


def _checked(text: Any, what: str) -> str:
    if not isinstance(text, str):
        raise InputError(f"the text of {what} is {type(text).__name__}, not str")
    try:
        # A lone surrogate, as a wrong decoder leaves behind, is no text in any encoding.
        text.encode() if not text.isascii() else None
    except UnicodeEncodeError as error:
        raise InputError(f"the text of {what} has a lone surrogate at {error.start}") from None
    return text


def _first(item: Mapping[str, Any], names: Sequence[str]) -> Any:
    return next((item[name] for name in names if item.get(name) not in (None, "")), None)


def date_text(value: Any) -> str | None:
    """Return a date as text that the native core reads; None for none."""
    if value is None:
        return None
    if isinstance(value, date):  # datetime is a subclass
        return value.isoformat()
    return str(value)


# ---- tables ----


def _arrow_reader(table: Any) -> "pa.RecordBatchReader | None":
    import pyarrow as pa

    try:
        return pa.RecordBatchReader.from_stream(table)
    except pa.ArrowInvalid:
        return None  # one column, not a table: a Series of strings, read as an iterable


def _arrow_batches(
    reader: "pa.RecordBatchReader", fields: Fields, rows: int, make_ids: bool
) -> Iterator[Batch]:
    check_named(reader.schema, fields)
    columns = choose_columns(reader.schema, fields)
    position = 0
    for record_batch in reader:
        for start in range(0, record_batch.num_rows, rows):
            part = table_batch(record_batch.slice(start, rows), columns)
            for row, text in enumerate(part.texts):
                _checked(text, f"article {position + row}")
            for row, article_id in enumerate(part.ids):
                if article_id is None and make_ids:
                    part.ids[row] = str(position + row)
            position += len(part.ids)
            yield part


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
        dates = _date_column(record_batch.column(columns.date))
    return Batch(texts, ids, dates)


def _cells(column: "pa.Array") -> list[Any]:
    """Values as Python has them, bytes decoded where they are UTF-8."""
    values: list[Any] = column.to_pylist()
    return [_decoded(value) if isinstance(value, bytes) else value for value in values]


def _decoded(value: bytes) -> str | bytes:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def _joined(cells: tuple[Any, ...]) -> str | bytes | None:
    broken = next((cell for cell in cells if isinstance(cell, bytes)), None)
    if broken is not None:
        return broken
    present = [cell for cell in cells if cell is not None]
    return "\n\n".join(present) if present else None


def _date_column(column: "pa.Array") -> list[str | None]:
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
