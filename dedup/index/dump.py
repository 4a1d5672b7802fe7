"""An index as a pass over a dump works with it."""

from collections.abc import Collection
from dataclasses import asdict, replace
from datetime import timedelta
from os import PathLike
from typing import Any

from dedup.config import Options
from dedup.index.index import Index
from dedup.index.storage import Storage


def open_index(
    path: str | PathLike[str],
    options: Options,
    given: Collection[str] = (),
    *,
    texts: bool | None = None,
    read_only: bool = False,
) -> Index:
    """Open an index with those options of a pass that were given, or are not the usual ones."""
    usual, all_options = asdict(Options()), asdict(options)
    wanted: dict[str, Any] = {
        name: all_options[name]
        for name in options.for_index
        if (name in given or all_options[name] != usual[name]) and all_options[name] is not None
    }
    if "window" in given:  # None is none
        wanted["window"] = options.window
    if texts is not None and ("texts" in given or not texts):
        wanted["texts"] = texts
    return Index.open(path, **wanted, threads=options.threads, read_only=read_only)


def options_of(index: Index, options: Options) -> Options:
    """Return the options of a pass with those that the index was made with."""
    *values, _ = storage_of(index).options()
    made: dict[str, Any] = dict(zip(options.for_index, values, strict=True))
    if made["window"] is not None:
        made["window"] = timedelta(seconds=made["window"])
    return replace(options, **made)


def storage_of(index: Index) -> Storage:
    """Return what the native core works with."""
    return index._storage
