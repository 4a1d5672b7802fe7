"""What of a pass a user should look at, a line each."""

import csv
import itertools
import json
import re
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any

from dedup._core import Pass, head, looks_like_date
from dedup.config import Fields
from dedup.dump.delimited import choose_delimiter
from dedup.dump.formats import ADVICE, WEB_FORMATS, not_read
from dedup.dump.inputs import Inputs, Source
from dedup.dump.read import Read
from dedup.errors import InputError

# Names of text files that come with a dump and are no articles.
_ABOUT = ("license", "licence", "copying", "readme", "notice", "changelog", "about", "terms")
_SAMPLE_BYTES = 1 << 16
_SAMPLE_RECORDS = 20
# Bytes: more than any article.
_LONG_FILE = 1 << 20
# Characters, on average: less is a headline.
_LONG_TEXT = 80
# Sources that are named where one is not found.
_SOURCES = 8


def warnings_of(
    inputs: Inputs, done: Sequence[Read], fields: Fields, counts: Mapping[str, int]
) -> list[str]:
    """Return what is likely to be no success although nothing failed."""
    return [
        *_nothing(counts),
        *_unread_files(inputs, done),
        *_long_files(done),
        *_earlier_results(inputs),
        *_few_words(counts),
        *_without_articles(done),
        *_different_fields(done),
        *_dates(done, fields, counts),
    ]


def unknown_sources(native: Pass, preferred: Sequence[str]) -> list[str]:
    """Say which sources are preferred that no article has, and which there are."""
    if not preferred or not len(native):
        return []
    counts = native.source_counts()
    known = {name.lower() for name in counts}
    unknown = [name for name in preferred if name.strip().lower() not in known]
    if not unknown:
        return []
    what = f"no article is of the source {_quoted(unknown)} (--prefer-source)"
    if not counts:
        return [f"{what}: none has a source; name its field with --source-field"]
    frequent = sorted(counts, key=lambda name: (-counts[name], name))[:_SOURCES]
    listed = ", ".join(f"{name} ({counts[name]:,})" for name in frequent)
    return [f"{what}; the most frequent are {listed}"]


def _quoted(names: Sequence[str]) -> str:
    return " or ".join(repr(name) for name in names)


def _nothing(counts: Mapping[str, int]) -> Iterator[str]:
    if counts["read"] == 0:
        yield "there is no article in what was read"


def _unread_files(inputs: Inputs, done: Sequence[Read]) -> Iterator[str]:
    about = [read.source.name for read in done if _is_about(read.source)]
    if about and len(about) == len(done):
        yield f"only {', '.join(about[:3])} was read, which is no article by its name"
    likely = {ending: files for ending, files in inputs.ignored.items() if ending in ADVICE}
    if likely:
        yield f"files that may hold articles were not read: {not_read(likely)}"


def _long_files(done: Sequence[Read]) -> Iterator[str]:
    long = [it.source for it in done if it.source.format == "txt" and it.source.size > _LONG_FILE]
    if long:
        yield (
            f"{_some([it.name for it in long])} was read as one article; where it holds many, make"
            " it .jsonl, on each line an object with `text`"
        )


def _earlier_results(inputs: Inputs) -> Iterator[str]:
    for path in inputs.results:
        yield f"the input {path} holds an earlier output, whose articles were read again"


def _is_about(source: Source) -> bool:
    name = PurePath(source.name).name.lower()
    return source.format == "txt" and name.startswith(_ABOUT)


def _few_words(counts: Mapping[str, int]) -> Iterator[str]:
    empty, articles = counts["without_words"], counts["kept"] + counts["dropped"]
    if empty > 1:
        yield f"{empty:,} of {articles:,} articles have no words: all of them stay"


def _without_articles(done: Sequence[Read]) -> Iterator[str]:
    """Name files that are empty, or of which all was rejected, where others were read."""
    named = [read.source.name for read in done if _has_none(read)]
    if 0 < len(named) < len(done):
        yield f"no article was read from {_some(named)}"


def _has_none(read: Read) -> bool:
    return not read.written or bool(read.fields and not read.fields.get("text"))


def _different_fields(done: Sequence[Read]) -> Iterator[str]:
    """Say which field most files have for a role, where others have another."""
    # Web pages have fields of their own; what was rejected is told of already.
    done = [it for it in done if it.source.format not in WEB_FORMATS and not _has_none(it)]
    for role in ("text", "id", "date", "source"):
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
                option = f"--date-field {shlex.quote(name)}"
                yield f"no date was read, but `{name}` looks like one: {option}"
                return


def _may_be_date(name: str, values: Sequence[str]) -> bool:
    """Whether these are no numbers, which may be anything, or numbers of such a name."""
    parts = ("date", "time", "publish", "day", "stamp")
    is_number = re.compile(r"[-+]?\d+(\.\d*)?(e[-+]?\d+)?", re.IGNORECASE).fullmatch
    return not any(map(is_number, values)) or any(part in name.lower() for part in parts)


def advice(done: Sequence[Read], fields: Fields) -> str:
    """Say what to do with files of which all was rejected; empty where nothing is known."""
    for read in done[:3]:
        try:
            advised = _advice(read, fields)
        except (OSError, InputError):
            continue
        if advised:
            return advised
    return ""


