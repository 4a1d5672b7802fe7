"""What articles come in: they, one after the other, and the same without some of them."""

import sys
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from dedup.article import BATCH_ROWS, Article, as_article, date_text, decoded, id_text
from dedup.config import Fields
from dedup.errors import InputError
from dedup.table import dates_of, is_day_or_time

if TYPE_CHECKING:
    import pyarrow as pa


class Batch(NamedTuple):
    """Columns of equal length, as the native core takes them; `given` are the ids by their rows
    that are no strings."""

    texts: list[str]
    ids: list[str | None]
    dates: list[str | None]
    given: dict[int, Hashable]


def batches(
    articles: Any, fields: Fields, rows: int = BATCH_ROWS, make_ids: bool = True
) -> Iterator[Batch]:
    """Yield the articles of whatever holds them in batches of so many rows.

    One without an id is given its position for one, unless `make_ids` is False. Raises InputError
    with the position of the first item that is no article.
    """
    numbered = enumerate(_items(articles, fields))
    return _batches(numbered, fields, rows, make_ids)


def _batches(
    numbered: Iterator[tuple[int, Any]], fields: Fields, rows: int, make_ids: bool
) -> Iterator[Batch]:
    while chunk := list(islice(numbered, rows)):
        batch = Batch([], [], [], {})
        for row, (position, item) in enumerate(chunk):
            article = as_article(item, fields, f"article {position}")
            name = None if fields.numbered else id_text(article.id)
            if name is None:
                name = str(position) if make_ids else None
            elif type(article.id) is not str:
                batch.given[row] = article.id
            batch.texts.append(article.text)
            batch.ids.append(name)
            batch.dates.append(date_text(article.date))
        yield batch


def _items(articles: Any, fields: Fields) -> Iterable[Any]:
    """The strings, mappings, Articles and pairs in what holds them; of a table its rows."""
    if isinstance(articles, (str, bytes, Article)):
        raise InputError(f"articles is one {type(articles).__name__}; give an iterable of articles")
    if isinstance(articles, Mapping):
        return _by_id(articles, fields)
    if _is(articles, "pandas", "DataFrame"):
        return _frame_rows(articles, fields)
    if _is(articles, "polars", "DataFrame", "LazyFrame"):
        return _polars_rows(articles, fields)
    if _is(articles, "datasets", "Dataset", "IterableDataset"):
        return _dataset_rows(articles, fields)
    if _is(articles, "pandas", "Series") or _is(articles, "polars", "Series"):
        values: Iterable[Any] = articles
        return values
    if _is(articles, "pyarrow.dataset", "Dataset"):
        columns = _columns(articles.schema.names, fields)
        parts = articles.to_batches(columns=columns, batch_size=BATCH_ROWS)
        return _rows(parts, columns, fields)
    if _is(articles, "pyarrow.dataset", "Scanner"):
        return _arrow_items(articles.to_reader(), fields)
    if hasattr(articles, "__arrow_c_stream__") or hasattr(articles, "__arrow_c_array__"):
        return _arrow_items(articles, fields)
    if not isinstance(articles, Iterable):
        raise InputError(f"articles is {type(articles).__name__}; give an iterable or a table")
    return articles


def _is(value: Any, module: str, *names: str) -> bool:
    """Whether a value is of a class of a library, which need not be there."""
    loaded = sys.modules.get(module)
    return any(isinstance(value, getattr(loaded, name, ())) for name in names)


def _by_id(articles: Mapping[Any, Any], fields: Fields) -> Iterable[Any]:
    candidates = (*fields.text_candidates, *fields.id_candidates, *fields.date_candidates, "title")
    names = {name.split(".")[0].lower() for name in candidates}
    for key in articles:
        if isinstance(key, str) and key.lower() in names:
            raise InputError(
                f"articles is one mapping with the field {key!r}; give an iterable of articles, or"
                " of texts by their ids the items()"
            )
    return articles.items()


# ---- tables ----


def _columns(names: Iterable[Any], fields: Fields) -> list[str]:
    """The columns that the fields may stand in, each once. Raises InputError for one named that is
    not there, and when none of them may be the text."""
    spelt = list(dict.fromkeys(name for name in names if isinstance(name, str)))

    def of(name: str) -> list[str]:
        parts = name.lower().split(".")
        starts = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
        return [column for column in spelt if column.lower() in starts]

    listed = ", ".join(spelt)
    for name in (*fields.text, *fields.id, *fields.title, *fields.date):
        if not of(name):
            raise InputError(f"no column {name!r}; the columns are {listed}")
    if not any(map(of, fields.text_candidates)):
        raise InputError(f"no text column among {listed}; name it by text_field")
    candidates = (*fields.text_candidates, *fields.id_candidates, *fields.date_candidates)
    wanted = {column for name in candidates for column in of(name)}
    return [column for column in spelt if column in wanted]


def _arrow_items(table: Any, fields: Fields) -> Iterator[Any]:
    """The rows of what has the Arrow interface, or the values of one column."""
    import pyarrow as pa

    is_stream = hasattr(table, "__arrow_c_stream__")
    parts: Any
    try:
        if is_stream:
            parts = pa.RecordBatchReader.from_stream(table)
            names = parts.schema.names
        else:
            parts = [pa.record_batch(table)]
            names = parts[0].schema.names
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # no table
        column = pa.chunked_array(table if is_stream else [pa.array(table)])
        return (value for chunk in column.chunks for value in _cells(chunk))
    return _rows(parts, _columns(names, fields), fields)


