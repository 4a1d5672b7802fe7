"""Reading the files of a dump into the native core."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dedup._core import Pass
from dedup.config import Fields
from dedup.dump import tables
from dedup.dump.gauge import Gauge
from dedup.dump.inputs import Source, reason_of
from dedup.errors import InputError
from dedup.table import Columns, check_named, choose_columns


@dataclass(frozen=True)
class Read:
    """A file that was read: its number in the pass, and the fields its articles came from.

    A file that could not be opened is one rejection, and is not `written`. Of a table, `state` is
    what tells whether it is the same when it is written.
    """

    source: Source
    number: int
    fields: dict[str, Any]
    written: bool = True
    state: str = ""


def read_all(
    native: Pass,
    sources: Sequence[Source],
    fields: Fields,
    gauge: Gauge,
    after_each: Callable[[], None] = lambda: None,
) -> list[Read]:
    """Read every file into the pass. Raises InputError when a named field is nowhere.

    What is wrong with a single record, or a single file, becomes a rejection.
    """
    # Tables first: a column named wrong is known before anything long has begun.
    columns = {source.name: _columns(source, fields) for source in sources if _is_table(source)}
    gauge.start("read")
    done: list[Read] = []
    for source in sources:
        gauge.next_file(source.size)
        done.append(_read(native, source, columns.get(source.name), fields, gauge))
        after_each()
    _check_jsonl_fields(done, fields)
    return done


def _is_table(source: Source) -> bool:
    return source.format not in ("jsonl", "txt")


def _columns(source: Source, fields: Fields) -> Columns | str | None:
    """Choose the columns of a table; a reason when it cannot be read, None when it is empty."""
    try:
        schema = tables.schema(source)
    except (OSError, EOFError, ValueError) as error:
        return f"not a readable .{source.format} file: {reason_of(error)}"
    if not schema.names:
        return None
    try:
        check_named(schema, fields)
    except InputError as error:
        raise InputError(f"{source.path}: {error}") from None
    try:
        return choose_columns(schema, fields)
    except InputError as error:
        return str(error)


def _read(
    native: Pass, source: Source, columns: Columns | str | None, fields: Fields, gauge: Gauge
) -> Read:
    unreadable = columns if isinstance(columns, str) else _unopenable(source)
    if unreadable is not None:
        number = native.add_table(source.name)
        native.reject(number, 0, unreadable, "")
        return Read(source, number, {}, written=False)
    if source.format == "txt":
        return Read(source, native.add_text_file(str(source.path), source.name), {})
    if source.format == "jsonl":
        number = _add_jsonl(native, source, fields)
        return Read(source, number, native.fields(number))
    number = native.add_table(source.name)
    if not isinstance(columns, Columns):
        return Read(source, number, {}, state=tables.state(source))
    state = tables.read(native, number, source, columns, gauge.at)
    used = {role: dict(counts.most_common()) for role, counts in columns.used.items()}
    return Read(source, number, used, state=state)


def _unopenable(source: Source) -> str | None:
    try:
        source.path.open("rb").close()
    except OSError as error:
        return f"the file cannot be read: {reason_of(error)}"
    return None


def _add_jsonl(native: Pass, source: Source, fields: Fields) -> int:
    return native.add_jsonl(
        str(source.path),
        source.name,
        text_fields=fields.text_candidates,
        id_fields=fields.id_candidates,
        date_fields=fields.date_candidates,
        explicit=bool(fields.text),
    )


def _check_jsonl_fields(done: Sequence[Read], fields: Fields) -> None:
    """Raise InputError for an id or date field that the user named and no JSONL file has.

    A text field that is missing needs no check: all its records are rejected.
    """
    found = [read.fields for read in done if read.fields.get("text")]
    for role, names in (("id", fields.id), ("date", fields.date)):
        if names and found and not any(roles.get(role) for roles in found):
            raise InputError(f"no record has the field {names[0]!r} (--{role}-field)")
