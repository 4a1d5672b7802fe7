"""The `dedup` command: each subcommand is a parse, one library call, and a print."""

import signal
import sys
from typing import NoReturn

import click

from dedup.cli import compare, index, scan, synth
from dedup.cli.failure import print_error


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="dedup")
def cli() -> None:
    """Find the articles in a news dump that are versions of one another, and write the dump
    without the repeats.

    \b
    Examples:
      dedup scan dump.jsonl -o clean       the pass over a dump
      dedup index add news.idx today.jsonl what of today's dump is new
      dedup compare a.txt b.txt            what a reader of one would miss
      dedup synth -n 1000 -o news.jsonl    synthetic news to try it on
    """


cli.add_command(scan.scan)
cli.add_command(index.index)
cli.add_command(compare.compare)
cli.add_command(synth.synth)


def main() -> NoReturn:
    """Run the command; whatever happens, the user gets one line and an exit status."""
    # A `kill` then leaves no temporary files behind, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        # Not `cli.main`, which prints and exits by itself on Ctrl-C and on a broken pipe.
        with cli.make_context("dedup", sys.argv[1:]) as context:
            cli.invoke(context)
        sys.stdout.flush()
        status = 0
    except BaseException as error:
        status = print_error(error)
    sys.exit(status)
