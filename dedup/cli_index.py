"""`dedup index`: the ingestion index in a file, from the command line."""

import json
import sys
from pathlib import Path

import click

from dedup import report
from dedup.cli_options import (
    field_options,
    force_option,
    json_option,
    matches_option,
    rule_options,
    strict_option,
    threads_option,
)
from dedup.config import Fields, Options
from dedup.detect import run_interruptibly
from dedup.dump import ingest
from dedup.dump.inputs import kind_of
from dedup.dump.results import Dump
from dedup.dump.temporary import half_of_memory
from dedup.errors import InputError
from dedup.index import Index, is_database


@click.group(short_help="Keep an index, and see what of a dump is new.")
def index() -> None:
    """Keep an index of articles in the file INDEX, so that yesterday's news takes today's dump.

    One process may write to an index while others read it. What a command stored or removed is
    there when it is killed.

    \b
    Examples:
      dedup index add stories.idx today.jsonl.gz -o new
      dedup index check stories.idx draft.txt
      dedup index remove stories.idx wire-1047
      dedup index expire stories.idx --before 2026-01-01
      dedup scan today.jsonl.gz -o clean --index stories.idx
    """


def _check_path(_: click.Context, __: click.Parameter, path: str) -> str:
    """Catch INDEX and INPUT in the wrong order, before anything is made or read."""
    if kind_of(Path(path).name) is not None:
        raise click.BadParameter(
            f"{path!r} has the ending of a file of articles; INDEX comes first, then the rest."
        )
    if Path(path).is_dir():
        raise click.BadParameter(f"{path!r} is a folder.")
    return path


def check_file(context: click.Context, parameter: click.Parameter, path: str | None) -> Path | None:
    """The same for what works with a file alone."""
    if path is None:
        return None
    if is_database(path):
        raise click.BadParameter(
            "a dump goes with an index in a file; for one in a database use dedup.Index in Python."
        )
    return Path(_check_path(context, parameter, path))


index_argument = click.argument("path", metavar="INDEX", callback=_check_path)
file_argument = click.argument("path", metavar="INDEX", callback=check_file)
inputs_argument = click.argument("inputs", metavar="INPUT...", nargs=-1, required=True)


@index.command(short_help="Store a dump, and write what of it is new.")
@file_argument
@inputs_argument
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for the results; it must be new or empty, but for --force. [default: none are"
    " written]",
)
@field_options
@rule_options
@click.option(
    "--texts/--no-texts",
    default=True,
    show_default=True,
    help="Whether INDEX keeps the texts, or only what it compares of them, their words.",
)
@matches_option
@force_option
@strict_option
@threads_option
@json_option
def add(
    path: Path,
    inputs: tuple[str, ...],
    output: Path | None,
    text: tuple[str, ...],
    id_: str | None,
    title: str | None,
    date: str | None,
    keep: str | None,
    drop: tuple[str, ...],
    rewrites: bool,
    min_score: float,
    window: str | None,
    related: bool,
    texts: bool,
    matches: bool,
    force: bool,
    strict: bool,
    threads: int,
    as_json: bool,
) -> None:
    """Store the articles of a dump one after the other, duplicates too, each compared with all
    stored before it. INDEX is made if it is not there; INPUT is what `dedup scan` reads.

    With -o, DIR holds what `dedup scan` writes: clean/ has the articles that are duplicates of
    none stored before them, duplicates.jsonl the others; the count dropped_for_index is of those
    whose original is not of this dump.

    The options from --keep to --texts are fixed when INDEX is made. Later leave them out, or
    give the same.

    An article is known by its id. One whose id is stored with another text is rejected: remove it
    first to replace it. So the ids of one dump should not come again in the next for other
    articles, as file:line of records without an id do.

    What is stored when the command is interrupted stays; run it again to store the rest.

    \b
    Examples:
      dedup index add stories.idx archive/
      dedup index add stories.idx today.jsonl.gz -o new
      zcat today.jsonl.gz | dedup index add stories.idx - --json | jq .counts

    Exit status: 0 done; 1 failed, one line on standard error says why; 2 wrong usage.
    """
    request = ingest.Addition(
        inputs=inputs,
        options=Options(
            keep, drop, threads, rewrites, related, window, min_score, half_of_memory()
        ),
        fields=Fields.named(text, id_, title, date),
        matches=matches or related,
        force=force,
        strict=strict,
        index=path,
        texts=texts,
        output=output,
    )
    summary = report.with_progress(lambda tick: ingest.add(request, tick))
    report.print_summary(summary, None if output is None else str(output))
    if as_json:
        click.echo(json.dumps(summary, indent=2))


