"""`dedup index`: the ingestion index, from the command line."""

import click

from dedup.cli.index import add, check, compact, expire, export, remove, report, stats, watch


@click.group(short_help="Keep an index, and see what of a dump is new.")
def index() -> None:
    """Keep an index of articles, so that yesterday's news takes today's dump. INDEX is a file, or
    the postgresql:// URL of a database.

    One process may write to a file while others read it; any number write to a database. What a
    command stored or removed is there when it is killed.

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
index.add_command(export.export)
index.add_command(report.report)
index.add_command(stats.stats)
index.add_command(compact.compact)
