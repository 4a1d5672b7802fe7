"""`dedup index remove`."""

import sys

import click

from dedup.cli.index.existing import open_existing
from dedup.cli.options import index_argument
from dedup.cli.show import visible
from dedup.errors import InputError


@click.command(short_help="Take articles away by their ids.")
@index_argument
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def remove(path: str, ids: tuple[str, ...]) -> None:
    """Take articles away by their ids; `-` reads ids from standard input, one a line. Ids that are
    not there are named on standard error, and are no failure: a takedown may be run twice.

    \b
    Examples:
      dedup index remove stories.idx wire-1047 wire-1048
      jq -r .id takedown.jsonl | dedup index remove stories.idx -

    Exit status: 0 none of them is stored any more; 1 failed; 2 wrong usage.
    """
    wanted = [name for given in ids for name in (_read_ids() if given == "-" else [given])]
    removed = 0
    with open_existing(path) as opened:
        try:
            for name in wanted:
                if opened.remove(name):
                    removed += 1
                else:
                    click.echo(f"not in the index: {visible(name)}", err=True)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"interrupted; {removed:,} articles were removed, run it again for the rest"
            ) from None
    click.echo(f"{removed:,} articles removed", err=True)


def _read_ids() -> list[str]:
    try:
        lines = sys.stdin.buffer.read().decode().split("\n")
    except UnicodeDecodeError as error:
        raise InputError(f"standard input is no UTF-8: invalid byte at {error.start}") from None
    return [line for line in (line.removesuffix("\r") for line in lines) if line]
