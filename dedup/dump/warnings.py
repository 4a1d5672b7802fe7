"""What of a pass a user should look at, a line each."""

import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from shlex import quote as _quoted
from typing import Any

from dedup._core import head, looks_like_date
from dedup.config import Fields
from dedup.dump.inputs import WEB_FORMATS, Inputs, Source, not_read
from dedup.dump.read import Read

# Names of text files that come with a dump and are no articles.
_ABOUT = ("license", "licence", "copying", "readme", "notice", "changelog", "about", "terms")
_SAMPLE_BYTES = 1 << 16
_SAMPLE_RECORDS = 20


def warnings_of(
    inputs: Inputs, done: Sequence[Read], fields: Fields, counts: Mapping[str, int]
) -> list[str]:
    """Return what is likely to be no success although nothing failed."""
    return [
        *_unread_files(inputs, done),
        *_earlier_results(inputs),
        *_few_words(counts),
        *_different_fields(done),
        *_dates(done, fields, counts),
    ]


def _unread_files(inputs: Inputs, done: Sequence[Read]) -> Iterator[str]:
    about = [read.source.name for read in done if _is_about(read.source)]
    if about and len(about) == len(done):
        yield f"only {', '.join(about[:3])} was read, which is no article by its name"
    articles = {
        ending: n for ending, n in inputs.ignored.items() if not_read({ending: 1})[-1] == ")"
    }
    if articles:
        yield f"files that may hold articles were not read: {not_read(articles)}"


def _earlier_results(inputs: Inputs) -> Iterator[str]:
    for path in inputs.results:
        yield f"the input {path} holds an earlier output, whose articles were read again"


def _is_about(source: Source) -> bool:
    name = PurePath(source.name).name.lower()
    return source.format == "txt" and name.startswith(_ABOUT)


def _few_words(counts: Mapping[str, int]) -> Iterator[str]:
    empty, articles = counts["without_words"], counts["kept"] + counts["dropped"]
    if empty > 1:
        yield f"{empty:,} of {articles:,} articles have no words: copies of one another"


def _different_fields(done: Sequence[Read]) -> Iterator[str]:
    """Say which field most files have for a role, where others have another."""
    # Web pages have fields of their own.
    done = [read for read in done if read.source.format not in WEB_FORMATS]
    for role in ("text", "id", "date"):
        files: dict[str, list[str]] = {}
        for read in done:
            used = read.fields.get(role, {})
            if read.fields:
                files.setdefault(max(used, key=lambda it: used[it], default="none"), []).append(
                    read.source.name
                )
        if len(files) > 1:
            common, *others = sorted(files.items(), key=lambda it: -len(it[1]))
            named = "; ".join(f"{name} in {_some(names)}" for name, names in others[:3])
            yield f"the {role} is {common[0]} in {_some(common[1])}, but {named}"


def _some(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names):,} files, such as {names[0]}"


def _dates(done: Sequence[Read], fields: Fields, counts: Mapping[str, int]) -> Iterator[str]:
    if counts["dated"] or fields.date:
        return
    for read in done[:3]:
        for name, values in _columns(read).items():
            is_used = name.lower() in map(str.lower, read.fields.get("date", {}))
            if not is_used and all(map(looks_like_date, values)) and _may_be_date(name, values):
                yield f"no date was read, but `{name}` looks like one: --date-field {_quoted(name)}"
                return


def _may_be_date(name: str, values: Sequence[str]) -> bool:
    """Whether these are no numbers, which may be anything, or numbers of such a name."""
    parts = ("date", "time", "publish", "day", "stamp")
    is_number = re.compile(r"[-+]?\d+(\.\d*)?(e[-+]?\d+)?", re.IGNORECASE).fullmatch
    return not any(map(is_number, values)) or any(part in name.lower() for part in parts)


def _columns(read: Read) -> dict[str, list[str]]:
    """The values that the first records of a file have in each field, as text."""
    rows: Iterator[Any]
    if read.source.format == "parquet":
        rows = _parquet_rows(read.source)
    elif read.fields:
        text, _ = head(str(read.source.path), _SAMPLE_BYTES, read.encoding)
        if read.delimiter is None:
            rows = _json_rows(text)
        else:
            rows = iter(csv.DictReader(text.splitlines(keepends=True), delimiter=read.delimiter))
    else:
        return {}
    columns: dict[str, list[str]] = {}
    for _, row in zip(range(_SAMPLE_RECORDS), rows, strict=False):
        for name, value in row.items():
            if isinstance(name, str) and isinstance(value, (str, int, float)) and value != "":
                columns.setdefault(_whole(name), []).append(_whole(str(value)))
    return columns


def _whole(text: str) -> str:
    """Without half a character, as is left where a text was cut."""
    return text.encode(errors="replace").decode()


def _json_rows(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    at = text.find("{")
    while at >= 0:
        try:
            row, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return
        yield row
        at = text.find("{", at)


def _parquet_rows(source: Source) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(source.path) as file:
            for batch in file.iter_batches(_SAMPLE_RECORDS):
                for row in batch.to_pylist():
                    yield {name: str(value) for name, value in row.items() if value is not None}
                return
    except (OSError, ValueError, pa.ArrowException):
        return
