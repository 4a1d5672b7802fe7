"""From the inputs a user names to the files to read, each with the name its results go by."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from dedup import extras
from dedup.config import DATE_FIELDS
from dedup.dump import remote
from dedup.dump.formats import (
    ADVICE,
    ENDINGS_HELP,
    WEB_FORMATS,
    Format,
    ending_of,
    kind_of,
    not_read,
)
from dedup.dump.objects import Object, is_url, masked
from dedup.dump.paths import printable, reachable, within
from dedup.dump.unchanged import Stamp, stamp_of
from dedup.errors import InputError

# The name that the articles of standard input go by.
STDIN = "stdin.jsonl"

# The folder, among the temporary files, of what was elsewhere.
DOWNLOADS = "remote"

_DAY = ("year", "month", "day")


@dataclass(frozen=True, slots=True)  # there may be a million
class Source:
    """A file to read. `name` is what ids and rejections call it, and `place` where it comes below
    clean/: the same but for names that are no valid text. `stamp` is its state when it was found.
    `date` is that of its articles which have none, as a folder named date=2020-03-01 tells it.
    One that is elsewhere is `remote`, and comes to `path` when it is downloaded.
    """

    path: Path
    name: str
    format: Format
    compression: str
    size: int
    place: str
    stamp: Stamp | None
    date: str | None = None
    remote: Object | None = None

    @property
    def shown(self) -> str:
        """What an error calls it."""
        return str(self.path) if self.remote is None else self.remote.url


@dataclass(frozen=True)
class Inputs:
    """The files to read, in order, how many in folders were no articles, by their ending,
    and the folders among them that hold the results of a pass.
    """

    sources: list[Source]
    ignored: dict[str, int]
    results: tuple[Path, ...] = ()


@dataclass(slots=True)
class _Found:
    """A file and how many of the last parts of its path make its name."""

    path: Path
    kind: tuple[Format, str]
    parts: tuple[str, ...]
    depth: int
    remote: Object | None = None

    @property
    def name(self) -> str:
        return "/".join(self.parts[-self.depth :])


def expand(inputs: Sequence[str], spool: Path, output: Path | str | None = None) -> Inputs:
    """List the files of `inputs`: files, folders, URLs, whose files come into the folder `spool`
    when they are downloaded, and `-`, which is copied into it.

    Folders are read with all folders in them, in the order of names, without hidden files and
    without the folder `output`. A file that several inputs hold is read once. Raises InputError
    for an input that is missing, no article file by its ending, in `output`, or a folder without
    any.
    """
    found: dict[str, _Found] = {}
    ignored: Counter[str] = Counter()
    reals: dict[str, str] = {}
    results: list[Path] = []
    for given in inputs:
        if given == "-":
            if "-" not in found:
                # A pass that is resumed has read it before.
                path = spool / STDIN
                path = path if path.exists() else _spool_stdin(spool)
                found["-"] = _Found(path, ("json", ""), (path.name,), 1)
        elif is_url(given):
            ignored += _add_objects(found, given, spool, output)
        else:
            folder = output if isinstance(output, Path) else None
            ignored += _add_files(found, given, folder, results, reals)
    if isinstance(output, Path):
        _check_apart(found, output)
    return Inputs(_named(list(found.values())), dict(ignored.most_common()), tuple(results))


def _add_objects(
    found: dict[str, _Found], given: str, spool: Path, output: Path | str | None
) -> Counter[str]:
    """Add the files of a URL to those found; return how many are none, by their ending."""
    kinds = [(it, kind_of(it.parts[-1])) for it in remote.find(given, output)]
    # A folder may be marked by an empty object.
    others = Counter(
        ending_of(Path(it.parts[-1])) for it, kind in kinds if kind is None and it.size != 0
    )
    if all(kind is None for _, kind in kinds):
        raise InputError(_no_articles(masked(given), None, others))
    for it, kind in kinds:
        if kind is not None:
            path = spool / DOWNLOADS / f"{len(found):08}.{kind[0]}{kind[1]}"
            found.setdefault(f"{it.url}\0{it.key}", _Found(path, kind, it.parts, it.depth, it))
    return others


def _add_files(
    found: dict[str, _Found],
    given: str,
    output: Path | None,
    results: list[Path],
    reals: dict[str, str],
) -> Counter[str]:
    """Add a file, or those of a folder, to those found; return how many are none, by their
    ending.
    """
    paths, base = _files(given, output, results)
    # Pages in a folder of other things are no reason to fail where nothing reads them.
    reads_pages = base is None or extras.is_installed("web")
    articles, others = [], Counter[str]()
    for path in paths:
        kind = kind_of(path.name)
        if kind is None or not (reads_pages or kind[0] not in WEB_FORMATS):
            others[ending_of(path)] += 1
        else:
            articles.append((path, kind))
    if not articles:
        raise InputError(_no_articles(given, base, others))
    for path, kind in articles:
        depth = 1 if base is None else len(path.parts) - len(base.parts)
        found.setdefault(_realpath(str(path), reals), _Found(path, kind, path.parts[1:], depth))
    return others


def _spool_stdin(folder: Path) -> Path:
    """Copy standard input to a file: the core reads its input twice, a pipe is read once."""
    if sys.stdin is None:
        raise InputError("standard input is closed")
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


def _files(given: str, output: Path | None, results: list[Path]) -> tuple[list[Path], Path | None]:
    if not given:
        raise InputError("an input has no name; name a file or a folder")
    path = Path(os.path.abspath(given))
    if path.is_dir():
        seen = set()
        if output is not None and output.exists() and not output.samefile(path):
            seen.add(_identity(output))
        return list(_walk(path, seen, results)), path
    if not path.exists():
        raise InputError(f"no such file or folder: {given}")
    if not path.is_file() and kind_of(path.name) is not None:
        # It would be waited for, and can be read only once.
        raise InputError(f"{given} is no file; `-` reads JSONL from a pipe")
    return [path], None


def _walk(folder: Path, seen: set[tuple[int, int]], results: list[Path]) -> Iterator[Path]:
    """All files in a folder and the folders in it; those that a pass wrote are added to `results`.

    Linked folders are followed, so their articles are not lost; `seen` stops circles of links.
    """
    waiting = [(folder, True)]
    while waiting:
        path, is_folder = waiting.pop()
        if not is_folder:
            yield path
            continue
        try:
            identity, entries = _list(path)
        except OSError as error:
            raise InputError(f"cannot list the folder {path}: {error.strerror}") from None
        if identity in seen:
            continue
        seen.add(identity)
        if ("clean", True) in entries and ("summary.json", False) in entries:
            results.append(path)
        waiting += [(path / name, is_inner) for name, is_inner in reversed(entries)]


def _list(folder: Path) -> tuple[tuple[int, int], list[tuple[str, bool]]]:
    """What a folder is, and the names in it that a pass looks at, each with whether it is one."""
    with within(folder) as path, os.scandir(path) as entries:
        found = [
            (entry.name, _is_folder(entry))
            for entry in entries
            if not entry.name.startswith(".") and _is_of_use(entry)
        ]
        return _identity(path), sorted(found)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _is_of_use(entry: os.DirEntry[str]) -> bool:
    # A link to nothing is kept: reading it fails, and is reported. Pipes and devices are not.
    return entry.is_symlink() or entry.is_dir() or entry.is_file()


def _identity(path: Path) -> tuple[int, int]:
    found = os.stat(path)
    return found.st_dev, found.st_ino


def _realpath(path: str, known: dict[str, str]) -> str:
    """os.path.realpath, which asks for every folder of a path again each time."""
    folder, name = os.path.split(path)
    if folder not in known:
        above = known.get(os.path.dirname(folder))
        is_plain = above is not None and not os.path.islink(folder)
        known[folder] = (
            os.path.join(above, os.path.basename(folder))
            if above is not None and is_plain
            else os.path.realpath(folder)
        )
    return os.path.realpath(path) if os.path.islink(path) else os.path.join(known[folder], name)


def _no_articles(given: str, base: Path | None, others: Mapping[str, int]) -> str:
    if base is None:
        advice = ADVICE.get(next(iter(others), ""))
        return (
            f"{given} is not read: "
            + (f"{advice}; " if advice else "")
            + f"read are {ENDINGS_HELP} (`-` reads JSONL on standard input)"
        )
    found = f" but {not_read(others)}" if others else ""
    return f"no article file in the folder {given}{found}: read are {ENDINGS_HELP}"


def _named(files: list[_Found]) -> list[Source]:
    while clashing := _clashing(files):
        deeper = [file for file in clashing if file.depth < len(file.parts)]
        if not deeper:
            raise InputError(
                f"two inputs would both be written to clean/{printable(clashing[0].name)}"
            )
        for file in deeper:
            file.depth += 1
    return [_source(file) for file in files]


def _clashing(files: list[_Found]) -> list[_Found]:
    """Return the files whose name another has, or needs as a folder."""
    names = Counter(file.name for file in files)
    folders: set[str] = set()
    for name in names:
        while (name := name.rpartition("/")[0]) and name not in folders:
            folders.add(name)
    return [file for file in files if names[file.name] > 1 or file.name in folders]


def _source(file: _Found) -> Source:
    date = _folder_date(file.parts[:-1])
    if file.remote is not None:
        size = file.remote.size or 0
        return Source(
            file.path, file.name, *file.kind, size, file.name, None, date, remote=file.remote
        )
    try:
        path = reachable(file.path, as_utf8=file.kind[0] == "parquet")
    except OSError:  # reading it fails, and is reported
        path = file.path
    stamp = stamp_of(path)
    size = 0 if stamp is None else stamp[2]
    return Source(path, printable(file.name), *file.kind, size, file.name, stamp, date)


def _folder_date(folders: Sequence[str]) -> str | None:
    """The date that folders named key=value tell, as Hive and Spark write them; None for none."""
    values = {}
    for folder in folders:
        key, equals, value = folder.partition("=")
        if equals and value != "__HIVE_DEFAULT_PARTITION__":
            values[key.lower()] = unquote(value)
    if not values:
        return None
    named = next((values[name.lower()] for name in DATE_FIELDS if name.lower() in values), None)
    if named is None and all(name in values for name in _DAY):
        return "-".join(values[name].zfill(2) for name in _DAY)
    return named
