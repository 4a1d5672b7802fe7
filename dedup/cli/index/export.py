"""`dedup index export`."""

import sys

import click

from dedup.cli.options import complete_path, index_argument
from dedup.index import Index
from dedup.index.export import line


@click.command(short_help="Write all articles to a file.")
@index_argument
@click.argument("output", metavar="OUTPUT", shell_complete=complete_path)
def export(path: str, output: str) -> None:
    """Write every article of INDEX to OUTPUT, a file that ends in .jsonl, .jsonl.gz, .jsonl.zst or
    .parquet, or `-` for JSON lines on standard output: its id, text, date, the id of the one that
    it is a duplicate of, and when it was stored. INDEX stays as it is, and others may write to it.

    Of an index without texts the text is null.

    \b
    Examples:
      dedup index export stories.idx stories.parquet
      dedup index export stories.idx - | jq -r 'select(.duplicate_of == null) | .id'
      dedup index export old.idx - | dedup index add new.idx -

    Exit status: 0 written; 1 failed, and no file is left half written; 2 wrong usage.
    """
    with Index.open(path, read_only=True) as opened:
        if output == "-":
            count = 0
            for count, article in enumerate(opened.articles(), 1):  # noqa: B007 - the last one
                sys.stdout.write(line(article))
        else:
            count = opened.export(output)
    click.echo(f"{count:,} articles written", err=True)
