"""`dedup` and its subcommands."""

import click

from dedup._core import __version__
from dedup.cli import compare, index, scan, synth


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
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
