"""`dedup compare`: two texts side by side."""

import json
from dataclasses import asdict

import click

from dedup.cli import show
from dedup.cli.options import bar_options, field_options, gathered
from dedup.detect import examine
from dedup.dump.lookup import find_articles, read_text
from dedup.dump.results import Dump


@click.command(short_help="Show what two texts have in common.")
@click.argument("a")
@click.argument("b")
@click.option(
    "--dump",
    "inputs",
    metavar="INPUT",
    multiple=True,
    help="A dump, as for `scan`; A and B are then ids of its articles.",
)
@field_options
@bar_options
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as JSON.")
@gathered(Dump)
def compare(dump: Dump, a: str, b: str, as_json: bool) -> None:
    """Compare two text files, or two articles of a dump: relation, figures, the passages of five
    words or more that stand in both, and for stories told in other words the sentences, names and
    figures that they share.

    \b
    similarity   shared 5-word shingles over all of both
    containment  shared 5-word shingles over those of the smaller
    score        the probability that they are versions of one story
    A covered    the probability that a reader of B alone misses nothing of weight of A
    B covered    the same of B for a reader of A
    may go       which of the two a pass may drop for the other

    \b
    Examples:
      dedup compare a.txt b.txt
      dedup compare 1047 2210 --dump news.jsonl
      dedup compare a.txt b.txt --json | jq .relation

    Exit status: 0 compared, duplicates or not; 1 failed; 2 wrong usage.
    """
    if dump.inputs:
        first, second = find_articles(dump.inputs, (a, b), dump.fields)
    else:
        first, second = read_text(a), read_text(b)
    bars = (dump.options.min_score, dump.options.min_covered)
    comparison = examine(first, second, *bars)
    if as_json:
        click.echo(json.dumps({"a": a, "b": b, **asdict(comparison)}, indent=2))
    else:
        show.print_comparison(first, second, comparison)
