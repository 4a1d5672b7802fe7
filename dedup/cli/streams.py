"""The standard streams, as the command can rely on them whatever it was started with."""

import errno
import io
import os
import sys
from typing import TextIO

STDOUT = "standard output"


class _Output(io.FileIO):
    """Standard output, which is named in its errors."""

    def write(self, data: object) -> int:
        try:
            return super().write(data)  # type: ignore[arg-type]
        except OSError as error:
            error.filename = STDOUT
            raise


class _Messages(io.FileIO):
    """Standard error: what nobody takes is lost, and the command goes on."""

    def write(self, data: object) -> int:
        try:
            return super().write(data)  # type: ignore[arg-type]
        except OSError:
            return len(memoryview(data))  # type: ignore[arg-type]


def prepare() -> None:
    """Make sure that there are three streams, and that writing to them fails as it should."""
    if os.name != "posix":
        return
    # A descriptor that is closed would be that of the next file opened, a result among them. What
    # stands in for it can no more be read, or written to, than it could.
    for number, flags in enumerate((os.O_WRONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, flags)  # the lowest that is free
    sys.stdout = _text(_Output(1, "wb", closefd=False), sys.stdout)
    sys.stderr = _text(_Messages(2, "wb", closefd=False), sys.stderr)


def _text(raw: io.FileIO, replaced: TextIO | None) -> io.TextIOWrapper:
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8" if replaced is None else replaced.encoding,
        # What a terminal cannot show is spelt out.
        errors="backslashreplace",
        line_buffering=raw.isatty() or raw.fileno() == 2,
    )


def finish() -> None:
    """Drop what could not be written: Python would complain of it on the way out."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def is_closed_pipe(error: BaseException) -> bool:
    """Whether the reader of standard output has gone (`| head`): nobody is left to tell."""
    return isinstance(error, OSError) and error.errno == errno.EPIPE and error.filename == STDOUT
