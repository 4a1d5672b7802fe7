"""`dedup index report`."""

from pathlib import Path

import click

from dedup.cli.options import index_argument
from dedup.cli.report import limit_option, page_option
from dedup.cli.show import with_progress
from dedup.dump.gauge import Tick
from dedup.index import Index
from dedup.report import of_index, write


@click.command(short_help="Make a page of what came in, to look at and to judge.")
@index_argument
@page_option
@click.option(
    "--since",
    metavar="DATE",
    help="What was stored from then on, as 2026-01-01 or 2026-01-01T12:00:00Z; in UTC."
    " [default: all]",
)
@limit_option
def report(path: str, output: Path, since: str | None, limit: int) -> None:
    """Make one HTML file of the stories of INDEX that articles came to since a date, as `dedup
    report` does of a scan. An index that keeps no texts (--no-texts) has nothing to show.

    \b
    Example:
      dedup index report stories.idx --since 2026-03-01 -o report.html

    Exit status: 0 done; 1 failed, one line on standard error says why; 2 wrong usage.
    """

    def make(tick: Tick | None) -> None:
        with Index.open(path, read_only=True) as opened:
            write(of_index(opened, since, f"dedup: {Path(path).name}", limit), output, tick)

    with_progress(make)
