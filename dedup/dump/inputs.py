"""From the inputs a user names to the files to read, each with the name its results go by."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO, Literal, cast

from dedup.errors import InputError

# The name that the articles of standard input go by.
STDIN = "stdin.jsonl"

Format = Literal["jsonl", "csv", "tsv", "parquet", "txt", "warc", "html"]

FORMATS: dict[str, Format] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
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


@dataclass(frozen=True)
class Source:
    """A file to read. `name` is its place below clean/ and what ids and rejections call it."""

    path: Path
    name: str
    format: Format
    compression: str
    size: int


@dataclass(frozen=True)
class Inputs:
    """The files to read, in order, and how many in folders were no articles by their ending."""

    sources: list[Source]
    ignored: int


@dataclass
class _Found:
    """A file and how many of the last parts of its path make its name."""

    path: Path
    kind: tuple[Format, str]
    parts: tuple[str, ...]
    depth: int

    @property
    def name(self) -> str:
        return "/".join(self.parts[-self.depth :])


def expand(inputs: Sequence[str], spool: Path, output: Path | None = None) -> Inputs:
    """List the files of `inputs`: files, folders, and `-`, which is copied into the folder `spool`.

    Folders are read with all folders in them, in the order of names, without hidden files and
    without the folder `output`. A file that several inputs hold is read once. Raises InputError
    for an input that is missing, no article file by its ending, in `output`, or a folder without
    any.
    """
    found: dict[str, _Found] = {}
    ignored = 0
    for given in inputs:
        if given == "-":
            if "-" not in found:
                # A pass that is resumed has read it before.
                path = spool / STDIN
                path = path if path.exists() else _spool_stdin(spool)
                found["-"] = _Found(path, ("jsonl", ""), (path.name,), 1)
            continue
        paths, base = _files(given, output)
        articles = [(path, kind) for path in paths if (kind := kind_of(path.name)) is not None]
        ignored += len(paths) - len(articles)
        if not articles:
            raise InputError(_no_articles(given, base))
        for path, kind in articles:
            depth = 1 if base is None else len(path.parts) - len(base.parts)
            found.setdefault(os.path.realpath(path), _Found(path, kind, path.parts[1:], depth))
    if output is not None:
        _check_apart(found, output)
    return Inputs(_named(list(found.values())), ignored)


def _spool_stdin(folder: Path) -> Path:
    """Copy standard input to a file: the core reads its input twice, a pipe is read once."""
    path = folder / STDIN
    with path.open("wb") as file:
        shutil.copyfileobj(sys.stdin.buffer, file, 1 << 20)
    return path


def _check_apart(found: dict[str, _Found], output: Path) -> None:
    """Raise InputError for an input in the output folder, where --force might replace it."""
    folder = os.path.realpath(output)
    for real, file in found.items():
        if real.startswith(folder + os.sep):
            raise InputError(f"the input {file.path} is in the output folder; choose another -o")


def _files(given: str, output: Path | None) -> tuple[list[Path], Path | None]:
    path = Path(os.path.abspath(given))
    if path.is_dir():
        seen = set() if output is None else {os.path.realpath(output)} - {os.path.realpath(path)}
        return list(_walk(path, seen)), path
    if not path.exists():
        raise InputError(f"no such file or folder: {given}")
    return [path], None


def _walk(folder: Path, seen: set[str]) -> Iterator[Path]:
    # Linked folders are followed, so their articles are not lost; `seen` stops circles of links.
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(f"cannot list the folder {folder}: {error.strerror}") from None
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(folder / entry.name, seen)
        # A link to nothing is kept: reading it fails, and is reported. Pipes and devices are not.
        elif entry.is_file() or entry.is_symlink():
            yield folder / entry.name


def _no_articles(given: str, base: Path | None) -> str:
    if base is None:
        return f"{given} has none of the endings {ENDINGS_HELP} (`-` reads JSONL on standard input)"
    return f"no article file in the folder {given}: none ends in {ENDINGS_HELP}"


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


def _named(files: list[_Found]) -> list[Source]:
    while clashing := _clashing(files):
        deeper = [file for file in clashing if file.depth < len(file.parts)]
        if not deeper:
            raise InputError(f"two inputs would both be written to clean/{clashing[0].name}")
        for file in deeper:
            file.depth += 1
    return [_source(file) for file in files]


def _clashing(files: list[_Found]) -> list[_Found]:
    """Return the files whose name another has, or needs as a folder."""
    names = Counter(file.name for file in files)
    folders = {str(parent) for name in names for parent in PurePath(name).parents}
    return [file for file in files if names[file.name] > 1 or file.name in folders]


def _source(file: _Found) -> Source:
    try:
        size = file.path.stat().st_size
    except OSError:
        size = 0
    return Source(file.path, file.name, *file.kind, size)


def decompressed(raw: BinaryIO, compression: str) -> BinaryIO:
    """Wrap a file open for reading, so that reading it decompresses, if `compression` is one."""
    if compression == ".zst":
        # Python has no zstd of its own before 3.14.
        import pyarrow as pa

        return cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(raw), "zstd"))
    return cast(BinaryIO, _opener(compression)(raw, "rb")) if compression in COMPRESSIONS else raw


def compressed(raw: BinaryIO, compression: str) -> BinaryIO:
    """Wrap a file open for writing, so that writing to it compresses. Close it before `raw`."""
    if compression == ".zst":
        import pyarrow as pa

        return cast(BinaryIO, pa.CompressedOutputStream(pa.PythonFile(raw), "zstd"))
    return cast(BinaryIO, _opener(compression)(raw, "wb")) if compression in COMPRESSIONS else raw


def _opener(compression: str) -> Callable[..., object]:
    if compression == ".gz":
        import gzip

        return gzip.open
    if compression == ".bz2":
        import bz2

        return bz2.open
    import lzma

    return lzma.open


def reason_of(error: Exception) -> str:
    """Return why a file could not be read, on one line, without the path the user gave."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split()) or type(error).__name__
