"""Web archives and saved pages between disk and the native core.

As with tables, the first reading gives the core what it compares, the second copies what is kept.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as StillAtWork
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, NamedTuple, cast

import xxhash

from dedup._core import MAX_RECORD, Pass
from dedup.article import link_host
from dedup.dump.archive import RAW_START, READ_ERRORS, Archive, Damage, Record
from dedup.dump.compression import compressed, decompressed
from dedup.dump.extractor import PAGE, RECORD, Extracted, Extractors
from dedup.dump.formats import reason_of
from dedup.dump.inputs import Source
from dedup.errors import InputError

# Pages that are under way at once, and their bytes.
_AHEAD = 64
_AHEAD_BYTES = 2 * MAX_RECORD
# Rows that are given to the core at once, and the bytes of their texts.
_ROWS = 256
_ROWS_BYTES = 4 << 20

_FIELDS = {
    "warc": {"text": ["main text"], "id": ["WARC-Target-URI"], "date": ["of the page"]},
    "html": {"text": ["main text"], "id": ["file name"], "date": ["of the page"]},
}


class Told(NamedTuple):
    """What a file was read as: whether it could be opened, how many of its records are no articles
    and are copied as they are, the hash of what was read, and how many articles there are.
    """

    opened: bool = True
    others: int = 0
    digest: str = ""
    articles: int = 0


@dataclass
class _Job:
    """An article under way: `work` reads its page; a text, or a failure, needs none."""

    id: str | None = None
    data: bytes = b""
    digest: str = ""
    work: "Future[Extracted] | None" = None
    text: str | bytes | None = None
    date: str | None = None
    url: str | None = None
    failure: str = ""


class Reader:
    """Gives the pages of `sources` to the native core; files of one page are read ahead.

    `at` is told how far the file is, and raises KeyboardInterrupt to stop it all.
    """

    def __init__(
        self,
        native: Pass,
        sources: Sequence[Source],
        threads: int,
        at: Callable[[float], None],
        with_source: bool,
    ) -> None:
        self._native = native
        self._with_source = with_source
        self._at = at
        self._done = 0.0
        self._others = 0
        self._extractors = Extractors(threads)
        here = (it for it in sources if it.format == "html" and it.remote is None)
        self._pages = _ahead(map(self._saved, here))

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, *_: object) -> None:
        self._extractors.close()

    def read(self, number: int, source: Source) -> Told:
        """Read a file into the table of a number; of `sources`, in their order."""
        self._done, self._others = 0.0, 0
        if source.format == "html":
            # One that is elsewhere has just come.
            job = next(self._pages) if source.remote is None else self._saved(source)
            opened = bool(job.digest)
            articles = self._add(number, [job], 1 if opened else 0)
            return Told(opened, 0, job.digest, articles)
        try:
            archive = Archive(source)
        except OSError as error:
            job = _Job(failure=f"the file cannot be read: {reason_of(error)}")
            self._add(number, [job], 0)
            return Told(opened=False)
        with archive:
            articles = self._add(number, _ahead(self._archived(archive)), 1)
            return Told(True, self._others, archive.digest, articles)

    def fields(self, source: Source) -> dict[str, list[str]]:
        return _FIELDS[source.format]

    def _saved(self, source: Source) -> _Job:
        digest, held = "", b""
        try:
            digest = _digest(source.path)
            with source.path.open("rb") as raw:
                held = raw.read(MAX_RECORD)
            with source.path.open("rb") as raw, decompressed(raw, source.compression) as stream:
                data = stream.read(MAX_RECORD + 1)
        except READ_ERRORS as error:
            reason = f"the file cannot be read: {reason_of(error)}"
            return _Job(source.name, held, digest, failure=reason)
        if len(data) > MAX_RECORD:
            reason = f"the page is longer than the limit of {MAX_RECORD} bytes"
            return _Job(source.name, data[:RAW_START], digest, failure=reason)
        work = self._extractors.submit(PAGE, data)
        return _Job(source.name, data, digest, work)

    def _archived(self, archive: Archive) -> Iterator[_Job]:
        for item in archive:
            self._done = archive.done
            if isinstance(item, Damage):
                yield _Job(data=item.raw, failure=item.reason)
            elif item.article == "page" and item.data is not None:
                work = self._extractors.submit(RECORD, item.data)
                yield _Job(item.url or None, item.data, work=work, url=item.url)
            elif item.article == "text" and item.data is not None:
                yield _Job(item.url or None, text=item.data[item.content :], url=item.url)
            else:
                self._others += 1

    def _add(self, number: int, jobs: Iterable[_Job], first: int) -> int:
        """Give articles to the core, from the row of a number on; return how many it takes."""
        texts: list[str | bytes | None] = []
        ids: list[str | None] = []
        dates: list[str | None] = []
        hosts: list[str | None] = []
        size = articles = 0

        def flush() -> None:
            nonlocal articles
            articles += len(texts)
            self._native.add_rows(number, texts, ids, dates, hosts)
            for column in (texts, ids, dates, hosts):
                column.clear()

        for row, job in enumerate(jobs, first):
            failure = job.failure
            if job.work is not None:
                page = self._wait_for(job.work)
                failure = page.failure or ""
                job.text, job.date, job.url = page.text, page.date, job.url or page.url
            if failure:
                flush()
                self._native.reject(number, row, failure, job.data)
                continue
            texts.append(job.text)
            ids.append(job.id)
            dates.append(job.date)
            hosts.append(link_host(job.url) if self._with_source else None)
            size += len(job.text or "")
            if len(texts) == _ROWS or size > _ROWS_BYTES:
                flush()
                size = 0
        flush()
        return articles

    def _wait_for(self, work: "Future[Extracted]") -> Extracted:
        while True:
            self._at(self._done)
            with suppress(StillAtWork):
                return work.result(0.1)


def _ahead(jobs: Iterable[_Job]) -> Iterator[_Job]:
    """Yield jobs in order, with others under way behind each."""
    pending: deque[_Job] = deque()
    size = 0
    for job in jobs:
        pending.append(job)
        size += len(job.data)
        while len(pending) > _AHEAD or size > _AHEAD_BYTES:
            first = pending.popleft()
            size -= len(first.data)
            yield first
    yield from pending


def write(
    native: Pass, number: int, source: Source, digest: str, path: Path, at: Callable[[float], None]
) -> int:
    """Copy what is kept of a file to `path`, and return how many articles it was.

    `digest` is that of the reading. Of an archive all that is no article is copied, but for the
    requests and the like of articles dropped. Raises InputError when the file is no longer what
    was read.
    """
    kept = native.kept_rows(number)
    if source.format == "html":
        if not any(kept):
            return 0
        written, copied = 1, _digest(source.path, path)
    else:
        rejected = {row for name, row, _ in native.rejections() if name == source.name}
        gone = _gone(source, kept, rejected)
        written, copied = _write_archive(source, kept, gone, path, at)
    if copied != digest:
        raise InputError(f"{source.path} changed while it was being read; run the pass again")
    return written


def _gone(source: Source, kept: bytes, rejected: set[int]) -> set[bytes]:
    """The ids of what was dropped."""
    gone: set[bytes] = set()
    if kept.count(0) == len(rejected):
        return gone
    with Archive(source) as archive:
        for row, item in _numbered(archive):
            dropped = row > 0 and kept[row - 1 : row] != b"\1" and row not in rejected
            if dropped and isinstance(item, Record):
                gone |= item.ids
    return gone


def _write_archive(
    source: Source, kept: bytes, gone: set[bytes], path: Path, at: Callable[[float], None]
) -> tuple[int, str]:
    written = 0
    with path.open("wb") as raw, Archive(source, copies=True) as archive:
        # An archive in gzip is copied as it is compressed.
        compression = "" if source.compression == ".gz" else source.compression
        out: IO[bytes] = compressed(cast(BinaryIO, raw), compression)
        for row, item in _numbered(archive):
            at(archive.done)
            if isinstance(item, Damage):
                continue
            if kept[row - 1 : row] == b"\1" if row else gone.isdisjoint(item.ids):
                archive.copy(item, out)
                written += row > 0
        if compression:
            out.close()
        return written, archive.digest


def _numbered(archive: Archive) -> Iterator[tuple[int, Record | Damage]]:
    """Yield what is in an archive with its row number from 1, as the core has it; 0 for a record
    that is no article.
    """
    row = 0
    for item in archive:
        if isinstance(item, Damage) or item.article is not None:
            row += 1
            yield row, item
        else:
            yield 0, item


def _digest(path: Path, copy: Path | None = None) -> str:
    """Return the hash of a file, copied if there is a `copy`."""
    digest = xxhash.xxh3_128()
    with path.open("rb") as file, ExitStack() as stack:
        out = None if copy is None else stack.enter_context(copy.open("wb"))
        while piece := file.read(1 << 20):
            digest.update(piece)
            if out is not None:
                out.write(piece)
    return digest.hexdigest()
