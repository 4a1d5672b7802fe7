"""The delimiter of a CSV or TSV file, and its columns, from its beginning."""

import csv
import io
import itertools
import re
from collections.abc import Sequence

from dedup._core import head
from dedup.config import Fields
from dedup.dump.inputs import Source
from dedup.errors import InputError

_USUAL = {"csv": ",", "tsv": "\t"}
_DELIMITERS = ",;\t|"
# Told by the names of the columns alone.
_RARE_DELIMITERS = "^~\x01\x1f:"
# Of a file; enough for a header and some rows.
_HEAD_BYTES = 1 << 18
# Of which one may be the header, behind a title.
_HEADER_ROWS = 10
# What Excel writes and reads above a header.
_SEPARATOR = re.compile(r'"?sep=([^\r\n"])"?\s*?(?:[\r\n]|$)', re.IGNORECASE)


def choose_delimiter(source: Source, fields: Fields) -> str | None:
    """Return what stands between the cells of a file; None for one that cannot be opened.

    The user's word, or the delimiter usual for the ending if it gives a column that is a text by
    its name, or else what Python's csv.Sniffer says. Raises InputError for a field that the user
    named and that is no column.
    """
    try:
        text, _ = head(str(source.path), _HEAD_BYTES, fields.encoding)
    except (OSError, InputError):
        return fields.delimiter
    delimiter = fields.delimiter or _delimiter(text, _USUAL[source.format], fields)
    names = _columns(text, delimiter, {name.lower() for name in fields.text_candidates})
    for name in (*fields.text, *fields.id, *fields.date, *fields.source):
        if names and name.lower() not in map(str.lower, names):
            raise InputError(
                f"{source.shown}: no column {name!r}; the columns are {_listed(names)}"
            )
    return delimiter


def _delimiter(text: str, usual: str, fields: Fields) -> str:
    told = _SEPARATOR.match(text.lstrip())
    if told and told[1].isascii():
        return told[1]
    lines = list(itertools.islice((line for line in text.splitlines() if line.strip()), 20))
    candidates = {name.lower() for name in fields.text_candidates}

    def has_text(delimiter: str) -> bool:
        return any(name.lower() in candidates for name in _columns(text, delimiter, candidates))

    if has_text(usual) or not lines:
        return usual
    likely = [delimiter for delimiter in _DELIMITERS if has_text(delimiter)]
    likely = likely or [delimiter for delimiter in _RARE_DELIMITERS if has_text(delimiter)]
    if len(likely) == 1 and any(likely[0] in line for line in lines[:_HEADER_ROWS]):
        return likely[0]
    try:
        return csv.Sniffer().sniff("\n".join(lines)[:20_000], _DELIMITERS).delimiter
    except csv.Error:
        return usual


def _columns(text: str, delimiter: str, candidates: set[str]) -> list[str]:
    """The names of the columns: the first row, or one soon behind it that names a text."""
    quote = "'" if text.lstrip().startswith("'") else '"'
    lines = io.StringIO(text.replace("\0", " "), newline="")
    rows = csv.reader(lines, delimiter=delimiter, quotechar=quote, skipinitialspace=True)
    first: list[str] = []
    filled = 0  # cells of a row above, at most
    try:
        for row in itertools.islice(filter(None, rows), _HEADER_ROWS):
            names = [name.strip() for name in row]
            if filled < len(names) and any(name.lower() in candidates for name in names):
                return names
            first = first or names
            filled = max(filled, sum(map(bool, names)))
    except csv.Error:
        pass
    return first


def _listed(names: Sequence[str]) -> str:
    short = [name if len(name) <= 30 else f"{name[:30]}…" for name in names[:12]]
    return ", ".join([*short, f"{len(names) - 12} more"] if len(names) > 12 else short)
