"""The records of a web archive: where each begins and ends, which are articles, what is damaged.

fastwarc reads a record once it is cut out; it ends at the first damaged one, and does not say where
a record lies in a compressed file, so they are cut out here.
"""

import io
import lzma
import os
import re
import shutil
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, NamedTuple, cast

import xxhash

from dedup._core import MAX_RECORD
from dedup.dump.compression import decompressed
from dedup.dump.formats import reason_of
from dedup.dump.inputs import Source

# Bytes that are told of damage to what is longer than a record may be.
RAW_START = 1 << 12
_MAX_HEADER = 1 << 16
_MOST_BREAKS = 1 << 8
_CHUNK = 1 << 16
_PIECE = 1 << 20  # what is decompressed at once; a small file may hold much

READ_ERRORS = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)

_GZIP = 31  # to zlib: with the header and the checksum of gzip
_GZIP_START = b"\x1f\x8b\x08"
_START = re.compile(rb"WARC/\d\.\d+\r?\n")
_NEXT = re.compile(rb"\n(?=WARC/\d\.\d+\r?\n[A-Za-z-]+:)")
_BLANK = re.compile(rb"\r?\n\r?\n")
_BREAKS = re.compile(rb"[\r\n]*")
_HTTP_STATUS = re.compile(rb"HTTP/\S+ +(\d{3})\b")
_HTTP_TYPE = re.compile(rb"(?im)^content-type[ \t]*:[ \t]*([^\s;,]+)")
_HTML_TYPES = (b"text/html", b"application/xhtml+xml")
_HTML_START = re.compile(rb"(?i)<(!doctype html|html)\b")


class Record(NamedTuple):
    """A record. `data` is all of it, decompressed, `extent` the bytes of the file that hold it and
    nothing else; `data` is None for one above MAX_RECORD, `extent` where there are no such bytes.
    """

    headers: dict[bytes, bytes]
    content: int
    data: bytes | None
    extent: tuple[int, int] | None

    def header(self, name: str) -> str:
        return self.headers.get(name.encode(), b"").decode("utf-8", "replace")

    @property
    def url(self) -> str:
        # WARC 1.0 has it in angle brackets, in its grammar though not in its examples.
        return self.header("warc-target-uri").strip("<> ")

    @property
    def article(self) -> str | None:
        """`page` for a web page that was fetched, `text` for one as text, None for all others."""
        kind = self.headers.get(b"warc-type", b"").lower()
        if self.data is None or kind not in (b"response", b"resource", b"conversion"):
            return None
        type_ = self.headers.get(b"content-type", b"").lower()
        if kind == b"response" and type_.startswith(b"application/http"):
            sent = self.data[self.content : self.content + _MAX_HEADER]
            head, *body = _BLANK.split(sent, maxsplit=1)
            status, told = _HTTP_STATUS.match(head), _HTTP_TYPE.search(head)
            if status is None or status[1] != b"200":
                return None
            type_ = told[1].lower() if told else b""
            if not type_ and body and _HTML_START.search(body[0][:1024]):
                return "page"
        if type_.startswith(_HTML_TYPES):
            return "page"
        identified = self.headers.get(b"warc-identified-payload-type", b"").lower()
        if kind == b"response" and identified.startswith(_HTML_TYPES):
            return "page"
        return "text" if kind == b"conversion" and type_.startswith(b"text/plain") else None

    @property
    def ids(self) -> set[bytes]:
        """The ids of a record and of those fetched with it: a request has that of its response, or
        the response that of its request.
        """
        names = (
            b"warc-record-id",
            b"warc-concurrent-to",
            b"warc-refers-to",
            b"warc-segment-origin-id",
        )
        return {id_ for name in names for id_ in self.headers.get(name, b"").split()}


class Damage(NamedTuple):
    """Bytes between two records that are none."""

    reason: str
    raw: bytes


class _Member(NamedTuple):
    """Here a compressed member begins, which decompresses by itself, at `position` of the file."""

    position: int


class _Gap(NamedTuple):
    """Bytes of the file that cannot be decompressed."""

    reason: str
    raw: bytes


_Feed = Iterator[bytes | _Member | _Gap]


