"""Tables: which columns hold what of an article, and their rows as the native core takes them."""

import math
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from dedup.article import EXTENDED_JSON, link_host
from dedup.config import Fields
from dedup.errors import InputError

# pyarrow takes longer to import than a small pass takes to run; JSONL does without it.
if TYPE_CHECKING:
    import pyarrow as pa


class Batch(NamedTuple):
    """Columns of equal length, as the native core takes them."""

    texts: list[str | bytes | None]
    ids: list[str | None]
    dates: list[str | None]
    sources: list[str | None]


class Column(NamedTuple):
    """A column, or a field of a struct in one, by positions: names may repeat."""

    name: str
    path: tuple[int, ...]
    type: "pa.DataType"


@dataclass(frozen=True)
class Columns:
    """The columns that may hold what, the first choice first; of the texts all, where `joined`.

    `used` counts, by role and column, the rows with a text that took their value from there.
    """

    text: list[Column]
    id: list[Column]
    date: list[Column]
    source: list[Column]
    link: list[Column]
    joined: bool
    used: dict[str, Counter[str]] = field(
        default_factory=lambda: {"text": Counter(), "id": Counter(), "date": Counter()}
    )


def check_named(schema: "pa.Schema", fields: Fields) -> None:
    """Raise InputError for a field the user named that is no column, nor a path to one."""
    for name in (*fields.text, *fields.id, *fields.title, *fields.date, *fields.source):
        if next(_paths(list(schema), name), None) is None:
            raise InputError(f"no column {name!r}; the columns are {', '.join(schema.names)}")


def choose_columns(schema: "pa.Schema", fields: Fields) -> Columns:
    """Pick the columns of a table. Raises InputError when none of them is a text."""
    text = _candidates(schema, fields.text, fields.text_candidates)
    usable = [column for column in text if _is_text(column.type)]
    if text and (not usable or (fields.text and len(usable) < len(text))):
        wrong = next(column for column in text if column not in usable)
        raise InputError(f"column {wrong.name!r} is {wrong.type}, not text")
    if not usable:
        raise InputError(
            f"no text column among {', '.join(schema.names)}; name it (--text-field, text_field=)"
        )
    id_ = _candidates(schema, fields.id, fields.id_candidates)
    date_ = _candidates(schema, fields.date, fields.date_candidates)
    source = _candidates(schema, fields.source, fields.source_candidates)
    link = _candidates(schema, (), fields.link_candidates)
    for named, columns, is_, what in (
        (fields.id, id_, _is_id, "an id"),
        (fields.date, date_, _is_date, "a date"),
        (fields.source, source, _is_id, "a source"),
    ):
        if named and columns and not any(is_(column.type) for column in columns):
            raise InputError(f"column {columns[0].name!r} is {columns[0].type}, not {what}")
    chosen = Columns(
        usable,
        [column for column in id_ if _is_id(column.type)],
        [column for column in date_ if _is_date(column.type)],
        [column for column in source if _is_id(column.type)],
        [column for column in link if _is_text(column.type)],
        joined=bool(fields.text),
    )
    if fields.reads_source:
        chosen.used["source"] = Counter()
    return chosen


def _candidates(
    schema: "pa.Schema", named: Sequence[str], candidates: Sequence[str]
) -> list[Column]:
    """The column of each name that the user gave, or else all that have one of the usual names."""
    fields = list(schema)
    if named:
        found = [next(_paths(fields, name), None) for name in named]
        return [column for column in found if column is not None]
    columns = [column for name in candidates for column in _paths(fields, name)]
    return list({column.path: column for column in columns}.values())


def _paths(fields: "list[pa.Field]", name: str) -> Iterator[Column]:
    """The columns that a name or a path means, the most literal first."""
    yield from (_at(fields, index) for index in _named(fields, name))
    for dot in (index for index, letter in enumerate(name) if letter == "."):
        for outer in _named(fields, name[:dot]):
            for column in _paths(_inner(fields[outer].type), name[dot + 1 :]):
                yield _below(fields, outer, column)


def _named(fields: "list[pa.Field]", name: str) -> list[int]:
    """The positions of the fields spelled so, then of those in other case."""
    folded = name.casefold()
    alike = [index for index, field in enumerate(fields) if field.name.casefold() == folded]
    return sorted(alike, key=lambda index: fields[index].name != name)


