"""`dedup index watch`."""

import json
import math
import signal
import time
from itertools import count
from types import FrameType

import click

from dedup.cli import failure
from dedup.cli.options import (
    FolderType,
    field_options,
    gathered,
    matches_option,
    of_dump_argument,
    replace_option,
    rule_options,
    texts_option,
    threads_option,
)
from dedup.cli.show import visible
from dedup.cli.streams import STDOUT
from dedup.dump import ingest
from dedup.dump.ingest import Addition
from dedup.dump.paths import as_text
from dedup.dump.results import Summary
from dedup.dump.watch import Inbox, Taken, Watch
from dedup.errors import OutputError, StorageError


def _parse_every(_: click.Context, __: click.Parameter, seconds: float) -> float:
    if math.isnan(seconds):
        raise click.BadParameter("it is no number.")
    return seconds


@click.command(short_help="Store dumps as they land in a folder.")
@of_dump_argument
@click.argument("folder", metavar="FOLDER", type=FolderType())
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=FolderType(),
    help="Folder for the results, made if it is not there; it may be on another disk. [default:"
    " FOLDER/new]",
)
@click.option(
    "--every",
    metavar="SECONDS",
    type=click.FloatRange(0.1, 86400),
    callback=_parse_every,
    default=10,
    show_default=True,
    help="Look into FOLDER every so many seconds.",
)
@click.option(
    "--once",
    is_flag=True,
    help="Look twice, so many seconds apart, take the files that have landed, and end.",
)
@replace_option
@field_options
@rule_options
@texts_option
@matches_option
@threads_option
@click.option(
    "--json", "as_json", is_flag=True, help="Print a line of JSON for each file on standard output."
)
@gathered(Watch)
def watch(request: Watch, every: float, once: bool, as_json: bool) -> None:
    """Take files as they land in FOLDER: store the articles of each in INDEX, write what of it is
    new, and move it to FOLDER/done. What `dedup index add` says of INDEX, of articles and of the
    options from --keep to --texts holds here.

    A file has landed when it has the same size and time at two looks, and no process that the
    system tells of has it open to write. Better let it land at once: write it under a name that
    begins with a dot or ends in .tmp or .part, and rename it; such names are left. So are links,
    and folders with all that is in them. Files are taken one by one, the one changed longest ago
    first.

    Of today.jsonl, DIR/today.jsonl/ holds the results, clean/ and the rest, as `dedup index add -o`
    writes them, and then the file moves. Where either is there from an earlier file of that name,
    both are called today-2.jsonl, and so on.

    A file that cannot be read, or has records of which none can, goes to FOLDER/failed, and the
    reason into NAME.error.txt beside it. When it is INDEX or the disk that fails, or a server that
    does not answer, the file stays and is tried again at every look; standard error says so once.
    What fails at the start, as an INDEX made with other options, ends the command.

    INDEX is open only while a file is added, so `dedup index remove` and others can be run between
    two files. Of two that watch one FOLDER the second ends at once.

    SIGTERM, SIGINT and SIGHUP stop it, with exit status 0: at once, though a file is being added.
    That stays in FOLDER, without results, and is taken again at the next start, as after a kill -9.
    What of it was stored gets the answers of the first time, so its results are the same, and
    stand there once. A second signal changes nothing.

    \b
    Examples:
      dedup index watch stories.idx inbox/ -o new/
      dedup index watch stories.idx inbox/ --json | jq -c 'select(.status == "failed")'
      dedup index watch stories.idx inbox/ --once    # from cron

    Exit status: 0 told to stop, or --once and nothing left to do, whether or not files failed; 1
    failed; 2 wrong usage.
    """
    stop = _Stop()
    with Inbox(request) as inbox:
        shown = f"watching {request.folder} every {every:g} s; results go to {inbox.output}"
        _say(shown)
        try:
            _work(inbox, stop, every, once, as_json)
        except KeyboardInterrupt:
            at_hand = "" if stop.at_hand is None else f"; {stop.at_hand} stays and is taken again"
            _say(f"stopped{at_hand}")


class _Stop:
    """The signals that stop the worker: at once while it adds a file or waits. A file that is added
    is moved and told of first.
    """

    def __init__(self) -> None:
        self.asked = False
        self.at_hand: str | None = None
        self._interrupts = False
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, self._hear)

    def _hear(self, _: int, __: FrameType | None) -> None:
        is_first, self.asked = not self.asked, True
        if is_first and self._interrupts:
            raise KeyboardInterrupt

    def __enter__(self) -> None:
        self._interrupts = True
        if self.asked:
            raise KeyboardInterrupt

    def __exit__(self, *_: object) -> None:
        self._interrupts = False

    def add(self, request: Addition) -> Summary:
        with self:
            return ingest.add(request)

    def sleep(self, seconds: float) -> None:
        with self:
            time.sleep(seconds)


def _work(inbox: Inbox, stop: _Stop, every: float, once: bool, as_json: bool) -> None:
    said = ""
    for look in count(1):
        try:
            for stop.at_hand in inbox.landed():
                taken = inbox.take(stop.at_hand, stop.add)
                stop.at_hand = None
                if taken is not None:
                    _tell(taken, as_json)
            said = ""
        except (StorageError, OutputError, OSError, MemoryError) as error:
            if once or getattr(error, "filename", None) == STDOUT:
                raise
            stop.at_hand = None
            message = failure.message_of(error)
            if message != said:
                _say(f"error: {message}; tried again every {every:g} s")
            said = message
        if once and look == 2:
            return
        stop.sleep(every)


def _tell(taken: Taken, as_json: bool) -> None:
    told: dict[str, object] = {
        "file": as_text(taken.name),
        "status": "done" if taken.reason is None else "failed",
        "moved_to": as_text(str(taken.path)),
        "results": as_text(str(taken.results)) if taken.results.is_dir() else None,
    }
    if taken.summary is not None:
        counts = told["counts"] = taken.summary["counts"]
        numbers = [f"{counts[it]:,} {it}" for it in ("kept", "dropped", "rejected")]
        warnings = len(taken.summary["warnings"])
        if warnings:
            numbers.append(f"warnings: {warnings}")
        line = ", ".join(numbers)
    else:
        told["reason"] = as_text(str(taken.reason))
        line = f"failed: {taken.reason}"
    moved = "" if taken.path.name == taken.name else f" (as {taken.path.name})"
    _say(f"{taken.name}{moved}: {line}")
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))


def _say(message: str) -> None:
    # One line, whatever a name holds.
    click.echo(visible(as_text(" ".join(message.split()))), err=True)