@index.command(short_help="Print what a dump matches; store nothing.")
@file_argument
@inputs_argument
@field_options
@strict_option
@threads_option
def check(
    path: Path,
    inputs: tuple[str, ...],
    text: tuple[str, ...],
    id_: str | None,
    title: str | None,
    date: str | None,
    strict: bool,
    threads: int,
) -> None:
    """Compare the articles of a dump with those stored, and print a line of JSON for each match:
    for each article in turn, the best first. INDEX stays as it is.

    id_a is the article given, id_b the one stored; an article that is stored matches itself.

    \b
    Examples:
      dedup index check stories.idx draft.txt
      dedup index check stories.idx today.jsonl | jq -r 'select(.relation == "exact") | .id_a'

    Exit status: 0 compared, matches or not; 1 failed; 2 wrong usage.
    """
    dump = Dump(
        inputs=inputs,
        options=Options(threads=threads, memory=half_of_memory()),
        fields=Fields.named(text, id_, title, date),
        strict=strict,
    )
    done = ingest.check(dump, path, _print_matches)
    line = f"{done.read:,} records: {done.matched:,} with matches, {done.rejected:,} rejected"
    if done.rejected:
        line += f"; the first is {report.visible(done.first_rejected)}"
    click.echo(line, err=True)


def _print_matches(rows: list[ingest.Row]) -> None:
    names = ("id_a", "id_b", "relation", "score", "similarity", "containment")
    for row in rows:
        click.echo(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False))


@index.command(short_help="Take articles away by their ids.")
@index_argument
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def remove(path: str, ids: tuple[str, ...]) -> None:
    """Take articles away by their ids; `-` reads ids from standard input, one a line. Ids that are
    not there are named on standard error, and are no failure: a takedown may be run twice.

    \b
    Examples:
      dedup index remove stories.idx wire-1047 wire-1048
      jq -r .id takedown.jsonl | dedup index remove stories.idx -

    Exit status: 0 none of them is stored any more; 1 failed; 2 wrong usage.
    """
    wanted = [name for given in ids for name in (_read_ids() if given == "-" else [given])]
    removed = 0
    with _open_existing(path) as opened:
        try:
            for name in wanted:
                if opened.remove(name):
                    removed += 1
                else:
                    click.echo(f"not in the index: {report.visible(name)}", err=True)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(
                f"interrupted; {removed:,} articles were removed, run it again for the rest"
            ) from None
    click.echo(f"{removed:,} articles removed", err=True)


def _read_ids() -> list[str]:
    try:
        lines = sys.stdin.buffer.read().decode().split("\n")
    except UnicodeDecodeError as error:
        raise InputError(f"standard input is no UTF-8: invalid byte at {error.start}") from None
    return [line for line in (line.removesuffix("\r") for line in lines) if line]


@index.command(short_help="Take old articles away.")
@index_argument
@click.option(
    "--before", metavar="DATE", required=True, help="As 2026-01-01 or 2026-01-01T12:00:00Z; in UTC."
)
def expire(path: str, before: str) -> None:
    """Take all articles away that were published before a date. Those without a date stay.

    Their space is used for others; `dedup index compact` gives it back to the disk.

    \b
    Example:
      dedup index expire stories.idx --before 2026-01-01

    Exit status: 0 done; 1 failed; 2 wrong usage.
    """
    with _open_existing(path) as opened:
        removed = run_interruptibly(lambda: opened.expire(before), lambda: None)
    click.echo(f"{removed:,} articles removed", err=True)


@index.command(short_help="Print counts and size.")
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


@index.command(short_help="Give the space of removed articles back.")
@index_argument
def compact(path: str) -> None:
    """Make INDEX what it would be had the articles removed never come, and give their space back
    to the disk. It takes about as long as storing the others in bulk, and the same space once more
    while it works; it is not stopped by Ctrl-C.

    Exit status: 0 done; 1 failed; 2 wrong usage.
    """
    with _open_existing(path) as opened:
        before = opened.stats()["bytes"]
        run_interruptibly(opened.compact, lambda: None)
        after = opened.stats()["bytes"]
    click.echo(f"{before / 1e6:,.1f} MB before, {after / 1e6:,.1f} MB now", err=True)


def _open_existing(path: str) -> Index:
    """Open an index to write; unlike Index.open make none of a path that was mistyped."""
    Index.open(path, read_only=True).close()
    return Index.open(path)
