"""Compressed files that Python reads and writes itself: pages and archives of pages."""

from collections.abc import Callable
from typing import BinaryIO, cast

from dedup.dump.formats import COMPRESSIONS


def decompressed(raw: BinaryIO, compression: str) -> BinaryIO:
    """Wrap a file open for reading, so that reading it decompresses, if `compression` is one."""
    if compression == ".zst":
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
