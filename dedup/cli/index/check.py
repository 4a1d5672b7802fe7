"""`dedup index check`."""

import json

import click

from dedup.cli.options import (
    field_options,
    gathered,
    inputs_argument,
    of_dump_argument,
    strict_option,
    threads_option,
)
from dedup.cli.show import visible
from dedup.dump import ingest
from dedup.dump.results import Dump


@click.command(short_help="Print what a dump matches; store nothing.")
@of_dump_argument
@inputs_argument
@field_options
@strict_option
@threads_option
@gathered(Dump)
def check(dump: Dump, index: str) -> None:
    """Compare the articles of a dump with those stored, and print a line of JSON for each match:
    for each article in turn, the best first. INDEX stays as it is.

    id_a is the article given, id_b the one stored; an article that is stored, the same text under
    the same id, is not matched with itself. covered_a is the probability that a reader of the one
    stored misses nothing of weight of the one given, covered_b the other way round. may_go is "a"
    or "either" where `dedup index add` would drop the one given for the one stored, if for none
    that stands before it; late is true where it would but for the keep rule, as of an older version
    that comes in last.

    \b
    Examples:
      dedup index check stories.idx draft.txt
      dedup index check stories.idx today.jsonl | jq -r 'select(.relation == "exact") | .id_a'
      dedup index check stories.idx today.jsonl | jq 'select(.may_go | IN("a", "either"))'

    Exit status: 0 compared, matches or not; 1 failed; 2 wrong usage.
    """
    done = ingest.check(dump, index, _print_matches)
    line = f"{done.read:,} records: {done.matched:,} with matches, {done.rejected:,} rejected"
    if done.rejected:
        line += f"; the first is {visible(done.first_rejected)}"
    click.echo(line, err=True)


def _print_matches(rows: list[ingest.Row]) -> None:
    covered = ("covered_a", "covered_b", "may_go")
    names = ("id_a", "id_b", "relation", "score", *covered, "similarity", "containment")
    for row, late in rows:
        line = {**dict(zip(names, row, strict=True)), "late": late}
        click.echo(json.dumps(line, ensure_ascii=False))
