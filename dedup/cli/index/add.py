"""`dedup index add`."""

import json

import click

from dedup.cli import show
from dedup.cli.options import (
    FolderType,
    field_options,
    force_option,
    gathered,
    inputs_argument,
    json_option,
    matches_option,
    of_dump_argument,
    replace_option,
    rule_options,
    strict_option,
    texts_option,
    threads_option,
)
from dedup.dump import ingest
from dedup.dump.ingest import Addition


@click.command(short_help="Store a dump, and write what of it is new.")
@of_dump_argument
@inputs_argument
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=FolderType(),
    help="Folder for the results; it must be new or empty, but for --force. [default: none are"
    " written]",
)
@replace_option
@field_options
@rule_options
@texts_option
@matches_option
@force_option
@strict_option
@threads_option
@json_option
@gathered(Addition)
def add(request: Addition, as_json: bool) -> None:
    """Store the articles of a dump one after the other, duplicates too, each compared with all
    stored before it. INDEX is made if it is not there; INPUT is what `dedup scan` reads.

    With -o, DIR holds what `dedup scan` writes: clean/ has the articles that are duplicates of
    none stored before them, and no exact copies of any; duplicates.jsonl the others; the count
    dropped_for_index is of those whose original is not of this dump.

    INDEX is a file, or the postgresql:// URL of a database. The options from --keep to --texts are
    fixed when it is made. Later leave them out, or give the same.

    An article is known by its id. One that INDEX has with the same text changes nothing. One whose
    id is stored with another text is stored, too, and known as id#2, or by the next number that is
    free; with --replace it takes the place of the one stored; with --unique-ids reject it is
    rejected.

    What is stored when the command is interrupted stays; run it again to store the rest.

    \b
    Examples:
      dedup index add stories.idx archive/
      dedup index add stories.idx today.jsonl.gz -o new
      dedup index add stories.idx crawl.jsonl --id-field url --replace
      zcat today.jsonl.gz | dedup index add stories.idx - --json | jq .counts

    Exit status: 0 done; 1 failed, one line on standard error says why; 2 wrong usage.
    """
    summary = show.with_progress(lambda tick: ingest.add(request, tick))
    show.print_summary(summary, None if request.output is None else str(request.output))
    if as_json:
        click.echo(json.dumps(summary, indent=2))
