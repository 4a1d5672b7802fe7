"""Articles, and reading them in batches from whatever holds them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from dedup.config import Fields
from dedup.errors import InputError
from dedup.table import Batch, check_named, choose_columns, table_batch

# pyarrow takes longer to import than a small pass takes to run; JSONL does without it.
if TYPE_CHECKING:
    import pyarrow as pa

# Enough rows to make crossing into the native core cheap, few enough to keep little in memory.
BATCH_ROWS = 2048


@dataclass(frozen=True, slots=True)
class Article:
    """One article. Without an id its position in the input (0, 1, ...) is its id.

    A date is ISO 8601, RFC 2822 or seconds since 1970 when a string; without a time zone it is
    taken as UTC.
    """

    text: str
    id: str | None = None
    title: str | None = None
    date: str | date | datetime | None = None


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
