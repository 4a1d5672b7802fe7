"""`dedup index`: the ingestion index in a file, from the command line."""

import click

from dedup.cli.index import add, check, compact, expire, remove, stats, watch


@click.group(short_help="Keep an index, and see what of a dump is new.")
def index() -> None:
    """Keep an index of articles in the file INDEX, so that yesterday's news takes today's dump.

    One process may write to an index while others read it. What a command stored or removed is
    there when it is killed.

    \b
    Examples:
      dedup index add stories.idx today.jsonl.gz -o new
      dedup index watch stories.idx inbox/ -o new/
      dedup index check stories.idx draft.txt
      dedup index remove stories.idx wire-1047
      dedup index expire stories.idx --before 2026-01-01
      dedup scan today.jsonl.gz -o clean --index stories.idx
    """


index.add_command(add.add)
index.add_command(watch.watch)
index.add_command(check.check)
index.add_command(remove.remove)
index.add_command(expire.expire)
index.add_command(stats.stats)
index.add_command(compact.compact)
