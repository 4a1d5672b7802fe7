"""What the user gets of an exception: one line and an exit status."""

import sys

import click

from dedup.cli.show import visible
from dedup.cli.streams import is_closed_pipe
from dedup.dump.paths import as_text
from dedup.errors import DedupError, OptionError


def print_error(error: BaseException) -> int:
    """Print what is wrong in one line on standard error, and return the exit status."""
    if isinstance(error, click.exceptions.Exit):  # after --help and --version
        return error.exit_code
    if is_closed_pipe(error):
        return 0
    if isinstance(error, OptionError):
        error = click.UsageError(str(error))
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    if isinstance(error, KeyboardInterrupt):
        return _fail(str(error) or "interrupted; nothing was written", 130)
    return _fail(message_of(error), 1)


def _fail(message: str, status: int) -> int:
    # One line, whatever a file name or a library's message holds.
    print(f"error: {visible(as_text(' '.join(message.split())))}", file=sys.stderr)
    return status


def message_of(error: BaseException) -> str:
    if isinstance(error, DedupError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    if isinstance(error, MemoryError):
        return "out of memory"
    # Not foreseen, a panic of the core among them: say where, in place of a traceback.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else "?"
    return f"{type(error).__name__} at {where}: {error}; please report it"
