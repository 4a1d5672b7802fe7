"""What a file is by its name, and what to do with those that are not read."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from dedup import extras

Format = Literal["json", "csv", "tsv", "parquet", "txt", "warc", "html"]

FORMATS: dict[str, Format] = {
    ".jsonl": "json",
    ".ndjson": "json",
    ".jl": "json",
    ".jsonlines": "json",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".txt": "txt",
    ".warc": "warc",
    ".wet": "warc",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
}
# Read by dedup.dump.web, with the extra that it needs.
WEB_FORMATS = ("warc", "html")
COMPRESSIONS = (".gz", ".zst", ".bz2", ".xz")

ENDINGS_HELP = (
    f"{', '.join(FORMATS)}; all but .parquet also compressed as {', '.join(COMPRESSIONS)}"
)

# What to do with files of articles that are not read.
ADVICE = {
    **dict.fromkeys((".xlsx", ".xls", ".xlsm", ".ods", ".numbers"), "save the sheets as .csv"),
    **dict.fromkeys((".zip", ".tar", ".tgz", ".7z", ".rar"), "unpack first"),
    **dict.fromkeys((".feather", ".arrow", ".avro", ".orc"), "save as .parquet"),
    **dict.fromkeys((".db", ".sqlite", ".sqlite3", ".duckdb"), "export the table as .parquet"),
    **dict.fromkeys(
        (".xml", ".rss", ".atom", ".nitf", ".nml", ".sgm", ".sgml"),
        "convert to .jsonl, on each line an object with `text` and `date`",
    ),
    **dict.fromkeys((".pdf", ".doc", ".docx", ".odt", ".rtf", ".epub"), "save as .txt"),
    **dict.fromkeys((".html", ".htm", ".xhtml", ".warc", ".wet"), extras.install("web")),
    **dict.fromkeys((".pkl", ".pickle", ".npy", ".rds"), "save as .parquet"),
}


def kind_of(name: str) -> tuple[Format, str] | None:
    """Return the format and compression a file name tells, or None."""
    stem, ending = os.path.splitext(name.lower())
    compression = ""
    if ending in COMPRESSIONS:
        compression, ending = ending, os.path.splitext(stem)[1]
    format_ = FORMATS.get(ending)
    if format_ is None or (format_ == "parquet" and compression):
        return None
    return format_, compression


def extras_of(format_: Format, compression: str) -> list[str]:
    """The extras that bring what reads such a file."""
    wanted = ["web"] if format_ in WEB_FORMATS else []
    # Python has no zstd of its own before 3.14.
    if format_ == "parquet" or (wanted and compression == ".zst"):
        wanted.append("parquet")
    return wanted


def ending_of(path: Path) -> str:
    """Return what a file is by its name, but for its compression: its ending, or all of it."""
    stem, ending = os.path.splitext(path.name.lower())
    return os.path.splitext(stem)[1] or ending if ending in COMPRESSIONS else ending or path.name


def not_read(ignored: Mapping[str, int], advises: bool = True) -> str:
    """Say how many files of which endings were not read, and what to do about them."""
    most = sorted(ignored.items(), key=lambda it: (it[0] not in ADVICE, -it[1]))
    shown = [
        f"{count:,} {ending}" + (f" ({ADVICE[ending]})" if advises and ending in ADVICE else "")
        for ending, count in most[:4]
    ]
    rest = sum(count for _, count in most[4:])
    others = f"{rest:,} other" + ("s" if rest != 1 else "")
    return ", ".join([*shown, others] if rest else shown)


def reason_of(error: object) -> str:
    """Return why a file could not be read, on one line, without the path the user gave."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__