class Archive:
    """The records and the damage of an archive, in order.

    With `copies`, what was yielded last can be copied. Raises OSError.
    """

    def __init__(self, source: Source, copies: bool = False) -> None:
        with ExitStack() as stack:
            self._file: BinaryIO = stack.enter_context(source.path.open("rb"))
            self._size = self._file.seek(0, os.SEEK_END)
            if copies:
                self._again = stack.enter_context(source.path.open("rb"))
                self._spool = stack.enter_context(SpooledTemporaryFile(_PIECE))
            self._open = stack.pop_all()
        self._copies = copies
        self._digest = xxhash.xxh3_128()
        self._compression = source.compression
        self._window = self._at(0)

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def done(self) -> float:
        """The share that is read so far."""
        return min(1.0, self._file.tell() / (self._size or 1))

    @property
    def digest(self) -> str:
        """The hash of all that was yielded so far."""
        return self._digest.hexdigest()

    def _at(self, position: int) -> "_Window":
        """Return a window that begins at a position of what is decompressed."""
        if not self._compression:
            self._file.seek(position)
            return _Window(_stream(self._file, ""), position)
        self._file.seek(0)
        feed = _members if self._compression == ".gz" else _stream
        window = _Window(feed(self._file, self._compression), 0)
        while window.start < position:
            if not window.upto(min(position, window.start + _PIECE)):
                window.cross()
            window.drop(min(position, window.end))
        return window

    def __iter__(self) -> Iterator[Record | Damage]:
        start = 0
        while True:
            self._window.drop(start)
            if not self._window.upto(start + 1):
                gap = self._window.cross()
                if gap is None:
                    return
                self._digest.update(gap.raw)
                yield Damage(gap.reason, gap.raw)
                continue
            cut = self._cut(start)
            if isinstance(cut, str):
                damage, start = self._skip(start, cut)
                self._digest.update(damage.raw)
                yield damage
            else:
                record, start = cut
                self._digest.update(record.data or b"")
                yield record

    def _cut(self, start: int) -> tuple[Record, int] | str:
        """Return the record at `start` and where it ends, or why there is none."""
        window = self._window
        head = self._head(start)
        if isinstance(head, str):
            return head
        headers, content = head
        length = headers.get(b"content-length", b"")
        if not (length.isdigit() and len(length) < 19):
            return "the record has no Content-Length"
        end = content + int(length)
        too_short = "the record ends before its Content-Length"
        if not self._compression and end > self._size:
            return too_short
        first = window.members.get(start)
        held = end - start <= MAX_RECORD
        if not held:
            self._pour(start, end)
        if not window.upto(end):
            return window.gap.reason if window.gap else too_short
        window.upto(end + _MOST_BREAKS)
        breaks = _BREAKS.match(window.slice(end, end + _MOST_BREAKS))
        assert breaks is not None
        after = window.slice(end + breaks.end(), end + breaks.end() + 5)
        if not b"WARC/".startswith(after):
            if not breaks[0].startswith(b"\r\n\r\n"):
                return "the Content-Length is wrong"
            end += 4
        else:
            end += breaks.end()
        # Damage shows behind the record that it is in: a checksum is read last.
        if window.gap is not None and (
            window.damaged_from == start or window.damaged_from < end == window.end
        ):
            return window.gap.reason
        if not held and self._copies:
            self._spool.write(window.slice(window.start, end))
        last = window.members.get(end)
        extent = None if first is None or last is None else (first, last)
        data = window.slice(start, end) if held else None
        return Record(
            headers, content - start, data, extent if self._compression else (start, end)
        ), end

    def _head(self, start: int) -> tuple[dict[bytes, bytes], int] | str:
        """Return the headers of the record at `start`, and where its content begins."""
        for most in (1 << 11, _MAX_HEADER):
            self._window.upto(start + most)
            head = self._window.slice(start, start + most)
            if not _START.match(head):
                return "no record begins here"
            blank = _BLANK.search(head)
            if blank is not None:
                return _headers(head[: blank.start()]), start + blank.end()
        return "the header of the record has no end"

    def _pour(self, start: int, end: int) -> None:
        """Go through a record too large to be held."""
        window = self._window
        if self._copies:
            self._spool.seek(0)
            self._spool.truncate()
        while window.start < end and window.upto(min(window.start + _PIECE, end)):
            stop = min(window.end, end)
            piece = window.slice(window.start, stop)
            self._digest.update(piece)
            if self._copies and self._compression:
                self._spool.write(piece)
            window.drop(stop)

    def _skip(self, start: int, reason: str) -> tuple[Damage, int]:
        """Return the damage at `start`, and where the next record begins."""
        if self._window.start > start:  # gone through in vain
            self._window = self._at(start)
        window = self._window
        raw = bytearray()
        at, found = start, False
        while not found and window.upto(at + 1):
            whole = not window.upto(at + _PIECE)
            match = _NEXT.search(window.data, at - window.start)
            found = match is not None
            # The start of a record may lie across two pieces.
            stop = window.start + match.end() if match else window.end - (0 if whole else 256)
            raw += window.slice(at, min(stop, at + MAX_RECORD - len(raw)))
            window.drop(stop)
            at = stop
        if not found and window.gap is not None:
            if window.damaged_from == start:
                raw[:] = window.gap.raw
            reason = window.gap.reason
            window.cross()
        elif at - start > len(raw):
            reason = f"{reason}; the first of {at - start} bytes"
            del raw[RAW_START:]
        return Damage(reason, bytes(raw)), at

    def copy(self, record: Record, out: IO[bytes]) -> None:
        """Write the record that was yielded last, byte for byte: as it stands in the file where it
        is all of some bytes there, else decompressed, from .gz as a member of its own.
        """
        if record.extent is not None:
            first, last = record.extent
            self._again.seek(first)
            for position in range(first, last, _PIECE):
                out.write(self._again.read(min(_PIECE, last - position)))
            return
        content: IO[bytes] = self._spool if record.data is None else io.BytesIO(record.data)
        content.seek(0)
        if self._compression != ".gz":
            shutil.copyfileobj(content, out, _PIECE)
            return
        packer = zlib.compressobj(wbits=_GZIP)
        while piece := content.read(_PIECE):
            out.write(packer.compress(piece))
        out.write(packer.flush())


