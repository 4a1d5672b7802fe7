"""An index in a file, as a pass over a dump works with it."""

from dataclasses import asdict, replace
from datetime import timedelta
from os import PathLike
from typing import Any

from dedup import _core
from dedup.config import Options
from dedup.errors import StorageError
from dedup.index.index import Index


def open_index(
    path: str | PathLike[str], options: Options, texts: bool = True, read_only: bool = False
) -> Index:
    """Open an index with the options of a pass, where no keep rule stands for `earliest`."""
    given = {**asdict(options), "keep": options.keep or "earliest"}
    del given["memory"], given["unique_ids"], given["date_order"]
    return Index.open(path, **given, texts=texts, read_only=read_only)


def options_of(index: Index, options: Options) -> Options:
    """Return the options of a pass with those that the index was made with."""
    *values, _ = core_of(index).options()
    made: dict[str, Any] = dict(zip(options.for_index, values, strict=True))
    if made["window"] is not None:
        made["window"] = timedelta(seconds=made["window"])
    return replace(options, **made)


def core_of(index: Index) -> _core.Index:
    """Return what a pass works with. Raises StorageError for an index in a database."""
    core = index._open
    if not isinstance(core, _core.Index):
        raise StorageError("a dump is compared with an index in a file, not with a database")
    return core
