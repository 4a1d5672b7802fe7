"""`dedup index expire`."""

import click

from dedup.cli.index.existing import open_existing
from dedup.cli.options import index_argument
from dedup.detect import run_interruptibly


@click.command(short_help="Take old articles away.")
@index_argument
@click.option(
    "--before", metavar="DATE", required=True, help="As 2026-01-01 or 2026-01-01T12:00:00Z; in UTC."
)
@click.option(
    "--undated",
    is_flag=True,
    help="Take those without a date, too, that were stored before it.",
)
def expire(path: str, before: str, undated: bool) -> None:
    """Take all articles away that were published before a date. Those without a date stay, but for
    --undated.

    Their space is used for others; `dedup index compact` gives it back to the disk.

    \b
    Example:
      dedup index expire stories.idx --before 2026-01-01

    Exit status: 0 done; 1 failed; 2 wrong usage.
    """
    with open_existing(path) as opened:
        removed = run_interruptibly(lambda: opened.expire(before, undated=undated), lambda: None)
    click.echo(f"{removed:,} articles removed", err=True)