class _Window:
    """What a feed decompresses, from `start` on and as far as it was asked for; it ends before what
    is damaged, which is then the `gap`. `members` are those that begin in it, by where they do.
    """

    def __init__(self, feed: _Feed, start: int) -> None:
        self._feed = feed
        self.data = bytearray()
        self.start = start
        self.members: dict[int, int] = {}
        self.gap: _Gap | None = None
        self.damaged_from = 0
        self._member: int | None = None

    @property
    def end(self) -> int:
        return self.start + len(self.data)

    def slice(self, start: int, end: int) -> bytes:
        return bytes(self.data[start - self.start : end - self.start])

    def upto(self, position: int) -> bool:
        """Whether there is as much before the end or damage."""
        while self.end < position and self.gap is None:
            item = next(self._feed, None)
            if item is None:
                break
            if isinstance(item, _Member):
                self.members[self.end] = item.position
                self._member = self.end
            elif isinstance(item, _Gap):
                self.gap = item
                self.damaged_from = self.end if self._member is None else self._member
            else:
                self.data += item
        return self.end >= position

    def drop(self, position: int) -> None:
        """Let go of what lies before `position`."""
        del self.data[: position - self.start]
        self.start = position
        while self.members and (first := next(iter(self.members))) < position:
            del self.members[first]

    def cross(self) -> _Gap | None:
        """Go on behind the gap, all before it read; return it."""
        gap, self.gap = self.gap, None
        return gap


def _stream(file: BinaryIO, compression: str) -> _Feed:
    stream = _decompressed(file, compression)
    while True:
        try:
            data = stream.read(_CHUNK)
        except READ_ERRORS as error:
            yield _Gap(f"the file cannot be read from here on: {reason_of(error)}", b"")
            return
        if not data:
            return
        yield data


def _decompressed(file: BinaryIO, compression: str) -> BinaryIO:
    if compression == ".zst":
        # Archives in zstd may bring a dictionary of their own, which fastwarc knows.
        from fastwarc.stream_io import ZstdReader

        return cast(BinaryIO, ZstdReader(file))
    return decompressed(file, compression)


def _members(file: BinaryIO, _: str) -> _Feed:
    position, data = 0, b""
    while True:
        yield _Member(position)
        if not data:
            file.seek(position)
            data = file.read(_CHUNK)
        # gzip takes zeros behind its data for the padding of a tape.
        if not data or (data[0] == 0 and _is_zeros(file, position)):
            return
        start, reason = position, ""
        inflater = zlib.decompressobj(_GZIP)
        while not (inflater.eof or reason):
            data = data or file.read(_CHUNK)
            before = inflater.copy()
            try:
                out = inflater.decompress(data, _PIECE)
            except zlib.error:
                out, reason = _up_to_damage(before, data), "the gzip data are damaged"
            else:
                if not (data or out or inflater.eof):
                    reason = "the gzip data end too early"
                rest = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
                position += len(data) - len(rest)
                data = rest
            yield out
        if reason:
            position, data = _next_member(file, start + 1), b""
            file.seek(start)
            yield _Gap(reason, file.read(min(position - start, MAX_RECORD)))


def _is_zeros(file: BinaryIO, position: int) -> bool:
    file.seek(position)
    while piece := file.read(_CHUNK):
        if piece.strip(b"\0"):
            file.seek(position + _CHUNK)
            return False
    return True


def _up_to_damage(inflater: "zlib._Decompress", data: bytes) -> bytes:
    """Decompress little by little: what one call has read is lost when it fails."""
    out = bytearray()
    with suppress(zlib.error):
        for at in range(len(data)):
            out += inflater.decompress(data[at : at + 1])
    return bytes(out)


def _next_member(file: BinaryIO, position: int) -> int:
    """Return where the next member begins that holds a record, or the size of the file."""
    file.seek(position)
    data = b""
    while piece := file.read(_PIECE):
        data += piece
        at = data.find(_GZIP_START)
        while at >= 0:
            file.seek(position + at)
            if _holds_record(file.read(_CHUNK)):
                return position + at
            at = data.find(_GZIP_START, at + 1)
        kept = len(_GZIP_START) - 1
        position += len(data) - len(data[-kept:])
        data = data[-kept:]
        file.seek(position + len(data))
    return position + len(data)


def _holds_record(data: bytes) -> bool:
    with suppress(zlib.error):
        return zlib.decompressobj(_GZIP).decompress(data, 5) == b"WARC/"
    return False


def _headers(head: bytes) -> dict[bytes, bytes]:
    """The headers of a record by their names in lower case; those that repeat, with blanks."""
    headers: dict[bytes, bytes] = {}
    for line in head.split(b"\n")[1:]:
        name, _, value = line.partition(b":")
        name, value = name.strip().lower(), value.strip()
        headers[name] = headers[name] + b" " + value if name in headers else value
    return headers
