"""What articles come in: they, one after the other, and the same without some of them."""

import sys
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import compress, islice
from typing import TYPE_CHECKING, Any, NamedTuple

from dedup import extras
from dedup.article import (
    BATCH_ROWS,
    Article,
    as_article,
    date_text,
    decoded,
    id_text,
    is_plain,
    link_host,
    places,
)
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
    sources: list[str | None]
    given: dict[int, Hashable]


# A part of a table: the values of some of its columns.
Part = dict[str, list[Any]]


def batches(
    articles: Any, fields: Fields, rows: int = BATCH_ROWS, make_ids: bool = True
) -> Iterator[Batch]:
    """Yield the articles of whatever holds them in batches of so many rows at most.

    One without an id is given its position for one, unless `make_ids` is False. Raises InputError
    with the position of the first item that is no article.
    """
    position = 0
    for chunk in _chunks(articles, fields, rows):
        batch = _plain_batch(chunk, fields) if isinstance(chunk, dict) else None
        wrong = None
        if batch is None:
            batch = Batch([], [], [], [], {})
            try:
                _fill(batch, _rows(chunk) if isinstance(chunk, dict) else chunk, position, fields)
            except InputError as error:
                wrong = error
        for row, name in enumerate(batch.ids):
            if name is None and make_ids:
                batch.ids[row] = str(position + row)
        position += len(batch.ids)
        yield batch  # those before what is wrong come first
        if wrong is not None:
            raise wrong


def _fill(batch: Batch, items: Iterable[Any], first: int, fields: Fields) -> None:
    for row, item in enumerate(items):
        article = as_article(item, fields, f"article {first + row}")
        name = None if fields.numbered else id_text(article.id)
        if name is not None and type(article.id) is not str:
            batch.given[row] = article.id
        batch.texts.append(article.text)
        batch.ids.append(name)
        batch.dates.append(date_text(article.date))
        source = article.source
        if source is None and fields.with_source and not fields.source:
            source = link_host(name)  # what is no mapping may have a URL for its id, too
        batch.sources.append(source)


def _plain_batch(part: Part, fields: Fields) -> Batch | None:
    """The articles of a part of a table of which no field has a choice; None when one has, or the
    source is read.

    So are most, and this takes a tenth of the time.
    """
    if fields.reads_source:
        return None
    texts, ids, dates = (
        [(part[key], rest) for key, rest in places(tuple(part), names)]
        for names in (fields.text_candidates, fields.id_candidates, fields.date_candidates)
    )
    if len(fields.text) > 1 or any(rest for _, rest in (*texts[:1], *ids[:1], *dates)):
        return None
    none: list[str | None] = [None] * len(texts[0][0])
    batch = Batch(texts[0][0], [*none], [*none], none, {})
    if not all(type(text) is str and is_plain(text) for text in batch.texts):
        return None
    if ids:
        named = ids[0][0]
        if all(type(value) is str and is_plain(value) for value in named):
            batch.ids[:] = named
        elif all(type(value) is int for value in named):
            batch.ids[:] = map(str, named)
            batch.given.update(enumerate(named))
        else:
            return None
    if dates:
        if len(dates) > 1 or not all(value is None or is_plain(value) for value in dates[0][0]):
            return None
        batch.dates[:] = map(date_text, dates[0][0])
    return batch


def _chunks(articles: Any, fields: Fields, rows: int) -> Iterator[list[Any] | Part]:
    """So many strings, mappings, Articles and pairs at a time, or columns of so many rows."""
    if isinstance(articles, (str, bytes, Article)):
        raise InputError(f"articles is one {type(articles).__name__}; give an iterable of articles")
    if _is(articles, "pandas", "DataFrame"):
        return _frame_parts(articles, fields, rows)
    if _is(articles, "polars", "DataFrame", "LazyFrame"):
        return _polars_parts(articles, fields, rows)
    if _is(articles, "datasets", "Dataset", "IterableDataset") and articles.column_names:
        return _dataset_parts(articles, fields, rows)
    if _is(articles, "pyarrow.dataset", "Dataset"):
        columns = _columns(articles.schema.names, fields)
        batches = articles.to_batches(columns=columns, batch_size=rows)
        return _arrow_parts(batches, columns, fields, rows)
    if _is(articles, "pyarrow.dataset", "Scanner"):
        return _arrow_chunks(articles.to_reader(), fields, rows)
    if isinstance(articles, Mapping):
        return _taken(_by_id(articles, fields), rows)
    is_series = _is(articles, "pandas", "Series") or _is(articles, "polars", "Series")
    is_arrow = hasattr(articles, "__arrow_c_stream__") or hasattr(articles, "__arrow_c_array__")
    if is_arrow and not is_series:
        return _arrow_chunks(articles, fields, rows)
    if not isinstance(articles, Iterable):
        raise InputError(f"articles is {type(articles).__name__}; give an iterable or a table")
    return _taken(articles, rows)


