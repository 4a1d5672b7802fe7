"""The `dedup` command: each subcommand is a parse, one library call, and a print."""

import os
import signal
import sys
from typing import NoReturn

_COMPLETE = "_DEDUP_COMPLETE"


def main() -> NoReturn:
    """Run the command; whatever happens, the user gets one line and an exit status."""
    status = 1
    try:
        # All else is loaded in here: Ctrl-C may come while it is.
        from dedup.cli import failure, streams

        streams.prepare()
        _hear_signals()
        try:
            from dedup.cli.commands import cli

            # Not `cli.main`, which prints and exits by itself on Ctrl-C and on a broken pipe.
            if asked := os.environ.get(_COMPLETE):  # by a shell
                from click.shell_completion import shell_complete

                status = shell_complete(cli, {}, "dedup", _COMPLETE, asked)
            else:
                with cli.make_context("dedup", sys.argv[1:]) as context:
                    cli.invoke(context)
                status = 0
            sys.stdout.flush()
        except BaseException as error:
            status = failure.print_error(error)
        streams.finish()
    except KeyboardInterrupt:
        status = 130
    sys.exit(status)


def _hear_signals() -> None:
    """End by a signal as by Ctrl-C, which leaves no temporary files behind."""
    heard = [getattr(signal, name, None) for name in ("SIGINT", "SIGTERM", "SIGHUP")]
    numbers = [number for number in heard if number is not None]

    def end(*_: object) -> None:
        # Once: what is cleared away then is not left half way by a second. Not SIG_IGN: of one that
        # is on its way already Python would complain.
        for number in numbers:
            signal.signal(number, lambda *_: None)
        raise KeyboardInterrupt

    for number in numbers:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
            signal.signal(number, end)