def _inner(type_: "pa.DataType") -> "list[pa.Field]":
    import pyarrow as pa

    if not pa.types.is_struct(type_):
        return []
    return [type_.field(index) for index in range(type_.num_fields)]


def _at(fields: "list[pa.Field]", index: int) -> Column:
    """The column at a position; of what MongoDB wraps, the value itself."""
    path, type_ = [index], fields[index].type
    while len(inner := _inner(type_)) == 1 and inner[0].name in EXTENDED_JSON:
        path.append(0)
        type_ = inner[0].type
    return Column(fields[index].name, tuple(path), _stored(type_))


def _below(fields: "list[pa.Field]", outer: int, column: Column) -> Column:
    return Column(f"{fields[outer].name}.{column.name}", (outer, *column.path), column.type)


def _stored(type_: "pa.DataType") -> "pa.DataType":
    """The type of the values, whatever they are wrapped in."""
    import pyarrow as pa

    if isinstance(type_, pa.BaseExtensionType):
        return _stored(type_.storage_type)
    if pa.types.is_dictionary(type_) or pa.types.is_run_end_encoded(type_):
        return _stored(type_.value_type)
    return type_


def _is_text(type_: "pa.DataType") -> bool:
    import pyarrow.types as types

    return bool(
        types.is_string(type_)
        or types.is_large_string(type_)
        or types.is_string_view(type_)
        or types.is_binary(type_)
        or types.is_large_binary(type_)
        or types.is_binary_view(type_)
        or types.is_null(type_)
    )


def _is_number(type_: "pa.DataType") -> bool:
    import pyarrow.types as types

    return bool(types.is_integer(type_) or types.is_floating(type_) or types.is_decimal(type_))


def _is_id(type_: "pa.DataType") -> bool:
    import pyarrow.types as types

    return _is_text(type_) or _is_number(type_) or bool(types.is_fixed_size_binary(type_))


def is_day_or_time(type_: "pa.DataType") -> bool:
    """Whether values of a type are moments or days, and no times or durations."""
    import pyarrow.types as types

    return bool(types.is_date(type_) or types.is_timestamp(type_))


def _is_date(type_: "pa.DataType") -> bool:
    return _is_text(type_) or _is_number(type_) or is_day_or_time(type_)


def table_batch(record_batch: "pa.RecordBatch", columns: Columns) -> Batch:
    """Return rows of a table as the native core takes them, and count what they came from.

    A row without text has None; one whose text is no UTF-8 has its bytes.
    """
    if columns.joined:
        texts, text_names = _joined(record_batch, columns.text)
    else:
        texts, text_names = _chosen(record_batch, columns.text, _strings, blank_too=True)
    ids, id_names = _chosen(record_batch, columns.id, _ids)
    dates, date_names = _chosen(record_batch, columns.date, dates_of)
    sources, source_names = _chosen(record_batch, columns.source, _ids)
    hosts, link_names = _chosen(record_batch, columns.link, _hosts)
    sources = [source or host for source, host in zip(sources, hosts, strict=True)]
    source_names = [
        [name or link for name, link in zip(*names, strict=True)]
        for names in zip(source_names, link_names, strict=True)
    ]
    taken = [isinstance(text, str) for text in texts]
    roles = {"text": text_names, "id": id_names, "date": date_names, "source": source_names}
    for role, names in roles.items():
        if role not in columns.used:
            continue
        counts: Counter[str | None] = Counter()
        for some in names:
            counts.update(name for name, is_taken in zip(some, taken, strict=True) if is_taken)
        del counts[None]
        columns.used[role].update({name: n for name, n in counts.items() if name is not None})
    return Batch(texts, ids, dates, sources)


# The values of rows, and the names of the columns that they came from: a list for each column.
_Values = tuple[list[Any], list[list[str | None]]]


def _chosen(
    record_batch: "pa.RecordBatch",
    columns: Sequence[Column],
    values_of: "Callable[[pa.Array], Sequence[str | bytes | None]]",
    blank_too: bool = False,
) -> _Values:
    """The first value of each row that is not blank, or else, if `blank_too`, the first that is."""
    values: list[str | bytes | None] = [None] * record_batch.num_rows
    names: list[str | None] = [None] * record_batch.num_rows
    open_ = list(range(record_batch.num_rows))
    for column in columns:
        if not open_:
            break
        array = _array(record_batch, column.path)
        if array.null_count == len(array):
            continue
        if len(open_) < record_batch.num_rows:
            array = _without_views(array).take(open_)
        for row, value in zip(open_, values_of(array), strict=True):
            if not _is_blank(value) or (blank_too and values[row] is None and value is not None):
                values[row], names[row] = value, column.name
        open_ = [row for row in open_ if _is_blank(values[row])]
    return values, [names]


