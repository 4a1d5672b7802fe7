"""`dedup index stats`."""

import json

import click

from dedup.cli.options import index_argument
from dedup.index import Index


@click.command(short_help="Print counts and size.")
@index_argument
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
def stats(path: str, as_json: bool) -> None:
    """Print the number of articles stored, of those removed since INDEX was compacted, what its
    inner structure counts, and its size in bytes.

    Exit status: 0 printed; 1 failed; 2 wrong usage.
    """
    with Index.open(path, read_only=True) as opened:
        counts = opened.stats()
    if as_json:
        click.echo(json.dumps(counts, indent=2))
        return
    for name, count in counts.items():
        click.echo(f"{name:<9} {count:,}")