def _cells(chunk: "pa.Array") -> Iterator[Any]:
    for start in range(0, len(chunk), BATCH_ROWS):
        yield from _values(chunk.slice(start, BATCH_ROWS))


def _rows(
    parts: "Iterable[pa.RecordBatch | pa.Table]", columns: list[str], fields: Fields
) -> Iterator[dict[str, Any]]:
    """The rows of the parts of a table as mappings of some of its columns."""
    dates = {name.lower() for name in fields.date_candidates}
    for part in parts:
        for start in range(0, part.num_rows, BATCH_ROWS):
            rows = part.slice(start, BATCH_ROWS)
            cells = []
            for name in columns:
                column = rows.column(rows.schema.names.index(name))  # of one name the first
                is_date = name.lower() in dates and is_day_or_time(column.type)
                cells.append(dates_of(column) if is_date else _values(column))
            yield from (dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True))


def _values(column: "pa.Array | pa.ChunkedArray") -> list[Any]:
    """The values of a column as Python has them; a string that is no UTF-8 stays bytes."""
    import pyarrow as pa

    values: list[Any]
    try:
        values = column.to_pylist()
    except UnicodeDecodeError:
        values = [decoded(value) for value in column.cast(pa.large_binary()).to_pylist()]
    return values


def _frame_rows(frame: Any, fields: Fields) -> Iterator[dict[str, Any]]:
    """The rows of a pandas frame: not by way of Arrow, which has no column of mixed types."""
    named = [it for it in frame.index.names if it is not None and it not in frame.columns]
    if named:
        frame = frame.reset_index(level=named)
    names = list(frame.columns)
    columns = _columns(names, fields)

    def rows() -> Iterator[dict[str, Any]]:
        for start in range(0, len(frame), BATCH_ROWS):
            part = frame.iloc[start : start + BATCH_ROWS]
            cells = [part.iloc[:, names.index(name)].tolist() for name in columns]
            yield from (dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True))

    return rows()


def _polars_rows(frame: Any, fields: Fields) -> Iterator[dict[str, Any]]:
    import polars as pl

    schema = frame.collect_schema()
    columns = _columns(schema.names(), fields)
    frame = frame.select(columns)
    frames: Iterable[Any] = [frame]
    if isinstance(frame, pl.LazyFrame):
        if hasattr(frame, "collect_batches"):
            frames = frame.collect_batches(chunk_size=BATCH_ROWS, maintain_order=True)
        else:
            frames = [frame.collect()]
    if any(schema[name] == pl.Object for name in columns):  # Arrow has only their addresses
        return (row for part in frames for row in part.iter_rows(named=True))
    return _rows((part.to_arrow() for part in frames), columns, fields)


def _dataset_rows(dataset: Any, fields: Fields) -> Iterator[dict[str, Any]]:
    """The rows of a Hugging Face dataset, whatever format it has them in."""
    if dataset.column_names is None:  # a stream that tells only when it is read
        return iter(dataset)
    columns = _columns(dataset.column_names, fields)
    chosen = dataset.select_columns(columns).with_format("arrow")
    return _rows(chosen.iter(batch_size=BATCH_ROWS), columns, fields)


# ---- the same without some ----


def without(data: Any, kept: bytes) -> Any:
    """Return what holds articles without those whose byte in `kept` is 0, as the same kind.

    Raises InputError when there are not as many, and for what cannot be filtered.
    """
    size = _length(data)
    if size is None:
        raise InputError(
            f"{type(data).__name__} cannot be filtered by position; take what is in result.kept"
        )
    if size != len(kept):
        raise InputError(
            f"there are {size} articles, and find_duplicates was given {len(kept)}; clean takes"
            " what it was given"
        )
    if isinstance(data, Mapping):
        return dict(compress(data.items(), kept))
    if not _is_table(data):
        stay = compress(data, kept)
        return tuple(stay) if isinstance(data, tuple) else list(stay)
    import numpy as np

    mask = np.frombuffer(kept, dtype=bool)
    if _is(data, "datasets", "Dataset"):
        return data.select(np.flatnonzero(mask))
    if _is(data, "polars", "DataFrame", "LazyFrame", "Series"):
        import polars as pl

        return data.filter(pl.Series(mask))
    if _is(data, "pyarrow", "Table", "RecordBatch", "Array", "ChunkedArray"):
        import pyarrow as pa

        return data.filter(pa.array(mask))
    return data[mask]


def _length(data: Any) -> int | None:
    """How many articles there are, None where none of them can be left out."""
    if _is(data, "polars", "LazyFrame"):
        import polars as pl

        return int(data.select(pl.len()).collect().item())
    is_sequence = isinstance(data, (Mapping, Sequence)) and not isinstance(data, (str, bytes))
    return len(data) if is_sequence or _is_table(data) else None


def _is_table(data: Any) -> bool:
    return (
        _is(data, "datasets", "Dataset")
        or _is(data, "polars", "DataFrame", "LazyFrame", "Series")
        or _is(data, "pandas", "DataFrame", "Series")
        or _is(data, "pyarrow", "Table", "RecordBatch", "Array", "ChunkedArray")
        or _is(data, "numpy", "ndarray")
    )