def _taken(items: Iterable[Any], rows: int) -> Iterator[list[Any]]:
    items = iter(items)
    while chunk := list(islice(items, rows)):
        yield chunk


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
    for name in (*fields.text, *fields.id, *fields.title, *fields.date, *fields.source):
        if not of(name):
            raise InputError(f"no column {name!r}; the columns are {listed}")
    if not any(map(of, fields.text_candidates)):
        raise InputError(f"no text column among {listed}; name it by text_field")
    candidates = (
        *(*fields.text_candidates, *fields.id_candidates, *fields.date_candidates),
        *(*fields.source_candidates, *fields.link_candidates),
    )
    wanted = {column for name in candidates for column in of(name)}
    return [column for column in spelt if column in wanted]


def _rows(part: Part) -> Iterator[dict[str, Any]]:
    return (dict(zip(part, row, strict=True)) for row in zip(*part.values(), strict=True))


def _arrow_chunks(table: Any, fields: Fields, rows: int) -> Iterator[list[Any] | Part]:
    """Of what has the Arrow interface the rows, or the values of one column."""
    extras.check("a table with the Arrow interface", "parquet")
    import pyarrow as pa

    is_stream = hasattr(table, "__arrow_c_stream__")
    batches: Any
    try:
        if is_stream:
            batches = pa.RecordBatchReader.from_stream(table)
            names = batches.schema.names
        else:
            batches = [pa.record_batch(table)]
            names = batches[0].schema.names
    except (pa.ArrowInvalid, pa.ArrowTypeError):  # no table
        column = pa.chunked_array(table if is_stream else [pa.array(table)])
        return (
            _values(chunk.slice(start, rows))
            for chunk in column.chunks
            for start in range(0, len(chunk), rows)
        )
    return _arrow_parts(batches, _columns(names, fields), fields, rows)


def _arrow_parts(
    batches: "Iterable[pa.RecordBatch | pa.Table]", columns: list[str], fields: Fields, rows: int
) -> Iterator[Part]:
    dates = {name.lower() for name in fields.date_candidates}
    for batch in batches:
        for start in range(0, batch.num_rows, rows):
            taken = batch.slice(start, rows)
            part: Part = {}
            for name in columns:
                column = taken.column(taken.schema.names.index(name))  # of one name the first
                is_date = name.lower() in dates and is_day_or_time(column.type)
                part[name] = dates_of(column) if is_date else _values(column)
            yield part


def _values(column: "pa.Array | pa.ChunkedArray") -> list[Any]:
    """The values of a column as Python has them; a string that is no UTF-8 stays bytes."""
    import pyarrow as pa

    values: list[Any]
    try:
        values = column.to_pylist()
    except UnicodeDecodeError:
        values = [decoded(value) for value in column.cast(pa.large_binary()).to_pylist()]
    return values


def _frame_parts(frame: Any, fields: Fields, rows: int) -> Iterator[Part]:
    """Parts of a pandas frame: not by way of Arrow, which has no column of mixed types."""
    named = [it for it in frame.index.names if it is not None and it not in frame.columns]
    if named:
        frame = frame.reset_index(level=named)
    names = list(frame.columns)
    columns = _columns(names, fields)
    return (
        {name: frame.iloc[start : start + rows, names.index(name)].tolist() for name in columns}
        for start in range(0, len(frame), rows)
    )


def _polars_parts(frame: Any, fields: Fields, rows: int) -> Iterator[Part]:
    extras.check("a frame of Polars", "parquet")
    import polars as pl

    schema = frame.collect_schema()
    columns = _columns(schema.names(), fields)
    frame = frame.select(columns)
    frames: Iterable[Any] = [frame]
    if isinstance(frame, pl.LazyFrame):
        if hasattr(frame, "collect_batches"):
            frames = frame.collect_batches(chunk_size=rows, maintain_order=True)
        else:
            frames = [frame.collect()]
    if any(schema[name] == pl.Object for name in columns):  # Arrow has only their addresses
        parts = (part for whole in frames for part in whole.iter_slices(rows))
        return ({name: part[name].to_list() for name in columns} for part in parts)
    return _arrow_parts((part.to_arrow() for part in frames), columns, fields, rows)


def _dataset_parts(dataset: Any, fields: Fields, rows: int) -> Iterator[Part]:
    """Parts of a Hugging Face dataset, whatever format it has its rows in."""
    columns = _columns(dataset.column_names, fields)
    chosen = dataset.select_columns(columns).with_format("arrow")
    return _arrow_parts(chosen.iter(batch_size=rows), columns, fields, rows)


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
