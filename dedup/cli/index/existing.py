"""An index that must be there."""

from dedup.index import Index


def open_existing(path: str) -> Index:
    """Open an index to write; unlike Index.open make none of a path that was mistyped."""
    Index.open(path, read_only=True).close()
    return Index.open(path)
