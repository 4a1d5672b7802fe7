"""The delimiter of a CSV or TSV file, and its columns, from its beginning."""

import csv
import itertools

from dedup._core import head
from dedup.config import Fields
from dedup.dump.inputs import Source
from dedup.errors import InputError

_USUAL = {"csv": ",", "tsv": "\t"}
_DELIMITERS = ",;\t|"
# Of a file; enough for a header and some rows.
_HEAD_BYTES = 1 << 18


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
    names = _columns(text, delimiter)
    for name in (*fields.text, *fields.id, *fields.date):
        if names and name.lower() not in map(str.lower, names):
            raise InputError(
                f"{source.shown}: no column {name!r}; the columns are {', '.join(names)}"
            )
    return delimiter


def _delimiter(text: str, usual: str, fields: Fields) -> str:
    lines = list(itertools.islice((line for line in text.splitlines() if line.strip()), 20))
    candidates = {name.lower() for name in fields.text_candidates}

    def has_text(delimiter: str) -> bool:
        return any(name.lower() in candidates for name in _columns(text, delimiter))

    if has_text(usual) or not lines:
        return usual
    likely = [delimiter for delimiter in _DELIMITERS if has_text(delimiter)]
    if len(likely) == 1 and likely[0] in lines[0]:
        return likely[0]
    try:
        return csv.Sniffer().sniff("\n".join(lines)[:20_000], _DELIMITERS).delimiter
    except csv.Error:
        return usual


def _columns(text: str, delimiter: str) -> list[str]:
    try:
        rows = csv.reader(text.splitlines(keepends=True), delimiter=delimiter)
        return [name.strip() for name in next((row for row in rows if row), [])]
    except csv.Error:
        return []