def _advice(read: Read, fields: Fields) -> str:
    if read.source.format not in ("json", "csv", "tsv"):
        return ""
    text, _ = head(str(read.source.path), _SAMPLE_BYTES, fields.encoding)
    if read.source.format == "json":
        if _BY_COLUMN.match(text):
            return 'pandas wrote it by columns; write it by orient="records", lines=True'
        if _is_by_id(text):
            return (
                "it is one object that has the articles by their ids; make lines of them:"
                " jq -c 'to_entries[] | .value + {id: .key}'"
            )
        delimiter = None
    else:
        delimiter = choose_delimiter(read.source, fields) or ","
        if _has_no_header(next(csv.reader(text.splitlines(), delimiter=delimiter), [])):
            advised = "its first line is no header: give it one"
            return (
                f"{advised}; tables of GDELT have links and no texts" if "://" in text else advised
            )
    columns = _columns_of(_rows(text, delimiter))
    long = {
        name: sum(map(len, values)) / len(values)
        for name, values in columns.items()
        if all(" " in value.strip() for value in values)
    }
    name = max(long, key=lambda it: long[it], default="")
    if name and long[name] >= _LONG_TEXT:
        return f"the longest texts are in `{name}`: --text-field {shlex.quote(name)}"
    if columns and all(map(_is_link, columns.get("url", columns.get("link", [""])))):
        return "it has links and no texts: download the pages, and scan these"
    return ""


# As pandas writes a frame unless told otherwise.
_BY_COLUMN = re.compile(r'\s*\{\s*"[^"]*"\s*:\s*\{\s*"0"\s*:')
_KEY_OF_OBJECT = re.compile(r'\s*[{,]\s*"[^"]*"\s*:\s*(?=\{)')


def _is_by_id(text: str) -> bool:
    """Whether an object begins with two of the same fields."""
    decoder, at, rows = json.JSONDecoder(), 0, []
    for _ in range(2):
        key = _KEY_OF_OBJECT.match(text, at)
        if key is None:
            return False
        try:
            row, at = decoder.raw_decode(text, key.end())
        except (ValueError, RecursionError):
            return False
        rows.append(row.keys())
    return bool(rows[0] == rows[1])


def _has_no_header(cells: Sequence[str]) -> bool:
    """Whether a third of the first cells are no names: numbers, links, texts, nothing."""
    return 3 * sum(map(_is_no_name, cells)) >= len(cells) > 1


def _is_no_name(cell: str) -> bool:
    is_number = re.fullmatch(r"-?[\d.]+", cell) is not None
    return not cell or is_number or _is_link(cell) or len(cell) >= _LONG_TEXT


def _is_link(cell: str) -> bool:
    return "://" in cell


def _columns(read: Read) -> dict[str, list[str]]:
    """The values that the first records of a file have in each field, as text."""
    rows: Iterator[Any]
    if read.source.format == "parquet":
        rows = _parquet_rows(read.source)
    elif read.fields and read.source.format not in WEB_FORMATS:
        text, _ = head(str(read.source.path), _SAMPLE_BYTES, read.encoding)
        rows = _rows(text, read.delimiter)
    else:
        return {}
    return _columns_of(rows, read.fields.get("text", {}).keys())


def _rows(text: str, delimiter: str | None) -> Iterator[Any]:
    """The records that some text has: rows where there is a delimiter, or else JSON objects."""
    if delimiter is None:
        return _json_rows(text)
    return iter(csv.DictReader(text.splitlines(keepends=True), delimiter=delimiter))


def _columns_of(rows: Iterator[Any], texts: Collection[str] = ()) -> dict[str, list[str]]:
    """Those of rows with one of the fields `texts`; of all where there is none."""
    wanted = {name.lower() for name in texts}

    def has_text(row: dict[str, str]) -> bool:
        return not wanted or any(name.lower() in wanted for name in row)

    columns: dict[str, list[str]] = {}
    for row in itertools.islice(filter(has_text, map(dict, map(_flat, rows))), _SAMPLE_RECORDS):
        for name, value in row.items():
            columns.setdefault(_whole(name), []).append(_whole(value))
    return columns


def _whole(text: str) -> str:
    """Without half a character, as is left where a text was cut."""
    return text.encode(errors="replace").decode()


_INNER = (list, Mapping)


def _flat(row: Mapping[Any, Any], above: str = "", depth: int = 3) -> Iterator[tuple[str, str]]:
    """The fields of a record that have a value, those inside others by their path."""
    for name, value in row.items():
        if isinstance(value, Mapping) and depth:
            yield from _flat(value, f"{above}{name}.", depth - 1)
        elif isinstance(name, str) and value not in (None, "") and not isinstance(value, _INNER):
            yield above + name, str(value)


def _json_rows(text: str) -> Iterator[Any]:
    """The objects that some text has one after the other, each before those in lists inside it."""
    decoder = json.JSONDecoder()
    at, failures = text.find("{"), 0
    while at >= 0 and failures < _SAMPLE_RECORDS:
        try:
            row, end = decoder.raw_decode(text, at)
            yield from _listed(row)
        except (ValueError, RecursionError):
            failures, end = failures + 1, at + 1
        at = text.find("{", end)


def _listed(row: dict[str, Any], depth: int = 3) -> Iterator[dict[str, Any]]:
    yield row
    for value in row.values():
        if isinstance(value, dict) and depth:
            yield from itertools.islice(_listed(value, depth - 1), 1, None)
        elif isinstance(value, list):
            yield from (it for it in value if isinstance(it, dict))


def _parquet_rows(source: Source) -> Iterator[Any]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(source.path) as file:
            for batch in file.iter_batches(_SAMPLE_RECORDS):
                yield from batch.to_pylist()
                return
    except (OSError, ValueError, pa.ArrowException):
        return