def _joined(record_batch: "pa.RecordBatch", columns: Sequence[Column]) -> _Values:
    """All texts of each row, with a blank line between; the bytes of one that is no UTF-8."""
    parts = [_strings(_array(record_batch, column.path)) for column in columns]
    names = [
        [None if value is None else column.name for value in values]
        for column, values in zip(columns, parts, strict=True)
    ]
    if len(parts) == 1:
        return parts[0], names
    return [_together(cells) for cells in zip(*parts, strict=True)], names


def _together(cells: tuple[str | bytes | None, ...]) -> str | bytes | None:
    texts = []
    for cell in cells:
        if isinstance(cell, bytes):
            return cell
        if cell is not None:
            texts.append(cell)
    return "\n\n".join(texts) if texts else None


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and (not value or value.isspace()))


def _array(record_batch: "pa.RecordBatch", path: tuple[int, ...]) -> "pa.Array":
    """The values at a path, as what they are stored as."""
    import pyarrow.compute as pc

    array = record_batch.column(path[0])
    for index in path[1:]:
        array = pc.struct_field(array, [index])
    return _unwrapped(array)


def _unwrapped(array: "pa.Array") -> "pa.Array":
    import pyarrow as pa
    import pyarrow.compute as pc

    if isinstance(array.type, pa.BaseExtensionType):
        return _unwrapped(array.storage)
    if pa.types.is_dictionary(array.type):
        return _unwrapped(_without_views(array.dictionary).take(array.indices))
    if pa.types.is_run_end_encoded(array.type):
        return _unwrapped(pc.run_end_decode(array))
    return array


def _without_views(array: "pa.Array") -> "pa.Array":
    """Strings that Arrow can take some of: it cannot of views."""
    import pyarrow as pa

    if pa.types.is_string_view(array.type):
        return array.cast(pa.large_string())
    if pa.types.is_binary_view(array.type):
        return array.cast(pa.large_binary())
    return array


def _strings(array: "pa.Array") -> list[str | bytes | None]:
    """Strings; of those that are no UTF-8, the bytes."""
    try:
        values: list[str | bytes | None] = array.to_pylist()
    except UnicodeDecodeError:
        values = [value.as_buffer().to_pybytes() if value.is_valid else None for value in array]
    return [_decoded(value) if isinstance(value, bytes) else value for value in values]


def _decoded(value: bytes) -> str | bytes:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value


def _ids(array: "pa.Array") -> list[str | None]:
    import pyarrow as pa

    if pa.types.is_fixed_size_binary(array.type) and array.type.byte_width == 16:
        return [None if v is None else str(uuid.UUID(bytes=v)) for v in array.to_pylist()]
    if _is_number(array.type):
        return _numbers(array)
    return [value.hex() if isinstance(value, bytes) else value for value in _strings(array)]


def _hosts(array: "pa.Array") -> list[str | None]:
    return list(map(link_host, _strings(array)))


def _numbers(array: "pa.Array") -> list[str | None]:
    return [_number(value) for value in array.to_pylist()]


def _number(value: Any) -> str | None:
    """A number as text, a whole one as an integer: where one is missing, pandas has floats."""
    if value is None or isinstance(value, int):
        return None if value is None else str(value)
    if not math.isfinite(value):
        return None
    return str(int(value)) if value == int(value) else str(value)


def dates_of(array: "pa.Array") -> list[str | None]:
    """Dates as text that the native core reads."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if _is_number(array.type):
        return _numbers(array)
    if not is_day_or_time(array.type):
        return [None if isinstance(value, bytes) else value for value in _strings(array)]
    # By way of Arrow, since Python's datetime holds neither nanoseconds nor years over 9999.
    # The second cast takes the zone away and leaves UTC.
    zone = getattr(array.type, "tz", None)
    seconds = array.cast(pa.timestamp("s", zone), safe=False).cast(pa.timestamp("s"))
    form = "%Y-%m-%d" if pa.types.is_date(array.type) else "%Y-%m-%dT%H:%M:%SZ"
    iso: list[str | None] = pc.strftime(seconds, form).to_pylist()
    return iso
