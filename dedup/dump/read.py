"""Reading the files of a dump into the native core."""

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dedup import extras
from dedup._core import Pass
from dedup.config import Fields
from dedup.dump import tables
from dedup.dump.delimited import choose_delimiter
from dedup.dump.formats import WEB_FORMATS, Format, extras_of, reason_of
from dedup.dump.gauge import Gauge
from dedup.dump.inputs import Source
from dedup.dump.remote import Downloads
from dedup.errors import InputError
from dedup.table import Columns, check_named, choose_columns

if TYPE_CHECKING:
    from dedup.dump import web


@dataclass(frozen=True, slots=True)  # there may be a million
class Read:
    """A file that was read: its number in the pass, and how.

    `fields` tells for each role, text, id, date, and source where that is read, how many records
    each field was used for; `others` are records that are no articles. A file that could not be
    opened is one rejection, and is not `written`. Where Python read it, `state` tells whether it is
    the same when it is written.
    """

    source: Source
    number: int
    fields: dict[str, dict[str, int]] = field(default_factory=dict)
    delimiter: str | None = None
    encoding: str | None = None
    written: bool = True
    state: str = ""
    others: int = 0


def read_all(
    native: Pass,
    sources: Sequence[Source],
    fields: Fields,
    gauge: Gauge,
    after_each: Callable[[], None] = lambda: None,
    threads: int = 0,
) -> list[Read]:
    """Read every file into the pass. Raises InputError when a named field is nowhere, and when what
    reads a file is not installed.

    What is wrong with a single record, or a single file, becomes a rejection.
    """
    _check_installed(sources)
    # Tables first: a column named wrong is known before anything long has begun.
    # Not those that are elsewhere: each is looked at when it is there.
    heads = {it.name: _head(it, fields) for it in sources if it.remote is None}
    gauge.start("read")
    done: list[Read] = []
    with Downloads(sources) as downloads, ExitStack() as stack:
        pages = _page_reader(native, sources, fields, threads, gauge, stack)
        for source in sources:
            gauge.next_file(source.size)
            missing = downloads.wait(source, gauge.at)
            if missing is not None:
                read = _unreadable(native, source, missing)
            elif pages is not None and source.format in WEB_FORMATS:
                read = _read_web(native, source, pages, fields)
            else:
                head = heads[source.name] if source.name in heads else _head(source, fields)
                read = _read(native, source, head, fields, gauge)
            if done and read.fields == done[-1].fields:
                read = replace(read, fields=done[-1].fields)  # one in memory for files alike
            done.append(read)
            after_each()
    _check_fields(done, fields)
    return done


def _check_installed(sources: Sequence[Source]) -> None:
    kinds: dict[tuple[Format, str], Source] = {}
    for source in sources:
        kinds.setdefault((source.format, source.compression), source)
    for kind, source in kinds.items():
        if os.name != "posix" and source.format in WEB_FORMATS:
            raise InputError(f"{source.shown}: web pages are read on Linux and macOS alone")
        for extra in extras_of(*kind):
            extras.check(source.shown, extra)


def _head(source: Source, fields: Fields) -> "Columns | str | None":
    """Look at how a table begins: the columns of Parquet, or why they cannot be read; the delimiter
    of rows. None where there is nothing to know.
    """
    if source.format == "parquet":
        return _columns(source, fields)
    if source.format in ("csv", "tsv"):
        return choose_delimiter(source, fields)
    return None


def _read(
    native: Pass, source: Source, head: Columns | str | None, fields: Fields, gauge: Gauge
) -> Read:
    if source.format == "parquet":
        return _read_table(native, source, head, fields, gauge)
    return _read_file(native, source, head if isinstance(head, str) else None, fields)


def _read_file(native: Pass, source: Source, delimiter: str | None, fields: Fields) -> Read:
    try:
        source.path.open("rb").close()
    except OSError as error:
        return _unreadable(native, source, f"the file cannot be read: {reason_of(error)}")
    if source.format == "txt":
        return Read(source, native.add_text_file(str(source.path), source.name, source.date))
    number = native.add_records(
        str(source.path),
        source.name,
        source.format,
        text_fields=fields.text_candidates,
        id_fields=fields.id_candidates,
        date_fields=fields.date_candidates,
        source_fields=fields.source_candidates,
        link_fields=fields.link_candidates,
        joins_texts=bool(fields.text),
        delimiter=delimiter,
        encoding=fields.encoding,
        date=source.date,
    )
    layout = native.layout(number)
    if layout is None:
        return Read(source, number)
    used, delimiter, encoding = layout
    roles = dict(zip(("text", "id", "date", "source"), map(dict, used), strict=True))
    if not fields.reads_source:
        del roles["source"]
    return Read(source, number, roles, delimiter, encoding)


def _unreadable(native: Pass, source: Source, reason: str) -> Read:
    number = native.add_table(source.name)
    native.reject(number, 0, reason, "")
    return Read(source, number, written=False)


def _page_reader(
    native: Pass,
    sources: Sequence[Source],
    fields: Fields,
    threads: int,
    gauge: Gauge,
    stack: ExitStack,
) -> "web.Reader | None":
    if not any(source.format in WEB_FORMATS for source in sources):
        return None
    # What it imports takes as long as a small pass.
    from dedup.dump import web

    reader = web.Reader(native, sources, threads, gauge.at, fields.reads_source)
    return stack.enter_context(reader)


def _read_web(native: Pass, source: Source, pages: "web.Reader", fields: Fields) -> Read:
    number = native.add_table(source.name, source.date)
    told = pages.read(number, source)
    used = pages.fields(source) if told.opened else {}
    if fields.reads_source and used:
        used = {**used, "source": ["host of the page"]}
    counted = {role: dict.fromkeys(names, told.articles) for role, names in used.items()}
    return Read(source, number, counted, written=told.opened, state=told.digest, others=told.others)


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
        raise InputError(f"{source.shown}: {error}") from None
    try:
        return choose_columns(schema, fields)
    except InputError as error:
        return str(error)


def _read_table(
    native: Pass, source: Source, columns: Columns | str | None, fields: Fields, gauge: Gauge
) -> Read:
    if isinstance(columns, str):
        return _unreadable(native, source, columns)
    if columns is None:
        number = native.add_table(source.name, source.date)
        return Read(source, number, state=tables.state(source))
    date_field = "\n".join(column.name for column in columns.date) or None
    number = native.add_table(source.name, source.date, date_field)
    state = tables.read(native, number, source, columns, gauge.at)
    used = {role: dict(counts.most_common()) for role, counts in columns.used.items()}
    return Read(source, number, used, state=state)


def _check_fields(done: Sequence[Read], fields: Fields) -> None:
    """Raise InputError for an id, date or source field that the user named and no record has.

    A text field that is missing needs no check: all its records are rejected.
    """
    found = [read.fields for read in done if any(read.fields.get("text", {}).values())]
    named = (("id", fields.id), ("date", fields.date), ("source", fields.source))
    for role, names in named:
        if names and found and not any(roles.get(role) for roles in found):
            raise InputError(f"no record has the field {names[0]!r} (--{role}-field)")
