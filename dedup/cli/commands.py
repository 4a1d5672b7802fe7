"""`dedup` and its subcommands."""

import click

from dedup._core import BUILD, __version__, instruction_sets, threads
from dedup.cli import compare, index, report, scan, synth


def _print_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    click.echo(
        f"dedup {__version__}\ncore          {BUILD}\ninstructions  {instruction_sets()[0]}\n"
        f"threads       {threads()}"
    )
    context.exit()


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version, and what the core runs on.",
)
def cli() -> None:
    """Find the articles in a news dump that are versions of one another, and write the dump
    without the repeats.

    \b
    Examples:
      dedup scan dump.jsonl -o clean       the pass over a dump
      dedup index add news.idx today.jsonl what of today's dump is new
      dedup report clean -o report.html    a page of what went, to look at and to judge
      dedup compare a.txt b.txt            what a reader of one would miss
      dedup synth -n 1000 -o news.jsonl    synthetic news to try it on
    """


cli.add_command(scan.scan)
cli.add_command(index.index)
cli.add_command(report.report)
cli.add_command(report.show)
cli.add_command(report.verdicts)
cli.add_command(compare.compare)
cli.add_command(synth.synth)
